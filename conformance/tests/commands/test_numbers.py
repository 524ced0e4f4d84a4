"""Laws of targets that refuse the numbers at hand, over HTTP: that is the account's."""

from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import pytest
from click.testing import CliRunner
from click.testing import Result as Invoked

from conformance.cli import main
from conformance.launch import planned
from conformance.library import library
from conformance.mock.app import ACCOUNT_SID, AUTH_TOKEN, create_app
from conformance.mock.problems import Problem, RefusedError
from conformance.mock.rules import Rules
from conformance.mock.server import serve_in_thread
from conformance.order import Order
from conformance.record import Record, read
from conformance.run import Conductor, Result
from conformance.targets.credentials import Account
from conformance.targets.http import HttpTarget, SystemClock
from conformance.verdict import Exit, Outcome, Ruling

NUMBERS = (
    *(80101, 80201, 80202, 80203, 80204, 80205, 80206, 80207, 80208),
    *(80301, 80303, 80304, 80305, 80306, 80402, 80404, 80505),
    *(80601, 80604, 80605, 80606, 80616, 80617, 80618, 80619, 80620, 80623),
)
NOT_NUMBERS = (20001, 80103, 80105, 80405, 80607, 80609, 80612, 80701, 99999)
SELECT = ("CHILD-002", "CRE-007", "PROP-007")
MINE = ("+31201234561", "+31201234562", "+31201234563")


class Refusing:
    """A mock that refuses every Participant in one way."""

    def __init__(self) -> None:
        self.url = ""
        self.problem = Problem(status=400, code=0, message="No")

    def refuse(self, *_: object) -> NoReturn:
        raise RefusedError(self.problem)


@pytest.fixture(scope="module")
def refusing() -> Iterator[Refusing]:
    one = Refusing()
    app = create_app(rules=replace(Rules(), check_participant=one.refuse))
    with closing(app), serve_in_thread(app) as url:
        one.url = url
        yield one


def judged(refusing: Refusing, code: int, status: int = 400) -> Result:
    """Return what a run over HTTP comes to, for some requirements."""
    refusing.problem = replace(refusing.problem, status=status, code=code)
    order = Order(select=SELECT)
    plan, clock = planned(order, library(), ACCOUNT_SID, "conf-1"), SystemClock()
    account = Account(sid=ACCOUNT_SID, token=AUTH_TOKEN)
    with closing(HttpTarget(refusing.url, account, clock)) as target:
        return Conductor(plan, target, clock).run()


def run(
    refusing: Refusing, code: int, folder: Path, *options: str
) -> tuple[Invoked, Record]:
    refusing.problem = replace(refusing.problem, status=400, code=code)
    environment = {"TWILIO_ACCOUNT_SID": ACCOUNT_SID, "TWILIO_AUTH_TOKEN": AUTH_TOKEN}
    result = CliRunner(env=environment).invoke(
        main, ["run", "--target", refusing.url, "--out", str(folder), *options]
    )
    return result, read(folder / "record.ndjson")


def outcomes(rulings: Iterable[Ruling], requirement: str) -> set[Outcome]:
    return {r.outcome for r in rulings if r.requirement == requirement}


@pytest.mark.parametrize("code", NUMBERS)
def test_a_documented_code_about_numbers_leaves_participants_out(
    refusing: Refusing, code: int
) -> None:
    result = judged(refusing, code)
    rulings = result.judgement.rulings
    assert outcomes(rulings, "CHILD-002") == {Outcome.SKIP}
    assert outcomes(rulings, "CRE-007") == {Outcome.SKIP}
    assert outcomes(rulings, "PROP-007") == {Outcome.PASS}
    reason = f"the target refuses the identifiers at hand (code {code})"
    assert result.absent == {"participants": reason, "messages": reason}
    assert result.exit is Exit.CONFORMANT


@pytest.mark.parametrize("code", NOT_NUMBERS)
def test_any_other_refusal_of_a_participant_is_judged(
    refusing: Refusing, code: int
) -> None:
    result = judged(refusing, code)
    assert outcomes(result.judgement.rulings, "CRE-007") == {Outcome.FAIL}
    assert outcomes(result.judgement.rulings, "CHILD-002") == {Outcome.UNKNOWN}
    assert result.absent == {}
    assert result.exit is Exit.NON_CONFORMANT


@pytest.mark.parametrize("status", [403, 409, 422])
def test_the_code_counts_whatever_the_status_of_the_refusal(
    refusing: Refusing, status: int
) -> None:
    result = judged(refusing, 80404, status)
    assert outcomes(result.judgement.rulings, "CHILD-002") == {Outcome.SKIP}
    assert result.exit is Exit.CONFORMANT


def test_a_fault_inside_is_no_refusal(refusing: Refusing) -> None:
    result = judged(refusing, 80404, 500)
    assert outcomes(result.judgement.rulings, "CHILD-002") == {Outcome.UNKNOWN}
    assert result.absent == {}
    assert result.exit is Exit.INCOMPLETE


def test_a_whole_run_without_numbers_is_conformant_and_says_so(
    refusing: Refusing, tmp_path: Path
) -> None:
    result, record = run(refusing, 80404, tmp_path, "--profile", "quick")
    assert result.exit_code == Exit.CONFORMANT, result.output
    assert not any(r.outcome is Outcome.FAIL for r in record.rulings)
    assert outcomes(record.rulings, "DEL-005") == {Outcome.SKIP}
    assert "not tested" in result.output
    assert "refuses the" in result.output


def test_identifiers_of_the_settings_are_the_ones_that_are_refused(
    refusing: Refusing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = tmp_path / "conformance.toml"
    settings.write_text(f"identifiers = {[*MINE]}\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    options = [part for one in SELECT for part in ("--select", one)]
    result, record = run(refusing, 80207, tmp_path / "run", *options)
    assert result.exit_code == Exit.CONFORMANT, result.output
    assert outcomes(record.rulings, "CHILD-002") == {Outcome.SKIP}
    used = {
        value
        for exchange in record.exchanges
        for name, value in exchange.sent.form
        if name == "Identifier"
    }
    assert used
    assert used <= set(MINE)
