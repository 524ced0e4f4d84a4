"""The report as JUnit XML: one case per requirement and operation."""

from datetime import datetime
from itertools import groupby
from xml.etree import ElementTree as ET

from conformance.report import (
    Cell,
    Level,
    Row,
    Shown,
    State,
    View,
    inert,
    inert_lines,
    shortened,
)

_TEXT_CHARACTERS_MAX = 20_000
_MESSAGE_CHARACTERS_MAX = 500


def junit(view: View, *, record: str = "RECORD") -> bytes:
    """Return the document.

    A broken requirement is a failure; one that we could not judge is an error if it
    is a must, else skipped with the reason, for JUnit has no word for "unknown".
    """
    shown: dict[tuple[str, str], list[Shown]] = {}
    for one in view.findings():
        key = one.finding.requirement, one.finding.operation
        shown.setdefault(key, []).append(one)
    root = ET.Element("testsuites", name=inert(f"conformance of {view.name}"))
    for area, rows in groupby(view.rows, key=lambda row: row.requirement.area):
        suite = ET.SubElement(root, "testsuite", name=area)
        for row in rows:
            for cell in row.cells:
                _case(suite, row, cell, shown.get(cell.ruling.key, []), record)
        _count(suite)
        suite.set("timestamp", _local(view.header.started))
    _count(root)
    root.set("time", f"{view.seconds:.3f}")
    ET.indent(root)
    document: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return document


def _case(
    suite: ET.Element, row: Row, cell: Cell, findings: list[Shown], record: str
) -> None:
    requirement = row.requirement
    case = ET.SubElement(
        suite,
        "testcase",
        classname=f"conformance.{requirement.area}",
        name=f"{requirement.id}[{cell.operation}] {inert(requirement.sentence)}",
        time="0",
    )
    reason = inert(cell.ruling.reason)
    match cell.state:
        case State.BROKEN:
            told = "\n\n".join(_told(shown, record) for shown in findings)
            _add(case, "failure", reason, kind=str(requirement.level), told=told)
        case State.ERROR:
            _add(case, "error", reason, kind="our error")
        case State.UNPROVEN if requirement.level is Level.MUST:
            _add(case, "error", f"unproven: {reason}", kind="unproven")
        case State.UNPROVEN:
            _add(case, "skipped", f"unproven: {reason}")
        case State.WAIVED:
            _add(case, "skipped", f"waived: {reason}")
        case State.SKIPPED:
            _add(case, "skipped", reason)
        case State.HELD:
            if choices := cell.ruling.choices:
                out = ET.SubElement(case, "system-out")
                out.text = inert(f"choice: {', '.join(choices)}")


def _add(
    case: ET.Element, name: str, message: str, *, kind: str = "", told: str = ""
) -> None:
    part = ET.SubElement(
        case, name, message=shortened(message, _MESSAGE_CHARACTERS_MAX)
    )
    if kind:
        part.set("type", kind)
    if told:
        part.text = shortened(told, _TEXT_CHARACTERS_MAX)


def _told(shown: Shown, record: str) -> str:
    source = "; ".join(map(str, shown.requirement.source))
    return inert_lines(
        f"{shown.finding.symptom} ({shown.finding.count}×)\n"  # noqa: RUF001  times
        f"source    {source}\n"
        f"expected  {shown.expected}\n"
        f"observed  {shown.observed}\n"
        f"repeat    {shown.repeat(record)}\n\n"
        f"{shown.curl}"
    )


def _count(suite: ET.Element) -> None:
    """Set the totals that every reader of JUnit asks for."""
    cases = suite.findall(".//testcase")
    suite.set("tests", str(len(cases)))
    for attribute, tag in (
        ("failures", "failure"),
        ("errors", "error"),
        ("skipped", "skipped"),
    ):
        count = sum(case.find(tag) is not None for case in cases)
        suite.set(attribute, str(count))


def _local(started: str) -> str:
    """Return the time as JUnit wants it: without an offset."""
    try:
        return datetime.fromisoformat(started).replace(tzinfo=None).isoformat()
    except ValueError:
        return "1970-01-01T00:00:00"
