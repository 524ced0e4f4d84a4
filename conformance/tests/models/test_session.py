"""Laws of the model, value by value: what may be, and what cannot."""

from itertools import permutations

import pytest

from conformance.models.act import (
    CREATE,
    DELETE,
    FETCH,
    LIST,
    UPDATE,
    Act,
    Answer,
    answer,
)
from conformance.models.known import Known, Life, Rule
from conformance.models.session import apply
from conformance.models.values import Values

BORN: Values = {"status": "open", "ttl": 600, "date_expiry": None}


def after(*acts: Act) -> Known:
    known = Known()
    for act in acts:
        known = apply(known, act).after
    return known


def create(**shown: str | int) -> Act:
    return Act(operation=CREATE, asked={"ttl": 600}, shown={**BORN, **shown})


def update(ttl: int) -> Act:
    return Act(
        operation=UPDATE,
        asked={"ttl": ttl},
        touched=frozenset({"ttl"}),
        shown={**BORN, "ttl": ttl},
    )


def fetch(ttl: int) -> Act:
    return Act(operation=FETCH, shown={**BORN, "ttl": ttl})


def test_nothing_is_known_of_a_session_that_was_not_created() -> None:
    refused = Act(operation=CREATE, answer=Answer.REFUSED)
    assert after(refused) == Known()
    assert after(Act(operation=CREATE)).life is Life.UNSEEN


def test_a_session_is_known_as_it_was_shown() -> None:
    known = after(create())
    assert (known.life, known.ours) == (Life.LIVE, True)
    assert known.sole("ttl") == 600
    assert known.sole("mode") is None


def test_a_step_names_what_it_contradicts() -> None:
    step = apply(after(create()), fetch(7))
    assert [(p.rule, p.field) for p in step.contradictions] == [(Rule.SHOWN, "ttl")]
    assert step.after.doubted == {"ttl", "date_updated"}
    assert apply(after(create()), fetch(600)).contradictions == ()


def test_what_a_model_holds_does_not_change_under_it() -> None:
    known = after(create())
    before = repr(known)
    apply(known, update(7))
    apply(known, Act(operation=DELETE))
    assert repr(known) == before


def test_an_order_of_writes_is_told_by_the_last_read() -> None:
    writes = update(1), update(2), update(3)
    fitting = [
        order
        for order in permutations(writes)
        if not apply(after(create(), *order), fetch(2)).contradictions
    ]
    assert {order[-1].asked["ttl"] for order in fitting} == {2}
    assert len(fitting) == 2


def test_a_deleted_session_stays_deleted_in_any_order() -> None:
    known = after(create(), update(1), Act(operation=DELETE))
    assert known.life is Life.GONE
    later = apply(known, fetch(1))
    assert [point.rule for point in later.contradictions] == [Rule.GONE]
    assert later.after.life is Life.GONE


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (0, Answer.SILENT),
        (200, Answer.ACCEPTED),
        (204, Answer.ACCEPTED),
        (302, Answer.UNCLEAR),
        (400, Answer.REFUSED),
        (401, Answer.BARRED),
        (404, Answer.ABSENT),
        (408, Answer.UNCLEAR),
        (409, Answer.REFUSED),
        (429, Answer.BARRED),
        (500, Answer.UNCLEAR),
        (502, Answer.SILENT),
        (503, Answer.SILENT),
        (504, Answer.SILENT),
    ],
)
def test_a_status_says_something_of_the_session_or_nothing(
    status: int, said: Answer
) -> None:
    assert answer(status) is said


def test_a_read_that_shows_nothing_new_proves_that_its_operation_finds_it() -> None:
    born = create(ttl=600)
    listed = Act(operation=LIST, shown=dict(BORN), began_s=1.0, ended_s=1.0)
    fetched = Act(operation=FETCH, shown=listed.shown, began_s=2.0, ended_s=2.0)
    gone = after(born, listed, fetched, Act(operation=DELETE, answer=Answer.ACCEPTED))
    (point,) = apply(gone, Act(operation=FETCH, answer=Answer.ABSENT)).points
    assert (point.rule, point.holds) == (Rule.GONE, True)


@pytest.mark.parametrize(
    ("date_expiry", "contradicted"),
    [(946684800.0, False), (4102444800.0, True), (None, True)],
)
def test_an_update_may_end_a_lifetime_at_once(
    date_expiry: float | None, *, contradicted: bool
) -> None:
    born = Act(
        operation=CREATE,
        asked={"ttl": 600},
        shown={**BORN, "date_created": 1_700_000_000.0},
    )
    asked: Values = {"date_expiry": date_expiry}
    ended = Act(
        operation=UPDATE,
        asked=asked,
        touched=frozenset({"date_expiry"}),
        shown={**BORN, **asked, "status": "closed"},
    )
    step = apply(after(born), ended)
    assert bool(step.contradictions) is contradicted
