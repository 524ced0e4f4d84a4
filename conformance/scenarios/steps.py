"""Steps that scenarios about one Session are made of."""

from conformance.exchange import Exchange, Probe
from conformance.script import Fields, Script, World, created, send


def create(
    world: World, form: Fields, *, label: str = "", service: str | None = None
) -> Script[str]:
    """Create a Session and return its SID; the scene ends if that is refused."""
    return created(world.call("CreateSession", form=form, service=service, label=label))


def fetch(
    world: World, sid: str, *, label: str = "", service: str | None = None
) -> Script[Exchange]:
    """Fetch a Session."""
    probe = world.call("FetchSession", Sid=sid, service=service, label=label)
    return (yield from send(probe))


def update(
    world: World,
    sid: str,
    form: Fields,
    *,
    label: str = "",
    service: str | None = None,
) -> Script[Exchange]:
    """Update a Session."""
    probe = world.call(
        "UpdateSession", Sid=sid, form=form, service=service, label=label
    )
    return (yield from send(probe))


def delete(
    world: World, sid: str, *, label: str = "", service: str | None = None
) -> Script[Exchange]:
    """Delete a Session."""
    probe = world.call("DeleteSession", Sid=sid, service=service, label=label)
    return (yield from send(probe))


def join(world: World, session: str, identifier: str) -> Script[str]:
    """Add a Participant and return its SID; the scene ends if that is refused."""
    probe = world.call(
        "CreateParticipant", SessionSid=session, form={"Identifier": identifier}
    )
    return created(probe)


def message(world: World, session: str, participant: str) -> Script[str]:
    """Send a message and return its SID; the scene ends if that is refused."""
    return created(said(world, session, participant))


def said(world: World, session: str, participant: str) -> Probe:
    """Return the probe of a message to a Participant."""
    return world.call(
        "CreateMessageInteraction",
        SessionSid=session,
        ParticipantSid=participant,
        form={"Body": "hello"},
    )
