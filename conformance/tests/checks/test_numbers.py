"""Laws of judging Ttl: the seconds shown for those sent, and what is no number."""

from typing import Any

import pytest

from conformance.checks.numbers import CHECKS
from conformance.exchange import Exchange, Role
from conformance.script import Fields
from conformance.tests.histories import SESSION, WORLD, answered, evidence, session
from conformance.tests.verdicts import choices, failures, verdicts
from conformance.verdict import Outcome

CREATE = "ttl/CreateSession"
UPDATE = "ttl/UpdateSession"
TOO_LARGE = 2**64 + 60


def create(
    form: Fields, status: int = 201, shown: object = 0, **about: object
) -> Exchange:
    probe = WORLD.call("CreateSession", form=form)
    body = session(ttl=shown) if status == 201 else {"code": 80701}
    return answered(probe, status, body, **{"scene": CREATE} | about)


def ttl(text: str, status: int = 201, shown: object = 0, **about: object) -> Exchange:
    return create({"Ttl": text}, status, shown, **about)


def update(
    text: str, status: int = 200, shown: object = 0, **about: object
) -> Exchange:
    probe = WORLD.call("UpdateSession", Sid=SESSION, form={"Ttl": text})
    body = session(ttl=shown) if status == 200 else {"code": 80701}
    return answered(probe, status, body, **{"scene": UPDATE} | about)


def found(requirement: str, *exchanges: Exchange) -> list[tuple[str, Outcome]]:
    """Return operation and outcome of each verdict on a requirement."""
    seen = verdicts(evidence(*exchanges), CHECKS, requirement)
    return [(v.operation, v.outcome) for v in seen]


@pytest.mark.parametrize("text", ["1", "59", "65536", "7776000"])
def test_whole_seconds_shown_as_sent_pass(text: str) -> None:
    number = int(text)
    created, updated = ttl(text, shown=number), update(text, shown=number)
    assert found("NUM-001", created) == [("CreateSession", Outcome.PASS)]
    assert found("NUM-002", ttl("30", shown=30), updated) == [
        ("UpdateSession", Outcome.PASS)
    ]


def test_a_number_with_a_point_and_a_zero_is_the_same_number() -> None:
    assert found("NUM-001", ttl("60", shown=60.0)) == [("CreateSession", Outcome.PASS)]


@pytest.mark.parametrize(("text", "shown"), [("65536", 0), ("59", 60), ("90", -90)])
def test_another_number_fails(text: str, shown: int) -> None:
    seen = evidence(
        ttl("30", shown=30), update(text, shown=shown), ttl(text, shown=shown)
    )
    assert failures(seen, CHECKS) == {
        ("NUM-001", "CreateSession", "another number is shown"),
        ("NUM-002", "UpdateSession", "another number is shown"),
    }


def test_zero_has_a_row_of_its_own() -> None:
    assert found("NUM-003", ttl("0"), update("0")) == [
        ("CreateSession", Outcome.PASS),
        ("UpdateSession", Outcome.PASS),
    ]
    assert failures(evidence(ttl("0", shown=7200)), CHECKS) == {
        ("NUM-003", "CreateSession", "another number is shown")
    }


@pytest.mark.parametrize("shown", ["60", None, 60.5, True, [60]])
def test_a_ttl_that_is_no_number_is_judged_by_others(shown: object) -> None:
    assert verdicts(evidence(ttl("60", shown=shown)), CHECKS) == []


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"ttl": "60"},
        [("Ttl", "60"), ("Ttl", "90")],
        {"Ttl": "060"},
        {"Ttl": "+60"},
        {"Ttl": "-0"},
        {"Ttl": "1e2"},
        {"Ttl": "9" * 61},
        {"Ttl": "\u0666"},
        {"Ttl": "-"},
        {"Ttl": ""},
    ],
)
def test_what_asks_for_no_number_for_certain_is_not_judged(form: Fields) -> None:
    assert verdicts(evidence(create(form, shown=7)), CHECKS) == []


def test_an_update_of_a_session_that_is_not_live_is_not_judged() -> None:
    closed = WORLD.call("CreateSession", form={"Status": "closed"})
    born = answered(closed, 201, session(status="closed"))
    assert found("NUM-002", born, update("60", shown=0)) == []
    assert found("NUM-002", update("60", shown=0)) == []


def test_an_update_that_also_changes_the_status_is_not_judged() -> None:
    form = {"Ttl": "60", "Status": "closed"}
    probe = WORLD.call("UpdateSession", Sid=SESSION, form=form)
    seen = answered(probe, 200, session(ttl=30, status="closed"))
    assert found("NUM-002", ttl("30", shown=30), seen) == []


def test_a_fetch_asks_for_nothing() -> None:
    probe = WORLD.call("FetchSession", Sid=SESSION, form={"Ttl": "60"})
    assert verdicts(evidence(answered(probe, 200, session())), CHECKS) == []


@pytest.mark.parametrize(
    ("sent", "shown", "choice"),
    [
        (31_536_000, 31_536_000, "kept"),
        (TOO_LARGE, TOO_LARGE, "kept"),
        (TOO_LARGE, 2**31 - 1, "cut to a maximum"),
        (TOO_LARGE, 7_776_000, "cut to a maximum"),
        (-60, -60, "kept"),
        (-60, 0, "taken for 0"),
    ],
)
def test_what_becomes_of_other_numbers_is_observed(
    sent: int, shown: int, choice: str
) -> None:
    seen = ttl(str(sent), shown=shown)
    row = "NUM-006" if sent < 0 else "NUM-005"
    assert found("NUM-004", seen) == [("CreateSession", Outcome.PASS)]
    assert choices(evidence(seen), CHECKS, row) == {("CreateSession", choice)}


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        (TOO_LARGE, 60),
        (TOO_LARGE, 0),
        (TOO_LARGE, -1),
        (TOO_LARGE, 86_400),
        (2**31 - 1, 2**31),
        (-60, 60),
        (-60, -1),
    ],
)
def test_another_number_for_one_without_room_fails(sent: int, shown: int) -> None:
    seen = evidence(ttl(str(sent), shown=shown))
    assert failures(seen, CHECKS) == {
        ("NUM-004", "CreateSession", "another number is shown")
    }
    assert choices(seen, CHECKS, "NUM-005") == set()
    assert choices(seen, CHECKS, "NUM-006") == set()


def test_a_refusal_of_what_need_not_be_taken_passes() -> None:
    seen = (
        ttl("60", shown=60),
        update("60", shown=60),
        update(str(TOO_LARGE), 400),
        ttl("-60", 400),
    )
    assert found("NUM-004", *seen) == [
        ("CreateSession", Outcome.PASS),
        ("UpdateSession", Outcome.PASS),
    ]
    assert choices(evidence(*seen), CHECKS, "NUM-005") == {("UpdateSession", "refused")}
    assert choices(evidence(*seen), CHECKS, "NUM-006") == {("CreateSession", "refused")}


@pytest.mark.parametrize(("text", "row"), [("60", "NUM-001"), ("0", "NUM-003")])
def test_whole_seconds_refused_beside_others_accepted_fail(text: str, row: str) -> None:
    seen = ttl(text, 400), ttl("90", shown=90)
    assert ("CreateSession", Outcome.FAIL) in found(row, *seen)
    assert found(row, seen[0]) == [("CreateSession", Outcome.UNKNOWN)]


@pytest.mark.parametrize("status", [0, 408, 429, 500])
def test_whole_seconds_without_a_plain_answer_are_unknown(status: int) -> None:
    seen = update("60", status), update("90", shown=90)
    assert ("UpdateSession", Outcome.UNKNOWN) in found("NUM-002", *seen)


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (400, Outcome.PASS),
        (422, Outcome.PASS),
        (404, Outcome.FAIL),
        (500, Outcome.UNKNOWN),
    ],
)
def test_what_is_no_number_is_refused_beside_its_twin(
    status: int, outcome: Outcome
) -> None:
    twin: dict[str, Any] = {"role": Role.CONTROL, "pair": "ttl"}
    junk: dict[str, Any] = {"role": Role.SPOILT, "pair": "ttl", "defect": "words"}
    created = ttl("abc", status, **junk), ttl("60", shown=60, **twin)
    assert found("NUM-007", *created) == [("CreateSession", outcome)]
    updated = update("abc", status, **junk), update("60", shown=60, **twin)
    assert found("NUM-008", *updated) == [("UpdateSession", outcome)]


def test_what_is_no_number_and_is_accepted_fails() -> None:
    junk = ttl("1.5", shown=1, role=Role.SPOILT, pair="ttl", defect="fraction")
    assert failures(
        evidence(junk, ttl("60", shown=60, role=Role.CONTROL, pair="ttl")), CHECKS
    ) == {("NUM-007", "CreateSession", "fraction, 2xx")}


@pytest.mark.parametrize("status", [0, 401, 404, 429, 500])
def test_a_target_that_answers_everything_alike_leaves_all_unknown(status: int) -> None:
    junk: dict[str, Any] = {"role": Role.SPOILT, "pair": "ttl", "defect": "words"}
    twin: dict[str, Any] = {"role": Role.CONTROL, "pair": "ttl"}
    seen = [
        *(ttl("abc", status, **junk), ttl("60", status, **twin), ttl("0", status)),
        *(update("abc", status, **junk), update("60", status, **twin)),
        *(ttl(str(TOO_LARGE), status), update("0", status)),
    ]
    judged = verdicts(evidence(*seen), CHECKS)
    assert {v.outcome for v in judged} == {Outcome.UNKNOWN}
    assert {v.requirement for v in judged} == {
        *("NUM-001", "NUM-002", "NUM-003", "NUM-004", "NUM-007", "NUM-008")
    }


@pytest.mark.parametrize(
    ("spelling", "text", "number"),
    [
        ("leading-zero", "063", 63),
        ("plus-sign", "+61", 61),
        ("space-before", " 62", 62),
        ("exponent", "1e3", 1000),
        ("hexadecimal", "0x41", 65),
        ("digits-of-another-script", "\u0666\u0667", 67),
        ("no-fraction", "68.0", 68),
    ],
)
def test_what_becomes_of_another_spelling_is_observed(
    spelling: str, text: str, number: int
) -> None:
    for exchange, choice in (
        (ttl(text, 400), "refused"),
        (ttl(text, shown=number), "taken for the number"),
        (ttl(text, shown=1), "taken for another number"),
        (ttl(text, 500), ""),
        (ttl(text, shown="1"), ""),
    ):
        labelled = ttl(text, exchange.status, exchange.fields.get("ttl"))
        seen = answered(
            labelled.probe,
            exchange.status,
            exchange.fields,
            label=f"spelled {spelling}",
        )
        expected = {("CreateSession", choice)} if choice else set[object]()
        beside = ttl("60", shown=60)
        assert choices(evidence(beside, seen), CHECKS, "NUM-009") == expected
        if choice == "refused":
            alone = [("CreateSession", Outcome.UNKNOWN)]
            assert found("NUM-009", create({}), seen) == alone


@pytest.mark.parametrize(
    ("status", "shown", "choice"),
    [
        (400, 0, "refused"),
        (200, 3600, "taken as omitted"),
        (200, 0, "taken for 0"),
        (200, None, ""),
        (500, 0, ""),
    ],
)
def test_what_an_empty_ttl_amounts_to_is_observed(
    status: int, shown: object, choice: str
) -> None:
    empty = update("", status, shown, label="empty")
    seen = evidence(empty, update("60", shown=60))
    expected = {("UpdateSession", choice)} if choice else set[object]()
    assert choices(seen, CHECKS, "NUM-010") == expected
    if choice == "refused":
        assert found("NUM-010", empty) == [("UpdateSession", Outcome.UNKNOWN)]
