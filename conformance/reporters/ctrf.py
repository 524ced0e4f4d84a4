"""The report as CTRF, the JSON that test dashboards take."""

import json
from datetime import datetime

from conformance.report import Cell, Row, State, View, inert, shortened

_STATUS = {
    State.BROKEN: "failed",
    State.ERROR: "other",
    State.UNPROVEN: "other",
    State.WAIVED: "skipped",
    State.HELD: "passed",
    State.SKIPPED: "skipped",
}
_STATUSES = ("passed", "failed", "pending", "skipped", "other")
_MESSAGE_CHARACTERS_MAX = 500


def ctrf(view: View) -> str:
    """Return the document: one test per requirement and operation."""
    tests = [_test(row, cell) for row in view.rows for cell in row.cells]
    start = _epoch_ms(view.header.started)
    return json.dumps(
        {
            "reportFormat": "CTRF",
            "specVersion": "0.0.0",
            "generatedBy": "session-conformance",
            "results": {
                "tool": {"name": "session-conformance", "version": view.header.suite},
                "summary": {
                    "tests": len(tests),
                    **{
                        status: sum(test["status"] == status for test in tests)
                        for status in _STATUSES
                    },
                    "start": start,
                    "stop": start + round(view.seconds * 1000),
                },
                "tests": tests,
                "environment": {
                    "appName": inert(view.name),
                    "extra": {"profile": view.header.profile, "seed": view.header.seed},
                },
            },
        },
        indent=1,
    )


def _test(row: Row, cell: Cell) -> dict[str, object]:
    requirement = row.requirement
    test: dict[str, object] = {
        "name": f"{requirement.id}[{cell.operation}]",
        "status": _STATUS[cell.state],
        "duration": 0,
        "suite": [requirement.area],
        "tags": [str(requirement.level)],
        "rawStatus": str(cell.state),
        "extra": {"sentence": requirement.sentence},
    }
    if cell.ruling.reason:
        reason = shortened(inert(cell.ruling.reason), _MESSAGE_CHARACTERS_MAX)
        test["message"] = reason
    return test


def _epoch_ms(started: str) -> int:
    try:
        return round(datetime.fromisoformat(started).timestamp() * 1000)
    except ValueError:
        return 0
