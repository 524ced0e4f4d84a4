"""Laws of the data files: the wheel carries them, and a checkout has them."""

import tomllib
from pathlib import Path

from conformance.data import data_path

ROOT = Path(__file__).parents[2]
WHEEL = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["hatch"][
    "build"
]["targets"]["wheel"]


def test_the_wheel_carries_each_folder_where_it_is_looked_for() -> None:
    carried = WHEEL["force-include"]
    for folder in ("specs", "fixtures"):
        assert carried[folder] == f"conformance/_data/{folder}"
        assert data_path(folder) == ROOT / folder
        assert data_path(folder).is_dir()


def test_the_wheel_leaves_out_the_tests_and_nothing_else_of_the_package() -> None:
    assert WHEEL["packages"] == ["conformance"]
    assert WHEEL["exclude"] == ["conformance/tests"]
