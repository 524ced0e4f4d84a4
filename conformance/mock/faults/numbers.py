"""Faults in Ttl: fewer bits, other units, and text that is taken for a number."""

from __future__ import annotations

import re
import struct
from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.mock.faults.create import wanting
from conformance.mock.faults.properties import ALL, CREATE, UPDATE, setting, showing
from conformance.mock.problems import Problem, RefusedError
from conformance.mock.readings import negative_ttl_read_as, ttl_read_as
from conformance.mock.rewrites import updating

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.mock.call import Call, Form
    from conformance.mock.parameters import NewSession, SessionChanges
    from conformance.mock.registry import Change
    from conformance.mock.rows import Service, Session
    from conformance.mock.rules import Rules

_WHOLE = re.compile(r"-?[0-9]{1,60}")
_DAY_S = 86_400


def text_read_as(read: Callable[[str], str], *operations: str) -> Change:
    """Return the change that spells a text otherwise before it is read."""

    def change(rules: Rules) -> Rules:
        def parse_ttl(call: Call, text: str) -> int:
            there = call.operation.id in operations
            return rules.parse_ttl(call, read(text) if there else text)

        return replace(rules, parse_ttl=parse_ttl)

    return change


def junk_answered(status: int, *operations: str) -> Change:
    """Return the change that refuses a Ttl in another way."""

    def change(rules: Rules) -> Rules:
        def parse_ttl(call: Call, text: str) -> int:
            try:
                return rules.parse_ttl(call, text)
            except RefusedError as error:
                if call.operation.id not in operations:
                    raise
                problem = Problem(status=status, code=20404, message="No such Ttl")
                raise RefusedError(problem) from error

        return replace(rules, parse_ttl=parse_ttl)

    return change


def junk_left_out_of_updates(rules: Rules) -> Rules:
    """Leave out of an update a Ttl that is no number."""

    def read_session_changes(call: Call, form: Form) -> SessionChanges:
        known = {
            name: values
            for name, values in form.items()
            if name != "Ttl" or _WHOLE.fullmatch(values[0])
        }
        return rules.read_session_changes(call, known)

    return replace(rules, read_session_changes=read_session_changes)


def junk_left_out_of_creates(rules: Rules) -> Rules:
    """Leave out of a create a Ttl that is no number."""

    def read_new_session(call: Call, form: Form) -> NewSession:
        known = {
            name: values
            for name, values in form.items()
            if name != "Ttl" or _WHOLE.fullmatch(values[0])
        }
        return rules.read_new_session(call, known)

    return replace(rules, read_new_session=read_new_session)


def zero_is_the_default(rules: Rules) -> Rules:
    """Give a Session that is created with a Ttl of 0 the default of its Service."""

    def initial_session(call: Call, service: Service, wanted: NewSession) -> Session:
        return rules.initial_session(
            call, service, replace(wanted, ttl=wanted.ttl or None)
        )

    return replace(rules, initial_session=initial_session)


def update_ignores(ignored: Callable[[int], bool]) -> Change:
    """Return the change that leaves the ttl as it was where a Ttl is such."""

    def edit(
        _call: Call, before: Session, after: Session, changes: SessionChanges
    ) -> Session:
        sent = changes.get("ttl")
        return (
            after
            if sent is None or not ignored(sent)
            else replace(after, ttl=before.ttl)
        )

    return updating(edit)


def _summed(
    _call: Call, before: Session, after: Session, changes: SessionChanges
) -> Session:
    sent = changes.get("ttl")
    return replace(after, ttl=before.ttl + sent) if sent else after


def _only_raised(
    _call: Call, before: Session, after: Session, changes: SessionChanges
) -> Session:
    sent = changes.get("ttl")
    return replace(after, ttl=max(before.ttl, sent)) if sent else after


def _single_precision(ttl: int) -> int:
    ((rounded),) = struct.unpack("f", struct.pack("f", ttl))
    return int(rounded)


def _signed_32(number: int) -> int:
    return (number + 2**31) % 2**32 - 2**31


def _digits_before(text: str) -> str:
    """Return the digits that a text begins with, as `parseInt` and `atoi` read it."""
    found = re.match(r"\s*[0-9]+", text)
    return found[0].strip() if found else text


FAULTS: dict[str, Change] = {
    "ttl-in-16-bits": ttl_read_as(lambda n: n % 2**16, CREATE, UPDATE),
    "ttl-in-32-bits": ttl_read_as(lambda n: n % 2**32, CREATE),
    "ttl-in-32-bits-signed": ttl_read_as(_signed_32, UPDATE),
    "ttl-in-64-bits": ttl_read_as(lambda n: min(n % 2**64, 2**63 - 1), CREATE),
    "ttl-in-single-precision": ttl_read_as(
        lambda n: _single_precision(min(n, 2**62)), CREATE
    ),
    "ttl-too-large-taken-for-none": ttl_read_as(
        lambda n: n if 0 <= n < 2**31 else 0, CREATE, UPDATE
    ),
    "ttl-of-a-day-at-most": ttl_read_as(lambda n: min(n, _DAY_S), CREATE, UPDATE),
    "ttl-of-a-minute-at-least": wanting(
        lambda wanted: {"ttl": wanted.ttl and max(wanted.ttl, 60)}
    ),
    "ttl-in-whole-minutes": showing(setting("ttl", lambda ttl: ttl // 60 * 60), *ALL),
    "ttl-shown-in-minutes": showing(setting("ttl", lambda ttl: ttl // 60), *ALL),
    "ttl-shown-in-milliseconds": showing(setting("ttl", lambda t: t * 1000), *ALL),
    "ttl-ignored-on-create": wanting(lambda _: {"ttl": None}),
    "ttl-ignored-beside-date-expiry": wanting(
        lambda wanted: {"ttl": None if wanted.date_expiry else wanted.ttl}
    ),
    "ttl-of-five-digits-refused": text_read_as(
        lambda t: t if len(t) < len("65536") or not t.isdecimal() else "none", CREATE
    ),
    "ttl-ignored-on-update": update_ignores(lambda _: True),
    "ttl-of-0-ignored-on-update": update_ignores(lambda sent: sent == 0),
    "ttl-only-raised": updating(_only_raised),
    "ttl-added-on-update": updating(_summed),
    "ttl-of-0-is-the-default": zero_is_the_default,
    "ttl-of-0-refused": text_read_as(lambda t: "none" if t == "0" else t, CREATE),
    "ttl-made-positive": negative_ttl_read_as(abs),
    "ttl-junk-taken-for-0": text_read_as(
        lambda t: t if _WHOLE.fullmatch(t) else "0", CREATE
    ),
    "ttl-junk-taken-for-0-on-update": text_read_as(
        lambda t: t if _WHOLE.fullmatch(t) else "0", UPDATE
    ),
    "ttl-fraction-cut": text_read_as(lambda t: t.partition(".")[0], CREATE, UPDATE),
    "ttl-unit-ignored": text_read_as(_digits_before, CREATE, UPDATE),
    "ttl-thousands-taken": text_read_as(lambda t: t.replace(",", ""), CREATE),
    "ttl-infinity-taken-for-none": text_read_as(
        lambda t: "0" if t in {"NaN", "Infinity"} else t, CREATE, UPDATE
    ),
    "ttl-json-read": text_read_as(lambda t: t.strip("[]"), CREATE),
    "ttl-junk-left-out-of-creates": junk_left_out_of_creates,
    "ttl-junk-left-out-of-updates": junk_left_out_of_updates,
    "ttl-junk-answered-404": junk_answered(404, CREATE),
    "ttl-junk-answered-409-on-update": junk_answered(409, UPDATE),
}
