"""Laws of tolerance: waivers let a failure pass until a day, pins hold to choices."""

import json
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from conformance.cli import main
from conformance.mock.app import ACCOUNT_SID, AUTH_TOKEN, create_app
from conformance.mock.faults import FAULTS
from conformance.mock.registry import changed
from conformance.mock.rules import Rules
from conformance.mock.server import serve_in_thread
from conformance.mock.variants import VARIANTS
from conformance.record import read
from conformance.verdict import Exit

CREDENTIALS = {"TWILIO_ACCOUNT_SID": ACCOUNT_SID, "TWILIO_AUTH_TOKEN": AUTH_TOKEN}
FAULT, TRIPS = "closed-reason-absent-while-open", "PROP-006"
WAIVER = """
[[waiver]]
requirement = "{requirement}"
reason = "known since 1.2"
issue = "https://tracker.test/7"
expires = {expires}
"""


@contextmanager
def mock(*names: str) -> Generator[str]:
    """Serve a mock with these faults and variants."""
    rules = changed(Rules(), names, {**FAULTS, **VARIANTS}, kind="fault or variant")
    app = create_app(rules=rules)
    with closing(app), serve_in_thread(app) as url:
        yield url


def run(url: str, out: Path, *options: str) -> Result:
    command = ["run", "--target", url, "--profile", "quick", "--out", str(out)]
    return CliRunner().invoke(main, [*command, *options], env=CREDENTIALS)


def waived(folder: Path, *requirements: str, expires: str = "2999-12-31") -> str:
    """Return the path of a file that waives these."""
    path = folder / "waivers.toml"
    text = "".join(
        WAIVER.format(requirement=one, expires=expires) for one in requirements
    )
    path.write_text(text, "utf-8")
    return str(path)


def test_a_waived_failure_is_shown_and_lets_the_run_pass(
    tmp_path: Path,
) -> None:
    with mock(FAULT) as url:
        assert run(url, tmp_path / "a").exit_code == Exit.NON_CONFORMANT
        path = waived(tmp_path, TRIPS)
        result = run(url, tmp_path / "b", "--waivers", path)
    assert result.exit_code == Exit.CONFORMANT, result.output
    footer = read(tmp_path / "b" / "record.ndjson").footer
    assert footer is not None
    assert {waiver.state for waiver in footer.waivers} == {"used"}
    summary = json.loads((tmp_path / "b" / "summary.json").read_text("utf-8"))
    states = {row["state"] for row in summary["findings"]}
    assert states == {"waived"}
    assert summary["counts"]["must"]["waived"] == 1
    assert TRIPS in result.output


@pytest.mark.parametrize(
    ("requirement", "expires", "state"),
    [
        ("PROP-001", "2999-12-31", "unused"),
        ("NOPE-001", "2999-12-31", "unmatched"),
        ("PROP-001", "2020-01-01", "expired"),
    ],
)
def test_a_stale_waiver_fails_a_run_that_would_pass(
    tmp_path: Path, requirement: str, expires: str, state: str
) -> None:
    path = waived(tmp_path, requirement, expires=expires)
    with mock() as url:
        result = run(url, tmp_path / "run", "--waivers", path)
    assert result.exit_code == Exit.NON_CONFORMANT
    footer = read(tmp_path / "run" / "record.ndjson").footer
    assert footer is not None
    assert [waiver.state for waiver in footer.waivers] == [state]
    assert f"{requirement}: {state}: known since 1.2" in result.output


def test_an_expired_waiver_waives_nothing(
    tmp_path: Path,
) -> None:
    path = waived(tmp_path, TRIPS, expires="2020-01-01")
    with mock(FAULT) as url:
        result = run(url, tmp_path / "run", "--waivers", path)
    assert result.exit_code == Exit.NON_CONFORMANT
    summary = json.loads((tmp_path / "run" / "summary.json").read_text("utf-8"))
    assert {row["state"] for row in summary["findings"]} == {"broken"}


def test_a_waiver_for_what_the_profile_does_not_judge_does_no_harm(
    tmp_path: Path,
) -> None:
    path = waived(tmp_path, "EXP-001")
    with mock() as url:
        result = run(url, tmp_path / "run", "--waivers", path)
    assert result.exit_code == Exit.CONFORMANT, result.output


def test_a_pinned_choice_is_expected_from_then_on(tmp_path: Path) -> None:
    with mock() as url:
        assert run(url, tmp_path / "first").exit_code == Exit.CONFORMANT
        pin = ("--pin", str(tmp_path / "first"))
        assert run(url, tmp_path / "again", *pin).exit_code == Exit.CONFORMANT
    with mock("list-newest-first") as url:
        assert run(url, tmp_path / "free").exit_code == Exit.CONFORMANT
        result = run(url, tmp_path / "other", *pin)
    assert result.exit_code == Exit.NON_CONFORMANT
    assert "expected  the choice 'oldest first'" in result.output
