"""Laws of Hypothesis as we use it: nothing around us changes what is drawn."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import Phase
from hypothesis import strategies as st
from hypothesis.internal import charmap
from hypothesis.internal.conjecture import providers
from hypothesis.internal.constants_ast import Constants

from conformance.strategies import engine
from conformance.strategies.drawing import drawn


@pytest.fixture
def unread(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Note whose source is asked for its constants."""
    asked: list[object] = []

    def constants_from_module(module: object, **_: object) -> Constants:
        asked.append(module)
        return Constants()

    monkeypatch.setattr(providers, "constants_from_module", constants_from_module)
    monkeypatch.setattr(providers, "_seen_modules", set[int]())
    monkeypatch.setattr(providers, "_sys_modules_len", None)
    return asked


def test_drawing_reads_no_source(unread: list[object]) -> None:
    providers.CONSTANTS_CACHE.cache.clear()
    assert len(drawn(st.text() | st.integers().map(str), seed=1, count=200)) > 100
    assert unread == []


def test_workers_draw_at_once_what_one_draws() -> None:
    def draw(seed: int) -> tuple[str, ...]:
        return drawn(st.text(max_size=9), seed=seed, count=30)

    alone = [draw(seed) for seed in range(8)]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(draw, range(8))) == alone


def test_workers_take_turns_and_step_aside() -> None:
    inside: list[int] = []
    most = []

    @engine.turn()
    def work(number: int) -> None:
        for _ in range(20):
            inside.append(number)
            most.append(len(inside))
            time.sleep(0.0001)
            inside.remove(number)
            with engine.aside():
                order.append(number)

    order: list[int] = []
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    assert max(most) == 1
    assert len(order) == 80
    assert order != sorted(order, key=order.index)


@pytest.mark.parametrize("codec", ["utf-8", "ascii"])
def test_a_codec_has_the_characters_it_has(codec: str) -> None:
    engine.drawing(1, Phase.generate)
    have, lost = charmap.intervals_from_codec(codec)
    encodable = [n for n in range(0x11000) if _codes(codec, chr(n))]
    assert [n for n in have if n < 0x11000] == encodable
    assert have.size == (0x110000 - 0x800 if codec == "utf-8" else 0x80)
    assert lost.size == 0


def _codes(codec: str, character: str) -> bool:
    try:
        return character.encode(codec).decode(codec) == character
    except UnicodeEncodeError:
        return False
