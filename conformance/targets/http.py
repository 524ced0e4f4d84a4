"""A target over real HTTP, through requests: limits, credentials, no redirects."""

import ssl
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import IncompleteRead
from itertools import repeat
from urllib.parse import urlsplit

import requests
from requests.structures import CaseInsensitiveDict
from urllib3.exceptions import (
    InvalidChunkLength,
    NewConnectionError,
    ProtocolError,
    ReadTimeoutError,
)
from urllib3.exceptions import SSLError as UntrustedError

from conformance import __version__
from conformance.exchange import Exchange, Probe, Request, Response, Trouble
from conformance.targets.credentials import Account, authorizations
from conformance.targets.punctual import PunctualAdapter
from conformance.targets.trust import ca_bundle

AT_ONCE_MAX = 16
_CHUNK = 65536
_ENDED_EARLY = "Response ended prematurely"  # says urllib3 where a chunk is due


class SystemClock:
    """Real time, measured from when the clock was made, or from earlier."""

    def __init__(self, passed_s: float = 0.0) -> None:
        self._zero = time.perf_counter() - passed_s

    def now_ms(self) -> float:
        """Return milliseconds since the clock began."""
        return (time.perf_counter() - self._zero) * 1000

    def sleep(self, seconds: float) -> None:
        """Return after so many seconds of real time."""
        time.sleep(max(0.0, seconds))


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much of an answer is taken, and how long a whole one is waited for."""

    body_bytes_max: int = 4_000_000
    connect_s: float = 5.0
    answer_s: float = 10.0


class HttpTarget:
    """Sends probes to a base URL with requests, and keeps what came back."""

    def __init__(
        self,
        base_url: str,
        account: Account,
        clock: SystemClock,
        limits: Limits | None = None,
    ) -> None:
        self._base = base_url.rstrip("/")
        self._path = urlsplit(self._base).path
        self._authorizations = authorizations(account)
        self._clock = clock
        self._limits = limits or Limits()
        self._verify = ca_bundle() or True
        self._own = threading.local()
        self._adapters: list[PunctualAdapter] = []
        self._crew = ThreadPoolExecutor(AT_ONCE_MAX, thread_name_prefix="probe")

    def send(self, probes: tuple[Probe, ...], first: int) -> tuple[Exchange, ...]:
        """Return one exchange per probe; several go out at the same moment."""
        if len(probes) == 1:
            return (self._exchange(probes[0], first),)
        numbers = range(first, first + len(probes))
        start = threading.Barrier(len(probes))
        return tuple(self._crew.map(self._exchange, probes, numbers, repeat(start)))

    def close(self) -> None:
        """Close every connection."""
        self._crew.shutdown(wait=True, cancel_futures=True)
        for adapter in self._adapters:
            adapter.close()

    def _adapter(self) -> PunctualAdapter:
        adapter: PunctualAdapter | None = getattr(self._own, "adapter", None)
        if adapter is None:
            adapter = PunctualAdapter(pool_connections=1, pool_maxsize=1, max_retries=0)
            self._own.adapter = adapter
            self._adapters.append(adapter)
        return adapter

    def _exchange(
        self, probe: Probe, number: int, start: threading.Barrier | None = None
    ) -> Exchange:
        prepared = self._prepared(probe)
        sent = Request(
            method=probe.method,
            url=prepared.path_url.removeprefix(self._path),
            headers=tuple(
                (name, value)
                for name, value in prepared.headers.items()
                if name.lower() != "authorization"
            ),
            body=probe.body or b"",
        )
        if start is not None:
            start.wait(timeout=AT_ONCE_MAX)
        began = self._clock.now_ms()
        answer = self._answer(prepared)
        return Exchange(
            number=number,
            probe=probe,
            sent=sent,
            response=answer if isinstance(answer, Response) else None,
            trouble=answer if isinstance(answer, Trouble) else None,
            began_ms=began,
            elapsed_ms=self._clock.now_ms() - began,
        )

    def _prepared(self, probe: Probe) -> requests.PreparedRequest:
        """Return the request with its path left alone, however hostile it is."""
        prepared = requests.PreparedRequest()
        prepared.method = probe.method
        prepared.url = self._base + probe.url
        prepared.body = probe.body
        prepared.hooks = {}
        headers: CaseInsensitiveDict[str] = CaseInsensitiveDict(
            {
                "User-Agent": f"session-conformance/{__version__}",
                "Accept": "application/json",
                "Accept-Encoding": "gzip, deflate",
            }
        )
        if authorization := self._authorizations[probe.credentials]:
            headers["Authorization"] = authorization
        if probe.body is not None or probe.method == "POST":
            headers["Content-Length"] = str(len(probe.body or b""))
        headers.update(probe.headers)
        prepared.headers = headers
        return prepared

    def _answer(self, prepared: requests.PreparedRequest) -> Response | Trouble:
        limits = self._limits
        try:
            answer = self._adapter().send(
                prepared,
                stream=True,
                timeout=(limits.connect_s, limits.answer_s),
                verify=self._verify,
            )
            body = _body(answer, limits)
        except requests.exceptions.RequestException as error:
            return _trouble(error)
        if isinstance(body, Trouble):
            return body
        return Response(
            status=answer.status_code,
            headers=tuple(answer.raw.headers.items()),
            body=body,
        )


def _trouble(error: requests.exceptions.RequestException) -> Trouble:
    """Return why there is no whole answer."""
    match error:
        case requests.exceptions.SSLError():
            return _untrusted(error)
        case requests.exceptions.Timeout():
            return Trouble.TIMEOUT
        case requests.exceptions.ConnectionError():
            return _broken(error)
        case requests.exceptions.ChunkedEncodingError():
            return _ended(error)
        case _:
            return Trouble.GARBLED


def _broken(error: requests.exceptions.ConnectionError) -> Trouble:
    """Return whether nothing was sent, as nobody listens, or how it ended then."""
    cause = error.args[0] if error.args else None
    if isinstance(cause, ReadTimeoutError):  # of a body that did not come to its end
        return Trouble.TIMEOUT
    never = isinstance(getattr(cause, "reason", None), NewConnectionError)
    return Trouble.REFUSED if never else Trouble.RESET


def _untrusted(error: requests.exceptions.SSLError) -> Trouble:
    """Return whether the other side cannot be trusted, or was gone in between."""
    cause = error.args[0] if error.args else None
    flaw = getattr(cause, "reason", cause)
    flaw = flaw.args[0] if isinstance(flaw, UntrustedError) and flaw.args else flaw
    gone = isinstance(flaw, ssl.SSLEOFError | ssl.SSLZeroReturnError)
    return Trouble.RESET if gone else Trouble.TLS


def _ended(error: requests.exceptions.ChunkedEncodingError) -> Trouble:
    """Return whether a body ended before its end, or cannot be read as one."""
    flaw = error.args[0] if error.args else None
    cause = flaw.args[-1] if isinstance(flaw, ProtocolError) else None
    if isinstance(cause, InvalidChunkLength):
        return Trouble.GARBLED
    cut = isinstance(cause, OSError | IncompleteRead) or cause == _ENDED_EARLY
    return Trouble.CUT if cut else Trouble.GARBLED


def _body(answer: requests.Response, limits: Limits) -> bytes | Trouble:
    chunks = bytearray()
    for chunk in answer.iter_content(_CHUNK):
        chunks += chunk
        if len(chunks) > limits.body_bytes_max:
            answer.close()
            return Trouble.TOO_LARGE
    return bytes(chunks)
