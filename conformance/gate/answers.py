"""Answers: what a case says of one, as the bytes that go out."""

import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any

from conformance.exchange import Response
from conformance.gate.cases import Answer
from conformance.gate.names import Names

_CHUNKS = 4
_JSON_ERROR = "https://www.twilio.com/docs/errors/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spelled:
    """An answer ready to be sent: the pieces, and what a record says of them."""

    pieces: tuple[bytes, ...]
    response: Response
    keeps: bool


def session(names: Names, number: int = 0) -> dict[str, Any]:
    """Return a Session, each property with a value of its own."""
    sid = names.item_sid(number) if number else names.session_sid
    url = f"{names.base_url}/v1/Services/{names.service_sid}/Sessions/{sid}"
    return {
        "sid": sid,
        "service_sid": names.service_sid,
        "account_sid": names.account_sid,
        "unique_name": f"{names.word}-{number}",
        "status": "in-progress",
        "closed_reason": "",
        "ttl": 3600,
        "mode": "voice-only",
        "date_created": "2026-01-02T03:04:01Z",
        "date_updated": "2026-02-03T04:05:02Z",
        "date_started": "2026-01-02T03:05:03Z",
        "date_last_interaction": "2026-02-03T04:05:04Z",
        "date_ended": None,
        "date_expiry": "2031-12-31T23:59:59Z",
        "url": url,
        "links": {
            "interactions": f"{url}/Interactions",
            "participants": f"{url}/Participants",
        },
    }


def page(names: Names, wanted: Mapping[str, Any], turn: int) -> dict[str, Any]:
    """Return a page of Sessions, the `turn`-th of its walk, from 0.

    `count` Sessions from number `first` on, `session` laid over each; `next` is true
    for the page that follows, or an address; `meta` is laid over what a page says of
    itself, and `without` left out of it.
    """
    size = wanted.get("size", 50)
    first, number = wanted.get("first", 1), wanted.get("page", turn)
    here = f"{names.base_url}/v1/Services/{names.service_sid}/Sessions?PageSize={size}"
    following = wanted.get("next")
    if following is True:
        token = f"PT{names.word}{number + 1}"
        following = f"{here}&Page={number + 1}&PageToken={token}"
    meta = {
        "page": number,
        "page_size": size,
        "first_page_url": f"{here}&Page=0",
        "previous_page_url": f"{here}&Page={number - 1}" if number else None,
        "url": f"{here}&Page={number}",
        "next_page_url": following,
        "key": "sessions",
    } | wanted.get("meta", {})
    left_out = wanted.get("without", ())
    laid_over = wanted.get("session", {})
    items = [
        session(names, first + one) | laid_over for one in range(wanted.get("count", 0))
    ]
    whole = {
        "meta": {name: one for name, one in meta.items() if name not in left_out},
        meta["key"]: items,
    }
    return {name: one for name, one in whole.items() if name not in left_out}


def spelled(
    answer: Answer, names: Names, turn: int, *, takes_gzip: bool = True
) -> Spelled:
    """Return what goes out for the request that came as the `turn`-th, from 0.

    Only who takes gzip gets any.
    """
    if answer.gzip and not takes_gzip:
        answer = replace(answer, gzip=False)
    if answer.raw is not None:
        block = names.fill(answer.raw).encode("utf-8", "surrogateescape")
        response = Response(status=answer.status, body=block)
        return Spelled(pieces=(block,), response=response, keeps=False)
    plain = _body(answer, names, turn)
    body = gzip.compress(plain, mtime=0) if answer.gzip else plain
    head = dict(_head(answer, names, body))
    status = f"{answer.status} {_phrase(answer.status)}"
    lines = [f"HTTP/1.1 {status}", *(f"{name}: {text}" for name, text in head.items())]
    block = "\r\n".join([*lines, "", ""]).encode("latin-1")
    parts = _parts(body, _CHUNKS if answer.chunked or answer.drip_ms else 1)
    if answer.chunked:
        parts = [f"{len(one):x}\r\n".encode() + one + b"\r\n" for one in parts]
        parts.append(b"0\r\n\r\n")
    pieces = (block, *parts) if answer.drip_ms else (block + b"".join(parts),)
    return Spelled(
        pieces=pieces,
        response=Response(
            status=answer.status, headers=tuple(head.items()), body=plain
        ),
        keeps=not answer.close,
    )


def _body(answer: Answer, names: Names, turn: int) -> bytes:
    if answer.text is not None:
        text: str = names.fill(answer.text)
        return text.encode()
    whole: dict[str, Any]
    if answer.session is not None:
        whole = session(names) | names.fill(answer.session)
    elif answer.page is not None:
        nothing = dict.fromkeys(answer.null)
        wanted: dict[str, Any] = names.fill(answer.page)
        wanted["session"] = wanted.get("session", {}) | nothing
        return json.dumps(page(names, wanted, turn), ensure_ascii=False).encode()
    elif answer.error is not None:
        code = answer.error.get("code", 20001)
        whole = {
            "code": code,
            "message": f"refused {names.word}",
            "more_info": f"{_JSON_ERROR}{code}",
            "status": answer.status,
        } | names.fill(answer.error)
    else:
        return b""
    whole |= dict.fromkeys(answer.null)
    kept = {name: one for name, one in whole.items() if name not in answer.without}
    return json.dumps(kept, ensure_ascii=False).encode()


def _head(answer: Answer, names: Names, body: bytes) -> list[tuple[str, str]]:
    head: list[tuple[str, str]] = []
    if body:
        head.append(("Content-Type", answer.type))
    if answer.gzip:
        head.append(("Content-Encoding", "gzip"))
    if answer.chunked:
        head.append(("Transfer-Encoding", "chunked"))
    elif body or answer.status != HTTPStatus.NO_CONTENT:
        head.append(("Content-Length", str(len(body))))
    if answer.close:
        head.append(("Connection", "close"))
    filled: dict[str, str] = names.fill(answer.headers)
    return [*head, *filled.items()]


def _parts(body: bytes, count: int) -> list[bytes]:
    """Return the body in so many parts, none of them empty."""
    size = max(1, -(-len(body) // count))
    return [body[at : at + size] for at in range(0, len(body), size)]


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unheard Of"
