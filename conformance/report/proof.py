"""Proof: whether what a chain consists of shows a finding by itself."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from conformance.catalogue import Capability, Profile
from conformance.checks import CHECKS
from conformance.evidence import Evidence
from conformance.exchange import Exchange, History
from conformance.judge import Terms, heard
from conformance.library import Library
from conformance.record import Header
from conformance.report.chain import Chain, Past
from conformance.report.listed import listed
from conformance.verdict import Finding, Outcome

_NOBODY_ELSE = Profile(name="", sentence="", provides=frozenset())


@dataclass(frozen=True, slots=True, kw_only=True)
class Prover:
    """Judges parts of a record as if they were all that there is."""

    past: Past
    header: Header
    library: Library

    def smallest(self, finding: Finding) -> Chain:
        """Return the shortest chain whose own exchanges show the finding.

        The shortest of all where none does, as where a client was judged.
        """
        row = self.library.catalogue.requirements.get(finding.requirement)
        if row is None or Capability.CLIENT in row.needs:
            return self.past.chain(finding.evidence)
        numbers = frozenset(finding.evidence) | self._listed(finding)
        chains = self.past.chains(numbers)
        first = next(chains)
        if self.shows(first, finding):
            return first
        return next((one for one in chains if self.shows(one, finding)), first)

    def shows(self, chain: Chain, finding: Finding) -> bool:
        """Return whether the exchanges of a chain are judged to be the finding."""
        return self._fails(tuple(step.exchange for step in chain.steps), finding)

    def _fails(self, exchanges: tuple[Exchange, ...], finding: Finding) -> bool:
        evidence = Evidence(
            history=History(account_sid=self.header.account_sid, exchanges=exchanges),
            contract=self.library.contract,
        )
        terms = Terms(
            catalogue=self.library.catalogue,
            profile=_NOBODY_ELSE,
            expectations=self.header.expectations,
        )
        wanted = finding.requirement, finding.operation, finding.symptom
        return any(
            (said.requirement, said.operation, said.symptom) == wanted
            for said in heard(CHECKS, evidence, terms).alone
            if said.outcome is Outcome.FAIL
        )

    def _listed(self, finding: Finding) -> frozenset[int]:
        """Return what made the one resource of a page for which the page fails.

        A page shows what any scene created; one that fails for a single resource
        does so wherever that is made again.
        """
        if len(finding.evidence) != 1 or not finding.operation.startswith("List"):
            return frozenset()
        page = self.past.by_number[finding.evidence[0]]
        for key, value in page.fields.items():
            items = tuple(listed(value).values())
            while len(items) > 1:
                half = len(items) // 2
                parts = items[:half], items[half:]
                items = next(
                    (
                        p
                        for p in parts
                        if self._fails((_showing(page, key, p),), finding)
                    ),
                    (),
                )
            for item in items:
                return self.past.life(str(item.get("sid")), page.number)
        return frozenset()


def _showing(
    page: Exchange, key: str, items: tuple[Mapping[str, Any], ...]
) -> Exchange:
    """Return the exchange as if its page had shown these alone."""
    if page.response is None:
        return page
    body = json.dumps({**page.fields, key: items}).encode()
    return replace(page, response=replace(page.response, body=body))
