"""Laws of what a sighting must be: exact for a fault, silent and whole if lawful."""

import pytest

from conformance.catalogue import load
from conformance.library import Fault, Variant
from conformance.selfcheck import (
    Sighting,
    coverage_problems,
    fault_problems,
    lawful_problems,
)

FAULT = Fault(
    name="lost",
    sentence="One is lost.",
    trips=frozenset({"A-1"}),
    difficulty=1,
    area="",
)


def sighting(
    *tripped: str, unproven: tuple[str, ...] = (), errors: tuple[str, ...] = ()
) -> Sighting:
    return Sighting(
        name="any",
        tripped=frozenset(tripped),
        errors=errors,
        unproven=frozenset(unproven),
        requests=1,
    )


def variant(**leaves: str) -> Variant:
    reasons = {name.replace("_", "-"): why for name, why in leaves.items()}
    return Variant(name="any", sentence="So.", source="x", area="", leaves=reasons)


@pytest.mark.parametrize(
    ("seen", "problems"),
    [
        (sighting("A-1"), ()),
        (sighting(), ("not caught",)),
        (
            sighting("B-1"),
            (
                "claims A-1, which did not trip",
                "trips B-1, which it does not claim",
            ),
        ),
        (sighting("A-1", errors=("boom",)), ("boom",)),
    ],
)
def test_a_fault_trips_what_it_claims_and_no_more(
    seen: Sighting, problems: tuple[str, ...]
) -> None:
    assert fault_problems(FAULT, seen) == problems


def test_a_fault_that_need_not_be_exact_may_be_missed_but_trips_no_more() -> None:
    assert fault_problems(FAULT, sighting(), exact=False) == ()
    surplus = ("trips B-1, which it does not claim",)
    assert fault_problems(FAULT, sighting("B-1"), exact=False) == surplus


@pytest.mark.parametrize("exact", [True, False])
def test_whatever_a_lawful_target_trips_is_a_false_alarm(exact: bool) -> None:  # noqa: FBT001  a parameter of the table
    seen = sighting("B-1", errors=("boom",))
    told = ("boom", "trips B-1: a false alarm")
    assert lawful_problems([variant()], seen, exact=exact) == told


def test_a_lawful_target_leaves_no_must_unproven() -> None:
    seen = sighting(unproven=("B-1", "A-1"))
    told = ("leaves unproven: A-1, B-1",)
    assert lawful_problems([], seen) == told
    assert lawful_problems([variant(A_1="it shows none")], seen) == (
        "leaves unproven: B-1",
    )
    assert lawful_problems([], seen, exact=False) == ()


def test_a_reason_to_leave_a_must_unproven_is_needed() -> None:
    row = variant(A_1="it shows none")
    assert lawful_problems([row], sighting(unproven=("A-1",))) == ()
    assert lawful_problems([row], sighting()) == (
        "says that it leaves A-1, which is decided",
    )
    # What another variant of a mixture shows may decide it.
    assert lawful_problems([row, variant()], sighting()) == ()


def row(name: str, level: str) -> str:
    choices = 'choices = ["so"]' if level == "observe" else ""
    return f"""
[[requirement]]
id = "{name}"
sentence = "So it is."
level = "{level}"
operations = ["FetchSession"]
source = [{{ document = "S2", locator = "there", grade = "D" }}]
{choices}
"""


ROWS = {
    "a.toml": row("A-1", "must") + row("A-2", "should") + row("A-3", "observe"),
    "b.toml": row("B-1", "must"),
    "sdk.toml": row("SDK-1", "must"),
}


def fault(*trips: str) -> Fault:
    name = "-".join(trips)
    return Fault(
        name=name, sentence="So.", trips=frozenset(trips), difficulty=1, area=""
    )


@pytest.mark.parametrize(
    ("faults", "problems"),
    [
        ((fault("A-1"), fault("B-1")), ()),
        ((fault("A-1"),), ("B-1 is tripped by no fault",)),
        ((fault("A-1"), fault("A-1", "B-1")), ("B-1 is tripped alone by no fault",)),
        (
            (fault("A-1"), fault("B-1"), fault("C-1")),
            ("C-1 claims C-1, which is no requirement",),
        ),
    ],
)
def test_each_must_of_a_target_is_tripped_alone_by_some_fault(
    faults: tuple[Fault, ...], problems: tuple[str, ...]
) -> None:
    assert coverage_problems(load(ROWS, ""), faults) == problems
