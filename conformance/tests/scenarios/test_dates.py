"""Laws of the scenes about dates."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

import pytest

from conformance.exchange import Exchange, Probe, Role, pairs
from conformance.library import library
from conformance.oracles import date
from conformance.scenarios.dates import SCENARIOS
from conformance.script import Scenario
from conformance.strategies import dates
from conformance.tests.histories import SESSION, session
from conformance.tests.scenarios.plays import Answer, played

SCENES = {scenario.name: scenario for scenario in SCENARIOS}
WRONG = "2001-01-01T00:00:00Z"


def asked(probe: Probe) -> str | None:
    """Return the DateExpiry that a probe carries."""
    form = parse_qs((probe.body or b"").decode(), keep_blank_values=True)
    return form["DateExpiry"][0] if "DateExpiry" in form else None


def answering(take: Callable[[str], dict[str, Any] | None]) -> Answer:
    """Return the target that makes of a DateExpiry what `take` says, or refuses it."""

    def answer(probe: Probe) -> tuple[int, Any]:
        text = asked(probe)
        changes = {} if text is None else take(text)
        if changes is None:
            return 400, {"code": 80701}
        created = probe.operation == "CreateSession"
        return 201 if created else 200, session(**changes)

    return answer


def kept(text: str) -> dict[str, Any] | None:
    """Take full dates alone."""
    return {"date_expiry": text} if date.read(text) else None


def sent(name: str, answer: Answer, *, thorough: bool = True) -> list[Exchange]:
    exchanges, ended = played(SCENES[name], answer, thorough=thorough)
    assert ended
    return exchanges


def created(exchanges: list[Exchange]) -> int:
    return sum(e.probe.operation == "CreateSession" for e in exchanges)


@pytest.mark.parametrize(
    ("name", "full", "quick"),
    [
        ("date/form/CreateSession", 16, 3),
        ("date/form/UpdateSession", 44, 6),
        ("date/refused/CreateSession", 9, 4),
        ("date/refused/UpdateSession", 23, 6),
        ("date/open/CreateSession", 6, 0),
        ("date/open/UpdateSession", 25, 0),
    ],
)
def test_a_scene_keeps_to_its_budget(name: str, full: int, quick: int) -> None:
    assert len(sent(name, answering(kept))) == full
    assert len(sent(name, answering(kept), thorough=False)) == quick


def test_what_is_drawn_keeps_to_its_budget() -> None:
    exchanges = sent("date/drawn/UpdateSession", answering(kept))
    assert 8 <= len(exchanges) <= 1 + 8 + 5 + 2
    lawful = [asked(e.probe) for e in exchanges if e.probe.label == "form"]
    assert all(text and date.read(text) for text in lawful)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=list(SCENES))
def test_a_scene_serves_rows_of_the_catalogue(scenario: Scenario) -> None:
    assert set(scenario.serves) <= set(library().catalogue.requirements)


@pytest.mark.parametrize("name", SCENES)
@pytest.mark.parametrize("body", [{}, [], {"sid": None}, {"sid": 7}])
@pytest.mark.parametrize("status", [0, 200, 201, 400, 404, 500])
def test_no_answer_is_a_defect_of_ours(name: str, status: int, body: object) -> None:
    exchanges, _ = played(SCENES[name], lambda _: (status, body))
    assert len(exchanges) <= 90


@pytest.mark.parametrize("name", SCENES)
def test_a_session_that_may_be_over_gets_no_other_date(name: str) -> None:
    exchanges = sent(name, answering(lambda _: {"date_expiry": WRONG}))
    updates = [e for e in exchanges if e.probe.operation == "UpdateSession"]
    if updates and "open" not in name:
        assert created(exchanges) > len(updates) / 2


def test_a_session_that_was_closed_gets_no_other_date() -> None:
    closed = answering(lambda text: {"date_expiry": text, "status": "closed"})
    exchanges = sent("date/form/UpdateSession", closed)
    tables = (dates.UTC, dates.OFFSET, dates.FRACTION)
    assert created(exchanges) == 1 + sum(map(len, tables))


def test_a_refusal_of_what_is_no_date_leaves_the_session_as_it_was() -> None:
    assert created(sent("date/refused/UpdateSession", answering(kept))) == 1
    assert created(sent("date/open/UpdateSession", answering(kept))) == 1


@pytest.mark.parametrize("operation", ["CreateSession", "UpdateSession"])
@pytest.mark.parametrize("thorough", [True, False])
def test_each_spoilt_date_has_a_twin_that_exists(
    operation: str, *, thorough: bool
) -> None:
    name = f"date/refused/{operation}"
    exchanges = sent(name, answering(kept), thorough=thorough)
    spoilt = [e for e in exchanges if e.probe.role is Role.SPOILT]
    assert {one for one, _ in pairs(exchanges)} == set(spoilt)
    assert {e.probe.label for e in spoilt} == {"impossible", "garbage"}
    for one, control in pairs(exchanges):
        assert (one.refused, control.accepted) == (True, True)
        assert asked(control.probe) == dates.PLAIN


def test_another_name_is_tried_where_the_same_is_taken() -> None:
    names: list[str] = []

    def taken(probe: Probe) -> tuple[int, Any]:
        form = parse_qs((probe.body or b"").decode())
        name = form.get("UniqueName", [""])[0]
        if name in names:
            return 400, {"code": 80603}
        names.append(name)
        return answering(kept)(probe)

    exchanges = sent("date/refused/CreateSession", taken)
    again, other = exchanges[-2:]
    assert (again.probe.label, again.refused) == ("again", True)
    assert (other.probe.label, other.accepted) == ("other", True)
    assert [control for _, control in pairs(exchanges)] == [other] * 8


def test_the_past_is_looked_at_where_it_is_taken() -> None:
    for operation in ("CreateSession", "UpdateSession"):
        taken = sent(f"date/open/{operation}", answering(kept))
        assert taken[-1].probe.label == "passed"
        assert taken[-1].probe.path.endswith(SESSION)
        refused = answering(lambda text: None if text == dates.PAST else kept(text))
        assert sent(f"date/open/{operation}", refused)[-1].probe.label == "past"
