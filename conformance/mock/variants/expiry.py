"""Freedoms in when a lifetime begins and ends, and in what shows that it is over."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from conformance.mock.problems import transition_not_supported
from conformance.mock.variants.lifecycle import reopening

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.mock.call import Call, Payload
    from conformance.mock.registry import Change
    from conformance.mock.rows import Session
    from conformance.mock.rules import Rules


_LAST = datetime.max.replace(tzinfo=UTC)


def ttl_begins_with_use(rules: Rules) -> Rules:
    """Begin to count a Ttl with the first interaction."""

    def expires_at(call: Call, session: Session) -> datetime | None:
        if session.date_expiry is None and session.date_last_interaction is None:
            return None
        return rules.expires_at(call, session)

    return replace(rules, expires_at=expires_at)


def expired(edit: Callable[[Session, Session], Session]) -> Callable[[Rules], Rules]:
    """Return the change that edits what expiry makes of a Session."""

    def change(rules: Rules) -> Rules:
        def expire(call: Call, session: Session, expired_at: datetime) -> Session:
            return edit(session, rules.expire(call, session, expired_at))

        return replace(rules, expire=expire)

    return change


def late(seconds: float) -> Callable[[Rules], Rules]:
    """Return the change that ends a lifetime so many seconds late."""

    def change(rules: Rules) -> Rules:
        def expires_at(call: Call, session: Session) -> datetime | None:
            due = rules.expires_at(call, session)
            if due is None or due > _LAST - timedelta(seconds=max(0, seconds)):
                return due
            return due + timedelta(seconds=seconds)

        return replace(rules, expires_at=expires_at)

    return change


def expired_stays_closed(rules: Rules) -> Rules:
    """Refuse to re-open a Session whose lifetime is over."""

    def reopen(call: Call, session: Session) -> Session:
        if session.closed_reason == "expired":
            raise transition_not_supported("closed", "in-progress")
        return rules.reopen(call, session)

    return replace(rules, reopen=reopen)


def ttl_shown_as_date_expiry(rules: Rules) -> Rules:
    """Show as date_expiry when the Ttl will have passed, where no date was given."""

    def render(call: Call, session: Session) -> Payload:
        if session.date_expiry is None and session.ttl:
            used = session.date_last_interaction or session.date_created
            due = max(used, session.date_created) + timedelta(seconds=session.ttl)
            session = replace(session, date_expiry=due)
        return rules.render_session(call, session)

    return replace(rules, render_session=render)


VARIANTS: dict[str, Change] = {
    "ttl-begins-with-use": ttl_begins_with_use,
    "expired-for-no-reason": expired(
        lambda _, after: replace(after, closed_reason=None)
    ),
    "expired-for-empty-reason": expired(
        lambda _, after: replace(after, closed_reason="")
    ),
    "expired-without-date-ended": expired(
        lambda _, after: replace(after, date_ended=None)
    ),
    "expired-is-not-touched": expired(
        lambda before, after: replace(after, date_updated=before.date_updated)
    ),
    "expiry-lags": late(3),
    "expiry-rounds-down": late(-0.9),
    "expired-stays-closed": expired_stays_closed,
    "expired-closes-again": reopening(
        lambda _, after: replace(after, date_reopened=None)
    ),
    "ttl-shown-as-date-expiry": ttl_shown_as_date_expiry,
}
