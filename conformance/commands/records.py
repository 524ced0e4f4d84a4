"""Records and pages, as they are named on the command line."""

from pathlib import Path

from conformance.commands.problems import Problem
from conformance.report import View, load


def named(argument: str) -> View:
    """Return the view of a record: a file, a run's folder, or either as NAME=PATH.

    Raises RecordError.
    """
    name, path = split(argument)
    return load(path, name=name)


def split(argument: str) -> tuple[str, Path]:
    """Return the name that an argument gives to a target, "" for none, and the path."""
    name, equals, path = argument.partition("=")
    if equals and not Path(argument).exists():
        return name, Path(path)
    return "", Path(argument)


def written(path: Path, page: str) -> Path:
    """Return the path to which a page was written, its folder made if need be."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page, "utf-8")
    except OSError as error:
        raise Problem(f"cannot write {path}: {error.strerror}") from error
    return path
