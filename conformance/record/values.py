"""What the lines of a record say."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from conformance.catalogue import Catalogue
from conformance.exchange import Exchange
from conformance.perform import Performed
from conformance.verdict import (
    Docket,
    Exit,
    Level,
    Outcome,
    Ruling,
    Tally,
    Verdict,
    fold,
)

FORMAT = 1
"""The version of the format; a reader refuses any other."""


class RecordError(ValueError):
    """A record that cannot be read or written; the message is one clear line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What was run, against what, and when.

    `name` is what people call the target; `contract` and `catalogue` are digests;
    `target` is a base URL without user or password, "" where there was none.
    `expectations` maps `observe` ids to the choice that was expected to be made.
    """

    suite: str
    contract: str
    catalogue: str
    target: str
    account_sid: str
    profile: str
    seed: int
    tag: str
    service_sid: str
    started: str
    name: str = ""
    select: tuple[str, ...] = ()
    expectations: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True, kw_only=True)
class Leftover:
    """A resource that the run created and did not get rid of."""

    kind: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """A failure that the user knows of; `operation` "" means every one.

    `state` is "used", "unused", "expired", "unmatched", or "undecided" where the
    run did not come to judge it.
    """

    requirement: str
    reason: str
    operation: str = ""
    issue: str = ""
    expires: str = ""
    state: str = "used"


@dataclass(frozen=True, slots=True, kw_only=True)
class Footer:
    """What the run came to; a record without one was cut off.

    `halted` says why the run ended before its time, if it did. `counts` says how many
    requirements of each level came to each outcome. `absent` maps a missing
    capability to the reason why it is missing.
    """

    exit: Exit
    counts: Mapping[Level, Mapping[Outcome, int]]
    requests: int
    seconds: float
    halted: str = ""
    left_behind: tuple[Leftover, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    absent: Mapping[str, str] = field(default_factory=dict[str, str])


Line: TypeAlias = Header | Exchange | Performed | Tally | Ruling | Footer
"""One line of a record."""


@dataclass(frozen=True, kw_only=True)
class Record:
    """A whole record, read."""

    header: Header
    exchanges: tuple[Exchange, ...] = ()
    performed: tuple[Performed, ...] = ()
    tallies: tuple[Tally, ...] = ()
    rulings: tuple[Ruling, ...] = ()
    footer: Footer | None = None

    @property
    def interrupted(self) -> bool:
        """Whether the run was cut off before it could say what it came to."""
        return self.footer is None


def counted(
    rulings: Iterable[Ruling], catalogue: Catalogue
) -> dict[Level, dict[Outcome, int]]:
    """Return how many requirements of each level came to each outcome.

    A requirement counts once, with the most decisive outcome of its operations.
    """
    outcomes: dict[str, list[Outcome]] = {}
    for ruling in rulings:
        outcomes.setdefault(ruling.requirement, []).append(ruling.outcome)
    counts = {level: dict.fromkeys(Outcome, 0) for level in Level}
    for requirement, several in outcomes.items():
        if row := catalogue.requirements.get(requirement):
            counts[row.level][fold(several)] += 1
    return counts


def tallied(verdicts: Iterable[Verdict]) -> tuple[Tally, ...]:
    """Return the verdicts with passes folded: one per row, operation and choice."""
    docket = Docket()
    for verdict in verdicts:
        docket.add(verdict)
    return docket.tallies()
