"""Laws of presence: where a Session is, from when, and until when at least."""

from collections.abc import Iterable
from dataclasses import replace

import pytest

from conformance.exchange import Exchange
from conformance.models.presence import Moment, Presence, began, ended, owner, presence
from conformance.tests.histories import SERVICE, SESSION, WORLD, answered, evidence
from conformance.tests.lists import (
    born,
    deleted,
    elsewhere,
    gone,
    path,
    service_made,
    sid,
)

HERE = path().lower()


def low(number: int) -> str:
    """Return the SID of a Session as it is kept."""
    return sid(number).lower()


def present(*exchanges: Exchange) -> Presence:
    return presence(evidence(*exchanges))


def stayed(exchanges: Iterable[Exchange], since: int, until: int) -> set[str]:
    """Return who stayed between two exchanges, by their numbers."""
    found = present(*exchanges)
    return {*found.stayed(HERE, Moment(0, since), Moment(0, until))}


@pytest.mark.parametrize("shown", ["", None, 7, ["x"]])
def test_a_session_without_a_sid_is_nowhere(shown: object) -> None:
    create = WORLD.call("CreateSession", form={})
    seen = present(answered(create, 201, {"sid": shown}), answered(create, 500, {}))
    assert seen.home == {}


def test_a_session_is_where_it_was_created() -> None:
    create = WORLD.call("CreateSession", form={})
    seen = present(answered(create, 201, {"sid": SESSION}))
    assert seen.home == {SESSION.lower(): HERE}
    # And stays there, whoever answers its SID again.
    again = present(*elsewhere(1), born(1))
    assert again.home[low(1)] != HERE


def test_a_session_stayed_that_came_before_and_was_not_touched() -> None:
    life = [born(1), born(2), deleted(1)]
    assert stayed(life, 2, 2) == {low(1)}
    assert stayed(life, 3, 9) == {low(2)}
    assert stayed(life[:2], 3, 9) == {low(1), low(2)}
    assert present(*life).stayed("/elsewhere", Moment(0, 0), Moment(9, 9)) == set()


@pytest.mark.parametrize("answer", [204, 400, 0])
def test_an_attempt_to_delete_is_enough_of_a_doubt(answer: int) -> None:
    assert stayed([born(1), deleted(1, answer=answer)], 2, 9) == set()


def test_only_a_fetch_after_a_delete_proves_one_gone() -> None:
    assert present(born(1), deleted(1), gone(1)).gone == {low(1): Moment(0, 3)}
    first = present(born(1), deleted(1), gone(1), gone(1))
    assert first.gone == {low(1): Moment(0, 3)}
    assert present(born(1), gone(1)).gone == {}
    assert present(born(1), deleted(1, answer=400), gone(1)).gone == {}
    assert present(born(1), deleted(1), gone(1, answer=200)).gone == {}


@pytest.mark.parametrize(("answer", "left"), [(204, set[str]()), (404, {low(1)})])
def test_a_spoilt_sid_that_is_accepted_may_have_taken_any(
    answer: int, left: set[str]
) -> None:
    assert stayed([born(1), deleted(7, answer=answer)], 2, 9) == left


def test_a_service_takes_its_sessions_and_no_others() -> None:
    removal = answered(WORLD.call("DeleteService", Sid=SERVICE), 204, b"")
    assert stayed([born(1), *elsewhere(2), removal], 5, 9) == set()
    assert present(born(1), *elsewhere(2), removal).leaving.keys() == {low(1)}


@pytest.mark.parametrize(
    ("method", "answer", "left"),
    [
        ("DELETE", 204, set[str]()),
        ("PUT", 200, set[str]()),
        ("DELETE", 405, {low(1)}),
        ("GET", 200, {low(1)}),
    ],
)
def test_what_no_document_describes_may_have_emptied_a_list(
    method: str, answer: int, left: set[str]
) -> None:
    odd = replace(WORLD.call("ListSession"), method=method, path=f"{path()}/")
    assert stayed([born(1), answered(odd, answer, b"")], 2, 9) == left


def test_a_list_is_private_to_the_one_scene_that_writes_to_it() -> None:
    assert present(service_made()).private == {HERE}
    assert present(service_made(), born(1), deleted(1)).private == {HERE}
    for scene_more in (born(2, scene="other"), deleted(1, scene="other")):
        assert present(service_made(), born(1), scene_more).private == set()
    # One that was there before may be anybody's, and one without a SID is none.
    assert present(born(1)).private == set()
    assert present(service_made(answer=400)).private == set()


def test_exchanges_of_one_instant_are_told_by_number() -> None:
    exchange = replace(born(1), number=7, began_ms=1.0, elapsed_ms=2.0)
    assert began(exchange) == Moment(1.0, 7)
    assert ended(exchange) == Moment(3.0, 7)
    assert Moment(1.0, 7) < Moment(1.0, 8) < Moment(2.0, 1)


def test_an_owner_is_the_list_and_the_sid_however_they_are_spelled() -> None:
    probe = WORLD.call("FetchSession", Sid="K%43AB")
    assert owner(answered(probe, 200, {})) == (HERE, "kcab")
