"""Laws of walks from page to page: what they hold, and what each broken one is told."""

from collections.abc import Iterable
from dataclasses import replace

import pytest

from conformance.checks.walks import CHECKS
from conformance.exchange import Credentials, Exchange, Json
from conformance.tests.histories import evidence
from conformance.tests.lists import (
    at,
    born,
    deleted,
    elsewhere,
    gone,
    later,
    sent,
    service_made,
    shown,
    walked,
)
from conformance.tests.lives import OTHER_SERVICE
from conformance.tests.verdicts import Told, verdicts
from conformance.verdict import Outcome

PRIVATE = [service_made()]
FIVE = [*PRIVATE, *(born(number) for number in range(1, 6))]
OLDEST_FIRST = ((1, 2), (3, 4), (5,))
WALK = walked(*OLDEST_FIRST)
PLAIN = "PageSize 2, several pages"


TOLD = Told(CHECKS)
outcomes, broken, chosen = TOLD.outcomes, TOLD.broken, TOLD.chosen


def timed(*moments: tuple[float, float, Exchange]) -> list[Exchange]:
    """Return exchanges, each with when it began and ended, in milliseconds."""
    return [
        replace(exchange, began_ms=began, elapsed_ms=ended - began)
        for began, ended, exchange in moments
    ]


def aged(exchanges: Iterable[Exchange]) -> list[Exchange]:
    """Return exchanges one after another, in time as well."""
    return [
        replace(exchange, began_ms=float(index), elapsed_ms=0.5)
        for index, exchange in enumerate(exchanges)
    ]


def test_a_whole_walk_passes_every_row_that_it_bears_on() -> None:
    found = verdicts(evidence(*FIVE, *WALK), CHECKS)
    assert {v.outcome for v in found} == {Outcome.PASS}
    assert {v.requirement for v in found} == {
        *("PAGE-009", "PAGE-010", "PAGE-012", "PAGE-014", "PAGE-015", "PAGE-021"),
        *("PAGE-026", "PAGE-041"),
    }
    assert {v.subject for v in found} == {PLAIN}


def test_what_was_there_before_an_earlier_walk_is_no_newcomer() -> None:
    life = [*FIVE, *WALK, *WALK]
    assert outcomes("PAGE-013", *life) == [Outcome.PASS]
    assert outcomes("PAGE-013", *FIVE, *walked((1, 2), (3, 4), (5,))) == []


@pytest.mark.parametrize(
    ("pages", "size", "symptom"),
    [
        (((1, 2, 3), (4, 5)), 2, "too many items"),
        (((1,), (2, 3), (4, 5)), 2, "too few items"),
    ],
)
def test_pages_hold_as_many_as_were_asked_for(
    pages: tuple[tuple[int, ...], ...], size: int, symptom: str
) -> None:
    assert ("PAGE-009", symptom) in broken(*FIVE, *walked(*pages, size=size))


def test_a_page_may_be_short_where_others_may_delete() -> None:
    public = [born(number) for number in range(1, 6)]
    short = walked((1,), (2, 3), (4, 5))
    assert outcomes("PAGE-009", *public, *short) == [Outcome.PASS]
    # What came only after the walk began need not have been seen beyond the page.
    assert outcomes("PAGE-009", *PRIVATE, born(1), *short) == [Outcome.PASS]


@pytest.mark.parametrize(
    ("size", "symptom"), [(50, ""), (None, ""), (20, "another page_size")]
)
def test_without_a_page_size_pages_are_of_50(size: int | None, symptom: str) -> None:
    bare = walked((1, 2, 3, 4, 5), query="", page_size=size)
    expected = {("PAGE-008", symptom)} if symptom else set[object]()
    assert broken(*FIVE, *bare) == expected
    assert len(outcomes("PAGE-008", *FIVE, *bare)) == 1


def test_meta_tells_the_size_asked_for() -> None:
    wrong = walked(*OLDEST_FIRST, page_size=5)
    assert broken(*FIVE, *wrong) == {("PAGE-010", "another page_size")}
    for untold in (None, "2"):
        assert outcomes("PAGE-010", *FIVE, *walked((1, 2), page_size=untold)) == []
    assert outcomes("PAGE-010", *FIVE, *walked((1, 2), query="PageSize=0")) == []


def large(number: int, *, told: int, query: str = "PageSize=150") -> list[Exchange]:
    """Return a walk through so many Sessions in pages of 150 that holds 100 first."""
    return walked(range(1, number + 1), query=query, page_size=told)


@pytest.mark.parametrize(
    ("items", "told", "choice"),
    [
        (5, 150, "honoured"),
        (120, 120, "honoured"),
        (5, 100, "cut to 100"),
        (100, 20, "cut to 100"),
        (5, 20, "another size"),
    ],
)
def test_what_becomes_of_a_large_size_is_observed(
    items: int, told: int, choice: str
) -> None:
    seen = [*PRIVATE, *large(items, told=told)]
    assert chosen("PAGE-031", *seen) == {choice}
    lawful = told in {100, 150}
    assert outcomes("PAGE-011", *seen) == [Outcome.PASS if lawful else Outcome.FAIL]


def test_a_large_size_is_judged_where_it_was_asked_for_plainly() -> None:
    narrowed = large(5, told=150, query="PageSize=150&Status=open")
    assert outcomes("PAGE-011", *PRIVATE, *narrowed) == []
    too_many = large(151, told=150)
    assert broken(*PRIVATE, *too_many) == {("PAGE-011", "another page size")}


def test_a_page_of_a_large_size_is_full_while_there_are_more() -> None:
    sessions = [born(number) for number in range(1, 6)]
    pages = walked((1, 2), (3, 4, 5), query="PageSize=150", page_size=150)
    assert ("PAGE-011", "another page size") in broken(*PRIVATE, *sessions, *pages)


@pytest.mark.parametrize(
    ("size", "row"), [("1", "PAGE-009"), ("100", "PAGE-009"), ("101", "PAGE-011")]
)
def test_a_documented_size_is_not_refused(size: str, row: str) -> None:
    refused = sent(f"PageSize={size}", 400)
    assert broken(*PRIVATE, *WALK, refused) == {(row, "refused")}
    # Nothing shows that there is a list, or what was refused was another thing.
    assert broken(*PRIVATE, refused) == set()
    assert broken(*PRIVATE, *WALK, sent(f"PageSize={size}&Status=open", 400)) == set()
    assert broken(*PRIVATE, *WALK, sent("PageSize=0", 400)) == set()
    assert broken(*PRIVATE, *WALK, sent(f"PageSize={size}", 500)) == set()


def test_a_list_that_is_not_there_yet_is_not_refused_for_its_size() -> None:
    absent = sent("PageSize=1", 404)
    assert broken(*PRIVATE, *WALK, absent) == set()
    assert broken(*PRIVATE, absent, *WALK) == {("PAGE-009", "refused")}


def test_a_walk_leads_on_until_it_ends() -> None:
    first = shown("PageSize=2", (1, 2), onward=later(1))
    refused = sent(later(1), 400)
    assert broken(*FIVE, first, refused) == {("PAGE-012", "the next page is refused")}
    back = shown(later(1), (3, 4), onward=later(1), back=later(0), page=1)
    circular = ("PAGE-012", "leads back to a page that was passed")
    assert circular in broken(*FIVE, first, back)
    # A walk that somebody gave up has no end to judge, nor has one without an answer.
    assert outcomes("PAGE-012", *FIVE, first) == []
    assert outcomes("PAGE-012", *FIVE, first, sent(later(1), 500)) == []
    narrowed = shown("PageSize=2&Status=open", (1, 2))
    assert outcomes("PAGE-012", *FIVE, narrowed) == []


def test_what_a_stranger_is_refused_ends_no_walk() -> None:
    first, *rest = WALK
    refused = sent(later(1), 401)
    probe = replace(refused.probe, credentials=Credentials.NONE)
    stranger = replace(refused, probe=probe)
    assert outcomes("PAGE-012", *FIVE, first, stranger, *rest) == [Outcome.PASS]
    assert outcomes("PAGE-012", *FIVE, first, refused) == [Outcome.FAIL]


def test_a_page_that_got_no_answer_is_asked_for_again() -> None:
    first, *rest = WALK
    broken_off = [first, sent(later(1), 500), *rest]
    assert outcomes("PAGE-012", *FIVE, *broken_off) == [Outcome.PASS]


def test_two_pages_that_bring_nothing_new_lead_nowhere() -> None:
    pages = [
        shown(later(i) if i else "PageSize=2", items, onward=later(i + 1), page=i)
        for i, items in enumerate(((1, 2), (3, 4), (1, 2), (3, 4)))
    ]
    stale = ("PAGE-012", "leads on without bringing anything new")
    assert stale in broken(*FIVE, *pages)
    assert stale not in broken(*FIVE, *pages[:3])


def test_a_session_that_stayed_is_on_some_page() -> None:
    lost = walked((1, 2), (3, 4), ())
    new = ("PAGE-015", "left out, several pages, PageSize of 1 to 100")
    old = ("PAGE-013", "left out, several pages, PageSize of 1 to 100")
    # It came late if the same walk shows it afterwards, else it is left out.
    assert {new, old} & broken(*FIVE, *lost, *WALK) == {new}
    assert {new, old} & broken(*FIVE, *lost) == {new}
    assert {new, old} & broken(*FIVE, *lost, *lost) == {old}
    # A first page that a later one of the same size found whole, in one page.
    assert ("PAGE-013", "left out, one page, no PageSize") in broken(
        *FIVE, *WALK, *walked((1, 2, 3, 4), query="", page_size=50)
    )


def test_a_session_without_a_sid_may_hide_any() -> None:
    first = shown("", (1, 2, 3, 4), page_size=50)
    assert first.response is not None
    items = [*first.fields["sessions"], {"unique_name": "n"}]
    hidden = sent("", 200, {**first.fields, "sessions": items})
    assert outcomes("PAGE-015", *FIVE, hidden) == []
    assert outcomes("PAGE-014", *FIVE, hidden) == []


def test_what_was_deleted_meanwhile_need_not_be_shown() -> None:
    first, *rest = walked((1, 2), (3, 4), ())
    life = aged([*FIVE, first, deleted(5), *rest])
    assert outcomes("PAGE-017", *life) == [Outcome.PASS]
    moved = aged([*FIVE, first, deleted(1), *walked((1, 2), (4,), ())[1:]])
    symptom = "left out, several pages, PageSize of 1 to 100"
    assert ("PAGE-017", symptom) in broken(*moved)


def test_a_page_read_while_something_is_written_is_the_business_of_races() -> None:
    lost = walked((1, 2), query="", page_size=50)[0]
    life = timed(
        *((float(i), i + 0.5, each) for i, each in enumerate(FIVE)),
        (9.0, 10.0, deleted(4)),
        (9.5, 11.0, lost),
    )
    for requirement in ("PAGE-013", "PAGE-014", "PAGE-015", "PAGE-017", "PAGE-018"):
        assert outcomes(requirement, *life) == []


def test_each_session_is_shown_once() -> None:
    twice = walked((1, 2), (2, 3), (4, 5))
    symptom = "repeated, PageSize of 1 to 100"
    assert broken(*FIVE, *twice) == {("PAGE-014", symptom)}
    public = [born(number) for number in range(1, 6)]
    assert broken(*public, *twice) == {("PAGE-018", symptom)}
    # What nobody saw created there may have been deleted and made again.
    assert broken(*walked((1, 2), (2, 3))) == set()
    assert outcomes("PAGE-014", *PRIVATE, *walked(())) == []


def test_what_is_gone_is_on_no_page() -> None:
    life = [*FIVE, deleted(5), gone(5)]
    assert broken(*life, *WALK) == {("PAGE-016", "a deleted Session is listed")}
    whole = walked((1, 2), (3, 4))
    assert outcomes("PAGE-016", *life, *whole) == [Outcome.PASS]
    # Not where nothing was deleted, nor where nobody saw that it is gone.
    assert outcomes("PAGE-016", *FIVE, *WALK) == []
    assert outcomes("PAGE-016", *FIVE, deleted(5), *WALK) == []
    unsure = [*FIVE, deleted(5), gone(5, answer=200)]
    assert outcomes("PAGE-016", *unsure, *WALK) == []


def test_a_list_shows_the_sessions_of_its_service() -> None:
    abroad = [*FIVE, *elsewhere(9)]
    stranger = ("PAGE-019", "a Session of another Service is listed")
    assert broken(*abroad, *walked((1, 2), (3, 9))) == {
        stranger,
        ("PAGE-015", "left out, several pages, PageSize of 1 to 100"),
    }
    assert set(outcomes("PAGE-019", *abroad, *WALK)) == {Outcome.PASS}
    # Where there is no Session of another Service, none can be shown.
    assert outcomes("PAGE-019", *FIVE, *WALK) == []
    empty = [*abroad, *walked((), service=OTHER_SERVICE)]
    assert outcomes("PAGE-019", *empty) == [Outcome.PASS]


def trespass(answer: int, *items: int, page: bool = True) -> Exchange:
    """Return the use of the token of one list in another."""
    if answer == 200 and page:
        return shown(later(1), items, service=OTHER_SERVICE)
    return sent(later(1), answer, service=OTHER_SERVICE)


@pytest.mark.parametrize(
    ("stray", "outcome", "choice"),
    [
        (trespass(400), Outcome.PASS, {"refused"}),
        (trespass(200, 9), Outcome.PASS, {"some page"}),
        (trespass(200), Outcome.PASS, {"an empty page"}),
        (trespass(200, 3), Outcome.FAIL, {"some page"}),
        (trespass(200, page=False), Outcome.UNKNOWN, set[str]()),
        (trespass(500), Outcome.UNKNOWN, set[str]()),
    ],
)
def test_a_token_opens_no_other_list(
    stray: Exchange, outcome: Outcome, choice: set[str]
) -> None:
    life = [*FIVE, *elsewhere(9), *WALK, stray]
    assert outcomes("PAGE-020", *life) == [outcome]
    assert chosen("PAGE-037", *life) == choice


def test_a_token_that_is_honoured_nowhere_proves_nothing_by_a_refusal() -> None:
    first = shown("PageSize=2", (1, 2), onward=later(1))
    life = [*FIVE, *elsewhere(9), first]
    assert outcomes("PAGE-020", *life, trespass(400)) == [Outcome.UNKNOWN]
    assert outcomes("PAGE-020", *life, trespass(200, 3)) == [Outcome.FAIL]


def test_a_list_that_is_paged_without_tokens_has_none_to_misuse() -> None:
    untold = {"next_page_url": at("PageSize=2&Page=1")}
    first = shown("PageSize=2", (1, 2), **untold)
    second = shown("PageSize=2&Page=1", (3, 4), page=1)
    life = [*FIVE, first, second]
    assert outcomes("PAGE-020", *life) == [Outcome.SKIP]
    assert outcomes("PAGE-025", *life) == [Outcome.SKIP]
    # Nor does one page tell, nor a walk through a list that others write to.
    assert outcomes("PAGE-020", *life[1:]) == []
    assert outcomes("PAGE-020", *FIVE, first) == []


@pytest.mark.parametrize(
    ("back", "found"),
    [
        (at(later(0)), [Outcome.PASS]),
        (None, [Outcome.FAIL]),
        ("", [Outcome.FAIL]),
        (7, []),
    ],
)
def test_a_later_page_knows_the_one_before(back: object, found: list[Outcome]) -> None:
    first = shown("PageSize=2", (1, 2), onward=later(1))
    second = shown(later(1), (3, 4), page=1, previous_page_url=back)
    assert outcomes("PAGE-021", *FIVE, first, second) == found
    # What was on the page before may be gone, and an empty page may lead nowhere.
    assert outcomes("PAGE-021", *PRIVATE, first, second) == []
    empty = shown(later(1), (), page=1, previous_page_url=back)
    assert outcomes("PAGE-021", *FIVE, first, empty) == []


LINKED = [
    ("previous_page_url", "PAGE-022", later(0), (1, 2)),
    ("next_page_url", "PAGE-022", later(1), (3, 4)),
    ("first_page_url", "PAGE-023", later(0), (1, 2)),
    ("url", "PAGE-024", "PageSize=2", (1, 2)),
    ("another Page", "PAGE-025", "PageSize=2&Page=7&PageToken=PT1", (3, 4)),
]


# Back and on again, which is how a next_page_url is followed a second time.
WALKED = [*FIVE, *walked(*OLDEST_FIRST), shown(later(0), (1, 2), onward=later(1))]


def visits(*items: int, query: str, page: bool = True, **meta: Json) -> list[Exchange]:
    return [*WALKED, shown(query, items, **meta) if page else sent(query, 400)]


@pytest.mark.parametrize(("link", "row", "query", "items"), LINKED)
def test_a_link_leads_to_the_page_it_stands_for(
    link: str, row: str, query: str, items: tuple[int, ...]
) -> None:
    held = verdicts(evidence(*visits(*items, query=query)), CHECKS, row)
    assert {v.outcome for v in held} == {Outcome.PASS}
    assert any(v.subject.startswith(f"{link}, ") for v in held)
    told = {s for r, s in broken(*visits(5, query=query)) if r == row}
    assert f"{link}: other Sessions" in told
    told = {s for r, s in broken(*visits(query=query, page=False)) if r == row}
    assert f"{link}: refused" in told


@pytest.mark.parametrize(("link", "row", "query", "items"), LINKED)
def test_a_link_without_a_plain_answer_is_unknown(
    link: str, row: str, query: str, items: tuple[int, ...]
) -> None:
    silent = [*WALKED, sent(query, 500)]
    assert Outcome.UNKNOWN in outcomes(row, *silent), (link, items)
    # Where others may write, it may rightly show something else by now.
    public = [*silent[1:-1], shown(query, (5,))]
    assert outcomes(row, *public) == []


def test_a_page_that_was_written_to_since_may_have_changed() -> None:
    life = [*FIVE, *walked(*OLDEST_FIRST), born(6), shown(later(0), (6, 1))]
    assert outcomes("PAGE-023", *life) == []


def test_the_first_page_reached_by_going_back_has_none_before() -> None:
    wrong = ("PAGE-022", "previous_page_url: a page before the first")
    back = at(later(0))
    again = visits(1, 2, query=later(0), previous_page_url=back)
    assert wrong in broken(*again)


@pytest.mark.parametrize(
    ("again", "choice", "outcome"),
    [
        (shown("PageToken=PT1", (3, 4)), {"the same page"}, Outcome.PASS),
        (shown("PageToken=PT1", (3, 4, 5)), {"another page"}, Outcome.PASS),
        (sent("PageToken=PT1", 400), {"refused"}, Outcome.PASS),
        (sent("PageToken=PT1", 500), set[str](), Outcome.UNKNOWN),
    ],
)
def test_a_token_alone_is_observed(
    again: Exchange, choice: set[str], outcome: Outcome
) -> None:
    life = [*FIVE, *walked(*OLDEST_FIRST), again]
    assert chosen("PAGE-040", *life) == choice
    assert outcomes("PAGE-040", *life) == [outcome]


def test_pages_are_counted_from_0() -> None:
    wrong = [replace_page(each, 1) for each in WALK]
    assert broken(*FIVE, *wrong) == {("PAGE-026", "another count")}
    assert outcomes("PAGE-026", *FIVE, *walked((1, 2))) == []
    untold = [replace_page(each, None) for each in WALK]
    assert outcomes("PAGE-026", *FIVE, *untold) == []


def replace_page(exchange: Exchange, page: object) -> Exchange:
    body = {**exchange.fields, "meta": {**exchange.fields["meta"], "page": page}}
    return sent(exchange.probe.query, 200, body)


NARROWED = "PageSize=2&Status=open"


def test_an_unknown_name_does_not_narrow_a_list() -> None:
    life = [*FIVE, *WALK]
    less = shown(NARROWED, (1, 2))
    assert broken(*life, less) == {("PAGE-027", "narrowed by Status")}
    whole = walked(*OLDEST_FIRST, query=NARROWED)
    assert outcomes("PAGE-027", *life, *whole) == [Outcome.PASS]
    assert outcomes("PAGE-027", *life, sent(NARROWED, 400)) == [Outcome.PASS]
    # Nothing can be missed that was not shown without it, or on pages to come.
    assert outcomes("PAGE-027", *FIVE, less) == []
    more = shown(NARROWED, (1, 2), onward=later(1))
    assert outcomes("PAGE-027", *life, more) == []


@pytest.mark.parametrize(
    ("pages", "choice"),
    [
        (((2, 4), (5, 1), (3,)), "oldest first"),
        (((3, 1), (5, 4), (2,)), "newest first"),
        (((1, 2), (3, 4), (5,)), "by sid"),
        (((5, 2), (3, 4), (1,)), "another order"),
    ],
)
def test_the_order_of_a_list_is_observed(
    pages: tuple[tuple[int, ...], ...], choice: str
) -> None:
    life = [*PRIVATE, *(born(number) for number in (2, 4, 5, 1, 3))]
    assert chosen("PAGE-041", *life, *walked(*pages)) == {choice}
    assert chosen("PAGE-042", *life, *walked(*pages)) == set()
    again = [*walked(*pages), *walked(*pages)]
    assert chosen("PAGE-042", *life, *again) == {"the same"}
    other = [*walked(*pages), *walked((4, 2), (5, 1), (3,))]
    assert chosen("PAGE-042", *life, *other) == {"another"}


def test_two_sessions_are_in_no_order_and_neither_are_those_of_others() -> None:
    two = [*PRIVATE, born(1), born(2)]
    assert chosen("PAGE-041", *two, *walked((1, 2))) == set()
    assert chosen("PAGE-041", *FIVE[1:], *WALK) == set()


@pytest.mark.parametrize(
    ("pages", "choice"),
    [
        (((1, 2), (3, 4)), {"no page follows"}),
        (((1, 2), (3, 4), ()), {"an empty page follows"}),
        (((1, 2), (3, 4), (5,)), set[str]()),
        (((1,),), set[str]()),
    ],
)
def test_what_follows_a_last_page_that_is_full_is_observed(
    pages: tuple[tuple[int, ...], ...], choice: set[str]
) -> None:
    assert chosen("PAGE-043", *FIVE, *walked(*pages)) == choice
    assert chosen("PAGE-043", *walked(*pages)) == set()


@pytest.mark.parametrize("status", [0, 400, 401, 404, 429, 500])
def test_a_target_that_answers_everything_alike_decides_nothing(status: int) -> None:
    queries = ("", "PageSize=2", "PageSize=150", later(1), NARROWED)
    seen = [*FIVE, *(sent(query, status) for query in queries)]
    assert verdicts(evidence(*seen), CHECKS) == []
