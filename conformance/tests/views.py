"""Literal views for tests: a catalogue of five rows, and records that rule on it."""

from dataclasses import replace

from conformance import catalogue
from conformance.exchange import Exchange
from conformance.library import Fault, Library, library
from conformance.perform import Performed
from conformance.record import Footer, Record, Tally, tallied
from conformance.report import View, view
from conformance.tests.records import FOOTER, HEADER
from conformance.verdict import Outcome, Ruling, Verdict, rule

_SOURCE = (
    '[{document = "S2", locator = "there", grade = "D", quote = "a <b>quote</b>"}]'
)

_ROWS = f"""
[[requirement]]
id = "SID-003"
sentence = "A malformed Sid is refused."
level = "must"
operations = ["UpdateSession", "DeleteSession"]
source = {_SOURCE}
minimum = 2
sent = "each defect"
accepted = "400 or 404"
failure = "anything else"

[[requirement]]
id = "CON-001"
sentence = "A fetch shows the Ttl and the status of the last write."
level = "must"
operations = ["FetchSession"]
source = {_SOURCE}

[[requirement]]
id = "CON-002"
sentence = "A list shows the ttl that a fetch shows."
level = "must"
operations = ["ListSession"]
source = {_SOURCE}

[[requirement]]
id = "LIST-030"
sentence = "A PageSize above the maximum is cut or refused."
level = "observe"
operations = ["ListSession"]
source = {_SOURCE}
choices = ["clamped", "refused"]
preferred = "clamped"

[[requirement]]
id = "ERR-001"
sentence = "The url of an error object leads to a page."
level = "should"
operations = ["FetchSession"]
source = {_SOURCE}
needs = ["volume"]

[[excluded]]
id = "OUT-001"
sentence = "It is fast."
reason = "nobody said how fast"
source = {_SOURCE}
"""

_PROFILES = """
full = { sentence = "all", provides = ["writing", "volume"] }
"""

_LIBRARY = library()

SMALL_LIBRARY = Library(
    contract=_LIBRARY.contract,
    catalogue=catalogue.load({"errors.toml": _ROWS}, _PROFILES),
    contract_digest="c0ffee",
    catalogue_digest="ca7",
)
"""The real contract, and rows enough for one of each kind."""


def fault(name: str, *trips: str, difficulty: int = 1, sentence: str = "") -> Fault:
    """Return a fault of the mock that trips these rows."""
    return Fault(
        name=name,
        sentence=sentence or f"{name} is wrong.",
        trips=frozenset(trips),
        difficulty=difficulty,
        area="errors",
    )


FAULTS = {
    one.name: one
    for one in (
        fault("old-ttl", "CON-001", "CON-002"),
        fault("old-status", "CON-001"),
        fault("any-sid", "SID-003"),
    )
}


def passed(requirement: str, operation: str, *, choice: str = "") -> Verdict:
    """Return a verdict that it holds, or which choice was made."""
    return Verdict(
        requirement=requirement,
        operation=operation,
        outcome=Outcome.PASS,
        choice=choice,
        subject="one",
        evidence=(1,),
    )


def failed(
    requirement: str,
    operation: str,
    symptom: str = "wrong",
    *evidence: int,
    reason: str = "expected right, observed wrong",
) -> Verdict:
    """Return a verdict that it is broken, in which way, shown by which exchanges."""
    return Verdict(
        requirement=requirement,
        operation=operation,
        outcome=Outcome.FAIL,
        reason=reason,
        symptom=symptom,
        subject=symptom,
        evidence=evidence,
    )


def other(
    requirement: str, operation: str, outcome: Outcome, reason: str = "why"
) -> Verdict:
    """Return a verdict that is neither pass nor fail."""
    return Verdict(
        requirement=requirement, operation=operation, outcome=outcome, reason=reason
    )


def ruled(*verdicts: Verdict) -> tuple[Ruling, ...]:
    """Return the rulings of these verdicts, in order of appearance."""
    keys = dict.fromkeys((each.requirement, each.operation) for each in verdicts)
    return tuple(
        rule(*key, [v for v in verdicts if (v.requirement, v.operation) == key])
        for key in keys
    )


def viewed(  # noqa: PLR0913  a record has that many parts
    *verdicts: Verdict,
    exchanges: tuple[Exchange, ...] = (),
    name: str = "a mock",
    target: str = "http://127.0.0.1:8000",
    footer: Footer | None = FOOTER,
    performed: tuple[Performed, ...] = (),
    faults: dict[str, Fault] = FAULTS,
) -> View:
    """Return the view of a record with these verdicts."""
    tallies: tuple[Tally, ...] = tallied(verdicts)
    record = Record(
        header=replace(HEADER, name=name, target=target),
        exchanges=exchanges,
        performed=performed,
        tallies=tallies,
        rulings=ruled(*verdicts),
        footer=footer,
    )
    return view(record, SMALL_LIBRARY, faults)
