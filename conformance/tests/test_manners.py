"""Laws of manners: repeats are few, and never of a write that may have worked."""

from collections.abc import Mapping
from typing import Any

import pytest

from conformance.exchange import Exchange, Probe, Request, Response, Role, Trouble
from conformance.manners import Manners, lost_for_s, put_off


def seen(
    status: int = 0,
    *,
    method: str = "GET",
    trouble: Trouble | None = None,
    number: int = 1,
    headers: Mapping[str, str] | None = None,
) -> Exchange:
    names = tuple((headers or {}).items())
    return Exchange(
        number=number,
        probe=Probe(operation="X", method=method, path="/v1/x"),
        sent=Request(method=method, url="/v1/x"),
        response=Response(status=status, headers=names) if status else None,
        trouble=trouble,
    )


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "DELETE"])
def test_what_was_turned_away_unprocessed_is_sent_again(method: str) -> None:
    assert Manners().pause_s(seen(429, method=method), 1) is not None


@pytest.mark.parametrize(
    ("method", "again"), [("GET", True), ("HEAD", True), ("POST", False)]
)
def test_after_a_503_only_what_changes_nothing_is_sent_again(
    method: str, *, again: bool
) -> None:
    assert (Manners().pause_s(seen(503, method=method), 1) is not None) is again


LOST: tuple[dict[str, Any], ...] = (
    {"trouble": Trouble.RESET},
    {"trouble": Trouble.CUT},
    {"trouble": Trouble.TIMEOUT},
    {"status": 502},
    {"status": 504},
)


@pytest.mark.parametrize("method", ["POST", "DELETE"])
@pytest.mark.parametrize("lost", LOST, ids=str)
def test_a_write_whose_answer_was_lost_is_never_sent_again(
    method: str, lost: dict[str, Any]
) -> None:
    assert Manners().pause_s(seen(method=method, **lost), 1) is None


@pytest.mark.parametrize("lost", LOST, ids=str)
def test_a_read_whose_answer_was_lost_is_sent_once_more(lost: dict[str, Any]) -> None:
    manners = Manners()
    assert manners.pause_s(seen(**lost), 1) is not None
    assert manners.pause_s(seen(**lost), 2) is None


def test_where_sending_again_never_helps_it_is_left_at_that() -> None:
    manners, lost = Manners(), seen(trouble=Trouble.CUT)
    for _ in range(5):
        assert manners.pause_s(lost, 1) is not None
        manners.pause_s(lost, 2)
    assert manners.pause_s(lost, 1) is None
    assert manners.pause_s(seen(429), 1) is not None
    manners.pause_s(seen(200), 2)
    assert manners.pause_s(lost, 1) is not None


@pytest.mark.parametrize(
    ("exchange", "pause_s"),
    [
        (seen(method="POST", trouble=Trouble.RESET), 0.5),
        (seen(method="POST", trouble=Trouble.TIMEOUT), 0.5),
        (seen(504, method="POST"), 0.5),
        (seen(503, method="POST", headers={"Retry-After": "7"}), 7.0),
        (seen(503, method="POST", headers={"Retry-After": "31"}), None),
        (seen(method="POST", trouble=Trouble.REFUSED), None),
        (seen(method="POST", trouble=Trouble.TLS), None),
        (seen(201, method="POST"), None),
        (seen(400, method="POST"), None),
    ],
)
def test_what_has_no_answer_may_be_asked_for_in_another_way(
    exchange: Exchange, pause_s: float | None
) -> None:
    assert lost_for_s(exchange) == pause_s


@pytest.mark.parametrize("trouble", [Trouble.REFUSED, Trouble.TLS, Trouble.GARBLED])
def test_other_troubles_are_left_at_that(trouble: Trouble) -> None:
    assert Manners().pause_s(seen(trouble=trouble), 1) is None


@pytest.mark.parametrize("status", [200, 201, 204, 301, 400, 401, 404, 408, 500, 501])
def test_an_answer_that_is_one_is_left_at_that(status: int) -> None:
    assert Manners().pause_s(seen(status), 1) is None


@pytest.mark.parametrize(
    ("tries", "least", "most"), [(1, 0.25, 0.5), (2, 0.5, 1.0), (3, 1.0, 2.0)]
)
def test_pauses_double_and_are_spread(tries: int, least: float, most: float) -> None:
    pauses = [
        Manners().pause_s(seen(429, number=number), tries) for number in range(1, 40)
    ]
    assert all(pause is not None and least <= pause <= most for pause in pauses)
    assert len(set(pauses)) > 20


def test_after_four_times_it_is_left_at_that() -> None:
    assert Manners().pause_s(seen(429), 4) is None


def test_the_same_seed_pauses_as_long() -> None:
    def drawn(seed: int) -> list[float | None]:
        manners = Manners(seed)
        return [manners.pause_s(seen(429, number=n), 1) for n in range(1, 9)]

    assert drawn(7) == drawn(7) != drawn(8)


@pytest.mark.parametrize(
    ("headers", "asked_s"),
    [
        ({"Retry-After": "3"}, 3.0),
        ({"Retry-After": " 0 "}, 0.0),
        (
            {
                "Retry-After": "Fri, 27 Nov 2026 12:00:07 GMT",
                "Date": "Fri, 27 Nov 2026 12:00:00 GMT",
            },
            7.0,
        ),
        (
            {
                "Retry-After": "Fri, 27 Nov 2026 12:00:00 GMT",
                "Date": "Fri, 27 Nov 2026 12:00:09 GMT",
            },
            0.0,
        ),
    ],
)
def test_what_the_answer_asks_for_is_waited_and_a_little_more(
    headers: dict[str, str], asked_s: float
) -> None:
    pause = Manners().pause_s(seen(429, headers=headers), 1)
    assert pause is not None
    assert asked_s <= pause <= asked_s + 0.25


@pytest.mark.parametrize(
    "headers",
    [
        {"Retry-After": "soon"},
        {"Retry-After": "-1"},
        {"Retry-After": "٣"},  # a digit, and none of ASCII
        {"Retry-After": "Fri, 27 Nov 2026 12:00:07 GMT"},  # with no Date beside it
        {"Retry-After": "", "Date": "yesterday"},
    ],
)
def test_what_it_asks_for_in_no_known_way_is_as_if_it_had_not(
    headers: dict[str, str],
) -> None:
    pause = Manners().pause_s(seen(429, headers=headers), 1)
    assert pause is not None
    assert 0.25 <= pause <= 0.5


@pytest.mark.parametrize("asked", ["31", "86400", "9" * 400])
def test_who_asks_for_too_long_is_not_asked_again(asked: str) -> None:
    assert Manners().pause_s(seen(503, headers={"Retry-After": asked}), 1) is None


def test_all_pauses_of_a_run_together_are_bounded() -> None:
    manners = Manners(pauses_s_max=10)
    busy = seen(429, headers={"Retry-After": "3"})
    pauses = [manners.pause_s(busy, 1) for _ in range(20)]
    taken = [pause for pause in pauses if pause is not None]
    assert len(taken) == 3
    assert sum(taken) <= 10


def test_what_was_put_off_keeps_its_request_and_leaves_its_scene() -> None:
    exchange = Exchange(
        number=4,
        probe=Probe(
            operation="CreateSession",
            method="POST",
            path="/v1/x",
            query="a=b",
            body=b"c=d",
            scene="page-walk/ListSession",
            role=Role.SPOILT,
            label="spoilt",
            defect="not-hex",
            pair="p",
        ),
        sent=Request(method="POST", url="/v1/x?a=b", body=b"c=d"),
        response=Response(status=429),
    )
    aside = put_off(exchange)
    assert (aside.number, aside.sent, aside.status) == (4, exchange.sent, 429)
    assert aside.probe == Probe(
        operation="CreateSession",
        method="POST",
        path="/v1/x",
        query="a=b",
        body=b"c=d",
        scene="put-off/page-walk/ListSession",
    )
