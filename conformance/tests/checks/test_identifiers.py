"""Laws of SIDs: their form, whom they name, and which of them a path may hold."""

from dataclasses import replace
from typing import Any

import pytest

from conformance.checks.identifiers import CHECKS
from conformance.exchange import Exchange, History, Json, Probe, Role
from conformance.tests.histories import (
    ACCOUNT,
    PARTICIPANT,
    SERVICE,
    SESSION,
    WORLD,
    answered,
    evidence,
    page,
    session,
)
from conformance.tests.verdicts import Told, failures, verdicts
from conformance.verdict import Outcome

CREATE = WORLD.call("CreateSession", form={})
FETCH = WORLD.call("FetchSession", Sid=SESSION)
LIST = WORLD.call("ListSession")
UPDATE = WORLD.call("UpdateSession", Sid=SESSION, form={})
OTHER = "9" * 32


TOLD = Told(CHECKS)
outcomes, broken, chosen = TOLD.outcomes, TOLD.broken, TOLD.chosen


def fetched(**changes: Json) -> Exchange:
    return answered(FETCH, 200, session(**changes))


def test_a_session_that_names_what_was_asked_for_passes() -> None:
    found = verdicts(evidence(fetched()), CHECKS)
    assert {v.outcome for v in found} == {Outcome.PASS}
    rows = {f"SID-{number:03}" for number in (1, 2, 4, 5, 6, 23)}
    assert {v.requirement for v in found} == rows


@pytest.mark.parametrize(
    ("name", "prefix", "row"),
    [
        ("sid", "KC", "SID-001"),
        ("service_sid", "KS", "SID-002"),
        ("account_sid", "AC", "SID-004"),
    ],
)
def test_a_sid_that_is_shown_is_well_formed(name: str, prefix: str, row: str) -> None:
    for text, symptom in (
        (f"XX{OTHER}", "another prefix"),
        (f"{prefix}{OTHER}0", "another length"),
        (f"{prefix}{OTHER[1:]}g", "not hexadecimal"),
    ):
        assert (row, symptom) in broken(fetched(**{name: text}))
    assert outcomes(row, fetched(**{name: 7})) == []
    absent = session()
    del absent[name]
    assert outcomes(row, answered(FETCH, 200, absent)) == []


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("service_sid", {"SID-002", "SID-005"}),
        ("account_sid", {"SID-004", "SID-006"}),
    ],
)
def test_null_may_stand_for_whose_a_session_is(name: str, rows: set[str]) -> None:
    for probe, shown in (
        (FETCH, session(**{name: None})),
        (LIST, page(session(**{name: None}))),
    ):
        found = verdicts(evidence(answered(probe, 200, shown)), CHECKS)
        null = {(v.requirement, v.outcome) for v in found if v.subject == "null"}
        assert null == {(row, Outcome.PASS) for row in rows}
    assert outcomes("SID-001", fetched(sid=None)) == []


@pytest.mark.parametrize(
    ("name", "prefix", "row"),
    [
        ("service_sid", "KS", "SID-005"),
        ("account_sid", "AC", "SID-006"),
        ("sid", "KC", "SID-023"),
    ],
)
def test_a_sid_names_what_was_asked_for(name: str, prefix: str, row: str) -> None:
    another = {(row, f"another {name}")}
    assert broken(fetched(**{name: f"{prefix}{OTHER}"})) == another
    assert (
        broken(
            fetched(
                **{name: session()[name].lower().replace(prefix.lower(), prefix, 1)}
            )
        )
        == set()
    )
    # One that is malformed has a row of its own.
    assert outcomes(row, fetched(**{name: f"{prefix}1"})) == []


def test_of_an_account_that_nobody_named_nothing_is_expected() -> None:
    seen = evidence(fetched(account_sid=f"AC{OTHER}"))
    nameless = replace(seen, history=History(exchanges=seen.history.exchanges))
    found = verdicts(nameless, CHECKS, "SID-006")
    assert found == []
    assert failures(seen, CHECKS) == {
        ("SID-006", "FetchSession", "another account_sid")
    }


def test_a_participant_names_all_that_it_belongs_to() -> None:
    probe = WORLD.call("FetchParticipant", SessionSid=SESSION, Sid=PARTICIPANT)
    shown = {
        "sid": PARTICIPANT,
        "session_sid": SESSION,
        "service_sid": SERVICE,
        "account_sid": ACCOUNT,
    }
    assert broken(answered(probe, 200, shown)) == set()
    assert broken(answered(probe, 200, dict.fromkeys(shown, "KP1"))) == {
        ("SID-015", "another length"),
        *(("SID-016", f"another {n}") for n in shown if n != "sid"),
    }
    assert broken(answered(probe, 200, dict.fromkeys(shown) | {"sid": "x"})) == {
        ("SID-015", "another prefix")
    }


def test_no_sid_is_given_twice() -> None:
    one = answered(CREATE, 201, session())
    two = answered(CREATE, 201, session(sid=f"KC{OTHER}"))
    assert outcomes("SID-007", one) == []
    assert outcomes("SID-007", one, two) == [Outcome.PASS]
    assert broken(one, one) == {("SID-007", "given twice")}
    again = answered(CREATE, 201, session(sid=SESSION.lower().replace("kc", "KC")))
    assert broken(one, two, again) == {("SID-007", "given twice")}
    nameless = answered(CREATE, 201, session(sid=None))
    assert outcomes("SID-007", nameless, nameless) == []


def spoilt(
    status: int,
    label: str = "malformed-session",
    probe: Probe = UPDATE,
    sid: str = "KC1",
    **about: Any,  # noqa: ANN401  fields of Probe
) -> Exchange:
    about = {
        "scene": "path/x",
        "role": Role.SPOILT,
        "pair": "a",
        "defect": "short",
        "path": probe.path.replace(SESSION, sid),
    } | about
    return answered(probe, status, {}, label=label, **about)


def twin(status: int = 200, probe: Probe = UPDATE, **about: Any) -> Exchange:  # noqa: ANN401  fields of Probe
    about = {"scene": "path/x", "role": Role.CONTROL, "pair": "a"} | about
    return answered(probe, status, {}, **about)


@pytest.mark.parametrize(
    ("status", "control", "outcome"),
    [
        (404, 200, Outcome.PASS),
        (400, 200, Outcome.PASS),
        (403, 200, Outcome.FAIL),
        (200, 200, Outcome.FAIL),
        (404, 404, Outcome.UNKNOWN),
        (0, 200, Outcome.UNKNOWN),
    ],
)
def test_a_malformed_sid_in_a_path_is_refused(
    status: int, control: int, outcome: Outcome
) -> None:
    assert outcomes("SID-003", spoilt(status), twin(control)) == [outcome]
    assert outcomes("SID-003", spoilt(status, "another"), twin(control)) == []


def test_a_gateway_may_turn_away_what_is_not_plain() -> None:
    odd = f"{SESSION}%00"
    for status, outcome in ((302, Outcome.PASS), (414, Outcome.PASS)):
        assert outcomes("SID-003", spoilt(status, sid=odd), twin()) == [outcome]
    assert outcomes("SID-003", spoilt(200, sid=odd), twin()) == [Outcome.FAIL]


def test_a_malformed_sid_that_the_target_gave_out_is_not_held_against_it() -> None:
    own: dict[str, Any] = {"path": UPDATE.path.replace(SESSION, "KC2")}
    listed = answered(LIST, 200, page(session(sid="KC2")))
    assert outcomes("SID-003", listed, spoilt(404), twin(**own)) == []
    accepted = answered(UPDATE, 200, {}, **own)
    assert broken(accepted) == {("SID-003", "another length, 2xx")}
    assert ("SID-003", "another length, 2xx") not in broken(listed, accepted)
    assert broken(answered(UPDATE, 404, {}, **own)) == set()


def test_a_control_that_the_contract_does_not_know_tells_nothing() -> None:
    stray = twin(200, path="/elsewhere")
    assert outcomes("SID-003", spoilt(404), stray) == []


def test_a_participants_list_has_a_row_for_the_sid_of_its_session() -> None:
    probe = WORLD.call("ListParticipant", SessionSid=SESSION)
    seen = spoilt(404, probe=probe, scene="children/x")
    control = twin(200, probe, scene="children/x")
    assert outcomes("SID-021", seen, control) == [Outcome.PASS]
    assert outcomes("SID-003", seen, control) == []
    assert chosen("SID-011", seen, control) == set()


@pytest.mark.parametrize(
    ("label", "row"), [("unknown-session", "SID-009"), ("unknown-service", "SID-010")]
)
def test_an_unknown_sid_is_not_found(label: str, row: str) -> None:
    for status, outcome in (
        (404, Outcome.PASS),
        (400, Outcome.FAIL),
        (200, Outcome.FAIL),
        (500, Outcome.UNKNOWN),
    ):
        assert outcomes(row, spoilt(status, label), twin()) == [outcome]


def test_how_a_malformed_sid_is_refused_is_observed() -> None:
    for status in (400, 404):
        assert chosen("SID-011", spoilt(status), twin()) == {str(status)}
    assert chosen("SID-011", spoilt(403), twin()) == set()
    assert chosen("SID-011", spoilt(404), twin(404)) == set()
    below = WORLD.call("ListParticipant", SessionSid=SESSION)
    assert chosen("SID-011", spoilt(404, probe=below), twin(200, below)) == set()


@pytest.mark.parametrize(
    ("label", "row"),
    [
        ("malformed-fetch", "SID-012"),
        ("other-case", "SID-013"),
        ("escaped", "SID-014"),
    ],
)
def test_what_becomes_of_an_odd_spelling_is_observed(label: str, row: str) -> None:
    for status, choice in (
        (200, "taken for the Session"),
        (404, "404"),
        (400, "400"),
        (403, "another refusal"),
    ):
        seen = spoilt(status, label, FETCH), twin(200, FETCH)
        assert chosen(row, *seen) == {choice}
    assert chosen(row, spoilt(500, label, FETCH), twin(200, FETCH)) == set()
    assert chosen(row, spoilt(404, label, FETCH), twin(404, FETCH)) == set()
    # A SID without letters has no other case.
    same = spoilt(200, label, FETCH, SESSION), twin(200, FETCH)
    assert chosen(row, *same) == set()


@pytest.mark.parametrize(
    ("digits", "choice"),
    [("0", "no letters"), ("a", "lower"), ("A", "upper"), ("aA", "both")],
)
def test_the_case_of_a_new_sid_is_observed(digits: str, choice: str) -> None:
    sid = f"KC{(digits * 32)[:32]}"
    assert chosen("SID-022", answered(CREATE, 201, session(sid=sid))) == {choice}
    assert chosen("SID-022", answered(FETCH, 200, session(sid=sid))) == set()
    assert chosen("SID-022", answered(CREATE, 201, session(sid="KC1"))) == set()
