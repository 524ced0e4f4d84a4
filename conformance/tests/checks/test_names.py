"""Laws of judging UniqueName: how it is shown, how long it may be, what is unique."""

from dataclasses import replace

import pytest

from conformance.checks.names import CHECKS
from conformance.exchange import Exchange, Probe, Role
from conformance.tests.histories import (
    SESSION,
    WORLD,
    answered,
    evidence,
    page,
    session,
)
from conformance.tests.verdicts import choices, failures, verdicts
from conformance.verdict import Outcome

KEPT = "name-kept/CreateSession"
LENGTH = "name-length/CreateSession"
TAKEN = "name-taken/CreateSession"
REFUSED = "name-refused/CreateSession"
APART = "name-apart/CreateSession"
ODD = "name-odd/CreateSession"
PATH = "name-path/FetchSession"
FOUR_BYTES = "\U0001f600" * 191
SILENT = [0, 408, 429, 500]


def sid(number: int) -> str:
    return f"KC{number:032x}"


def create(
    name: str, status: int = 201, shown: object = None, number: int = 2, **about: object
) -> Exchange:
    """Return a create under a name; it shows that name unless another is given."""
    probe = WORLD.call("CreateSession", form={"UniqueName": name})
    text = name if shown is None else shown
    body = session(sid=sid(number), unique_name=text)
    refused = {"code": about.pop("code", 80701)}
    return answered(probe, status, body if status == 201 else refused, **about)


def bare(status: int = 201, **about: object) -> Exchange:
    """Return a create without a name, of another Session."""
    probe = WORLD.call("CreateSession", form={})
    return answered(probe, status, session(sid=sid(99)), **about)


def fetch(shown: str | None, number: int = 2, **about: object) -> Exchange:
    probe = WORLD.call("FetchSession", Sid=sid(number))
    body = session(sid=sid(number), unique_name=shown)
    return answered(probe, 200, body, **about)


def listed(*items: tuple[int, str], **about: object) -> Exchange:
    shown = [session(sid=sid(number), unique_name=name) for number, name in items]
    return answered(WORLD.call("ListSession"), 200, page(*shown), **about)


def spoilt(exchange: Exchange) -> Exchange:
    probe = replace(exchange.probe, role=Role.SPOILT, defect="spoilt", pair="pair")
    return replace(exchange, probe=probe)


def control(exchange: Exchange) -> Exchange:
    probe = replace(exchange.probe, role=Role.CONTROL, pair="pair")
    return replace(exchange, probe=probe)


def outcomes(found: list[Exchange], requirement: str) -> list[Outcome]:
    return [v.outcome for v in verdicts(evidence(*found), CHECKS, requirement)]


@pytest.mark.parametrize(
    ("name", "requirement"),
    [
        ("Order #1234", "NAME-001"),
        ("a+b  c%20&amp;", "NAME-001"),
        ("null", "NAME-001"),
        ("\u65e5\u672c \U0001f600", "NAME-002"),
        ("e\u0301", "NAME-002"),
    ],
)
def test_a_name_shown_as_sent_passes(name: str, requirement: str) -> None:
    found = verdicts(evidence(create(name)), CHECKS)
    assert [(v.requirement, v.operation, v.outcome) for v in found] == [
        (requirement, "CreateSession", Outcome.PASS)
    ]


@pytest.mark.parametrize(
    ("name", "shown", "requirement", "symptom"),
    [
        ("a+b", "a b", "NAME-001", "other characters are shown"),
        ("Order #1", "Order ", "NAME-001", "other characters are shown"),
        ("Order", "order", "NAME-001", "another letter case is shown"),
        ("null", "", "NAME-001", "no name is shown"),
        ("\u00f8x", "\u00c3\u00b8x", "NAME-002", "other characters are shown"),
        ("\ufb01", "fi", "NAME-002", "other characters are shown"),
        ("\u2460a", "1a", "NAME-002", "other characters are shown"),
        ("a" * 191, "a" * 128, "NAME-003", "the end is missing"),
        ("a" * 191, "A" * 191, "NAME-001", "another letter case is shown"),
        (FOUR_BYTES, "\U0001f600" * 47, "NAME-003", "the end is missing"),
        (FOUR_BYTES, "", "NAME-002", "no name is shown"),
    ],
)
def test_another_name_fails(
    name: str, shown: str, requirement: str, symptom: str
) -> None:
    assert failures(evidence(create(name, shown=shown)), CHECKS) == {
        (requirement, "CreateSession", symptom)
    }


def test_a_canonical_equivalent_is_the_same_name() -> None:
    assert failures(evidence(create("e\u0301", shown="\u00e9")), CHECKS) == set()


def test_a_long_name_is_judged_for_its_characters_and_for_its_length() -> None:
    found = verdicts(evidence(create(FOUR_BYTES)), CHECKS)
    assert {(v.requirement, v.outcome) for v in found} == {
        ("NAME-002", Outcome.PASS),
        ("NAME-003", Outcome.PASS),
    }


@pytest.mark.parametrize(
    "name", ["", " a", "a ", "a\n", "a\0b", "\ufffd", "a" * 192, "\u0378"]
)
def test_a_name_that_leaves_doubt_is_not_judged(name: str) -> None:
    assert verdicts(evidence(create(name, shown="other")), CHECKS) == []


@pytest.mark.parametrize("form", [[("UniqueName", "a"), ("UniqueName", "b")], []])
def test_a_create_that_asks_for_no_one_name_is_not_judged(
    form: list[tuple[str, str]],
) -> None:
    probe = WORLD.call("CreateSession", form=form)
    shown = answered(probe, 201, session(unique_name="c"))
    assert verdicts(evidence(shown), CHECKS) == []


@pytest.mark.parametrize("shown", [7, ["a"], True])
def test_a_name_that_is_no_text_is_judged_by_others(shown: object) -> None:
    assert verdicts(evidence(create("a", shown=shown)), CHECKS) == []


def test_fetches_and_lists_are_held_against_what_was_sent() -> None:
    seen = evidence(
        create("a+b"),
        fetch("a b", scene=KEPT),
        listed((2, "a%2Bb"), scene=KEPT),
    )
    assert failures(seen, CHECKS) == {
        ("NAME-001", "FetchSession", "other characters are shown"),
        ("NAME-001", "ListSession", "other characters are shown"),
    }


def test_fetches_elsewhere_and_of_unknown_sessions_are_not_judged() -> None:
    elsewhere = evidence(create("a+b"), fetch("a b"), listed((2, "a b")))
    assert failures(elsewhere, CHECKS) == set()
    assert verdicts(evidence(fetch("a b", scene=KEPT)), CHECKS) == []


def test_a_list_does_not_judge_length() -> None:
    seen = evidence(create("a" * 191), listed((2, "a" * 191), scene=KEPT))
    found = {(v.requirement, v.operation) for v in verdicts(seen, CHECKS)}
    assert ("NAME-003", "ListSession") not in found


def test_an_update_is_no_evidence_of_a_name() -> None:
    probe = WORLD.call("UpdateSession", Sid=sid(2), form={"Ttl": "60"})
    seen = evidence(create("a"), answered(probe, 200, session(sid=sid(2)), scene=KEPT))
    assert {v.operation for v in verdicts(seen, CHECKS)} == {"CreateSession"}


@pytest.mark.parametrize(
    ("name", "requirement"),
    [
        ("a<b", "NAME-001"),
        ("\U0001f600 abc", "NAME-002"),
        ("x", "NAME-003"),
        ("a" * 191, "NAME-003"),
        ("\u0436" * 100, "NAME-003"),
    ],
)
def test_a_lawful_name_refused_beside_another_accepted_fails(
    name: str, requirement: str
) -> None:
    refused = create(name, 400, scene=KEPT)
    assert failures(evidence(refused, bare()), CHECKS) == {
        (requirement, "CreateSession", "refused, 4xx")
    }
    assert outcomes([refused], requirement) == [Outcome.UNKNOWN]


@pytest.mark.parametrize("status", SILENT)
def test_a_lawful_name_without_a_plain_answer_is_unknown(status: int) -> None:
    silent = create("a&b", status, scene=KEPT)
    assert outcomes([silent, bare()], "NAME-001") == [Outcome.UNKNOWN]


def test_names_that_are_meant_to_be_refused_are_no_lawful_names() -> None:
    refused = spoilt(create("a" * 191, 400, scene=LENGTH))
    assert outcomes([refused, bare()], "NAME-003") == []


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (400, Outcome.PASS),
        (422, Outcome.PASS),
        (201, Outcome.FAIL),
        (409, Outcome.FAIL),
        (500, Outcome.UNKNOWN),
    ],
)
def test_a_name_too_long_is_refused_beside_its_twin(
    status: int, outcome: Outcome
) -> None:
    long = spoilt(create("a" * 192, status, scene=LENGTH))
    twin = control(create("b" * 191, number=3, scene=LENGTH))
    assert outcomes([long, twin], "NAME-004") == [outcome]


@pytest.mark.parametrize("status", [0, 401, 404, 429, 500])
def test_a_target_that_answers_everything_alike_leaves_all_unknown(status: int) -> None:
    seen = [
        control(create("b" * 191, status, scene=LENGTH)),
        spoilt(create("a" * 192, status, scene=LENGTH)),
        create("a&b", status, scene=KEPT),
        create("one", status, scene=TAKEN, label="first"),
        spoilt(create("one", status, scene=TAKEN, label="duplicate")),
        control(create("two", status, scene=TAKEN)),
        create("one", status, scene=TAKEN, label="elsewhere"),
        answered(DELETE, status, {}, scene=TAKEN, label="deleted"),
        create("one", status, scene=TAKEN, label="freed"),
        *two("emoji", status, status),
        create("four", status, scene=REFUSED, label="refused"),
        create("four", status, scene=REFUSED, label="again"),
        answered(WORLD.call("ListSession"), status, {}, scene=REFUSED, label="listed"),
    ]
    found = verdicts(evidence(*seen), CHECKS)
    assert {v.outcome for v in found if v.requirement != "NAME-008"} == {
        Outcome.UNKNOWN
    }
    assert {v.requirement for v in found} >= {
        *("NAME-001", "NAME-003", "NAME-004", "NAME-005", "NAME-006", "NAME-007"),
        *("NAME-009", "NAME-010", "NAME-011"),
    }


DELETE = WORLD.call("DeleteSession", Sid=SESSION)


def two(label: str, first: int, second: int, pair: str = "") -> list[Exchange]:
    """Return two creates whose names are nearly the same."""
    about = {"scene": APART, "label": label, "pair": pair or label}
    return [
        create("a", first, number=7, **about),
        create("b", second, number=8, **about),
    ]


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (400, Outcome.PASS),
        (409, Outcome.PASS),
        (201, Outcome.FAIL),
        (200, Outcome.FAIL),
        (422, Outcome.FAIL),
        (404, Outcome.FAIL),
        (500, Outcome.UNKNOWN),
    ],
)
def test_a_taken_name_is_refused_beside_a_free_one(
    status: int, outcome: Outcome
) -> None:
    seen = [
        create("one", scene=TAKEN, label="first"),
        spoilt(create("one", status, number=3, scene=TAKEN, label="duplicate")),
        control(create("two", number=4, scene=TAKEN)),
    ]
    assert outcomes(seen, "NAME-007") == [outcome]


@pytest.mark.parametrize(
    ("status", "code", "choice"),
    [
        (400, 80603, "400 and 80603"),
        (400, 80701, "400 and another code"),
        (409, 80603, "409 and 80603"),
        (409, 20409, "409 and another code"),
    ],
)
def test_how_a_taken_name_is_refused_is_observed(
    status: int, code: int, choice: str
) -> None:
    duplicate = spoilt(create("one", status, scene=TAKEN, code=code))
    seen = evidence(duplicate, control(create("two", scene=TAKEN)))
    assert choices(seen, CHECKS, "NAME-008") == {("CreateSession", choice)}


@pytest.mark.parametrize(
    ("twice", "free"), [(422, 201), (201, 201), (400, 400), (500, 201)]
)
def test_another_refusal_is_no_choice(twice: int, free: int) -> None:
    duplicate = spoilt(create("one", twice, scene=TAKEN))
    seen = evidence(duplicate, control(create("two", free, number=3, scene=TAKEN)))
    assert choices(seen, CHECKS, "NAME-008") == set()


@pytest.mark.parametrize(
    ("status", "outcome"),
    [(201, Outcome.PASS), (400, Outcome.FAIL), (500, Outcome.UNKNOWN)],
)
def test_a_name_of_another_service_is_free(status: int, outcome: Outcome) -> None:
    seen = [
        create("one", scene=TAKEN, label="first"),
        create("one", status, number=3, scene=TAKEN, label="elsewhere"),
    ]
    assert outcomes(seen, "NAME-009") == [outcome]


def test_a_service_that_accepts_nothing_says_nothing_about_names() -> None:
    there = WORLD.call(
        "CreateSession",
        form={"UniqueName": "one"},
        service="KS" + "9" * 32,
        label="elsewhere",
    )
    seen = [
        create("one", scene=TAKEN, label="first"),
        answered(there, 400, {}, scene=TAKEN),
    ]
    assert outcomes(seen, "NAME-009") == [Outcome.UNKNOWN]


@pytest.mark.parametrize(
    ("first", "second", "outcome"),
    [
        (201, 201, Outcome.PASS),
        (201, 400, Outcome.FAIL),
        (400, 400, Outcome.UNKNOWN),
        (201, 500, Outcome.UNKNOWN),
    ],
)
def test_names_that_differ_are_apart(first: int, second: int, outcome: Outcome) -> None:
    assert outcomes(two("emoji", first, second), "NAME-010") == [outcome]


@pytest.mark.parametrize(
    ("pair", "requirement"), [("letter case", "NAME-013"), ("accent", "NAME-014")]
)
def test_whether_case_and_accents_make_another_name_is_observed(
    pair: str, requirement: str
) -> None:
    for first, second, choice in (
        (201, 201, {"different names"}),
        (201, 409, {"the same name"}),
        (201, 500, set[str]()),
        (400, 201, set[str]()),
    ):
        seen = evidence(*two("x", first, second, pair))
        found = choices(seen, CHECKS, requirement)
        assert found == {("CreateSession", one) for one in choice}
        assert verdicts(seen, CHECKS, "NAME-010") == []


def test_a_pair_that_was_cut_short_says_nothing() -> None:
    assert outcomes(two("emoji", 201, 201)[:1], "NAME-010") == []


@pytest.mark.parametrize(
    ("deleted", "again", "outcome"),
    [
        (204, 201, Outcome.PASS),
        (204, 400, Outcome.FAIL),
        (204, 500, Outcome.UNKNOWN),
        (500, 400, Outcome.UNKNOWN),
    ],
)
def test_a_deleted_name_is_free(deleted: int, again: int, outcome: Outcome) -> None:
    seen = [
        create("one", scene=TAKEN, label="first"),
        answered(DELETE, deleted, b"", scene=TAKEN, label="deleted"),
        create("one", again, number=3, scene=TAKEN, label="freed"),
    ]
    assert outcomes(seen, "NAME-011") == [outcome]


def closed(update: int, again: int) -> set[tuple[str, str]]:
    probe = WORLD.call("UpdateSession", Sid=SESSION, form={"Status": "closed"})
    seen = evidence(
        create("one", scene=TAKEN, label="first"),
        answered(probe, update, session(), scene=TAKEN, label="close"),
        create("one", again, number=3, scene=TAKEN, label="closed"),
    )
    return choices(seen, CHECKS, "NAME-012")


def test_whether_a_closed_session_keeps_its_name_is_observed() -> None:
    assert closed(200, 400) == {("CreateSession", "refused")}
    assert closed(200, 201) == {("CreateSession", "accepted")}
    assert closed(200, 500) == set()
    assert closed(400, 400) == set()


def left(*items: tuple[int, str], refused: int = 400) -> list[Exchange]:
    return [
        create("one", scene=REFUSED),
        create("two", refused, number=3, scene=REFUSED, label="refused"),
        listed(*items, scene=REFUSED, label="listed"),
    ]


@pytest.mark.parametrize(
    ("seen", "outcome"),
    [
        (left((2, "one")), Outcome.PASS),
        (left((2, "one"), (9, "two")), Outcome.FAIL),
        (left(), Outcome.UNKNOWN),
        (left((9, "two")), Outcome.UNKNOWN),
        ([create("x", 0, scene=REFUSED), *left((2, ""), (9, "x"))], Outcome.UNKNOWN),
        ([create("elsewhere", number=9), *left((2, "one"), (9, ""))], Outcome.PASS),
        (left((2, "one"), (3, "two"), refused=201), Outcome.UNKNOWN),
    ],
)
def test_a_refused_create_leaves_no_session(
    seen: list[Exchange], outcome: Outcome
) -> None:
    assert outcomes(seen, "NAME-005") == [outcome]


@pytest.mark.parametrize(
    ("first", "second", "outcome"),
    [
        (400, 201, Outcome.PASS),
        (400, 400, Outcome.FAIL),
        (400, 500, Outcome.UNKNOWN),
        (201, 400, Outcome.UNKNOWN),
    ],
)
def test_a_refused_create_takes_no_name(
    first: int, second: int, outcome: Outcome
) -> None:
    seen = [
        bare(),
        create("one", first, scene=REFUSED, label="refused"),
        create("one", second, number=3, scene=REFUSED, label="again"),
    ]
    assert outcomes(seen, "NAME-006") == [outcome]


@pytest.mark.parametrize(
    ("label", "name", "shown", "requirement", "choice"),
    [
        ("normalisable x", "e\u0301", "e\u0301", "NAME-015", "kept"),
        ("normalisable x", "e\u0301", "\u00e9", "NAME-015", "composed"),
        ("normalisable x", "\u00e9", "e\u0301", "NAME-015", "decomposed"),
        ("surrounded x", " a", " a", "NAME-016", "kept"),
        ("surrounded x", "a ", "a", "NAME-016", "cut off"),
        ("control x", "a\nb", "a\nb", "NAME-018", "kept"),
        ("control x", "a\nb", "ab", "NAME-018", "changed"),
        ("invalid x", "a", "a\ufffdb", "NAME-019", "replaced"),
        ("invalid x", "a", "a\u00ffb", "NAME-019", "taken otherwise"),
    ],
)
def test_what_becomes_of_an_odd_name_is_observed(
    label: str, name: str, shown: str, requirement: str, choice: str
) -> None:
    kept = evidence(create(name, shown=shown, scene=ODD, label=label))
    assert choices(kept, CHECKS, requirement) == {("CreateSession", choice)}
    refused = create(name, 400, scene=ODD, label=label)
    found = choices(evidence(bare(), refused), CHECKS, requirement)
    assert found == {("CreateSession", "refused")}
    assert outcomes([refused], requirement) == [Outcome.UNKNOWN]
    silent = evidence(create(name, 500, scene=ODD, label=label))
    assert choices(silent, CHECKS, requirement) == set()


@pytest.mark.parametrize(
    ("label", "name", "shown"),
    [
        ("normalisable x", "\ufb01", "fi"),
        ("surrounded x", " a", "b"),
        ("control x", "a\nb", 7),
    ],
)
def test_an_odd_name_made_into_something_else_is_no_choice(
    label: str, name: str, shown: object
) -> None:
    seen = evidence(create(name, shown=shown, scene=ODD, label=label))
    for requirement in ("NAME-015", "NAME-016", "NAME-018"):
        assert choices(seen, CHECKS, requirement) == set()


def test_a_fetch_of_an_odd_name_is_no_choice() -> None:
    seen = evidence(fetch("a", scene=ODD, label="control x"))
    assert choices(seen, CHECKS, "NAME-018") == set()


@pytest.mark.parametrize(
    ("first", "second", "choice"),
    [
        (201, 201, "taken as omitted"),
        (201, 400, "a name like any other"),
        (400, 400, "refused"),
        (500, 201, ""),
        (201, 500, ""),
    ],
)
def test_what_an_empty_name_amounts_to_is_observed(
    first: int, second: int, choice: str
) -> None:
    twice = [
        create("", first, scene=ODD, label="empty"),
        create("", second, number=3, scene=ODD, label="empty"),
    ]
    found = choices(evidence(bare(), *twice), CHECKS, "NAME-017")
    assert found == ({("CreateSession", choice)} if choice else set())
    if choice == "refused":
        assert outcomes(twice, "NAME-017") == [Outcome.UNKNOWN]


def by_name(status: int, number: int = 2) -> Exchange:
    probe: Probe = WORLD.call("FetchSession", Sid="a%20b", label="by name")
    body = session(sid=sid(number)) if status == 200 else {}
    return answered(probe, status, body, scene=PATH)


@pytest.mark.parametrize(
    ("found", "choice"),
    [
        (by_name(200), "found"),
        (by_name(404), "404"),
        (by_name(400), "another refusal"),
        (by_name(200, 3), ""),
        (by_name(500), ""),
    ],
)
def test_whether_a_name_finds_its_session_is_observed(
    found: Exchange, choice: str
) -> None:
    seen = evidence(create("a b", scene=PATH), found, fetch("c", 4))
    expected = {("FetchSession", choice)} if choice else set[object]()
    assert choices(seen, CHECKS, "NAME-020") == expected


@pytest.mark.parametrize(
    ("status", "choice"), [(201, "accepted"), (400, "refused"), (500, "")]
)
def test_whether_a_name_may_be_a_sid_is_observed(status: int, choice: str) -> None:
    like = create(SESSION, status, scene=PATH, label="like a SID")
    seen = evidence(bare(), like)
    expected = {("CreateSession", choice)} if choice else set[object]()
    assert choices(seen, CHECKS, "NAME-021") == expected
