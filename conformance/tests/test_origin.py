"""Laws of origins: the live service and this machine are told from all others."""

import pytest

from conformance.origin import is_loopback, is_open, is_production


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8000",
        "http://127.9.9.9",
        "http://[::1]:8000/base",
        "https://localhost",
        "http://LOCALHOST.:80",
        "http://mock.localhost",
    ],
)
def test_this_machine_is_told_by_its_names(url: str) -> None:
    assert is_loopback(url)
    assert not is_open(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://proxy.twilio.com",
        "http://127.0.0.1.example.com",
        "https://localhost.example.com",
        "http://notlocalhost",
        "http://10.0.0.1",
        "http://0.0.0.0",
        "http://2130706433",
        "https://",
    ],
)
def test_what_is_not_this_machine_is_not_taken_for_it(url: str) -> None:
    assert not is_loopback(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://proxy.twilio.com",
        "https://PROXY.Twilio.com.:443/v1",
        "https://proxy.dublin.ie1.twilio.com",
        "https://proxy.ie1.twilio.com",
        "http://twilio.com",
        "https://anything.twilio.com",
    ],
)
def test_the_live_service_is_told_at_every_edge_and_region(url: str) -> None:
    assert is_production(url)


@pytest.mark.parametrize(
    "url",
    ["https://nottwilio.com", "https://twilio.com.example.org", "http://127.0.0.1"],
)
def test_others_are_not_taken_for_the_live_service(url: str) -> None:
    assert not is_production(url)


def test_what_can_be_read_on_the_way_is_told() -> None:
    assert is_open("http://staging.example.com")
    assert not is_open("https://staging.example.com")
