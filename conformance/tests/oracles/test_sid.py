"""Laws of SIDs, and of targets that reach the API as they were sent."""

import pytest

from conformance.oracles.sid import is_sid, same_sid
from conformance.oracles.target import is_plain

DIGITS = "0123456789abcdefABCDEF0123456789"


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        (f"KC{DIGITS}", True),
        (f"KC{DIGITS}\n", False),
        (f"KC{DIGITS[1:]}", False),
        (f"KC{DIGITS[1:]}g", False),
        (f"kc{DIGITS}", False),
        (f"KS{DIGITS}", False),
        ("", False),
        (None, False),
        (7, False),
    ],
)
def test_a_sid_is_its_prefix_and_32_hex_digits(text: object, holds: bool) -> None:  # noqa: FBT001  a column of the table
    assert is_sid(text, prefix="KC") is holds


@pytest.mark.parametrize(
    ("other", "holds"),
    [
        (f"KC{DIGITS.upper()}", True),
        (f"kc{DIGITS}", False),
        (f"KC{DIGITS[1:]}0", False),
    ],
)
def test_the_digits_of_a_sid_may_be_in_either_case(other: str, holds: bool) -> None:  # noqa: FBT001  a column of the table
    assert same_sid(f"KC{DIGITS}", other) is holds


@pytest.mark.parametrize(
    ("target", "holds"),
    [
        ("/v1/Services?PageSize=2", True),
        ("/v1/%41%c3%a9%20", True),
        ("/v1/%2F", False),
        ("/v1/%00", False),
        ("/v1/%25", False),
        ("/v1/%ff", False),
        ("/v1/%4", False),
        ("/v1/%zz", False),
        ("/" + "a" * 2000, False),
    ],
)
def test_a_gateway_has_no_reason_to_refuse_a_plain_target(
    target: str,
    holds: bool,  # noqa: FBT001  a column of the table
) -> None:
    assert is_plain(target) is holds
