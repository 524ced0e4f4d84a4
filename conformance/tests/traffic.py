"""Synthetic traffic of any length: Sessions live their lives, a Service for each few.

Written without the mock, so that a hundred thousand exchanges take seconds.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import count, islice
from typing import Any
from urllib.parse import urlencode

from conformance.exchange import FORM, Exchange, Probe, Request, Response

ACCOUNT = "AC" + "a" * 32
ORIGIN = "https://host.test"

_DAWN = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)
_STEP_MS = 1_000
_OF_SERVICE = 5
_JSON = (("Content-Type", "application/json"),)


def traffic(length: int) -> tuple[Exchange, ...]:
    """Return the first `length` exchanges of lives that follow one another."""
    return tuple(islice(_all(), length))


def _all() -> Iterator[Exchange]:
    number = count(1)
    for service in count():
        sid = f"KS{service:032x}"
        for one in range(_OF_SERVICE):
            yield from _life(sid, f"KC{service * _OF_SERVICE + one:032x}", number)


def _life(service: str, sid: str, number: Iterator[int]) -> Iterator[Exchange]:
    """Yield ten exchanges in the life of one Session, alone in its Service."""
    path = f"/v1/Services/{service}/Sessions"
    own, scene = f"{path}/{sid}", f"life/{sid}"

    def call(
        operation: str,
        method: str,
        url: str,
        status: int,
        shown: Mapping[str, Any] | None = None,
        **form: str,
    ) -> Exchange:
        at = next(number)
        body = urlencode(form).encode() if form else b""
        headers = (("Content-Type", FORM),) if form else ()
        where, _, query = url.partition("?")
        return Exchange(
            number=at,
            probe=Probe(
                operation=operation,
                method=method,
                path=where,
                query=query,
                headers=headers,
                body=body or None,
                scene=scene,
            ),
            sent=Request(method=method, url=url, headers=headers, body=body),
            response=Response(
                status=status,
                headers=_JSON if shown else (),
                body=json.dumps(shown).encode() if shown else b"",
            ),
            began_ms=float(at * _STEP_MS),
            elapsed_ms=1.0,
        )

    # The exchanges before this life took a second each.
    seconds = count(int(f"0x{sid[2:]}", 0) * 10 + 1)

    def now() -> str:
        """Return the date of the exchange that comes next."""
        date = _DAWN + timedelta(seconds=next(seconds))
        return date.isoformat().replace("+00:00", "Z")

    born = now()
    session = _session(service, sid, born)
    yield call("CreateSession", "POST", path, 201, session, UniqueName=sid[-12:])
    now()
    yield call("FetchSession", "GET", own, 200, session)
    session = {**session, "ttl": 600, "date_updated": now()}
    yield call("UpdateSession", "POST", own, 200, session, Ttl="600")
    now()
    listed = f"{path}?PageSize=50"
    yield call("ListSession", "GET", listed, 200, _page(path, session))
    ended = now()
    closed = {"status": "closed", "closed_reason": "api", "date_ended": ended}
    session = {**session, **closed, "date_updated": ended}
    yield call("UpdateSession", "POST", own, 200, session, Status="closed")
    now()
    yield call("FetchSession", "GET", own, 200, session)
    opened = {"status": "in-progress", "closed_reason": None, "date_ended": None}
    session = {**session, **opened, "date_updated": now()}
    yield call("UpdateSession", "POST", own, 200, session, Status="in-progress")
    now()
    yield call("FetchSession", "GET", own, 200, session)
    now()
    yield call("DeleteSession", "DELETE", own, 204)
    now()
    yield call("FetchSession", "GET", own, 404, _not_found(own))


def _session(service: str, sid: str, born: str) -> dict[str, Any]:
    url = f"{ORIGIN}/v1/Services/{service}/Sessions/{sid}"
    return {
        "sid": sid,
        "service_sid": service,
        "account_sid": ACCOUNT,
        "unique_name": sid[-12:],
        "status": "open",
        "closed_reason": None,
        "ttl": 0,
        "mode": "voice-and-message",
        "date_started": None,
        "date_ended": None,
        "date_last_interaction": None,
        "date_expiry": None,
        "date_created": born,
        "date_updated": born,
        "url": url,
        "links": {
            "participants": f"{url}/Participants",
            "interactions": f"{url}/Interactions",
        },
    }


def _page(path: str, session: Mapping[str, Any]) -> dict[str, Any]:
    url = f"{ORIGIN}{path}?PageSize=50&Page=0"
    return {
        "sessions": [session],
        "meta": {
            "key": "sessions",
            "page": 0,
            "page_size": 50,
            "url": url,
            "first_page_url": url,
            "previous_page_url": None,
            "next_page_url": None,
        },
    }


def _not_found(path: str) -> dict[str, Any]:
    return {
        "code": 20404,
        "message": f"The requested resource {path.removeprefix('/v1')} was not found",
        "more_info": "https://www.twilio.com/docs/errors/20404",
        "status": 404,
    }
