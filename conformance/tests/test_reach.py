"""Laws of reach: a write that might hit what is not ours is told from others."""

import pytest

from conformance.exchange import Probe
from conformance.reach import overreaches

GIVEN = "KS" + "1" * 32
OWN = "KS" + "2" * 32
SESSION = "KC" + "3" * 32
PARTICIPANT = "KP" + "4" * 32
SESSIONS = f"/v1/Services/{GIVEN}/Sessions"


def write(path: str, method: str = "POST") -> Probe:
    return Probe(operation="X", method=method, path=path)


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "TRACE"])
@pytest.mark.parametrize("path", ["/v1/Services/*", f"{SESSIONS}/KC%", "/v1/.."])
def test_what_only_reads_reaches_nothing(method: str, path: str) -> None:
    assert not overreaches(write(path, method), GIVEN)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/v1/Services"),
        ("POST", SESSIONS),
        ("POST", f"{SESSIONS}/"),
        ("POST", f"{SESSIONS}/{SESSION}"),
        ("DELETE", f"{SESSIONS}/{SESSION}"),
        ("PUT", f"{SESSIONS}/{SESSION}"),
        ("POST", f"{SESSIONS}/{SESSION}/Participants"),
        ("DELETE", f"{SESSIONS}/{SESSION}/Participants/{PARTICIPANT}"),
        ("POST", f"{SESSIONS}/{SESSION[:-1]}g"),
        ("POST", f"{SESSIONS}/{SESSION}%0A"),
        ("DELETE", f"/v1/Services/{OWN}"),
    ],
)
def test_a_write_to_one_resource_or_a_create_is_let_through(
    method: str, path: str
) -> None:
    assert not overreaches(write(path, method), GIVEN)


@pytest.mark.parametrize(
    "path",
    [
        f"{SESSIONS}/KC",
        f"{SESSIONS}/KC%2A",
        f"{SESSIONS}/{SESSION}*",
        f"{SESSIONS}/{SESSION}%25%25",
        f"{SESSIONS}/{SESSION}/..",
        f"{SESSIONS}/%2E%2E/x",
        f"{SESSIONS}/%252E%252E",
        "/v1/Services/KS/Sessions",
        "/v1",
        "/",
    ],
)
@pytest.mark.parametrize("method", ["POST", "DELETE", "PUT", "PATCH"])
def test_a_write_whose_path_may_mean_many_is_withheld(method: str, path: str) -> None:
    assert overreaches(write(path, method), GIVEN)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("DELETE", f"/v1/Services/{GIVEN}"),
        ("POST", f"/v1/Services/{GIVEN}"),
        ("POST", f"/v1/Services/{GIVEN.lower()}/"),
        ("DELETE", SESSIONS),
        ("DELETE", f"{SESSIONS}/"),
        ("DELETE", f"{SESSIONS}/{SESSION}/Participants"),
        ("DELETE", f"{SESSIONS}/{SESSION}/../../../Sessions"),
    ],
)
def test_the_service_that_the_user_named_is_not_changed_as_a_whole(
    method: str, path: str
) -> None:
    assert overreaches(write(path, method), GIVEN)


def test_a_service_of_our_own_may_go_as_a_whole() -> None:
    assert not overreaches(write(f"/v1/Services/{OWN}", "DELETE"))
    assert not overreaches(write(f"/v1/Services/{OWN}/Sessions", "DELETE"), GIVEN)
