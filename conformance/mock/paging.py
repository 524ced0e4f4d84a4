"""Paging: which page is asked for, which rows it holds, and what leads on from it."""

from __future__ import annotations

import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from hashlib import blake2s
from typing import TYPE_CHECKING, cast
from urllib.parse import parse_qsl, urlencode

from conformance.mock.operations import COLLECTION_KEYS
from conformance.mock.problems import bad_page_token, invalid
from conformance.mock.store import Cursor, Direction, Slice, Table

if TYPE_CHECKING:
    from conformance.mock.call import Call, Form, Payload
    from conformance.mock.rows import R


PAGE_SIZE_DEFAULT = 50
PAGE_SIZE_MAX = 100
_DIGEST_BYTES = 6
_INTEGER = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True, slots=True, kw_only=True)
class PageToken:
    """Everything needed to find a page again, and the list it belongs to."""

    collection: str
    cursor: Cursor
    size: int
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRequest:
    """A page that is asked for; without a cursor it is the first."""

    size: int
    number: int
    token: PageToken | None


def decode_query(call: Call) -> Form:
    """Return the query's parameters by name.

    Raises:
        RefusedError: it is not text.

    """
    query: Form = {}
    try:
        pairs = parse_qsl(call.query, keep_blank_values=True, errors="strict")
    except ValueError as error:
        raise invalid("query", "Expected UTF-8.") from error
    for name, value in pairs:
        query.setdefault(name, []).append(value)
    return query


def read_page(call: Call, query: Form) -> PageRequest:
    """Return the page that `query` asks for; a token alone suffices.

    Raises:
        RefusedError: PageSize or Page is out of bounds, or the token is not ours.

    """
    rules = call.rules
    given = rules.scalar(call, query, "PageToken")
    token = rules.decode_token(call, given) if given else None
    size = rules.scalar(call, query, "PageSize")
    number = rules.scalar(call, query, "Page")
    if number is not None and _INTEGER.fullmatch(number) is None:
        raise invalid("Page", "Expected a whole number from 0.")
    own_size, own_number = (token.size, token.number) if token else (None, 0)
    if size is not None or own_size is None:
        own_size = rules.page_size(call, size)
    return PageRequest(
        size=own_size,
        # "This value is simply for client state": the page is told by the token.
        number=own_number if number is None else int(number),
        token=token,
    )


def page_size(_call: Call, text: str | None) -> int:
    """Return how many rows a page holds: 50 unless told, and 100 at most.

    More than 100 is cut to 100, since SDKs send whatever limit their caller named.

    Raises:
        RefusedError: it is not a whole number from 1.

    """
    if text is None:
        return PAGE_SIZE_DEFAULT
    if _INTEGER.fullmatch(text) is None or int(text) == 0:
        raise invalid("PageSize", "Expected a whole number from 1.")
    return min(int(text), PAGE_SIZE_MAX)


def query_page(
    _call: Call, table: Table[R], scope: dict[str, str], page: PageRequest
) -> Slice[R]:
    """Return the rows of `page`, oldest first, from the rows matching `scope`."""
    return table.slice(scope, page.token.cursor if page.token else None, page.size)


def encode_token(_call: Call, token: PageToken) -> str:
    """Return `token` as text that means nothing to a client."""
    plain = json.dumps(
        [
            token.cursor.direction,
            token.cursor.position,
            token.cursor.inclusive,
            token.size,
            token.number,
            _mark(token.collection.encode()).hex(),
        ]
    ).encode()
    return _text(_mark(plain) + plain)


def decode_token(call: Call, text: str) -> PageToken:
    """Return the token that `text` stands for.

    Raises:
        RefusedError: it was not handed out by this list.

    """
    collection = call.raw_path
    try:
        sealed = urlsafe_b64decode(text[2:] + "=" * (-len(text[2:]) % 4))
        seal, plain = sealed[:_DIGEST_BYTES], sealed[_DIGEST_BYTES:]
    except ValueError as error:
        raise bad_page_token() from error
    # Decoding skips what is not of its alphabet; a token is taken as given or not.
    if text != _text(sealed) or seal != _mark(plain):
        raise bad_page_token()
    direction, position, inclusive, size, number, marked = cast(
        "tuple[Direction, int, bool, int, int, str]", json.loads(plain)
    )
    if marked != _mark(collection.encode()).hex():
        raise bad_page_token()
    return PageToken(
        collection=collection,
        cursor=Cursor(direction=direction, position=position, inclusive=inclusive),
        size=size,
        number=number,
    )


def page_url(call: Call, size: int, number: int, token: PageToken | None) -> str:
    """Return the absolute URL of a page of the list that is called."""
    query = {"PageSize": str(size), "Page": str(number)}
    if token is not None:
        query["PageToken"] = call.rules.encode_token(call, token)
    return f"{call.rules.collection_url(call)}?{urlencode(query)}"


def meta(call: Call, page: PageRequest, found: Slice[R]) -> Payload:
    """Return the list's `meta` object: where this page is and what lies beside it."""
    url = call.rules.page_url
    size, number = page.size, page.number
    before, after = _neighbours(call, page, found)
    return {
        "page": number,
        "page_size": size,
        "first_page_url": url(call, size, 0, None),
        "previous_page_url": None
        if before is None
        else url(call, size, before.number, before),
        "url": url(call, size, number, page.token),
        "next_page_url": None
        if after is None
        else url(call, size, after.number, after),
        "key": COLLECTION_KEYS[call.operation.kind],
    }


def _neighbours(
    call: Call, page: PageRequest, found: Slice[R]
) -> tuple[PageToken | None, PageToken | None]:
    """Return the tokens of the pages before and after, where there are any."""
    if found.rows:
        first, last = found.rows[0].position, found.rows[-1].position
        inclusive = False
    elif page.token is not None:
        # All its rows are gone: the row the cursor was taken from lies next to it.
        first = last = page.token.cursor.position
        inclusive = True
    else:
        return None, None

    def token(direction: Direction, position: int, number: int) -> PageToken:
        return PageToken(
            collection=call.raw_path,
            cursor=Cursor(direction=direction, position=position, inclusive=inclusive),
            size=page.size,
            number=number,
        )

    return (
        token("before", first, page.number - 1)
        if found.more_before and page.number > 0
        else None,
        token("after", last, page.number + 1) if found.more_after else None,
    )


def _text(sealed: bytes) -> str:
    return "PT" + urlsafe_b64encode(sealed).decode().rstrip("=")


def _mark(plain: bytes) -> bytes:
    return blake2s(plain, digest_size=_DIGEST_BYTES).digest()
