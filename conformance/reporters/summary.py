"""The report for machines: `summary.json`."""

import json

from conformance.report import Shown, State, View

FORMAT = 1


def summary(view: View) -> str:
    """Return the run in one JSON document: verdict, counts, findings, choices."""
    header, footer = view.header, view.footer
    return json.dumps(
        {
            "format": FORMAT,
            "verdict": view.headline,
            "exit": None if view.exit is None else view.exit.value,
            "halted": footer.halted if footer else "cut off",
            "target": {"name": view.name, "url": header.target},
            "profile": header.profile,
            "seed": header.seed,
            "started": header.started,
            "suite": header.suite,
            "contract": header.contract,
            "catalogue": header.catalogue,
            "requests": view.requests,
            "seconds": view.seconds,
            "counts": {
                level: {state: n for state, n in counts.items() if n}
                for level, counts in view.counts.items()
            },
            "findings": [_finding(shown) for shown in view.findings()],
            "choices": {
                row.requirement.id: list(row.choices)
                for row in view.rows
                if row.choices
            },
            "requirements": {
                row.requirement.id: {
                    "state": row.state,
                    "level": row.requirement.level,
                    "area": row.requirement.area,
                    "reason": row.reason,
                    "operations": {cell.operation: cell.state for cell in row.cells},
                    "judged": row.judged,
                    "distinct": max(cell.ruling.distinct for cell in row.cells),
                    "minimum": row.requirement.minimum,
                }
                for row in view.rows
            },
            "unproven": [row.requirement.id for row in view.in_state(State.UNPROVEN)],
            "errors": list(view.errors),
            "left_behind": [
                {"kind": left.kind, "url": left.url}
                for left in (footer.left_behind if footer else ())
            ],
        },
        indent=2,
    )


def _finding(shown: Shown) -> dict[str, object]:
    finding = shown.finding
    return {
        "id": shown.id,
        "requirement": finding.requirement,
        "operation": finding.operation,
        "level": shown.requirement.level,
        "sentence": shown.requirement.sentence,
        "state": shown.state,
        "symptom": finding.symptom,
        "expected": shown.expected,
        "observed": shown.observed,
        "count": finding.count,
        "evidence": list(finding.evidence),
        "curl": shown.curl,
    }
