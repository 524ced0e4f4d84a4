"""Checks about the words that status and mode may be, shown and sent."""

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from conformance.checks.asked import creates, form, lacks_numbers, lasts
from conformance.checks.properties import themselves
from conformance.checks.refusal import refusal, where_accepted
from conformance.evidence import Evidence
from conformance.exchange import Exchange, Role, labelled, pairs
from conformance.judge import Check
from conformance.oracles.enums import MODES, STATUSES, is_respelled, miss
from conformance.verdict import Verdict, chose, judged, unknown

_TOPICS = ("mode-word", "status-word")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Enum:
    """An enumerated property, its parameter, and the requirements about them.

    `outside` maps an operation to the requirement that it refuses any other word.
    """

    name: str
    parameter: str
    words: AbstractSet[str]
    default: str
    shown: str
    taken: str
    outside: Mapping[str, str]


_ENUMS = (
    _Enum(
        name="status",
        parameter="Status",
        words=STATUSES,
        default="open",
        shown="ENUM-001",
        taken="ENUM-004",
        outside={"CreateSession": "ENUM-006", "UpdateSession": "ENUM-007"},
    ),
    _Enum(
        name="mode",
        parameter="Mode",
        words=MODES,
        default="voice-and-message",
        shown="ENUM-002",
        taken="ENUM-003",
        outside={"CreateSession": "ENUM-005"},
    ),
)


def shown_words_are_documented(evidence: Evidence) -> Iterator[Verdict]:
    """Yield a verdict on each status and mode shown anywhere (ENUM-001, ENUM-002)."""
    judged_before: set[tuple[str, str, str]] = set()
    for seen in themselves(evidence):
        for enum in _ENUMS:
            text = seen.fields.get(enum.name)
            key = (enum.name, seen.operation, str(text))
            if not isinstance(text, str) or key in judged_before:
                continue
            judged_before.add(key)
            holds = text in enum.words
            yield judged(
                enum.shown,
                seen.operation,
                holds,
                expected=f"a documented {enum.name}",
                observed=repr(text),
                symptom="" if holds else miss(text, enum.words),
                subject=text if holds else "undocumented",
                evidence=(seen.exchange.number,),
            )


def sent_words_are_shown(evidence: Evidence) -> Iterator[Verdict]:
    """Yield a verdict on the echo of each documented word (ENUM-003, ENUM-004)."""
    for exchange, fields in creates(evidence):
        for enum in _ENUMS:
            sent = fields.get(enum.parameter, ())
            shown = exchange.fields.get(enum.name)
            if len(sent) != 1 or sent[0] not in enum.words:
                continue
            if not isinstance(shown, str) or shown not in enum.words:
                continue
            if enum.name == "mode" or lasts(fields):
                yield judged(
                    enum.taken,
                    "CreateSession",
                    shown == sent[0],
                    expected=f"the {enum.name} {sent[0]}",
                    observed=shown,
                    symptom=f"another {enum.name} is shown",
                    subject=sent[0],
                    evidence=(exchange.number,),
                )


def sent_words_are_accepted(evidence: Evidence) -> Iterator[Verdict]:
    """Yield a verdict on each documented word that is refused (ENUM-003, ENUM-004).

    It counts only where another word of the same kind is accepted.
    """
    for scene in _scenes(evidence, "CreateSession"):
        words = [e for e in scene if e.probe.role is Role.CONTROL]
        for exchange in words:
            if exchange.accepted:
                continue
            enum, word = _sent(exchange)
            why = _excuse(exchange, words)
            yield (
                unknown(
                    enum.taken,
                    "CreateSession",
                    f"{word}: {why}",
                    subject=word,
                    evidence=(exchange.number,),
                )
                if why
                else judged(
                    enum.taken,
                    "CreateSession",
                    holds=False,
                    expected=f"the {enum.name} {word} to be accepted",
                    observed=exchange.observed,
                    symptom=f"refused, {exchange.observed_class}",
                    subject=word,
                    evidence=(exchange.number,),
                )
            )


def other_words_are_refused(evidence: Evidence) -> Iterator[Verdict]:
    """Yield a verdict on each word spoilt in one way (ENUM-005 to ENUM-008)."""
    for operation in ("CreateSession", "UpdateSession"):
        for scene in _scenes(evidence, operation):
            for spoilt, control in pairs(scene):
                enum, word = _sent(spoilt)
                respelled = is_respelled(word, enum.words)
                requirement = "ENUM-008" if respelled else enum.outside[operation]
                yield refusal(requirement, spoilt, control)


def empty_word(evidence: Evidence) -> Iterator[Verdict]:
    """Yield what an empty Mode or Status amounts to (ENUM-009)."""
    for operation in ("CreateSession", "UpdateSession"):
        for scene in _scenes(evidence, operation):
            for exchange in labelled(scene, "empty"):
                enum, _ = _sent(exchange)
                before = next((e for e in scene if e.accepted), exchange)
                kept = (
                    enum.default
                    if operation == "CreateSession"
                    else before.fields.get(enum.name)
                )
                if before.accepted:
                    omitted = exchange.fields.get(enum.name) == kept
                    yield _empty(exchange, operation, omitted=omitted)
                else:
                    why = "nothing was accepted beside it"
                    yield unknown("ENUM-009", operation, why)


def _empty(exchange: Exchange, operation: str, *, omitted: bool) -> Verdict:
    evidence = (exchange.number,)
    if exchange.accepted:
        choice = "taken as omitted" if omitted else "accepted otherwise"
    elif exchange.refused:
        choice = "refused"
    else:
        return unknown("ENUM-009", operation, exchange.observed, evidence=evidence)
    return chose("ENUM-009", operation, choice, subject=choice, evidence=evidence)


def _scenes(evidence: Evidence, operation: str) -> Iterator[tuple[Exchange, ...]]:
    for topic in _TOPICS:
        yield from evidence.scenes(f"{topic}/{operation}")


def _sent(exchange: Exchange) -> tuple[_Enum, str]:
    """Return which enumeration a probe of these scenes is about, and its word."""
    fields = form(exchange.sent) or {}
    for enum in _ENUMS:
        if enum.parameter in fields:
            return enum, fields[enum.parameter][0]
    return _ENUMS[0], ""


def _excuse(refused: Exchange, words: list[Exchange]) -> str:
    """Return why a refusal says nothing about the word, "" if it does."""
    if refused.undecided:
        return refused.observed
    if lacks_numbers(refused):
        return "no numbers for it"
    if not any(exchange.accepted for exchange in words):
        return "every other word is refused too"
    return ""


CHECKS: tuple[Check, ...] = (
    shown_words_are_documented,
    sent_words_are_shown,
    sent_words_are_accepted,
    other_words_are_refused,
    where_accepted(empty_word),
)
