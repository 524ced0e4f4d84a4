"""Laws of the oracle of property names."""

import pytest

from conformance.oracles.naming import SESSION, letters, style


def test_a_session_has_sixteen_properties() -> None:
    assert len(set(SESSION)) == 16
    assert all(name == name.lower() and "-" not in name for name in SESSION)


@pytest.mark.parametrize(
    ("name", "how"),
    [
        ("dateCreated", "camelCase"),
        ("DateCreated", "PascalCase"),
        ("date-created", "kebab-case"),
        ("DATE_CREATED", "CAPITALS"),
    ],
)
def test_each_other_spelling_has_the_same_letters(name: str, how: str) -> None:
    assert letters(name) == letters("date_created")
    assert style(name) == how
