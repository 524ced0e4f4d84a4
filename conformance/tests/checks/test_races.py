"""Laws of races on literal histories: beside the same in turn, else nothing counts."""

from dataclasses import replace

import pytest

from conformance.checks.races import CHECKS
from conformance.exchange import Exchange, Json
from conformance.tests.histories import SESSION, WORLD, answered, evidence, page
from conformance.tests.lives import OTHER_SESSION, at, shown
from conformance.tests.verdicts import choices, verdicts
from conformance.verdict import Outcome

FIRST, SECOND = {"Ttl": "301"}, {"DateExpiry": "2031-01-02T03:04:05Z"}
BOTH = {"ttl": 301, "date_expiry": "2031-01-02T03:04:05Z"}
SERVICE = "KS" + "4" * 32


def scene(name: str, *exchanges: Exchange) -> tuple[Exchange, ...]:
    return tuple(replace(e, probe=replace(e.probe, scene=name)) for e in exchanges)


def outcomes(requirement: str, name: str, *exchanges: Exchange) -> list[Outcome]:
    seen = evidence(*scene(name, *exchanges))
    return [v.outcome for v in verdicts(seen, CHECKS, requirement)]


def creation(label: str, seconds: float, status: int = 201) -> Exchange:
    body = shown(ttl=0) if status == 201 else {"code": 80603}
    probe = WORLD.call("CreateSession", form={"UniqueName": "n"})
    return at(seconds, answered(probe, status, body, label=label), took_s=0.1)


# One name.


def crowd(label: str, *statuses: int) -> list[Exchange]:
    return [creation(label, 10, status) for status in statuses]


IN_TURN = [creation("in turn", 0), creation("in turn", 1, 400)]


@pytest.mark.parametrize(
    ("statuses", "outcome"),
    [
        ((201, 400, 409), Outcome.PASS),
        ((400, 400, 400), Outcome.PASS),
        ((201, 400, 0), Outcome.PASS),
        ((201, 201, 400), Outcome.FAIL),
        ((0, 500, 429), Outcome.UNKNOWN),
    ],
)
def test_one_of_several_creates_under_one_name_is_accepted(
    statuses: tuple[int, ...], outcome: Outcome
) -> None:
    creates = crowd("round-0", *statuses)
    assert outcomes("RACE-001", "race/one-name", *IN_TURN, *creates) == [outcome]


@pytest.mark.parametrize(
    "in_turn",
    [[], [creation("in turn", 0), creation("in turn", 1)], IN_TURN[1:]],
)
def test_a_name_given_twice_in_turn_is_no_race(in_turn: list[Exchange]) -> None:
    creates = crowd("round-0", 201, 201)
    found = outcomes("RACE-001", "race/one-name", *in_turn, *creates)
    assert found == [Outcome.UNKNOWN]


# Updates.


def change(form: dict[str, str], seconds: float, **about: Json) -> Exchange:
    status: int = about.pop("status", 200)
    body = shown(**({"ttl": 0} | about)) if status == 200 else {}
    probe = WORLD.call("UpdateSession", Sid=SESSION, form=form)
    return at(seconds, answered(probe, status, body, label="update"), took_s=0.5)


def look(seconds: float, **about: Json) -> Exchange:
    status: int = about.pop("status", 200)
    body = shown(**({"ttl": 0} | about)) if status == 200 else {}
    probe = WORLD.call("FetchSession", Sid=SESSION)
    return at(seconds, answered(probe, status, body, label="after"), took_s=0.1)


SOUND = (
    creation("in turn", 0),
    change(FIRST, 1, ttl=301),
    change(SECOND, 2, **BOTH),
    look(3, **BOTH),
)
RACE = (
    creation("start", 10),
    change(FIRST, 11, ttl=301),
    change(SECOND, 11, **BOTH),
)


def test_updates_that_some_order_explains_hold() -> None:
    life = (*SOUND, *RACE, look(12, **BOTH))
    assert outcomes("RACE-002", "race/updates", *life) == [Outcome.PASS]
    # What was sent before any Session was made is of no race.
    before = look(0, status=404), *life
    assert outcomes("RACE-002", "race/updates", *before) == [Outcome.PASS]


def test_a_lost_update_is_explained_by_no_order() -> None:
    life = (*SOUND, *RACE, look(12, date_expiry=BOTH["date_expiry"]))
    assert outcomes("RACE-002", "race/updates", *life) == [Outcome.FAIL]


def test_a_lost_update_is_no_race_where_it_is_lost_in_turn() -> None:
    spoilt = (*SOUND[:3], look(3, date_expiry=BOTH["date_expiry"]))
    life = (*spoilt, *RACE, look(12, date_expiry=BOTH["date_expiry"]))
    assert outcomes("RACE-002", "race/updates", *life) == [Outcome.UNKNOWN]


@pytest.mark.parametrize("end", [(), (look(12, status=500),)])
def test_a_race_cut_short_says_nothing(end: tuple[Exchange, ...]) -> None:
    life = (*SOUND, *RACE, *end)
    assert outcomes("RACE-002", "race/updates", *life) == [Outcome.UNKNOWN]


def test_a_race_without_its_creation_says_nothing() -> None:
    refused = creation("start", 10, 500)
    life = (*SOUND, refused, *RACE[1:], look(12, ttl=7))
    assert outcomes("RACE-002", "race/updates", *life) == []


def test_too_many_silent_updates_are_left_open() -> None:
    silent = [change({"Ttl": str(n)}, 11, status=0) for n in range(8)]
    life = (*SOUND, creation("start", 10), *silent, look(12, ttl=99))
    assert outcomes("RACE-002", "race/updates", *life) == [Outcome.UNKNOWN]


# Deletion.


def removal(seconds: float, status: int = 204, label: str = "") -> Exchange:
    probe = WORLD.call("DeleteSession", Sid=SESSION)
    return at(seconds, answered(probe, status, b"", label=label), took_s=0.5)


GONE_IN_TURN = (creation("in turn", 0), removal(1), look(2, status=404))


@pytest.mark.parametrize(
    ("deleted", "statuses", "outcome"),
    [
        (204, (404, 404), Outcome.PASS),
        (204, (404, 200), Outcome.FAIL),
        (204, (200, 500), Outcome.FAIL),
        (204, (404, 500), Outcome.UNKNOWN),
        (204, (), Outcome.UNKNOWN),
        (500, (404, 404), Outcome.UNKNOWN),
    ],
)
def test_a_session_deleted_in_a_race_stays_gone(
    deleted: int, statuses: tuple[int, ...], outcome: Outcome
) -> None:
    race = (
        creation("start", 10),
        change(FIRST, 11, ttl=301),
        removal(11, deleted),
        *(look(12 + n, status=status) for n, status in enumerate(statuses)),
    )
    found = outcomes("RACE-003", "race/deletion", *GONE_IN_TURN, *race)
    assert found == [outcome]


def test_a_session_that_a_plain_delete_spares_is_no_race() -> None:
    spared = (*GONE_IN_TURN[:2], look(2))
    race = (creation("start", 10), removal(11), look(12))
    found = outcomes("RACE-003", "race/deletion", *spared, *race)
    assert found == [Outcome.UNKNOWN]


@pytest.mark.parametrize(
    ("statuses", "told"),
    [
        ((204, 404), {"one of them is told it is gone"}),
        ((204, 204), {"both succeed"}),
        ((404, 404), {"none succeeds"}),
        ((204, 500), set()),
        ((204,), set()),
    ],
)
def test_what_becomes_of_two_deletes_is_observed(
    statuses: tuple[int, ...], told: set[str]
) -> None:
    deletes = [removal(1, status, "delete") for status in statuses]
    elsewhere = removal(1, 204, "delete")
    seen = evidence(*scene("race/deletions", *deletes), elsewhere)
    assert {choice for _, choice in choices(seen, CHECKS, "RACE-005")} == told


# A list during writes.


def busy(
    *sids: str, alone: tuple[str, ...] = (SESSION, OTHER_SESSION)
) -> list[Outcome]:
    """Return what a list that shows `sids` during a write comes to."""
    service = answered(WORLD.call("CreateService", form={}), 201, {"sid": SERVICE})

    def create(sid: str, seconds: float) -> Exchange:
        probe = WORLD.call("CreateSession", service=SERVICE, form={})
        return at(seconds, answered(probe, 201, shown(sid=sid)), took_s=0.1)

    def listed(some: tuple[str, ...], seconds: float) -> Exchange:
        probe = WORLD.call("ListSession", service=SERVICE, query={"PageSize": "100"})
        items = page(*(shown(sid=sid) for sid in some))
        return at(seconds, answered(probe, 200, items), took_s=0.5)

    update = WORLD.call("UpdateSession", service=SERVICE, Sid=SESSION, form=FIRST)
    return outcomes(
        "RACE-004",
        "race/busy-list",
        at(-9, service),
        create(SESSION, 0),
        create(OTHER_SESSION, 1),
        listed(alone, 3),
        at(5, answered(update, 200, shown(ttl=301)), took_s=0.4),
        listed(sids, 5.2),
    )


def test_a_list_read_during_a_write_shows_each_session_once() -> None:
    assert busy(SESSION, OTHER_SESSION) == [Outcome.PASS]
    assert busy(OTHER_SESSION) == [Outcome.FAIL]
    assert busy(SESSION, SESSION, OTHER_SESSION) == [Outcome.FAIL]


def test_a_list_that_is_not_whole_by_itself_is_no_race() -> None:
    assert busy(OTHER_SESSION, alone=(OTHER_SESSION,)) == [Outcome.UNKNOWN]


# A third Participant.


def joining(label: str, seconds: float, status: int) -> Exchange:
    form = {"Identifier": "+15005550101"}
    probe = WORLD.call("CreateParticipant", SessionSid=OTHER_SESSION, form=form)
    return at(seconds, answered(probe, status, {}, label=label), took_s=0.1)


def three(label: str, *statuses: int) -> list[Exchange]:
    return [joining(label, 10, status) for status in statuses]


@pytest.mark.parametrize(
    ("in_turn", "statuses", "outcome"),
    [
        ((201, 201, 400), (201, 400, 201), Outcome.PASS),
        ((201, 201, 409), (201, 400, 500), Outcome.PASS),
        ((201, 201, 400), (201, 201, 201), Outcome.FAIL),
        ((201, 201, 400), (0, 500, 429), Outcome.UNKNOWN),
        ((201, 201, 201), (201, 201, 201), Outcome.UNKNOWN),
        ((400, 400, 400), (400, 400, 400), Outcome.UNKNOWN),
    ],
)
def test_a_third_participant_is_not_taken_in_a_race(
    in_turn: tuple[int, ...], statuses: tuple[int, ...], outcome: Outcome
) -> None:
    life = *three("in turn", *in_turn), *three("round-1", *statuses)
    assert outcomes("RACE-006", "race/third-participant", *life) == [outcome]
