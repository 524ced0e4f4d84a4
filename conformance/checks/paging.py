"""Checks about single pages: their envelope, their URLs, and what they answer to."""

from collections.abc import Callable, Iterator, Mapping
from http import HTTPStatus
from urllib.parse import unquote

from conformance.checks import walks
from conformance.evidence import Evidence
from conformance.exchange import Exchange, Malformed, pairs
from conformance.judge import Check
from conformance.models.page import KEY, Page, read, whole
from conformance.models.walk import is_first
from conformance.oracles import url
from conformance.oracles.page_size import Claim, asked
from conformance.verdict import Verdict, chose, judged, unknown

LIST = "ListSession"
PUBLISHED_HOST = "proxy.twilio.com"


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_text_or_null(value: object) -> bool:
    return value is None or isinstance(value, str)


def _is_count(value: object) -> bool:
    number = whole(value)
    return number is not None and number >= 0


MEMBERS: Mapping[str, tuple[Callable[[object], bool], str]] = {
    "page": (_is_count, "a whole number"),
    "page_size": (_is_count, "a whole number"),
    "first_page_url": (_is_text, "a text"),
    "previous_page_url": (_is_text_or_null, "a text or null"),
    "url": (_is_text, "a text"),
    "next_page_url": (_is_text_or_null, "a text or null"),
    "key": (_is_text, "a text"),
}
"""The members of `meta`: how to tell a right value, and how to say so."""

URLS = ("first_page_url", "previous_page_url", "url", "next_page_url")


def _lists(evidence: Evidence) -> tuple[Exchange, ...]:
    """Return the answered requests for a list of Sessions; a view of the evidence."""
    return tuple(e for e, operation in evidence.answered if operation.id == LIST)


def _pages(evidence: Evidence) -> tuple[Page, ...]:
    """Return every page of Sessions shown; a view of the evidence."""
    return tuple(page for e in evidence.view(_lists) if (page := read(e)))


def _subject(exchange: Exchange) -> str:
    return "first page" if is_first(exchange) else "later page"


def answer_is_a_page(evidence: Evidence) -> Iterator[Verdict]:
    """Yield whether each list answer holds its array and its meta (PAGE-001)."""
    for exchange in evidence.view(_lists):
        response = exchange.response
        if not exchange.accepted or response is None:
            continue
        if isinstance(response.json, Malformed):
            continue
        kinds = {KEY: list, "meta": dict}
        wrong = [
            n for n, k in kinds.items() if not isinstance(exchange.fields.get(n), k)
        ]
        yield judged(
            "PAGE-001",
            LIST,
            not wrong,
            expected="an array under sessions and an object under meta",
            observed=f"no such {' and no such '.join(wrong)}",
            symptom=f"no {', '.join(wrong)}",
            subject=_subject(exchange),
            evidence=(exchange.number,),
        )


def meta_is_whole(evidence: Evidence) -> Iterator[Verdict]:
    """Yield whether each meta has all its members in their types (PAGE-002)."""
    for page in evidence.view(_pages):
        exchange, meta = page.exchange, page.meta
        wrong = [
            name
            for name, (is_right, _) in MEMBERS.items()
            if name not in meta or not is_right(meta[name])
        ]
        first = wrong[0] if wrong else "key"
        yield judged(
            "PAGE-002",
            LIST,
            not wrong,
            expected=f"{first} as {MEMBERS[first][1]} in meta",
            observed=repr(meta[first]) if first in meta else "no such member",
            symptom=f"{first} {'of another type' if first in meta else 'missing'}",
            subject=_subject(exchange),
            evidence=(exchange.number,),
        )


def key_names_the_array(evidence: Evidence) -> Iterator[Verdict]:
    """Yield whether meta.key is sessions on each page (PAGE-003)."""
    for page in evidence.view(_pages):
        key = page.meta.get("key")
        if isinstance(key, str):
            yield judged(
                "PAGE-003",
                LIST,
                key == KEY,
                expected=repr(KEY),
                observed=repr(key),
                symptom="another key",
                subject=_subject(page.exchange),
                evidence=(page.exchange.number,),
            )


def page_urls_lead_to_the_list(evidence: Evidence) -> Iterator[Verdict]:
    """Yield whether each page URL is absolute and of the same list (PAGE-004)."""
    for page in evidence.view(_pages):
        path = unquote(page.exchange.sent.path).lower()
        for name in URLS:
            value = page.meta.get(name)
            if not isinstance(value, str):
                continue
            absolute = url.is_absolute(value)
            yield judged(
                "PAGE-004",
                LIST,
                absolute and url.path(value).lower().endswith(path),
                expected=f"{name} as an absolute URL that ends in {path}",
                observed=repr(value),
                symptom=f"{name} {'of another path' if absolute else 'not absolute'}",
                subject=name,
                evidence=(page.exchange.number,),
            )


def empty_page_is_the_last(evidence: Evidence) -> Iterator[Verdict]:
    """Yield whether next_page_url is null on each empty page (PAGE-005)."""
    for page in evidence.view(_pages):
        if not page.items:
            yield judged(
                "PAGE-005",
                LIST,
                page.last,
                expected="null for next_page_url of an empty page",
                observed=repr(page.meta.get("next_page_url")),
                symptom="a page after an empty one",
                subject=_subject(page.exchange),
                evidence=(page.exchange.number,),
            )


def first_page_is_the_first(evidence: Evidence) -> Iterator[Verdict]:
    """Yield whether each first page has none before it, and number 0 (PAGE-006, 007).

    A page is the first by how it was asked for, not by what it says of itself.
    """
    for page in evidence.view(_pages):
        if not is_first(page.exchange):
            continue
        before = page.meta.get("previous_page_url")
        yield judged(
            "PAGE-006",
            LIST,
            not before,
            expected="null for previous_page_url of the first page",
            observed=repr(before),
            symptom="a page before the first",
            subject="no items" if not page.items else "some items",
            evidence=(page.exchange.number,),
        )
        if page.number is not None:
            yield judged(
                "PAGE-007",
                LIST,
                page.number == 0,
                expected="0 as the page of the first page",
                observed=repr(page.number),
                symptom="another number",
                subject="no items" if not page.items else "some items",
                evidence=(page.exchange.number,),
            )


_ODD_CLAIMS = {
    Claim.BELOW: "PAGE-032",
    Claim.ABOVE: "PAGE-033",
    Claim.JUNK: "PAGE-034",
    Claim.EMPTY: "PAGE-035",
}
_SIZES = {
    1: "taken as 1",
    50: "taken as 50",
    100: "taken as 100",
    1000: "taken as 1000",
}


def odd_page_size(evidence: Evidence) -> Iterator[Verdict]:
    """Yield what became of each PageSize out of bounds (PAGE-032 to PAGE-035).

    A refusal counts only beside a list that the same scene was shown.
    """
    shown = {
        (page.exchange.probe.scene, page.exchange.sent.path)
        for page in evidence.view(_pages)
    }
    for exchange in evidence.view(_lists):
        sizes = [value for name, value in exchange.sent.query if name == "PageSize"]
        wanted = asked(sizes)
        row = _ODD_CLAIMS.get(wanted.claim)
        if row is None or not is_first(exchange):
            continue
        page, where = read(exchange), (exchange.probe.scene, exchange.sent.path)
        evidence_of = (exchange.number,)
        if exchange.refused and where not in shown:
            continue  # refused for another reason, as far as anybody can tell
        if exchange.undecided:
            why = f"nothing but {exchange.observed} was seen of this list"
            yield unknown(row, LIST, why, evidence=evidence_of)
            continue
        choice = "another answer"
        if exchange.refused:
            choice = "refused"
        elif page is not None:
            as_asked = page.size == wanted.number and wanted.claim is Claim.ABOVE
            choice = "as asked" if as_asked else _SIZES.get(page.size or 0, choice)
        yield chose(row, LIST, choice, subject=sizes[0], evidence=evidence_of)


def garbled_token(evidence: Evidence) -> Iterator[Verdict]:
    """Yield what became of each garbled page token (PAGE-036)."""
    for scene in evidence.scenes("page-walk"):
        first_pages = [p for e in scene if is_first(e) and (p := read(e))]
        for spoilt, control in pairs(scene):
            if not control.accepted or spoilt.undecided:
                why = f"the token itself: {control.observed}"
                yield unknown("PAGE-036", LIST, why, subject=spoilt.probe.defect)
                continue
            yield chose(
                "PAGE-036",
                LIST,
                _answer(spoilt, first_pages),
                subject=spoilt.probe.defect,
                evidence=(spoilt.number, control.number),
            )


def page_by_number(evidence: Evidence) -> Iterator[Verdict]:
    """Yield what became of each Page sent without a token (PAGE-038, PAGE-039)."""
    for scene in evidence.scenes("page-walk"):
        first_pages = [p for e in scene if is_first(e) and (p := read(e))]
        for exchange in scene:
            query = dict(exchange.sent.query)
            if is_first(exchange) or "PageToken" in query or "Page" not in query:
                continue
            row = "PAGE-038" if query["Page"] == "1" else "PAGE-039"
            if exchange.undecided or not first_pages:
                why = f"nothing but {exchange.observed} was seen of this list"
                yield unknown(row, LIST, why, evidence=(exchange.number,))
                continue
            yield chose(
                row,
                LIST,
                _answer(exchange, first_pages),
                subject=query["Page"],
                evidence=(exchange.number,),
            )


def _answer(exchange: Exchange, first_pages: list[Page]) -> str:
    """Return in a word what came instead of the page that was asked for."""
    if exchange.refused:
        return "refused"
    page = read(exchange)
    if page is None:
        return "another answer"
    if not page.items:
        return "an empty page"
    first = any(page.shows_as(other) for other in first_pages)
    return "the first page" if first else "another page"


def page_url_host(evidence: Evidence) -> Iterator[Verdict]:
    """Yield which host the page URLs name (PAGE-044)."""
    for page in evidence.view(_pages):
        for name in URLS:
            host = url.host(str(page.meta.get(name)))
            if host:
                yield chose(
                    "PAGE-044",
                    LIST,
                    PUBLISHED_HOST if host == PUBLISHED_HOST else "another host",
                    subject=name,
                    evidence=(page.exchange.number,),
                )


def key_of_services(evidence: Evidence) -> Iterator[Verdict]:
    """Yield under which key each list of Services keeps its items (PAGE-045)."""
    for exchange, operation in evidence.answered:
        meta = exchange.fields.get("meta")
        if operation.id != "ListService" or exchange.status != HTTPStatus.OK:
            continue
        named = isinstance(meta, dict) and meta.get("key") == "services"
        holds = named and isinstance(exchange.fields.get("services"), list)
        yield chose(
            "PAGE-045",
            "ListService",
            "services" if holds else "another key",
            evidence=(exchange.number,),
        )


CHECKS: tuple[Check, ...] = (
    answer_is_a_page,
    meta_is_whole,
    key_names_the_array,
    page_urls_lead_to_the_list,
    empty_page_is_the_last,
    first_page_is_the_first,
    *walks.CHECKS,
    odd_page_size,
    garbled_token,
    page_by_number,
    page_url_host,
    key_of_services,
)
