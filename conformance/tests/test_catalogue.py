"""Laws of the catalogue: a row that breaks a rule does not load, and says which."""

import pytest

from conformance.catalogue import (
    Capability,
    CatalogueError,
    Grade,
    Profile,
    Source,
    load,
)
from conformance.library import library
from conformance.scenarios import SCENARIOS
from conformance.verdict import Level

ROW = """
[[requirement]]
id = "SID-001"
sentence = "A sentence."
level = "must"
operations = ["FetchSession"]
needs = ["writing"]
minimum = 2
source = [{ document = "S2", locator = "there", grade = "D", quote = "a few words" }]
"""
OBSERVE = """
[[requirement]]
id = "PAGE-040"
sentence = "Another."
level = "observe"
operations = ["ListSession"]
choices = ["400", "clamped"]
preferred = "400"
source = [{ document = "api-facts", locator = "there", grade = "?" }]
"""
OUT = """
[[excluded]]
id = "OUT-001"
sentence = "Not judged."
reason = "No way to see it."
source = [{ document = "S2", locator = "there", grade = "D" }]
"""
PROFILES = """
[full]
sentence = "Everything."
provides = ["writing"]
[bare]
sentence = "Nothing."
provides = []
thorough = false
strict = true
"""


def test_a_row_is_read_whole() -> None:
    catalogue = load({"identifiers.toml": ROW + OBSERVE + OUT}, PROFILES)
    row = catalogue.requirement("SID-001")
    assert row.area == "identifiers"
    assert row.level is Level.MUST
    assert row.needs == {Capability.WRITING}
    assert row.minimum == 2
    assert row.source == (
        Source(
            document="S2", locator="there", grade=Grade.DOCUMENTED, quote="a few words"
        ),
    )
    assert str(row.source[0]) == "S2, there (D): “a few words”"
    assert catalogue.requirement("PAGE-040").preferred == "400"
    assert str(catalogue.requirement("PAGE-040").source[0]) == "api-facts, there (?)"
    assert [out.id for out in catalogue.excluded] == ["OUT-001"]


def test_a_profile_claims_what_it_provides_for() -> None:
    catalogue = load({"identifiers.toml": ROW}, PROFILES)
    row = catalogue.requirement("SID-001")
    assert catalogue.profile("full").claims(row)
    assert not catalogue.profile("bare").claims(row)
    assert catalogue.profile("bare") == Profile(
        name="bare",
        sentence="Nothing.",
        provides=frozenset(),
        thorough=False,
        strict=True,
    )


@pytest.mark.parametrize(
    ("spoil", "complaint"),
    [
        (("S2", 'S2"'), "not TOML"),
        (('id = "SID-001"', ""), "a row without id: id is missing"),
        (('sentence = "A sentence."', ""), "SID-001: sentence is missing"),
        (('level = "must"', 'level = "shall"'), "'shall' is not a valid Level"),
        (('needs = ["writing"]', 'needs = ["luck"]'), "'luck' is not a valid"),
        (('grade = "D"', 'grade = "Z"'), "'Z' is not a valid Grade"),
        (('grade = "D"', 'grade = "U"'), "a must needs a documented source"),
        (("minimum = 2", "minimum = 0"), "minimum is below 1"),
        (("minimum = 2", "maximum = 2"), "unknown field 'maximum'"),
        (("minimum = 2", 'choices = ["a"]'), "choices belong to observe rows"),
        (("minimum = 2", 'preferred = "a"'), "preferred 'a' is not among the choices"),
        (('["FetchSession"]', "[]"), "operations is empty"),
        (('"A sentence."', '" A sentence."'), "the sentence is empty or has space"),
        (("a few words", "word " * 13), "a quote has at most 12 words"),
        (('document = "S2", ', ""), "document is missing"),
    ],
    ids=lambda value: value[1][:20] if isinstance(value, tuple) else None,
)
def test_a_broken_row_does_not_load_and_is_named(
    spoil: tuple[str, str], complaint: str
) -> None:
    with pytest.raises(CatalogueError, match=r"identifiers\.toml") as caught:
        load({"identifiers.toml": ROW.replace(*spoil)}, PROFILES)
    assert complaint in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_row_without_a_source_does_not_load() -> None:
    start, _, _ = ROW.partition("source")
    with pytest.raises(CatalogueError, match="without a source does not load"):
        load({"a.toml": start + "source = []"}, PROFILES)


@pytest.mark.parametrize(
    "twice", [ROW + ROW, OUT + OUT, ROW + OUT.replace("OUT", "SID")]
)
def test_an_id_is_there_once(twice: str) -> None:
    with pytest.raises(CatalogueError, match="is there twice"):
        load({"a.toml": twice}, PROFILES)


def test_an_excluded_row_needs_its_reason() -> None:
    with pytest.raises(CatalogueError, match="OUT-001: reason is missing"):
        load({"a.toml": OUT.replace('reason = "No way to see it."', "")}, PROFILES)


def test_a_table_of_another_name_does_not_load() -> None:
    with pytest.raises(CatalogueError, match="unknown table 'requirements'"):
        load({"a.toml": ROW.replace("requirement", "requirements")}, PROFILES)


@pytest.mark.parametrize(
    ("spoil", "complaint"),
    [
        (('sentence = "Everything."', ""), "'sentence' is missing"),
        (('["writing"]', '["luck"]'), "'luck' is not a valid Capability"),
        (("[full]", "full = 1\n[other]"), "full"),
    ],
)
def test_a_broken_profile_does_not_load(spoil: tuple[str, str], complaint: str) -> None:
    with pytest.raises(CatalogueError, match=r"profiles\.toml") as caught:
        load({}, PROFILES.replace(*spoil))
    assert complaint in str(caught.value)


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    catalogue = load({"identifiers.toml": ROW}, PROFILES)
    with pytest.raises(CatalogueError, match="no requirement 'SID-999'"):
        catalogue.requirement("SID-999")
    with pytest.raises(CatalogueError, match="expected one of full, bare"):
        catalogue.profile("fast")


def test_an_unknown_name_is_answered_with_the_one_it_is_like() -> None:
    catalogue = load({"identifiers.toml": ROW}, PROFILES)
    with pytest.raises(CatalogueError, match="'SID-01'; did you mean 'SID-001'"):
        catalogue.requirement("SID-01")
    with pytest.raises(CatalogueError, match="'ful'; did you mean 'full'"):
        catalogue.profile("ful")


def test_every_row_of_ours_names_operations_of_the_contract() -> None:
    known = {operation.id for operation in library().contract.operations}
    for row in library().catalogue.requirements.values():
        assert set(row.operations) <= known, row.id


def test_every_scenario_serves_rows_that_exist() -> None:
    known = library().catalogue.requirements.keys()
    for scenario in SCENARIOS:
        assert scenario.serves, scenario.name
        assert set(scenario.serves) <= known, scenario.name


def test_every_scenario_has_a_name_of_its_own() -> None:
    names = [scenario.name for scenario in SCENARIOS]
    assert sorted(names) == sorted(set(names))
