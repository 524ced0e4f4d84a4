"""Exchanges packed small enough to travel inside a page.

Bodies are text in chunks of compressed JSON; a page unpacks the chunk it needs.
"""

import base64
import gzip
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from conformance.exchange import Exchange

BODY_BYTES_MAX = 65_536
_CHUNK = 250
_CHUNK_BYTES = 1_000_000
_BUDGET_CHARACTERS = 1_500_000
"""How much of a page exchanges may take: with all else it stays below 3 MB."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Embedding:
    """Packed exchanges: base64 of gzip of JSON, each.

    `index` is one row per exchange, `chunks` hold the exchanges in full. `embedded`
    of the `total` exchanges found room.
    """

    index: str
    chunks: tuple[str, ...]
    embedded: int
    total: int


def embed(exchanges: Sequence[Exchange], first: Iterable[int]) -> Embedding:
    """Return the exchanges packed, those numbered in `first` before any other."""
    wanted = frozenset(first)
    in_order = sorted(exchanges, key=lambda one: (one.number not in wanted, one.number))
    chunks: list[str] = []
    rows: list[tuple[int, list[object]]] = []
    size = 0
    for some in _batches(in_order):
        chunk = _packed(_chunk(some))
        size += len(chunk)
        if size > _BUDGET_CHARACTERS:
            break
        rows += [
            (one.number, _row(one, len(chunks), at)) for at, one in enumerate(some)
        ]
        chunks.append(chunk)
    rows.sort(key=lambda row: row[0])
    return Embedding(
        index=_packed(_columns([row for _, row in rows])),
        chunks=tuple(chunks),
        embedded=len(rows),
        total=len(exchanges),
    )


def _batches(exchanges: Iterable[Exchange]) -> Iterator[list[Exchange]]:
    """Yield the exchanges in batches that a page unpacks in no time."""
    batch: list[Exchange] = []
    size = 0
    for one in exchanges:
        more = _bytes(one)
        if batch and (len(batch) == _CHUNK or size + more > _CHUNK_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(one)
        size += more
    yield batch


def _bytes(exchange: Exchange) -> int:
    """Return how many bytes of its bodies are embedded."""
    answer = exchange.response.body if exchange.response else b""
    return sum(min(len(body), BODY_BYTES_MAX) for body in (exchange.sent.body, answer))


def _packed(value: object) -> str:
    text = json.dumps(value, separators=(",", ":"))
    # Without a time, so that one record always gives one page.
    return base64.b64encode(gzip.compress(text.encode("ascii"), 9, mtime=0)).decode()


_COLUMNS = 9


def _row(exchange: Exchange, chunk: int, place: int) -> list[object]:
    return [
        exchange.number,
        chunk,
        place,
        round(exchange.began_ms),
        exchange.probe.operation,
        exchange.probe.scene,
        exchange.sent.method,
        exchange.sent.url[:200],
        exchange.observed,
    ]


def _columns(rows: list[list[object]]) -> dict[str, object]:
    """Return the rows by column, which compresses several times as well."""
    return {"columns": list(map(list, zip(*rows, strict=True))) or [[]] * _COLUMNS}


def _chunk(exchanges: Iterable[Exchange]) -> dict[str, object]:
    """Return the exchanges with each text written once."""
    texts: dict[str, int] = {}

    def place(text: str) -> int:
        return texts.setdefault(text, len(texts))

    packed = [
        {
            "number": one.number,
            "began": round(one.began_ms, 1),
            "elapsed": round(one.elapsed_ms, 1),
            "operation": one.probe.operation,
            "scene": one.probe.scene,
            "notes": list(_notes(one)),
            "method": one.sent.method,
            "url": one.sent.url,
            "asked": [place(name) for pair in one.sent.headers for name in pair],
            "form": _body(one.sent.body, place),
            "observed": one.observed,
            "told": [
                place(name)
                for pair in (one.response.headers if one.response else ())
                for name in pair
            ],
            "answer": _body(one.response.body if one.response else b"", place),
        }
        for one in exchanges
    ]
    return {"texts": list(texts), "exchanges": packed}


def _notes(exchange: Exchange) -> Iterator[str]:
    """Yield what there is to know of why it was sent."""
    probe = exchange.probe
    if probe.role.value != "step":
        yield probe.role.value
    if probe.defect:
        yield f"defect: {probe.defect}"
    if probe.label:
        yield f"label: {probe.label}"
    if probe.credentials.value != "own":
        yield f"credentials: {probe.credentials.value}"


def _body(body: bytes, place: Callable[[str], int]) -> list[object]:
    """Return where the text of a body is, its size, and whether it is base64."""
    cut = body[:BODY_BYTES_MAX]
    try:
        # A cut may fall inside a character, which is no fault of the body.
        body.decode("utf-8")
        return [place(cut.decode("utf-8", "ignore")), len(body), 0]
    except UnicodeDecodeError:
        return [place(base64.b64encode(cut).decode("ascii")), len(body), 1]
