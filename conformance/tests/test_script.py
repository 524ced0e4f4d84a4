"""Laws of worlds: how a scenario spells a request."""

import pytest

from conformance.library import library
from conformance.script import World, with_form

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
