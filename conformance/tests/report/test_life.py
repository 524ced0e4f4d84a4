import json

from conformance.exchange import Exchange, Json
from conformance.report import lives
from conformance.report.life import Change
from conformance.tests.records import SESSION, SESSIONS, exchange

URL = f"{SESSIONS}/{SESSION}"


def shown(number: int, operation: str = "FetchSession", **fields: Json) -> Exchange:
    body = json.dumps({"sid": SESSION, **fields}).encode()
    method = "GET" if operation == "FetchSession" else "POST"
    return exchange(number, method, URL, operation=operation, answer=body)


def test_a_life_tells_what_is_new_at_each_moment() -> None:
    (life,) = lives(
        [
            shown(1, "CreateSession", status="open", ttl=600, unique_name=None),
            shown(2, "UpdateSession", status="closed", ttl=600, closed_reason="api"),
        ],
        [SESSION],
    )
    first, second = life.moments
    assert life.sid == SESSION
    assert first.changes == (
        Change(name="status", before="", after="open"),
        Change(name="ttl", before="", after="600"),
    )
    assert second.changes == (
        Change(name="status", before="open", after="closed"),
        Change(name="unique_name", before="null", after="absent"),
        Change(name="closed_reason", before="absent", after="api"),
    )


def test_moments_that_tell_nothing_new_are_one() -> None:
    (life,) = lives([shown(n, status="open") for n in (1, 2, 3)], [SESSION])
    (moment,) = life.moments
    assert (moment.number, moment.again) == (1, (2, 3))


def test_a_refusal_is_a_moment_of_its_own_and_changes_nothing() -> None:
    refused = exchange(2, "POST", URL, operation="UpdateSession", status=404)
    (life,) = lives([shown(1, ttl=1), refused, shown(3, ttl=1)], [SESSION])
    assert [(m.number, m.accepted, bool(m.changes)) for m in life.moments] == [
        (1, True, True),
        (2, False, False),
        (3, True, False),
    ]


def test_a_list_shows_a_life_too() -> None:
    items = [3, {"sid": 4}, {"sid": SESSION, "ttl": 7}]
    listed = exchange(2, "GET", answer=json.dumps({"sessions": items}).encode())
    (life,) = lives([listed, shown(1, ttl=5)], [SESSION])
    assert [moment.number for moment in life.moments] == [1, 2]
    assert life.moments[1].changes == (Change(name="ttl", before="5", after="7"),)


def test_a_session_that_nobody_saw_has_no_life() -> None:
    assert lives([exchange(1, "GET", answer=b'{"sessions": 1}')], [SESSION]) == ()
