"""The smallest chain of requests that shows something again, its ids left open.

An id that the chain itself brings about is not written out but taken from the answer
that gave it, so that the chain works on another day and on another target.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from functools import cached_property
from itertools import pairwise
from typing import TypeAlias, assert_never
from urllib.parse import unquote

from conformance.exchange import Exchange, Json
from conformance.report.listed import listed

TAG = "TAG"
SERVICE_SID = "SERVICE_SID"

_SID = re.compile(r"(?<![0-9A-Za-z])[A-Z]{2}[0-9a-fA-F]{32}(?![0-9A-Za-z])")
_TOKEN = re.compile(r"(?<=[?&]PageToken=)[^&]+")
_SEGMENTS = re.compile(r"[/?&=]")
_COMMON_LEAST = 16
_COMPARED_MOST = 2_000_000
_PAUSE_S_LEAST = 1.0
_STEPS_MAX = 300
_PAGES = ("next_page_url", "previous_page_url", "first_page_url")


class Case(StrEnum):
    """How a captured value is spelled."""

    AS_IS = "as it is"
    UPPER = "upper"
    LOWER = "lower"
    ENCODED = "percent-encoded"

    def of(self, value: str) -> str:
        """Return the value spelled so."""
        match self:
            case Case.AS_IS:
                return value
            case Case.UPPER:
                return value.upper()
            case Case.LOWER:
                return value.lower()
            case Case.ENCODED:
                return "".join(f"%{ord(letter):02X}" for letter in value)
            case _:
                assert_never(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A captured value, or the characters of it from `start` to before `stop`."""

    name: str
    start: int = 0
    stop: int | None = None
    case: Case = Case.AS_IS

    def of(self, value: str) -> str:
        """Return what it stands for, given the value."""
        return self.case.of(value[self.start : self.stop])


Text: TypeAlias = tuple[str | Part, ...]
"""A text with parts left open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """Where a value is found in an answer.

    `pointer` leads to a text in the JSON; with `parameter` that is a URL, and the
    value is that parameter of its query, as spelled there.
    """

    name: str
    pointer: tuple[str | int, ...]
    parameter: str = ""

    def read(self, answer: Json) -> str | None:
        """Return the value in a parsed answer, or None."""
        for key in self.pointer:
            try:
                answer = answer[key]
            except (TypeError, KeyError, IndexError):
                return None
        if not isinstance(answer, str):
            return None
        if not self.parameter:
            return answer
        found = _TOKEN.search(answer)
        return found.group() if found else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One request of a chain; its body is text of one character per byte.

    `wait_s` is how long to wait before it; `together` whether it goes out at the
    same moment as the step before.
    """

    exchange: Exchange
    url: Text
    body: Text
    captures: tuple[Capture, ...] = ()
    wait_s: float = 0.0
    together: bool = False

    @property
    def uses(self) -> frozenset[str]:
        """The names of the values that it needs."""
        pieces = (*self.url, *self.body)
        return frozenset(piece.name for piece in pieces if isinstance(piece, Part))


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """Requests in order; `given` are the values they need from the start."""

    steps: tuple[Step, ...]
    given: Mapping[str, str]

    def uses(self, name: str) -> bool:
        """Return whether any request needs that value."""
        return any(name in step.uses for step in self.steps)


def filled(text: Text, values: Mapping[str, str]) -> str:
    """Return the text with every part filled in; an unknown value stays as a name."""
    return "".join(
        piece.of(values.get(piece.name, piece.name))
        if isinstance(piece, Part)
        else piece
        for piece in text
    )


@dataclass(frozen=True, kw_only=True)
class Past:
    """What was exchanged, indexed by what a chain is made from."""

    exchanges: tuple[Exchange, ...]
    tag: str = ""
    service_sid: str = ""
    target: str = ""

    @cached_property
    def by_number(self) -> Mapping[int, Exchange]:
        """The exchanges by their number."""
        return {exchange.number: exchange for exchange in self.exchanges}

    @cached_property
    def by_scene(self) -> Mapping[str, tuple[Exchange, ...]]:
        """The exchanges of each scene, in the order sent."""
        groups: dict[str, list[Exchange]] = {}
        for exchange in sorted(self.exchanges, key=lambda e: e.number):
            groups.setdefault(exchange.probe.scene, []).append(exchange)
        return {scene: tuple(some) for scene, some in groups.items()}

    @cached_property
    def _creators(self) -> Mapping[str, Exchange]:
        creators: dict[str, Exchange] = {}
        for exchange in self.exchanges:
            if exchange.sent.method == "POST" and exchange.accepted:
                sid = exchange.fields.get("sid")
                if isinstance(sid, str) and sid not in exchange.sent.url:
                    creators.setdefault(sid, exchange)
        return creators

    @cached_property
    def _spellings(self) -> Mapping[str, str]:
        """Each SID as it was given, by its spelling in lower case."""
        return {sid.lower(): sid for sid in self._creators}

    def chains(self, numbers: Iterable[int]) -> Iterator[Chain]:
        """Yield chains that may show what these exchanges showed, the shortest first.

        Of these exchanges and those that they build upon; with all that was written
        to the same Sessions until then; and with all that the same scenes did until
        then, where somebody might still want to send that.
        """
        cited = frozenset(numbers) & self.by_number.keys()
        last = max(cited, default=0)
        yield self.chain(cited)
        yield self.chain(cited | self._written(cited))
        until = {number for number in self._scenes(cited) if number <= last}
        if len(until) <= _STEPS_MAX:
            yield self.chain(until)

    def whole(self, numbers: Iterable[int]) -> Chain | None:
        """Return all that the scenes of these exchanges did, every control included.

        None where that is more than anybody might want to send.
        """
        some = self._scenes(frozenset(numbers) & self.by_number.keys())
        return self.chain(some) if len(some) <= _STEPS_MAX else None

    def _scenes(self, cited: frozenset[int]) -> frozenset[int]:
        """Return what was exchanged in the scenes of these exchanges."""
        scenes = {self.by_number[number].probe.scene for number in cited}
        return frozenset(e.number for scene in scenes for e in self.by_scene[scene])

    def life(self, sid: str, before: int) -> frozenset[int]:
        """Return what created a resource and was then written to it or below it."""
        creator = self._creators.get(self._spellings.get(sid.lower(), sid))
        if creator is None or creator.number >= before:
            return frozenset()
        own = f"{creator.sent.path}/{sid}"
        return frozenset({creator.number}) | frozenset(
            one.number
            for one in self._writes
            if one.number < before and f"{one.sent.path}/".startswith(f"{own}/")
        )

    @cached_property
    def _writes(self) -> tuple[Exchange, ...]:
        """The accepted writes."""
        return tuple(e for e in self.exchanges if e.accepted and e.sent.method != "GET")

    def _written(self, cited: frozenset[int]) -> frozenset[int]:
        """Return what was written, until then, to the Sessions in these exchanges."""
        last = max(cited, default=0)
        sids = {
            sid
            for number in cited
            for sid in _SID.findall(self.by_number[number].sent.url)
            if sid.startswith("KC")
        }
        lives = (self.life(sid, last) for sid in sids)
        return frozenset(number for life in lives for number in life)

    def chain(self, numbers: Iterable[int]) -> Chain:
        """Return the chain of these exchanges and of those that they build upon."""
        captures = {n: self._captures(self.by_number[n]) for n in self._closed(numbers)}
        named: dict[tuple[int, tuple[str | int, ...]], Capture] = {}
        values: dict[str, str] = {}
        taken: dict[str, int] = {}
        for needs in captures.values():
            for source, capture, value in needs:
                key = source.number, capture.pointer
                if key in named:
                    continue
                count = taken[capture.name] = taken.get(capture.name, 0) + 1
                name = capture.name if count == 1 else f"{capture.name}_{count}"
                named[key] = Capture(
                    name=name, pointer=capture.pointer, parameter=capture.parameter
                )
                values[name] = value
        given = {TAG: self.tag, SERVICE_SID: self.service_sid}
        given = {name: value for name, value in given.items() if value}
        steps = tuple(self._steps(sorted(captures), named, {**values, **given}))
        bare = Chain(steps=steps, given={})
        return Chain(
            steps=steps, given={n: v for n, v in given.items() if bare.uses(n)}
        )

    def _closed(self, numbers: Iterable[int]) -> list[int]:
        """Return the numbers and all that they build upon, in the order sent."""
        wanted: set[int] = set()
        queue = [number for number in numbers if number in self.by_number]
        while queue:
            number = queue.pop()
            if number not in wanted:
                wanted.add(number)
                exchange = self.by_number[number]
                queue += [source.number for source, _, _ in self._captures(exchange)]
                queue += self._filling(exchange)
                queue += self._namesakes(exchange)
        return sorted(wanted)

    def _filling(self, exchange: Exchange) -> list[int]:
        """Return what its scene did to the list that an exchange shows, until then."""
        path = exchange.sent.path
        if not exchange.probe.operation.startswith("List"):
            return []
        # What a message leaves behind is listed beside the Participants, too.
        beside = f"{path.rpartition('/')[0]}/Participants/"
        return [
            other.number
            for other in self._earlier(exchange)
            if other.accepted
            and (
                (other.sent.method == "POST" and other.sent.path == path)
                or (other.sent.method == "DELETE" and other.sent.path.startswith(path))
                or (
                    other.probe.operation == "CreateMessageInteraction"
                    and other.sent.path.startswith(beside)
                )
            )
        ]

    def _namesakes(self, exchange: Exchange) -> list[int]:
        """Return what its scene gave the name before that an exchange asks for."""
        name = dict(exchange.sent.form).get("UniqueName")
        if not name or exchange.sent.method != "POST":
            return []
        return [
            other.number
            for other in self._earlier(exchange)
            if other.accepted
            and other.sent.path == exchange.sent.path
            and dict(other.sent.form).get("UniqueName") == name
        ]

    def _captures(self, exchange: Exchange) -> list[tuple[Exchange, Capture, str]]:
        """Return the earlier exchanges that gave the ids in this one, and where."""
        text = f"{exchange.sent.url} {exchange.sent.body.decode('latin-1')}"
        sids = dict.fromkeys(_SID.findall(text))
        needs = [self._source(sid, exchange) for sid in sids if sid != self.service_sid]
        needs += [
            self._page(token, exchange)
            for token in dict.fromkeys(_TOKEN.findall(exchange.sent.url))
        ]
        if any(map(_is_odd, _SEGMENTS.split(exchange.sent.url))):
            needs.append(self._nearest(unquote(text), exchange, frozenset(sids)))
        return [need for need in needs if need]

    def _source(
        self, sid: str, before: Exchange
    ) -> tuple[Exchange, Capture, str] | None:
        """Return the exchange that created `sid`, or else first listed it."""
        own = self._spellings.get(sid.lower(), sid)
        creator = self._creators.get(own)
        if creator and creator.number < before.number:
            name = creator.probe.operation.removeprefix("Create").upper() or "RESOURCE"
            return creator, Capture(name=name, pointer=("sid",)), own
        for exchange in self._earlier(before):
            for key, value in exchange.fields.items():
                for index, item in listed(value).items():
                    if item.get("sid") == sid:
                        capture = Capture(
                            name=key.removesuffix("s").upper(),
                            pointer=(key, index, "sid"),
                        )
                        return exchange, capture, sid
        return None

    def _earlier(self, before: Exchange) -> tuple[Exchange, ...]:
        """Return what its scene exchanged before this."""
        scene = self.by_scene[before.probe.scene]
        return tuple(one for one in scene if one.number < before.number)

    def _page(
        self, token: str, before: Exchange
    ) -> tuple[Exchange, Capture, str] | None:
        """Return the exchange whose answer led to the page with this token."""
        for exchange in reversed(self._earlier(before)):
            for key in _PAGES:
                capture = Capture(
                    name="PAGE_TOKEN", pointer=("meta", key), parameter="PageToken"
                )
                if capture.read(exchange.fields) == token:
                    return exchange, capture, token
        return None

    def _nearest(
        self, text: str, exchange: Exchange, known: frozenset[str]
    ) -> tuple[Exchange, Capture, str] | None:
        """Return the creator, in the same scene, of the id that was spoilt."""
        some = [
            (_stretch(text, sid)[2], sid)
            for sid, creator in self._creators.items()
            if creator.probe.scene == exchange.probe.scene
            and creator.number < exchange.number
            and sid not in known
        ]
        length, sid = max(some, default=(0, ""))
        return self._source(sid, exchange) if length >= _COMMON_LEAST else None

    def _steps(
        self,
        numbers: list[int],
        named: Mapping[tuple[int, tuple[str | int, ...]], Capture],
        values: Mapping[str, str],
    ) -> Iterator[Step]:
        before: Exchange | None = None
        for number in numbers:
            exchange = self.by_number[number]
            same = before is not None and before.probe.scene == exchange.probe.scene
            yield Step(
                exchange=exchange,
                url=woven(exchange.sent.url, values),
                body=woven(exchange.sent.body.decode("latin-1"), values),
                captures=tuple(c for (n, _), c in named.items() if n == number),
                wait_s=self._waited(before, exchange) if before and same else 0.0,
                together=bool(before and same and exchange.began_ms < before.ended_ms),
            )
            before = exchange

    def _waited(self, before: Exchange, exchange: Exchange) -> float:
        """Return the seconds that their scene let pass between the two."""
        scene = self.by_scene[exchange.probe.scene]
        some = [e for e in scene if before.number <= e.number <= exchange.number]
        pauses = (
            (later.began_ms - earlier.ended_ms) / 1000
            for earlier, later in pairwise(some)
        )
        return round(sum(pause for pause in pauses if pause >= _PAUSE_S_LEAST), 1)


def _is_odd(segment: str) -> bool:
    """Return whether a segment may be a SID that was spoilt, or spelled otherwise."""
    return len(segment) >= _COMMON_LEAST and not _SID.fullmatch(segment)


def woven(text: str, values: Mapping[str, str]) -> Text:
    """Return the text with every occurrence of a value left open.

    In a segment that is no SID, pieces of a value count too, so that an id that was
    spoilt is that of a live resource wherever the chain is sent.
    """
    pieces: list[str | Part] = [text]
    for name, value in values.items():
        spellings = tuple(Case) if _SID.fullmatch(value) else (Case.AS_IS,)
        for case in spellings:
            part = Part(name=name, case=case)
            pieces = [p for one in pieces for p in _cut(one, case.of(value), part)]
    sids = {name: value for name, value in values.items() if _SID.fullmatch(value)}
    pieces = [p for one in pieces for p in _stretches(one, sids)]
    return tuple(_joined(pieces))


def _joined(pieces: Iterable[str | Part]) -> Iterator[str | Part]:
    """Yield the pieces with neighbouring texts in one."""
    text = ""
    for piece in pieces:
        if isinstance(piece, Part):
            if text:
                yield text
            yield piece
            text = ""
        else:
            text += piece
    if text:
        yield text


def _cut(piece: str | Part, spelled: str, part: Part) -> Iterator[str | Part]:
    """Yield the piece with `part` in the place of each `spelled`."""
    if isinstance(piece, Part):
        yield piece
        return
    first, *others = piece.split(spelled)
    yield first
    for other in others:
        yield part
        yield other


def _stretches(piece: str | Part, values: Mapping[str, str]) -> Iterator[str | Part]:
    """Yield the piece with long stretches of values left open in its odd segments."""
    if isinstance(piece, Part):
        yield piece
        return
    at = 0
    for between in (*(m.span() for m in _SEGMENTS.finditer(piece)), (len(piece),) * 2):
        segment = piece[at : between[0]]
        if _is_odd(segment):
            yield from _opened(segment, values)
        else:
            yield segment
        yield piece[slice(*between)]
        at = between[1]


def _opened(text: str, values: Mapping[str, str]) -> Iterator[str | Part]:
    """Yield the text with the longest stretch of any value left open, if any."""
    found = max(
        ((_stretch(text, value), name) for name, value in values.items()),
        key=lambda one: one[0][2],
        default=((0, 0, 0), ""),
    )
    (at, start, size), name = found
    if size < _COMMON_LEAST:
        yield text
        return
    yield from _opened(text[:at], values)
    yield Part(name=name, start=start, stop=start + size)
    yield from _opened(text[at + size :], values)


def _stretch(text: str, value: str) -> tuple[int, int, int]:
    """Return where in each the longest common stretch begins, and its length.

    Between texts too long to be compared, which no id of the API makes, it is empty.
    """
    if len(text) * len(value) > _COMPARED_MOST:
        return 0, 0, 0
    match = SequenceMatcher(None, text, value, autojunk=False).find_longest_match()
    return match.a, match.b, match.size
