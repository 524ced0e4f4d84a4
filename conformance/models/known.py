"""What is known of one Session, and what an act showed of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, StrEnum, auto
from functools import cache
from typing import TypeAlias

from conformance.models.act import Act
from conformance.models.values import Value, Values

Options: TypeAlias = Mapping[str, tuple[Value, ...]]
"""The values that each property may show; one that is not there may show any."""


class Life(Enum):
    """Whether the Session is there."""

    UNSEEN = auto()
    LIVE = auto()
    GONE = auto()
    UNSURE = auto()


class Rule(StrEnum):
    """What an act can agree with or contradict."""

    SHOWN = auto()  # a read shows what the last write answered
    FOUND = auto()  # a Session is there until it is deleted
    GIVEN = auto()  # the name and the mode stay
    BORN = auto()  # date_created stays
    FORWARDS = auto()  # date_updated does not go back
    STILL = auto()  # date_updated stays while nothing is written
    MOVED = auto()  # date_updated moves when something is changed
    KEPT = auto()  # an update leaves alone what it was not sent
    HARMLESS = auto()  # a refused update changes nothing
    ISOLATED = auto()  # what is sent under another Service changes nothing
    DELETABLE = auto()  # a Session that is there can be deleted
    GONE = auto()  # a deleted Session stays deleted
    TTL_LASTS = auto()  # it is not closed before its Ttl has passed
    DATE_LASTS = auto()  # it is not closed before its DateExpiry, whatever its Ttl
    USE_LASTS = auto()  # an interaction starts the Ttl again


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of one Session.

    `shown` is the last answer, `fields` the values that its properties may show,
    `past` those they showed before. `doubted` are properties of which contradicting
    values were seen since they were written; `confirmed` says that something was read
    since, `stood` that it was read late enough for another date to show. `loose` are
    properties that a write without an answer may yet change, `mortal` is a Session that
    one may yet delete. `creation` is None when it was not seen: then others may write
    to it as well. `told` are the properties whose value was sent, `proved` the
    operations that found it, `wrote` the class of the last write. `refused` are the
    updates refused since it was last seen, `spared` the delete. `used` is its last
    interaction, `last` the exchange that showed or deleted it last, and `updated_s` the
    time at which its date_updated was first shown.
    """

    life: Life = Life.UNSEEN
    creation: Act | None = None
    shown: Values | None = None
    fields: Options = field(default_factory=dict[str, tuple[Value, ...]])
    past: Options = field(default_factory=dict[str, tuple[Value, ...]])
    doubted: frozenset[str] = frozenset()
    confirmed: bool = False
    stood: bool = False
    loose: frozenset[str] = frozenset()
    mortal: bool = False
    peopled: bool = False
    told: frozenset[str] = frozenset()
    refused: tuple[Act, ...] = ()
    spared: Act | None = None
    proved: frozenset[str] = frozenset()
    used: Act | None = None
    updated_s: float = 0.0
    updated_sure: bool = False
    wrote: str = ""
    last: int = 0

    def sole(self, name: str) -> Value:
        """Return the one value that a property can have, None if that is not known."""
        options = self.fields.get(name, ())
        return options[0] if len(options) == 1 else None

    @property
    def ours(self) -> bool:
        """Whether nobody else writes to it."""
        return self.creation is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One thing that an act agreed with or contradicted.

    `since` is the exchange that it goes back to, beside the one that showed the Session
    last; 0 where there is no other.
    """

    rule: Rule
    holds: bool
    subject: str = ""
    field: str = ""
    expected: str = ""
    observed: str = ""
    symptom: str = ""
    since: int = 0


@cache
def held(rule: Rule, subject: str = "") -> Point:
    """Return the point that something holds: the same one each time, there are many."""
    return Point(rule=rule, holds=True, subject=subject)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What was known before an act, what is known after it, and what it showed."""

    before: Known
    act: Act
    after: Known
    points: tuple[Point, ...] = ()

    @property
    def contradictions(self) -> tuple[Point, ...]:
        """The points that do not hold."""
        return tuple(point for point in self.points if not point.holds)
