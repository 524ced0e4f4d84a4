"""Credentials: the one room that knows the secret."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass

from conformance.exchange import Credentials

STRANGER = "AC" + "f" * 32
"""An account that nobody has; the token of another is sent for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The account that a run acts for; its token never shows."""

    sid: str
    token: str

    def __repr__(self) -> str:
        return f"Account(sid={self.sid!r}, token=…)"


def authorizations(account: Account) -> Mapping[Credentials, str]:
    """Return the Authorization header of each kind of credentials, "" for none."""
    return {
        Credentials.OWN: _basic(account.sid, account.token),
        Credentials.NONE: "",
        Credentials.WRONG_TOKEN: _basic(account.sid, "not-the-token"),
        Credentials.WRONG_ACCOUNT: _basic(STRANGER, account.token),
        Credentials.EMPTY_TOKEN: _basic(account.sid, ""),
        Credentials.SHORT_TOKEN: _basic(account.sid, account.token[:-1]),
        Credentials.LONG_TOKEN: _basic(account.sid, account.token + "0"),
        Credentials.NOT_BASIC: "Bearer " + "0" * 32,
        Credentials.GARBLED: "Basic ~~~",
    }


def _basic(user: str, password: str) -> str:
    pair = base64.b64encode(f"{user}:{password}".encode())
    return f"Basic {pair.decode('ascii')}"
