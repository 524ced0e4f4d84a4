"""Checks about Ttl: the seconds shown for those sent, and what is no number."""

from collections.abc import Iterator
from dataclasses import dataclass

from conformance.checks.asked import form
from conformance.checks.refusal import refusal
from conformance.evidence import Evidence
from conformance.exchange import Exchange, labelled, pairs
from conformance.judge import Check
from conformance.models.act import CREATE, UPDATE
from conformance.models.timeline import Stride, strides
from conformance.models.values import LIVE, shown_values
from conformance.oracles import numbers
from conformance.verdict import Verdict, chose, judged, unknown

_KEPT = {CREATE: "NUM-001", UPDATE: "NUM-002"}
_JUNK = {CREATE: "NUM-007", UPDATE: "NUM-008"}
_SPELLED = {
    "leading-zero": 63,
    "plus-sign": 61,
    "space-before": 62,
    "exponent": 1000,
    "hexadecimal": 65,
    "digits-of-another-script": 67,
    "no-fraction": 68,
}


def seconds_are_kept(evidence: Evidence) -> Iterator[Verdict]:
    """Yield a verdict on each Ttl that was accepted (NUM-001 to NUM-006)."""
    for stride in evidence.view(strides):
        sent, shown = _sent(stride.exchange), (stride.step.act.shown or {}).get("ttl")
        if sent is None or not isinstance(shown, int) or not _judgeable(stride):
            continue
        about = _About(stride.step.act.operation, sent, (stride.exchange.number,))
        yield from about.shown(shown)


def seconds_are_accepted(evidence: Evidence) -> Iterator[Verdict]:
    """Yield what is said of each Ttl that was refused (NUM-001 to NUM-006).

    It counts only where another Ttl is accepted.
    """
    for operation in (CREATE, UPDATE):
        for scene in _scenes(evidence, operation):
            asked = [
                (exchange, sent)
                for exchange in scene
                if exchange.probe.operation == operation
                if (sent := _sent(exchange)) is not None
            ]
            taken = _takes_some(scene, operation)
            for exchange, sent in asked:
                about = _About(operation, sent, (exchange.number,))
                if exchange.refused and taken:
                    yield from about.refused(exchange)
                elif not exchange.accepted:
                    yield about.undecided(exchange)


def what_is_no_number_is_refused(evidence: Evidence) -> Iterator[Verdict]:
    """Yield a verdict on each Ttl that is no whole number (NUM-007, NUM-008)."""
    for operation, row in _JUNK.items():
        for scene in _scenes(evidence, operation):
            for spoilt, control in pairs(scene):
                yield refusal(row, spoilt, control)


def spelling_choices(evidence: Evidence) -> Iterator[Verdict]:
    """Yield what becomes of a number that is spelled otherwise (NUM-009)."""
    for scene in evidence.scenes(f"ttl/{CREATE}"):
        for exchange in scene:
            kind, _, spelling = exchange.probe.label.partition(" ")
            if kind != "spelled":
                continue
            shown = shown_values(exchange.fields).get("ttl")
            if exchange.refused:
                yield _refused("NUM-009", exchange, scene)
            elif exchange.accepted and isinstance(shown, int):
                which = "the" if shown == _SPELLED[spelling] else "another"
                yield _chose("NUM-009", exchange, f"taken for {which} number")


def empty_choices(evidence: Evidence) -> Iterator[Verdict]:
    """Yield what an empty Ttl of an update amounts to (NUM-010)."""
    for scene in evidence.scenes(f"ttl/{UPDATE}"):
        for exchange in labelled(scene, "empty"):
            shown = shown_values(exchange.fields).get("ttl")
            if exchange.refused:
                yield _refused("NUM-010", exchange, scene)
            elif exchange.accepted and isinstance(shown, int):
                choice = "taken as omitted" if shown else "taken for 0"
                yield _chose("NUM-010", exchange, choice)


def _scenes(evidence: Evidence, operation: str) -> Iterator[tuple[Exchange, ...]]:
    for topic in ("ttl", "ttl-beside-default", "ttl-drawn"):
        yield from evidence.scenes(f"{topic}/{operation}")


@dataclass(frozen=True, slots=True)
class _About:
    """A Ttl that an operation was sent, and the exchange in which it was."""

    operation: str
    sent: int
    evidence: tuple[int, ...]

    @property
    def row(self) -> str:
        """The requirement that says what becomes of it."""
        if not numbers.is_ordinary(self.sent):
            return "NUM-004"
        return _KEPT[self.operation] if self.sent else "NUM-003"

    def shown(self, shown: int) -> Iterator[Verdict]:
        """Yield what is to say if it is accepted and a ttl shown."""
        choice = numbers.fate(self.sent, shown)
        lawful = bool(choice) if self.row == "NUM-004" else shown == self.sent
        yield self._judged(f"ttl {shown}", "another number is shown", holds=lawful)
        if choice:
            yield from self._chose(choice)

    def refused(self, exchange: Exchange) -> Iterator[Verdict]:
        """Yield what is to say if it is refused while another Ttl is accepted."""
        lawful = self.row == "NUM-004"
        symptom = f"refused, {exchange.observed_class}"
        yield self._judged(exchange.observed, symptom, holds=lawful)
        yield from self._chose("refused")

    def undecided(self, exchange: Exchange) -> Verdict:
        """Return that nothing can be said."""
        why = "no Ttl is accepted" if exchange.refused else exchange.observed
        return unknown(
            self.row,
            self.operation,
            why,
            subject=str(self.sent),
            evidence=self.evidence,
        )

    def _judged(self, observed: str, symptom: str, *, holds: bool) -> Verdict:
        return judged(
            self.row,
            self.operation,
            holds,
            expected=f"ttl {self.sent} for a Ttl of {self.sent}",
            observed=observed,
            symptom=symptom,
            subject=str(self.sent),
            evidence=self.evidence,
        )

    def _chose(self, choice: str) -> Iterator[Verdict]:
        if self.row == "NUM-004":
            row = "NUM-006" if self.sent < 0 else "NUM-005"
            yield chose(
                row,
                self.operation,
                choice,
                subject=choice,
                evidence=self.evidence,
            )


def _sent(exchange: Exchange) -> int | None:
    """Return the whole seconds that a request sends as Ttl, None for anything else."""
    texts = (form(exchange.sent) or {}).get("Ttl", ())
    return numbers.seconds(texts[0]) if len(texts) == 1 else None


def _takes_some(scene: tuple[Exchange, ...], operation: str) -> bool:
    """Return whether an operation was accepted with an ordinary Ttl."""
    return any(
        exchange.accepted and numbers.is_ordinary(sent)
        for exchange in scene
        if exchange.probe.operation == operation
        if (sent := _sent(exchange)) is not None
    )


def _judgeable(stride: Stride) -> bool:
    """Return whether a write says what becomes of its Ttl.

    What an update makes of one while the status changes, or of a Session that is not
    live, is not documented.
    """
    act, status = stride.step.act, stride.step.before.sole("status")
    if act.operation != UPDATE:
        return act.operation == CREATE
    plain = act.settled and not act.strange and "status" not in act.touched
    return plain and status in LIVE


def _refused(row: str, exchange: Exchange, scene: tuple[Exchange, ...]) -> Verdict:
    """Return that a Ttl is refused, if the same operation takes another one."""
    operation, numbers_of = exchange.probe.operation, (exchange.number,)
    if _takes_some(scene, operation):
        return _chose(row, exchange, "refused")
    return unknown(row, operation, "no Ttl is accepted", evidence=numbers_of)


def _chose(row: str, exchange: Exchange, choice: str) -> Verdict:
    return chose(
        row,
        exchange.probe.operation,
        choice,
        subject=choice,
        evidence=(exchange.number,),
    )


CHECKS: tuple[Check, ...] = (
    seconds_are_kept,
    seconds_are_accepted,
    what_is_no_number_is_refused,
    spelling_choices,
    empty_choices,
)
