"""Manners: when a request is sent again, and after how long a pause."""

import hashlib
import threading
from contextlib import suppress
from dataclasses import replace
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from conformance.exchange import Exchange, Probe, Role, Trouble

_TRIES_MAX = 4
_FIRST_PAUSE_S = 0.5
_RETRY_AFTER_S_MAX = 30.0
_PAUSES_S_MAX = 120.0
_IN_VAIN_MAX = 5
_JITTER = 0.5
_REPEATABLE = frozenset({"GET", "HEAD"})
_BREAKS = frozenset({Trouble.RESET, Trouble.CUT, Trouble.TIMEOUT})
_GATEWAYS = frozenset({HTTPStatus.BAD_GATEWAY, HTTPStatus.GATEWAY_TIMEOUT})

PUT_OFF = "put-off"


class Manners:
    """Decides on repeats: few, bounded, and never of a write that may have worked.

    A 429 says that the request was not processed (api-facts §2.2), so all may be sent
    again; after a 503, or where a request or its answer got lost on the way, only
    those that change nothing. The jitter is the same for the same seed.
    """

    def __init__(self, seed: int = 0, *, pauses_s_max: float = _PAUSES_S_MAX) -> None:
        self._seed = seed
        self._left_s = pauses_s_max
        self._in_vain = 0
        self._lock = threading.Lock()

    def pause_s(self, exchange: Exchange, tries: int) -> float | None:
        """Return how long to wait before sending it again, None to leave it at that.

        `tries` is how often it was sent. All pauses of a run together are bounded, and
        where several in a row did not help, what got lost is left at that.
        """
        jitter = 1 - _JITTER * self._draw(exchange.number)
        pause, lost = _pause_s(exchange, tries, jitter), _lost(exchange)
        with self._lock:
            if tries > 1:
                self._in_vain = self._in_vain + 1 if lost else 0
            if pause is None or pause > self._left_s:
                return None
            if lost and self._in_vain >= _IN_VAIN_MAX:
                return None
            self._left_s -= pause
        return pause

    def _draw(self, number: int) -> float:
        """Return a fraction that looks drawn and is the same each time."""
        digest = hashlib.sha256(f"{self._seed}:{number}".encode()).digest()
        return digest[0] / 255


def put_off(exchange: Exchange) -> Exchange:
    """Return the exchange as one that was sent again: its scene sees the later one."""
    probe = exchange.probe
    return replace(
        exchange,
        probe=Probe(
            operation=probe.operation,
            method=probe.method,
            path=probe.path,
            query=probe.query,
            headers=probe.headers,
            body=probe.body,
            credentials=probe.credentials,
            scene=f"{PUT_OFF}/{probe.scene}",
            role=Role.STEP,
        ),
    )


def _pause_s(exchange: Exchange, tries: int, jitter: float) -> float | None:
    repeatable = exchange.probe.method in _REPEATABLE
    if _lost(exchange):
        return _FIRST_PAUSE_S * jitter if repeatable and tries == 1 else None
    busy = exchange.status == HTTPStatus.SERVICE_UNAVAILABLE
    if exchange.status != HTTPStatus.TOO_MANY_REQUESTS and not (busy and repeatable):
        return None
    if tries >= _TRIES_MAX:
        return None
    asked_s = _retry_after_s(exchange)
    if asked_s is None:
        return float(_FIRST_PAUSE_S * 2 ** (tries - 1) * jitter)
    if asked_s > _RETRY_AFTER_S_MAX:
        return None
    return asked_s + _FIRST_PAUSE_S * (1 - jitter)


def lost_for_s(exchange: Exchange) -> float | None:
    """Return how long to let pass where no answer says what came of a request.

    None where one does, and where nobody is there to answer, or not for long.
    """
    if not exchange.undecided or exchange.trouble not in {None, *_BREAKS}:
        return None
    asked_s = _retry_after_s(exchange)
    if asked_s is None:
        return _FIRST_PAUSE_S
    return asked_s if asked_s <= _RETRY_AFTER_S_MAX else None


def _lost(exchange: Exchange) -> bool:
    """Return whether a request or its answer got lost on the way."""
    return exchange.trouble in _BREAKS or exchange.status in _GATEWAYS


def _retry_after_s(exchange: Exchange) -> float | None:
    """Return how many seconds the answer asks to wait, None if it does not say."""
    response = exchange.response
    text = response.header("Retry-After") if response else None
    if response is None or text is None:
        return None
    text = text.strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    with suppress(ValueError, TypeError, IndexError, OverflowError):
        now = parsedate_to_datetime(response.header("Date") or "")
        return max(0.0, (parsedate_to_datetime(text) - now).total_seconds())
    return None
