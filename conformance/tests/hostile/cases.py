"""The ways to misbehave: a name, what is done to an answer, and what may come of it."""

import gzip
import json
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import count, repeat

from conformance.exchange import Json
from conformance.tests.hostile.server import Answer, Behaviour, Wire
from conformance.verdict import Exit

ESCAPES = "\x1b]0;hostile\x07\x1b[2J\x9b31m\u202e"
SCRIPT = "</script><script>hostile()</script><img src=x onerror=hostile()>"

BROKEN = frozenset({Exit.NON_CONFORMANT, Exit.INCOMPLETE, Exit.LEFT_BEHIND})
LAWFUL = frozenset({Exit.CONFORMANT})

_LATE = 12
_BOMB_MB = 1000
_SECOND = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One way to misbehave; `quick` ones take part in every test run."""

    name: str
    behaviour: Behaviour
    exits: frozenset[Exit] = BROKEN
    quick: bool = False


def raw(*blocks: bytes, then: Callable[[Wire], None] = Wire.end) -> Behaviour:
    """Answer everything with the same bytes, and then do something else."""

    def behave(_: Answer, wire: Wire) -> None:
        wire.send(*blocks)
        then(wire)

    return behave


def flood(first: bytes, again: bytes, *, every_s: float | None = None) -> Behaviour:
    """Answer everything with bytes that never end, at full speed or with pauses."""

    def behave(_: Answer, wire: Wire) -> None:
        wire.send(first)
        if every_s is not None:
            wire.drip(repeat(again), every_s)
        while wire.open:
            wire.send(again)

    return behave


def whole(change: Callable[[Answer], bytes]) -> Behaviour:
    """Send what `change` makes of an answer, and keep the connection."""

    def behave(answer: Answer, wire: Wire) -> None:
        wire.send(change(answer))

    return behave


def cut(change: Callable[[Answer], bytes]) -> Behaviour:
    """Send what `change` makes of an answer, and end the connection."""

    def behave(answer: Answer, wire: Wire) -> None:
        wire.send(change(answer))
        wire.end()

    return behave


def part(of: Callable[[bytes], int], then: Callable[[Wire], None]) -> Behaviour:
    """Send an answer up to a point, and then do something else."""

    def behave(answer: Answer, wire: Wire) -> None:
        text = answer.framed(answer.body)
        wire.send(text[: of(text)])
        then(wire)

    return behave


def body(change: Callable[[bytes], bytes], *lines: bytes) -> Behaviour:
    """Rewrite every body that there is, and add header lines to it."""

    def changed(answer: Answer) -> bytes:
        if not answer.body:
            return answer.framed(b"")
        return answer.framed(change(answer.body), *lines)

    return whole(changed)


def value(change: Callable[[Json], Json]) -> Behaviour:
    """Rewrite every JSON value."""
    return body(lambda text: json.dumps(change(json.loads(text))).encode())


def head(*lines: bytes) -> Behaviour:
    """Add header lines to every answer."""
    return whole(lambda answer: answer.framed(answer.body, *lines))


def typed(kind: str, change: Callable[[bytes], bytes] = bytes) -> Behaviour:
    """Give every body another type."""

    def changed(answer: Answer) -> bytes:
        rest = [(n, v) for n, v in answer.headers if n.lower() != "content-type"]
        bent = replace(answer, headers=(*rest, ("Content-Type", kind)))
        return bent.framed(change(answer.body))

    return whole(changed)


def late(behaviour: Behaviour, after: int = _LATE) -> Behaviour:
    """Behave for so many requests, and then no more."""

    def behave(answer: Answer, wire: Wire) -> None:
        if answer.number > after:
            behaviour(answer, wire)
        else:
            wire.send(answer.framed(answer.body))

    return behave


def slowly(every_s: float, start: Callable[[bytes], int]) -> Behaviour:
    """Send an answer up to a point, and the rest byte by byte."""

    def behave(answer: Answer, wire: Wire) -> None:
        text = answer.framed(answer.body)
        wire.send(text[: start(text)])
        wire.drip((text[i : i + 1] for i in range(start(text), len(text))), every_s)

    return behave


def status(line: str, *lines: bytes) -> Behaviour:
    """Answer everything with one status and an error's body."""
    text = b'{"code": 20001, "message": "no", "more_info": "", "status": 400}'
    more = b"".join(each + b"\r\n" for each in lines)
    return whole(
        lambda answer: (
            f"HTTP/1.1 {line}\r\nContent-Type: application/json\r\n".encode()
            + more
            + b"Content-Length: %d\r\n\r\n" % len(text)
            + (b"" if answer.method == "HEAD" else text)
        )
    )


def strings(change: Callable[[str], str], *, sids: bool = False) -> Behaviour:
    """Rewrite every string but those that look like a SID, or those as well."""

    def changed(one: Json, key: str = "") -> Json:
        match one:
            case dict():
                return {k: changed(v, k) for k, v in one.items()}
            case list():
                return [changed(v, key) for v in one]
            case str() if sids or not re.fullmatch("[A-Z]{2}[0-9a-f]{32}", one):
                return change(one)
            case _:
                return one

    return value(changed)


def own_sid(change: Callable[[str], str]) -> Behaviour:
    """Rewrite the SID of each resource that is answered alone, and its alone."""

    def changed(one: Json) -> Json:
        if isinstance(one, dict) and isinstance(one.get("sid"), str):
            return one | {"sid": change(one["sid"])}
        return one

    return value(changed)


def following(change: Callable[[str], str | None]) -> Behaviour:
    """Rewrite the next page of each list; it is given the URL of this one."""

    def changed(one: Json) -> Json:
        meta = one.get("meta") if isinstance(one, dict) else None
        if not isinstance(meta, dict):
            return one
        return one | {"meta": meta | {"next_page_url": change(meta["url"])}}

    return value(changed)


def _endless(numbers: Iterator[int], url: str) -> str:
    return f"{url.partition('?')[0]}?PageSize=50&Page=1&PageToken=PT{next(numbers)}"


def _nulls(one: Json) -> Json:
    match one:
        case dict():
            return {key: _nulls(each) for key, each in one.items()}
        case list():
            return [_nulls(each) for each in one]
        case _:
            return None


def _spoilt(text: bytes, spoil: bytes) -> bytes:
    """Return an object with one more member, spelt as it is."""
    return text.rstrip()[:-1] + b"," + spoil + b"}"


def _numbers(number: bytes) -> Callable[[bytes], bytes]:
    """Return what puts a number in the place of every other."""
    return lambda text: re.sub(rb'(?<=":)\s*\d+\b', number, text)


def _chunked(answer: Answer, chunks: bytes) -> bytes:
    return answer.head + b"Transfer-Encoding: chunked\r\n\r\n" + chunks


def _lengths(answer: Answer, *lengths: int) -> bytes:
    lines = b"".join(b"Content-Length: %d\r\n" % length for length in lengths)
    return answer.head + lines + b"\r\n" + answer.body


def _bomb(start: bytes) -> bytes:
    """Return a stream of zeros packed as small as they get, without its end."""
    packer = zlib.compressobj(level=9, wbits=-15)
    block = packer.compress(bytes(1_000_000)) + packer.flush(zlib.Z_FULL_FLUSH)
    return start + block * _BOMB_MB


def _layers(text: bytes, times: int) -> bytes:
    for _ in range(times):
        text = gzip.compress(text)
    return text


def _same_sid(one: str) -> str:
    return one[:2] + "0" * 32


def _at(mark: bytes, offset: int = 0) -> Callable[[bytes], int]:
    return lambda text: text.index(mark) + len(mark) + offset


def _redirects(code: int, location: str) -> Behaviour:
    lines = f"HTTP/1.1 {code} There", f"Location: {location}", "Content-Length: 0"
    return raw("\r\n".join((*lines, "", "")).encode(), then=lambda _: None)


_OK = b"HTTP/1.1 200 OK\r\n"
_JSON = _OK + b"Content-Type: application/json\r\n"
_HEAD_ENDS = _at(b"\r\n\r\n")
_BLOCK = b"x" * 65536
_TLS_ALERT = b"\x15\x03\x03\x00\x02\x02\x46"
_GZIP_BOMB = _bomb(b"\x1f\x8b\x08" + bytes(7))
_DEFLATE_BOMB = _bomb(b"\x78\x9c")
_NESTED_BOMB = _layers(_GZIP_BOMB, 1)
_LAYERS = _layers(bytes(1_000_000), 100)
_DEEP = b"[" * 100_000 + b"]" * 100_000

CASES = (
    # time
    Case(name="never answers", behaviour=raw(then=Wire.hang), quick=True),
    Case(name="never answers, later on", behaviour=late(raw(then=Wire.hang))),
    Case(name="one byte a second", behaviour=slowly(_SECOND, lambda _: 0), quick=True),
    Case(name="one byte of the body a second", behaviour=slowly(_SECOND, _HEAD_ENDS)),
    Case(
        name="one byte of the body a second, later on",
        behaviour=late(slowly(_SECOND, _HEAD_ENDS)),
    ),
    Case(
        name="a header a moment, for ever",
        behaviour=flood(_OK, b"X-More: 1\r\n", every_s=0.05),
    ),
    # size
    Case(name="endless headers", behaviour=flood(_OK, b"X-More: 1\r\n"), quick=True),
    Case(name="an endless header", behaviour=flood(_OK + b"X-More: ", _BLOCK)),
    Case(name="an endless status line", behaviour=flood(b"HTTP/1.1 200 ", _BLOCK)),
    Case(name="an endless body", behaviour=flood(_JSON + b"\r\n", _BLOCK), quick=True),
    Case(
        name="an endless body, later on",
        behaviour=late(flood(_JSON + b"\r\n", _BLOCK)),
    ),
    Case(
        name="endless chunks",
        behaviour=flood(
            _JSON + b"Transfer-Encoding: chunked\r\n\r\n",
            b"10000\r\n" + _BLOCK + b"\r\n",
        ),
    ),
    Case(
        name="an endless size of a chunk",
        behaviour=flood(_JSON + b"Transfer-Encoding: chunked\r\n\r\n", b"0" * 65536),
    ),
    Case(
        name="a gzip bomb",
        behaviour=body(lambda _: _GZIP_BOMB, b"Content-Encoding: gzip"),
        quick=True,
    ),
    Case(
        name="a gzip bomb, later on",
        behaviour=late(body(lambda _: _GZIP_BOMB, b"Content-Encoding: gzip")),
    ),
    Case(
        name="a gzip bomb in gzip",
        behaviour=body(lambda _: _NESTED_BOMB, b"Content-Encoding: gzip, gzip"),
    ),
    Case(
        name="gzip in a hundred layers",
        behaviour=body(
            lambda _: _LAYERS,
            b"Content-Encoding: " + b", ".join([b"gzip"] * 100),
        ),
    ),
    Case(
        name="a deflate bomb",
        behaviour=body(lambda _: _DEFLATE_BOMB, b"Content-Encoding: deflate"),
    ),
    Case(name="SIDs of 10 MB", behaviour=own_sid(lambda s: s + "0" * 10_000_000)),
    Case(name="SIDs of 1 MB", behaviour=own_sid(lambda s: s + "0" * 1_000_000)),
    Case(
        name="SIDs of 1 MB, later on",
        behaviour=late(own_sid(lambda s: s + "0" * 1_000_000)),
    ),
    Case(
        name="blanks of 1 MB in every body",
        behaviour=body(lambda t: t + b" " * 1_000_000),
    ),
    Case(
        name="a member of 1 MB in every body, later on",
        behaviour=late(body(lambda t: _spoilt(t, b'"x": "%b"' % (b"x" * 1_000_000)))),
    ),
    Case(
        name="dates of 100 kB",
        behaviour=strings(lambda s: s + "0" * 100_000 if s[:2] == "20" else s),
    ),
    Case(
        name="a header of 60 kB", behaviour=head(b"X: " + b"x" * 60_000), exits=LAWFUL
    ),
    Case(name="a header of 70 kB", behaviour=head(b"X: " + b"x" * 70_000)),
    Case(
        name="fifty cookies",
        behaviour=head(*(b"Set-Cookie: a%d=b" % n for n in range(50))),
        exits=LAWFUL,
    ),
    Case(
        name="a thousand cookies",
        behaviour=head(*(b"Set-Cookie: a%d=b" % n for n in range(1000))),
        quick=True,
    ),
    # framing
    Case(
        name="Content-Length too long",
        behaviour=cut(lambda a: _lengths(a, len(a.body) + 9)),
        quick=True,
    ),
    Case(
        name="Content-Length too long, then silence",
        behaviour=whole(lambda a: _lengths(a, len(a.body) + 9)),
    ),
    Case(
        name="Content-Length too short",
        behaviour=whole(lambda a: _lengths(a, len(a.body) // 2)),
        quick=True,
    ),
    Case(
        name="two Content-Lengths",
        behaviour=whole(lambda a: _lengths(a, len(a.body), len(a.body) + 1)),
    ),
    Case(name="Content-Length -1", behaviour=cut(lambda a: _lengths(a, -1))),
    Case(
        name="Content-Length of 5000 digits",
        behaviour=cut(lambda a: _lengths(a, 10**4000)),
    ),
    Case(
        name="chunks that are none",
        behaviour=cut(lambda a: _chunked(a, b"zz\r\n{}\r\n-1\r\n")),
        quick=True,
    ),
    Case(
        name="a chunk cut off",
        behaviour=cut(lambda a: _chunked(a, b"%x\r\n" % (len(a.body) + 9) + a.body)),
    ),
    Case(
        name="a body on 204",
        behaviour=whole(lambda a: a.framed(a.body or b'{"sid": null}')),
    ),
    # connection
    Case(name="closed without an answer", behaviour=raw(), quick=True),
    Case(name="reset before the answer", behaviour=raw(then=Wire.reset), quick=True),
    Case(
        name="reset in the status line",
        behaviour=part(lambda _: 7, Wire.reset),
    ),
    Case(name="reset in a header", behaviour=part(_at(b"\r\n", 9), Wire.reset)),
    Case(name="reset in the body", behaviour=part(_at(b"\r\n\r\n", 9), Wire.reset)),
    Case(
        name="reset before the answer, later on", behaviour=late(raw(then=Wire.reset))
    ),
    Case(
        name="reset in the body, later on",
        behaviour=late(part(_at(b"\r\n\r\n", 0), Wire.reset)),
    ),
    Case(name="TLS on a plain port", behaviour=raw(_TLS_ALERT), quick=True),
    # protocol
    Case(name="HTTP/0.9", behaviour=raw(b'{"services": []}'), quick=True),
    Case(name="noise", behaviour=raw(bytes(range(256)) * 40)),
    Case(name="HTTP/9.9", behaviour=raw(b"HTTP/9.9 200 OK\r\n\r\n{}")),
    Case(name="status 999", behaviour=status("999 What")),
    Case(name="status -1", behaviour=status("-1 What")),
    Case(name="a flood of 100", behaviour=flood(b"", b"HTTP/1.1 100 Go on\r\n\r\n")),
    Case(
        name="a flood of 103",
        behaviour=flood(b"", b"HTTP/1.1 103 Early\r\nLink: </x>\r\n\r\n"),
        quick=True,
    ),
    Case(
        name="headers that inject",
        behaviour=head(
            b"X-One: a\rSet-Cookie: b=c\r\n\tfolded",
            b"X-Two: " + ESCAPES.encode() + SCRIPT.encode(),
        ),
        exits=LAWFUL | BROKEN,
    ),
    Case(
        name="a header that is none", behaviour=head(b"no colon at all", b": no name")
    ),
    Case(name="redirects to itself", behaviour=_redirects(302, ""), quick=True),
    Case(name="redirects in a circle", behaviour=_redirects(307, "/v1/Services?a=b")),
    Case(
        name="redirects to another host",
        behaviour=_redirects(308, "http://127.0.0.2:9/v1/Services"),
    ),
    Case(
        name="redirects to another scheme",
        behaviour=_redirects(301, "file:///etc/passwd"),
    ),
    Case(
        name="redirects to another host, later on",
        behaviour=late(_redirects(307, "http://127.0.0.2:9/v1/Services")),
    ),
    Case(name="a storm of 429", behaviour=status("429 Busy", b"Retry-After: 0")),
    Case(
        name="429 until the next century",
        behaviour=status("429 Busy", b"Retry-After: 3155760000"),
        quick=True,
    ),
    Case(
        name="a storm of 429, later on",
        behaviour=late(status("429 Busy", b"Retry-After: 0")),
    ),
    Case(name="a storm of 503", behaviour=status("503 Busy", b"Retry-After: 0")),
    Case(
        name="a storm of 503, later on",
        behaviour=late(status("503 Busy", b"Retry-After: 99999999999999999999")),
    ),
    # bodies
    Case(name="an empty body", behaviour=body(lambda _: b""), quick=True),
    Case(name="invalid UTF-8", behaviour=body(lambda t: t[:-1] + b',"\xff\xfe":1}')),
    Case(name="NaN", behaviour=body(lambda t: _spoilt(t, b'"x": NaN'))),
    Case(
        name="a number beyond all in a member of its own",
        behaviour=body(lambda t: _spoilt(t, b'"x": 1e999')),
        exits=LAWFUL,
    ),
    Case(name="numbers beyond all", behaviour=body(_numbers(b"1e999"))),
    Case(
        name="numbers beyond all, later on", behaviour=late(body(_numbers(b"-1e999")))
    ),
    Case(
        name="numbers of 4000 digits",
        behaviour=late(body(_numbers(b"1" * 4000))),
    ),
    Case(name="duplicate keys", behaviour=body(lambda t: _spoilt(t, b'"sid": "KS"'))),
    Case(
        name="a number of 10^5 digits",
        behaviour=body(lambda t: _spoilt(t, b'"x": ' + b"1" * 100_000)),
        quick=True,
    ),
    Case(
        name="nested 10^5 deep",
        behaviour=body(lambda t: _spoilt(t, b'"x": ' + _DEEP)),
        quick=True,
    ),
    Case(
        name="nested 10^5 deep, later on",
        behaviour=late(body(lambda t: _spoilt(t, b'"x": ' + _DEEP))),
    ),
    Case(
        name="nested 400 deep",
        exits=LAWFUL,
        behaviour=body(lambda t: _spoilt(t, b'"x": ' + b"[" * 400 + b"]" * 400)),
    ),
    Case(
        name="half a surrogate in every string",
        behaviour=strings(lambda s: s + "\ud800"),
    ),
    Case(name="HTML", behaviour=typed("text/html", lambda _: b"<html><h1>Hi")),
    Case(
        name="HTML, later on", behaviour=late(typed("text/html", lambda _: b"<html>"))
    ),
    Case(name="the wrong type", behaviour=typed("text/html")),
    Case(
        name="UTF-16",
        behaviour=typed(
            "application/json; charset=utf-8",
            lambda t: t.decode().encode("utf-16"),
        ),
    ),
    Case(name="a byte order mark", behaviour=body(lambda t: b"\xef\xbb\xbf" + t)),
    Case(name="null", behaviour=body(lambda _: b"null"), quick=True),
    Case(name="null everywhere", behaviour=value(_nulls)),
    Case(name="null everywhere, later on", behaviour=late(value(_nulls))),
    Case(name="a list for an object", behaviour=value(lambda one: [one])),
    Case(
        name="a list for an object, later on", behaviour=late(value(lambda one: [one]))
    ),
    Case(name="clocks in 1970", behaviour=strings(partial(re.sub, "^20..-", "1970-"))),
    Case(name="clocks in 9999", behaviour=strings(partial(re.sub, "^20..-", "9999-"))),
    Case(
        name="not quite gzip",
        behaviour=body(lambda t: t, b"Content-Encoding: gzip"),
    ),
    # SIDs and pages
    Case(name="SIDs that repeat", behaviour=own_sid(_same_sid)),
    Case(
        name="SIDs with a path",
        behaviour=own_sid(lambda s: "../../v1/Services/" + s),
        quick=True,
    ),
    Case(
        name="SIDs with a path, later on",
        behaviour=late(own_sid(lambda s: "../../../etc/passwd?" + s)),
    ),
    Case(name="endless pages", behaviour=following(partial(_endless, count()))),
    Case(name="pages that repeat", behaviour=following(lambda url: url)),
    Case(
        name="pages on another host",
        behaviour=following(partial(re.sub, "^https?://[^/]+", "http://127.0.0.2:9")),
    ),
    Case(
        name="pages that are scripts",
        behaviour=following(lambda _: "javascript:alert(1)"),
    ),
    Case(name="pages at no address", behaviour=following(lambda _: "http://[::1/?a=b")),
    # what is read by people
    Case(
        name="terminal escapes in every string",
        behaviour=strings(lambda s: s + ESCAPES, sids=True),
        quick=True,
    ),
    Case(name="terminal escapes", behaviour=strings(lambda s: s + ESCAPES)),
    Case(
        name="scripts in every string",
        behaviour=strings(lambda s: s + SCRIPT, sids=True),
    ),
    Case(name="scripts", behaviour=strings(lambda s: SCRIPT + s), quick=True),
    Case(
        name="terminal escapes in every key",
        behaviour=value(
            lambda one: (
                {ESCAPES + k: v for k, v in one.items()}
                if isinstance(one, dict)
                else one
            )
        ),
    ),
)
