"""Pins: the choices that a target once made, as what is expected of it from now on."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from conformance.catalogue import Catalogue
from conformance.record import RecordError, read

_RECORD, _SUMMARY = "record.ndjson", "summary.json"


class PinError(ValueError):
    """A file that pins nothing; the message is one clear line."""


def pinned(path: Path, catalogue: Catalogue) -> Mapping[str, str]:
    """Return the one choice of each open point that a record or a summary shows.

    `path` is either file or the folder of a run. Where a target chose now this and
    now that, nothing is pinned. Raises PinError, RecordError or CatalogueError.
    """
    if path.is_dir():
        path /= _RECORD if (path / _RECORD).is_file() else _SUMMARY
    choices = _summarised(path) if path.suffix == ".json" else _recorded(path)
    pins = {
        catalogue.requirement(requirement).id: next(iter(made))
        for requirement, made in choices.items()
        if len(made) == 1
    }
    if not pins:
        raise PinError(f"{path}: expected the choices of a run, observed none")
    return pins


def _recorded(path: Path) -> Mapping[str, frozenset[str]]:
    choices: dict[str, frozenset[str]] = {}
    for ruling in read(path).rulings:
        made = choices.get(ruling.requirement, frozenset())
        choices[ruling.requirement] = made | frozenset(ruling.choices)
    return {requirement: made for requirement, made in choices.items() if made}


def _summarised(path: Path) -> Mapping[str, frozenset[str]]:
    try:
        document: Any = json.loads(path.read_text("utf-8"))
        return {
            str(requirement): frozenset(map(str, made))
            for requirement, made in document["choices"].items()
        }
    except OSError as error:
        raise RecordError(f"cannot read {path}: {error.strerror}") from error
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise PinError(f"{path}: expected a record or a summary.json") from error
