"""Laws of orders: what must not start is refused in one line, and sends nothing."""

from pathlib import Path
from typing import Any

import pytest

from conformance.library import library
from conformance.order import Order, UsageError

ACCOUNT = "AC" + "0" * 31 + "1"
SERVICE = "KS" + "1" * 32
ELSEWHERE = "https://staging.test"
HERE = "http://127.0.0.1:8000"
SECRET = "planted-token"  # noqa: S105  made up


def order(**changes: Any) -> Order:  # noqa: ANN401  fields of Order
    known: dict[str, Any] = {"account_sid": ACCOUNT, "auth_token": SECRET}
    return Order(**(known | changes))


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"target": "ftp://x"}, "--target: expected an http or https URL"),
        ({"target": "127.0.0.1:80"}, "--target: expected an http or https URL"),
        ({"target": "http://"}, "--target: expected an http or https URL"),
        ({"target": "http://[x"}, "--target: "),
        ({"target": "http://a:b@x"}, "--target: put no credentials into the URL"),
        ({"target": "a:b@[x"}, "--target: put no credentials into the URL"),
        ({"target": "http://x?y=1"}, "--target: a base URL has no query"),
        ({"service_sid": "KS1"}, "--service-sid: expected KS and 32 hex digits"),
        ({"identifiers": ("+1", "+2", "+1")}, "--identifier: expected 3 different"),
    ],
)
def test_what_is_malformed_is_no_order(changes: dict[str, Any], problem: str) -> None:
    with pytest.raises(UsageError) as caught:
        order(**changes)
    assert str(caught.value).startswith(problem)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"account_sid": None}, "credentials are missing: set TWILIO_ACCOUNT_SID"),
        ({"auth_token": ""}, "credentials are missing: set TWILIO_AUTH_TOKEN"),
        ({"account_sid": "AC1"}, "--account-sid: expected AC and 32 hex digits"),
        ({"target": "https://proxy.twilio.com"}, "--target: https://proxy.twilio.com"),
    ],
)
def test_what_is_not_cleared_does_not_start(
    changes: dict[str, Any], problem: str
) -> None:
    with pytest.raises(UsageError) as caught:
        order(**{"target": ELSEWHERE} | changes).clear()
    assert str(caught.value).startswith(problem)
    assert SECRET not in str(caught.value)


def test_who_owns_the_account_may_test_the_live_service() -> None:
    order(target="https://proxy.ie1.twilio.com", owned=True).clear()


def test_the_embedded_mock_needs_no_credentials() -> None:
    Order().clear()


@pytest.mark.parametrize(
    ("profile", "target", "service_sid", "refused"),
    [
        ("core", ELSEWHERE, "", True),
        ("core", HERE, "", True),
        ("core", HERE, SERVICE, False),
        ("core", None, "", False),
        ("read-only", ELSEWHERE, "", False),
        ("full", ELSEWHERE, "", False),
    ],
)
def test_a_profile_that_works_in_a_service_wants_it_named(
    profile: str, target: str | None, service_sid: str, *, refused: bool
) -> None:
    one = order(target=target, service_sid=service_sid)
    row = library().catalogue.profile(profile)
    if not refused:
        one.check_service(row)
        return
    with pytest.raises(UsageError, match="name it with --service-sid"):
        one.check_service(row)


@pytest.mark.parametrize(
    ("target", "messages", "absent"),
    [
        (None, None, False),
        (HERE, None, False),
        (ELSEWHERE, None, True),
        (ELSEWHERE, True, False),
        (HERE, False, True),
    ],
)
def test_messages_reach_people_only_when_switched_on(
    *, target: str | None, messages: bool | None, absent: bool
) -> None:
    assert ("messages" in order(target=target, messages=messages).absent) is absent


@pytest.mark.parametrize(
    ("target", "rate", "per_second"),
    [
        (None, None, None),
        (HERE, None, None),
        (ELSEWHERE, None, 25.0),
        (ELSEWHERE, 100.0, 100.0),
        (HERE, 5.0, 5.0),
    ],
)
def test_others_are_asked_no_faster_than_the_documented_limit(
    target: str | None, rate: float | None, per_second: float | None
) -> None:
    assert order(target=target, rate=rate).per_second == per_second


@pytest.mark.parametrize(
    ("target", "service_sid", "careful"),
    [
        (None, "", False),
        (HERE, "", False),
        (HERE, SERVICE, True),
        (ELSEWHERE, "", True),
    ],
)
def test_care_is_taken_where_other_data_may_be(
    target: str | None, service_sid: str, *, careful: bool
) -> None:
    assert order(target=target, service_sid=service_sid).careful is careful


def test_an_order_never_shows_its_token() -> None:
    assert SECRET not in repr(order(target=ELSEWHERE, out=Path("x")))
