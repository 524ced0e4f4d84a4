"""Faults in the words of a Session: shown wrongly, ignored, or taken too freely."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.mock.faults.properties import (
    ALL,
    CREATE,
    LIST,
    UPDATE,
    setting,
    showing,
)
from conformance.mock.parameters import MODES, STATUSES
from conformance.mock.problems import Problem, RefusedError, invalid

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.mock.call import Call, Form
    from conformance.mock.parameters import NewSession, SessionChanges
    from conformance.mock.registry import Change
    from conformance.mock.rules import Rules


def mode_read_as(read: Callable[[str], str | None]) -> Change:
    """Return the change that first reads a Mode so; None goes the ordinary way."""

    def change(rules: Rules) -> Rules:
        def parse_mode(call: Call, text: str) -> str:
            return read(text) or rules.parse_mode(call, text)

        return replace(rules, parse_mode=parse_mode)

    return change


def status_read_as(read: Callable[[str], str | None], *operations: str) -> Change:
    """Return the change that first reads a Status so, at these operations."""

    def change(rules: Rules) -> Rules:
        def parse_status(call: Call, text: str) -> str:
            found = read(text) if call.operation.id in operations else None
            return found or rules.parse_status(call, text)

        return replace(rules, parse_status=parse_status)

    return change


def refusing(word: str) -> Callable[[str], str | None]:
    """Return the reading that knows all words but one."""

    def read(text: str) -> str | None:
        if text == word:
            raise invalid("Status", "Not one of the known words.")
        return None

    return read


def beginning_with(words: tuple[str, ...]) -> Callable[[str], str | None]:
    """Return the reading that takes any beginning of a word for the word."""
    return lambda text: next((w for w in words if w.startswith(text) and text), None)


def within(words: tuple[str, ...]) -> Callable[[str], str | None]:
    """Return the reading that looks for a text inside the joined words."""
    joined = ",".join(words)
    return lambda text: words[0] if text in joined and text not in words else None


def one_of(
    words: tuple[str, ...], spell: Callable[[str], str]
) -> Callable[[str], str | None]:
    """Return the reading that spells a text otherwise before it looks it up."""
    return lambda text: spelled if (spelled := spell(text)) in words else None


def numbered(words: tuple[str, ...]) -> Callable[[str], str | None]:
    """Return the reading that takes a number for the word in that place."""
    return lambda text: words[int(text) % len(words)] if text.isdecimal() else None


def without_dashes(words: tuple[str, ...]) -> Callable[[str], str | None]:
    """Return the reading that does not look at dashes."""
    known = {word.replace("-", ""): word for word in words}
    return lambda text: known.get(text.replace("-", ""))


def any_mode_kept(rules: Rules) -> Rules:
    """Keep whatever Mode is sent, and show it."""
    return replace(rules, parse_mode=lambda _, text: text)


def mode_ignored(rules: Rules) -> Rules:
    """Create every Session with the default mode."""

    def read_new_session(call: Call, form: Form) -> NewSession:
        return replace(rules.read_new_session(call, form), mode=None)

    return replace(rules, read_new_session=read_new_session)


def mode_ignored_beside_status(rules: Rules) -> Rules:
    """Forget the Mode where a Status comes with it."""

    def read_new_session(call: Call, form: Form) -> NewSession:
        wanted = rules.read_new_session(call, form)
        return wanted if wanted.status is None else replace(wanted, mode=None)

    return replace(rules, read_new_session=read_new_session)


def mode_ignored_beside_ttl(rules: Rules) -> Rules:
    """Forget the Mode where a Ttl comes with it."""

    def read_new_session(call: Call, form: Form) -> NewSession:
        wanted = rules.read_new_session(call, form)
        return replace(wanted, mode=None) if wanted.ttl is not None else wanted

    return replace(rules, read_new_session=read_new_session)


def status_ignored_on_create(rules: Rules) -> Rules:
    """Create every Session open."""

    def read_new_session(call: Call, form: Form) -> NewSession:
        return replace(rules.read_new_session(call, form), status=None)

    return replace(rules, read_new_session=read_new_session)


def unlisted_status_ignored_on_update(rules: Rules) -> Rules:
    """Leave out of an update a Status that is none of the listed words."""

    def read_session_changes(call: Call, form: Form) -> SessionChanges:
        known = {
            name: values
            for name, values in form.items()
            if name != "Status" or values[0] in STATUSES or values == [""]
        }
        return rules.read_session_changes(call, known)

    return replace(rules, read_session_changes=read_session_changes)


def unlisted_mode_answered_404(rules: Rules) -> Rules:
    """Refuse a Mode that is none of the listed words as if it were not found."""

    def parse_mode(call: Call, text: str) -> str:
        if text and text not in MODES:
            raise RefusedError(Problem(status=404, code=20404, message="Not found"))
        return rules.parse_mode(call, text)

    return replace(rules, parse_mode=parse_mode)


FAULTS: dict[str, Change] = {
    "status-shown-in-capitals": showing(setting("status", str.upper), LIST),
    "status-shown-with-underscore": showing(
        setting("status", lambda v: v.replace("-", "_")), *ALL
    ),
    "closed-shown-as-completed": showing(
        setting("status", lambda v: "completed" if v == "closed" else v), *ALL
    ),
    "mode-shown-with-underscores": showing(
        setting("mode", lambda v: v.replace("-", "_")), *ALL
    ),
    "mode-shown-as-older-word": showing(setting("mode", lambda _: "sms"), UPDATE),
    "mode-ignored": mode_ignored,
    "mode-ignored-beside-status": mode_ignored_beside_status,
    "mode-ignored-beside-ttl": mode_ignored_beside_ttl,
    "mode-voice-only-refused": mode_read_as(refusing("voice-only")),
    "status-ignored-on-create": status_ignored_on_create,
    "status-unknown-refused-on-create": status_read_as(refusing("unknown"), CREATE),
    "status-in-progress-refused-on-create": status_read_as(
        refusing("in-progress"), CREATE
    ),
    "any-mode-taken-for-default": mode_read_as(
        lambda text: None if text in (*MODES, "") else "voice-and-message"
    ),
    "any-mode-kept": any_mode_kept,
    "mode-with-underscores-taken": mode_read_as(
        one_of(MODES, lambda text: text.replace("_", "-"))
    ),
    "mode-cut-at-nul": mode_read_as(one_of(MODES, lambda t: t.partition("\0")[0])),
    "mode-beginning-taken": mode_read_as(beginning_with(MODES)),
    "mode-number-taken": mode_read_as(numbered(MODES)),
    "mode-without-dashes-taken": mode_read_as(without_dashes(MODES)),
    "unlisted-mode-answered-404": unlisted_mode_answered_404,
    "status-older-word-taken-on-create": status_read_as(
        {"in-progess": "in-progress", "completed": "closed"}.get, CREATE
    ),
    "status-unlisted-taken-for-unknown": status_read_as(
        lambda text: None if text in (*STATUSES, "") else "unknown", CREATE
    ),
    "status-part-taken-on-create": status_read_as(within(STATUSES), CREATE),
    "status-first-of-two-taken": status_read_as(
        one_of(STATUSES, lambda t: t.partition(",")[0]), CREATE, UPDATE
    ),
    "unlisted-status-ignored-on-update": unlisted_status_ignored_on_update,
    "status-older-word-taken-on-update": status_read_as(
        {"in-progess": "in-progress", "completed": "closed"}.get, UPDATE
    ),
    "status-look-alike-taken-on-update": status_read_as(
        one_of(STATUSES, lambda t: t.replace("\N{CYRILLIC SMALL LETTER O}", "o")),
        UPDATE,
    ),
    "mode-in-any-letter-case": mode_read_as(one_of(MODES, str.lower)),
    "status-in-any-letter-case-on-update": status_read_as(
        one_of(STATUSES, str.lower), UPDATE
    ),
    "status-trimmed": status_read_as(one_of(STATUSES, str.strip), CREATE, UPDATE),
    "mode-before-newline-taken": mode_read_as(
        one_of(MODES, lambda text: text.removesuffix("\n"))
    ),
}
