"""Faults in what an update takes along, and in what a refused one leaves behind."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.mock.problems import invalid
from conformance.mock.rewrites import refusing, updating

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.mock.call import Call, Form
    from conformance.mock.parameters import SessionChanges
    from conformance.mock.registry import Change
    from conformance.mock.rows import Session
    from conformance.mock.rules import Rules


def not_together(*names: str) -> Callable[[Rules], Rules]:
    """Return the change that refuses parameters which are taken alone."""

    def change(rules: Rules) -> Rules:
        def read(call: Call, form: Form) -> SessionChanges:
            if form.keys() >= set(names):
                raise invalid(names[0], f"It does not go together with {names[1]}.")
            return rules.read_session_changes(call, form)

        return replace(rules, read_session_changes=read)

    return change


def needs(name: str, other: str) -> Callable[[Rules], Rules]:
    """Return the change that takes one parameter only with another."""

    def change(rules: Rules) -> Rules:
        def read(call: Call, form: Form) -> SessionChanges:
            if name in form and other not in form:
                raise invalid(name, f"It needs {other}.")
            return rules.read_session_changes(call, form)

        return replace(rules, read_session_changes=read)

    return change


def _no_ttl(
    _call: Call, _before: Session, after: Session, changes: SessionChanges
) -> Session:
    return after if "ttl" in changes else replace(after, ttl=0)


def _no_ttl_when_closed(
    _call: Call, _before: Session, after: Session, changes: SessionChanges
) -> Session:
    closed = changes.get("status") == "closed" and "ttl" not in changes
    return replace(after, ttl=0) if closed else after


def _no_date_expiry(
    _call: Call, _before: Session, after: Session, changes: SessionChanges
) -> Session:
    return after if "date_expiry" in changes else replace(after, date_expiry=None)


def _started(
    _call: Call, _before: Session, after: Session, changes: SessionChanges
) -> Session:
    return after if "status" in changes else replace(after, status="in-progress")


def _used(
    call: Call, _before: Session, after: Session, changes: SessionChanges
) -> Session:
    sent = "status" not in changes and bool(changes)
    return replace(after, date_last_interaction=call.now) if sent else after


def _limits_applied(_call: Call, session: Session, changes: SessionChanges) -> Session:
    date_expiry = changes.get("date_expiry", session.date_expiry)
    return replace(
        session, ttl=changes.get("ttl", session.ttl), date_expiry=date_expiry
    )


def _ttl_applied(_call: Call, session: Session, changes: SessionChanges) -> Session:
    return replace(session, ttl=changes.get("ttl", session.ttl))


def _status_applied(_call: Call, session: Session, changes: SessionChanges) -> Session:
    closed = changes.get("status") == "closed"
    return replace(session, status="closed") if closed else session


def _date_expiry_dropped(
    _call: Call, session: Session, _changes: SessionChanges
) -> Session:
    return replace(session, date_expiry=None)


FAULTS: dict[str, Change] = {
    "update-resets-ttl": updating(_no_ttl),
    "close-resets-ttl": updating(_no_ttl_when_closed),
    "update-drops-date-expiry": updating(_no_date_expiry),
    "update-starts-the-session": updating(_started),
    "update-counts-as-use": updating(_used),
    "refused-update-keeps-its-limits": refusing(_limits_applied),
    "refused-update-keeps-its-ttl": refusing(_ttl_applied),
    "refused-update-closes": refusing(_status_applied),
    "refused-update-drops-date-expiry": refusing(_date_expiry_dropped),
    "ttl-not-with-date-expiry": not_together("Ttl", "DateExpiry"),
    "date-expiry-not-with-status": not_together("DateExpiry", "Status"),
    "date-expiry-needs-ttl": needs("DateExpiry", "Ttl"),
}
