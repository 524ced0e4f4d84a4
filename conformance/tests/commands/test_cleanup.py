"""Laws of `conformance cleanup`: whatever a run left goes, as often as it is asked."""

from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from conformance.cli import main
from conformance.exchange import Probe
from conformance.ledger import FILE, About, Ledger
from conformance.mock.app import ACCOUNT_SID
from conformance.tests.commands.conftest import Served
from conformance.verdict import Exit

TAG = "conf-cafe"


def cleanup(folder: Path, *options: str) -> Result:
    return CliRunner().invoke(main, ["cleanup", str(folder), *options])


def left_by_a_run(served: Served, folder: Path, service_sid: str = "") -> Ledger:
    """Return the ledger of a run that was killed, still open."""
    about = About(
        tag=TAG, target=served.url, account_sid=ACCOUNT_SID, service_sid=service_sid
    )
    return Ledger(about, folder / FILE)


def make(served: Served, ledger: Ledger, path: str, name: str, *, lost: bool) -> str:
    """Create something as a run would; when `lost`, the run never saw the answer."""
    probe = Probe(
        operation="",
        method="POST",
        path=path,
        headers=(("Content-Type", "application/x-www-form-urlencoded"),),
        body=f"UniqueName={name}".encode() if name else b"",
    )
    number = len(ledger.entries()) + 1
    ledger.before((probe,), number)
    (exchange,) = served.target.send((probe,), number)
    if not lost:
        ledger.after(exchange)
    return str(exchange.fields["sid"])


@pytest.mark.parametrize("lost", [False, True])
def test_services_that_a_killed_run_made_go(
    served: Served, tmp_path: Path, *, lost: bool
) -> None:
    served.service("one")
    with closing(left_by_a_run(served, tmp_path)) as ledger:
        sid = make(served, ledger, "/v1/Services", f"{TAG}-main", lost=lost)
        make(served, ledger, f"/v1/Services/{sid}/Sessions", "", lost=lost)
    result = cleanup(tmp_path)
    assert result.exit_code == Exit.CONFORMANT, result.output
    assert f"gone from {served.url}" in result.output
    assert served.services() == ["theirs"]
    again = cleanup(tmp_path)
    assert (again.exit_code, again.output) == (
        Exit.CONFORMANT,
        f"nothing is left at {served.url}\n",
    )


@pytest.mark.parametrize("lost", [False, True])
def test_sessions_in_the_service_of_the_user_go_and_the_others_stay(
    served: Served, tmp_path: Path, *, lost: bool
) -> None:
    home = served.service("one", "two")
    with closing(left_by_a_run(served, tmp_path, home)) as ledger:
        for number in range(3):
            path, name = f"/v1/Services/{home}/Sessions", f"{TAG}-{number}"
            make(served, ledger, path, name, lost=lost)
    assert cleanup(tmp_path).exit_code == Exit.CONFORMANT
    assert sorted(map(str, served.sessions(home))) == ["one", "two"]


def test_what_cannot_be_told_from_theirs_is_named_and_left(
    served: Served, tmp_path: Path
) -> None:
    home = served.service("one")
    path = f"/v1/Services/{home}/Sessions"
    with closing(left_by_a_run(served, tmp_path, home)) as ledger:
        ledger.met([])
        ledger.met_all()
        sid = make(served, ledger, path, "", lost=True)
    result = cleanup(tmp_path)
    assert result.exit_code == Exit.LEFT_BEHIND
    assert f"left behind: Session {path}/{sid} (possibly)\n" in result.output
    served.call("DELETE", f"{path}/{sid}")
    assert cleanup(tmp_path).exit_code == Exit.CONFORMANT


def test_a_target_that_is_gone_leaves_all_of_it_named(
    served: Served, tmp_path: Path
) -> None:
    nowhere = About(tag=TAG, target="http://127.0.0.1:1", account_sid=ACCOUNT_SID)
    del served
    with closing(Ledger(nowhere, tmp_path / FILE)) as ledger:
        ledger.found("Service", "/v1/Services", "KS" + "1" * 32, ours=True)
    for _ in range(2):
        result = cleanup(tmp_path)
        assert result.exit_code == Exit.LEFT_BEHIND
        assert f"left behind: Service /v1/Services/KS{'1' * 32}" in result.output


def test_refused_credentials_prove_nothing(
    served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(left_by_a_run(served, tmp_path)) as ledger:
        make(served, ledger, "/v1/Services", f"{TAG}-main", lost=False)
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", "another")
    result = cleanup(tmp_path)
    assert result.exit_code == Exit.LEFT_BEHIND
    assert "the target refuses these credentials (401)" in result.output
    assert served.services() == [f"{TAG}-main"]


def test_the_credentials_of_another_account_are_not_asked_with(
    served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(left_by_a_run(served, tmp_path)) as ledger:
        make(served, ledger, "/v1/Services", f"{TAG}-main", lost=False)
    monkeypatch.setenv("TWILIO_ACCOUNT_SID", "AC" + "7" * 32)
    result = cleanup(tmp_path)
    assert result.exit_code == Exit.USAGE
    assert f"the run acted for {ACCOUNT_SID}" in result.output
    assert served.services() == [f"{TAG}-main"]


def test_the_embedded_mock_needs_no_cleaning(tmp_path: Path) -> None:
    with closing(Ledger(About(tag=TAG), tmp_path / FILE)) as ledger:
        ledger.found("Service", "/v1/Services", "KS" + "1" * 32, ours=True)
    result = cleanup(tmp_path)
    assert result.exit_code == Exit.CONFORMANT
    assert "the embedded mock ended with its run" in result.output


def test_a_run_that_goes_on_is_not_cleaned_up_behind(
    served: Served, tmp_path: Path
) -> None:
    with closing(left_by_a_run(served, tmp_path)):
        result = cleanup(tmp_path)
    assert result.exit_code == Exit.USAGE
    assert "the run is still going on" in result.output


def test_a_folder_of_no_run_is_refused(tmp_path: Path) -> None:
    result = cleanup(tmp_path)
    assert result.exit_code == Exit.USAGE
    assert "expected the folder of a run" in result.output
