"""Recorded traffic in the HAR 1.2 format, as browsers, proxies and test tools save it.

Only what a check may ask for is read, and each member that is read is checked; a
credential leaves this room in no message and in no entry, only as a secret to redact.
"""

import base64
import binascii
import json
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn, cast
from urllib.parse import unquote, urlencode

from conformance.exchange import Request, Response
from conformance.targets.credentials import Account

BYTES_MAX = 512_000_000

# Of a request, only headers that say how it is to be read; any other may be a secret.
_HEADERS = frozenset(
    {"accept", "accept-encoding", "content-encoding", "content-type", "host"}
)
_SECRET = ("auth", "cookie", "key", "secret", "signature", "token")
_PUBLIC = frozenset({"www-authenticate", "set-cookie"})  # the redactor knows the latter
_BODILESS = frozenset({204, 304})
_CACHED = "answered from a cache"
_CACHES = ("_fromCache", "_fetchedViaServiceWorker")


class HarError(ValueError):
    """Recorded traffic that cannot be read; the message is one clear line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One request as recorded; `sent.url` is absolute, `response` None if none came.

    `began_ms` counts from the first entry. `lacking` says what of it was not
    recorded, "" where all that bears on a verdict was. `secrets` are the credentials
    it carried, which are in no header of it any more.
    """

    sent: Request
    response: Response | None
    began_ms: float
    elapsed_ms: float
    lacking: str = ""
    secrets: tuple[Account, ...] = field(default=(), repr=False)


def read(path: Path) -> tuple[Entry, ...]:
    """Return the entries of a HAR file, in the order sent.

    Raises HarError, naming file and place.
    """
    try:
        if path.stat().st_size > BYTES_MAX:
            raise HarError(f"{path}: expected at most {BYTES_MAX:,} bytes")
        data = path.read_bytes()
    except OSError as error:
        raise HarError(f"cannot read {path}: {error.strerror}") from error
    try:
        return parse(data)
    except HarError as error:
        raise HarError(f"{path}: {error}") from None


def parse(data: bytes) -> tuple[Entry, ...]:
    """Return the entries in the bytes of a HAR file; raise HarError, naming the place.

    Of entries that began at the same moment, the one that is written first goes first.
    """
    try:
        document = json.loads(data.decode("utf-8-sig"), parse_constant=_no_constant)
    except UnicodeDecodeError:
        raise HarError("not UTF-8") from None
    except RecursionError:
        raise HarError("nested too deep") from None
    except ValueError:
        raise HarError("not JSON") from None
    root = _Place(at="HAR", value=document)
    rows = root.child("log").child("entries").items()
    began = [_moment(row.child("startedDateTime")) for row in rows]
    first = min(began, default=datetime.now(UTC))
    pairs = sorted(zip(began, rows, strict=True), key=lambda pair: pair[0])
    return tuple(
        _entry(row, (moment - first).total_seconds() * 1000) for moment, row in pairs
    )


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """A value in the file, and where it stands."""

    at: str
    value: Any

    def child(self, name: str) -> "_Place":
        """Return the member of that name, None where there is none."""
        if not isinstance(self.value, dict):
            raise self.error("an object")
        members = cast("dict[str, object]", self.value)
        return _Place(at=f"{self.at}.{name}", value=members.get(name))

    def items(self) -> list["_Place"]:
        """Return the items of a list."""
        if not isinstance(self.value, list):
            raise self.error("a list")
        return [
            _Place(at=f"{self.at}[{index}]", value=item)
            for index, item in enumerate(cast("list[object]", self.value))
        ]

    def text(self, default: str | None = None) -> str:
        """Return a text, or the default where there is none."""
        value = default if self.value is None else self.value
        if not isinstance(value, str):
            raise self.error("text")
        return value

    def number(self) -> float:
        """Return a number, 0 where there is none."""
        value = 0 if self.value is None else self.value
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.error("a number")
        try:
            number = float(value)
        except OverflowError:
            raise self.error("a number that a float can hold") from None
        if not math.isfinite(number):
            raise self.error("a finite number")
        return number

    def error(self, expected: str) -> HarError:
        """Return the complaint that something else was expected here.

        The value itself may be a secret, so only its kind is told.
        """
        kind = "nothing" if self.value is None else type(self.value).__name__
        return HarError(f"{self.at}: expected {expected}, observed {kind}")


def _moment(place: _Place) -> datetime:
    try:
        moment = datetime.fromisoformat(place.text())
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise place.error("a date with a time, as ISO 8601 has it") from None


def _entry(row: _Place, began_ms: float) -> Entry:
    asked, answered = row.child("request"), row.child("response")
    headers = _headers(asked.child("headers"))
    url = asked.child("url").text()
    method = asked.child("method").text().upper()
    body, unsent = _sent_body(asked)
    response, unseen = _response(answered, method)
    cached = any(row.value.get(name) for name in _CACHES)
    return Entry(
        sent=Request(
            method=method,
            url=_plain(url),
            headers=tuple(_kept(asked, headers)),
            body=body,
        ),
        response=response,
        began_ms=began_ms,
        elapsed_ms=max(0.0, row.child("time").number()),
        lacking=(_CACHED if cached else "") or unsent or unseen,
        secrets=tuple(dict.fromkeys(_secrets(url, headers))),
    )


def _plain(url: str) -> str:
    """Return the URL without user, password and fragment."""
    scheme, between, rest = url.partition("#")[0].partition("://")
    authority, slash, path = rest.partition("/")
    return f"{scheme}{between}{authority.rpartition('@')[2]}{slash}{path}"


def _kept(asked: _Place, headers: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Yield the headers that say how the request is to be read."""
    kept = [pair for pair in headers if pair[0].lower() in _HEADERS]
    yield from kept
    posted = asked.child("postData")
    named = any(name.lower() == "content-type" for name, _ in kept)
    if posted.value is not None and not named:
        media = posted.child("mimeType").text("")
        yield from [("Content-Type", media)] if media else []


def _headers(place: _Place) -> list[tuple[str, str]]:
    """Return the headers, those that HTTP/2 adds left out."""
    return [pair for pair in _pairs(place) if not pair[0].startswith(":")]


def _pairs(place: _Place) -> list[tuple[str, str]]:
    return [
        (item.child("name").text(), item.child("value").text(""))
        for item in (place.items() if place.value is not None else ())
    ]


def _secrets(url: str, headers: list[tuple[str, str]]) -> Iterator[Account]:
    """Yield the credentials in a request, each as an account with its token."""
    user = url.partition("://")[2].partition("/")[0].rpartition("@")[0]
    name, _, password = user.partition(":")
    if password:
        yield Account(sid=unquote(name), token=unquote(password))
    for header, value in headers:
        if not _is_secret(header):
            continue
        scheme, _, rest = value.partition(" ")
        if scheme.lower() == "basic":
            yield from _basic(rest.strip())
        yield from (Account(sid="", token=token) for token in (rest, value) if token)


def _is_secret(header: str) -> bool:
    """Return whether a header may carry a credential, told by its name."""
    return any(word in header.lower() for word in _SECRET)


def _basic(spelled: str) -> Iterator[Account]:
    try:
        pair = base64.b64decode(spelled, validate=True).decode()
    except (binascii.Error, ValueError):
        return
    name, _, password = pair.partition(":")
    if password:
        yield Account(sid=name, token=password)


def _sent_body(asked: _Place) -> tuple[bytes, str]:
    """Return the body that was sent, and what of it was not recorded."""
    posted = asked.child("postData")
    text = ""
    if posted.value is not None:
        text = posted.child("text").text("")
        params = posted.child("params")
        if not text and params.value is not None:
            text = urlencode(_pairs(params))
    lost = not text and asked.child("bodySize").number() > 0
    unsent = "its request body was not recorded" if lost else ""
    return _encoded(posted, text), unsent


def _encoded(place: _Place, text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise place.error("text that UTF-8 can carry") from None


def _response(answered: _Place, method: str) -> tuple[Response | None, str]:
    """Return what came back, and what of it was not recorded."""
    status = answered.child("status").number()
    if not 100 <= status <= 999 or status % 1:  # noqa: PLR2004  what HTTP can say
        return None, ""
    content = answered.child("content")
    headers = tuple(
        (name, value)
        for name, value in _headers(answered.child("headers"))
        if name.lower() in _PUBLIC or not _is_secret(name)
    )
    plain = not any(name.lower() == "content-encoding" for name, _ in headers)
    size = content.child("size").number() if content.value is not None else -1
    body = b""
    if content.value is not None and content.child("text").value is not None:
        body = _body(content)
        short = plain and len(body) < size
        cut = content.child("comment").text("").startswith("Body truncated")
        lacking = "only a part of its answer was recorded" if short or cut else ""
    else:
        bodiless = status in _BODILESS or method.upper() == "HEAD"
        lacking = "" if bodiless or size == 0 else "its answer was not recorded"
    return Response(status=int(status), headers=headers, body=body), lacking


def _body(content: _Place) -> bytes:
    text = content.child("text")
    match content.child("encoding").text(""):
        case "":
            return _encoded(text, text.text())
        case "base64":
            try:
                return base64.b64decode(text.text(), validate=True)
            except (binascii.Error, ValueError):
                raise text.error("base64") from None
        case _:
            raise content.child("encoding").error("base64 or nothing")
