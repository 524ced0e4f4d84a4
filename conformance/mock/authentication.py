"""Who is asking: HTTP Basic with an account's SID and token."""

from __future__ import annotations

import binascii
from base64 import b64decode
from functools import lru_cache
from typing import TYPE_CHECKING

from conformance.mock.problems import unauthenticated

if TYPE_CHECKING:
    from starlette.requests import Request

    from conformance.mock.call import World
    from conformance.mock.operations import Operation


def authenticate(world: World, request: Request, _operation: Operation | None) -> str:
    """Return the SID of the account whose credentials the request carries.

    The operation is None when the path leads to none: also then nobody is told
    more than that credentials are wanted.

    Raises:
        RefusedError: no credentials, or wrong ones.

    """
    account_sid, token = _credentials(request.headers.get("authorization", ""))
    if world.accounts.get(account_sid) != token:
        raise unauthenticated()
    return account_sid


@lru_cache(maxsize=64)
def _credentials(header: str) -> tuple[str, str]:
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        raise unauthenticated()
    try:
        plain = b64decode(encoded, validate=True).decode()
    except (binascii.Error, ValueError) as error:
        raise unauthenticated() from error
    account_sid, _, token = plain.partition(":")
    return account_sid, token
