"""Laws of targets over HTTP: an answer is whole in time, or it is none."""

import time
from collections.abc import Callable
from contextlib import closing
from itertools import repeat

import pytest

from conformance.exchange import Exchange, Probe, Trouble
from conformance.mock.app import ACCOUNT_SID, AUTH_TOKEN
from conformance.targets.credentials import Account
from conformance.targets.http import HttpTarget, Limits, SystemClock
from conformance.tests.hostile.server import Answer, Wire, misbehaving

ANSWER_S = 0.4
EVERY_S = 0.05

PLAIN = b"HTTP/1.1 200 OK\r\n"
DRIPS = {
    "from the first byte": (b"", b"H"),
    "of headers": (PLAIN, b"X-More: 1\r\n"),
    "of a body": (PLAIN + b"\r\n", b"{"),
    "of chunks": (PLAIN + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n{\r\n"),
    "of interim answers": (b"", b"HTTP/1.1 100 Go on\r\n\r\n"),
}


def asked(url: str, body_bytes_max: int = 1000) -> Exchange:
    limits = Limits(answer_s=ANSWER_S, body_bytes_max=body_bytes_max)
    account = Account(sid=ACCOUNT_SID, token=AUTH_TOKEN)
    probe = Probe(operation="ListService", method="GET", path="/v1/Services")
    with closing(HttpTarget(url, account, SystemClock(), limits)) as target:
        (exchange,) = target.send((probe,), 1)
    return exchange


@pytest.mark.parametrize("drip", DRIPS)
def test_an_answer_that_drips_is_given_up_when_its_time_is_over(drip: str) -> None:
    first, again = DRIPS[drip]

    def behave(_: Answer, wire: Wire) -> None:
        wire.send(first)
        wire.drip(repeat(again), EVERY_S)

    with misbehaving({"drip": behave}) as urls:
        exchange = asked(urls["drip"])
    assert exchange.trouble is Trouble.TIMEOUT
    assert ANSWER_S * 1000 <= exchange.elapsed_ms + 1 < ANSWER_S * 1000 + 1500


def test_an_answer_that_drips_and_is_whole_in_time_is_one() -> None:
    def behave(_: Answer, wire: Wire) -> None:
        blocks = iter((PLAIN, b"Content-Length: 2\r\n\r\n{", b"}"))
        wire.drip(blocks, EVERY_S)

    with misbehaving({"drip": behave}) as urls:
        exchange = asked(urls["drip"])
    assert exchange.response is not None
    assert exchange.response.body == b"{}"
    assert exchange.elapsed_ms >= EVERY_S * 1000


HEAD = PLAIN + b"Content-Type: application/json\r\nContent-Length: 2\r\n\r\n"
CHUNKED = PLAIN + b"Transfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize("then", [Wire.end, Wire.reset])
@pytest.mark.parametrize(
    ("text", "trouble"),
    [
        (b"", Trouble.RESET),
        (PLAIN[:5], Trouble.RESET),
        (PLAIN[:12], Trouble.RESET),
        (PLAIN, Trouble.RESET),
        (HEAD[:30], Trouble.RESET),
        (HEAD[:-2], Trouble.RESET),
        (HEAD, Trouble.CUT),
        (HEAD + b"{", Trouble.CUT),
        (CHUNKED, Trouble.CUT),
        (CHUNKED + b"2", Trouble.CUT),
        (CHUNKED + b"2\r\n{", Trouble.CUT),
        (CHUNKED + b"2\r\n{}\r\n", Trouble.CUT),
    ],
)
def test_an_answer_whose_connection_ends_first_is_none(
    text: bytes, trouble: Trouble, then: Callable[[Wire], None]
) -> None:
    def behave(_: Answer, wire: Wire) -> None:
        wire.send(text)
        then(wire)

    with misbehaving({"cut": behave}) as urls:
        exchange = asked(urls["cut"])
    assert exchange.response is None
    assert exchange.trouble is trouble


def test_chunks_that_are_none_were_not_cut_off() -> None:
    def behave(_: Answer, wire: Wire) -> None:
        wire.send(CHUNKED + b"zz\r\n{}\r\n")
        wire.end()

    with misbehaving({"garbled": behave}) as urls:
        exchange = asked(urls["garbled"])
    assert exchange.trouble is Trouble.GARBLED


def test_a_body_without_end_is_cut_before_its_time_is_over() -> None:
    def behave(_: Answer, wire: Wire) -> None:
        wire.send(PLAIN + b"\r\n")
        while wire.open:
            wire.send(b"x" * 4096)

    began = time.monotonic()
    with misbehaving({"flood": behave}) as urls:
        exchange = asked(urls["flood"], body_bytes_max=100_000)
    assert exchange.trouble is Trouble.TOO_LARGE
    assert time.monotonic() - began < 5
