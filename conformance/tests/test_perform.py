"""Laws of performing: scenes are played to their end, in turn, and never lost."""

import threading
from collections.abc import Callable

import pytest

from conformance.exchange import Exchange, Probe, Request, Response
from conformance.library import library
from conformance.perform import Performed, Recorder, Stage, gave_up_reasons
from conformance.script import (
    Scenario,
    Script,
    World,
    expect,
    explore,
    send,
    together,
    wait,
)


class Clock:
    """A clock that leaps."""

    def __init__(self) -> None:
        self.now = 0.0

    def now_ms(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds * 1000


class Target:
    """Answers by path: `/400` with 400."""

    def send(self, probes: tuple[Probe, ...], first: int) -> tuple[Exchange, ...]:
        return tuple(
            Exchange(
                number=number,
                probe=probe,
                sent=Request(method=probe.method, url=probe.url),
                response=Response(status=int(probe.path[1:])),
            )
            for number, probe in enumerate(probes, start=first)
        )

    def close(self) -> None:
        """Nothing to let go of."""


def probe(path: str = "/200", label: str = "") -> Probe:
    return Probe(operation="FetchSession", method="GET", path=path, label=label)


def world(scenario: Scenario) -> World:
    return World(
        contract=library().contract,
        account_sid="AC",
        service_sid="KS",
        tag="t",
        scene=scenario.name,
    )


def scenario(
    name: str,
    script: Callable[[World], Script[None]],
    *,
    early: bool = False,
    late: bool = False,
) -> Scenario:
    return Scenario(name=name, script=script, serves=("A-001",), early=early, late=late)


def play(
    *scenarios: Scenario,
    workers: int = 1,
    stop: Callable[[Performed], bool] | None = None,
) -> tuple[list[Exchange], tuple[Performed, ...]]:
    recorder = Recorder(Target(), before=lambda *_: None, after=lambda _: None)
    stage = Stage(recorder, Clock(), stop=stop or (lambda _: False))
    performed = stage.perform(scenarios, (world,) * workers)
    return recorder.exchanges, performed


def twice(_: World) -> Script[None]:
    yield from send(probe(label="one"))
    yield from send(probe(label="two"))


def test_exchanges_are_numbered_and_carry_their_scene() -> None:
    exchanges, performed = play(scenario("a", twice), scenario("b", twice))
    assert [(e.number, e.probe.scene, e.probe.label) for e in exchanges] == [
        (1, "a", "one"),
        (2, "a", "two"),
        (3, "b", "one"),
        (4, "b", "two"),
    ]
    assert [one.scene for one in performed] == ["a", "b"]


def test_a_script_sees_the_answers() -> None:
    seen: list[int] = []

    def script(_: World) -> Script[None]:
        both = yield from together(probe("/201"), probe("/404"))
        seen.extend(e.status for e in both)
        one = yield from expect(probe("/200"))
        seen.append(one.status)

    play(scenario("a", script))
    assert seen == [201, 404, 200]


def test_a_refused_set_up_ends_the_scene_and_says_why() -> None:
    def script(_: World) -> Script[None]:
        yield from expect(probe("/400"))
        yield from send(probe("/500"))

    exchanges, performed = play(scenario("a", script))
    assert [e.status for e in exchanges] == [400]
    assert gave_up_reasons(performed) == {
        "A-001": "set-up needs FetchSession to be accepted, observed 400"
    }


def test_a_script_that_raises_is_our_defect_and_ends_nothing_else() -> None:
    def script(_: World) -> Script[None]:
        yield from send(probe())
        raise LookupError("oops")

    _, performed = play(scenario("a", script), scenario("b", twice))
    assert [one.defect for one in performed] == [
        "scenario a raised LookupError('oops')",
        "",
    ]


def test_a_scene_that_waits_lets_the_others_go_on() -> None:
    def script(_: World) -> Script[None]:
        yield from send(probe(label="before"))
        yield from wait(2.0)
        yield from send(probe(label="after"))

    exchanges, _ = play(scenario("b", twice), scenario("a", script, early=True))
    assert [e.probe.label for e in exchanges] == ["before", "one", "two", "after"]


def test_a_scene_that_holds_others_up_starts_when_none_waits() -> None:
    def waiting(_: World) -> Script[None]:
        yield from wait(5)
        yield from send(probe(label="waited"))

    def long(_: World) -> Script[None]:
        yield from send(probe(label="long"))

    def short(_: World) -> Script[None]:
        yield from send(probe(label="short"))

    exchanges, _ = play(
        scenario("c", long, late=True),
        scenario("b", short),
        scenario("a", waiting, early=True),
    )
    assert [e.probe.label for e in exchanges] == ["short", "waited", "long"]


def test_a_search_sends_as_it_likes() -> None:
    def script(_: World) -> Script[None]:
        def search(sends: Callable[[Probe], Exchange]) -> None:
            while (
                sends(probe("/404", label=str(len(labels)))).status and len(labels) < 3
            ):
                labels.append("x")

        labels: list[str] = []
        yield from explore(search)
        yield from send(probe(label="end"))

    exchanges, _ = play(scenario("a", script))
    assert [e.probe.label for e in exchanges] == ["0", "1", "2", "3", "end"]
    assert {e.probe.scene for e in exchanges} == {"a"}


def test_a_run_stops_after_the_scene_that_is_enough() -> None:
    exchanges, performed = play(
        scenario("a", twice), scenario("b", twice), stop=lambda one: one.scene == "a"
    )
    assert [one.scene for one in performed] == ["a"]
    assert len(exchanges) == 2


@pytest.mark.parametrize("workers", [2, 5])
def test_every_scene_is_played_once_by_several_workers(workers: int) -> None:
    barrier = threading.Barrier(2)

    def meets(_: World) -> Script[None]:
        yield from send(probe())
        barrier.wait(timeout=5)

    many = [scenario(f"s{n}", twice) for n in range(20)]
    exchanges, performed = play(
        scenario("x", meets), scenario("y", meets), *many, workers=workers
    )
    assert sorted(one.scene for one in performed) == sorted(
        ["x", "y", *(one.name for one in many)]
    )
    assert sorted(e.number for e in exchanges) == list(range(1, 43))


def test_set_up_returns_its_value() -> None:
    def script() -> Script[int]:
        one = yield from send(probe("/201"))
        yield from wait(1.0)
        return one.status

    recorder = Recorder(Target(), before=lambda *_: None, after=lambda _: None)
    assert recorder.play(script(), "set-up") == 201
    assert recorder.exchanges[0].probe.scene == "set-up"
