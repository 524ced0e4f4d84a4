"""Causes: what is broken, held against the faults of the mock that break the same.

Each fault of the mock is known to trip certain requirements and no others. A target
that breaks just those, and is told of in the same words, is likely wrong in that way.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from conformance.library import Fault

_WORD = re.compile(r"[a-z0-9]{3,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Requirements that fail together, and the fault that is most like it.

    `alike` says that all the fault trips is broken, and told of in words that set it
    apart from other faults; else it proves no more than that a check bites.
    """

    ids: tuple[str, ...]
    fault: Fault | None = None
    alike: bool = False


def causes(broken: Mapping[str, str], faults: Iterable[Fault]) -> tuple[Cause, ...]:
    """Return the broken requirements by likely cause, each in one.

    `broken` maps a requirement to the words in which its failures are told. The fault
    that explains most of them comes first.
    """
    rivals = tuple(fault for fault in faults if fault.trips & broken.keys())
    told = {id_: frozenset(_WORD.findall(text.lower())) for id_, text in broken.items()}
    alike = {fault.name: _likeness(fault, rivals, told) for fault in rivals}
    fitting = [fault for fault in rivals if fault.trips <= broken.keys()]
    left = dict.fromkeys(broken)
    found: list[Cause] = []
    while left:
        fault = max(
            (fault for fault in fitting if fault.trips & left.keys()),
            key=lambda one: (
                len(one.trips & left.keys()),
                alike[one.name],
                -len(one.trips),
                -one.difficulty,
            ),
            default=None,
        )
        if fault is None:
            found += [_unexplained(id_, rivals, alike) for id_ in left]
            break
        ids = tuple(id_ for id_ in left if id_ in fault.trips)
        found.append(Cause(ids=ids, fault=fault, alike=alike[fault.name] > 0))
        for id_ in ids:
            del left[id_]
    return tuple(found)


def _likeness(
    fault: Fault, rivals: Iterable[Fault], told: Mapping[str, frozenset[str]]
) -> int:
    """Return how many words a failure shares with the name of this fault.

    A word that most faults of the same requirements have in their name tells nothing.
    """
    names = [_words(one) for one in rivals if one.trips & fault.trips]
    telling = {
        word
        for word in _words(fault)
        if 2 * sum(word in name for name in names) <= len(names)
    }
    said = frozenset[str]().union(*(told.get(id_, frozenset()) for id_ in fault.trips))
    return len(telling & said)


def _words(fault: Fault) -> frozenset[str]:
    return frozenset(_WORD.findall(fault.name))


def _unexplained(id_: str, rivals: Iterable[Fault], alike: Mapping[str, int]) -> Cause:
    """Return the cause of a requirement that no fault explains: its proof alone."""
    proof = max(
        (fault for fault in rivals if id_ in fault.trips),
        key=lambda one: (alike[one.name], -len(one.trips), -one.difficulty),
        default=None,
    )
    return Cause(ids=(id_,), fault=proof)
