"""Freedoms in updates without parameters, and with withdrawn ones."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.mock.problems import invalid

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.mock.call import Call, Form
    from conformance.mock.parameters import SessionChanges
    from conformance.mock.registry import Change
    from conformance.mock.rows import Session
    from conformance.mock.rules import Rules


def empty_update_refused(rules: Rules) -> Rules:
    """Refuse an update that asks for nothing."""

    def read(call: Call, form: Form) -> SessionChanges:
        changes = rules.read_session_changes(call, form)
        if not changes:
            raise invalid("Status", "Nothing is asked for.")
        return changes

    return replace(rules, read_session_changes=read)


def refusing(name: str) -> Callable[[Rules], Rules]:
    """Return the change that refuses a withdrawn parameter."""

    def change(rules: Rules) -> Rules:
        def read(call: Call, form: Form) -> SessionChanges:
            if name in form:
                raise invalid(name, "It cannot be updated.")
            return rules.read_session_changes(call, form)

        return replace(rules, read_session_changes=read)

    return change


def update_renames(rules: Rules) -> Rules:
    """Apply a UniqueName that an update sends."""

    def update(call: Call, session: Session, changes: SessionChanges) -> Session:
        after = rules.update_session(call, session, changes)
        name = rules.scalar(call, rules.decode_form(call), "UniqueName")
        return replace(after, unique_name=name) if name else after

    return replace(rules, update_session=update)


def update_takes_mode(rules: Rules) -> Rules:
    """Apply a Mode that an update sends."""

    def update(call: Call, session: Session, changes: SessionChanges) -> Session:
        after = rules.update_session(call, session, changes)
        mode = rules.scalar(call, rules.decode_form(call), "Mode")
        return replace(after, mode=rules.parse_mode(call, mode)) if mode else after

    return replace(rules, update_session=update)


VARIANTS: dict[str, Change] = {
    "empty-update-refused": empty_update_refused,
    "update-refuses-name": refusing("UniqueName"),
    "update-refuses-mode": refusing("Mode"),
    "update-renames": update_renames,
    "update-takes-mode": update_takes_mode,
}
