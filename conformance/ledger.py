"""The ledger: what a run created on somebody's account, and what is still there."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from conformance.exchange import Exchange, Probe

_KINDS = {"CreateService": "Service", "CreateSession": "Session"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One creation; `sid` is "" while its answer is not known."""

    kind: str
    path: str
    sid: str = ""
    gone: bool = False

    @property
    def url(self) -> str:
        """The path of the created resource itself."""
        return f"{self.path}/{self.sid}"


class Ledger:
    """Keeps every creation from before it is sent until its absence is proven."""

    def __init__(self) -> None:
        self._entries: dict[str, Entry] = {}

    def before(self, probes: tuple[Probe, ...]) -> None:
        """Note the intent of each creating probe."""

    def after(self, exchange: Exchange) -> None:
        """Note what came of a creating probe."""
        kind = _KINDS.get(exchange.probe.operation)
        sid = exchange.fields.get("sid")
        if kind and exchange.accepted and isinstance(sid, str):
            path = exchange.sent.path
            self._entries[sid] = Entry(kind=kind, path=path, sid=sid)

    def gone(self, entry: Entry) -> None:
        """Note that the absence of a resource is proven, and so of all below it."""
        below = f"{entry.url}/"
        for sid, other in self._entries.items():
            if other == entry or other.path.startswith(below):
                self._entries[sid] = replace(other, gone=True)

    def outstanding(self) -> Iterator[Entry]:
        """Yield what is not proven gone: Services first, as they take all below."""
        there = [entry for entry in self._entries.values() if not entry.gone]
        yield from sorted(there, key=lambda entry: entry.kind)
