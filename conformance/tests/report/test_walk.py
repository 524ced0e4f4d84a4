import json

from conformance.exchange import Exchange
from conformance.report import walks
from conformance.tests.records import SESSIONS, exchange


def page(number: int, *sids: str, at: str = "", to: str | None = None) -> Exchange:
    body = {"sessions": [{"sid": sid} for sid in sids], "meta": {"next_page_url": to}}
    url = f"{SESSIONS}{at}"
    return exchange(number, "GET", url, answer=json.dumps(body).encode())


def created(number: int, sid: str) -> Exchange:
    answer = json.dumps({"sid": sid}).encode()
    return exchange(
        number, "POST", operation="CreateSession", status=201, answer=answer
    )


def deleted(number: int, path: str) -> Exchange:
    return exchange(number, "DELETE", path, status=204, answer=b"")


def host(query: str) -> str:
    return f"https://elsewhere.test{SESSIONS}{query}"


def test_pages_that_lead_to_each_other_are_a_walk() -> None:
    (walk,) = walks(
        [
            page(1, "a", "b", to=host("?Page=1")),
            page(2, "c", at="?Page=1", to=None),
        ]
    )
    assert walk.numbers == (1, 2)
    assert [one.sids for one in walk.pages] == [("a", "b"), ("c",)]
    assert walk.complete
    assert walk.sound
    assert walk.letters == {}


def test_one_page_is_no_walk_and_neither_are_pages_that_lead_nowhere_near() -> None:
    assert walks([page(1, "a"), page(2, "a"), page(3, "a", to=host("?Page=9"))]) == ()


def test_a_session_on_two_pages_has_one_letter() -> None:
    (walk,) = walks(
        [
            page(1, "b", "a", to=host("?Page=1")),
            page(2, "a", "b", "c", at="?Page=1"),
        ]
    )
    assert walk.repeated == ("b", "a")
    assert walk.letters == {"b": "a", "a": "b"}
    assert not walk.sound


def test_letters_begin_again_when_they_run_out() -> None:
    sids = [f"s{n}" for n in range(27)]
    (walk,) = walks([page(1, *sids, to=host("?Page=1")), page(2, *sids, at="?Page=1")])
    assert (walk.letters["s0"], walk.letters["s26"]) == ("a", "a")


def test_a_session_that_was_there_all_along_and_never_shown_is_missing() -> None:
    seen = [
        created(1, "there"),
        created(2, "gone"),
        created(3, "went"),
        deleted(4, f"{SESSIONS}/gone"),
        page(10, "a", to=host("?Page=1")),
        page(11, "b", at="?Page=1"),
        deleted(13, f"{SESSIONS}/went"),
        created(14, "late"),
    ]
    (walk,) = walks(seen)
    assert walk.missing == ("there", "went")
    assert not walk.sound


def test_what_goes_while_its_pages_are_walked_is_not_missed() -> None:
    seen = [
        created(1, "there"),
        page(10, "a", to=host("?Page=1")),
        deleted(11, SESSIONS.removesuffix("/Sessions")),
        page(12, "b", at="?Page=1"),
    ]
    (walk,) = walks(seen)
    assert walk.missing == ()


def test_a_walk_that_was_broken_off_misses_nothing() -> None:
    (walk,) = walks(
        [
            created(1, "there"),
            page(10, "a", to=host("?Page=1")),
            page(11, "b", at="?Page=1", to=host("?Page=2")),
        ]
    )
    assert not walk.complete
    assert walk.missing == ()


def test_a_walk_from_the_middle_misses_nothing() -> None:
    (walk,) = walks(
        [
            created(1, "there"),
            page(10, "a", at="?PageToken=x", to=host("?PageToken=y")),
            page(11, "b", at="?PageToken=y"),
        ]
    )
    assert walk.missing == ()


def test_answers_that_are_no_pages_of_sessions_are_left_out() -> None:
    odd = [
        exchange(1, "GET", answer=b'{"sessions": {}}'),
        exchange(2, "GET", answer=b"nothing"),
        exchange(3, "POST", operation="CreateSession", answer=b'{"sid": 7}'),
        exchange(4, "GET", answer=b'{"sessions": [1, {"sid": 2}], "meta": []}'),
        exchange(5, "GET", answer=b'{"sessions": [], "meta": {"next_page_url": 1}}'),
        page(6, to="http://[broken"),
        page(7),
    ]
    assert walks(odd) == ()


def test_a_next_page_without_query_is_followed_too() -> None:
    (walk,) = walks([page(1, "a", at="?Page=0", to=host("")), page(2, "b")])
    assert walk.numbers == (1, 2)
