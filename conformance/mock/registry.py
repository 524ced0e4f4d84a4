"""Faults and variants by name: gathered from their areas, applied in order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches

from conformance.mock.rules import Rules

Change = Callable[[Rules], Rules]


class UnknownNameError(Exception):
    """A name that no area defines."""


def gather(areas: Iterable[Mapping[str, Change]]) -> dict[str, Change]:
    """Return the changes of all areas by name.

    Raises:
        ValueError: two areas use one name.

    """
    found: dict[str, Change] = {}
    for area in areas:
        twice = found.keys() & area.keys()
        if twice:
            raise ValueError(f"expected each name once, observed twice {sorted(twice)}")
        found |= area
    return found


def changed(
    rules: Rules, names: Iterable[str], known: Mapping[str, Change], *, kind: str
) -> Rules:
    """Return `rules` after the named changes, applied in the order given.

    Raises:
        UnknownNameError: a name is not among the known ones.

    """
    for name in names:
        change = known.get(name)
        if change is None:
            near = get_close_matches(name, known, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise UnknownNameError(f"unknown {kind} {name!r}{hint}")
        rules = change(rules)
    return rules
