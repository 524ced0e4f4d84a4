from conformance.report import Organ, Place, State, anatomy
from conformance.tests.views import failed, passed, viewed


def organs() -> dict[str, Organ]:
    view = viewed(
        failed("CON-001", "FetchSession"),
        passed("CON-002", "ListSession"),
        passed("LIST-030", "ListSession"),
        passed("SID-003", "UpdateSession"),
        passed("ERR-001", "FetchSession"),
    )
    return {organ.operation.id: organ for organ in anatomy(view)}


def ids(organ: Organ, place: Place, name: str) -> list[str]:
    (member,) = (m for m in organ.members if (m.place, m.name) == (place, name))
    return [row.requirement.id for row, _ in member.cells]


def test_operations_keep_the_order_of_the_contract_and_need_a_requirement() -> None:
    assert list(organs()) == ["ListSession", "FetchSession", "UpdateSession"]


def test_a_member_has_the_rows_whose_sentence_names_it() -> None:
    found = organs()
    assert ids(found["UpdateSession"], Place.PATH, "Sid") == ["SID-003"]
    assert ids(found["ListSession"], Place.QUERY, "PageSize") == ["LIST-030"]
    assert ids(found["ListSession"], Place.QUERY, "Page") == []


def test_what_names_no_member_stands_by_itself() -> None:
    rest = [row.requirement.id for row, _ in organs()["ListSession"].others]
    assert rest == ["CON-002"]


def test_rows_about_the_wire_name_no_property() -> None:
    fetch = organs()["FetchSession"]
    assert ids(fetch, Place.ANSWER, "url") == []
    assert {row.requirement.id for row, _ in fetch.others} == {"CON-001", "ERR-001"}


def test_members_say_what_they_are() -> None:
    found = organs()
    kinds = {
        (member.place, member.name): member.kind
        for organ in found.values()
        for member in organ.members
    }
    assert kinds[Place.QUERY, "PageSize"] == "integer"
    assert kinds[Place.FORM, "DateExpiry"] == "date-time"
    assert "in-progress" in kinds[Place.FORM, "Status"]
    assert kinds[Place.ANSWER, "date_expiry"] == "string or null"
    assert kinds[Place.ANSWER, "ttl"] == "integer"


def test_an_operation_counts_the_states_of_its_requirements() -> None:
    counts = organs()["FetchSession"].counts
    assert (counts[State.BROKEN], counts[State.HELD]) == (1, 1)
