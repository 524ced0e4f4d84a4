"""Laws of the cases: each is well made, tied to its row, and all rows have some."""

import pytest

from conformance.catalogue import Capability
from conformance.gate.cases import Answer, CaseError, Elsewhere, End, load
from conformance.gate.judging import OFFERED
from conformance.gate.launch import cases
from conformance.gate.messages import Category, Told
from conformance.gate.wire import REQUIREMENTS
from conformance.library import library
from conformance.verdict import Level

CASE = """
[[case]]
id = "one"
requirement = "SDK-022"
operation = "UpdateSession"
arguments = { DateExpiry = { "$" = "null" }, Ttl = 5 }
needs = ["null"]
timeout_ms = 300
[[case.answer]]
status = 404
error = 20404
times = 2
[[case.answer]]
session = { ttl = 5 }
null = ["unique_name"]
end = "cut"
[case.expect]
requests = [1, 2]
told = ["api_error", "client_error"]
category = "timeout"
elsewhere = "no credentials"
"""


def test_a_case_is_read_whole() -> None:
    (case,) = load({"a.toml": CASE})
    assert case.arguments == {
        "ServiceSid": "{service_sid}",
        "Sid": "{session_sid}",
        "DateExpiry": None,
        "Ttl": 5,
    }
    assert case.answers == (
        Answer(status=404, error={"code": 20404}, times=2),
        Answer(status=200, session={"ttl": 5}, null=("unique_name",), end=End.CUT),
    )
    (expectation,) = case.expect
    assert expectation.requests == (1, 2)
    assert expectation.told == {Told.API_ERROR, Told.CLIENT_ERROR}
    assert expectation.category == {Category.TIMEOUT}
    assert expectation.elsewhere is Elsewhere.NO_CREDENTIALS
    assert case.needs == {"null"}
    assert (case.timeout_ms, case.calls) == (300, 1)


@pytest.mark.parametrize(
    ("sound", "unsound", "complaint"),
    [
        ('id = "one"', "", "a case without id: TypeError"),
        ("[[case]]", "[[case", "not a file of cases"),
        ("[[case]]", "[[other]]", "not a file of cases"),
        ("timeout_ms", "time_out", "one: unknown member 'time_out'"),
        ('end = "cut"', 'end = "torn"', "one: ValueError 'torn'"),
        ("times = 2", "time = 2", "one: unknown member 'time'"),
        ('"UpdateSession"', '"Update"', "one: KeyError 'Update'"),
        ("requests = [1, 2]", "requests = [1]", "one: ValueError"),
        ("[case.expect]", "[case.other]", "one: unknown member 'other'"),
        (CASE[CASE.index("[case.expect]") :], "", "one: expected either expect or"),
    ],
)
def test_a_wrong_case_is_refused_and_named(
    sound: str, unsound: str, complaint: str
) -> None:
    assert sound in CASE
    with pytest.raises(CaseError, match=r"a\.toml") as caught:
        load({"a.toml": CASE.replace(sound, unsound)})
    assert complaint in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_case_is_there_once() -> None:
    with pytest.raises(CaseError, match="one is there twice"):
        load({"a.toml": CASE + CASE})


def test_choices_stand_in_order() -> None:
    choices = """
[[case.choice]]
name = "goes on"
requests = 2
[[case.choice]]
name = "stops"
"""
    (case,) = load({"a.toml": CASE[: CASE.index("[case.expect]")] + choices})
    assert [name for name, _ in case.choices] == ["goes on", "stops"]
    assert case.choices[0][1].requests == (2, 2)


def test_each_case_is_tied_to_a_row_that_has_its_operation_and_its_choices() -> None:
    catalogue = library().catalogue
    for case in cases():
        row = catalogue.requirement(case.requirement)
        assert row.area == "sdk"
        assert case.operation in row.operations, case.id
        assert bool(case.choices) is (row.level is Level.OBSERVE), case.id
        assert {name for name, _ in case.choices} <= set(row.choices), case.id


def test_each_row_is_decided_by_cases_or_by_requests() -> None:
    catalogue = library().catalogue
    rows = [r for r in catalogue.requirements.values() if r.area == "sdk"]
    told = {(case.requirement, case.operation) for case in cases()}
    undecided = {
        (row.id, operation)
        for row in rows
        if row.id not in REQUIREMENTS | {OFFERED}
        for operation in row.operations
        if (row.id, operation) not in told
    }
    assert undecided == set()
    assert all(row.needs == {Capability.CLIENT} for row in rows)
    assert len(cases()) >= 120


def test_no_run_judges_clients_and_no_gate_judges_targets() -> None:
    catalogue = library().catalogue
    ours = catalogue.binding(catalogue.profile("sdk")).requirements
    theirs = catalogue.binding(catalogue.profile("full")).requirements
    assert {row.area for row in ours.values()} == {"sdk"}
    assert not ours.keys() & theirs.keys()
    assert ours.keys() | theirs.keys() == catalogue.requirements.keys()
