"""Search: Hypothesis chains operations together until a check objects, then shrinks."""

from functools import partial

from conformance.catalogue import Capability
from conformance.script import Scenario, Script, World, explore


def chains(world: World) -> Script[None]:
    """Chain operations on Sessions of two Services, and shrink what breaks."""
    # Hypothesis takes a while to import; only who searches pays for it.
    from conformance.search import machine  # noqa: PLC0415  only who draws pays

    yield from explore(partial(machine.search, world))


SCENARIOS: tuple[Scenario, ...] = (
    Scenario(
        name="chains",
        script=chains,
        serves=("CON-001",),
        needs=frozenset(
            {Capability.WRITING, Capability.SERVICES, Capability.GENERATION}
        ),
        late=True,
        own=True,
    ),
)
