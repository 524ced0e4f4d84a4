"""Who is asking: HTTP Basic with an account's SID and token."""

from __future__ import annotations

import binascii
from base64 import b64decode
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
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        raise unauthenticated()
    try:
        account_sid, _, token = (
            b64decode(encoded, validate=True).decode().partition(":")
        )
    except (binascii.Error, ValueError) as error:
        raise unauthenticated() from error
    if world.accounts.get(account_sid) != token:
        raise unauthenticated()
    return account_sid
