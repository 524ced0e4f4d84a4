"""Laws of the parameters of an update: together, left out, and withdrawn."""

from dataclasses import replace
from typing import Any

import pytest

from conformance.checks.update import CHECKS
from conformance.exchange import Exchange, Json
from conformance.tests.histories import SESSION, WORLD, answered, evidence
from conformance.tests.lives import CLOSED, create, date, shown, update
from conformance.tests.verdicts import choices, verdicts
from conformance.verdict import Outcome

TTL, EXPIRY = {"Ttl": "1800"}, {"DateExpiry": "2036-05-04T03:02:01Z"}
CLOSE, REOPEN = {"Status": "closed"}, {"Status": "in-progress"}


def change(form: dict[str, str], **about: Json) -> Exchange:
    exchange = update(form, **about)
    return replace(exchange, probe=replace(exchange.probe, label="change"))


def outcomes(*life: Exchange) -> list[tuple[str, Outcome]]:
    found = verdicts(evidence(create(), *life), CHECKS, "UPD-003")
    return [(verdict.subject, verdict.outcome) for verdict in found]


def test_each_combination_that_is_accepted_passes() -> None:
    life = change(TTL, ttl=1800), change(TTL | EXPIRY, ttl=1800, date_expiry=date(9))
    assert outcomes(*life) == [
        ("ttl", Outcome.PASS),
        ("date_expiry, ttl", Outcome.PASS),
    ]


def test_a_combination_is_not_refused_if_each_part_is_accepted() -> None:
    life = change(TTL, ttl=1800), change(EXPIRY), change(TTL | EXPIRY, answer=400)
    assert outcomes(*life)[-1] == ("date_expiry, ttl", Outcome.FAIL)
    closing = (
        change(TTL, ttl=1800),
        change(CLOSE, ttl=1800, **CLOSED),
        change(REOPEN, ttl=1800, status="in-progress"),
        change(CLOSE | TTL, answer=400),
    )
    # Nothing shows that it may be closed when it is in progress.
    assert outcomes(*closing)[3:] == []


@pytest.mark.parametrize(
    "refused",
    [
        change(TTL | EXPIRY, answer=400),
        change(REOPEN | TTL, answer=400),
        change(TTL, answer=429),
    ],
)
def test_a_combination_may_be_refused_for_one_of_its_parts(refused: Exchange) -> None:
    assert outcomes(change(TTL, ttl=1800), refused) == [("ttl", Outcome.PASS)]


def test_a_closed_session_may_refuse_any_combination() -> None:
    life = change(TTL), change(CLOSE, **CLOSED), change(TTL, answer=400)
    assert [outcome for _, outcome in outcomes(*life)] == [Outcome.PASS] * 2


def labelled(
    form: dict[str, str],
    label: str,
    status: int,
    **changes: Json,
) -> Exchange:
    probe = WORLD.call("UpdateSession", Sid=SESSION, form=form)
    body = shown(**changes) if status == 200 else {}
    return answered(probe, status, body, scene="withdrawn/x", label=label)


def looked(label: str, **changes: Json) -> Exchange:
    probe = WORLD.call("FetchSession", Sid=SESSION)
    return answered(probe, 200, shown(**changes), scene="withdrawn/x", label=label)


@pytest.mark.parametrize(
    ("status", "choice"), [(200, {"accepted"}), (400, {"refused"}), (500, set())]
)
def test_an_empty_update_is_accepted_or_refused(status: int, choice: set[str]) -> None:
    seen = evidence(labelled({}, "empty", status), update(TTL, ttl=1800))
    assert {c for _, c in choices(seen, CHECKS, "UPD-004")} == choice


@pytest.mark.parametrize(
    ("status", "changes", "choice"),
    [
        (200, {}, {"ignored"}),
        (200, {"unique_name": "new"}, {"applied"}),
        (400, {}, {"refused"}),
        (0, {}, set()),
        (200, {"unique_name": 7}, set()),
    ],
)
def test_a_withdrawn_parameter_is_ignored_refused_or_applied(
    status: int, changes: dict[str, Any], choice: set[str]
) -> None:
    sent = labelled({"UniqueName": "new"}, "name", status)
    seen = evidence(sent, looked("named", **changes), update(TTL, ttl=1800))
    assert {c for _, c in choices(seen, CHECKS, "UPD-005")} == choice


def test_what_refuses_every_update_has_chosen_nothing() -> None:
    withdrawn = labelled({"UniqueName": "new"}, "name", 400), looked("named")
    seen = evidence(labelled({}, "empty", 400), *withdrawn)
    found = {v.requirement: v.outcome for v in verdicts(seen, CHECKS)}
    assert found == dict.fromkeys(("UPD-004", "UPD-005"), Outcome.UNKNOWN)


def test_a_mode_is_looked_for_where_it_was_sent() -> None:
    sent = labelled({"Mode": "message-only"}, "mode", 200)
    seen = evidence(sent, looked("moded", mode="message-only"))
    assert choices(seen, CHECKS, "UPD-006") == {("UpdateSession", "applied")}
    assert choices(seen, CHECKS, "UPD-005") == set()
