"""Laws of what is sent as UniqueName, held against the oracle."""

import unicodedata
from itertools import combinations
from urllib.parse import unquote_to_bytes

import pytest
from hypothesis import find, given
from hypothesis import strategies as st

from conformance.oracles.names import is_extreme, is_plain, is_same
from conformance.strategies import names

BASE = "run-1"
PIECES = {**names.ASCII, **names.UTF_8, **names.NORMALISABLE}
FILLS = {
    1: names.ascii_of,
    2: names.two_bytes_of,
    3: names.three_bytes_of,
    4: names.four_bytes_of,
}


@pytest.mark.parametrize("piece", PIECES)
def test_a_piece_around_a_base_is_a_plain_name_that_is_not_extreme(piece: str) -> None:
    name = names.around(BASE, PIECES[piece])
    assert is_plain(name)
    assert not is_extreme(name)
    assert name.startswith(PIECES[piece])
    assert name.endswith(PIECES[piece])


def test_each_piece_belongs_to_its_table() -> None:
    assert all(piece.isascii() for piece in names.ASCII.values())
    assert not any(piece.isascii() for piece in names.UTF_8.values())
    for piece in names.UTF_8.values():
        for how in ("NFC", "NFD", "NFKC", "NFKD"):
            assert unicodedata.normalize(how, piece) == piece
    for piece in names.NORMALISABLE.values():
        forms = {unicodedata.normalize(how, piece) for how in ("NFKC", "NFKD")}
        assert forms != {piece}


def test_the_names_in_utf_8_take_two_three_and_four_bytes() -> None:
    sizes = {len(c.encode()) for piece in names.UTF_8.values() for c in piece}
    assert sizes >= {2, 3, 4}


def test_words_are_plain_names_and_the_shortest_have_one_character() -> None:
    assert all(map(is_plain, names.WORDS.values()))
    assert {len(n.encode()) for n in names.WORDS.values() if len(n) == 1} == {1, 4}


def test_the_names_that_leave_doubt_do() -> None:
    doubtful = [pattern.format(BASE) for pattern in names.SURROUNDED.values()]
    assert not any(map(is_plain, [*doubtful, *names.CONTROLS.values()]))


@pytest.mark.parametrize("label", names.INVALID)
def test_what_is_not_utf_8_cannot_be_decoded(label: str) -> None:
    with pytest.raises(UnicodeDecodeError):
        unquote_to_bytes(names.INVALID[label]).decode()


def test_names_to_be_told_apart_differ_beyond_case_accent_and_composition() -> None:
    for one, other in names.TELL_APART.values():
        for how in (str.casefold, str.strip):
            assert how(one) != how(other)
        assert not is_same(one, other)


@pytest.mark.parametrize("size", FILLS)
@pytest.mark.parametrize("characters", [190, 191, 192])
def test_a_filled_name_has_so_many_characters_of_that_size(
    size: int, characters: int
) -> None:
    name = FILLS[size](BASE, characters)
    assert len(name) == characters
    assert len(name[len(BASE) :].encode()) == size * (characters - len(BASE))
    assert is_plain(name) is (characters <= 191)


def test_filled_names_of_different_bases_differ() -> None:
    for fill in FILLS.values():
        filled = [fill(base, 191) for base in ("run-1", "run-2", "run-12")]
        assert all(one != other for one, other in combinations(filled, 2))


@given(names.names(base=BASE))
def test_a_drawn_name_is_plain_and_begins_and_ends_with_its_base(name: str) -> None:
    assert is_plain(name)
    assert name.startswith(BASE)
    assert name.endswith(BASE)


def test_a_drawn_name_shrinks_towards_its_base() -> None:
    assert find(names.names(base=BASE), lambda _: True) == BASE


@given(names.too_long_names(base=BASE))
def test_a_name_too_long_is_not_plain(name: str) -> None:
    assert len(name) > 191
    assert not is_plain(name)


def test_a_name_too_long_shrinks_towards_192_characters() -> None:
    assert len(find(names.too_long_names(base=BASE), lambda _: True)) == 192


@given(st.integers(0, 30).flatmap(names.texts))
def test_texts_have_no_control_characters_and_can_be_sent(text: str) -> None:
    assert len(text) <= 30
    assert text.encode().decode() == text
    assert "Cc" not in {unicodedata.category(character) for character in text}


def test_a_base_without_room_for_a_name_is_refused() -> None:
    assert names.room("a" * 95) == 1
    with pytest.raises(ValueError, match="expected a shorter base"):
        names.room("a" * 96)
