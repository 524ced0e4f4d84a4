"""Checks about DateExpiry: which forms of it are taken, and for which moment."""

from collections.abc import Iterator
from dataclasses import dataclass

from conformance.checks.asked import creates, form, omits
from conformance.checks.looked import looked
from conformance.checks.refusal import BAD_REQUEST, refused
from conformance.evidence import Evidence
from conformance.exchange import Exchange, Role, labelled
from conformance.judge import Check
from conformance.models.act import CREATE, UPDATE, Answer
from conformance.models.timeline import Stride, strides
from conformance.models.values import LIVE, Value, Values, same, shown_values, spelled
from conformance.oracles import date
from conformance.verdict import Verdict, chose, judged, unknown

_OPERATIONS = (CREATE, UPDATE)
_KINDS = {"unusual": "DATE-018", "notation": "DATE-019"}
_ZONE_S = 15 * 60
_ZONES_MAX_S = 26 * 3600
_DAY_S = 24 * 3600
_HALF = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class _Taken:
    """A DateExpiry that was accepted, and the date_expiry then shown.

    `before` is the one that the Session had, None also if that is not known.
    """

    exchange: Exchange
    operation: str
    text: str
    created: Value
    before: Value
    shown: Value

    def chose(self, requirement: str, choice: str) -> Verdict:
        """Return the verdict of what was made of it."""
        return chose(
            requirement,
            self.operation,
            choice,
            subject=choice,
            evidence=(self.exchange.number,),
        )


def sent_dates_are_shown(evidence: Evidence) -> Iterator[Verdict]:
    """Yield whether each date is shown as sent (DATE-005, DATE-006, DATE-007)."""
    for one in evidence.view(_taken):
        sent = date.read(one.text)
        if sent is None or not date.is_common(sent) or _passed(sent.instant, one):
            continue
        requirement = _form(sent)
        holds = same(sent.instant, one.shown)
        yield judged(
            requirement,
            one.operation,
            holds,
            expected=f"date_expiry {spelled(sent.instant)} for {one.text}",
            observed=spelled(one.shown),
            symptom=_drift(sent.instant, one.shown),
            subject=one.text,
            evidence=(one.exchange.number,),
        )
        if holds and (choice := _fraction(sent, one.shown)):
            yield one.chose("DATE-020", choice)


def lawful_dates_are_accepted(evidence: Evidence) -> Iterator[Verdict]:
    """Yield a verdict on each date that is refused (DATE-005, DATE-006, DATE-007).

    It counts only where the same operation is accepted without a DateExpiry.
    """
    for scene in evidence.scenes("date"):
        for exchange in labelled(scene, "form"):
            sent = date.read(_text(exchange))
            if exchange.accepted or sent is None:
                continue
            requirement, operation = _form(sent), exchange.probe.operation
            why = _excuse(evidence, scene, exchange)
            if not why and sent.instant <= evidence.view(_present):
                why = "it has passed, as the target tells the time"
            if why:
                yield unknown(requirement, operation, f"{_text(exchange)}: {why}")
            else:
                yield judged(
                    requirement,
                    operation,
                    holds=False,
                    expected=f"{_text(exchange)} to be accepted",
                    observed=exchange.observed,
                    symptom=f"refused, {exchange.observed_class}",
                    subject=_text(exchange),
                    evidence=(exchange.number,),
                )


def a_refused_create_takes_no_name(evidence: Evidence) -> Iterator[Verdict]:
    """Yield whether a name is free after a create refused for its date (DATE-010)."""
    for scene in evidence.scenes("date/refused/CreateSession"):
        for again in labelled(scene, "again"):
            spoilt = _of_the_same_name(scene, again)
            other = next(iter(labelled(scene, "other")), again)
            if not all(e.refused for e in spoilt):
                continue
            numbers = tuple(e.number for e in (*spoilt, again))
            if again.undecided or not other.accepted:
                why = f"the same name {again.observed}, another {other.observed}"
                yield unknown("DATE-010", CREATE, why, evidence=numbers)
            else:
                yield judged(
                    "DATE-010",
                    CREATE,
                    again.accepted,
                    expected="the name to be free after the create was refused",
                    observed=again.observed,
                    symptom=f"the name is taken, {again.observed_class}",
                    evidence=numbers,
                )


def without_a_zone_is_in_utc(evidence: Evidence) -> Iterator[Verdict]:
    """Yield what a date without a zone is taken for (DATE-014 to DATE-017)."""
    for one in evidence.view(_taken):
        requirement, moments = _unzoned(one.text)
        if not requirement:
            continue
        holds = any(same(moment, one.shown) for moment in moments)
        if not holds and _ignored(one):
            yield one.chose(requirement, "ignored")
            continue
        yield one.chose(requirement, "taken as UTC" if holds else "taken otherwise")
        yield judged(
            "DATE-014",
            one.operation,
            holds,
            expected=f"date_expiry {spelled(*moments)} for {one.text}",
            observed=spelled(one.shown),
            symptom=_drift(moments[0], one.shown),
            subject=one.text,
            evidence=(one.exchange.number,),
        )


def uncommon_dates_are_taken_or_not(evidence: Evidence) -> Iterator[Verdict]:
    """Yield which uncommon forms are taken (DATE-018, DATE-019)."""
    for one in evidence.view(_taken):
        kind, _, name = one.exchange.probe.label.partition("/")
        if (requirement := _KINDS.get(kind)) is None:
            continue
        sent = date.instant(one.text)
        if kind == "unusual" and sent is not None and same(sent, one.shown):
            choice = name
        elif _ignored(one):
            choice = "ignored"
        else:
            choice = name if kind == "notation" else "taken otherwise"
        yield one.chose(requirement, choice)


def open_forms_are_refused(evidence: Evidence) -> Iterator[Verdict]:
    """Yield which forms are refused that a target need not take (DATE-015 to 019).

    It counts only where the same operation takes some date.
    """
    for scene in evidence.scenes("date/open"):
        for exchange in scene:
            kind = exchange.probe.label.partition("/")[0]
            requirement = _KINDS.get(kind) or _unzoned(_text(exchange))[0]
            if requirement and exchange.status in BAD_REQUEST:
                yield _refused(evidence, requirement, exchange)


def a_date_that_has_passed(evidence: Evidence) -> Iterator[Verdict]:
    """Yield what becomes of a date in the past (DATE-021)."""
    for scene in evidence.scenes("date/open"):
        for exchange in labelled(scene, "past"):
            if exchange.status in BAD_REQUEST:
                yield _refused(evidence, "DATE-021", exchange)
            for later in labelled(scene, "passed"):
                if status := looked(later).get("status"):
                    live = status in LIVE
                    choice = "still open" if live else "closed at once"
                    yield _chose("DATE-021", exchange, choice)


def an_empty_date(evidence: Evidence) -> Iterator[Verdict]:
    """Yield what an empty DateExpiry amounts to (DATE-022)."""
    for scene in evidence.scenes("date/open"):
        for exchange in labelled(scene, "empty"):
            if exchange.status in BAD_REQUEST:
                yield _refused(evidence, "DATE-022", exchange)
    for one in evidence.view(_taken):
        if one.exchange.probe.label == "empty":
            kept = one.before is not None and same(one.shown, one.before)
            had = "the date_expiry it had" if kept else "another date_expiry"
            yield one.chose("DATE-022", "no date_expiry" if one.shown is None else had)


def a_date_that_was_not_sent(evidence: Evidence) -> Iterator[Verdict]:
    """Yield which date_expiry a create without DateExpiry shows (DATE-023)."""
    for exchange, fields in creates(evidence):
        shown = shown_values(exchange.fields)
        if omits(fields, "DateExpiry") and "date_expiry" in shown:
            timed = same(shown["date_expiry"], _end(shown))
            dated = "the end of its Ttl" if timed else "another date"
            choice = "null" if shown["date_expiry"] is None else dated
            yield _chose("DATE-023", exchange, choice)


def _taken(evidence: Evidence) -> tuple[_Taken, ...]:
    """Return each DateExpiry that was accepted without a doubt about the Session.

    Not of a Session that is over, nor beside a Status: what becomes of it then is not
    documented.
    """
    return tuple(
        _Taken(
            exchange=stride.exchange,
            operation=stride.step.act.operation,
            text=texts[0],
            created=shown.get("date_created"),
            before=stride.step.before.sole("date_expiry"),
            shown=shown["date_expiry"],
        )
        for stride in evidence.view(strides)
        if (shown := _answer(stride)) and "date_expiry" in shown
        if (fields := form(stride.exchange.sent)) and omits(fields, "Status")
        if len(texts := fields.get("DateExpiry", ())) == 1
    )


def _answer(stride: Stride) -> dict[str, Value]:
    """Return what an accepted write shows of a Session that is alive, else nothing."""
    act = stride.step.act
    writes = act.operation in _OPERATIONS and act.answer is Answer.ACCEPTED
    alone = act.settled and not act.strange
    shown = dict(act.shown or {}) if writes and alone else {}
    return shown if shown.get("status") in LIVE else {}


def _end(shown: Values) -> Value:
    """Return when the Ttl of a Session is over that was just created, else None."""
    created, ttl = shown.get("date_created"), shown.get("ttl")
    timed = isinstance(created, float) and isinstance(ttl, int) and ttl > 0
    return created + ttl if timed else None  # type: ignore[operator]  # timed says so


def _passed(moment: float, one: _Taken) -> bool:
    """Return whether a moment was over when the Session was created."""
    return isinstance(one.created, float) and moment <= one.created


def _form(sent: date.DateTime) -> str:
    """Return the requirement about the form of a date."""
    if sent.zone not in {"Z", "z"}:
        return "DATE-006"
    return "DATE-007" if sent.fraction else "DATE-005"


def _fraction(sent: date.DateTime, shown: Value) -> str:
    """Return what became of a fraction, "" where that cannot be told."""
    part = sent.instant % 1
    if not part or not isinstance(shown, float):
        return ""
    if shown == sent.instant:
        return "kept"
    if shown % 1:
        return "kept in part"
    if shown > sent.instant:
        return "rounded"
    return "cut off" if part > _HALF else ""


def _drift(sent: float, shown: Value) -> str:
    """Return, as a class, how another moment is shown than was sent."""
    if not isinstance(shown, float):
        return "null"
    away_s = abs(shown - sent)
    if away_s % _DAY_S == 0:
        return "another day"
    if away_s <= _ZONES_MAX_S and away_s % _ZONE_S == 0:
        return "a time zone away"
    return "another moment"


def _ignored(one: _Taken) -> bool:
    return one.shown is None or one.shown == one.before


def _unzoned(text: str) -> tuple[str, tuple[float, ...]]:
    """Return the requirement about a date without a zone, and its moments in UTC.

    A date alone may be taken for the beginning of the day or for its end.
    """
    if (day := date.day(text)) is not None:
        begin, end = day
        return "DATE-016" if "-" in text else "DATE-017", (begin, end, end - 1)
    moment = date.instant(f"{text}Z")
    return ("", ()) if moment is None else ("DATE-015", (moment,))


def _text(exchange: Exchange) -> str:
    return dict(exchange.sent.form).get("DateExpiry", "")


def _excuse(evidence: Evidence, scene: tuple[Exchange, ...], refused: Exchange) -> str:
    """Return why a refusal says nothing about the date, "" if it does."""
    operation = refused.probe.operation
    if refused.status not in BAD_REQUEST:
        return refused.observed
    if operation not in evidence.view(_without_a_date):
        return f"no {operation} without DateExpiry is accepted either"
    lives = [
        exchange.fields.get("status") in LIVE
        for exchange in scene
        if exchange.number < refused.number and exchange.accepted
    ]
    alive = operation == CREATE or lives[-1:] == [True]
    return "" if alive else "the Session may be over"


def _without_a_date(evidence: Evidence) -> frozenset[str]:
    """Return the operations that were accepted without a DateExpiry."""
    return frozenset(
        operation.id
        for exchange, operation in evidence.succeeded
        if operation.id in _OPERATIONS
        if (fields := form(exchange.sent)) is not None
        if omits(fields, "DateExpiry")
    )


def _present(evidence: Evidence) -> float:
    """Return the latest date_created of any create, the present to the target."""
    shown = (shown_values(exchange.fields) for exchange, _ in creates(evidence))
    born = (values.get("date_created") for values in shown)
    return max((moment for moment in born if isinstance(moment, float)), default=0.0)


def _dating(evidence: Evidence) -> frozenset[str]:
    """Return the operations that took some DateExpiry."""
    return frozenset(one.operation for one in evidence.view(_taken))


def _of_the_same_name(
    scene: tuple[Exchange, ...], again: Exchange
) -> tuple[Exchange, ...]:
    """Return the spoilt creates of the name that is sent again."""
    name = dict(again.sent.form).get("UniqueName")
    return tuple(
        exchange
        for exchange in scene
        if exchange.probe.role is Role.SPOILT
        and dict(exchange.sent.form).get("UniqueName") == name
    )


def _refused(evidence: Evidence, requirement: str, exchange: Exchange) -> Verdict:
    """Return that a form is refused, if the same operation takes another one."""
    operation = exchange.probe.operation
    if operation in evidence.view(_dating):
        return _chose(requirement, exchange, "refused")
    why = f"no {operation} with a DateExpiry is accepted"
    return unknown(requirement, operation, why, evidence=(exchange.number,))


def _chose(requirement: str, exchange: Exchange, choice: str) -> Verdict:
    return chose(
        requirement,
        exchange.probe.operation,
        choice,
        subject=choice,
        evidence=(exchange.number,),
    )


CHECKS: tuple[Check, ...] = (
    sent_dates_are_shown,
    lawful_dates_are_accepted,
    refused("DATE-008", "date", label="impossible"),
    refused("DATE-009", "date", label="garbage"),
    a_refused_create_takes_no_name,
    without_a_zone_is_in_utc,
    uncommon_dates_are_taken_or_not,
    open_forms_are_refused,
    a_date_that_has_passed,
    an_empty_date,
    a_date_that_was_not_sent,
)
