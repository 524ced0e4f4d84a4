"""Scenarios drawn from the contract by Schemathesis; every check judges them."""

from functools import partial

from conformance.catalogue import Capability
from conformance.script import Scenario, Script, World, created, explore, send

FUZZED = 12
"""How many requests the fuzzing phase draws for each operation."""

CHAINS = 10
CHAIN_STEPS = 6

_NEEDS = frozenset({Capability.WRITING, Capability.SERVICES, Capability.GENERATION})
_SESSION_OPERATIONS = (
    "CreateSession",
    "ListSession",
    "FetchSession",
    "UpdateSession",
    "DeleteSession",
)


def drawn(world: World, *, operation: str) -> Script[None]:
    """Send what the examples, coverage and fuzzing phases draw for an operation.

    Each phase gets a live Session of its own to be aimed at.
    """
    # Schemathesis takes half a second to import; only who generates pays for it.
    from conformance.strategies import schema  # noqa: PLC0415  see above

    for phase in schema.PHASES:
        sid = yield from created(world.call("CreateSession", form={}))
        aim = schema.Aim(
            service_sid=world.service_sid,
            sid=sid,
            participants=Capability.PARTICIPANTS in world.provides,
        )
        document = schema.narrowed(world.contract.document, aim)
        for probe in schema.cases(
            document, operation, phase, seed=world.seed, count=FUZZED
        ):
            if world.may(probe):
                yield from send(probe)


def linked(world: World) -> Script[None]:
    """Follow the links of the contract from a creation onwards."""
    from conformance.strategies import schema  # noqa: PLC0415  as above

    aim = schema.Aim(
        service_sid=world.service_sid,
        participants=Capability.PARTICIPANTS in world.provides,
    )
    document = schema.narrowed(world.contract.document, aim)
    yield from explore(
        lambda send: schema.walk(
            document,
            world.service_sid,
            send,
            seed=world.seed,
            count=CHAINS,
            steps=CHAIN_STEPS,
        )
    )


SCENARIOS = (
    *(
        Scenario(
            name=f"generated/{operation}",
            script=partial(drawn, operation=operation),
            serves=("HTTP-001",),
            needs=_NEEDS,
            own=True,
        )
        for operation in _SESSION_OPERATIONS
    ),
    Scenario(
        name="generated/links",
        script=linked,
        serves=("HTTP-001",),
        needs=_NEEDS,
        late=True,
        own=True,
    ),
)
