"""Checks about SIDs."""

from collections.abc import Iterator

from conformance.checks.refusal import refused
from conformance.evidence import Evidence
from conformance.judge import Check
from conformance.oracles.sid import is_sid
from conformance.verdict import Verdict, judged


def session_sid_is_well_formed(evidence: Evidence) -> Iterator[Verdict]:
    """Yield a verdict on the sid of each Session shown anywhere (SID-001)."""
    for seen in evidence.sessions:
        sid = seen.fields.get("sid")
        yield judged(
            "SID-001",
            seen.operation,
            is_sid(sid, prefix="KC"),
            expected="KC and 32 hex digits",
            observed=repr(sid),
            symptom="malformed",
            subject=seen.sid,
            evidence=(seen.exchange.number,),
        )


CHECKS: tuple[Check, ...] = (
    session_sid_is_well_formed,
    refused("SID-003", "malformed-sid", statuses=frozenset({400, 404})),
)
