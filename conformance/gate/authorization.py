"""What a probe tells of a request: whose credentials, and the headers that matter."""

import base64
import binascii
from collections.abc import Mapping

from conformance.exchange import Credentials, Request

_TOLD = frozenset({"accept", "content-type"})


def carried(authorization: str | None, accounts: Mapping[str, str]) -> Credentials:
    """Return whose credentials a request carried; `accounts` maps SIDs to tokens."""
    if authorization is None:
        return Credentials.NONE
    both = user(authorization)
    if both is None:
        basic = authorization.lower().startswith("basic ")
        return Credentials.GARBLED if basic else Credentials.NOT_BASIC
    account, _, token = both.partition(":")
    if account not in accounts:
        return Credentials.WRONG_ACCOUNT
    if token == accounts[account]:
        return Credentials.OWN
    return Credentials.WRONG_TOKEN if token else Credentials.EMPTY_TOKEN


def user(authorization: str | None) -> str | None:
    """Return the `user:password` of Basic authentication, None if it is none."""
    scheme, _, coded = (authorization or "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        text = base64.b64decode(coded, validate=True).decode()
    except (binascii.Error, ValueError):
        return None
    return text if ":" in text else None


def told_headers(request: Request) -> tuple[tuple[str, str], ...]:
    """Return the headers without which nobody could repeat the request."""
    return tuple((n, v) for n, v in request.headers if n.lower() in _TOLD)
