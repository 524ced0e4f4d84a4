"""Faults that only requests under way at the same moment bring out."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from conformance.mock.problems import session_name_taken

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from contextlib import AbstractContextManager

    from starlette.responses import Response

    from conformance.mock.call import Call, Form
    from conformance.mock.paging import PageRequest
    from conformance.mock.parameters import NewSession, SessionChanges
    from conformance.mock.registry import Change
    from conformance.mock.rows import R, Session
    from conformance.mock.rules import Rules
    from conformance.mock.store import Slice, Table

_PAUSE_S = 0.002


def _pausing(rules: Rules, *operations: str) -> Rules:
    """Return the rules with a pause between check and write of these operations."""

    async def pause(call: Call) -> None:
        if rules.pause is not None:
            await rules.pause(call)
        if call.operation.id in operations:
            await asyncio.sleep(_PAUSE_S)

    return replace(rules, pause=pause)


def name_checked_then_written(rules: Rules) -> Rules:
    """Look for the UniqueName first and write later, without a unique index."""

    def read_new_session(call: Call, form: Form) -> NewSession:
        wanted = rules.read_new_session(call, form)
        if wanted.unique_name is not None and call.store.sessions.find(
            service_sid=call.path["service_sid"], unique_name=wanted.unique_name
        ):
            raise session_name_taken()
        return wanted

    def session_name_key(_call: Call, _session: Session) -> str | None:
        return None

    return _pausing(
        replace(
            rules, read_new_session=read_new_session, session_name_key=session_name_key
        ),
        "CreateSession",
    )


def update_loses_another(rules: Rules) -> Rules:
    """Read a Session, wait, and write all of it back: another's update is lost."""
    return _pausing(rules, "UpdateSession")


def participants_counted_then_written(rules: Rules) -> Rules:
    """Count the Participants of a Session first and add another one later."""
    return _pausing(rules, "CreateParticipant")


def update_brings_back_the_deleted(rules: Rules) -> Rules:
    """Write a Session back although it was deleted while the update was under way.

    Updates of one Session wait for each other, so that none of them is lost.
    """

    async def handle(
        call: Call, proceed: Callable[[Call], Awaitable[Response]]
    ) -> Response:
        if call.operation.id != "UpdateSession":
            return await rules.handle(call, proceed)
        locks: dict[str, asyncio.Lock] = call.memory.setdefault("update-locks", {})
        async with locks.setdefault(call.path["session_sid"], asyncio.Lock()):
            return await rules.handle(call, proceed)

    def atomic(call: Call) -> AbstractContextManager[None]:
        if call.operation.id == "UpdateSession":
            session: Session = call.memory.pop(f"updating {call.path['session_sid']}")
            if not call.store.sessions.find(sid=session.sid):
                call.store.sessions.add(replace(session, name_key=None))
        return rules.atomic(call)

    def update_session(
        call: Call, session: Session, changes: SessionChanges
    ) -> Session:
        changed = rules.update_session(call, session, changes)
        call.memory[f"updating {call.path['session_sid']}"] = changed
        return changed

    changed = replace(
        rules, handle=handle, atomic=atomic, update_session=update_session
    )
    return _pausing(changed, "UpdateSession")


def _while_updating(
    rules: Rules, spoil: Callable[[Slice[Any], set[str]], Slice[Any]]
) -> Rules:
    """Return the rules with pages spoilt while updates are under way."""

    async def handle(
        call: Call, proceed: Callable[[Call], Awaitable[Response]]
    ) -> Response:
        if call.operation.id != "UpdateSession":
            return await rules.handle(call, proceed)
        busy: set[str] = call.memory.setdefault("busy", set())
        sid = call.path["session_sid"]
        busy.add(sid)
        try:
            await asyncio.sleep(_PAUSE_S)
            return await rules.handle(call, proceed)
        finally:
            busy.discard(sid)

    def query_page(
        call: Call, table: Table[R], scope: dict[str, str], page: PageRequest, /
    ) -> Slice[R]:
        found = rules.query_page(call, table, scope, page)
        busy: set[str] = call.memory.get("busy", set())
        return spoil(found, busy)

    return replace(rules, handle=handle, query_page=query_page)


def list_misses_what_is_being_updated(rules: Rules) -> Rules:
    """Leave a Session out of the list while an update of it is under way."""

    def spoil(found: Slice[Any], busy: set[str]) -> Slice[Any]:
        return replace(found, rows=tuple(r for r in found.rows if r.sid not in busy))

    return _while_updating(rules, spoil)


def list_repeats_what_is_being_updated(rules: Rules) -> Rules:
    """Show a Session twice in the list while an update of it is under way."""

    def spoil(found: Slice[Any], busy: set[str]) -> Slice[Any]:
        twice = tuple(row for row in found.rows if row.sid in busy)
        return replace(found, rows=found.rows + twice)

    return _while_updating(rules, spoil)


FAULTS: dict[str, Change] = {
    "race-name-checked-then-written": name_checked_then_written,
    "race-update-loses-another": update_loses_another,
    "race-update-brings-back-the-deleted": update_brings_back_the_deleted,
    "race-participants-counted-then-written": participants_counted_then_written,
    "race-list-misses-the-updated": list_misses_what_is_being_updated,
    "race-list-repeats-the-updated": list_repeats_what_is_being_updated,
}
