"""The files of a report: each form under the name that people look for."""

from collections.abc import Callable, Mapping
from pathlib import Path

from conformance.report import View
from conformance.reporters.badge import badge_json, badge_svg
from conformance.reporters.ctrf import ctrf
from conformance.reporters.html import html
from conformance.reporters.junit import junit
from conformance.reporters.markdown import markdown
from conformance.reporters.summary import summary

_FORMS: Mapping[str, Callable[[View, str], str | bytes]] = {
    "summary.json": lambda view, _: summary(view),
    "junit.xml": lambda view, record: junit(view, record=record),
    "report.md": lambda view, record: markdown(view, record=record),
    "ctrf.json": lambda view, _: ctrf(view),
    "badge.json": lambda view, _: badge_json(view),
    "badge.svg": lambda view, _: badge_svg(view),
    "report.html": lambda view, record: html(view, record=record),
}


def write(view: View, folder: Path) -> None:
    """Write the report into the folder of its run, in every form.

    One that fails keeps no other from being written; raises ExceptionGroup then.
    """
    problems: list[Exception] = []
    for name, form in _FORMS.items():
        try:
            text = form(view, str(folder))
            data = text if isinstance(text, bytes) else text.encode("utf-8")
            (folder / name).write_bytes(data)
        except Exception as problem:  # noqa: BLE001  the other forms are still written
            problem.add_note(name)
            problems.append(problem)
    if problems:
        raise ExceptionGroup("the report could not be written in full", problems)
