from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
import requests  # noqa: TID251  # a client like any other
from twilio.base.exceptions import (  # type: ignore[import-untyped]  # has none
    TwilioRestException,
)
from twilio.http.http_client import (  # type: ignore[import-untyped]  # has none
    TwilioHttpClient,
)
from twilio.rest import (  # type: ignore[import-untyped]  # has none
    Client as TwilioClient,
)

from conformance.mock.app import ACCOUNT_SID, AUTH_TOKEN, create_app
from conformance.mock.rules import Rules
from conformance.mock.server import PortInUseError, serve_in_thread
from conformance.mock.variants import VARIANTS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from twilio.http.response import (  # type: ignore[import-untyped]  # has none
        Response,
    )

    from conformance.mock.app import Mock


AUTH = (ACCOUNT_SID, AUTH_TOKEN)


@pytest.fixture
def app() -> Iterator[Mock]:
    app = create_app()
    yield app
    app.close()


@pytest.fixture
def base(app: Mock) -> Iterator[str]:
    with serve_in_thread(app) as url:
        yield url


def exchange(base: str, text: bytes) -> bytes:
    host, _, port = base.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=5) as wire:
        wire.sendall(text)
        return wire.recv(65_536)


def test_a_served_mock_answers_on_its_own_origin(base: str) -> None:
    with requests.Session() as http:
        made = http.post(f"{base}/v1/Services", {"UniqueName": "a"}, auth=AUTH).json()
        assert made["url"] == f"{base}/v1/Services/{made['sid']}"
        assert http.get(made["url"], auth=AUTH).json() == made
        head = http.head(made["url"], auth=AUTH)
        assert (head.status_code, head.content) == (200, b"")
        assert http.delete(made["url"], auth=AUTH).status_code == 204
        big = http.post(f"{base}/v1/Services", {"x": "y" * 5_000_000}, auth=AUTH)
        assert big.status_code == 413
        assert http.get(f"{base}/v1/Services", auth=AUTH).status_code == 200


def test_kept_connections_cost_no_delay(base: str) -> None:
    with requests.Session() as http:
        http.get(f"{base}/v1/Services", auth=AUTH)
        start = time.perf_counter()
        for _ in range(20):
            http.get(f"{base}/v1/Services", auth=AUTH)
        assert time.perf_counter() - start < 20 * 0.03


def test_what_is_not_http_is_refused_in_json(base: str) -> None:
    answer = exchange(base, b"GET /caf\xc3\xa9 nonsense\r\n\r\n")
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 ")
    assert b"application/json" in head
    assert body.startswith(b'{"code"')


def test_the_wire_spells_headers_as_the_rules_say() -> None:
    rules = VARIANTS["header-names-upper-case"](Rules())
    app = create_app(rules=rules)
    with serve_in_thread(app) as base:
        answer = exchange(base, b"GET /v1 HTTP/1.1\r\nHost: x\r\n\r\n")
    app.close()
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"\r\nCONTENT-TYPE: application/json" in head
    assert b'"code":20003' in body


def test_a_thread_stops_at_once_though_connections_are_kept(app: Mock) -> None:
    with requests.Session() as http:
        with serve_in_thread(app) as base:
            http.get(f"{base}/v1/Services", auth=AUTH)
            start = time.perf_counter()
        assert time.perf_counter() - start < 0.25


def test_a_port_in_use_is_told(base: str, app: Mock) -> None:
    port = int(base.rpartition(":")[2])
    with (
        pytest.raises(PortInUseError, match="address already in use"),
        serve_in_thread(app, port=port),
    ):
        pass


def mock_command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "conformance.mock", *arguments]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_command_says_ready_once_and_stops_cleanly(
    tmp_path: Path, number: signal.Signals
) -> None:
    db = tmp_path / "kept.sqlite"
    environment = {**os.environ, "TWILIO_AUTH_TOKEN": "secret"}
    sid = None
    for _ in range(2):
        process = subprocess.Popen(  # noqa: S603  # our own command
            mock_command("--db", str(db), "--variant", "extra-session-property"),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment,
        )
        with process:
            assert process.stdout is not None
            base = process.stdout.readline().removeprefix("READY ").strip()
            listed = requests.get(
                f"{base}/v1/Services", auth=(ACCOUNT_SID, "secret"), timeout=5
            ).json()["services"]
            assert [service["sid"] for service in listed] == ([sid] if sid else [])
            if sid is None:
                sid = requests.post(
                    f"{base}/v1/Services",
                    {"UniqueName": "a"},
                    auth=(ACCOUNT_SID, "secret"),
                    timeout=5,
                ).json()["sid"]
            process.send_signal(number)
            rest, errors = process.communicate(timeout=5)
        assert (process.returncode, rest, errors) == (0, "", "")


def test_a_mistaken_command_ends_in_one_line_and_2(base: str) -> None:
    port = base.rpartition(":")[2]
    for arguments, words in (
        (["--fault", "session-sid-changes-on-updat"], "did you mean 'session-sid-ch"),
        (["--variant", "extra-session-property,nothing"], "unknown variant 'nothing'"),
        (["--port", port], "address already in use"),
    ):
        done = subprocess.run(  # noqa: S603  # our own command
            mock_command(*arguments), capture_output=True, text=True, check=False
        )
        assert done.returncode == 2
        assert (done.stdout, done.stderr.count("\n")) == ("", 1)
        assert words in done.stderr


class RewritingClient(TwilioHttpClient):  # type: ignore[misc]  # untyped
    """The client's own, sent to the mock instead."""

    def __init__(self, base: str) -> None:
        super().__init__(pool_connections=True)
        self.base = base

    def request(self, method: str, url: str, *args: Any, **named: Any) -> Response:  # noqa: ANN401  # as there
        url = url.replace("https://proxy.twilio.com", self.base)
        return super().request(method, url, *args, **named)


def test_the_official_client_works_with_the_mock(base: str) -> None:
    http = RewritingClient(base)
    client = TwilioClient(*AUTH, http_client=http)
    service = client.proxy.v1.services.create(unique_name="s")
    assert service.sid
    sessions = client.proxy.v1.services(service.sid).sessions
    expiry = datetime(2040, 1, 2, 3, 4, 5, tzinfo=UTC)
    made = sessions.create(
        unique_name="Order #1234",
        ttl=60,
        date_expiry=expiry,
        participants=[{"Identifier": "a"}, {"Identifier": "b"}],
    )
    assert (made.status, made.date_expiry) == ("open", expiry)
    assert made.sid
    assert len(sessions(made.sid).participants.list()) == 2
    for _ in range(6):
        sessions.create()
    assert len(sessions.list(limit=3)) == 3
    assert len(sessions.list(limit=5, page_size=2)) == 5
    assert len(sessions.list(limit=5000)) == 7
    assert len({session.sid for session in sessions.stream(page_size=2)}) == 7
    assert sessions(made.sid).fetch().unique_name == "Order #1234"
    assert sessions(made.sid).update(status="closed").closed_reason == "api"
    person = sessions(made.sid).participants.list()[0]
    assert person.sid
    assert sessions(made.sid).participants(person.sid).delete()
    again = sessions(made.sid).update(status="in-progress", date_expiry=expiry)
    assert again.status == "in-progress"
    assert sessions(made.sid).delete()
    with pytest.raises(TwilioRestException) as refused:
        sessions(made.sid).fetch()
    assert (refused.value.status, refused.value.code) == (404, 20404)
    assert http.session
    http.session.close()
