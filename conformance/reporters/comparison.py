"""Two records compared: on a terminal, and for machines."""

import json
from collections.abc import Iterator
from itertools import groupby

from rich.console import Console
from rich.text import Text

from conformance.report import Comparison, Difference, Outcome, View, inert, shortened

FORMAT = 1
_SAID_CHARACTERS_MAX = 400
_STYLES = {
    Outcome.FAIL: "red",
    Outcome.ERROR: "magenta",
    Outcome.UNKNOWN: "yellow",
    Outcome.PASS: "green",
    Outcome.SKIP: "dim",
}


def comparison_terminal(comparison: Comparison, console: Console) -> None:
    """Print every difference, those that do not count last and dim."""
    before, after = comparison.before, comparison.after
    width = max(len(view.name) for view in (before, after))
    some = sorted(comparison.differences, key=lambda one: not one.counts)
    for _, alike in groupby(some, key=_same_words):
        for line in _differences(tuple(alike), (before, after), width):
            console.print(line, soft_wrap=True)
        console.print()
    for note in notes(comparison):
        console.print(Text(note, style="dim"), soft_wrap=True)


def _same_words(one: Difference) -> tuple[object, ...]:
    """Return what the differences of one requirement share that are told together."""
    return one.requirement.id, one.kind, one.allowed, one.noise, one.sides


def _differences(
    alike: tuple[Difference, ...], views: tuple[View, View], width: int
) -> Iterator[Text]:
    one = alike[0]
    style = "bold" if one.counts else "dim"
    aside = " (allowed)" if one.allowed else " (noise)" if one.noise else ""
    yield Text.assemble(
        (one.requirement.id, style),
        (f"  {one.kind}{aside}  ", "dim"),
        (one.requirement.sentence, style),
    )
    operations = ", ".join(each.operation for each in alike)
    yield Text.assemble(("  at ".ljust(width + 4), "dim"), operations)
    rulings = (one.before, one.after)
    for view, ruling, said in zip(views, rulings, one.sides, strict=True):
        yield Text.assemble(
            (f"  {inert(view.name).ljust(width)}  ", "dim"),
            (
                inert(shortened(said, _SAID_CHARACTERS_MAX)),
                _STYLES[ruling.outcome] if one.counts else "dim",
            ),
        )


def notes(comparison: Comparison) -> Iterator[str]:
    """Yield what there is to say beside the differences, the tally first."""
    aside = len(comparison.differences) - len(comparison.counting)
    yield (
        f"{len(comparison.counting)} differences"
        + (f", {aside} more allowed or noise" if aside else "")
        + f"; {comparison.same} points on which both agree"
    )
    if comparison.one_sided:
        yield (
            f"{len(comparison.one_sided)} points that only one of them claims "
            "were not compared"
        )
    before, after = comparison.before.header, comparison.after.header
    if (before.contract, before.catalogue) != (after.contract, after.catalogue):
        yield "the two were judged by different contracts or catalogues"
    for name in comparison.stale:
        yield f"--allow {name} allowed nothing: both say the same"


def comparison_json(comparison: Comparison) -> str:
    """Return the comparison in one JSON document."""
    return json.dumps(
        {
            "format": FORMAT,
            "before": _side(comparison.before),
            "after": _side(comparison.after),
            "counting": len(comparison.counting),
            "same": comparison.same,
            "differences": [
                {
                    "requirement": one.requirement.id,
                    "operation": one.operation,
                    "level": one.requirement.level,
                    "sentence": one.requirement.sentence,
                    "kind": one.kind,
                    "before": one.sides[0],
                    "after": one.sides[1],
                    "allowed": one.allowed,
                    "noise": one.noise,
                }
                for one in comparison.differences
            ],
            "one_sided": list(comparison.one_sided),
            "stale": list(comparison.stale),
        },
        indent=2,
    )


def _side(view: View) -> dict[str, object]:
    header = view.header
    return {
        "name": view.name,
        "url": header.target,
        "verdict": view.headline,
        "profile": header.profile,
        "seed": header.seed,
        "started": header.started,
        "suite": header.suite,
        "contract": header.contract,
        "catalogue": header.catalogue,
    }
