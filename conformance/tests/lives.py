"""The life of one Session, exchange by exchange, as a test invents it.

Everywhere `answer` is the status of the answer, `sid` and `service` say what was
addressed, and whatever else is given is what the Session shows otherwise than at first.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from conformance.exchange import Exchange, Json, Probe
from conformance.script import Fields
from conformance.tests.histories import (
    INTERACTION,
    PARTICIPANT,
    SERVICE,
    SESSION,
    WORLD,
    answered,
    page,
    session,
)

OTHER_SERVICE = "KS" + "9" * 32
OTHER_SESSION = "KC" + "8" * 32
FORM = {"UniqueName": "n", "Mode": "voice-only", "Ttl": "3600"}
CLOSED: dict[str, Any] = {
    "status": "closed",
    "closed_reason": "api",
    "date_ended": "2026-03-01T12:00:00Z",
}
_BORN = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)


def date(seconds: float) -> str:
    """Return the date so many seconds after the Session was created."""
    moment = _BORN + timedelta(seconds=seconds)
    return moment.isoformat().replace("+00:00", "Z")


def shown(**changes: Json) -> dict[str, Any]:
    """Return the Session as it is shown while nothing happened, with changes."""
    return session(unique_name="n", mode="voice-only", ttl=3600) | changes


def at(seconds: float, exchange: Exchange, *, took_s: float = 0.0) -> Exchange:
    """Return the exchange as begun so many seconds after the run."""
    return replace(exchange, began_ms=seconds * 1000, elapsed_ms=took_s * 1000)


def create(form: Fields | None = None, **about: Json) -> Exchange:
    """Return the creation of the Session."""
    probe = WORLD.call("CreateSession", form=FORM if form is None else form)
    return _seen(probe, {"answer": 201} | about)


def fetch(**about: Json) -> Exchange:
    """Return a fetch of the Session."""
    return _seen(WORLD.call("FetchSession", Sid=SESSION), about)


def update(form: Fields, **about: Json) -> Exchange:
    """Return an update of the Session."""
    return _seen(WORLD.call("UpdateSession", Sid=SESSION, form=form), about)


def delete(**about: Json) -> Exchange:
    """Return a delete of the Session."""
    probe = WORLD.call("DeleteSession", Sid=SESSION)
    return _seen(probe, {"answer": 204} | about)


def listed(*items: dict[str, Any]) -> Exchange:
    """Return a list that shows these Sessions."""
    return answered(WORLD.call("ListSession"), 200, page(*items))


def joined(*, answer: int = 201) -> Exchange:
    """Return the addition of a Participant."""
    form = {"Identifier": "+15005550101"}
    probe = WORLD.call("CreateParticipant", SessionSid=SESSION, form=form)
    return answered(probe, answer, {"sid": PARTICIPANT})


def removed(*, answer: int = 204) -> Exchange:
    """Return the removal of a Participant."""
    probe = WORLD.call("DeleteParticipant", SessionSid=SESSION, Sid=PARTICIPANT)
    return answered(probe, answer, b"")


def said(*, answer: int = 201) -> Exchange:
    """Return a message to a Participant."""
    probe = WORLD.call(
        "CreateMessageInteraction",
        SessionSid=SESSION,
        ParticipantSid=PARTICIPANT,
        form={"Body": "hello"},
    )
    return answered(probe, answer, {"sid": INTERACTION})


def _seen(probe: Probe, about: dict[str, Any]) -> Exchange:
    """Return the exchange of a probe, addressed and answered as told."""
    changes = dict(about)
    answer: int = changes.pop("answer", 200)
    sid: str = changes.pop("sid", SESSION)
    service: str = changes.pop("service", SERVICE)
    path = probe.path.replace(SESSION, sid).replace(SERVICE, service)
    body: object = shown(sid=sid) | changes
    if not 200 <= answer < 300:
        body = {"code": 20404}
    elif answer == 204:
        body = b""
    return answered(replace(probe, path=path), answer, body)
