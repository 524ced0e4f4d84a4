from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, cast

import pytest

from conformance.mock.app import create_app
from conformance.tests.mock.client import Build, Client, Clock, Shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.mock.app import Mock
    from conformance.mock.limits import RateLimit
    from conformance.mock.rules import Rules


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def build(clock: Clock) -> Iterator[Build]:
    """Return a client of a new app for the given options."""
    loop = asyncio.new_event_loop()
    apps: list[Mock] = []

    def client(
        *, rules: Rules | None = None, rate_limit: RateLimit | None = None
    ) -> Client:
        app = create_app(rules=rules, rate_limit=rate_limit, clock=clock)
        apps.append(app)
        return Client(app, loop)

    yield client
    for app in apps:
        app.close()
    loop.close()


@pytest.fixture
def client(build: Build) -> Client:
    return build()


@pytest.fixture
def service(client: Client) -> Shown:
    return client.service()


@pytest.fixture
def sessions(service: Shown) -> str:
    return cast("str", service["links"]["sessions"])
