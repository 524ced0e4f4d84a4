"""The witness: looks on while a client calls a server, and judges what it sends."""

import threading
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, MutableMapping
from typing import Any, TypeAlias

from conformance.catalogue import Catalogue
from conformance.contract import Contract
from conformance.evidence import Evidence
from conformance.exchange import Exchange, History, Probe, Request, Response, Trouble
from conformance.gate import wire
from conformance.gate.authorization import carried, told_headers
from conformance.gate.play import PROFILE
from conformance.judge import Judgement, Terms, examine, judge
from conformance.verdict import Outcome, Verdict

EXCHANGES_MAX = 100_000
"""How many requests are judged; what comes later is answered all the same."""

_BODY_BYTES_MAX = 1024 * 1024

Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
App: TypeAlias = Callable[[MutableMapping[str, Any], Receive, Send], Awaitable[None]]


class Witness:
    """An ASGI app around another that tells `observe` of each exchange."""

    def __init__(
        self,
        app: App,
        accounts: Mapping[str, str],
        contract: Contract,
        observe: Callable[[Exchange], None],
    ) -> None:
        self._app = app
        self._accounts = accounts
        self._contract = contract
        self._observe = observe
        self._began = time.monotonic()
        self._lock = threading.Lock()
        self._asked = 0
        self.exchanges: list[Exchange] = []

    async def __call__(
        self, scope: MutableMapping[str, Any], receive: Receive, send: Send
    ) -> None:
        """Pass one exchange through, and keep it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        self._asked += 1
        number, began_ms = self._asked, self._now_ms()
        came = await _body(receive)
        went: list[Message] = []

        async def receiving() -> Message:
            return came.pop(0) if came else await receive()

        async def sending(message: Message) -> None:
            went.append(message)
            await send(message)

        sent = _request(scope, b"".join(one.get("body", b"") for one in came))
        try:
            await self._app(scope, receiving, sending)
        finally:
            found = self._contract.match(sent.method, sent.path)
            probe = Probe(
                operation=found.id if found else "",
                method=sent.method,
                path=sent.path,
                query=sent.url.partition("?")[2],
                headers=told_headers(sent),
                body=sent.body or None,
                credentials=carried(_authorization(scope), self._accounts),
                scene=f"request {number}",
            )
            self._keep(
                Exchange(
                    number=number,
                    probe=probe,
                    sent=sent,
                    began_ms=round(began_ms, 3),
                    elapsed_ms=round(self._now_ms() - began_ms, 3),
                    **_answer(went),
                )
            )

    def _keep(self, exchange: Exchange) -> None:
        with self._lock:
            if len(self.exchanges) < EXCHANGES_MAX:
                self.exchanges.append(exchange)
                self._observe(exchange)

    @property
    def unheard(self) -> int:
        """How many requests came after there were enough."""
        return self._asked - len(self.exchanges)

    def _now_ms(self) -> float:
        return (time.monotonic() - self._began) * 1000


def judged(
    exchanges: tuple[Exchange, ...], *, contract: Contract, catalogue: Catalogue
) -> Judgement:
    """Return what the requests of a client show, whatever it was that it wanted.

    A row at an operation that no request bears on is left out, not undecided: nobody
    said that the client would call it.
    """
    rows = catalogue.binding(catalogue.profile(PROFILE)).requirements.values()
    evidence = Evidence(history=History(exchanges=exchanges), contract=contract)
    decided = {(v.requirement, v.operation) for v in examine(wire.CHECKS, evidence)}

    def unasked(_: Evidence) -> Iterator[Verdict]:
        for row in rows:
            for operation in row.operations:
                wanted = row.id in wire.REQUIREMENTS
                if wanted and (row.id, operation) not in decided:
                    yield Verdict(
                        requirement=row.id,
                        operation=operation,
                        outcome=Outcome.SKIP,
                        reason="no request bears on it",
                    )

    terms = Terms(
        catalogue=catalogue,
        profile=catalogue.profile(PROFILE),
        select=wire.REQUIREMENTS,
    )
    return judge([*wire.CHECKS, unasked], evidence, terms)


async def _body(receive: Receive) -> list[Message]:
    """Return the messages that bring the body, as far as it is kept."""
    came: list[Message] = []
    size, more = 0, True
    while more and size < _BODY_BYTES_MAX:
        came.append(await receive())
        size += len(came[-1].get("body", b""))
        more = came[-1].get("more_body", False)
    return came


def _request(scope: Mapping[str, Any], body: bytes) -> Request:
    path: str = (scope.get("raw_path") or scope["path"].encode()).decode("latin-1")
    query: str = scope.get("query_string", b"").decode("latin-1")
    return Request(
        method=scope["method"],
        url=f"{path}?{query}" if query else path,
        headers=tuple(
            (name, text)
            for name, text in _headers(scope["headers"])
            if name.lower() != "authorization"
        ),
        body=body,
    )


def _authorization(scope: Mapping[str, Any]) -> str | None:
    headers = dict(_headers(scope["headers"]))
    return headers.get("authorization")


def _headers(pairs: list[tuple[bytes, bytes]]) -> Iterator[tuple[str, str]]:
    for name, text in pairs:
        yield name.decode("latin-1"), text.decode("latin-1")


def _answer(went: list[Message]) -> dict[str, Any]:
    """Return the whole answer, or that there is none."""
    if not went:
        return {"trouble": Trouble.RESET}
    head, *rest = went
    return {
        "response": Response(
            status=head["status"],
            headers=tuple(_headers(head.get("headers", []))),
            body=b"".join(message.get("body", b"") for message in rest),
        )
    }
