"""Judging: what the wire and the driver showed of a case, as a verdict."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from string import ascii_letters, digits
from typing import Any
from urllib.parse import unquote_to_bytes, urljoin, urlsplit

from conformance.exchange import Credentials, Exchange
from conformance.gate import values
from conformance.gate.cases import SIDS, Case, Elsewhere, Expectation
from conformance.gate.messages import Result, Told
from conformance.gate.names import FOREIGN, Names
from conformance.verdict import Outcome, Verdict, chose, judged, unknown

OFFERED = "SDK-001"
"""The row that the SDK offers every documented operation and argument."""

_SHOWN_MAX = 160
_PATH_LETTERS = frozenset(ascii_letters + digits + "-._~!$&'()*+,;=:@%/")


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """A case that was played: what the wire showed, and what the driver told.

    `result` is None where the call was not made, and `skipped` says why. `again` is
    what came of it when it was made once more, after it hung or crashed.
    """

    case: Case
    names: Names
    exchanges: tuple[Exchange, ...] = ()
    result: Result | None = None
    skipped: str = ""
    again: Result | None = None

    @property
    def own(self) -> tuple[Exchange, ...]:
        """The requests that came to the API's origin."""
        return tuple(e for e in self.exchanges if e.probe.label != FOREIGN)

    @property
    def numbers(self) -> tuple[int, ...]:
        """The exchange numbers."""
        return tuple(exchange.number for exchange in self.exchanges)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is not as expected."""

    expected: str
    observed: str
    symptom: str


def verdicts(played: Played) -> Iterator[Verdict]:
    """Yield what a case shows of its requirement, and of what the SDK offers."""
    case, result = played.case, played.result
    if result is None:
        yield _skipped(case, played.skipped)
        return
    if result.told is Told.UNSUPPORTED:
        yield _skipped(case, "the SDK has no way to express the call")
        yield _offered(played, "unsupported")
        return
    yield _offered(played, "")
    why = ""
    if not result.judgeable:
        why = f"nothing is known of the SDK: {result.observed}"
    elif result.told in {Told.HUNG, Told.CRASHED} and (
        played.again is None or played.again.told is not result.told
    ):
        why = f"it did not happen again: {result.observed}"
    if why:
        yield unknown(
            case.requirement,
            case.operation,
            why,
            subject=case.id,
            evidence=played.numbers,
        )
        return
    yield _choice(played, result) if case.choices else _verdict(played, result)


def _verdict(played: Played, result: Result) -> Verdict:
    """Return whether any admissible outcome is what happened."""
    case = played.case
    several = [tuple(problems(one, played, result)) for one in case.expect]
    fewest = min(several, key=len)
    found = fewest[0] if fewest else Problem(expected="", observed="", symptom="")
    return judged(
        case.requirement,
        case.operation,
        not fewest,
        expected=f"{found.expected} ({case.id})",
        observed=found.observed,
        symptom=found.symptom,
        subject=case.id,
        evidence=played.numbers,
    )


def _choice(played: Played, result: Result) -> Verdict:
    """Return which of the admissible outcomes happened."""
    case = played.case
    for name, expectation in case.choices:
        if not any(problems(expectation, played, result)):
            return chose(
                case.requirement,
                case.operation,
                name,
                subject=case.id,
                evidence=played.numbers,
            )
    return unknown(
        case.requirement,
        case.operation,
        f"none of the choices that we know: {result.observed}",
        subject=case.id,
        evidence=played.numbers,
    )


def _skipped(case: Case, reason: str) -> Verdict:
    return Verdict(
        requirement=case.requirement,
        operation=case.operation,
        outcome=Outcome.SKIP,
        reason=reason,
        subject=case.id,
    )


def _offered(played: Played, observed: str) -> Verdict:
    case = played.case
    given = sorted(case.arguments.keys() - SIDS[case.operation].keys())
    return judged(
        OFFERED,
        case.operation,
        not observed,
        expected=f"a call with {', '.join(given) or 'no arguments'} ({case.id})",
        observed=observed,
        symptom=f"no {case.operation} with {', '.join(given) or 'no arguments'}",
        subject=", ".join(given),
    )


def problems(
    expectation: Expectation, played: Played, result: Result
) -> Iterator[Problem]:
    """Yield what is not as this expectation says, the telling ones first."""
    yield from _on_the_wire(expectation, played)
    yield from _in_the_form(expectation, played, result)
    if expectation.follows:
        yield from _followed(played)
    if expectation.elsewhere is not None:
        yield from _elsewhere(expectation.elsewhere, played)
    yield from _told(expectation, played, result)


def _on_the_wire(expectation: Expectation, played: Played) -> Iterator[Problem]:
    if expectation.requests is not None:
        least, most = expectation.requests
        count = len(played.own)
        if not least <= count <= most:
            wanted = f"{least}" if least == most else f"{least} to {most}"
            fewer = "too few requests" if count < least else "too many requests"
            yield Problem(
                expected=f"{wanted} requests", observed=f"{count}", symptom=fewer
            )
    if expectation.path:
        segments = _path(played)
        for exchange in _first(played):
            path = exchange.sent.path
            parts = [unquote_to_bytes(one) for one in path.split("/")]
            same = parts == [one.encode() for one in segments]
            if not same or not _PATH_LETTERS.issuperset(path):
                yield Problem(
                    expected=f"the path segments {'/'.join(segments)!r}",
                    observed=repr(path),
                    symptom="not escaped" if same else "another path",
                )


def _path(played: Played) -> list[str]:
    """Return the segments of the documented path, with the arguments in it."""
    given = played.names.fill(played.case.arguments)
    parts = ["", "v1", "Services", str(given["ServiceSid"]), "Sessions"]
    return [*parts, str(given["Sid"])] if "Sid" in given else parts


def _first(played: Played) -> Sequence[Exchange]:
    """Return the first request that there was, if any."""
    return played.own[:1]


def _in_the_form(
    expectation: Expectation, played: Played, result: Result
) -> Iterator[Problem]:
    """Yield what is wrong with fields and query of the first request."""
    case = played.case
    if not (
        expectation.sends or expectation.asks or expectation.unsent or expectation.only
    ):
        return
    if not played.own:
        yield Problem(
            expected="a request", observed=result.observed, symptom="no request"
        )
        return
    request = played.own[0].sent
    form = values.by_name(request.form) if request.method == "POST" else {}
    query = values.by_name(request.query)
    for place, expected, found in (
        ("field", expectation.sends, form),
        ("query", expectation.asks, query),
    ):
        wanted = played.names.fill(expected)
        apart = values.first_apart(wanted, partial(_field, found), values.sent)
        if apart:
            name, one, observed = apart
            yield Problem(
                expected=f"the {place} {name} to say {_cut(values.said(one))}",
                observed=_short(observed) if observed else "no such field",
                symptom=f"{name}, {_wrong(one, observed)}",
            )
    surplus = [name for name in expectation.unsent if name in form or name in query]
    if expectation.only:
        surplus += sorted(form.keys() - case.arguments.keys())
    if surplus:
        yield Problem(
            expected="no field that was not given",
            observed=", ".join(f"{n}={(form | query)[n][0]!r}" for n in surplus),
            symptom=f"{', '.join(surplus)} sent unasked",
        )


def _field(form: Mapping[str, list[str]], name: str) -> list[str]:
    return form.get(name, [])


def _property(told: Any, name: str) -> Any:  # noqa: ANN401  whatever was told
    return (
        told.get(name, values.LEFT_OUT) if isinstance(told, dict) else values.LEFT_OUT
    )


def _wrong(expected: object, texts: Sequence[str]) -> str:
    """Return what is wrong with the texts of a field, as a class."""
    if not texts:
        return "left out"
    match expected:
        case {"$moment": _}:
            return "another moment" if values.moment(texts[0]) else "no date-time"
        case _:
            return "sent more than once" if len(texts) > 1 else "another value"


def _followed(played: Played) -> Iterator[Problem]:
    """Yield where a request is not the address that the page before it gave."""
    for before, after in zip(played.own, played.own[1:], strict=False):
        meta = before.fields.get("meta")
        following = meta.get("next_page_url") if isinstance(meta, dict) else None
        base = f"{played.names.base_url}{before.sent.url}"
        parts = urlsplit(urljoin(base, following or ""))
        wanted = f"{parts.path}?{parts.query}" if parts.query else parts.path
        if not following or after.sent.url != wanted:
            yield Problem(
                expected=f"the next page from {wanted!r}"
                if following
                else "no request after the last page",
                observed=repr(after.sent.url),
                symptom="another address" if following else "went on after the end",
            )


def _elsewhere(allowed: Elsewhere, played: Played) -> Iterator[Problem]:
    strangers = [e for e in played.exchanges if e.probe.label == FOREIGN]
    bare = all(e.probe.credentials is Credentials.NONE for e in strangers)
    observed = Elsewhere.CREDENTIALS
    if not strangers:
        observed = Elsewhere.NOTHING
    elif bare:
        observed = Elsewhere.NO_CREDENTIALS
    if observed is not allowed:
        yield Problem(
            expected=f"{allowed} to reach a foreign origin",
            observed=observed,
            symptom=f"foreign origin, {observed}",
        )


def _told(
    expectation: Expectation, played: Played, result: Result
) -> Iterator[Problem]:
    """Yield what is not as expected in what the driver told."""
    if expectation.told and result.told not in expectation.told:
        yield Problem(
            expected=" or ".join(sorted(expectation.told)),
            observed=result.observed,
            symptom=result.observed_class,
        )
        return
    if expectation.category and result.category not in expectation.category:
        yield Problem(
            expected=f"the category {' or '.join(sorted(expectation.category))}",
            observed=result.observed,
            symptom=result.observed_class,
        )
    shown: dict[str, Any] = {
        "status": result.status,
        "code": result.code,
        "message": result.message,
        "more_info": result.more_info,
    }
    wanted = played.names.fill(expectation.shows)
    if apart := values.first_apart(wanted, shown.get, values.returned):
        yield _apart("the error", apart)
    if expectation.items is not None:
        yield from _items(expectation.items, played, result)
    if expectation.value:
        yield from _properties(expectation, played, result)


def _items(count: int, played: Played, result: Result) -> Iterator[Problem]:
    """Yield whether the first `count` Sessions of the pages were returned, in order."""
    some = result.value if result.told is Told.VALUE else list(result.items)
    listed: list[Any] = some if isinstance(some, list) else []
    told = [one.get("sid") if isinstance(one, dict) else None for one in listed]
    wanted = [played.names.item_sid(number) for number in range(1, count + 1)]
    if told == wanted:
        return
    if len(told) != count:
        yield Problem(
            expected=f"{count} items",
            observed=f"{len(told)}",
            symptom="too few items" if len(told) < count else "too many items",
        )
    else:
        yield Problem(
            expected="the items in the order of the pages",
            observed="others, or another order",
            symptom="other items",
        )


def _properties(
    expectation: Expectation, played: Played, result: Result
) -> Iterator[Problem]:
    """Yield which property was returned as something else."""
    if result.told is not Told.VALUE:
        yield Problem(
            expected="a value", observed=result.observed, symptom=result.observed_class
        )
        return
    several: list[Any] = (
        result.value if isinstance(result.value, list) else [result.value]
    )
    if not several:
        yield Problem(expected="an item", observed="none", symptom="too few items")
    for one in several[:1]:
        apart = values.first_apart(
            played.names.fill(expectation.value),
            partial(_property, one),
            values.returned,
        )
        if apart:
            yield _apart("the property", apart)


def _apart(what: str, apart: tuple[str, Any, Any]) -> Problem:
    name, expected, observed = apart
    out = observed is values.LEFT_OUT
    return Problem(
        expected=f"{what}'s {name} to be {_cut(values.said(expected))}"
        if what == "the error"
        else f"{what} {name} to be {_cut(values.said(expected))}",
        observed="nothing of it" if out else _short(observed),
        symptom=f"{name}, {values.kind(observed)}",
    )


def _short(value: object) -> str:
    return _cut(repr(value))


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN_MAX else f"{text[:_SHOWN_MAX]}…"
