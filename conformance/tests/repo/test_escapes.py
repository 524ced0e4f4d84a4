"""Each place that escapes a linter or a type checker says why."""

import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[3]
FOLDERS = ("conformance", "fixtures")
ESCAPE = re.compile(
    r"# (?:noqa: (?:[A-Z]+\d+(?:, )?)+|(?:type|pyright): ignore\[[\w-]+(?:, [\w-]+)*\])"
)
ANY = re.compile(r"#\s*(?:noqa|(?:type|pyright): *ignore|pragma)", re.IGNORECASE)


def comments() -> Iterator[tuple[str, str]]:
    """Yield each comment of the code that is an escape, with where it is."""
    files = [file for folder in FOLDERS for file in (ROOT / folder).rglob("*.py")]
    for file in (*files, ROOT / "noxfile.py"):
        with file.open("rb") as lines:
            for token in tokenize.tokenize(lines.readline):
                if token.type == tokenize.COMMENT and ANY.match(token.string):
                    where = f"{file.relative_to(ROOT)}:{token.start[0]}"
                    yield where, token.string


def unexplained(comment: str) -> bool:
    """Return whether an escape is without its codes, or without a reason."""
    found = ESCAPE.match(comment)
    return found is None or not comment[found.end() :].strip(" #")


def test_each_escape_carries_its_reason() -> None:
    assert [where for where, comment in comments() if unexplained(comment)] == []


def test_an_escape_is_told_from_one_without_a_reason() -> None:
    for comment in (
        "noqa: S608  names of our own",
        "type: ignore[arg-type]  # brevity",
    ):
        assert not unexplained(f"# {comment}")
    for comment in ("noqa", "noqa: S608", "type: ignore", "type: ignore[arg-type]"):
        assert unexplained(f"# {comment}")
    assert unexplained("# pragma: no cover")
