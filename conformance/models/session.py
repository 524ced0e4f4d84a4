"""One Session as far as it is known, and what each act adds to that or contradicts.

The documents leave much open, and so does the model: a property that is not in
`Known.fields` may be anything, one with two values may be either. What contradicts is
told once; from then on the property is doubted, until it is written again.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from conformance.models.act import (
    CREATE,
    DELETE,
    DELETE_SERVICE,
    FETCH,
    JOIN,
    LIST,
    MESSAGE,
    UPDATE,
    Act,
    Answer,
)
from conformance.models.agreement import (
    MANAGED,
    again,
    behind,
    late,
    reading,
    says_nothing_new,
    surprises,
    writing,
)
from conformance.models.known import Known, Life, Options, Point, Rule, Step
from conformance.models.values import LIVE, NOTHING, Value, Values, fits

_WRITES = frozenset({CREATE, UPDATE})


def apply(known: Known, act: Act) -> Step:
    """Return what `act` adds to what is known of its Session, or contradicts."""
    return _STEPS.get(act.operation, _event)(known, act)


def _step(known: Known, act: Act, after: Known | None = None, *points: Point) -> Step:
    return Step(before=known, act=act, after=after or known, points=points)


def _create(known: Known, act: Act) -> Step:
    if act.answer is not Answer.ACCEPTED or act.shown is None:
        return _step(known, act)
    born = Known(
        life=Life.LIVE,
        creation=act,
        peopled="participants" in act.touched,
        wrote=CREATE,
    )
    return _step(known, act, _adopted(born, act, frozenset()))


def _read(known: Known, act: Act) -> Step:
    if act.strange or not act.settled:
        return _step(known, act)
    if act.answer is Answer.ABSENT:
        return _absent(known, act)
    if known.life is Life.GONE:
        return _step(known, act, None, *_still_gone(known, act))
    if act.answer is not Answer.ACCEPTED or act.shown is None:
        return _step(known, act)
    if says_nothing_new(known, act):
        proved = known.proved | {act.operation}
        after = replace(known, last=act.number, proved=proved)
        return _step(known, act, after, *again(known, act))
    odd = surprises(known, act, act.shown)
    points = tuple(reading(known, act, act.shown, odd))
    return _step(known, act, _adopted(known, act, _wrong(points, odd)), *points)


def _absent(known: Known, act: Act) -> Step:
    """Return the step of an act that did not find the Session."""
    match known.life:
        case Life.GONE:
            return _step(known, act, None, *_still_gone(known, act))
        case Life.UNSURE:
            return _step(known, act, replace(known, life=Life.GONE))
        case Life.LIVE if known.ours and not known.mortal:
            # Told once: whatever took it, it may be lost or found from now on.
            after = replace(known, mortal=True)
            return _step(known, act, after, _lost(known, act))
        case _:
            return _step(known, act)


def _lost(known: Known, act: Act) -> Point:
    rule, subject, symptom = Rule.FOUND, act.operation, "not found"
    if known.spared is not None and known.spared.strange:
        rule, subject, symptom = Rule.ISOLATED, DELETE, "deleted by a refused delete"
    return Point(
        rule=rule,
        holds=False,
        subject=subject,
        since=known.spared.number if known.spared is not None else 0,
        expected="the Session, which was not deleted",
        observed="404",
        symptom=symptom,
    )


def _still_gone(known: Known, act: Act) -> Iterator[Point]:
    """Yield whether a deleted Session is gone for this act, if that can be said."""
    valid = act.touched <= {"ttl"} and len(act.asked) == len(act.touched)
    if act.strange or not act.settled:
        return
    match act.answer:
        case Answer.ABSENT if act.operation in known.proved:
            holds, observed = True, ""
        case Answer.ACCEPTED:
            holds, observed = False, "a success"
        case Answer.REFUSED if valid:
            holds, observed = False, "another refusal"
        case _:
            return
    yield Point(
        rule=Rule.GONE,
        holds=holds,
        subject=act.operation,
        expected="404, as the Session was deleted",
        observed=observed,
        symptom=observed,
    )


def _update(known: Known, act: Act) -> Step:
    plain = act.settled and not act.strange
    match act.answer:
        case Answer.SILENT:
            loose = known.loose | _reach(act) | {"date_updated"}
            return _step(known, act, _blurred(replace(known, loose=loose), act))
        case Answer.ABSENT if plain:
            return _absent(known, act)
        case Answer.ACCEPTED | Answer.REFUSED if known.life is Life.GONE:
            return _step(known, act, None, *_still_gone(known, act))
        case Answer.ABSENT | Answer.REFUSED:
            return _step(known, act, replace(known, refused=(*known.refused, act)))
        case Answer.ACCEPTED if plain and act.shown is not None:
            odd = surprises(known, act, act.shown)
            points = tuple(writing(known, act, act.shown, odd))
            after = _adopted(known, act, _wrong(points, odd))
            return _step(known, act, after, *points)
        case _:
            return _step(known, act, _blurred(known, act))


def _delete(known: Known, act: Act) -> Step:
    plain = act.settled and not act.strange
    match act.answer:
        case Answer.SILENT:
            return _step(known, act, replace(known, life=_unsure(known), mortal=True))
        case Answer.UNCLEAR | Answer.BARRED:
            return _step(known, act, replace(known, life=_unsure(known)))
        case Answer.ACCEPTED if not plain:
            return _step(known, act, replace(known, life=_unsure(known)))
        case _ if known.life is Life.GONE:
            return _step(known, act, None, *_still_gone(known, act))
        case Answer.ACCEPTED:
            proved = known.proved | {DELETE}
            after = replace(known, life=Life.GONE, proved=proved, last=act.number)
            return _step(known, act, after, *_deletable(known, act))
        case _:
            points = tuple(_deletable(known, act)) if plain else ()
            return _step(known, act, replace(known, spared=act), *points)


def _deletable(known: Known, act: Act) -> Iterator[Point]:
    """Yield whether a Session that is there can be deleted."""
    if known.life is not Life.LIVE or not known.ours or known.mortal:
        return
    status = known.sole("status")
    yield Point(
        rule=Rule.DELETABLE,
        holds=act.answer is Answer.ACCEPTED,
        subject=str(status),
        expected=f"a success for a Session that is {status}",
        observed="a refusal",
        symptom=f"{status} refused",
    )


def _delete_service(known: Known, act: Act) -> Step:
    if act.answer in {Answer.ABSENT, Answer.REFUSED}:
        return _step(known, act)
    mortal = known.mortal or act.answer is Answer.SILENT
    return _step(known, act, replace(known, life=_unsure(known), mortal=mortal))


def _unsure(known: Known) -> Life:
    return Life.UNSURE if known.life is Life.LIVE else known.life


def _event(known: Known, act: Act) -> Step:
    """Return the step of an act on what belongs to the Session."""
    if act.answer in {Answer.ABSENT, Answer.REFUSED}:
        return _step(known, act)
    after = _blurred(replace(known, peopled=True), act)
    status = known.fields.get("status", ())
    if act.operation in {JOIN, MESSAGE} and status and LIVE.issuperset(status):
        # It may be in progress by now, but is no sooner over.
        fields = {**after.fields, "status": (*status, "in-progress")}
        after = replace(after, fields=fields)
    if act.operation == MESSAGE and act.answer is Answer.ACCEPTED:
        after = replace(after, used=act)
    return _step(known, act, after)


def _reach(act: Act) -> frozenset[str]:
    """Return the properties that a write may change."""
    if act.operation != UPDATE:
        return frozenset({"status", *MANAGED})
    also = {"date_expiry", *MANAGED} if act.touched & {"status", "ttl"} else set[str]()
    return act.touched | also


def _blurred(known: Known, act: Act) -> Known:
    """Return what is known when a write may have changed what it can.

    Whatever else it answered otherwise than known may be so, too.
    """
    reach, shown = _reach(act), act.shown or NOTHING
    return replace(
        known,
        fields={
            name: _with(values, shown[name]) if name in shown else values
            for name, values in known.fields.items()
            if name not in reach
        },
        updated_sure=False,
        confirmed=False,
        refused=(),
        spared=None,
        wrote="",
    )


def _wrong(points: tuple[Point, ...], odd: tuple[str, ...]) -> frozenset[str]:
    """Return the properties that contradict what is known."""
    wrong = {point.field for point in points if not point.holds and point.field}
    # One that is odd makes the whole answer an old one, perhaps.
    return frozenset({*wrong, *odd, "date_updated"} if odd else wrong)


def _adopted(known: Known, act: Act, wrong: frozenset[str]) -> Known:
    """Return what is known now that the Session was shown, `wrong` in part."""
    shown, writes = act.shown or NOTHING, act.operation in _WRITES
    doubted = (known.doubted - _rewritten(known, act, shown)) | wrong
    fields, past = _values(known, act, shown, doubted)
    dated = shown.get("date_updated")
    fresh = dated is not None and not fits(dated, known.fields.get("date_updated", ()))
    return replace(
        known,
        life=Life.LIVE,
        shown=shown,
        fields=fields,
        past=past,
        doubted=doubted,
        confirmed=not writes,
        stood=not writes and late(known, act),
        refused=(),
        spared=None,
        proved=known.proved | {act.operation},
        updated_s=act.ended_s if fresh else known.updated_s,
        updated_sure=dated is not None,
        told=_told(known, act),
        wrote=act.words if act.operation == UPDATE else known.wrote or act.operation,
        last=act.number,
    )


def _told(known: Known, act: Act) -> frozenset[str]:
    """Return the properties whose last value was sent.

    An empty DateExpiry is none, and what re-opening leaves of one is not documented,
    even of one that is sent along.
    """
    told = known.told | act.touched
    shown, sent = act.shown or NOTHING, act.wish("date_expiry")
    dated = bool(sent) and fits(shown.get("date_expiry", *sent), sent)
    open_to_doubt = "date_expiry" in act.touched or "in-progress" in act.wish("status")
    return told - {"date_expiry"} if open_to_doubt and not dated else told


def _values(
    known: Known, act: Act, shown: Values, doubted: frozenset[str]
) -> tuple[Options, Options]:
    """Return the values that each property may show, and those it showed before.

    What shows nothing new is left as it is: that is most of it, most of the time.
    """
    writes, fields, past = act.operation in _WRITES, dict(known.fields), known.past
    for name in known.fields.keys() - shown.keys() if writes else ():
        del fields[name]
    for name, value in shown.items():
        before = fields.get(name, ())
        if name in doubted:
            fields.pop(name, None)
            past = {**past, name: _with(past.get(name, ()), *before, value)}
        elif before != (value,) or name in act.asked:
            wish = act.wish(name) if writes else ()
            fields[name] = _with((value,), *wish)
            if before and not fits(value, before):
                past = {**past, name: _with(past.get(name, ()), *before)}
    return fields, past


def _with(values: tuple[Value, ...], *more: Value) -> tuple[Value, ...]:
    """Return the values, and those of `more` that are not among them."""
    for value in more:
        values = values if fits(value, values) else (*values, value)
    return values


def _rewritten(known: Known, act: Act, shown: Values) -> frozenset[str]:
    """Return the properties that a write settles, whatever was seen of them."""
    if act.operation not in _WRITES:
        return frozenset()
    now, past = shown.get("date_updated"), known.past.get("date_updated", ())
    ahead = isinstance(now, float) and not any(
        isinstance(before, float) and behind(now, before) for before in past
    )
    return _reach(act) | ({"date_updated"} if ahead else set())


_STEPS: Mapping[str, Callable[[Known, Act], Step]] = {
    CREATE: _create,
    FETCH: _read,
    LIST: _read,
    UPDATE: _update,
    DELETE: _delete,
    DELETE_SERVICE: _delete_service,
}
