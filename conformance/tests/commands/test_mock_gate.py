"""Laws of `conformance mock --gate`: it answers as ever, and judges who asks."""

import json
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import requests  # noqa: TID251  the client that is judged here

from conformance.mock.app import ACCOUNT_SID, AUTH_TOKEN

AUTH = (ACCOUNT_SID, AUTH_TOKEN)


def judged(folder: Path, client: Callable[[str], None]) -> tuple[int, str]:
    """Return exit code and output of a mock that this client called."""
    with subprocess.Popen(  # noqa: S603  our own interpreter
        [sys.executable, "-m", "conformance.cli", "mock", "--gate", "--out", folder],
        stdout=subprocess.PIPE,
        text=True,
    ) as mock:
        assert mock.stdout is not None
        ready = mock.stdout.readline()
        try:
            client(ready.split()[1])
        finally:
            mock.send_signal(signal.SIGTERM)
        told, _ = mock.communicate(timeout=60)
    return mock.returncode, told


def sound(url: str) -> str:
    services = f"{url}/v1/Services"
    with requests.Session() as client:
        client.auth = AUTH
        service = client.post(services, data={"UniqueName": "a"}).json()["sid"]
        sessions = f"{services}/{service}/Sessions"
        made = client.post(sessions, data={"UniqueName": "Zoë 1+1", "Ttl": 5})
        assert made.status_code == 201
        assert made.json()["unique_name"] == "Zoë 1+1"
        assert client.get(sessions).status_code == 200
    return sessions


def test_a_sound_client_passes(tmp_path: Path) -> None:
    def client(url: str) -> None:
        sound(url)

    code, told = judged(tmp_path, client)
    assert (code, "CONFORMANT" in told) == (0, True)
    summary = json.loads((tmp_path / "summary.json").read_text("utf-8"))
    assert summary["requests"] == 3
    assert summary["findings"] == []
    record = (tmp_path / "record.ndjson").read_text("ascii")
    assert AUTH_TOKEN not in record.replace(ACCOUNT_SID, "")
    assert "uthorization" not in record


def test_an_unsound_client_is_told_what_it_broke(tmp_path: Path) -> None:
    def client(url: str) -> None:
        sessions = sound(url)
        requests.post(sessions, json={"Ttl": 5}, auth=AUTH, timeout=10)
        requests.post(sessions, data={"Tll": 5}, auth=AUTH, timeout=10)
        requests.delete(f"{sessions}/undefined", auth=AUTH, timeout=10)
        requests.get(sessions, timeout=10)

    code, _ = judged(tmp_path, client)
    assert code == 1
    summary = json.loads((tmp_path / "summary.json").read_text("utf-8"))
    assert {(one["requirement"], one["operation"]) for one in summary["findings"]} == {
        ("SDK-003", "ListSession"),
        ("SDK-004", "CreateSession"),
        ("SDK-005", "CreateSession"),
        ("SDK-016", "DeleteSession"),
    }


def test_a_mock_that_nobody_called_proves_nothing(tmp_path: Path) -> None:
    code, _ = judged(tmp_path, lambda _: None)
    assert code == 3
