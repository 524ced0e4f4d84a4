"""Mixtures: many lawful variants at once, which must be as silent as each alone."""

from collections.abc import Mapping

from conformance.library import Variant

SIZE = 12
"""How many variants a mixture holds."""

ROUNDS = 3
"""In how many mixtures each variant is, at least."""


def mixtures(variants: Mapping[str, Variant]) -> tuple[tuple[str, ...], ...]:
    """Return mixtures of variants that go together, the same ones each time.

    Each round deals all variants out anew, in another stride, so that a variant
    meets others in every round. One that does not go with what is in the mixture
    waits for the next.
    """
    found: list[tuple[str, ...]] = []
    for round_ in range(ROUNDS):
        waiting = _dealt(sorted(variants), stride=7 + 6 * round_)
        while waiting:
            mixture: list[str] = []
            for name in waiting:
                if len(mixture) < SIZE and all(
                    _go_together(variants[name], variants[other]) for other in mixture
                ):
                    mixture.append(name)
            waiting = [name for name in waiting if name not in mixture]
            found.append(tuple(mixture))
    return tuple(found)


def _dealt(names: list[str], *, stride: int) -> list[str]:
    return [name for start in range(stride) for name in names[start::stride]]


def _go_together(one: Variant, other: Variant) -> bool:
    return other.name not in one.excludes and one.name not in other.excludes
