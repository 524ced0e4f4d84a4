"""Laws of profiles, over HTTP: each is decided, and touches no more than it says."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from conformance.cli import main
from conformance.library import library
from conformance.record import Record, read
from conformance.tests.commands.conftest import Served
from conformance.verdict import Exit, Level, Outcome

THEIRS = ("one", "two", "three")


def run(served: Served, folder: Path, *options: str) -> tuple[Result, Record]:
    """Run against the mock, and return what came of it with its record."""
    command = ["run", "--target", served.url, "--out", str(folder), *options]
    result = CliRunner().invoke(main, command)
    return result, read(folder / "record.ndjson")


def unproven(record: Record) -> set[str]:
    """Return the musts that were neither decided nor skipped."""
    rows = library().catalogue.requirements
    return {
        ruling.requirement
        for ruling in record.rulings
        if rows[ruling.requirement].level is Level.MUST
        and ruling.outcome not in {Outcome.PASS, Outcome.SKIP}
    }


@pytest.mark.parametrize("workers", ["1", "4"])
@pytest.mark.parametrize("given", [False, True])
def test_quick_is_decided_and_leaves_nothing(
    served: Served, tmp_path: Path, workers: str, *, given: bool
) -> None:
    sid = served.service(*THEIRS)
    named = ["--service-sid", sid] if given else []
    result, record = run(served, tmp_path, "--profile", "quick", "-n", workers, *named)
    assert result.exit_code == Exit.CONFORMANT, result.output
    assert unproven(record) == set()
    assert served.services() == ["theirs"]
    assert sorted(map(str, served.sessions(sid))) == sorted(THEIRS)


@pytest.mark.parametrize("workers", ["1", "3"])
def test_core_is_decided_inside_the_service_that_was_named(
    served: Served, tmp_path: Path, workers: str
) -> None:
    sid = served.service(*THEIRS)
    result, record = run(
        served, tmp_path, "--profile", "core", "--service-sid", sid, "-n", workers
    )
    assert result.exit_code == Exit.CONFORMANT, result.output
    assert unproven(record) == set()
    writes = [e for e in record.exchanges if e.sent.method not in {"GET", "HEAD"}]
    # Spoilt and unknown Services aside, which are refused, all is in that one.
    assert {e.sent.path.split("/")[3] for e in writes if e.accepted} == {sid}
    assert not any("Participants" in e.sent.path for e in writes)
    assert served.services() == ["theirs"]
    assert sorted(map(str, served.sessions(sid))) == sorted(THEIRS)


def test_core_wants_a_service(served: Served, tmp_path: Path) -> None:
    command = ["run", "--target", served.url, "--profile", "core"]
    result = CliRunner().invoke(main, [*command, "--out", str(tmp_path / "x")])
    assert result.exit_code == Exit.USAGE
    assert "name it with --service-sid" in result.output
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize("given", [False, True])
def test_read_only_is_decided_by_nothing_but_gets(
    served: Served, tmp_path: Path, *, given: bool
) -> None:
    sid = served.service(*THEIRS)
    named = ["--service-sid", sid] if given else []
    result, record = run(served, tmp_path, "--profile", "read-only", *named)
    assert result.exit_code == Exit.CONFORMANT, result.output
    assert unproven(record) == set()
    assert {exchange.sent.method for exchange in record.exchanges} == {"GET"}
    assert {exchange.sent.body for exchange in record.exchanges} == {b""}
    passed = {r.requirement for r in record.rulings if r.outcome is Outcome.PASS}
    assert passed >= {"AUTH-001", "PROP-001", "ENUM-001", "LINK-001", "PAGE-001"}


def test_read_only_proves_nothing_where_nothing_is(
    served: Served, tmp_path: Path
) -> None:
    served.service()
    result, record = run(served, tmp_path, "--profile", "read-only")
    assert result.exit_code == Exit.INCOMPLETE
    assert "PROP-001" in unproven(record)


def test_messages_that_are_switched_off_are_never_asked_for(
    served: Served, tmp_path: Path
) -> None:
    result, record = run(served, tmp_path, "--profile", "quick", "--no-messages")
    assert result.exit_code == Exit.CONFORMANT, result.output
    assert record.footer is not None
    assert record.footer.absent == {"messages": "they are not switched on (--messages)"}
    assert not any(
        "MessageInteractions" in e.sent.path and e.sent.method == "POST"
        for e in record.exchanges
    )


def test_the_identifiers_at_hand_are_the_only_ones_used(
    served: Served, tmp_path: Path
) -> None:
    mine = ("+15005559901", "+15005559902", "+15005559903")
    options = [part for one in mine for part in ("--identifier", one)]
    result, record = run(served, tmp_path, "--profile", "quick", *options)
    assert result.exit_code == Exit.CONFORMANT, result.output
    used = {
        value
        for exchange in record.exchanges
        for name, value in exchange.sent.form
        if name == "Identifier"
    }
    assert used == set(mine)


def test_a_budget_that_cannot_cover_it_sends_nothing(
    served: Served, tmp_path: Path
) -> None:
    command = ["run", "--target", served.url, "--profile", "quick"]
    result = CliRunner().invoke(
        main, [*command, "--max-requests", "50", "--out", str(tmp_path / "x")]
    )
    assert result.exit_code == Exit.USAGE
    assert "--max-requests: the plan may need" in result.output
    assert not (tmp_path / "x").exists()
    assert served.services() == []


def test_the_live_service_is_refused_before_anything_is_sent(
    served: Served, tmp_path: Path
) -> None:
    del served
    command = ["run", "--target", "https://proxy.twilio.com", "--out"]
    result = CliRunner().invoke(main, [*command, str(tmp_path / "x")])
    assert result.exit_code == Exit.USAGE
    assert "--i-own-this-account" in result.output
    assert not (tmp_path / "x").exists()
