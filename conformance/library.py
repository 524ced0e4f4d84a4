"""The library: contract, catalogue and fixtures, as read from their files."""

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from conformance import catalogue, contract
from conformance.data import data_path


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """The contract and the catalogue, each with the digest of what was read."""

    contract: contract.Contract
    catalogue: catalogue.Catalogue
    contract_digest: str
    catalogue_digest: str


@cache
def library() -> Library:
    """Return what `specs` holds.

    Raises ContractError or CatalogueError, naming file and row.
    """
    document = data_path("specs", "session.openapi.yaml").read_text("utf-8")
    folder = data_path("specs", "requirements")
    files = {
        path.name: path.read_text("utf-8") for path in sorted(folder.glob("*.toml"))
    }
    profiles = data_path("specs", "profiles.toml").read_text("utf-8")
    return Library(
        contract=contract.load(document),
        catalogue=catalogue.load(files, profiles),
        contract_digest=_digest(document),
        catalogue_digest=_digest(profiles, *files.values()),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A switchable defect of the mock and the requirements it must trip.

    Only requests that are drawn reveal one that is `drawn`.
    """

    name: str
    sentence: str
    trips: frozenset[str]
    difficulty: int
    area: str
    drawn: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """A switchable lawful freedom of the mock, which must trip nothing.

    With one that it `excludes` it would no longer be lawful. `leaves` maps each must
    of which such a target gives no evidence to the reason why.
    """

    name: str
    sentence: str
    source: str
    area: str
    excludes: frozenset[str] = frozenset()
    leaves: Mapping[str, str] = field(default_factory=dict[str, str])


@cache
def faults() -> Mapping[str, Fault]:
    """Return the rows of `fixtures/faults`, by name."""
    return {
        row["name"]: Fault(
            name=row["name"],
            sentence=row["sentence"],
            trips=frozenset(row["trips"]),
            difficulty=row["difficulty"],
            area=area,
            drawn=row.get("drawn", False),
        )
        for area, row in _rows("faults", "fault")
    }


@cache
def variants() -> Mapping[str, Variant]:
    """Return the rows of `fixtures/variants`, by name."""
    return {
        row["name"]: Variant(
            name=row["name"],
            sentence=row["sentence"],
            source=row["source"],
            area=area,
            excludes=frozenset(row.get("excludes", ())),
            leaves=row.get("leaves", {}),
        )
        for area, row in _rows("variants", "variant")
    }


def _rows(folder: str, table: str) -> list[tuple[str, dict[str, Any]]]:
    return [
        (path.stem, row)
        for path in sorted(data_path("fixtures", folder).glob("*.toml"))
        for row in tomllib.loads(path.read_text("utf-8")).get(table, [])
    ]


def _digest(*texts: str) -> str:
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:16]
