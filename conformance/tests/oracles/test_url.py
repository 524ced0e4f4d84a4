"""Laws of the URL oracle."""

import pytest

from conformance.oracles import url


@pytest.mark.parametrize(
    "text",
    [
        "http://a",
        "https://a.b:8443/c?d#e",
        "HTTPS://A/",
        "http://[::1]:80/x",
        "http://a?b",
    ],
)
def test_http_and_https_with_a_host_are_absolute(text: str) -> None:
    assert url.is_absolute(text)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "/v1/Services",
            "//host/v1",
            "http:/host",
            "http://",
            "http:///v1",
            "http://?a",
        ),
        *(
            "ftp://host/v1",
            "host/v1",
            "http//host",
            "http://host/a b",
            "http://host/\n",
        ),
        *("http://host/\tv1", "http://h\u00f6st/", "https://host/{Sid}", 7, None),
    ],
)
def test_anything_else_is_not_absolute(text: object) -> None:
    assert not url.is_absolute(text)


@pytest.mark.parametrize(
    ("text", "host", "path"),
    [
        ("https://Proxy.Twilio.com/v1/a?b=/c#d", "proxy.twilio.com", "/v1/a"),
        ("http://user:word@host:80/x%41", "host", "/xA"),
        ("http://host", "host", ""),
        ("http://host#f/g", "host", ""),
        ("/v1/a", "", ""),
    ],
)
def test_host_and_path_are_those_of_the_url(text: str, host: str, path: str) -> None:
    assert (url.host(text), url.path(text)) == (host, path)


@pytest.mark.parametrize("text", ["https://a/b", "mailto:a@b", "x+y-z.1:c", "sms://1"])
def test_a_scheme_and_something_behind_it_is_a_uri(text: str) -> None:
    assert url.is_uri(text)


@pytest.mark.parametrize(
    "text", ["", "a", ":", "a:", ":a", "1a:b", "a_b:c", "a: b", "\u00e4:b", "/a:b"]
)
def test_anything_else_is_no_uri(text: str) -> None:
    assert not url.is_uri(text)
