"""Hypothesis as we use it: one seed draws the same everywhere, and without delay.

Left alone it mixes constants into what it draws that it finds in the source of the
modules loaded by then: a checkout, a wheel and another test beside us would each draw
something else. It also tries a codec on every character there is, for seconds, in each
folder without its cache.

It reads source for more than that, and the parser of Python 3.11 fails when two
threads use it at once: workers take turns.
"""

from collections.abc import Generator
from contextlib import contextmanager
from functools import cache
from threading import Lock

import hypothesis
from hypothesis.internal import charmap
from hypothesis.internal.conjecture import providers
from hypothesis.internal.constants_ast import Constants
from hypothesis.internal.intervalsets import IntervalSet

_HAVE_A_CODE = IntervalSet(((0, 0xD7FF), (0xE000, 0x10FFFF)))
_of_any = charmap.intervals_from_codec
_turn = Lock()


@contextmanager
def turn() -> Generator[None]:
    """Let nobody else run Hypothesis within the block, or the function."""
    with _turn:
        yield


@contextmanager
def aside() -> Generator[None]:
    """Let others have their turn within the block, such as while an answer is due."""
    _turn.release()
    try:
        yield
    finally:
        _turn.acquire()


def drawing(
    count: int, *phases: hypothesis.Phase, steps: int = 50
) -> hypothesis.settings:
    """Return settings for `count` examples of at most so many `steps`."""
    _settle()
    return hypothesis.settings(
        max_examples=count,
        stateful_step_count=steps,
        phases=phases,
        database=None,
        deadline=None,
        print_blob=False,
        verbosity=hypothesis.Verbosity.quiet,
        suppress_health_check=list(hypothesis.HealthCheck),  # pyright: ignore[reportArgumentType]  # its metaclass is untyped
    )


@cache
def _characters_of(codec: str) -> tuple[IntervalSet, IntervalSet]:
    """Return which characters a codec has, and which of them do not come back."""
    return (_HAVE_A_CODE, IntervalSet(())) if codec == "utf-8" else _of_any(codec)


@cache
def _settle() -> None:
    """Take the source of loaded modules, and the table of UTF-8, out of the way."""
    nothing_local = Constants()
    providers._get_local_constants = lambda: nothing_local  # pyright: ignore[reportPrivateUsage]  # noqa: SLF001  there is no setting for it
    charmap.intervals_from_codec = _characters_of
