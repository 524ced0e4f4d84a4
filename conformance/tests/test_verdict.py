"""Laws of verdicts and of how they fold."""

from itertools import combinations

import pytest

from conformance.verdict import (
    Docket,
    Exit,
    Outcome,
    Verdict,
    chose,
    fold,
    judged,
    rule,
    unknown,
)

ORDER = ["fail", "error", "unknown", "pass", "skip"]


def verdict(outcome: str, **rest: object) -> Verdict:
    fields = {"requirement": "SID-001", "operation": "FetchSession"} | rest
    return Verdict(outcome=Outcome(outcome), **fields)  # type: ignore[arg-type]  # brevity


@pytest.mark.parametrize("pair", [*combinations(ORDER, 2)], ids="-".join)
def test_the_more_decisive_of_two_outcomes_wins(pair: tuple[str, str]) -> None:
    assert fold([Outcome(pair[1]), Outcome(pair[0])]) == pair[0]


def test_no_evidence_folds_to_unknown() -> None:
    assert fold([]) is Outcome.UNKNOWN
    ruling = rule("SID-001", "FetchSession", [])
    assert ruling.outcome is Outcome.UNKNOWN
    assert ruling.reason.startswith("no evidence")


def test_a_pass_needs_its_minimum_of_distinct_inputs() -> None:
    same = [verdict("pass", subject="a"), verdict("pass", subject="a")]
    ruling = rule("SID-001", "FetchSession", same, minimum=2)
    assert ruling.outcome is Outcome.UNKNOWN
    assert ruling.reason == "expected at least 2 distinct inputs, judged 1"
    assert (ruling.judged, ruling.distinct) == (2, 1)
    both = [*same, verdict("pass", subject="b")]
    assert rule("SID-001", "FetchSession", both, minimum=2).outcome is Outcome.PASS


def test_a_failure_needs_one_input_only() -> None:
    ruling = rule("SID-001", "FetchSession", [verdict("fail")], minimum=9)
    assert ruling.outcome is Outcome.FAIL


def test_failures_of_one_symptom_are_one_finding_with_the_smallest_chain() -> None:
    ruling = rule(
        "SID-001",
        "FetchSession",
        [
            verdict("fail", symptom="short", reason="first", evidence=(1, 2)),
            verdict("fail", symptom="short", reason="second", evidence=(3,)),
            verdict("fail", symptom="long", reason="third", evidence=(4, 5)),
            verdict("pass"),
        ],
    )
    short, long = ruling.findings
    assert (short.symptom, short.reason, short.count) == ("short", "first", 2)
    assert short.evidence == (3,)
    assert (long.symptom, long.evidence, long.count) == ("long", (4, 5), 1)
    assert ruling.reason == "first"
    assert ruling.key == ("SID-001", "FetchSession")


def test_choices_are_kept_each_once_in_order() -> None:
    some = [
        chose("PAGE-040", "ListSession", choice) for choice in ("clamped", "400", "400")
    ]
    assert rule("PAGE-040", "ListSession", some).choices == ("400", "clamped")


def test_a_judged_verdict_gives_reason_and_symptom_only_where_it_fails() -> None:
    held = judged("A-1", "Op", holds=True, expected="x", observed="x", symptom="s")
    assert (held.outcome, held.reason, held.symptom) == (Outcome.PASS, "", "")
    broken = judged("A-1", "Op", holds=False, expected="x", observed="y", symptom="s")
    assert broken.outcome is Outcome.FAIL
    assert broken.reason == "expected x, observed y"
    assert broken.symptom == "s"


def test_an_unknown_verdict_says_why() -> None:
    assert unknown("A-1", "Op", "no answer").outcome is Outcome.UNKNOWN
    assert unknown("A-1", "Op", "no answer").reason == "no answer"


def test_exit_codes_are_the_published_ones() -> None:
    assert {code.words: int(code) for code in Exit} == {
        "conformant": 0,
        "non-conformant": 1,
        "usage": 2,
        "incomplete": 3,
        "our-error": 4,
        "left-behind": 5,
    }


SAID = tuple(
    Verdict(
        requirement=f"A-00{number % 3}",
        operation="FetchSession",
        outcome=outcome,
        reason="" if outcome is Outcome.PASS else f"reason {number}",
        symptom=outcome if outcome is Outcome.FAIL else "",
        subject=str(number % 5),
        choice="one" if number % 7 == 0 else "",
        evidence=(number,),
    )
    for number, outcome in enumerate(
        [Outcome.PASS, Outcome.PASS, Outcome.FAIL, Outcome.UNKNOWN, Outcome.PASS] * 8
    )
)


def docket(verdicts: tuple[Verdict, ...]) -> Docket:
    made = Docket()
    for verdict in verdicts:
        made.add(verdict)
    return made


@pytest.mark.parametrize("cut", [0, 1, 7, 20, 40])
def test_one_docket_after_another_is_the_docket_of_both(cut: int) -> None:
    both = docket(SAID[:cut])
    both.follow(docket(SAID[cut:]))
    assert both == docket(SAID)
    assert both.tallies() == docket(SAID).tallies()


def test_a_docket_keeps_what_is_not_a_pass_and_counts_what_is() -> None:
    tallies = docket(SAID).tallies()
    alone = tuple(v for v in SAID if v.outcome is not Outcome.PASS)
    assert tuple(t.verdict for t in tallies[: len(alone)]) == alone
    passes = tallies[len(alone) :]
    assert sum(tally.count for tally in passes) == len(SAID) - len(alone)
    assert all(len(tally.verdict.evidence) <= 6 for tally in passes)
