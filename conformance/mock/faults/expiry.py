"""Faults in when a Session's lifetime is over, and in what happens then."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from conformance.mock.rewrites import neighbour, showing

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.mock.call import Call
    from conformance.mock.registry import Change
    from conformance.mock.rows import Session
    from conformance.mock.rules import Rules


def by(
    ends: Callable[[datetime | None, datetime | None], datetime | None],
) -> Callable[[Rules], Rules]:
    """Return the change that takes the end from that by DateExpiry and that by Ttl."""

    def change(rules: Rules) -> Rules:
        def expires_at(call: Call, session: Session) -> datetime | None:
            by_date = rules.expires_at(call, replace(session, ttl=0))
            by_ttl = rules.expires_at(call, replace(session, date_expiry=None))
            return ends(by_date, by_ttl)

        return replace(rules, expires_at=expires_at)

    return change


def _earlier(by_date: datetime | None, by_ttl: datetime | None) -> datetime | None:
    return min((due for due in (by_date, by_ttl) if due), default=None)


def _later(by_date: datetime | None, by_ttl: datetime | None) -> datetime | None:
    return max((due for due in (by_date, by_ttl) if due), default=None)


def ttl_in(unit_s: float) -> Callable[[Rules], Rules]:
    """Return the change that counts a Ttl in units of so many seconds."""

    def change(rules: Rules) -> Rules:
        def expires_at(call: Call, session: Session) -> datetime | None:
            due = rules.expires_at(call, session)
            if due is None or session.date_expiry is not None:
                return due
            whole = timedelta(seconds=session.ttl)
            return due - whole + whole * unit_s

        return replace(rules, expires_at=expires_at)

    return change


def dates_read_as_local(rules: Rules) -> Rules:
    """Take a DateExpiry for the local time of a place two hours to the east."""

    def expires_at(call: Call, session: Session) -> datetime | None:
        due = rules.expires_at(call, session)
        dated = due is not None and session.date_expiry is not None
        return due - timedelta(hours=2) if due and dated else due

    return replace(rules, expires_at=expires_at)


def first_date_counts(rules: Rules) -> Rules:
    """End a Session at the first DateExpiry that it was given."""

    def expires_at(call: Call, session: Session) -> datetime | None:
        dates: dict[str, datetime] = call.memory.setdefault("first-dates", {})
        if session.date_expiry is not None:
            first = dates.setdefault(session.sid, session.date_expiry)
            session = replace(session, date_expiry=first)
        return rules.expires_at(call, session)

    def initial(call: Call, *given: object) -> Session:
        session = rules.initial_session(call, *given)  # type: ignore[arg-type]  # passed on
        expires_at(call, session)
        return session

    return replace(rules, expires_at=expires_at, initial_session=initial)


def use_does_not_restart(rules: Rules) -> Rules:
    """Count a Ttl from the creation alone."""

    def expires_at(call: Call, session: Session) -> datetime | None:
        return rules.expires_at(call, replace(session, date_last_interaction=None))

    return replace(rules, expires_at=expires_at)


def reads_restart(rules: Rules) -> Rules:
    """Count a Ttl from the last fetch, too."""

    def edit(call: Call, session: Session) -> Session:
        call.memory.setdefault("read", {})[session.sid] = call.now
        return session

    def expires_at(call: Call, session: Session) -> datetime | None:
        due = rules.expires_at(call, session)
        read: datetime | None = call.memory.get("read", {}).get(session.sid)
        if due is None or read is None or session.date_expiry is not None:
            return due
        return max(due, read + timedelta(seconds=session.ttl))

    return showing("FetchSession", edit=edit)(replace(rules, expires_at=expires_at))


def expiry_takes_along(rules: Rules) -> Rules:
    """Close also the next younger Session when one expires."""

    def expire(call: Call, session: Session, expired_at: datetime) -> Session:
        other = neighbour(call, session)
        if other is not None and other.status in {"open", "in-progress"}:
            call.store.sessions.save(replace(other, status="closed"))
        return rules.expire(call, session, expired_at)

    return replace(rules, expire=expire)


def expired_is_removed(rules: Rules) -> Rules:
    """Remove a Session whose lifetime is over."""

    def find_session(call: Call) -> Session | None:
        session = rules.find_session(call)
        if session is None:
            return None
        due = call.rules.expires_at(call, session)
        if due is not None and due <= call.now:
            call.store.sessions.remove(session.sid)
            return None
        return session

    return replace(rules, find_session=find_session)


def later_end_counts_for_fetches(rules: Rules) -> Rules:
    """Let a fetch wait for the later one of Ttl and DateExpiry."""
    later = by(_later)(rules)

    def expires_at(call: Call, session: Session) -> datetime | None:
        fetched = call.operation.id == "FetchSession"
        return (later if fetched else rules).expires_at(call, session)

    return replace(rules, expires_at=expires_at)


def lists_do_not_end(rules: Rules) -> Rules:
    """Show in a list what has expired as it was, until somebody fetches it."""

    def expires_at(call: Call, session: Session) -> datetime | None:
        listed = call.operation.id == "ListSession"
        return None if listed else rules.expires_at(call, session)

    return replace(rules, expires_at=expires_at)


FAULTS: dict[str, Change] = {
    "nothing-expires": by(lambda _date, _ttl: None),
    "date-expiry-never-comes": by(lambda _date, ttl: ttl),
    "ttl-never-comes": by(lambda date, _ttl: date),
    "ttl-overrides-date-expiry": by(lambda date, ttl: ttl or date),
    "earlier-end-counts": by(_earlier),
    "later-end-counts": by(_later),
    "ttl-in-milliseconds": ttl_in(0.001),
    "ttl-in-minutes": ttl_in(60),
    "date-expiry-read-as-local": dates_read_as_local,
    "first-date-expiry-counts": first_date_counts,
    "use-does-not-restart-ttl": use_does_not_restart,
    "reads-restart-ttl": reads_restart,
    "expiry-takes-along": expiry_takes_along,
    "expired-is-removed": expired_is_removed,
    "later-end-counts-for-fetches": later_end_counts_for_fetches,
    "expired-is-open-in-lists": lists_do_not_end,
}
