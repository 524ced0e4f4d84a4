"""Settings: what a project writes down instead of giving it as options each time."""

import tomllib
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

FILES = ("conformance.toml", "pyproject.toml")
"""Where settings are looked for, the first that has any."""

_PYPROJECT = "pyproject.toml"
_TABLE = ("tool", "conformance")

_NUMBER = (int, float)
_KINDS: Mapping[str, tuple[type, ...]] = {
    "target": (str,),
    "account-sid": (str,),
    "service-sid": (str,),
    "profile": (str,),
    "seed": (int,),
    "workers": (int,),
    "select": (list,),
    "identifiers": (list,),
    "messages": (bool,),
    "rate": _NUMBER,
    "max-requests": (int,),
    "max-creates": (int,),
    "max-seconds": _NUMBER,
    "latency-ms": _NUMBER,
    "waivers": (str,),
    "pin": (str,),
    "credentials": (str,),
}
_PATHS = frozenset({"waivers", "pin", "credentials"})
_PARAMETERS = {"credentials": "credentials_file"}
_NEVER = {
    "auth-token": "a token belongs into the environment or a file of its own",
    "i-own-this-account": "say it on the command line, each time",
    "out": "say it on the command line",
}
_NAMES = {str: "text", int: "a whole number", float: "a number", bool: "true or false"}


class SettingsError(ValueError):
    """Settings that cannot be used; the message is one clear line."""


def discover(folder: Path) -> tuple[Path, Mapping[str, Any]] | None:
    """Return the first file in `folder` that has settings, and what they are.

    Raises SettingsError.
    """
    for name in FILES:
        path = folder / name
        if path.is_file() and (found := _table(path)) is not None:
            return path, _checked(found, path)
    return None


def load(path: Path) -> Mapping[str, Any]:
    """Return the settings in a file; raise SettingsError where there are none."""
    found = _table(path)
    if found is None:
        raise SettingsError(f"{path}: expected a table [{'.'.join(_TABLE)}]")
    return _checked(found, path)


def _table(path: Path) -> Mapping[str, Any] | None:
    """Return the table that is ours, None where there is none."""
    try:
        document: Any = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise SettingsError(f"cannot read {path}: {error.strerror}") from error
    except ValueError as error:
        raise SettingsError(f"{path}: not TOML: {error}") from error
    if path.name != _PYPROJECT:
        return dict(document)
    for name in _TABLE:
        document = document.get(name) if isinstance(document, dict) else None
    return dict(document) if isinstance(document, dict) else None


def _checked(table: Mapping[str, Any], path: Path) -> Mapping[str, Any]:
    """Return the settings by the names of their options, paths beside the file."""
    settings = dict[str, Any]()
    for key, value in table.items():
        if problem := _problem(key, value):
            raise SettingsError(f"{path}: {problem}")
        value_here = str(path.parent / value) if key in _PATHS else value
        settings[_PARAMETERS.get(key, key.replace("-", "_"))] = value_here
    return settings


def _problem(key: str, value: object) -> str:
    """Return what is wrong with one setting, "" when nothing is."""
    if reason := _NEVER.get(key):
        return f"{key!r} is no setting: {reason}"
    if key not in _KINDS:
        return f"unknown key {key!r}; {_near(key, _KINDS)}"
    kinds = _KINDS[key]
    if list in kinds:
        texts = isinstance(value, list) and all(isinstance(v, str) for v in value)
        return "" if texts else f"{key}: expected a list of texts, observed {value!r}"
    strange_bool = isinstance(value, bool) and bool not in kinds
    if isinstance(value, kinds) and not strange_bool:
        return ""
    return f"{key}: expected {_NAMES[kinds[-1]]}, observed {value!r}"


def _near(key: str, known: Iterable[str]) -> str:
    near = get_close_matches(key, list(known), n=1)
    return f"did you mean {near[0]!r}?" if near else f"known are {', '.join(known)}"
