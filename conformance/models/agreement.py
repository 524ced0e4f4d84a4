"""Agreement: what the answer to a read or an update agrees with or contradicts."""

from collections.abc import Iterator
from dataclasses import replace

from conformance.models.act import DELETE, FETCH, UPDATE, Act
from conformance.models.known import Known, Point, Rule, held
from conformance.models.lifetime import (
    SETTLED_S,
    ended_early,
    lasting,
    lived_s,
    may_have_expired,
)
from conformance.models.values import LIVE, Value, Values, fits, spelled

GIVEN = ("unique_name", "mode")
MANAGED = ("closed_reason", "date_started", "date_ended", "date_last_interaction")
_WRITABLE = ("status", "ttl", "date_expiry")
CHANGING = (*_WRITABLE, *MANAGED)
_DATED = {
    Rule.FORWARDS: "date_updated {} or later",
    Rule.STILL: "date_updated {}, as nothing was written",
    Rule.MOVED: "date_updated later than {}",
}
_DEFAULTS = frozenset({"", "voice-and-message", None, 0, "open"})


def reading(
    known: Known, act: Act, shown: Values, odd: tuple[str, ...]
) -> Iterator[Point]:
    """Yield what a settled read agrees with or contradicts; `odd` are its surprises."""
    if not known.ours:
        yield from _forwards(known, act, shown)
        return
    if act.operation == FETCH:
        yield held(Rule.FOUND, FETCH)
    yield from _identity(known, act, shown)
    wrong = tuple(_mismatch(known, act, name, shown[name]) for name in odd)
    ended = any(point.field == "status" for point in wrong)
    yield from (point for point in wrong if not ended or point.field not in MANAGED)
    if not wrong:
        yield from _forwards(known, act, shown)
        yield from _still(known, act, shown)
    yield from _confirmed(known, {point.rule for point in wrong})
    if shown.get("status") in LIVE:
        yield from lasting(known, act)


def again(known: Known, act: Act) -> Iterator[Point]:
    """Yield what a settled read agrees with that shows what the read before showed."""
    if act.operation == FETCH:
        yield held(Rule.FOUND, FETCH)
    yield held(Rule.SHOWN, known.wrote)
    if known.sole("status") in LIVE:
        yield from lasting(known, act)


def says_nothing_new(known: Known, act: Act) -> bool:
    """Return whether a read shows just what the read before showed, no later date.

    Most reads of recorded traffic are such.
    """
    same = act.shown is known.shown and known.confirmed and known.ours
    pending = known.refused or known.spared is not None or known.doubted
    return same and not pending and (known.stood or not late(known, act))


def writing(
    known: Known, act: Act, shown: Values, odd: tuple[str, ...]
) -> Iterator[Point]:
    """Yield what the answer to an accepted update agrees with or contradicts."""
    yield from _forwards(known, act, shown)
    if known.ours:
        yield held(Rule.FOUND, UPDATE)
        yield from _identity(known, act, shown)
        yield from _left_alone(known, act, shown, odd)
        yield from _moved(known, act, shown)


def surprises(known: Known, act: Act, shown: Values) -> tuple[str, ...]:
    """Return the properties that show what they should not, as far as we write them."""
    odd = tuple(
        name for name in CHANGING if name in shown and not _agrees(known, name, shown)
    )
    if not odd or not known.ours:
        return ()
    may_change = _drift(known, act, shown)
    if act.operation == UPDATE:
        may_change |= _side_effects(known, act)
    return tuple(name for name in odd if name not in may_change)


def _agrees(known: Known, name: str, shown: Values) -> bool:
    options = known.fields.get(name)
    return options is None or name in known.loose or fits(shown[name], options)


def _side_effects(known: Known, act: Act) -> frozenset[str]:
    """Return the properties that an update may change, sent or not."""
    effects = act.touched
    if "status" in act.touched:
        effects |= {*MANAGED}
        # What re-opening does to a date of expiry is not documented.
        effects |= {"date_expiry"} if act.asked.get("status") != "closed" else set()
    if "ttl" in act.touched and "date_expiry" not in known.told:
        effects |= {"date_expiry"}
    return effects


def _drift(known: Known, act: Act, shown: Values) -> frozenset[str]:
    """Return the properties that may have changed without any write that we know."""
    drift: frozenset[str] = frozenset()
    status, before = shown.get("status"), known.fields.get("status", ())
    open_before = not before or any(option in LIVE for option in before)
    if status not in LIVE and open_before and _may_be_over(known, act):
        drift |= {"status", "closed_reason", "date_ended"}
    if known.peopled:
        drift |= {"date_started", "date_last_interaction"}
        drift |= {"status"} if status == "in-progress" and open_before else set()
        drift |= {"date_expiry"} if "date_expiry" not in known.told else set()
    return drift


def _may_be_over(known: Known, act: Act) -> bool:
    """Return whether the lifetime may be over, before an update or because of it.

    One whose DateExpiry has passed, or whose Ttl has, may end the Session at once.
    """
    limits = act.touched & {"ttl", "date_expiry"}
    if may_have_expired(known, act):
        return True
    if act.operation != UPDATE or not limits:
        return False
    wished = {**known.fields, **{name: act.wish(name) for name in limits}}
    return may_have_expired(
        replace(known, fields=wished, told=known.told | limits), act
    )


def _mismatch(known: Known, act: Act, name: str, value: Value) -> Point:
    """Return the point that a property shows what it should not."""
    before = known.fields.get(name, ())
    stale = fits(value, known.past.get(name, ()))
    unkept = _unkept(known, name, value)
    ended = name == "status" and LIVE.issuperset(before) and value not in LIVE
    by = None if unkept else _culprit(known, name, value)
    if by is None and known.refused and not stale and not ended:
        by = known.refused[-1]
    if by is not None:
        rule, symptom = _refusal(by), f"{name} changed by a refused update"
    elif ended and not unkept:
        rule, symptom = ended_early(known, act)
    else:
        rule, symptom = Rule.SHOWN, f"{name} stale" if stale else f"{name} changed"
    return Point(
        rule=rule,
        holds=False,
        subject=known.wrote if by is None else _refused(by),
        since=0 if by is None else by.number,
        field=name,
        expected=f"{name} {spelled(*before)}",
        observed=spelled(value),
        symptom=symptom,
    )


def _unkept(known: Known, name: str, value: Value) -> bool:
    """Return whether a value is one of before a write that no read confirmed."""
    return not known.confirmed and fits(value, known.past.get(name, ()))


def _culprit(known: Known, name: str, value: Value) -> Act | None:
    """Return the refused update that asked for what a property now shows, if any."""
    return next((by for by in known.refused if fits(value, by.wish(name))), None)


def _refusal(by: Act) -> Rule:
    return Rule.ISOLATED if by.strange else Rule.HARMLESS


def _refused(by: Act) -> str:
    return UPDATE if by.strange else by.words


def _confirmed(known: Known, wrong: set[Rule]) -> Iterator[Point]:
    """Yield what holds of the properties that can change."""
    if Rule.SHOWN not in wrong and known.wrote:
        yield held(Rule.SHOWN, known.wrote)
    for by in known.refused:
        rule, subject = _refusal(by), _refused(by)
        if rule not in wrong:
            yield Point(rule=rule, holds=True, subject=subject, since=by.number)
    if known.spared is not None and known.spared.strange:
        since = known.spared.number
        yield Point(rule=Rule.ISOLATED, holds=True, subject=DELETE, since=since)


def _identity(known: Known, act: Act, shown: Values) -> Iterator[Point]:
    """Yield whether what no update can change is as it was."""
    tried = act.operation == UPDATE or UPDATE in known.proved
    wrote = act.words if act.operation == UPDATE else known.wrote
    for name in (*GIVEN, "date_created"):
        options = known.fields.get(name)
        unsaid = name in act.touched and name not in act.asked
        if options is None or name not in shown or name in known.loose or unsaid:
            continue
        born = name == "date_created"
        holds = fits(shown[name], (*options, *act.wish(name)))
        # At once, or where it is the default, nothing could be seen of a change.
        aged = lived_s(known, act) >= SETTLED_S
        telling = aged if born else options[0] not in _DEFAULTS
        if not holds or (tried and telling):
            yield Point(
                rule=Rule.BORN if born else Rule.GIVEN,
                holds=holds,
                subject=f"{name} after {wrote}",
                field=name,
                expected=f"{name} {spelled(*options)}",
                observed=spelled(shown[name]),
                symptom=f"{name} moved",
            )


def _left_alone(
    known: Known, act: Act, shown: Values, odd: tuple[str, ...]
) -> Iterator[Point]:
    """Yield whether an update left alone what it was not sent."""
    for name in odd:
        by = _culprit(known, name, shown[name])
        if by is None and _unkept(known, name, shown[name]):
            continue  # it may be the write before that was not kept
        options = known.fields.get(name, ())
        yield Point(
            rule=Rule.KEPT if by is None else _refusal(by),
            holds=False,
            subject=act.words if by is None else _refused(by),
            since=0 if by is None else by.number,
            field=name,
            expected=f"{name} {spelled(*options)}, which was not sent",
            observed=spelled(shown[name]),
            symptom=f"{name} changed",
        )
    kept = {*_WRITABLE} & shown.keys() - _side_effects(known, act)
    if not odd and any(known.sole(name) not in _DEFAULTS for name in kept):
        yield held(Rule.KEPT, act.words)


def _forwards(known: Known, act: Act, shown: Values) -> Iterator[Point]:
    """Yield whether date_updated goes forwards."""
    before, now = known.sole("date_updated"), shown.get("date_updated")
    if isinstance(before, float) and isinstance(now, float):
        holds = not behind(now, before)
        if not holds or late(known, act):
            yield _dated(known, Rule.FORWARDS, "went back", now, holds=holds)


def _still(known: Known, act: Act, shown: Values) -> Iterator[Point]:
    """Yield whether date_updated stays where nothing happened since."""
    before, now = known.sole("date_updated"), shown.get("date_updated")
    moving = known.peopled or "date_updated" in known.loose or not known.updated_sure
    if not isinstance(before, float) or not isinstance(now, float) or moving:
        return
    if behind(now, before) or _drift(known, act, shown):
        return
    holds = fits(now, (before,))
    if not holds or late(known, act):
        yield _dated(known, Rule.STILL, "moved without a write", now, holds=holds)


def _moved(known: Known, act: Act, shown: Values) -> Iterator[Point]:
    """Yield whether date_updated moved with a change that came a second later."""
    before, now = known.sole("date_updated"), shown.get("date_updated")
    if not isinstance(before, float) or not isinstance(now, float):
        return
    changed = any(
        name in shown and not _agrees(known, name, shown)
        for name in act.touched.intersection(_WRITABLE)
    )
    if changed and late(known, act) and known.updated_sure and not behind(now, before):
        yield _dated(known, Rule.MOVED, "did not move", now, holds=now > before)


def behind(now: float, before: float) -> bool:
    """Return whether a moment is before another, by more than dates may differ."""
    return now < before and not fits(now, (before,))


def late(known: Known, act: Act) -> bool:
    """Return whether a date of whole seconds would show that it is later by now."""
    return act.began_s - known.updated_s >= SETTLED_S


def _dated(known: Known, rule: Rule, symptom: str, now: float, *, holds: bool) -> Point:
    return Point(
        rule=rule,
        holds=holds,
        subject=known.wrote,
        field="date_updated",
        expected=_DATED[rule].format(spelled(known.sole("date_updated"))),
        observed=spelled(now),
        symptom=f"date_updated {symptom}",
    )
