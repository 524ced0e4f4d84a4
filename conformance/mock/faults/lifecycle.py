"""Faults in how a Session is closed and re-opened, and in what an interaction does."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.mock.problems import transition_not_supported
from conformance.mock.rewrites import showing

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.mock.call import Call
    from conformance.mock.parameters import SessionChanges
    from conformance.mock.registry import Change
    from conformance.mock.rows import Session
    from conformance.mock.rules import Rules


def without(old: str, wanted: str) -> Callable[[Rules], Rules]:
    """Return the change that refuses one change of status."""

    def change(rules: Rules) -> Rules:
        def check(call: Call, before: str, after: str) -> None:
            if (before, after) == (old, wanted):
                raise transition_not_supported(before, after)
            rules.check_transition(call, before, after)

        return replace(rules, check_transition=check)

    return change


def closing(edit: Callable[[Session, Session], Session]) -> Callable[[Rules], Rules]:
    """Return the change that edits what closing makes of a Session."""

    def change(rules: Rules) -> Rules:
        def close(call: Call, session: Session) -> Session:
            return edit(session, rules.close(call, session))

        return replace(rules, close=close)

    return change


def reopening(edit: Callable[[Session, Session], Session]) -> Callable[[Rules], Rules]:
    """Return the change that edits what re-opening makes of a Session."""

    def change(rules: Rules) -> Rules:
        def reopen(call: Call, session: Session) -> Session:
            return edit(session, rules.reopen(call, session))

        return replace(rules, reopen=reopen)

    return change


def using(edit: Callable[[Session, Session], Session]) -> Callable[[Rules], Rules]:
    """Return the change that edits what an interaction makes of a Session."""

    def change(rules: Rules) -> Rules:
        def use(call: Call, session: Session) -> Session:
            return edit(session, rules.on_interaction(call, session))

        return replace(rules, on_interaction=use)

    return change


def status_ignored(rules: Rules) -> Rules:
    """Take a new status that is supported, and leave the old one."""

    def update(call: Call, session: Session, changes: SessionChanges) -> Session:
        after = rules.update_session(call, session, changes)
        return replace(after, status=session.status) if changes else after

    return replace(rules, update_session=update)


def reopened_as_another(rules: Rules) -> Rules:
    """Re-open a closed Session as a new one, with a SID of its own."""

    def reopen(call: Call, session: Session) -> Session:
        return replace(rules.reopen(call, session), sid=call.rules.new_sid(call, "KC"))

    return replace(rules, reopen=reopen)


def _keep_date_of_use(before: Session, after: Session) -> Session:
    return replace(after, date_last_interaction=before.date_last_interaction)


def _keep_first_use(before: Session, after: Session) -> Session:
    first = before.date_last_interaction or after.date_last_interaction
    return replace(after, date_last_interaction=first)


def reopening_empties(rules: Rules) -> Rules:
    """Remove the Participants of a Session when it is re-opened."""

    def reopen(call: Call, session: Session) -> Session:
        for participant in call.store.participants.all(session_sid=session.sid):
            call.store.participants.remove(participant.sid)
        return rules.reopen(call, session)

    return replace(rules, reopen=reopen)


FAULTS: dict[str, Change] = {
    "open-cannot-be-closed": without("open", "closed"),
    "in-progress-cannot-be-closed": without("in-progress", "closed"),
    "closed-cannot-be-reopened": without("closed", "in-progress"),
    "status-ignored": status_ignored,
    "closed-shows-failed": closing(lambda _, after: replace(after, status="failed")),
    "reopened-shows-open": reopening(lambda _, after: replace(after, status="open")),
    "reopened-as-another": reopened_as_another,
    "closed-without-date-ended": closing(
        lambda _, after: replace(after, date_ended=None)
    ),
    "close-drops-date-started": closing(
        lambda _, after: replace(after, date_started=None)
    ),
    "reopen-drops-participants": reopening_empties,
    "use-leaves-no-date": using(_keep_date_of_use),
    "fetch-omits-date-of-use": showing(
        "FetchSession",
        edit=lambda _, session: replace(session, date_last_interaction=None),
    ),
    "first-use-alone-leaves-a-date": using(_keep_first_use),
    "use-does-not-start-the-session": using(
        lambda before, after: replace(after, date_started=before.date_started)
    ),
}
