"""SIDs: a prefix of two letters and 32 hexadecimal digits."""

from __future__ import annotations

import re
from secrets import token_hex
from typing import TYPE_CHECKING

from conformance.mock.problems import not_found

if TYPE_CHECKING:
    from conformance.mock.call import Call

_DIGITS = re.compile(r"[0-9a-fA-F]{32}")

PATH_PREFIXES = {
    "service_sid": "KS",
    "session_sid": "KC",
    "participant_sid": "KP",
    "interaction_sid": "KI",
}

# The documents give these two no pattern, so a unique name may stand there.
_OPEN = {"FetchService": "service_sid", "FetchSession": "session_sid"}


def new_sid(_call: Call, prefix: str) -> str:
    """Return a SID that was never used."""
    return prefix + token_hex(16)


def is_sid(text: str, prefix: str) -> bool:
    """Return whether `text` is `prefix` and 32 hexadecimal digits."""
    return text.startswith(prefix) and _DIGITS.fullmatch(text, 2) is not None


def check_path(call: Call) -> None:
    """Accept a path whose SIDs are all well formed.

    Raises:
        RefusedError: one of them is not, which here is the same as not found.

    """
    spared = _OPEN.get(call.operation.id)
    for name, text in call.path.items():
        if name != spared and not is_sid(text, PATH_PREFIXES[name]):
            raise not_found(call.raw_path)
