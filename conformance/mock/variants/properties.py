"""Freedoms in how a Session's properties are shown."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.mock.call import Call, Payload
    from conformance.mock.registry import Change
    from conformance.mock.rows import Session
    from conformance.mock.rules import Rules


def showing(edit: Callable[[Payload], Payload]) -> Change:
    """Return the change that edits each Session shown."""

    def change(rules: Rules) -> Rules:
        def render_session(call: Call, session: Session) -> Payload:
            return edit(rules.render_session(call, session))

        return replace(rules, render_session=render_session)

    return change


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(map(str.capitalize, others))


VARIANTS: dict[str, Change] = {
    "closed-reason-empty": showing(
        lambda shown: {**shown, "closed_reason": shown["closed_reason"] or ""}
    ),
    "second-spelling-of-names": showing(
        lambda shown: {_camel(name): value for name, value in shown.items()} | shown
    ),
    "properties-in-reverse": showing(lambda shown: dict(reversed(shown.items()))),
    "ttl-with-a-point": showing(lambda shown: {**shown, "ttl": float(shown["ttl"])}),
    "account-null": showing(lambda shown: {**shown, "account_sid": None}),
    "service-null": showing(lambda shown: {**shown, "service_sid": None}),
    "date-created-null": showing(lambda shown: {**shown, "date_created": None}),
    "date-updated-null": showing(lambda shown: {**shown, "date_updated": None}),
    "session-inside-session": showing(
        lambda shown: {**shown, "previous": {"sid": shown["sid"], "status": "open"}}
    ),
}
