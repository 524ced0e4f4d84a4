"""A planted secret: the forms in which it may turn up, and a search for all of them."""

import base64
import gzip
import json
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, quote_plus

ACCOUNT = "AC" + "0" * 31 + "1"
TOKEN = 'Pl4nt3d/S3cr3t+%&"é~0123456789'  # noqa: S105  made up, and spelled variously

_BLOB = re.compile(rb"[A-Za-z0-9+/_-]{24,}={0,2}")
_DEPTH_MAX = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Searched:
    """What was searched: how many artefacts, how many bytes, and what was found."""

    artefacts: int
    bytes: int
    hits: tuple[str, ...]


def forms() -> dict[str, bytes]:
    """Return the planted secret in each form, by name."""
    raw = TOKEN.encode()
    pair = f"{ACCOUNT}:{TOKEN}".encode()
    texts = {
        "as it is": TOKEN,
        "as a path": quote(TOKEN),
        "as a segment": quote(TOKEN, safe=""),
        "as a form": quote_plus(TOKEN),
        "as a path, lower": quote(TOKEN, safe="").replace("%C3%A9", "%c3%a9"),
        "as JSON": json.dumps(TOKEN)[1:-1],
        "as HTML": TOKEN.replace("&", "&amp;").replace('"', "&quot;"),
        "as HTML, by number": TOKEN.replace("&", "&amp;").replace('"', "&#34;"),
        "as a Python text": repr(TOKEN)[1:-1],
        "base64": base64.b64encode(raw).decode(),
        "base64 for URLs": base64.urlsafe_b64encode(raw).decode(),
        "basic": base64.b64encode(pair).decode(),
        "basic for URLs": base64.urlsafe_b64encode(pair).decode(),
        "basic, quoted": quote(base64.b64encode(pair).decode(), safe=""),
        "its middle": TOKEN[8:16],
    }
    return {name: text.encode() for name, text in texts.items()} | {
        "as header bytes": TOKEN.encode("latin-1")
    }


def search(folder: Path, texts: Iterable[str], spare: Iterable[Path] = ()) -> Searched:
    """Look for the secret in every file below `folder`, some spared, and in texts.

    What is packed inside, as base64 or gzip, is unpacked and searched as well.
    """
    left_out = frozenset(spare)
    artefacts = {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path not in left_out
    }
    artefacts |= {f"text {n}": text.encode() for n, text in enumerate(texts, start=1)}
    known = forms()
    return Searched(
        artefacts=len(artefacts),
        bytes=sum(map(len, artefacts.values())),
        hits=tuple(
            f"{name}: {form}"
            for name, data in artefacts.items()
            for layer in _layers(data)
            for form, secret in known.items()
            if secret in layer
        ),
    )


def _layers(data: bytes, depth: int = 0) -> Iterator[bytes]:
    """Yield the bytes, and whatever is packed inside of them."""
    yield data
    if depth == _DEPTH_MAX:
        return
    with suppress(OSError, EOFError):
        yield from _layers(gzip.decompress(data), depth + 1)
    for blob in set(_BLOB.findall(data)):
        padded = blob.rstrip(b"=") + b"=" * (-len(blob.rstrip(b"=")) % 4)
        with suppress(ValueError):
            yield from _layers(
                base64.b64decode(padded, altchars=b"-_")
                if b"-" in blob or b"_" in blob
                else base64.b64decode(padded),
                depth + 1,
            )
