"""The arrows of ARCHITECTURE.md are the imports, and the mock stands alone."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PACKAGE = ROOT / "conformance"
ROW = re.compile(r"^\| `(\w+)` \|[^|]+\|([^|]*)\|$", re.MULTILINE)


def arrows() -> dict[str, set[str]]:
    """Return what each room may import, as ARCHITECTURE.md says."""
    text = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    return {
        room: {name.strip() for name in allowed.split(",") if name.strip()}
        for room, allowed in ROW.findall(text)
    }


def rooms() -> dict[str, list[Path]]:
    """Return the files of each room of the package, tests left out."""
    found: dict[str, list[Path]] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        room = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
        if room not in {"__init__", "tests"}:
            found.setdefault(room, []).append(path)
    return found


def imported(path: Path) -> Iterator[str]:
    """Yield the rooms that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module == "conformance":
            names = [f"conformance.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        for name in names:
            package, _, rest = name.partition(".")
            if package == "conformance" and rest:
                yield rest.partition(".")[0]


@pytest.mark.parametrize("room", rooms())
def test_a_room_imports_only_what_its_row_allows(room: str) -> None:
    allowed = arrows()[room] | {room, "__version__"}
    if "everything" in allowed:
        return
    for path in rooms()[room]:
        surplus = set(imported(path)) - allowed
        assert not surplus, f"{path.relative_to(ROOT)} imports {sorted(surplus)}"


def test_every_room_has_a_row_and_every_row_a_room() -> None:
    assert sorted(arrows()) == sorted(rooms())


def test_the_mock_and_the_suite_share_no_code() -> None:
    ours = {room for room, allowed in arrows().items() if "mock" in allowed}
    assert ours == {"launch", "rehearsal"}
    for path in rooms()["mock"]:
        assert set(imported(path)) <= {"mock"}, path


def test_the_checks_of_the_arrows_see_an_import(tmp_path: Path) -> None:
    source = tmp_path / "module.py"
    source.write_text(
        "import conformance.mock.app\nfrom conformance import verdict\n"
        "from conformance.run import Plan\nimport json\n"
    )
    assert sorted(imported(source)) == ["mock", "run", "verdict"]
