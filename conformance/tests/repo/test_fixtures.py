"""The rows of faults and variants, the mock and the catalogue know the same names."""

from conformance.library import faults, library, variants
from conformance.mock.faults import FAULTS
from conformance.mock.variants import VARIANTS
from conformance.verdict import Level


def test_each_fault_of_the_mock_has_a_row_and_each_row_a_fault() -> None:
    assert sorted(faults()) == sorted(FAULTS)


def test_each_variant_of_the_mock_has_a_row_and_each_row_a_variant() -> None:
    assert sorted(variants()) == sorted(VARIANTS)


def test_no_fault_has_the_name_of_a_variant() -> None:
    assert FAULTS.keys().isdisjoint(VARIANTS)


def test_each_fault_claims_requirements_that_are_there() -> None:
    known = library().catalogue.requirements.keys()
    astray = {row.name: row.trips - known for row in faults().values()}
    assert {name: ids for name, ids in astray.items() if ids} == {}
    assert all(row.trips for row in faults().values())


def test_each_must_is_claimed_alone_by_a_fault() -> None:
    alone = {i for row in faults().values() if len(row.trips) == 1 for i in row.trips}
    musts = {
        row.id
        for row in library().catalogue.requirements.values()
        if row.level is Level.MUST and row.area != "sdk"
    }
    assert sorted(musts - alone) == []


def test_rows_say_something_in_a_sentence_and_grade_it() -> None:
    sentences = {row.name: row.sentence for row in faults().values()}
    sentences |= {row.name: row.sentence for row in variants().values()}
    for name, sentence in sentences.items():
        assert sentence.endswith("."), name
        assert sentence == sentence.strip(), name
    assert {row.difficulty for row in faults().values()} <= {1, 2, 3, 4, 5}
    assert all(row.source for row in variants().values())
