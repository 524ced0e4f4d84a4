"""Visiting hostile targets: what a run comes to, how long it takes, and how much.

`nox -s hostile`, or `python -m conformance.tests.hostile.visit [FOLDER]`.
"""

import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from unittest.mock import patch

from click.testing import CliRunner

from conformance.cli import main as command
from conformance.ledger import FILE
from conformance.mock.app import ACCOUNT_SID, AUTH_TOKEN
from conformance.record import read
from conformance.report import RECORD
from conformance.targets import http
from conformance.tests.hostile.cases import CASES, Case
from conformance.verdict import Exit, Outcome

ANSWER_S = 1.0
SECONDS_MAX = 60.0
MEGABYTES_MAX = 200.0

_ENVIRONMENT = {
    "TWILIO_ACCOUNT_SID": ACCOUNT_SID,
    "TWILIO_AUTH_TOKEN": AUTH_TOKEN,
    "CONFORMANCE_TARGET": None,
}
_STATUS = Path("/proc/self/status")
_FORGET = Path("/proc/self/clear_refs")
_PAGE = """\
# Hostile targets

What a run comes to where a target misbehaves: `python3 noxfile.py -s hostile` visits
all of them with the profile quick and writes this page. Behind each stands the
reference mock, whose every answer, or every answer from the thirteenth on, is bent.

{cases} cases took at most {seconds} s and {megabytes} MB more than there was at the
start, with {answer_s} s for an answer. The session fails beyond {seconds_max} s or
{megabytes_max} MB, or with another exit than the case allows, a traceback, an escape
that reaches the terminal or a script that would run in the report.

{table}"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What came of one run: `megabytes` is how much its peak lay above its start."""

    exit: int
    seconds: float
    megabytes: float
    printed: str
    reason: str

    def wrong(self, case: Case, folder: Path) -> str:
        """Return what a hostile target has done to us, "" for nothing."""
        texts = [
            path.read_text("utf-8")
            for path in folder.iterdir()
            if path.is_file() and not path.name.startswith(FILE)
        ]
        html = (folder / "report.html").read_text("utf-8")
        found = {
            f"exit {self.exit}": self.exit not in case.exits,
            f"{self.seconds:.1f} s": self.seconds > SECONDS_MAX,
            f"{self.megabytes:.0f} MB": self.megabytes > MEGABYTES_MAX,
            "a traceback": "Traceback" in self.printed,
            "a crash": (folder / "crash.txt").exists(),
            "a raw escape": any(
                c in text for text in (self.printed, *texts) for c in "\x1b\x9b\x07"
            ),
            "a live script": "<script>hostile" in html or "<img src=x" in html,
        }
        return ", ".join(name for name, is_so in found.items() if is_so)


@contextmanager
def served() -> Generator[dict[str, str]]:
    """Serve every case from a process of its own, and give the URLs by name."""
    serve = [sys.executable, "-m", "conformance.tests.hostile.server"]
    with subprocess.Popen(  # noqa: S603  our own interpreter
        serve, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield json.loads(process.stdout.readline())
        finally:
            process.stdin.close()
            process.wait(timeout=10)


def visit(url: str, folder: Path, answer_s: float = ANSWER_S) -> Visit:
    """Run the profile quick against a URL, with little patience."""
    limits = partial(http.Limits, answer_s=answer_s)
    options = ["run", "--target", url, "--out", str(folder), "--profile", "quick"]
    _forget_peak()
    before, began = _peak(), time.perf_counter()
    with patch.object(http, "Limits", limits):
        result = CliRunner(env=_ENVIRONMENT).invoke(command, options)
    return Visit(
        exit=result.exit_code,
        seconds=time.perf_counter() - began,
        megabytes=_peak() - before,
        printed=result.output,
        reason=_reason(folder),
    )


def _reason(folder: Path) -> str:
    """Return why the run ended, or else the first that it found."""
    record = read(folder / RECORD)
    if record.footer is not None and record.footer.halted:
        return record.footer.halted
    found = (
        f"{r.requirement} {r.outcome}: {r.reason}"
        for worst in (Outcome.FAIL, Outcome.ERROR)
        for r in record.rulings
        if r.outcome is worst
    )
    return next(found, "nothing amiss")


def _peak() -> float:
    """Return the most memory this process has had, in megabytes."""
    match = re.search(r"VmHWM:\s*(\d+)", _STATUS.read_text("ascii"))
    assert match is not None
    return int(match[1]) / 1024


def _forget_peak() -> None:
    _FORGET.write_text("5", "ascii")


def page(seen: list[tuple[Case, Visit]]) -> str:
    """Return what was seen as a page of Markdown, with how to see it again."""
    most_s = max(one.seconds for _, one in seen)
    most_mb = max(one.megabytes for _, one in seen)
    return _PAGE.format(
        cases=len(seen),
        seconds=f"{most_s:.1f}",
        megabytes=f"{most_mb:.0f}",
        answer_s=f"{ANSWER_S:g}",
        seconds_max=f"{SECONDS_MAX:g}",
        megabytes_max=f"{MEGABYTES_MAX:g}",
        table=table(seen),
    )


def table(seen: list[tuple[Case, Visit]]) -> str:
    """Return what was seen as Markdown."""
    lines = [
        "| case | seconds | MB | exit | why it ended, or the first finding |",
        "| --- | ---: | ---: | --- | --- |",
    ]
    for case, one in seen:
        reason = one.reason if len(one.reason) <= 110 else one.reason[:107] + "…"
        shown = reason.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;")
        lines.append(
            f"| {case.name} | {one.seconds:.1f} | {one.megabytes:.0f} "
            f"| {one.exit} {Exit(one.exit).words} | {shown} |"
        )
    return "\n".join(lines) + "\n"


def main() -> None:
    """Visit all there are, print the table and exit 1 where anything was wrong."""
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    seen: list[tuple[Case, Visit]] = []
    wrong: list[str] = []
    with tempfile.TemporaryDirectory() as name, served() as urls:
        for number, case in enumerate(CASES):
            folder = Path(name) / str(number)
            one = visit(urls[case.name], folder)
            seen.append((case, one))
            if trouble := one.wrong(case, folder):
                wrong.append(f"{case.name}: {trouble}\n")
                sys.stderr.write(wrong[-1])
    text = page(seen)
    sys.stdout.write(text)
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        (out / "README.md").write_text(text, "utf-8")
    raise SystemExit(bool(wrong))


if __name__ == "__main__":
    main()
