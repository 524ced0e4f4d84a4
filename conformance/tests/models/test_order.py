"""Laws of orders: what some order of the deeds explains, and what none does."""

import pytest

from conformance.models.order import Deed, State, explained

START = {"ttl": 0}


def update(began: float, ended: float, **rest: object) -> Deed:
    return Deed(began_ms=began, ended_ms=ended, **rest)  # type: ignore[arg-type]  # brevity


def fetch(began: float, **shown: object) -> Deed:
    return Deed(began_ms=began, ended_ms=began + 1, shown=shown)


def gone(began: float) -> Deed:
    return Deed(began_ms=began, ended_ms=began + 1, accepted=False, absent=True)


A = update(0, 9, writes={"ttl": 1}, shown={"ttl": 1})
B = update(0, 9, writes={"name": "b"}, shown={"ttl": 1, "name": "b"})
DELETE = update(0, 9, deletes=True)

EXPLAINED = {
    "no deeds": (START, ()),
    "a read": (START, (fetch(0, ttl=0),)),
    "either first": (START, (B, A, fetch(10, ttl=1, name="b"))),
    "a refusal changes nothing": (
        START,
        (update(0, 1, writes={"ttl": 1}, accepted=False), fetch(2, ttl=0)),
    ),
    "a time-out was done": (
        START,
        (update(0, 1, writes={"ttl": 1}, accepted=None), fetch(2, ttl=1)),
    ),
    "a time-out was not done": (
        START,
        (update(0, 1, writes={"ttl": 1}, accepted=None), fetch(2, ttl=0)),
    ),
    "a time-out of what is gone": (None, (update(0, 1, accepted=None), gone(2))),
    "update, then delete": (START, (A, DELETE, gone(10))),
    "refused after the delete": (
        START,
        (update(0, 9, accepted=False, absent=True), DELETE, gone(10)),
    ),
    "what is not shown is not known": (START, (fetch(0, status="open"),)),
}
UNEXPLAINED = {
    "a lost update": (START, (A, B, fetch(10, ttl=0, name="b"))),
    "a read of what nobody wrote": (START, (fetch(0, ttl=7),)),
    "an earlier write after a later one": (
        START,
        (
            update(0, 1, writes={"ttl": 1}),
            update(2, 3, writes={"ttl": 2}),
            fetch(4, ttl=1),
        ),
    ),
    "back after the delete": (START, (A, DELETE, fetch(10, ttl=1))),
    "an update of what is gone": (None, (A,)),
    "back after a time-out": (None, (update(0, 1, accepted=None), fetch(2, ttl=0))),
    "gone while it is there": (START, (gone(0),)),
    "a refused update that was done": (
        START,
        (update(0, 1, writes={"ttl": 1}, accepted=False), fetch(2, ttl=1)),
    ),
}


@pytest.mark.parametrize("name", EXPLAINED)
def test_an_order_is_found_where_there_is_one(name: str) -> None:
    start: State
    start, deeds = EXPLAINED[name]
    assert explained(start, deeds) is True


@pytest.mark.parametrize("name", UNEXPLAINED)
def test_none_is_found_where_there_is_none(name: str) -> None:
    start: State
    start, deeds = UNEXPLAINED[name]
    assert explained(start, deeds) is False


def test_a_search_that_takes_too_long_is_left_open() -> None:
    silent = tuple(update(0, 9, writes={"ttl": n}, accepted=None) for n in range(1, 9))
    assert explained(START, (*silent, fetch(10, ttl=99))) is None
