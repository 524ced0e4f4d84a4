"""A client that calls the mock in-process."""

from __future__ import annotations

import asyncio
import json
from base64 import b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol, cast
from urllib.parse import urlencode

from conformance.mock.app import ACCOUNT_SID, AUTH_TOKEN

if TYPE_CHECKING:
    from collections.abc import Coroutine, Mapping, MutableMapping

    from conformance.mock.app import Mock
    from conformance.mock.limits import RateLimit
    from conformance.mock.rules import Rules

Shown = dict[str, Any]
OWN = (ACCOUNT_SID, AUTH_TOKEN)
FORM = "application/x-www-form-urlencoded"


@dataclass
class Clock:
    now: datetime = datetime(2030, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:  # noqa: ANN401  # whatever the body says
        return json.loads(self.body)

    @property
    def refusal(self) -> tuple[int, int]:
        assert self.json.keys() == {"code", "message", "more_info", "status"}
        assert self.json["status"] == self.status
        return self.status, self.json["code"]


class Client:
    """Calls the app in-process, on a loop of its own."""

    def __init__(self, app: Mock, loop: asyncio.AbstractEventLoop) -> None:
        self.app = app
        self.loop = loop
        self.services = 0

    def request(  # noqa: PLR0913  # as `send`
        self,
        method: str,
        target: str,
        form: Mapping[str, object] | None = None,
        *,
        account: tuple[str, str] | None = OWN,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> Answer:
        return self.loop.run_until_complete(
            self.send(method, target, form, account=account, headers=headers, body=body)
        )

    def get(
        self,
        target: str,
        *,
        account: tuple[str, str] | None = OWN,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        return self.request("GET", target, account=account, headers=headers)

    def post(
        self,
        target: str,
        form: Mapping[str, object] | None = None,
        *,
        account: tuple[str, str] | None = OWN,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> Answer:
        return self.request(
            "POST", target, form, account=account, headers=headers, body=body
        )

    def delete(self, target: str, *, account: tuple[str, str] | None = OWN) -> Answer:
        return self.request("DELETE", target, account=account)

    def gather(self, *requests: Coroutine[None, None, Answer]) -> list[Answer]:
        async def together() -> list[Answer]:
            return await asyncio.gather(*requests)

        return self.loop.run_until_complete(together())

    async def send(  # noqa: PLR0913  a request has that many parts
        self,
        method: str,
        target: str,
        form: Mapping[str, object] | None = None,
        *,
        account: tuple[str, str] | None = OWN,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> Answer:
        if body is None:
            body = urlencode(form or {}, doseq=True).encode()
        sent = {"host": "mock.test", "content-type": FORM}
        if account is not None:
            plain = ":".join(account).encode()
            sent["authorization"] = f"Basic {b64encode(plain).decode()}"
        sent |= dict(headers or {})
        path, _, query = target.removeprefix("http://mock.test").partition("?")
        scope = {
            "type": "http",
            "method": method,
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "headers": [(k.encode(), v.encode()) for k, v in sent.items() if v],
        }
        out: list[MutableMapping[str, Any]] = []

        async def receive() -> MutableMapping[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: MutableMapping[str, Any]) -> None:
            out.append(message)

        await self.app(scope, receive, send)
        return Answer(
            status=out[0]["status"],
            headers={k.decode(): v.decode() for k, v in out[0]["headers"]},
            body=b"".join(message.get("body", b"") for message in out[1:]),
        )

    def service(self, **form: str) -> Shown:
        self.services += 1
        answer = self.post("/v1/Services", {"UniqueName": f"s{self.services}", **form})
        assert answer.status == 201
        return cast("Shown", answer.json)

    def session(self, service: Shown, **form: str) -> Shown:
        answer = self.post(service["links"]["sessions"], form)
        assert answer.status == 201
        return cast("Shown", answer.json)


class Build(Protocol):
    """Return a client of a new app."""

    def __call__(
        self, *, rules: Rules | None = None, rate_limit: RateLimit | None = None
    ) -> Client: ...
