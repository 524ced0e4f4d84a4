"""Evidence: a history read through the contract, indexed for the checks."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

from conformance.contract import Contract, Operation
from conformance.exchange import Exchange, History

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One resource as one answer showed it; `listed` when it was part of a page."""

    resource: str
    operation: str
    fields: Mapping[str, Any]
    exchange: Exchange
    listed: bool = False

    @property
    def sid(self) -> str:
        """The SID it showed, "" when that is no text."""
        sid = self.fields.get("sid")
        return sid if isinstance(sid, str) else ""


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """A history with the contract it is judged by; every view is made once."""

    history: History
    contract: Contract

    @cached_property
    def answered(self) -> tuple[tuple[Exchange, Operation], ...]:
        """The exchanges with an answer whose method and path the contract knows."""
        return tuple(
            (exchange, operation)
            for exchange in self.history
            if exchange.response and (operation := self.operation(exchange))
        )

    @cached_property
    def succeeded(self) -> tuple[tuple[Exchange, Operation], ...]:
        """The answered exchanges whose status is one of the operation's successes."""
        return tuple(
            (exchange, operation)
            for exchange, operation in self.answered
            if exchange.status in operation.success_statuses
        )

    @cached_property
    def seen(self) -> tuple[Seen, ...]:
        """Every resource that any successful answer showed, in the order sent."""
        return tuple(
            seen
            for exchange, operation in self.succeeded
            for seen in _shown(exchange, operation)
        )

    @cached_property
    def sessions(self) -> tuple[Seen, ...]:
        """Every Session that any successful answer showed, in the order sent."""
        return tuple(seen for seen in self.seen if seen.resource == "Session")

    @cached_property
    def _views(self) -> dict[object, Any]:
        return {}

    def view(self, make: Callable[["Evidence"], T]) -> T:
        """Return what `make` makes of this evidence, made once for all checks."""
        if make not in self._views:
            self._views[make] = make(self)
        view: T = self._views[make]
        return view

    @cached_property
    def _operations(self) -> dict[tuple[str, str], Operation | None]:
        return {}

    def operation(self, exchange: Exchange) -> Operation | None:
        """Return the operation that the request on the wire addresses, or None."""
        key = exchange.sent.method, exchange.sent.path
        if key not in self._operations:
            self._operations[key] = self.contract.match(*key)
        return self._operations[key]

    def scenes(self, name: str) -> Iterator[tuple[Exchange, ...]]:
        """Yield the exchanges of each scene of `name`, or of `name/…`."""
        for scene, exchanges in self.history.scenes.items():
            if scene == name or scene.startswith(f"{name}/"):
                yield exchanges


def _shown(exchange: Exchange, operation: Operation) -> Iterator[Seen]:
    """Yield the resources in one answer: the object itself, or those of the page."""
    fields = exchange.fields
    if not operation.id.startswith("List"):
        if fields:
            yield Seen(
                resource=operation.resource,
                operation=operation.id,
                fields=fields,
                exchange=exchange,
            )
        return
    meta = fields.get("meta")
    key = meta.get("key") if isinstance(meta, dict) else None
    page = fields.get(key) if isinstance(key, str) else None
    for item in page if isinstance(page, list) else ():
        if isinstance(item, dict):
            yield Seen(
                resource=operation.resource,
                operation=operation.id,
                fields=item,
                exchange=exchange,
                listed=True,
            )
