"""Scenarios about UniqueName: what it may be, how it is shown, and what is unique."""

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import quote

from conformance.catalogue import Capability
from conformance.exchange import Exchange, Probe, Role
from conformance.scenarios.steps import delete, fetch, update
from conformance.script import (
    Fields,
    Scenario,
    Script,
    World,
    created,
    expect,
    send,
    sid_shown,
)
from conformance.strategies import names
from conformance.strategies.drawing import drawn

DRAWN = 6
DRAWN_TOO_LONG = 3
FETCHED = 4
"""How many names of a kind are also fetched."""

_SAME_LETTERS: Mapping[str, tuple[str, str]] = {
    "composition": (names.NORMALISABLE["composed"], names.NORMALISABLE["decomposed"]),
    "accent": ("e", names.NORMALISABLE["composed"]),
}
_SERVICES = frozenset({Capability.WRITING, Capability.SERVICES})
_PAGE = {"PageSize": "100"}
_BYTES_MAX = 4


def kept(world: World) -> Script[None]:
    """Create a Session with each piece of a name, and fetch some of them."""
    if not world.thorough:
        return
    for pieces in (names.ASCII, names.UTF_8):
        for number, (piece, text) in enumerate(pieces.items()):
            name = names.around(world.name(piece), text)
            made = yield from _named(world, name, label=piece)
            if number < FETCHED:
                yield from _fetched(world, made)


def lengths(world: World) -> Script[None]:
    """Create Sessions with the longest names, and with names a little longer."""
    longest = names.CHARACTERS_MAX
    name = names.four_bytes_of(world.name("four"), longest)
    made = yield from send(_control(_create(world, name), "four-bytes"))
    yield from _fetched(world, made)
    yield from _too_long(world, names.ascii_of(world.name("a"), longest + 1), "ascii")
    name = names.ascii_of(world.name("b"), longest)
    made = yield from send(_control(_create(world, name), "ascii"))
    if not world.thorough:
        return
    yield from _fetched(world, made)
    for characters in (longest - 1, longest):
        name = names.three_bytes_of(world.name(f"three-{characters}"), characters)
        yield from _named(world, name, label=f"three-bytes-{characters}")
    for characters in (longest + 1, 255, 256, 1000):
        name = names.ascii_of(world.name(str(characters)), characters)
        yield from _too_long(world, name, "ascii")
    name = names.two_bytes_of(world.name("c"), longest + 1)
    yield from _too_long(world, name, "two-bytes")
    name = names.two_bytes_of(world.name("d"), longest)
    made = yield from send(_control(_create(world, name), "two-bytes"))
    yield from _fetched(world, made)
    name = names.four_bytes_of(world.name("five"), longest + 1)
    yield from _too_long(world, name, "four-bytes")


def at_random(world: World) -> Script[None]:
    """Create Sessions with names drawn at random, and with some that are too long."""
    base = world.name("drawn-0")
    characters_max = names.room(base) // _BYTES_MAX
    texts = drawn(names.texts(characters_max), seed=world.seed, count=DRAWN)
    for number, text in enumerate(texts):
        name = names.within(world.name(f"drawn-{number}"), text)
        made = yield from _named(world, name, label=f"drawn-{number}")
        yield from _fetched(world, made)
    too_long = names.too_long_names(base=world.name("long"))
    for name in drawn(too_long, seed=world.seed, count=DRAWN_TOO_LONG):
        yield from _too_long(world, name, "drawn")
    name = names.ascii_of(world.name("most"), names.CHARACTERS_MAX)
    yield from send(_control(_create(world, name), "drawn"))


def words(world: World) -> Script[None]:
    """Give Sessions names that mean something else elsewhere, and list them."""
    if not world.thorough:
        return
    for label, name in names.WORDS.items():
        yield from _named(world, name, label=label)
    yield from send(world.call("ListSession", query=_PAGE))


def refused(world: World) -> Script[None]:
    """Send creates that are refused between some that are not, and list the Service."""
    name = names.around(world.name("one"), names.ASCII["punctuation"])
    yield from _named(world, name, label="punctuation")
    yield from _refused_first(world, world.name("two"), {"Status": "no-such-status"})
    name = names.around(world.name("three"), names.UTF_8["four-bytes"])
    yield from _named(world, name, label="four-bytes")
    if world.thorough:
        yield from _refused_first(world, world.name("four"), {"Ttl": "soon"})
        yield from _named(world, world.name("four"), label="refused")
        longer = names.ascii_of(world.name("five"), names.CHARACTERS_MAX + 1)
        yield from _named(world, longer, label="refused")
    yield from send(world.call("ListSession", query=_PAGE, label="listed"))


def taken(world: World) -> Script[None]:
    """Give a name twice, in another Service, after a delete, and after a close."""
    name = names.around(world.name("taken"), names.ASCII["punctuation"])
    form = {"UniqueName": name, "Mode": "voice-only", "Ttl": "3600"}
    sid = yield from created(world.call("CreateSession", form=form, label="first"))
    twice = {"UniqueName": name, "Mode": "message-only", "Ttl": "1800"}
    yield from send(
        replace(
            world.call("CreateSession", form=twice, label="duplicate"),
            role=Role.SPOILT,
            defect="taken",
            pair="taken",
        )
    )
    fresh = {**twice, "UniqueName": world.name("free")}
    yield from send(_control(world.call("CreateSession", form=fresh), "taken"))
    yield from fetch(world, sid)
    if world.other_sid:
        for label, form in (("elsewhere", {"UniqueName": name}), ("unnamed", {})):
            yield from send(
                world.call(
                    "CreateSession", form=form, service=world.other_sid, label=label
                )
            )
    yield from delete(world, sid, label="deleted")
    made = yield from _named(world, name, label="freed")
    heir = sid_shown(made)
    if world.thorough and heir:
        yield from update(world, heir, {"Status": "closed"}, label="close")
        yield from _named(world, name, label="closed")
    if world.thorough:
        yield from _taken_still(world)


def _taken_still(world: World) -> Script[None]:
    """Give a name twice that is not ASCII, and one whose Session was updated."""
    beyond = names.UTF_8["two-bytes"]
    for label, piece in (("beyond-ascii", beyond), ("updated", "")):
        name = names.around(world.name(label), piece)
        sid = yield from created(_create(world, name))
        if label == "updated":
            yield from update(world, sid, {"Ttl": "1800"})
        spoilt = replace(_create(world, name), role=Role.SPOILT, pair=label)
        yield from send(replace(spoilt, defect=f"taken-{label}"))
        name = names.around(world.name(f"{label}-free"), piece)
        yield from send(_control(_create(world, name), label))


def apart(world: World) -> Script[None]:
    """Create Sessions with names that differ in one place, two by two."""
    for label, both in world.some(tuple(names.TELL_APART.items()), 1):
        yield from _two(world, label, both, pair=label)
    if world.thorough:
        yield from _two(world, "case", ("Case", "cASE"), pair="letter case")
        for label, both in _SAME_LETTERS.items():
            yield from _two(world, label, both, pair="accent")


def odd(world: World) -> Script[None]:
    """Create Sessions with names that the documents do not speak of."""
    if not world.thorough:
        return
    for label, text in names.NORMALISABLE.items():
        name = names.around(world.name(label), text)
        yield from _named(world, name, label=f"normalisable {label}")
    for label, pattern in names.SURROUNDED.items():
        name = pattern.format(world.name(label))
        yield from _named(world, name, label=f"surrounded {label}")
    for label, text in names.CONTROLS.items():
        name = names.within(world.name(label), text)
        made = yield from _named(world, name, label=f"control {label}")
        yield from _fetched(world, made)
    for label, octets in names.INVALID.items():
        probe = _create(world, "", label=f"invalid {label}")
        body = f"UniqueName={world.name(label)}".encode() + octets
        made = yield from send(replace(probe, body=body))
        yield from _fetched(world, made)
    for _ in range(2):
        yield from _named(world, "", label="empty")


def in_the_path(world: World) -> Script[None]:
    """Fetch Sessions by their names, and by a SID that is another one's name."""
    if not world.thorough:
        return
    for label, text in (("plain", ""), ("encoded", " #1234/?%")):
        name = f"{world.name(label)}{text}"
        yield from expect(_create(world, name))
        yield from fetch(world, quote(name, safe=""), label="by name")
    sid = yield from created(_create(world, world.name("original")))
    yield from _named(world, sid, label="like a SID")
    yield from fetch(world, sid)


def _create(world: World, name: str, *, label: str = "") -> Probe:
    form: Fields = {"UniqueName": name}
    return world.call("CreateSession", form=form, label=label)


def _named(world: World, name: str, *, label: str) -> Script[Exchange]:
    """Create a Session of that name."""
    return (yield from send(_create(world, name, label=label)))


def _refused_first(world: World, name: str, wrong: Mapping[str, str]) -> Script[None]:
    """Create a Session of that name with a parameter that is wrong, then without."""
    form = {"UniqueName": name, **wrong}
    yield from send(world.call("CreateSession", form=form, label="refused"))
    yield from _named(world, name, label="again")


def _fetched(world: World, made: Exchange) -> Script[None]:
    """Fetch the Session that was made, if it was."""
    if sid := sid_shown(made):
        yield from fetch(world, sid, label=made.probe.label)


def _two(world: World, label: str, both: tuple[str, str], *, pair: str) -> Script[None]:
    """Create two Sessions whose names differ in a piece."""
    for text in both:
        probe = _create(world, names.within(world.name(label), text), label=label)
        yield from send(replace(probe, pair=pair))


def _too_long(world: World, name: str, pair: str) -> Script[None]:
    defect = "192-characters" if len(name) == names.CHARACTERS_MAX + 1 else "longer"
    probe = replace(_create(world, name), role=Role.SPOILT, defect=defect, pair=pair)
    yield from send(probe)


def _control(probe: Probe, pair: str) -> Probe:
    return replace(probe, role=Role.CONTROL, pair=pair, label=probe.label or pair)


SCENARIOS = (
    Scenario(
        name="name-length/CreateSession",
        script=lengths,
        serves=("NAME-003", "NAME-004"),
    ),
    Scenario(
        name="name-taken/CreateSession",
        script=taken,
        serves=("NAME-007", "NAME-008", "NAME-009", "NAME-011", "NAME-012"),
    ),
    Scenario(
        name="name-refused/CreateSession",
        script=refused,
        serves=("NAME-001", "NAME-002", "NAME-005", "NAME-006"),
        needs=_SERVICES,
        own=True,
    ),
    Scenario(
        name="name-apart/CreateSession",
        script=apart,
        serves=("NAME-010", "NAME-013", "NAME-014"),
    ),
    Scenario(
        name="name-kept/CreateSession",
        script=kept,
        serves=("NAME-001", "NAME-002"),
    ),
    Scenario(
        name="name-words/CreateSession",
        script=words,
        serves=("NAME-001", "NAME-002", "NAME-003"),
        needs=_SERVICES,
        own=True,
    ),
    Scenario(
        name="name-odd/CreateSession",
        script=odd,
        serves=("NAME-015", "NAME-016", "NAME-017", "NAME-018", "NAME-019"),
    ),
    Scenario(
        name="name-path/FetchSession",
        script=in_the_path,
        serves=("NAME-020", "NAME-021"),
    ),
    Scenario(
        name="name-drawn/CreateSession",
        script=at_random,
        serves=("NAME-001", "NAME-002", "NAME-003", "NAME-004"),
        needs=frozenset({Capability.WRITING, Capability.GENERATION}),
    ),
)
