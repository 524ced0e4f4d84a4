"""Scenarios about DateExpiry: every form of it, and what is no date at all.

One Session takes many dates, one after another. Where an answer leaves doubt whether it
is still alive, as after a date that was read wrongly, the next date goes to a new one.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TypeAlias

from conformance.catalogue import Capability
from conformance.exchange import Exchange, Probe, Role
from conformance.models.values import LIVE, shown_values
from conformance.scenarios.steps import create, fetch, update
from conformance.script import Scenario, Script, World, send, sid_shown
from conformance.strategies import dates
from conformance.strategies.drawing import drawn

FORM = "form"
IMPOSSIBLE = "impossible"
GARBAGE = "garbage"
AGAIN = "again"
OTHER = "other"
PAST = "past"
PASSED = "passed"
EMPTY = "empty"
OPEN: Mapping[str, Mapping[str, str]] = {
    "unzoned": dates.UNZONED,
    "unusual": dates.UNUSUAL,
    "notation": dates.NOTATIONS,
}
"""What a target may take or refuse, by kind; a label is the kind and the name."""

DRAWN_LAWFUL = 8
DRAWN_IMPOSSIBLE = 5
_ALL = 99
_HAD: Mapping[str, str] = {"DateExpiry": "2031-08-09T10:11:12Z"}

_Misdate: TypeAlias = tuple[str, str, str]
"""A label, a defect, and the text that has it."""


def forms_on_create(world: World) -> Script[None]:
    """Create Sessions with dates of each lawful form, and list them."""
    for text in _forms(world, most=(7, 4, 4), least=(1, 1, 1)):
        yield from send(_dated(world, text, label=FORM))
    if world.thorough:
        yield from send(world.call("ListSession", query={"PageSize": "100"}))


def forms_on_update(world: World) -> Script[None]:
    """Give a Session dates of each lawful form, and look at what it kept of some."""
    sid = yield from create(world, {})
    looked_at = _forms(world, most=(8, 2, 2), least=(0, 0, 0))
    for text in _forms(world, most=(_ALL, _ALL, _ALL), least=(3, 1, 1)):
        sent = yield from update(world, sid, {"DateExpiry": text}, label=FORM)
        if text in looked_at:
            yield from fetch(world, sid)
        sid = yield from _alive(world, sid, sent)


def drawn_on_update(world: World) -> Script[None]:
    """Give a Session dates that were drawn: lawful ones, then impossible ones."""
    sid = yield from create(world, _HAD)
    for text in drawn(dates.lawful_dates(), seed=world.seed, count=DRAWN_LAWFUL):
        sent = yield from update(world, sid, {"DateExpiry": text}, label=FORM)
        sid = yield from _alive(world, sid, sent)
    impossible = drawn(
        dates.impossible_dates(), seed=world.seed, count=DRAWN_IMPOSSIBLE
    )
    yield from _spoil(world, sid, ((IMPOSSIBLE, "drawn", text) for text in impossible))


def refused_on_create(world: World) -> Script[None]:
    """Create Sessions with what is no date, then one of the same name with a date."""
    named = {"UniqueName": world.name("once")}
    form: Mapping[str, str] = named
    for label, defect, text in _misdates(world, most=(6, 2), least=(2, 1)):
        yield from send(_spoilt(_dated(world, text, label=label, also=form), defect))
        form = {}
    again = yield from send(
        _control(_dated(world, dates.PLAIN, label=AGAIN, also=named))
    )
    if again.refused:
        other = {"UniqueName": world.name("other")}
        yield from send(_control(_dated(world, dates.PLAIN, label=OTHER, also=other)))


def refused_on_update(world: World) -> Script[None]:
    """Give a Session what is no date, look at what it kept, then give it a date."""
    sid = yield from create(world, _HAD)
    misdates = _misdates(world, most=(_ALL, _ALL), least=(2, 1))
    yield from _spoil(world, sid, misdates)


def open_on_create(world: World) -> Script[None]:
    """Create Sessions with dates that a target may take or refuse."""
    if not world.thorough:
        return
    for name, text in dates.UNZONED.items():
        yield from send(_dated(world, text, label=f"unzoned/{name}"))
    yield from send(_dated(world, "", label=EMPTY))
    past = yield from send(_dated(world, dates.PAST, label=PAST))
    if sid := sid_shown(past):
        yield from fetch(world, sid, label=PASSED)


def open_on_update(world: World) -> Script[None]:
    """Give a Session dates that a target may take or refuse, the past one last."""
    if not world.thorough:
        return
    sid = yield from create(world, _HAD)
    for kind, table in OPEN.items():
        for name, text in table.items():
            label = f"{kind}/{name}"
            sent = yield from update(world, sid, {"DateExpiry": text}, label=label)
            if not sent.refused:
                sid = yield from _alive(world, sid, sent)
    yield from update(world, sid, {"DateExpiry": dates.PLAIN}, label=AGAIN)
    yield from update(world, sid, {"DateExpiry": ""}, label=EMPTY)
    past = yield from update(world, sid, {"DateExpiry": dates.PAST}, label=PAST)
    if past.accepted:
        yield from fetch(world, sid, label=PASSED)


def _forms(
    world: World, *, most: tuple[int, int, int], least: tuple[int, int, int]
) -> tuple[str, ...]:
    """Return dates in UTC, with an offset and with a fraction, so many of each."""
    tables = zip((dates.UTC, dates.OFFSET, dates.FRACTION), most, least, strict=True)
    return tuple(
        text
        for table, many, few in tables
        for text in world.some(tuple(table.values())[:many], few)
    )


def _misdates(
    world: World, *, most: tuple[int, int], least: tuple[int, int]
) -> Iterator[_Misdate]:
    """Yield impossible dates, then what is no date, so many of each."""
    kinds = ((IMPOSSIBLE, dates.IMPOSSIBLE), (GARBAGE, dates.GARBAGE))
    for (label, table), many, few in zip(kinds, most, least, strict=True):
        for defect, text in world.some(tuple(table.items())[:many], few):
            yield label, defect, text


def _spoil(world: World, sid: str, misdates: Iterable[_Misdate]) -> Script[None]:
    """Give a Session what is no date, look at what it kept, then give it a date."""
    first = sid
    for label, defect, text in misdates:
        form = {"DateExpiry": text}
        probe = world.call("UpdateSession", Sid=sid, form=form, label=label)
        sent = yield from send(_spoilt(probe, defect))
        if not sent.refused:
            sid = yield from _alive(world, sid, sent)
    yield from fetch(world, first)
    form = {"DateExpiry": dates.PLAIN}
    yield from send(_control(world.call("UpdateSession", Sid=sid, form=form)))


def _alive(world: World, sid: str, sent: Exchange) -> Script[str]:
    """Return a Session that is alive for certain: the same, or else a new one."""
    shown = shown_values(sent.fields)
    expiry, created = shown.get("date_expiry"), shown.get("date_created")
    passed = (
        isinstance(expiry, float) and isinstance(created, float) and expiry <= created
    )
    live = sent.accepted and shown.get("status") in LIVE and not passed
    return sid if live else (yield from create(world, {}))


def _dated(
    world: World, text: str, *, label: str, also: Mapping[str, str] | None = None
) -> Probe:
    """Return the create of a Session with that DateExpiry, beside what else is sent."""
    form = {**(also or {}), "DateExpiry": text}
    return world.call("CreateSession", form=form, label=label)


def _spoilt(probe: Probe, defect: str) -> Probe:
    return replace(probe, role=Role.SPOILT, defect=defect, pair="date")


def _control(probe: Probe) -> Probe:
    return replace(probe, role=Role.CONTROL, pair="date")


_OF_SHOWN = ("DATE-001", "DATE-002", "DATE-004", "DATE-011", "DATE-013")
_OF_FORMS = (*_OF_SHOWN, "DATE-005", "DATE-006", "DATE-007", "DATE-020")
_OF_OPEN = ("DATE-014", "DATE-015", "DATE-016", "DATE-017", "DATE-021", "DATE-022")

SCENARIOS = (
    Scenario(name="date/form/CreateSession", script=forms_on_create, serves=_OF_FORMS),
    Scenario(
        name="date/form/UpdateSession",
        script=forms_on_update,
        serves=(*_OF_FORMS, "CON-001"),
    ),
    Scenario(
        name="date/refused/CreateSession",
        script=refused_on_create,
        serves=("DATE-008", "DATE-009", "DATE-010"),
    ),
    Scenario(
        name="date/refused/UpdateSession",
        script=refused_on_update,
        serves=("DATE-008", "DATE-009", "UPD-002"),
    ),
    Scenario(name="date/open/CreateSession", script=open_on_create, serves=_OF_OPEN),
    Scenario(
        name="date/open/UpdateSession",
        script=open_on_update,
        serves=(*_OF_OPEN, "DATE-018", "DATE-019"),
    ),
    Scenario(
        name="date/drawn/UpdateSession",
        script=drawn_on_update,
        serves=("DATE-005", "DATE-006", "DATE-007", "DATE-008"),
        needs=frozenset({Capability.WRITING, Capability.GENERATION}),
    ),
)
