"""Exchanges: what was asked, why, what left the machine, and what came back."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from email.utils import parsedate_to_datetime
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import Any, NoReturn, TypeAlias
from urllib.parse import parse_qsl

Scene: TypeAlias = str
"""The name under which the exchanges of one performed scenario are found again."""

Json: TypeAlias = Any
"""What a body of JSON may hold: anything, for whoever reads it to look at."""

FORM = "application/x-www-form-urlencoded"


class Role(StrEnum):
    """What a probe is for, within its scenario."""

    STEP = "step"  # sets the stage, or looks at what came of it
    SPOILT = "spoilt"  # carries one named defect and must be refused
    CONTROL = "control"  # its twin without the defect, must be accepted


class Credentials(StrEnum):
    """Whose credentials a probe carries; the secret itself is never in a record."""

    OWN = "own"
    NONE = "none"
    WRONG_TOKEN = "wrong-token"  # noqa: S105  the name of a defect
    WRONG_ACCOUNT = "wrong-account"
    EMPTY_TOKEN = "empty-token"  # noqa: S105  the name of a defect
    SHORT_TOKEN = "short-token"  # noqa: S105  the name of a defect
    LONG_TOKEN = "long-token"  # noqa: S105  the name of a defect
    NOT_BASIC = "not-basic"
    GARBLED = "garbled"


class Trouble(StrEnum):
    """Why there is no whole answer."""

    TIMEOUT = "timeout"
    REFUSED = "connection refused"
    RESET = "connection broken"
    CUT = "answer cut off"
    TLS = "tls failure"
    GARBLED = "not http"
    TOO_LARGE = "answer too large"
    BUDGET = "budget spent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """A request with the reason why it is sent.

    `path` and `query` go out exactly as given, so they are percent-encoded by
    whoever builds the probe. `label` is how a check finds the exchange in its scene;
    `pair` joins a spoilt probe and its control.
    """

    operation: str
    method: str
    path: str
    query: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None
    credentials: Credentials = Credentials.OWN
    scene: Scene = ""
    role: Role = Role.STEP
    label: str = ""
    defect: str = ""
    pair: str = ""

    @property
    def url(self) -> str:
        """The request target: path and query."""
        return f"{self.path}?{self.query}" if self.query else self.path


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What left the machine; `url` is the request target, credentials are left out."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    @property
    def path(self) -> str:
        """The request target up to the first question mark."""
        return self.url.partition("?")[0]

    @property
    def query(self) -> tuple[tuple[str, str], ...]:
        """The decoded query, in the order sent."""
        return _decoded(self.url.partition("?")[2])

    @property
    def form(self) -> tuple[tuple[str, str], ...]:
        """The decoded form fields, in the order sent."""
        return _decoded(self.body.decode("utf-8", "replace"))


@lru_cache(maxsize=4096)
def _decoded(text: str) -> tuple[tuple[str, str], ...]:
    return tuple(parse_qsl(text, keep_blank_values=True))


@dataclass(frozen=True, slots=True)
class Malformed:
    """A body that is not JSON, with the reason."""

    reason: str


@dataclass(frozen=True, kw_only=True)
class Response:
    """What came back, its header names as received."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    def header(self, name: str) -> str | None:
        """Return the first header of that name in any case, or None."""
        wanted = name.lower()
        return next((v for n, v in self.headers if n.lower() == wanted), None)

    @cached_property
    def clock_s(self) -> float | None:
        """The moment of its Date header, in seconds since 1970, None if it has none."""
        told = self.header("Date")
        return None if told is None else _moment(told)

    @cached_property
    def json(self) -> Json:
        """The parsed body, or `Malformed`."""
        return parse_json(self.body)

    @property
    def fields(self) -> Mapping[str, Any]:
        """The parsed body if it is a JSON object, else an empty mapping."""
        return self.json if isinstance(self.json, dict) else {}


@lru_cache(maxsize=256)
def _moment(told: str) -> float | None:
    """Return the moment of a Date header, None if it is none."""
    try:
        moment = parsedate_to_datetime(told)
    except ValueError:
        return None
    return None if moment.tzinfo is None else moment.timestamp()


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One request and what came of it, numbered in the order sent.

    Times are milliseconds since the run began. Exactly one of `response` and
    `trouble` is there.
    """

    number: int
    probe: Probe
    sent: Request
    response: Response | None = None
    trouble: Trouble | None = None
    began_ms: float = 0.0
    elapsed_ms: float = 0.0

    @property
    def status(self) -> int:
        """The HTTP status, 0 when there is no answer."""
        return self.response.status if self.response else 0

    @property
    def accepted(self) -> bool:
        """Whether the answer is a success."""
        return 200 <= self.status < 300  # noqa: PLR2004  the range is the meaning

    @property
    def refused(self) -> bool:
        """Whether the target said no, rather than nothing, later, or ouch."""
        return 400 <= self.status < 500 and not self.undecided  # noqa: PLR2004  as above

    @property
    def undecided(self) -> bool:
        """Whether the answer says nothing about the request itself."""
        return self.status in {0, 408, 429} or self.status >= 500  # noqa: PLR2004  as above

    @property
    def observed(self) -> str:
        """What was seen, for people: the status, or why there is none."""
        return str(self.status) if self.response else f"no answer ({self.trouble})"

    @property
    def observed_class(self) -> str:
        """What was seen, as a class for a symptom: `2xx`, or why there is none."""
        return f"{self.status // 100}xx" if self.response else str(self.trouble)

    @property
    def fields(self) -> Mapping[str, Any]:
        """The members of the answer if it is a JSON object, else an empty mapping."""
        return self.response.fields if self.response else {}

    @property
    def ended_ms(self) -> float:
        """When the answer was complete, or given up."""
        return self.began_ms + self.elapsed_ms


@dataclass(frozen=True, kw_only=True)
class History:
    """All that was seen of one target, in the order sent."""

    account_sid: str = ""
    exchanges: tuple[Exchange, ...] = ()

    def __iter__(self) -> Iterator[Exchange]:
        return iter(self.exchanges)

    def __len__(self) -> int:
        return len(self.exchanges)

    @cached_property
    def scenes(self) -> Mapping[Scene, tuple[Exchange, ...]]:
        """The exchanges of each scene, in the order sent."""
        groups: dict[Scene, list[Exchange]] = {}
        for exchange in self.exchanges:
            groups.setdefault(exchange.probe.scene, []).append(exchange)
        return {scene: tuple(some) for scene, some in groups.items()}

    def only(self, scenes: Iterable[Scene]) -> "History":
        """Return the part of the history that these scenes caused."""
        wanted = frozenset(scenes)
        some = tuple(e for e in self.exchanges if e.probe.scene in wanted)
        return replace(self, exchanges=some)


def labelled(exchanges: Iterable[Exchange], label: str) -> tuple[Exchange, ...]:
    """Return the exchanges whose probe carries `label`, in order."""
    return tuple(e for e in exchanges if e.probe.label == label)


def pairs(exchanges: Iterable[Exchange]) -> Iterator[tuple[Exchange, Exchange]]:
    """Yield each spoilt exchange beside its control; one without is left out."""
    some = tuple(exchanges)
    controls = {e.probe.pair: e for e in some if e.probe.role is Role.CONTROL}
    for spoilt in some:
        if spoilt.probe.role is Role.SPOILT and spoilt.probe.pair in controls:
            yield spoilt, controls[spoilt.probe.pair]


def parse_json(body: bytes) -> Json:
    """Return the value that `body` spells, or `Malformed`.

    Stricter than the standard library: NaN and infinities, duplicate keys, invalid
    UTF-8 and nesting beyond what any honest answer needs are refused.
    """
    try:
        value = json.loads(
            body.decode("utf-8"),
            parse_constant=_refuse_constant,
            object_pairs_hook=_object,
        )
    except UnicodeDecodeError:
        return Malformed("not UTF-8")
    except RecursionError:
        return Malformed("nested too deep")
    except _RefusedError as refusal:
        return Malformed(str(refusal))
    except ValueError:
        return Malformed("not JSON")
    return value


class _RefusedError(ValueError):
    """JSON that the standard library takes and we do not."""


def _refuse_constant(name: str) -> NoReturn:
    raise _RefusedError(f"{name} is not JSON")


def _object(members: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(members)
    if len(value) != len(members):
        raise _RefusedError("duplicate keys")
    return value
