"""Checks about the parameters of an update, together and withdrawn."""

from collections.abc import Iterator

from conformance.checks.looked import looked
from conformance.checks.refusal import where_accepted
from conformance.evidence import Evidence
from conformance.exchange import Exchange, labelled
from conformance.judge import Check
from conformance.models.act import Answer
from conformance.models.timeline import Stride, strides
from conformance.models.values import LIVE, Value
from conformance.verdict import Verdict, chose, judged

_OPERATION = "UpdateSession"
_WITHDRAWN = (("UPD-005", "name", "unique_name"), ("UPD-006", "mode", "mode"))


def parameters_go_together(evidence: Evidence) -> Iterator[Verdict]:
    """Yield whether each combination is accepted whose parts are (UPD-003)."""
    sids: dict[str, list[Stride]] = {}
    for stride in evidence.view(strides):
        if stride.exchange.probe.label == "change":
            sids.setdefault(stride.sid, []).append(stride)
    for some in sids.values():
        accepted = [s for s in some if s.step.act.answer is Answer.ACCEPTED]
        for stride in some:
            act = stride.step.act
            if stride in accepted or _refused_together(stride, accepted):
                names = ", ".join(sorted(act.touched))
                yield judged(
                    "UPD-003",
                    _OPERATION,
                    stride in accepted,
                    expected=f"{names} accepted together, as each is with others",
                    observed=stride.exchange.observed,
                    symptom=f"{names}: {stride.exchange.observed_class}",
                    subject=names,
                    evidence=(stride.exchange.number,),
                )


def _refused_together(stride: Stride, accepted: list[Stride]) -> bool:
    """Return whether a combination is refused each part of which is accepted."""
    act, before = stride.step.act, stride.step.before
    closing = act.asked.get("status") in {None, "closed"}
    if act.answer is not Answer.REFUSED or before.sole("status") not in LIVE:
        return False
    parts = frozenset(part for other in accepted for part in _parts(other))
    return closing and _parts(stride) <= parts


def _parts(stride: Stride) -> frozenset[tuple[str, Value]]:
    """Return what an update was sent; of a status, also from which it changes."""
    before = stride.step.before.sole("status")
    return frozenset(
        (name, before if name == "status" else None) for name in stride.step.act.touched
    )


def an_empty_update_is_lawful(evidence: Evidence) -> Iterator[Verdict]:
    """Yield what becomes of an update without parameters (UPD-004)."""
    for scene in evidence.scenes("withdrawn"):
        for exchange in labelled(scene, "empty"):
            if exchange.accepted or exchange.refused:
                choice = "accepted" if exchange.accepted else "refused"
                yield chose("UPD-004", _OPERATION, choice, evidence=(exchange.number,))


def withdrawn_parameters_are_lawful(evidence: Evidence) -> Iterator[Verdict]:
    """Yield what becomes of UniqueName and Mode in an update (UPD-005, UPD-006)."""
    for scene in evidence.scenes("withdrawn"):
        for requirement, label, name in _WITHDRAWN:
            for exchange in labelled(scene, label):
                for later in labelled(scene, f"{label}d"):
                    choice = _became(exchange, later, name)
                    if choice:
                        yield chose(
                            requirement,
                            _OPERATION,
                            choice,
                            evidence=(exchange.number, later.number),
                        )


def _became(exchange: Exchange, later: Exchange, name: str) -> str:
    if exchange.refused:
        return "refused"
    shown = looked(later)
    if not exchange.accepted or name not in shown:
        return ""
    asked = {value for _, value in exchange.sent.form}
    return "applied" if shown[name] in asked else "ignored"


CHECKS: tuple[Check, ...] = (
    parameters_go_together,
    where_accepted(an_empty_update_is_lawful),
    where_accepted(withdrawn_parameters_are_lawful),
)
