"""Laws of single pages: the envelope, the URLs in it, and sizes out of bounds."""

from typing import Any

import pytest

from conformance.checks.paging import CHECKS, MEMBERS, URLS
from conformance.exchange import Exchange, Role
from conformance.tests.histories import ORIGIN, WORLD, answered, evidence
from conformance.tests.lists import later, sent, shown, walked
from conformance.tests.verdicts import Told, verdicts
from conformance.verdict import Outcome

FIRST = shown("PageSize=2", (1, 2))
LATER = shown(later(1), (3,), page=1)


TOLD = Told(CHECKS)
outcomes, broken, chosen = TOLD.outcomes, TOLD.broken, TOLD.chosen


def test_a_page_as_it_is_documented_passes() -> None:
    found = verdicts(evidence(FIRST), CHECKS)
    assert {v.outcome for v in found} == {Outcome.PASS}
    envelope = {"PAGE-001", "PAGE-002", "PAGE-003", "PAGE-004", "PAGE-006", "PAGE-007"}
    assert envelope <= {v.requirement for v in found}


@pytest.mark.parametrize(
    ("body", "symptom"),
    [
        ({"meta": {}}, "no sessions"),
        ({"sessions": []}, "no meta"),
        ({"sessions": {}, "meta": []}, "no sessions, meta"),
        ([], "no sessions, meta"),
    ],
)
def test_a_list_answer_holds_its_array_and_its_meta(body: object, symptom: str) -> None:
    assert ("PAGE-001", symptom) in broken(sent("", 200, body))


def test_what_is_no_answer_to_a_list_is_no_page() -> None:
    for nothing in (sent("", 400), sent("", 0), sent("", 200, b"<html>")):
        assert outcomes("PAGE-001", nothing) == []
    probe = WORLD.call("FetchSession", Sid="KC1")
    assert outcomes("PAGE-001", answered(probe, 200, {})) == []


@pytest.mark.parametrize("name", MEMBERS)
def test_meta_has_each_member(name: str) -> None:
    fields = dict(FIRST.fields)
    fields["meta"] = {n: v for n, v in fields["meta"].items() if n != name}
    assert ("PAGE-002", f"{name} missing") in broken(sent("", 200, fields))


@pytest.mark.parametrize(
    ("name", "value", "lawful"),
    [
        ("page", 0, True),
        ("page", 1.0, True),
        ("page", -1, False),
        ("page", 0.5, False),
        ("page", "0", False),
        ("page", True, False),
        ("page", None, False),
        ("page_size", 2, True),
        ("page_size", "2", False),
        ("first_page_url", ORIGIN, True),
        ("first_page_url", None, False),
        ("url", 7, False),
        ("previous_page_url", None, True),
        ("previous_page_url", ORIGIN, True),
        ("previous_page_url", False, False),
        ("next_page_url", None, True),
        ("next_page_url", [], False),
        ("key", "sessions", True),
        ("key", None, False),
    ],
)
def test_each_member_of_meta_has_its_type(
    name: str,
    value: object,
    lawful: bool,  # noqa: FBT001  a column of the table
) -> None:
    meta: dict[str, Any] = {name: value}
    page = shown("", (1,), **meta)
    assert (("PAGE-002", f"{name} of another type") in broken(page)) is not lawful


def test_the_key_names_the_array() -> None:
    assert broken(shown("PageSize=2", (1,), key="items")) == {
        ("PAGE-003", "another key")
    }
    assert outcomes("PAGE-003", shown("", (1,), key=7)) == []


@pytest.mark.parametrize("name", URLS)
@pytest.mark.parametrize(
    ("value", "symptom"),
    [
        ("/v1/Services", "not absolute"),
        ("ftp://host.test/v1", "not absolute"),
        (f"{ORIGIN}/v1/Services", "of another path"),
    ],
)
def test_a_page_url_leads_to_the_same_list(name: str, value: str, symptom: str) -> None:
    told = {s for r, s in broken(shown("", (1,), **{name: value})) if r == "PAGE-004"}
    assert told == {f"{name} {symptom}"}


def test_a_page_url_may_lead_there_through_a_gateway() -> None:
    path = FIRST.sent.path.upper()
    page = shown("", (1,), url=f"{ORIGIN}/gateway{path}")
    assert set(outcomes("PAGE-004", page)) == {Outcome.PASS}


def test_no_page_follows_an_empty_one() -> None:
    assert outcomes("PAGE-005", shown("", ())) == [Outcome.PASS]
    assert outcomes("PAGE-005", shown("", (), onward=later(1))) == [Outcome.FAIL]
    assert outcomes("PAGE-005", FIRST) == []


def test_the_first_page_is_the_first() -> None:
    assert broken(shown("PageSize=2", (1,), back=later(0))) == {
        ("PAGE-006", "a page before the first")
    }
    assert broken(shown("PageSize=2", (), page=1)) == {("PAGE-007", "another number")}
    assert outcomes("PAGE-007", shown("", (1,), page=None)) == []
    # Which page it is depends on what was asked, and not on what it says.
    for row in ("PAGE-006", "PAGE-007"):
        assert outcomes(row, LATER) == []


@pytest.mark.parametrize(
    ("size", "row"),
    [
        ("0", "PAGE-032"),
        ("-1", "PAGE-032"),
        ("1001", "PAGE-033"),
        ("ten", "PAGE-034"),
        ("10&PageSize=20", "PAGE-034"),
        ("", "PAGE-035"),
    ],
)
@pytest.mark.parametrize(
    ("page_size", "choice"),
    [
        (1, "taken as 1"),
        (50, "taken as 50"),
        (100, "taken as 100"),
        (7, "another answer"),
    ],
)
def test_what_becomes_of_a_size_out_of_bounds_is_observed(
    size: str, row: str, page_size: int, choice: str
) -> None:
    odd = shown(f"PageSize={size}", (1,), page_size=page_size)
    assert chosen(row, odd) == {choice}


def test_a_size_above_the_maximum_may_be_honoured() -> None:
    honoured = shown("PageSize=1001", (1,), page_size=1001)
    assert chosen("PAGE-033", honoured) == {"as asked"}
    cut = shown("PageSize=5000", (1,), page_size=1000)
    assert chosen("PAGE-033", cut) == {"taken as 1000"}
    # Below the minimum nobody can do what is asked.
    assert chosen("PAGE-032", shown("PageSize=0", (), page_size=0)) == {
        "another answer"
    }


def test_a_size_out_of_bounds_is_refused_beside_a_list_that_is_shown() -> None:
    refused = sent("PageSize=0", 400)
    assert chosen("PAGE-032", FIRST, refused) == {"refused"}
    assert outcomes("PAGE-032", refused) == []
    silent = sent("PageSize=0", 500)
    assert outcomes("PAGE-032", FIRST, silent) == [Outcome.UNKNOWN]
    garbled = sent("PageSize=0", 200, {})
    assert chosen("PAGE-032", FIRST, garbled) == {"another answer"}
    assert outcomes("PAGE-032", FIRST, sent("PageSize=0&Page=1", 400)) == []


def garbled(answer: int, *items: int, page: bool = True) -> Exchange:
    """Return the use of a spoilt token."""
    about: dict[str, Any] = {"role": Role.SPOILT, "pair": "token", "defect": "cut"}
    query = "PageSize=2&Page=1&PageToken=PT"
    body = shown(query, items).fields if answer == 200 and page else {}
    return sent(query, answer, body, **about)


def honoured(answer: int = 200) -> Exchange:
    about: dict[str, Any] = {"role": Role.CONTROL, "pair": "token"}
    body = LATER.fields if answer == 200 else {}
    return sent(later(1), answer, body, **about)


TOKENS = [
    (garbled(400), "refused"),
    (garbled(200, 1, 2), "the first page"),
    (garbled(200, 3), "another page"),
    (garbled(200), "an empty page"),
    (garbled(200, page=False), "another answer"),
]


@pytest.mark.parametrize(("spoilt", "choice"), TOKENS)
def test_what_becomes_of_a_spoilt_token_is_observed(
    spoilt: Exchange, choice: str
) -> None:
    assert chosen("PAGE-036", FIRST, spoilt, honoured()) == {choice}


def test_a_spoilt_token_is_judged_beside_its_twin() -> None:
    refused = garbled(400), honoured(400)
    assert outcomes("PAGE-036", FIRST, *refused) == [Outcome.UNKNOWN]
    silent = garbled(500), honoured()
    assert outcomes("PAGE-036", FIRST, *silent) == [Outcome.UNKNOWN]
    alone = garbled(400)
    assert outcomes("PAGE-036", FIRST, alone) == []


@pytest.mark.parametrize(
    ("page", "row"), [("1", "PAGE-038"), ("2", "PAGE-039"), ("x", "PAGE-039")]
)
def test_what_becomes_of_a_page_without_a_token_is_observed(
    page: str, row: str
) -> None:
    query = f"PageSize=2&Page={page}"
    for answer, choice in (
        (sent(query, 400), "refused"),
        (shown(query, (1, 2)), "the first page"),
        (shown(query, (3,)), "another page"),
        (shown(query, ()), "an empty page"),
        (sent(query, 200, {}), "another answer"),
    ):
        assert chosen(row, FIRST, answer) == {choice}
    assert outcomes(row, FIRST, sent(query, 500)) == [Outcome.UNKNOWN]
    assert outcomes(row, sent(query, 400)) == [Outcome.UNKNOWN]


def test_a_page_with_a_token_or_no_number_is_no_page_by_number() -> None:
    unnumbered = shown("PageSize=2&PageToken=PT1", (3,))
    for row in ("PAGE-038", "PAGE-039"):
        assert outcomes(row, *walked((1, 2), (3,)), unnumbered) == []


@pytest.mark.parametrize(
    ("host", "choice"),
    [
        ("https://proxy.twilio.com", "proxy.twilio.com"),
        ("https://host.test", "another host"),
    ],
)
def test_the_host_of_page_urls_is_observed(host: str, choice: str) -> None:
    urls = dict.fromkeys(URLS, f"{host}{FIRST.sent.path}")
    assert chosen("PAGE-044", shown("", (1,), **urls)) == {choice}
    nowhere = dict.fromkeys(URLS, FIRST.sent.path)
    assert chosen("PAGE-044", shown("", (1,), **nowhere)) == set()


@pytest.mark.parametrize(
    ("status", "body", "choice"),
    [
        (200, {"services": [], "meta": {"key": "services"}}, {"services"}),
        (200, {"services": {}, "meta": {"key": "services"}}, {"another key"}),
        (200, {"items": [], "meta": {"key": "items"}}, {"another key"}),
        (200, {"services": [], "meta": None}, {"another key"}),
        (200, [], {"another key"}),
        (404, {}, set[str]()),
    ],
)
def test_the_key_of_services_is_observed(
    status: int, body: object, choice: set[str]
) -> None:
    listed = answered(WORLD.call("ListService"), status, body)
    assert chosen("PAGE-045", listed) == choice


@pytest.mark.parametrize("status", [0, 400, 401, 404, 429, 500])
def test_a_target_that_answers_everything_alike_decides_nothing(status: int) -> None:
    seen = [sent(q, status) for q in ("", "PageSize=0", "PageSize=2&Page=1")]
    seen += [garbled(status, page=False), honoured(status)]
    found = verdicts(evidence(*seen), CHECKS)
    assert {v.outcome for v in found} <= {Outcome.UNKNOWN}
