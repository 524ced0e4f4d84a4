"""Acts: exchanges as they bear on one Session, and what their answers say of it."""

from dataclasses import dataclass, field
from enum import StrEnum, auto

from conformance.models.values import Value, Values

CREATE = "CreateSession"
FETCH = "FetchSession"
LIST = "ListSession"
UPDATE = "UpdateSession"
DELETE = "DeleteSession"
JOIN = "CreateParticipant"
MESSAGE = "CreateMessageInteraction"
DELETE_SERVICE = "DeleteService"


class Answer(StrEnum):
    """What an answer says about the Session, as far as its status tells."""

    ACCEPTED = auto()
    ABSENT = auto()  # 404
    REFUSED = auto()  # the request, for what it asks
    BARRED = auto()  # the sender, or the message as such
    UNCLEAR = auto()  # done or not done, but over
    SILENT = auto()  # no answer of the target's own: it may yet be done


_BARRED = frozenset(
    {401, 402, 403, 405, 406, 407, 411, 413, 414, 415, 417, 421}
    | {426, 428, 429, 431, 451}
)


_GATEWAYS = frozenset({502, 503, 504})
"""What is answered in the target's place while it may be at work still."""


def answer(status: int) -> Answer:
    """Return what an HTTP status says, 0 being no answer at all."""
    match status:
        case _ if status == 0 or status in _GATEWAYS:
            return Answer.SILENT
        case 404:
            return Answer.ABSENT
        case _ if 200 <= status < 300:  # noqa: PLR2004  the range is the meaning
            return Answer.ACCEPTED
        case _ if status in _BARRED:
            return Answer.BARRED
        case _ if 400 <= status < 500 and status != 408:  # noqa: PLR2004  as above
            return Answer.REFUSED
        case _:
            return Answer.UNCLEAR


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One exchange as it bears on one Session.

    `asked` are the values sent without any doubt, `touched` the properties that the
    request may bear on. `shown` are the Session's values in the answer, or None.
    Not `settled` is an act during which something was written to the same Session.
    A `strange` one was addressed to another Service or by another spelling. Times
    are seconds since the run began, but `clock_s` since 1970, by the target's clock.
    """

    operation: str
    answer: Answer = Answer.ACCEPTED
    asked: Values = field(default_factory=dict[str, Value])
    touched: frozenset[str] = frozenset()
    shown: Values | None = None
    began_s: float = 0.0
    ended_s: float = 0.0
    clock_s: float | None = None
    number: int = 0
    settled: bool = True
    strange: bool = False

    def wish(self, name: str) -> tuple[Value, ...]:
        """Return the value that was sent for a property, if one was."""
        return (self.asked[name],) if name in self.asked else ()

    @property
    def words(self) -> str:
        """The class of a write: its operation and what it was sent."""
        return " ".join([self.operation, *sorted(self.touched)])
