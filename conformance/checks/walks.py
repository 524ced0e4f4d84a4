"""Checks about walks: what pages hold, and what becomes of it from page to page."""

from collections import Counter
from collections.abc import Iterator
from functools import cached_property
from itertools import pairwise

from conformance.evidence import Evidence
from conformance.exchange import Exchange
from conformance.judge import Check
from conformance.models import walk as walks
from conformance.models.walk import Survey, Trespass, Visit, Walk, survey
from conformance.oracles.page_size import (
    BINDING,
    DEFAULT,
    SURE_MAX,
    Asked,
    Claim,
    asked,
)
from conformance.verdict import Outcome, Verdict, chose, judged, unknown

LIST = "ListSession"
_TELLING = 3  # so many Sessions must be in a list before its order says anything


class Course:
    """A walk with what its list must have held meanwhile."""

    def __init__(self, walk: Walk, found: Survey) -> None:
        self.walk = walk
        self._presence = found.presence
        query = walk.first.sent.query
        self.asked: Asked = asked(v for name, v in query if name == "PageSize")

    @property
    def plain(self) -> bool:
        """Whether the documents bind the answer to such a request."""
        return self.walk.plain and self.asked.claim in BINDING

    @property
    def private(self) -> bool:
        """Whether nobody but the scene could change the list."""
        return self.walk.path in self._presence.private

    @property
    def settled(self) -> bool:
        """Whether nobody at all changed the list meanwhile."""
        return self.private and not self.walk.disturbed

    @cached_property
    def stayed(self) -> frozenset[str]:
        """The Sessions that were in the list from before the walk until after."""
        return self._presence.stayed(self.walk.path, self.walk.since, self.walk.until)

    @property
    def missing(self) -> frozenset[str]:
        """Those that the walk did not show."""
        return self.stayed.difference(self.walk.sids)

    @property
    def repeated(self) -> frozenset[str]:
        """Those that it showed more than once; where others may write, that stayed."""
        times = Counter(self.walk.sids)
        twice = frozenset(sid for sid, count in times.items() if count > 1)
        return twice if self.settled else twice & self.stayed

    @property
    def subject(self) -> str:
        """The class of walk: the size asked for, and whether one page was enough."""
        several = "several pages" if len(self.walk.pages) > 1 else "one page"
        size = self.asked.number if self.asked.claim in BINDING else "odd"
        given = "none" if self.asked.claim is Claim.DEFAULT else size
        return f"PageSize {given}, {several}"

    def proof(self, sids: frozenset[str] = frozenset()) -> tuple[int, ...]:
        """Return the exchanges of the walk, after the creation of one of `sids`."""
        arrived = sorted(self._presence.arrived[sid].number for sid in sids)
        return (*arrived[:1], *self.walk.numbers)

    def short(self, index: int, size: int) -> bool:
        """Return whether a page is not full although more Sessions lay beyond it."""
        page, *following = self.walk.pages[index : index + 2]
        more = any(not self.stayed.isdisjoint(other.sids) for other in following)
        return self.settled and more and len(page.items) < size


def courses(evidence: Evidence) -> tuple[Course, ...]:
    """Return every walk through a list of Sessions; a view of the evidence."""
    found = evidence.view(survey)
    return tuple(Course(walk, found) for walk in found.walks)


def pages_hold_what_was_asked(evidence: Evidence) -> Iterator[Verdict]:
    """Yield whether pages hold as many Sessions as asked for (PAGE-008, PAGE-009)."""
    rows = {Claim.DEFAULT: "PAGE-008", Claim.SURE: "PAGE-009"}
    for course in evidence.view(courses):
        row, size = rows.get(course.asked.claim), course.asked.number
        if not course.plain or row is None:
            continue
        problem, number = "", 0
        for index, page in enumerate(course.walk.pages):
            if len(page.items) > size:
                problem, number = "too many items", page.exchange.number
            elif course.short(index, size):
                problem, number = "too few items", page.exchange.number
            elif row == "PAGE-008" and page.size not in {None, DEFAULT}:
                problem, number = "another page_size", page.exchange.number
            if problem:
                break
        yield judged(
            row,
            LIST,
            not problem,
            expected=f"{size} items a page while there are more",
            observed=problem,
            symptom=problem,
            subject=course.subject,
            evidence=(number,) if problem else course.walk.numbers,
        )


def meta_tells_the_size(evidence: Evidence) -> Iterator[Verdict]:
    """Yield whether meta tells the PageSize asked for (PAGE-010)."""
    for course in evidence.view(courses):
        sizes = [page.size for page in course.walk.pages if page.size is not None]
        if not course.plain or course.asked.claim is not Claim.SURE or not sizes:
            continue
        wrong = [size for size in sizes if size != course.asked.number]
        yield judged(
            "PAGE-010",
            LIST,
            not wrong,
            expected=f"page_size {course.asked.number}",
            observed=repr(wrong[0] if wrong else sizes[0]),
            symptom="another page_size",
            subject=course.subject,
            evidence=course.walk.numbers,
        )


def large_size_is_honoured_or_cut(evidence: Evidence) -> Iterator[Verdict]:
    """Yield whether 101 to 1000 is honoured or cut to 100 (PAGE-011, PAGE-031)."""
    for course in evidence.view(courses):
        if not course.plain or course.asked.claim is not Claim.LARGE:
            continue
        size, pages = course.asked.number, course.walk.pages
        lawful = {SURE_MAX, size}
        holds = all(
            (page.size is None or page.size in lawful)
            and len(page.items) <= size
            and (len(page.items) in lawful or not course.short(index, size))
            for index, page in enumerate(pages)
        )
        observed = ", ".join(f"{len(p.items)} items of {p.size!r}" for p in pages[:3])
        yield judged(
            "PAGE-011",
            LIST,
            holds,
            expected=f"pages of {size} items, or of {SURE_MAX}",
            observed=observed,
            symptom="another page size",
            subject=course.subject,
            evidence=course.walk.numbers,
        )
        honoured = len(pages[0].items) > SURE_MAX or (
            pages[0].size == size and (pages[0].last or len(pages[0].items) == size)
        )
        cut = pages[0].size == SURE_MAX or len(pages[0].items) == SURE_MAX
        choice = "honoured" if honoured else "cut to 100" if cut else "another size"
        yield chose(
            "PAGE-031",
            LIST,
            choice,
            subject=course.subject,
            evidence=course.walk.numbers[:1],
        )


def documented_size_is_not_refused(evidence: Evidence) -> Iterator[Verdict]:
    """Yield a fail for each PageSize of 1 to 1000 refused (PAGE-009, PAGE-011)."""
    found = evidence.view(survey)
    rows = {Claim.SURE: "PAGE-009", Claim.LARGE: "PAGE-011"}
    for exchange in found.refusals:
        query = exchange.sent.query
        size = asked(value for name, value in query if name == "PageSize")
        key = exchange.probe.scene, exchange.sent.path.lower()
        if size.claim in rows and walks.PAGING.issuperset(name for name, _ in query):
            yield judged(
                rows[size.claim],
                LIST,
                holds=False,
                expected=f"a page for PageSize={size.number}",
                observed=exchange.observed,
                symptom="refused",
                subject=f"PageSize {size.number}",
                evidence=tuple(sorted({exchange.number, found.answered[key]})),
            )


def walk_ends(evidence: Evidence) -> Iterator[Verdict]:
    """Yield whether next_page_url leads on until it is null (PAGE-012)."""
    for course in evidence.view(courses):
        walk, problem = course.walk, ""
        if not course.plain:
            continue
        if walk.refusal is not None:
            problem = "the next page is refused"
        elif walk.circular:
            problem = "leads back to a page that was passed"
        elif walk.stale:
            problem = "leads on without bringing anything new"
        if problem or walk.pages[-1].last:
            refusal = () if walk.refusal is None else (walk.refusal.number,)
            yield judged(
                "PAGE-012",
                LIST,
                not problem,
                expected="next_page_url to lead from page to page until it is null",
                observed=problem,
                symptom=problem,
                subject=course.subject,
                evidence=(*walk.numbers, *refusal),
            )


def nothing_is_lost(evidence: Evidence) -> Iterator[Verdict]:
    """Yield whether walks show all that stayed (PAGE-013, PAGE-015, PAGE-017).

    What was read at the moment of a write is a race's business (RACE-004).

    What a first walk misses and the same walk shows later came late (PAGE-015); what
    is missed again is left out (PAGE-013).
    """
    later: dict[tuple[object, ...], set[str]] = {}
    verdicts: list[Verdict] = []
    for course in reversed(evidence.view(courses)):
        walk = course.walk
        if walk.raced or not (course.plain and walk.over and course.stayed):
            continue
        if walk.disturbed:
            verdicts.append(_lost(course, "PAGE-017", course.missing, course.stayed))
            continue
        place = walk.scene, walk.path
        afterwards = later.get((*place, course.asked), later.get(place))
        fresh = walk.newcomers & course.stayed
        late = fresh & course.missing
        if afterwards is not None:
            fresh -= late - afterwards
            late &= afterwards
        if fresh:
            verdicts.append(_lost(course, "PAGE-015", late, fresh))
        if old := course.stayed - walk.newcomers:
            verdicts.append(_lost(course, "PAGE-013", course.missing & old, old))
        for key in (place, (*place, course.asked)):
            later.setdefault(key, set()).update(walk.sids)
    yield from reversed(verdicts)


def _lost(
    course: Course, row: str, missing: frozenset[str], sids: frozenset[str]
) -> Verdict:
    several = "several pages" if len(course.walk.pages) > 1 else "one page"
    return judged(
        row,
        LIST,
        not missing,
        expected=f"all {len(sids)} Sessions that were there from before until after",
        observed=f"{len(missing)} of them on no page",
        symptom=f"left out, {several}, {course.asked.claim}",
        subject=course.subject,
        evidence=course.proof(missing),
    )


def nothing_is_repeated(evidence: Evidence) -> Iterator[Verdict]:
    """Yield whether walks show each Session once (PAGE-014, PAGE-018).

    Where others may write, what looks like a repetition may be their doing; so there
    it is no must.
    """
    for course in evidence.view(courses):
        walk = course.walk
        if walk.raced or not (course.plain and walk.over and walk.sids):
            continue
        row = "PAGE-014" if course.settled else "PAGE-018"
        twice = course.repeated
        yield judged(
            row,
            LIST,
            not twice,
            expected="each Session once",
            observed=f"{len(twice)} of {len(set(walk.sids))} more than once",
            symptom=f"repeated, {course.asked.claim}",
            subject=course.subject,
            evidence=walk.numbers,
        )


def removed_is_not_listed(evidence: Evidence) -> Iterator[Verdict]:
    """Yield whether walks show Sessions proven gone before (PAGE-016)."""
    found = evidence.view(survey)
    gone = found.presence.gone
    for course in evidence.view(courses):
        walk = course.walk
        ghosts = frozenset(s for s in walk.sids if s in gone and gone[s] < walk.since)
        if ghosts or (walk.after_removal and walk.over):
            yield judged(
                "PAGE-016",
                LIST,
                not ghosts,
                expected="no Session that was deleted before the walk began",
                observed=f"{len(ghosts)} of them",
                symptom="a deleted Session is listed",
                subject=course.subject,
                evidence=course.proof(ghosts),
            )


def others_are_not_listed(evidence: Evidence) -> Iterator[Verdict]:
    """Yield whether pages show Sessions of another Service (PAGE-019)."""
    found = evidence.view(survey)
    home = found.presence.home
    for page, abroad in found.pages:
        path = page.exchange.sent.path.lower()
        strangers = [sid for sid in page.sids if home.get(sid, path) != path]
        if strangers or abroad:
            yield judged(
                "PAGE-019",
                LIST,
                not strangers,
                expected="Sessions of the Service in the path alone",
                observed=f"{len(strangers)} of another Service",
                symptom="a Session of another Service is listed",
                subject="no items" if not page.items else "some items",
                evidence=(page.exchange.number,),
            )


def token_opens_no_other_list(evidence: Evidence) -> Iterator[Verdict]:
    """Yield what a token of another list brings to light (PAGE-020, PAGE-037)."""
    found = evidence.view(survey)
    for trespass in found.trespasses:
        yield from _trespass(trespass, found)
    for course in evidence.view(courses):
        if course.settled and len(course.walk.pages) > 1:
            onward = course.walk.pages[0].link(walks.ON)
            if onward and "PageToken" not in dict(onward.parameters):
                yield _without_tokens("PAGE-020", course)
                yield _without_tokens("PAGE-025", course)


def _without_tokens(row: str, course: Course) -> Verdict:
    return Verdict(
        requirement=row,
        operation=LIST,
        outcome=Outcome.SKIP,
        reason="this list is paged without tokens",
        subject=course.subject,
        evidence=course.walk.numbers[:1],
    )


def _trespass(trespass: Trespass, found: Survey) -> Iterator[Verdict]:
    exchange, page, home = trespass.exchange, trespass.page, found.presence.home
    path = exchange.sent.path.lower()
    strangers = page and [sid for sid in page.sids if home.get(sid, path) != path]
    readable = exchange.refused or page is not None
    if not strangers and (trespass.honoured is None or not readable):
        why = f"{exchange.observed}, or the token was never honoured where it belongs"
        yield unknown("PAGE-020", LIST, why, evidence=(exchange.number,))
        return
    honoured = () if trespass.honoured is None else (trespass.honoured.number,)
    yield judged(
        "PAGE-020",
        LIST,
        not strangers,
        expected="no Session of the Service that handed out the token",
        observed="some of them",
        symptom="a token shows Sessions of another Service",
        subject="a token of another Service",
        evidence=(*honoured, exchange.number),
    )
    if page is None:
        choice = "refused"
    else:
        choice = "some page" if page.items else "an empty page"
    yield chose("PAGE-037", LIST, choice, evidence=(*honoured, exchange.number))


def later_page_knows_the_one_before(evidence: Evidence) -> Iterator[Verdict]:
    """Yield whether later pages have a previous_page_url (PAGE-021)."""
    for course in evidence.view(courses):
        pages = course.walk.pages
        for before, page in pairwise(pages):
            link = page.meta.get(walks.BACK, "absent")
            if link is not None and not isinstance(link, str):
                continue
            if page.items and not course.stayed.isdisjoint(before.sids):
                yield judged(
                    "PAGE-021",
                    LIST,
                    bool(link),
                    expected="a previous_page_url after the first page",
                    observed=repr(link),
                    symptom="none",
                    subject=course.subject,
                    evidence=(before.exchange.number, page.exchange.number),
                )


_LINK_ROWS = {
    walks.BACK: "PAGE-022",
    walks.ON: "PAGE-022",
    walks.FIRST: "PAGE-023",
    walks.SELF: "PAGE-024",
    walks.OTHER_PAGE: "PAGE-025",
}


def links_lead_where_they_say(evidence: Evidence) -> Iterator[Verdict]:
    """Yield whether pages asked for again show the same (PAGE-022 to PAGE-025)."""
    found = evidence.view(survey)
    for visit in found.visits:
        exchange = visit.exchange
        if exchange.sent.path.lower() not in found.presence.private:
            continue
        if visit.link == walks.TOKEN_ALONE:
            yield _token_alone(visit)
            continue
        row = _LINK_ROWS[visit.link]
        proof = visit.expected.exchange.number, exchange.number
        problem = _misled(visit)
        if visit.page is None and not exchange.refused:
            yield unknown(row, LIST, exchange.observed, evidence=proof)
            continue
        yield judged(
            row,
            LIST,
            not problem,
            expected=f"the page that {visit.link} stands for",
            observed=problem,
            symptom=f"{visit.link}: {problem}",
            subject=f"{visit.link}, {'first' if visit.index == 0 else 'later'} page",
            evidence=proof,
        )


def _misled(visit: Visit) -> str:
    """Return what is wrong with where a link led, "" if nothing is."""
    page = visit.page
    if page is None:
        return "refused"
    if not page.shows_as(visit.expected):
        return "other Sessions"
    if visit.link == walks.BACK and visit.index == 0 and page.meta.get(walks.BACK):
        return "a page before the first"
    return ""


def _token_alone(visit: Visit) -> Verdict:
    if visit.page is None and not visit.exchange.refused:
        return unknown("PAGE-040", LIST, visit.exchange.observed)
    choice = "refused"
    if visit.page is not None:
        same = visit.page.shows_as(visit.expected)
        choice = "the same page" if same else "another page"
    return chose("PAGE-040", LIST, choice, evidence=(visit.exchange.number,))


def pages_are_counted(evidence: Evidence) -> Iterator[Verdict]:
    """Yield whether meta counts the pages of a walk from 0 (PAGE-026)."""
    for course in evidence.view(courses):
        numbers = [page.number for page in course.walk.pages]
        if not course.plain or len(numbers) == 1 or None in numbers:
            continue
        yield judged(
            "PAGE-026",
            LIST,
            numbers == list(range(len(numbers))),
            expected="0, 1, 2 and so on",
            observed=", ".join(map(str, numbers[:9])),
            symptom="another count",
            subject=course.subject,
            evidence=course.walk.numbers,
        )


def unknown_names_do_not_narrow(evidence: Evidence) -> Iterator[Verdict]:
    """Yield whether undocumented query names leave the list whole (PAGE-027).

    Only what the same scene was shown before, without them, can be missed.
    """
    found = evidence.view(survey)
    shown: dict[tuple[str, str], set[str]] = {}
    for course in evidence.view(courses):
        walk, names = course.walk, _unknown_names(course.walk.first)
        known = shown.setdefault((walk.scene, walk.path), set())
        if not names:
            known.update(walk.sids)
        expected = course.stayed & known
        if not names or not walk.over or not expected:
            continue
        left_out = expected & course.missing
        yield judged(
            "PAGE-027",
            LIST,
            not left_out,
            expected=f"a list that {names} does not narrow, or a refusal",
            observed=f"{len(left_out)} of {len(expected)} Sessions left out",
            symptom=f"narrowed by {names}",
            subject=names,
            evidence=course.proof(left_out),
        )
    for exchange in found.refusals:
        if names := _unknown_names(exchange):
            yield Verdict(
                requirement="PAGE-027",
                operation=LIST,
                outcome=Outcome.PASS,
                subject=names,
                evidence=(exchange.number,),
            )


def _unknown_names(exchange: Exchange) -> str:
    names = {name for name, _ in exchange.sent.query} - walks.PAGING
    return ", ".join(sorted(names))


def order(evidence: Evidence) -> Iterator[Verdict]:
    """Yield in which order Sessions are listed, each time (PAGE-041, PAGE-042)."""
    found = evidence.view(survey)
    arrived = found.presence.arrived
    before: dict[tuple[str, str, int], list[str]] = {}
    for course in evidence.view(courses):
        walk = course.walk
        if not (course.plain and course.settled and walk.over):
            continue
        shown = [sid for sid in walk.sids if sid in course.stayed]
        if len(shown) < _TELLING:
            continue
        by_age = sorted(shown, key=lambda sid: arrived[sid])
        orders = {
            "oldest first": by_age,
            "newest first": by_age[::-1],
            "by sid": sorted(shown),
        }
        choice = next(
            (name for name, o in orders.items() if o == shown), "another order"
        )
        yield chose(
            "PAGE-041", LIST, choice, subject=course.subject, evidence=walk.numbers
        )
        epoch = walk.scene, walk.path, walk.epoch
        if epoch in before:
            yield chose(
                "PAGE-042",
                LIST,
                "the same" if before[epoch] == shown else "another",
                subject=course.subject,
                evidence=walk.numbers,
            )
        before[epoch] = shown


def page_after_the_last_full_one(evidence: Evidence) -> Iterator[Verdict]:
    """Yield whether an empty page follows a last one that is full (PAGE-043)."""
    for course in evidence.view(courses):
        pages = course.walk.pages
        if not (course.plain and course.settled and course.walk.over):
            continue
        full = [page for page in pages if len(page.items) == page.size]
        if full and full[-1] in pages[-2:]:
            extra = full[-1] is not pages[-1] and not pages[-1].items
            if extra or full[-1] is pages[-1]:
                yield chose(
                    "PAGE-043",
                    LIST,
                    "an empty page follows" if extra else "no page follows",
                    subject=course.subject,
                    evidence=course.walk.numbers,
                )


CHECKS: tuple[Check, ...] = (
    pages_hold_what_was_asked,
    meta_tells_the_size,
    large_size_is_honoured_or_cut,
    documented_size_is_not_refused,
    walk_ends,
    nothing_is_lost,
    nothing_is_repeated,
    removed_is_not_listed,
    others_are_not_listed,
    token_opens_no_other_list,
    later_page_knows_the_one_before,
    links_lead_where_they_say,
    pages_are_counted,
    unknown_names_do_not_narrow,
    order,
    page_after_the_last_full_one,
)
