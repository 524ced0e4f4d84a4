"""Lists of Sessions as a test invents them: what is in one, and the pages it shows.

A Session is a number here, and so is a page: `sid(1)`, `later(1)`.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from conformance.exchange import Exchange, Json
from conformance.tests.histories import ORIGIN, SERVICE, WORLD, answered, session
from conformance.tests.lives import OTHER_SERVICE

SCENE = "page-walk/x"
SIZE = 2


def sid(number: int) -> str:
    """Return the SID of a Session."""
    return f"KC{number:032x}"


def path(service: str = SERVICE) -> str:
    """Return the path of the list of a Service's Sessions."""
    return f"/v1/Services/{service}/Sessions"


def later(index: int, *, size: int = SIZE) -> str:
    """Return the query of a page, which the page before it handed out."""
    token = f"&PageToken=PT{index}" if index else ""
    return f"PageSize={size}&Page={index}{token}"


def at(query: str, *, service: str = SERVICE) -> str:
    """Return a page URL."""
    return f"{ORIGIN}{path(service)}?{query}"


def service_made(service: str = SERVICE, *, answer: int = 201) -> Exchange:
    """Return the creation of a Service: nobody else can write to it."""
    probe = WORLD.call("CreateService", form={"UniqueName": service})
    return answered(probe, answer, {"sid": service}, scene="set-up")


def born(number: int, *, service: str = SERVICE, scene: str = SCENE) -> Exchange:
    """Return the creation of a Session."""
    probe = WORLD.call("CreateSession", form={}, service=service)
    return answered(probe, 201, session(sid=sid(number)), scene=scene)


def deleted(number: int, *, answer: int = 204, scene: str = SCENE) -> Exchange:
    """Return the delete of a Session."""
    probe = WORLD.call("DeleteSession", Sid=sid(number))
    return answered(probe, answer, b"", scene=scene)


def gone(number: int, *, answer: int = 404, scene: str = SCENE) -> Exchange:
    """Return the fetch of a Session that is not there."""
    probe = WORLD.call("FetchSession", Sid=sid(number))
    return answered(probe, answer, {"code": 20404}, scene=scene)


def shown(  # noqa: PLR0913  a page has that many parts
    query: str,
    items: Iterable[int],
    *,
    onward: str | None = None,
    back: str | None = None,
    service: str = SERVICE,
    scene: str = SCENE,
    **meta: Json,
) -> Exchange:
    """Return a page of Sessions; `onward` and `back` are the queries of its links."""
    body = {
        "sessions": [session(sid=sid(number)) for number in items],
        "meta": {
            "key": "sessions",
            "page": 0,
            "page_size": SIZE,
            "url": at(query, service=service),
            "first_page_url": at(later(0), service=service),
            "previous_page_url": None if back is None else at(back, service=service),
            "next_page_url": None if onward is None else at(onward, service=service),
        }
        | meta,
    }
    return sent(query, 200, body, service=service, scene=scene)


def sent(
    query: str,
    answer: int,
    body: object = None,
    *,
    service: str = SERVICE,
    **about: Any,  # noqa: ANN401  fields of Probe
) -> Exchange:
    """Return any answer to a request for a list."""
    probe = replace(WORLD.call("ListSession", service=service), query=query)
    about = {"scene": SCENE} | about
    return answered(probe, answer, {} if body is None else body, **about)


def walked(
    *pages: Iterable[int],
    query: str = "PageSize=2",
    size: int = SIZE,
    service: str = SERVICE,
    scene: str = SCENE,
    **meta: Json,
) -> list[Exchange]:
    """Return the exchanges of a walk from page to page to the last."""
    last = len(pages) - 1
    return [
        shown(
            later(index, size=size) if index else query,
            items,
            onward=later(index + 1, size=size) if index < last else None,
            back=later(index - 1, size=size) if index else None,
            service=service,
            scene=scene,
            **{"page": index, "page_size": size} | meta,
        )
        for index, items in enumerate(pages)
    ]


def elsewhere(number: int) -> list[Exchange]:
    """Return another Service and a Session in it."""
    return [service_made(OTHER_SERVICE), born(number, service=OTHER_SERVICE)]
