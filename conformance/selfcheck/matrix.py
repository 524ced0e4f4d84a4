"""The matrix of requirements and faults, as data and as a page to read."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from statistics import median
from typing import Any, TypeVar

from conformance.catalogue import Catalogue
from conformance.library import Fault, Variant
from conformance.selfcheck.sighting import Sighting

K = TypeVar("K", int, str)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One sighting with what is wrong with it; `row` is None for a mixture."""

    sighting: Sighting
    row: Fault | Variant | None
    problems: tuple[str, ...]

    @property
    def lawful(self) -> bool:
        """Whether it is of a target that breaks nothing."""
        return not isinstance(self.row, Fault)


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """All sightings of a self-check; not `complete` when it was interrupted."""

    catalogue: Catalogue
    profile: str
    entries: tuple[Entry, ...]
    problems: tuple[str, ...]
    seconds: float
    complete: bool = True

    @property
    def faults(self) -> tuple[tuple[Fault, Entry], ...]:
        """The entries of faults, each with its row."""
        return tuple(
            (entry.row, entry) for entry in self.entries if isinstance(entry.row, Fault)
        )

    @property
    def caught(self) -> Mapping[int, tuple[int, int]]:
        """By difficulty, how many faults were caught and how many there are."""
        return self.caught_by(lambda fault, _: fault.difficulty)

    def caught_by(
        self, key: Callable[[Fault, Entry], K]
    ) -> Mapping[K, tuple[int, int]]:
        """Return how many faults were caught and how many there are, by that key."""
        found: dict[K, tuple[int, int]] = {}
        for fault, entry in self.faults:
            caught, count = found.get(key(fault, entry), (0, 0))
            hit = bool(entry.sighting.tripped & fault.trips)
            found[key(fault, entry)] = caught + hit, count + 1
        return dict(sorted(found.items()))

    @property
    def false_alarms(self) -> int:
        """How many of the lawful targets trip anything."""
        return sum(bool(e.sighting.tripped) for e in self.entries if e.lawful)

    @property
    def wrong(self) -> int:
        """How many runs and claims are not as they must be."""
        return len(self.problems) + sum(bool(e.problems) for e in self.entries)

    @property
    def proofs(self) -> Mapping[str, tuple[str, ...]]:
        """By requirement, the faults that tripped it."""
        found: dict[str, list[str]] = {id_: [] for id_ in self.catalogue.requirements}
        for fault, entry in self.faults:
            for requirement in entry.sighting.tripped & found.keys():
                if fault.name not in found[requirement]:
                    found[requirement].append(fault.name)
        return {id_: tuple(names) for id_, names in found.items()}

    def summary(self) -> tuple[str, ...]:
        """Return the figures, a line each."""
        caught = sum(hits for hits, _ in self.caught.values())
        count = len(self.faults)
        shares = (
            f"difficulty {difficulty}: {_share(hits, total)}"
            for difficulty, (hits, total) in self.caught.items()
        )
        sightings = [entry.sighting for entry in self.entries]
        lawful, runs = len(sightings) - count, len(sightings)
        requests = _median(s.requests for s in sightings)
        seconds = _median(s.seconds for s in sightings)
        return (
            f"faults caught: {_share(caught, count)}",
            *shares,
            f"false alarms: {self.false_alarms} in {lawful} lawful targets",
            f"median of a run: {requests:.0f} requests, {seconds:.2f} s",
            f"whole: {self.seconds:.1f} s for {runs} runs of profile {self.profile}",
        )

    def as_figures(self, command: str) -> str:
        """Return the figures as a page, with the command that they come from."""
        lines = ["# What the self-check came to", "", "```console", f"$ {command}"]
        lines += ["```", "", *(f"- {line}" for line in self.summary()), ""]
        if not self.complete:
            lines += ["**It was interrupted; this is not the whole.**", ""]
        lines += ["| seed | faults caught | false alarms | lawful, undecided "]
        lines[-1] += "| requests, median | seconds, median |"
        lines += ["|---|---|---|---|---|---|"]
        for seed, (hits, count) in self.caught_by(lambda _, e: e.sighting.seed).items():
            some = [e for e in self.entries if e.sighting.seed == seed]
            lawful = [e.sighting for e in some if e.lawful]
            alarms = sum(bool(s.tripped) for s in lawful)
            undecided = sum(bool(s.unproven) for s in lawful)
            requests = _median(e.sighting.requests for e in some)
            seconds = _median(e.sighting.seconds for e in some)
            lines.append(
                f"| {seed} | {_share(hits, count)} | {alarms} of {len(lawful)} "
                f"| {undecided} | {requests:.0f} | {seconds:.2f} |"
            )
        lines += ["", "| area | faults caught |", "|---|---|"]
        lines += [
            f"| {area} | {_share(*share)} |"
            for area, share in self.caught_by(lambda fault, _: fault.area).items()
        ]
        return "\n".join(lines) + "\n"

    def as_json(self) -> str:
        """Return the whole as JSON."""
        document = {
            "profile": self.profile,
            "complete": self.complete,
            "seconds": round(self.seconds, 1),
            "summary": list(self.summary()),
            "problems": list(self.problems),
            "requirements": {
                id_: {
                    "level": self.catalogue.requirements[id_].level,
                    "faults": list(names),
                }
                for id_, names in self.proofs.items()
            },
            "runs": [_run(entry) for entry in self.entries],
        }
        return json.dumps(document, indent=1, ensure_ascii=False) + "\n"

    def as_markdown(self) -> str:
        """Return the whole as a page: figures, problems, requirements, faults."""
        alone = {
            next(iter(entry.sighting.tripped))
            for _, entry in self.faults
            if len(entry.sighting.tripped) == 1
        }
        lines = ["# The matrix", "", *(f"- {line}" for line in self.summary()), ""]
        if not self.complete:
            lines += ["**It was interrupted; this is not the whole.**", ""]
        wrong = [(e.sighting, problem) for e in self.entries for problem in e.problems]
        if wrong or self.problems:
            lines += ["## Problems", ""]
            lines += [f"- `{s.name}` (seed {s.seed}): {what}" for s, what in wrong]
            lines += [*(f"- {problem}" for problem in self.problems), ""]
        lines += ["## What proves each requirement", ""]
        lines += ["| requirement | level | alone | faults |", "|---|---|---|---|"]
        for id_, names in self.proofs.items():
            level = self.catalogue.requirements[id_].level
            told = ", ".join(f"`{name}`" for name in names) or "none"
            lines.append(f"| {id_} | {level} | {_mark(id_ in alone)} | {told} |")
        lines += ["", "## What each fault trips", ""]
        lines += ["| fault | area | difficulty | trips |", "|---|---|---|---|"]
        for fault, entry in self.faults:
            trips = ", ".join(sorted(entry.sighting.tripped)) or "**nothing**"
            lines.append(
                f"| `{fault.name}` | {fault.area} | {fault.difficulty} | {trips} |"
            )
        return "\n".join(lines) + "\n"


def _run(entry: Entry) -> dict[str, Any]:
    sighting, row = entry.sighting, entry.row
    told: dict[str, Any] = {
        "name": sighting.name,
        "seed": sighting.seed,
        "trips": sorted(sighting.tripped),
        "requests": sighting.requests,
        "seconds": round(sighting.seconds, 3),
        "problems": list(entry.problems),
    }
    if isinstance(row, Fault):
        return told | {"kind": "fault", "area": row.area, "difficulty": row.difficulty}
    return told | {"kind": "variant", "area": row.area if row else ""}


def _share(part: int, whole: int) -> str:
    return f"{part} of {whole}" + (f" ({part / whole:.1%})" if whole else "")


def _median(values: Iterable[float]) -> float:
    return median([*values] or [0.0])


def _mark(holds: bool) -> str:  # noqa: FBT001  a word for yes and no
    return "yes" if holds else "no"
