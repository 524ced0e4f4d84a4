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
_REOPEN = {"Status": "in-progress"}
_SCENE = len("/v1/Services/") + 34
_JSON = (("Content-Type", "application/json"),)


def traffic(length: int) -> tuple[Exchange, ...]:
    """Return the first `length` exchanges of lives that follow one another."""
    return tuple(islice(_Client().lives(), length))


class _Client:
    """Sends a request each second; what it is answered is right."""

    def __init__(self) -> None:
        self._sent = 0

    def lives(self) -> Iterator[Exchange]:
        """Yield Services without end, each with a few Sessions that live in turn."""
        for index in count():
            sid = f"KS{index:032x}"
            own = f"/v1/Services/{sid}"
            shown = _service(sid, self._next, index)
            name = {"UniqueName": shown["unique_name"]}
            yield self._sends("CreateService", "POST", "/v1/Services", 201, shown, name)
            for one in range(_OF_SERVICE):
                number = index * _OF_SERVICE + one
                yield from self._life(sid, f"KC{number:032x}")
            yield self._sends("DeleteService", "DELETE", own, 204)

    @property
    def _next(self) -> str:
        """The date of the exchange that comes next."""
        date = _DAWN + timedelta(seconds=self._sent + 1)
        return date.isoformat().replace("+00:00", "Z")

    def _life(self, service: str, sid: str) -> Iterator[Exchange]:
        """Yield ten exchanges in the life of one Session, alone in its Service."""
        path = f"/v1/Services/{service}/Sessions"
        own, call = f"{path}/{sid}", self._sends
        session = _session(service, sid, self._next)
        name = {"UniqueName": session["unique_name"]}
        yield call("CreateSession", "POST", path, 201, session, name)
        yield call("FetchSession", "GET", own, 200, session)
        session = {**session, "ttl": 600, "date_updated": self._next}
        yield call("UpdateSession", "POST", own, 200, session, {"Ttl": "600"})
        listed = _page(path, session)
        yield call("ListSession", "GET", f"{path}?PageSize=50", 200, listed)
        closed = {
            "status": "closed",
            "closed_reason": "api",
            "date_ended": self._next,
            "date_updated": self._next,
        }
        session = {**session, **closed}
        yield call("UpdateSession", "POST", own, 200, session, {"Status": "closed"})
        yield call("FetchSession", "GET", own, 200, session)
        opened = {
            "status": "in-progress",
            "closed_reason": None,
            "date_ended": None,
            "date_updated": self._next,
        }
        session = {**session, **opened}
        yield call("UpdateSession", "POST", own, 200, session, _REOPEN)
        yield call("FetchSession", "GET", own, 200, session)
        yield call("DeleteSession", "DELETE", own, 204)
        yield call("FetchSession", "GET", own, 404, _not_found(own))

    def _sends(  # noqa: PLR0913, PLR0917  an exchange has that many parts
        self,
        operation: str,
        method: str,
        url: str,
        status: int,
        shown: Mapping[str, Any] | None = None,
        form: Mapping[str, str] | None = None,
    ) -> Exchange:
        self._sent += 1
        body = urlencode(form).encode() if form else b""
        headers = (("Content-Type", FORM),) if form else ()
        path, _, query = url.partition("?")
        return Exchange(
            number=self._sent,
            probe=Probe(
                operation=operation,
                method=method,
                path=path,
                query=query,
                headers=headers,
                body=body or None,
                scene=path[:_SCENE],
            ),
            sent=Request(method=method, url=url, headers=headers, body=body),
            response=Response(
                status=status,
                headers=_JSON if shown else (),
                body=json.dumps(shown).encode() if shown else b"",
            ),
            began_ms=float(self._sent * _STEP_MS),
            elapsed_ms=1.0,
        )


def _service(sid: str, born: str, index: int) -> dict[str, Any]:
    url = f"{ORIGIN}/v1/Services/{sid}"
    return {
        "sid": sid,
        "account_sid": ACCOUNT,
        "unique_name": f"service-{index}",
        "default_ttl": 0,
        "chat_instance_sid": None,
        "callback_url": None,
        "intercept_callback_url": None,
        "out_of_session_callback_url": None,
        "geo_match_level": "country",
        "number_selection_behavior": "prefer-sticky",
        "date_created": born,
        "date_updated": born,
        "url": url,
        "links": {"sessions": f"{url}/Sessions"},
    }


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
