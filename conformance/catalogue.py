"""The catalogue: every requirement as a row of data, with its source."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from difflib import get_close_matches
from enum import StrEnum
from typing import Any

from conformance.verdict import Level

QUOTE_WORDS_MAX = 12


class CatalogueError(ValueError):
    """A catalogue file that cannot be used; the message is one clear line."""


class Grade(StrEnum):
    """How well a source is known to hold, best first."""

    DOCUMENTED = "D"
    SDK = "F"
    OBSERVED = "L"
    REPORTED = "U"
    INFERRED = "I"
    UNKNOWN = "?"


class Capability(StrEnum):
    """Something a requirement or a scenario needs from target, account or profile."""

    WRITING = "writing"  # create, change and delete in a Service
    SERVICES = "services"  # create and delete Services of the run's own
    PARTICIPANTS = "participants"  # add Participants with the identifiers at hand
    MESSAGES = "messages"  # send through a Session: MessageInteractions
    VOLUME = "volume"  # create Sessions or children by the hundred
    WAITING = "waiting"  # let seconds pass
    RACES = "races"  # several requests at once
    DEPTH = "depth"  # look at what belongs to a Session from every side
    GENERATION = "generation"  # examples drawn from the contract or a strategy
    CLIENT = "client"  # be a client: who calls the API, not what answers


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a requirement comes from."""

    document: str
    locator: str
    grade: Grade
    quote: str = ""

    def __str__(self) -> str:
        quote = f": “{self.quote}”" if self.quote else ""
        return f"{self.document}, {self.locator} ({self.grade.value}){quote}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """One sentence that a target must, should or may make true.

    `minimum` is the number of distinct inputs that must have been judged before a
    pass counts. An `observe` row names its admissible `choices`; `preferred` is the
    one that the strict profile expects.
    """

    id: str
    sentence: str
    level: Level
    area: str
    operations: tuple[str, ...]
    source: tuple[Source, ...]
    needs: frozenset[Capability] = frozenset()
    minimum: int = 1
    choices: tuple[str, ...] = ()
    preferred: str = ""
    sent: str = ""
    accepted: str = ""
    failure: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Excluded:
    """A normative sentence that no check judges, and the reason why."""

    id: str
    sentence: str
    reason: str
    area: str
    source: tuple[Source, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What a target claims, and how far a run goes to find out.

    Where the history is `partial`, others may have acted unseen between any two
    exchanges of it.
    """

    name: str
    sentence: str
    provides: frozenset[Capability]
    thorough: bool = True
    strict: bool = False
    partial: bool = False

    def claims(self, requirement: Requirement) -> bool:
        """Return whether the profile covers everything the requirement needs."""
        return requirement.needs <= self.provides


@dataclass(frozen=True, kw_only=True)
class Catalogue:
    """All requirements by id, the excluded sentences, and the profiles by name."""

    requirements: Mapping[str, Requirement]
    excluded: tuple[Excluded, ...]
    profiles: Mapping[str, Profile]

    def requirement(self, requirement_id: str) -> Requirement:
        """Return the row of that id; raise CatalogueError when there is none."""
        try:
            return self.requirements[requirement_id]
        except KeyError:
            near = _near(requirement_id, self.requirements)
            instead = near or "`conformance list` names them all"
            raise CatalogueError(
                f"no requirement {requirement_id!r}; {instead}"
            ) from None

    def binding(self, profile: Profile) -> "Catalogue":
        """Return the part that binds what the profile judges: a client, or a target."""
        return replace(
            self,
            requirements={
                id_: row
                for id_, row in self.requirements.items()
                if (Capability.CLIENT in row.needs)
                is (Capability.CLIENT in profile.provides)
            },
        )

    def profile(self, name: str) -> Profile:
        """Return the profile of that name; raise CatalogueError when there is none."""
        try:
            return self.profiles[name]
        except KeyError:
            near = _near(name, self.profiles)
            instead = near or f"expected one of {', '.join(self.profiles)}"
            raise CatalogueError(f"no profile {name!r}; {instead}") from None


def _near(name: str, known: Iterable[str]) -> str:
    """Return the question whether a known name was meant, "" when none is like it."""
    near = get_close_matches(name, list(known), n=1)
    return f"did you mean {near[0]!r}?" if near else ""


def load(files: Mapping[str, str], profiles: str) -> Catalogue:
    """Return the catalogue that these texts spell.

    `files` maps a file name such as `identifiers.toml` to its text; the stem is the
    area of its rows. Raises CatalogueError, naming file and row, on the first one
    that breaks a rule.
    """
    requirements: dict[str, Requirement] = {}
    excluded: list[Excluded] = []
    for name, text in sorted(files.items()):
        document = _parse(name, text)
        area = name.removesuffix(".toml")
        for row in document.get("requirement", []):
            requirement = _requirement(row, area, name)
            if requirement.id in requirements:
                raise CatalogueError(f"{name}: {requirement.id} is there twice")
            requirements[requirement.id] = requirement
        excluded += [_excluded(row, area, name) for row in document.get("excluded", [])]
        if unknown := document.keys() - {"requirement", "excluded"}:
            raise CatalogueError(f"{name}: unknown table {min(unknown)!r}")
    taken = [row.id for row in excluded]
    if clash := next((i for i in taken if i in requirements or taken.count(i) > 1), ""):
        raise CatalogueError(f"{clash} is there twice")
    return Catalogue(
        requirements=requirements,
        excluded=tuple(excluded),
        profiles={
            name: _profile(name, row)
            for name, row in _parse("profiles.toml", profiles).items()
        },
    )


def _parse(name: str, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CatalogueError(f"{name}: not TOML: {error}") from error


def _requirement(row: Mapping[str, Any], area: str, name: str) -> Requirement:
    where = f"{name}: {row.get('id', 'a row without id')}"
    try:
        requirement = Requirement(
            id=row["id"],
            sentence=row["sentence"],
            level=Level(row["level"]),
            area=area,
            operations=tuple(row["operations"]),
            source=tuple(_source(s, where) for s in row["source"]),
            needs=frozenset(map(Capability, row.get("needs", ()))),
            minimum=row.get("minimum", 1),
            choices=tuple(row.get("choices", ())),
            preferred=row.get("preferred", ""),
            sent=row.get("sent", ""),
            accepted=row.get("accepted", ""),
            failure=row.get("failure", ""),
        )
    except KeyError as error:
        raise CatalogueError(f"{where}: {error.args[0]} is missing") from error
    except (ValueError, TypeError, AttributeError) as error:
        raise CatalogueError(f"{where}: {error}") from error
    if problem := next(_problems(requirement, row), None):
        raise CatalogueError(f"{where}: {problem}")
    return requirement


_FIELDS = frozenset(field.name for field in fields(Requirement)) - {"area"}


def _problems(requirement: Requirement, row: Mapping[str, Any]) -> Iterator[str]:
    """Yield what the type cannot say about a row."""
    if unknown := row.keys() - _FIELDS:
        yield f"unknown field {min(unknown)!r}"
    if not requirement.source:
        yield "a row without a source does not load"
    if not requirement.operations:
        yield "operations is empty"
    best = {source.grade for source in requirement.source}
    if requirement.level is Level.MUST and Grade.DOCUMENTED not in best:
        yield "a must needs a documented source (grade D)"
    if (requirement.level is Level.OBSERVE) != bool(requirement.choices):
        yield "choices belong to observe rows, and each of those has some"
    if requirement.preferred and requirement.preferred not in requirement.choices:
        yield f"preferred {requirement.preferred!r} is not among the choices"
    if requirement.minimum < 1:
        yield "minimum is below 1"
    if requirement.sentence != requirement.sentence.strip() or not requirement.sentence:
        yield "the sentence is empty or has space around it"


def _source(row: Mapping[str, Any], where: str) -> Source:
    source = Source(
        document=row["document"],
        locator=row["locator"],
        grade=Grade(row["grade"]),
        quote=row.get("quote", ""),
    )
    if len(source.quote.split()) > QUOTE_WORDS_MAX:
        raise CatalogueError(f"{where}: a quote has at most {QUOTE_WORDS_MAX} words")
    return source


def _excluded(row: Mapping[str, Any], area: str, name: str) -> Excluded:
    where = f"{name}: {row.get('id', 'an excluded row without id')}"
    try:
        return Excluded(
            id=row["id"],
            sentence=row["sentence"],
            reason=row["reason"],
            area=area,
            source=tuple(_source(s, where) for s in row["source"]),
        )
    except KeyError as error:
        raise CatalogueError(f"{where}: {error.args[0]} is missing") from error


def _profile(name: str, row: Mapping[str, Any]) -> Profile:
    try:
        return Profile(
            name=name,
            sentence=row["sentence"],
            provides=frozenset(map(Capability, row["provides"])),
            thorough=row.get("thorough", True),
            strict=row.get("strict", False),
            partial=row.get("partial", False),
        )
    except KeyError as error:
        raise CatalogueError(f"profiles.toml: {name}: {error} is missing") from error
    except (ValueError, TypeError, AttributeError) as error:
        raise CatalogueError(f"profiles.toml: {name}: {error}") from error
