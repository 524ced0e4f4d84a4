"""Laws of the end of a lifetime: when it is due, and never by a guess."""

from typing import Any

import pytest

from conformance.checks.expiry import CHECKS
from conformance.exchange import Exchange, Json
from conformance.tests.histories import SESSION, WORLD, answered, evidence, page
from conformance.tests.lives import CLOSED, at, date, shown
from conformance.tests.verdicts import Told, choices, failures
from conformance.verdict import Outcome

DATED = "date-expiry/x"
ALONE = "ttl-alone/x"
USED = "ttl-after-use/x"


def limited(
    scene: str,
    form: dict[str, str],
    label: str = "limit",
    *,
    answer: int = 200,
    **changes: Json,
) -> Exchange:
    probe = WORLD.call("UpdateSession", Sid=SESSION, form=form)
    return answered(probe, answer, shown(**changes), scene=scene, label=label)


def look(
    scene: str,
    label: str,
    *,
    answer: int = 200,
    **changes: Json,
) -> Exchange:
    probe = WORLD.call("FetchSession", Sid=SESSION)
    return answered(probe, answer, shown(**changes), scene=scene, label=label)


BY_DATE = limited(DATED, {"DateExpiry": date(3)}, date_expiry=date(3))
BY_TTL = limited(ALONE, {"Ttl": "2"}, ttl=2)
IN_USE = limited(USED, {"Ttl": "2"}, ttl=2)
READ = limited(USED, {"Ttl": "2"}, "limit-read", ttl=2)


TOLD = Told(CHECKS)
outcomes = TOLD.outcomes


@pytest.mark.parametrize(
    ("requirement", "scene", "limit"),
    [("EXP-001", DATED, BY_DATE), ("EXP-005", USED, IN_USE)],
)
def test_a_session_is_closed_when_it_is_due(
    requirement: str, scene: str, limit: Exchange
) -> None:
    live, over = look(scene, "due"), look(scene, "due", **CLOSED)
    assert outcomes(requirement, limit, at(3, live), at(4, over)) == [Outcome.PASS]
    seen = evidence(limit, at(3, live), at(9, live))
    symptom = "still open"
    assert failures(seen, CHECKS) == {(requirement, "FetchSession", symptom)}


@pytest.mark.parametrize(
    "life",
    [
        (BY_DATE, at(3, look(DATED, "due")), at(6, look(DATED, "due"))),
        (BY_DATE, at(3, look(DATED, "due", answer=404))),
        (BY_DATE,),
        (at(3, look(DATED, "due")), at(9, look(DATED, "due"))),
        (limited(DATED, {"DateExpiry": date(3)}), at(3, look(DATED, "due", **CLOSED))),
        (
            limited(DATED, {"DateExpiry": date(3)}, date_expiry=7),
            at(3, look(DATED, "due", **CLOSED)),
        ),
        (
            limited(DATED, {"DateExpiry": date(3)}, answer=400),
            at(3, look(DATED, "due", **CLOSED)),
        ),
    ],
)
def test_an_end_is_not_judged_on_too_little(life: tuple[Exchange, ...]) -> None:
    assert outcomes("EXP-001", *life) == []


@pytest.mark.parametrize(
    ("shows", "choice"),
    [
        ([{}, CLOSED], {"closed in time"}),
        ([{}, {}], {"still open"}),
        ([{"status": 7}], {"still open"}),
    ],
)
def test_a_ttl_of_an_unused_session_is_a_choice(
    shows: list[dict[str, Any]], choice: set[str]
) -> None:
    due = [look(ALONE, "due", **changes) for changes in shows]
    chosen = choices(evidence(BY_TTL, *due), CHECKS, "EXP-004")
    assert {c for _, c in chosen} == (choice if shows != [{"status": 7}] else set())
    assert choices(evidence(*due), CHECKS, "EXP-004") == set()


def test_reading_does_not_start_a_ttl_again() -> None:
    alone = IN_USE, at(3, look(USED, "due", **CLOSED))
    read = READ, at(1, look(USED, "read"))
    over, live = look(USED, "due-read", **CLOSED), look(USED, "due-read")
    assert outcomes("EXP-007", *alone, *read, at(3, over)) == [Outcome.PASS]
    seen = evidence(*alone, *read, at(9, live))
    assert failures(seen, CHECKS) == {("EXP-007", "FetchSession", "still open")}


def test_a_ttl_that_was_not_taken_is_not_judged() -> None:
    other = limited(USED, {"Ttl": "2"}, ttl=3600)
    over = at(3, look(USED, "due", **CLOSED))
    assert outcomes("EXP-005", other, over) == []


def test_reading_is_not_blamed_where_nothing_ends() -> None:
    alone = IN_USE, at(3, look(USED, "due")), at(9, look(USED, "due"))
    read = READ, at(1, look(USED, "read")), at(9, look(USED, "due-read"))
    assert outcomes("EXP-007", *alone, *read) == []


@pytest.mark.parametrize(
    ("reason", "choice"),
    [
        (None, {"null"}),
        ("", {"empty"}),
        ("api", {"api"}),
        ("expired", {"another text"}),
        (7, set()),
    ],
)
def test_the_reason_of_an_expired_session_is_a_choice(
    reason: object, choice: set[str]
) -> None:
    about: dict[str, Any] = CLOSED | {"closed_reason": reason}
    over = look(DATED, "due", **about)
    seen = evidence(BY_DATE, look(DATED, "due"), over)
    assert {c for _, c in choices(seen, CHECKS, "EXP-008")} == choice


@pytest.mark.parametrize(
    ("answer", "after", "choice"),
    [
        (200, {"status": "in-progress"}, {"stays in progress"}),
        (200, CLOSED, {"closes again"}),
        (400, CLOSED, {"refused"}),
        (500, CLOSED, set()),
        (200, {"answer": 404}, set()),
    ],
)
def test_reopening_an_expired_session_is_a_choice(
    answer: int, after: dict[str, Any], choice: set[str]
) -> None:
    again = limited(DATED, {"Status": "in-progress"}, "reopen", answer=answer)
    later = look(DATED, "reopened", **after)
    over = look(DATED, "due", **CLOSED)
    seen = evidence(BY_DATE, over, again, later)
    assert {c for _, c in choices(seen, CHECKS, "EXP-009")} == choice
    live = evidence(BY_DATE, look(DATED, "due"), again, later)
    assert choices(live, CHECKS, "EXP-009") == set()


LISTED = "date-expiry-listed/x"
LISTED_LIMIT = limited(LISTED, {"DateExpiry": date(3)}, date_expiry=date(3))


def seen_in_a_list(
    seconds: float,
    **changes: Json,
) -> Exchange:
    items = page(shown(**changes))
    probe = WORLD.call("ListSession")
    return at(seconds, answered(probe, 200, items, scene=LISTED, label="due"))


@pytest.mark.parametrize(
    ("looks", "found"),
    [
        ([seen_in_a_list(3, **CLOSED)], [Outcome.PASS]),
        ([seen_in_a_list(3), seen_in_a_list(5, **CLOSED)], [Outcome.PASS]),
        ([seen_in_a_list(3), seen_in_a_list(9)], [Outcome.FAIL]),
        ([seen_in_a_list(3), seen_in_a_list(5)], []),
        ([seen_in_a_list(3, sid="KC" + "7" * 32)], []),
    ],
)
def test_a_list_shows_in_time_that_a_session_is_closed(
    looks: list[Exchange], found: list[Outcome]
) -> None:
    assert outcomes("EXP-011", LISTED_LIMIT, *looks) == found


def test_a_list_says_nothing_where_the_limit_was_not_taken() -> None:
    refused = limited(LISTED, {"DateExpiry": date(3)}, answer=400)
    looks = seen_in_a_list(3), seen_in_a_list(9)
    assert outcomes("EXP-011", refused, *looks) == []
