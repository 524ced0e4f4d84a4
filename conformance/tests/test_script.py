"""Laws of worlds: how a scenario spells a request."""

import pytest

from conformance.exchange import Exchange
from conformance.library import library
from conformance.script import (
    GaveUpError,
    Script,
    Send,
    Step,
    Wait,
    World,
    created,
    in_path,
    send,
    taken_up,
    together,
    wait,
    with_form,
)
from conformance.tests.histories import answered
from conformance.tests.records import exchange

WORLD = World(
    contract=library().contract,
    account_sid="AC" + "0" * 32,
    service_sid="KS" + "1" * 32,
    tag="conf-1",
    scene="malformed-sid/UpdateSession",
)


def test_a_call_is_spelled_by_the_contract() -> None:
    probe = WORLD.call("UpdateSession", Sid="KC%0A", form={"Ttl": "60"}, label="x")
    assert (probe.method, probe.url) == (
        "POST",
        f"/v1/Services/KS{'1' * 32}/Sessions/KC%0A",
    )
    assert probe.body == b"Ttl=60"
    assert probe.headers == (("Content-Type", "application/x-www-form-urlencoded"),)
    assert (probe.operation, probe.label) == ("UpdateSession", "x")


def test_another_service_and_a_query_can_be_named() -> None:
    probe = WORLD.call("ListSession", service="KS2", query=[("a", "+"), ("a", "é")])
    assert probe.url == "/v1/Services/KS2/Sessions?a=%2B&a=%C3%A9"
    assert probe.body is None


def test_a_form_may_repeat_a_name_or_be_empty() -> None:
    probe = with_form(WORLD.call("CreateSession"), [("P", "1"), ("P", "2 3")])
    assert probe.body == b"P=1&P=2+3"
    assert WORLD.call("CreateSession", form={}).body == b""


def test_names_are_ours_and_fit_a_path() -> None:
    assert WORLD.name("a") == "conf-1-malformed-sid-UpdateSession-a"


@pytest.mark.parametrize(
    ("sid", "spelled"),
    [
        ("KC" + "a" * 32, "KC" + "a" * 32),
        ("a b/c?d", "a%20b%2Fc%3Fd"),
        ("x" * 64, "x" * 64),
        ("x" * 65, ""),
        ("", ""),
        (None, ""),
        (7, ""),
    ],
)
def test_a_sid_stands_in_a_path_unless_it_would_fill_it(
    sid: object, spelled: str
) -> None:
    assert in_path(sid) == spelled


@pytest.mark.parametrize("sid", [None, "", "KC" + "0" * 1_000_000])
def test_a_create_without_a_sid_ends_the_scene(sid: object) -> None:
    script = created(WORLD.call("CreateSession", form={}))
    next(script)
    answer = answered(WORLD.call("CreateSession", form={}), 201, {"sid": sid})
    with pytest.raises(GaveUpError, match="needs CreateSession to answer a sid"):
        script.send((answer,))


@pytest.mark.parametrize(("thorough", "taken"), [(True, "abc"), (False, "ab")])
def test_less_than_thorough_takes_the_first_few(*, thorough: bool, taken: str) -> None:
    world = World(
        contract=library().contract,
        account_sid="",
        service_sid="",
        tag="",
        thorough=thorough,
    )
    assert "".join(world.some("abc", least=2)) == taken


def waiting(said: list[int]) -> Script[None]:
    """Ask, wait, ask twice at once, wait, ask and wait; note each status."""
    first = yield from send(WORLD.call("ListSession"))
    yield from wait(2)
    two = yield from together(WORLD.call("ListSession"), WORLD.call("ListSession"))
    yield from wait(5)
    last = yield from send(WORLD.call("ListSession"))
    yield from wait(1)
    said += [one.status for one in (first, *two, last)]


def steps(script: Script[None]) -> list[Step]:
    """Return what a script asks for when each answer is a 204."""
    asked: list[Step] = []
    answer = None
    while True:
        try:
            step = next(script) if answer is None else script.send(answer)
        except StopIteration:
            return asked
        asked.append(step)
        sends = step.probes if isinstance(step, Send) else ()
        answer = tuple(exchange(9, status=204) for _ in sends)


def recorded(count: int) -> list[Exchange]:
    """Return so many answers; the n-th ended n + 1.5 milliseconds after the start."""
    path = WORLD.call("ListSession").path
    return [exchange(number, url=path) for number in range(1, count + 1)]


def test_a_script_is_taken_up_where_it_waited() -> None:
    said: list[int] = []
    asked = steps(taken_up(waiting(said), recorded(3), 1004.5))
    assert asked[0] == Wait(4.0)
    assert [type(step) for step in asked] == [Wait, Send, Wait]
    assert asked[-1] == Wait(1)
    assert said == [200, 200, 200, 204]


def test_a_wait_that_is_over_is_not_waited_again() -> None:
    assert steps(taken_up(waiting([]), recorded(1), 9e9))[0] == Wait(0.0)


def test_a_script_of_which_nothing_was_recorded_begins_anew() -> None:
    assert len(steps(taken_up(waiting([]), [], 0.0))) == 6


def test_a_script_that_had_ended_asks_for_nothing() -> None:
    def once() -> Script[None]:
        yield from send(WORLD.call("ListSession"))

    def never() -> Script[None]:
        yield from ()

    assert steps(taken_up(once(), recorded(1), 0.0)) == []
    assert steps(taken_up(never(), [], 0.0)) == []


@pytest.mark.parametrize("count", [2, 3])
def test_a_script_that_asks_for_something_else_is_not_taken_up(count: int) -> None:
    others = [exchange(number, url="/v1/other") for number in range(count)]
    with pytest.raises(GaveUpError, match="not what it asks for now"):
        steps(taken_up(waiting([]), others, 0.0))


def test_an_answer_that_was_cut_off_is_not_taken_up() -> None:
    with pytest.raises(GaveUpError, match="not what it asks for now"):
        steps(taken_up(waiting([]), recorded(2), 0.0))
