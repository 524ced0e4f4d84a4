"""Laws of judging: every requirement ends in one ruling, nothing vanishes."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from conformance.catalogue import Catalogue, Profile, load
from conformance.evidence import Evidence
from conformance.exchange import History
from conformance.judge import Check, Terms, exit_code, judge
from conformance.library import library
from conformance.verdict import Exit, Outcome, Ruling, Verdict, chose

ROWS = """
[[requirement]]
id = "A-001"
sentence = "A must."
level = "must"
operations = ["FetchSession", "ListSession"]
source = [{ document = "S2", locator = "there", grade = "D" }]
[[requirement]]
id = "A-002"
sentence = "A must that needs something."
level = "must"
operations = ["FetchSession"]
needs = ["services", "volume"]
source = [{ document = "S2", locator = "there", grade = "D" }]
[[requirement]]
id = "A-003"
sentence = "A should."
level = "should"
operations = ["FetchSession"]
source = [{ document = "S2", locator = "there", grade = "D" }]
[[requirement]]
id = "A-004"
sentence = "An open point."
level = "observe"
operations = ["FetchSession"]
choices = ["400", "404"]
preferred = "404"
source = [{ document = "S2", locator = "there", grade = "?" }]
"""
PROFILES = """
[full]
sentence = "All."
provides = ["services", "volume"]
[small]
sentence = "Little."
provides = ["volume"]
"""
CATALOGUE: Catalogue = load({"a.toml": ROWS}, PROFILES)


def saying(*verdicts: Verdict) -> Check:
    def check(_: Evidence) -> Iterator[Verdict]:
        yield from verdicts

    return check


def verdict(requirement: str, outcome: str, operation: str = "FetchSession") -> Verdict:
    return Verdict(
        requirement=requirement, operation=operation, outcome=Outcome(outcome)
    )


def ruled(*checks: Check, profile: str = "full", **terms: object) -> dict[str, Ruling]:
    judgement = judge(
        checks,
        Evidence(history=History(), contract=library().contract),
        Terms(
            catalogue=CATALOGUE,
            profile=CATALOGUE.profile(profile),
            **terms,  # type: ignore[arg-type]  # brevity
        ),
    )
    return {f"{r.requirement}[{r.operation}]": r for r in judgement.rulings}


def test_every_row_and_operation_has_one_ruling_even_without_evidence() -> None:
    rulings = ruled()
    assert list(rulings) == [
        "A-001[FetchSession]",
        "A-001[ListSession]",
        "A-002[FetchSession]",
        "A-003[FetchSession]",
        "A-004[FetchSession]",
    ]
    assert {r.outcome for r in rulings.values()} == {Outcome.UNKNOWN}


def test_what_the_profile_does_not_claim_is_skipped_with_its_reason() -> None:
    ruling = ruled(profile="small")["A-002[FetchSession]"]
    assert ruling.outcome is Outcome.SKIP
    assert ruling.reason == "the profile small does not claim: services"


def test_what_the_target_refuses_is_skipped_with_its_reason() -> None:
    ruling = ruled(absent={"services": "refused"})["A-002[FetchSession]"]
    assert (ruling.outcome, ruling.reason) == (Outcome.SKIP, "refused")


def test_what_holds_by_chance_is_not_claimed_by_it() -> None:
    rulings = ruled(saying(verdict("A-002", "pass")), profile="small")
    assert rulings["A-002[FetchSession]"].outcome is Outcome.SKIP


def test_a_failure_is_a_failure_also_where_nothing_was_claimed() -> None:
    rulings = ruled(saying(verdict("A-002", "fail")), profile="small")
    assert rulings["A-002[FetchSession]"].outcome is Outcome.FAIL


def test_a_scene_that_gave_up_lends_its_reason() -> None:
    rulings = ruled(gave_up={"A-001": "set-up refused"})
    assert rulings["A-001[ListSession]"].outcome is Outcome.UNKNOWN
    assert rulings["A-001[ListSession]"].reason == "set-up refused"


def test_a_check_that_raises_is_our_error_and_hides_nothing() -> None:
    def broken(_: Evidence) -> Iterator[Verdict]:
        raise LookupError("oops")

    rulings = ruled(broken, saying(verdict("A-001", "pass")))
    assert rulings["A-001[FetchSession]"].outcome is Outcome.PASS
    assert rulings["[]"].outcome is Outcome.ERROR
    assert "broken raised LookupError: oops" in rulings["[]"].reason


def test_a_verdict_that_no_row_asks_for_is_our_error() -> None:
    rulings = ruled(saying(verdict("A-001", "pass", "DeleteSession")))
    assert rulings["A-001[DeleteSession]"].outcome is Outcome.ERROR


def test_a_choice_other_than_the_expected_one_fails() -> None:
    seen = saying(chose("A-004", "FetchSession", "400"))
    assert ruled(seen)["A-004[FetchSession]"].outcome is Outcome.PASS
    same = ruled(seen, expectations={"A-004": "400"})
    assert same["A-004[FetchSession]"].outcome is Outcome.PASS
    other = ruled(seen, expectations={"A-004": "404"})["A-004[FetchSession]"]
    assert other.outcome is Outcome.FAIL
    assert other.reason == "expected the choice '404', observed '400'"


def rulings(**outcomes: str) -> list[Ruling]:
    """Return rulings by id, such as `A_001="pass"`."""
    return [
        Ruling(
            requirement=name.replace("_", "-"),
            operation="FetchSession",
            outcome=Outcome(outcome),
        )
        for name, outcome in outcomes.items()
    ]


@pytest.mark.parametrize(
    ("outcomes", "code"),
    [
        ({"A_001": "pass", "A_002": "skip"}, Exit.CONFORMANT),
        ({"A_001": "pass", "A_003": "fail"}, Exit.CONFORMANT),
        ({"A_001": "pass", "A_004": "unknown"}, Exit.CONFORMANT),
        ({"A_001": "fail", "A_002": "error"}, Exit.NON_CONFORMANT),
        ({"A_001": "pass", "A_003": "error"}, Exit.OUR_ERROR),
        ({"A_001": "unknown", "A_002": "pass"}, Exit.INCOMPLETE),
        ({"A_001": "skip", "A_002": "skip"}, Exit.INCOMPLETE),
        ({}, Exit.INCOMPLETE),
    ],
    ids=str,
)
def test_the_exit_code_is_what_the_musts_amount_to(
    outcomes: dict[str, str], code: Exit
) -> None:
    assert exit_code(rulings(**outcomes), CATALOGUE) is code


def test_an_expected_choice_binds_like_a_must() -> None:
    broken = rulings(A_001="pass", A_004="fail")
    assert exit_code(broken, CATALOGUE) is Exit.CONFORMANT
    code = exit_code(broken, CATALOGUE, expectations=["A-004"])
    assert code is Exit.NON_CONFORMANT


def test_what_was_not_selected_is_skipped_whatever_was_seen_of_it() -> None:
    rulings = ruled(saying(verdict("A-001", "fail")), select=frozenset({"A-003"}))
    assert {(r.requirement, r.outcome.value, r.reason) for r in rulings.values()} == {
        ("A-001", "skip", "not selected"),
        ("A-002", "skip", "not selected"),
        ("A-003", "unknown", "no evidence: nothing that was seen bears on it"),
        ("A-004", "skip", "not selected"),
    }


@pytest.mark.parametrize(
    ("outcome", "code"),
    [("pass", Exit.CONFORMANT), ("unknown", Exit.INCOMPLETE)],
)
def test_a_selection_without_a_must_is_conformant_once_decided(
    outcome: str, code: Exit
) -> None:
    seen = saying(verdict("A-003", outcome), verdict("A-001", "unknown"))
    select = frozenset({"A-003"})
    rulings = ruled(seen, select=select).values()
    assert exit_code(rulings, CATALOGUE, select=select) is code


BRIEF = Terms(
    catalogue=CATALOGUE,
    profile=Profile(name="brief", sentence="", provides=frozenset(), thorough=False),
)


@pytest.mark.parametrize(
    ("id_", "terms", "outcome"),
    [
        ("A-001", BRIEF, Outcome.UNKNOWN),
        ("A-003", BRIEF, Outcome.SKIP),
        ("A-004", BRIEF, Outcome.SKIP),
        ("A-004", replace(BRIEF, lost=True), Outcome.UNKNOWN),
        ("A-004", replace(BRIEF, expectations={"A-004": "404"}), Outcome.UNKNOWN),
        ("A-003", replace(BRIEF, gave_up={"A-003": "it broke"}), Outcome.UNKNOWN),
    ],
)
def test_what_does_not_bind_is_not_sent_by_a_profile_that_is_not_thorough(
    id_: str, terms: Terms, outcome: Outcome
) -> None:
    evidence = Evidence(history=History(), contract=library().contract)
    found = judge([], evidence, terms).rulings
    ruling = next(r for r in found if r.requirement == id_)
    assert ruling.outcome is outcome
    assert ("asks for less" in ruling.reason) == (outcome is Outcome.SKIP)
