import pytest

from conformance.report import inert, inert_lines, shortened


@pytest.mark.parametrize(
    ("text", "spelled"),
    [
        ("plain ünïcode 😀", "plain ünïcode 😀"),
        ("a\tb\r\n", "a\\tb\\r\\n"),
        ("\x1b[2J\x07\x7f\x9b", "\\x1b[2J\\x07\\x7f\\x9b"),
        ("\u202egnp.exe\u2066", "\\u202egnp.exe\\u2066"),
        ("\ufeff\u200bzero", "\\ufeff\\u200bzero"),
        ("\ud800", "\\ud800"),
    ],
)
def test_what_could_act_on_a_reader_is_spelled(text: str, spelled: str) -> None:
    assert inert(text) == spelled


def test_lines_stay_lines() -> None:
    assert inert_lines("a\x1b\nb\r") == "a\\x1b\nb\\r"


def test_a_long_text_says_how_much_is_missing() -> None:
    assert shortened("abcdef", 6) == "abcdef"
    assert shortened("abcdef", 4) == "abcd… (2 more characters)"
