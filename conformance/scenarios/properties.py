"""A Session as every operation shows it, and the two lists that its links name."""

from conformance.script import Scenario, Script, World, created, send

BARE = "bare"
WHOLE = "whole"


def session_object(world: World) -> Script[None]:
    """Create a Session without any parameter, and look at it from all sides."""
    sid = yield from created(world.call("CreateSession", form={}, label=BARE))
    yield from send(world.call("FetchSession", Sid=sid, label=WHOLE))
    yield from send(world.call("ListSession"))
    for operation in ("ListParticipant", "ListInteraction"):
        yield from send(world.call(operation, SessionSid=sid, label="linked"))
    if world.thorough:
        for form in ({"Ttl": "7200"}, {"Status": "closed"}):
            yield from send(world.call("UpdateSession", Sid=sid, form=form))
        yield from send(world.call("FetchSession", Sid=sid))
        yield from send(world.call("ListSession"))


SCENARIOS = (
    Scenario(
        name="session-object/FetchSession",
        script=session_object,
        serves=(
            *(f"PROP-{number:03d}" for number in range(1, 21)),
            *("ENUM-001", "ENUM-002"),
            *("LINK-001", "LINK-002", "LINK-003", "LINK-004", "LINK-005"),
            *("CRE-001", "CRE-002", "CRE-003", "CRE-004", "CRE-005", "CRE-006"),
        ),
    ),
)
