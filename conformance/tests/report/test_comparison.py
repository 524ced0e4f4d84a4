from dataclasses import replace

import pytest

from conformance.report import (
    ComparisonError,
    Kind,
    State,
    View,
    compare,
    matrix,
)
from conformance.tests.views import failed, other, passed, viewed
from conformance.verdict import Outcome, Verdict

HELD = passed("CON-001", "FetchSession")
BROKEN = failed("CON-001", "FetchSession", "ttl stale")
UNKNOWN = other("CON-001", "FetchSession", Outcome.UNKNOWN, "no answer")
SKIPPED = other("CON-001", "FetchSession", Outcome.SKIP, "not claimed")
CLAMPED = passed("LIST-030", "ListSession", choice="clamped")
REFUSED = passed("LIST-030", "ListSession", choice="refused")


def ours(*verdicts: Verdict) -> View:
    return viewed(*verdicts, name="ours")


def theirs(*verdicts: Verdict) -> View:
    return viewed(*verdicts, name="theirs")


@pytest.mark.parametrize(
    ("before", "after", "kind", "sides"),
    [
        (HELD, BROKEN, Kind.VERDICT, ("held", "broken: ttl stale")),
        (
            BROKEN,
            failed("CON-001", "FetchSession", "ttl lost"),
            Kind.SYMPTOM,
            ("broken: ttl stale", "broken: ttl lost"),
        ),
        (CLAMPED, REFUSED, Kind.CHOICE, ("clamped", "refused")),
        (
            CLAMPED,
            passed("LIST-030", "ListSession"),
            Kind.CHOICE,
            ("clamped", "no choice seen"),
        ),
        (HELD, UNKNOWN, Kind.EVIDENCE, ("held", "unproven: no answer")),
        (
            other("CON-001", "FetchSession", Outcome.ERROR, "it raised"),
            HELD,
            Kind.EVIDENCE,
            ("our error: it raised", "held"),
        ),
    ],
)
def test_what_two_records_say_differently_is_a_difference(
    before: Verdict, after: Verdict, kind: Kind, sides: tuple[str, str]
) -> None:
    (found,) = compare(ours(before), theirs(after)).differences
    assert (found.kind, found.sides, found.counts) == (kind, sides, True)
    assert found.id == f"{before.requirement}/{before.operation}"


def test_one_answer_for_other_reasons_is_no_difference() -> None:
    before = failed("CON-001", "FetchSession", "ttl stale", 1, reason="one example")
    after = failed("CON-001", "FetchSession", "ttl stale", 9, reason="another")
    comparison = compare(ours(before, CLAMPED), theirs(after, CLAMPED))
    assert not comparison.differences
    assert (comparison.same, comparison.one_sided, comparison.stale) == (2, (), ())


def test_what_only_one_side_claims_or_judges_is_named_and_not_compared() -> None:
    comparison = compare(ours(HELD, CLAMPED), theirs(SKIPPED))
    assert not comparison.differences
    assert comparison.same == 0
    assert comparison.one_sided == ("CON-001/FetchSession", "LIST-030/ListSession")


def test_what_no_side_claims_counts_nowhere() -> None:
    comparison = compare(ours(SKIPPED), theirs(SKIPPED))
    assert (comparison.differences, comparison.same, comparison.one_sided) == (
        (),
        0,
        (),
    )


def test_the_most_telling_difference_comes_first() -> None:
    comparison = compare(ours(CLAMPED, HELD), theirs(REFUSED, BROKEN))
    assert [one.kind for one in comparison.differences] == [Kind.VERDICT, Kind.CHOICE]


@pytest.mark.parametrize("allowed", ["CON-001", "CON-001/FetchSession"])
def test_an_allowed_difference_is_shown_and_does_not_count(allowed: str) -> None:
    comparison = compare(ours(HELD), theirs(BROKEN), allow=[allowed])
    (found,) = comparison.differences
    assert (found.allowed, found.counts, comparison.counting) == (True, False, ())
    assert comparison.stale == ()


def test_an_allowance_of_what_is_the_same_is_called_stale() -> None:
    comparison = compare(ours(HELD), theirs(HELD), allow=["CON-001", "CON-001"])
    assert comparison.stale == ("CON-001",)


def test_an_allowance_of_what_nobody_judged_is_refused() -> None:
    with pytest.raises(ComparisonError, match="--allow CON-002: neither record"):
        compare(ours(HELD), theirs(BROKEN), allow=["CON-002"])


@pytest.mark.parametrize("again", [ours(BROKEN), theirs(HELD)])
def test_where_both_targets_ever_gave_one_answer_the_difference_is_noise(
    again: View,
) -> None:
    comparison = compare(ours(HELD), theirs(BROKEN), again=[again])
    (found,) = comparison.differences
    assert (found.noise, found.counts) == (True, False)


def test_a_target_that_is_of_two_minds_still_differs_from_a_third_answer() -> None:
    comparison = compare(ours(HELD), theirs(BROKEN), again=[ours(UNKNOWN)])
    (found,) = comparison.counting
    assert not found.noise


def test_a_record_of_neither_target_teaches_no_noise() -> None:
    with pytest.raises(ComparisonError, match="of third tells no noise: it is of nei"):
        compare(ours(HELD), theirs(BROKEN), again=[viewed(HELD, name="third")])


def test_a_target_without_name_is_known_by_its_address() -> None:
    def at(port: int, verdict: Verdict) -> View:
        return viewed(verdict, name="", target=f"http://127.0.0.1:{port}")

    comparison = compare(at(1, HELD), at(2, BROKEN), again=[at(2, HELD)])
    assert not comparison.counting
    with pytest.raises(ComparisonError, match="tells no noise"):
        compare(at(1, HELD), at(2, BROKEN), again=[at(3, HELD)])


def test_a_record_that_rules_on_nothing_cannot_be_compared() -> None:
    with pytest.raises(ComparisonError, match="of theirs rules on nothing"):
        compare(ours(HELD), theirs())


def test_a_ruling_that_the_catalogue_does_not_know_is_compared_like_any() -> None:
    comparison = compare(
        ours(passed("OLD-001", "FetchSession")),
        theirs(failed("OLD-001", "FetchSession", "gone")),
    )
    (found,) = comparison.differences
    assert found.requirement.sentence == "This suite has no such requirement."


def test_a_matrix_has_a_line_for_each_requirement_of_any_record() -> None:
    table = matrix((ours(HELD), theirs(BROKEN, passed("OLD-001", "FetchSession"))))
    lines = {line.requirement.id: line for line in table.lines}
    assert lines["CON-001"].different
    assert not lines["CON-002"].different
    assert [row and row.state for row in lines["OLD-001"].rows] == [None, State.HELD]


def test_a_skipped_requirement_is_not_different() -> None:
    (line,) = (
        line
        for line in matrix((ours(HELD), theirs(SKIPPED))).lines
        if line.requirement.id == "CON-001"
    )
    assert not line.different


def test_no_two_columns_of_a_matrix_have_one_name() -> None:
    some = (ours(HELD), theirs(HELD), ours(BROKEN))
    table = matrix(some)
    assert table.names == ("ours (1)", "theirs", "ours (2)")
    assert table.targets == tuple(zip(table.names, some, strict=True))


def test_two_runs_of_one_target_are_compared_like_any_other_two() -> None:
    before = ours(HELD)
    after = replace(before, record=ours(BROKEN).record, rows=ours(BROKEN).rows)
    assert compare(before, after).counting
