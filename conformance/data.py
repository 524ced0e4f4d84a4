"""Where the data files are: beside the checkout's package, or inside the wheel."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def data_path(*parts: str) -> Path:
    """Return the path of a data file such as `data_path("specs", "profiles.toml")`.

    An installed wheel carries `specs` and `fixtures` under `conformance/_data`; a
    checkout has them at its top level.
    """
    packed = _PACKAGE / "_data"
    root = packed if packed.is_dir() else _PACKAGE.parent
    return root.joinpath(*parts)
