"""The law of origins: whatever a target says, nobody but the target is contacted."""

import re
import socket
import ssl
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import trustme
from click.testing import CliRunner, Result

from conformance.cli import main
from conformance.mock.app import ACCOUNT_SID, AUTH_TOKEN
from conformance.record import read
from conformance.tests.flaky.network import Weather, network
from conformance.tests.hostile.cases import late, whole
from conformance.tests.hostile.server import Answer, misbehaving

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="all of 127.0.0.0/8 is this machine"
)

DRIVER = f"{sys.executable} fixtures/sdk/bare_requests.py"
STATUSES = (301, 302, 303, 307, 308)
_ORIGIN = re.compile(rb"https?://127\.0\.0\.1:\d+")
_MODE = re.compile(rb'"mode":\s*"[a-z-]+",\s*')


@pytest.fixture
def contacted(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Gather every host that this process resolves or connects to."""
    hosts = set[str]()
    connect, resolve = socket.socket.connect, socket.getaddrinfo

    def connecting(one: socket.socket, address: Any) -> None:  # noqa: ANN401  of any kind
        hosts.add(str(address[0]))
        connect(one, address)

    def resolving(host: Any, *rest: Any, **more: Any) -> Any:  # noqa: ANN401  whatever is asked
        hosts.add(str(host))
        return resolve(host, *rest, **more)

    monkeypatch.setattr(socket.socket, "connect", connecting)
    monkeypatch.setattr(socket, "getaddrinfo", resolving)
    return hosts


@dataclass(slots=True)
class Elsewhere:
    """Somebody else, who notes whoever connects."""

    port: int
    heard: list[bytes] = field(default_factory=list[bytes])

    @property
    def url(self) -> str:
        return f"http://127.0.0.2:{self.port}"


@pytest.fixture
def elsewhere() -> Iterator[Elsewhere]:
    """Listen on every address of this machine."""
    listener = socket.create_server(("", 0))
    one = Elsewhere(listener.getsockname()[1])

    def listen() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                with connection:
                    connection.settimeout(1)
                    one.heard.append(b"")
                    one.heard[-1] += connection.recv(65536)

    threading.Thread(target=listen, daemon=True).start()
    yield one
    listener.close()


def moved(url: str, answer: Answer) -> bytes:
    """Return the answer with every URL of the target leading elsewhere."""
    text = _ORIGIN.sub(url.encode(), answer.body)
    there = f"{url}/v1/Services".encode()
    return answer.framed(
        text,
        b"Location: " + there,
        b"Content-Location: " + there,
        b'Link: <%b>; rel="next"' % there,
        b"Refresh: 0; url=" + there,
    )


def without_mode(url: str, answer: Answer) -> bytes:
    """Return the moved answer to a Session without its mode."""
    return moved(url, replace(answer, body=_MODE.sub(b"", answer.body)))


def redirected(url: str, answer: Answer) -> bytes:
    """Return that what was asked for is elsewhere."""
    status = STATUSES[answer.number % len(STATUSES)]
    return (
        f"HTTP/1.1 {status} There\r\nLocation: {url}/v1/Services\r\n"
        "Content-Length: 0\r\n\r\n"
    ).encode()


def command(*arguments: object, bundle: Path | None = None) -> Result:
    environment: Mapping[str, str | None] = {
        "TWILIO_ACCOUNT_SID": ACCOUNT_SID,
        "TWILIO_AUTH_TOKEN": AUTH_TOKEN,
        "REQUESTS_CA_BUNDLE": None if bundle is None else str(bundle),
    }
    return CliRunner(env=environment).invoke(main, [*map(str, arguments)])


def test_urls_of_another_host_are_never_contacted_and_no_fault(
    elsewhere: Elsewhere, contacted: set[str], tmp_path: Path
) -> None:
    behaviour = whole(partial(moved, elsewhere.url))
    with misbehaving({"moved": behaviour}) as urls:
        options = "--target", urls["moved"], "--profile", "quick"
        result = command("run", *options, "-n", 2, "--out", tmp_path)
    assert result.exit_code == 0, result.output
    assert contacted == {"127.0.0.1"}
    assert elsewhere.heard == []


def test_neither_are_they_by_what_comes_after_a_run(
    elsewhere: Elsewhere, contacted: set[str], tmp_path: Path
) -> None:
    behaviour = whole(partial(without_mode, elsewhere.url))
    waiting = "--select", "EXP-001", "--select", "PROP-008", "--defer"
    left, taken_up = tmp_path / "left", tmp_path / "taken up"
    with misbehaving({"broken": behaviour}) as urls:
        target = "--target", urls["broken"]
        exits = [
            command("run", *target, *waiting, "--out", left),
            command("run", *target, *waiting, "--out", taken_up),
            command(
                *("run", *target, "--profile", "read-only", "--select", "PROP-008"),
                *("--out", tmp_path / "read"),
            ),
            command("cleanup", left),
            command("resume", taken_up),
            command("replay", taken_up, "PROP-008"),
        ]
    assert [one.exit_code for one in exits] == [1, 1, 3, 0, 1, 1]
    assert contacted == {"127.0.0.1"}
    assert elsewhere.heard == []


def test_a_run_that_is_sent_elsewhere_does_not_go(
    elsewhere: Elsewhere, contacted: set[str], tmp_path: Path
) -> None:
    behaviour = late(whole(partial(redirected, elsewhere.url)), 30)
    with misbehaving({"redirects": behaviour}) as urls:
        options = "--target", urls["redirects"], "--profile", "quick"
        result = command("run", *options, "--out", tmp_path)
    assert result.exit_code in {1, 5}
    assert statuses(tmp_path) >= {*STATUSES}
    assert contacted == {"127.0.0.1"}
    assert elsewhere.heard == []


def test_https_is_never_left_for_http(elsewhere: Elsewhere, tmp_path: Path) -> None:
    ca, bundle = trustme.CA(), tmp_path / "ca.pem"
    ca.cert_pem.write_to_path(str(bundle))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert("127.0.0.1").configure_cert(context)
    plain = f"http://127.0.0.1:{elsewhere.port}"
    behaviour = late(whole(partial(redirected, plain)), 30)
    with (
        misbehaving({"redirects": behaviour}) as urls,
        network(Weather(), urls["redirects"], 1, context) as secure,
    ):
        options = "--target", secure.url, "--profile", "quick"
        result = command("run", *options, "--out", tmp_path / "run", bundle=bundle)
    assert result.exit_code in {1, 5}
    assert statuses(tmp_path / "run") >= {*STATUSES}
    assert elsewhere.heard == []


def test_the_gate_and_the_readers_of_records_contact_nobody(
    contacted: set[str], tmp_path: Path
) -> None:
    record = tmp_path / "run"
    quick = "--profile", "quick", "--select", "SID-001"
    assert command("run", *quick, "--out", record).exit_code == 0
    contacted.clear()
    exits = [
        command(
            *("gate", "--driver", DRIVER, "--select", "SDK-001"),
            *("--out", tmp_path / "gate"),
        ),
        command("report", record),
        command("rejudge", record),
        command("diff", record, record),
        command("plan", "--target", "https://staging.example.com", *quick),
    ]
    assert [one.exit_code for one in exits] == [3, 0, 0, 0, 0]
    assert contacted == set()


def statuses(folder: Path) -> set[int]:
    return {one.status for one in read(folder / "record.ndjson").exchanges}
