"""Other ways to find a page of Sessions: by other keys, by offset, from a selection."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

from conformance.mock.paging import PageRequest, PageToken
from conformance.mock.rows import R, Session
from conformance.mock.store import Cursor, Direction, Slice

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from conformance.mock.call import Call, Payload
    from conformance.mock.rules import Rules
    from conformance.mock.store import Table


def of_sessions(call: Call) -> bool:
    """Return whether a list of Sessions is asked for."""
    return call.operation.id == "ListSession"


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked(Slice[Session]):
    """A page that says itself by which positions the pages beside it are found."""

    before: int
    after: int


def listing(
    rules: Rules, pick: Callable[[Call, Sequence[Session]], Sequence[Session]]
) -> Rules:
    """List a selection of the Sessions, in keyset pages as before."""

    def query_page(
        call: Call, table: Table[R], scope: dict[str, str], page: PageRequest
    ) -> Slice[R]:
        if not of_sessions(call):
            return rules.query_page(call, table, scope, page)
        rows = pick(call, call.store.sessions.all(**scope))
        return cast("Slice[R]", _keyed_page(rows, page, key=lambda row: row.position))

    return _marking(replace(rules, query_page=query_page))


def ordered_by(
    rules: Rules, key: Callable[[Session], int], *, again: bool = False
) -> Rules:
    """Page by a key of the row as it is now."""

    def query_page(
        call: Call, _table: Table[R], scope: dict[str, str], page: PageRequest
    ) -> Slice[R]:
        if not of_sessions(call):
            return rules.query_page(call, _table, scope, page)
        rows = sorted(call.store.sessions.all(**scope), key=key)
        return cast("Slice[R]", _keyed_page(rows, page, key=key, again=again))

    return _marking(replace(rules, query_page=query_page))


def counted_off(
    rules: Rules, arrange: Callable[[Call, Sequence[Session]], Sequence[Session]]
) -> Rules:
    """Page by offset into the Sessions as they stand now."""

    def query_page(
        call: Call, table: Table[R], scope: dict[str, str], page: PageRequest
    ) -> Slice[R]:
        if not of_sessions(call):
            return rules.query_page(call, table, scope, page)
        rows = arrange(call, call.store.sessions.all(**scope))
        start = page.token.cursor.position if page.token else 0
        if page.token and page.token.cursor.direction == "before":
            start = max(0, start - page.size)
        end = start + page.size
        found = Marked(
            rows=tuple(rows[start:end]),
            more_before=start > 0,
            more_after=len(rows) > end,
            before=start,
            after=end,
        )
        return cast("Slice[R]", found)

    return _marking(replace(rules, query_page=query_page))


def _keyed_page(
    rows: Sequence[Session],
    page: PageRequest,
    *,
    key: Callable[[Session], int],
    again: bool = False,
) -> Marked:
    """Return the page of `rows`, which are in order of their key, beyond a cursor."""
    cursor = page.token.cursor if page.token else None
    beyond = list(rows)
    if cursor and cursor.direction == "after":
        least = cursor.position - (1 if again else 0)
        beyond = [row for row in rows if key(row) > least]
    elif cursor:
        beyond = [row for row in rows if key(row) < cursor.position][-page.size :]
    shown = tuple(beyond[: page.size])
    return Marked(
        rows=shown,
        more_before=bool(shown) and key(rows[0]) < key(shown[0]),
        more_after=len(beyond) > len(shown)
        or (bool(shown) and key(rows[-1]) > key(shown[-1])),
        before=key(shown[0]) if shown else 0,
        after=key(shown[-1]) if shown else cursor.position if cursor else 0,
    )


def _marking(rules: Rules) -> Rules:
    """Make the links of pages that say themselves what lies beside them."""

    def meta(call: Call, page: PageRequest, found: Slice[R]) -> Payload:
        told = rules.meta(call, page, found)
        if not isinstance(found, Marked):
            return told

        def url(direction: Direction, position: int, number: int) -> str:
            token = PageToken(
                collection=call.raw_path,
                cursor=Cursor(direction=direction, position=position),
                size=page.size,
                number=number,
            )
            return call.rules.page_url(call, page.size, number, token)

        following, before = page.number + 1, page.number - 1
        on = url("after", found.after, following) if found.more_after else None
        back = url("before", found.before, before) if found.more_before else None
        return {**told, "next_page_url": on, "previous_page_url": back}

    return replace(rules, meta=meta)
