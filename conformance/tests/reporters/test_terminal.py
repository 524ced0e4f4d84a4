"""Laws of the report on a terminal: verdict, counts, findings, what was not tested."""

from dataclasses import replace
from io import StringIO

from rich.console import Console

from conformance.report import View
from conformance.reporters.terminal import terminal
from conformance.tests.records import FOOTER, SESSION, SESSIONS, exchange
from conformance.tests.views import failed, other, passed, viewed
from conformance.verdict import Exit, Outcome

BROKEN = failed(
    "CON-001",
    "FetchSession",
    "old ttl",
    2,
    reason="expected ttl 600, observed \x1b[2J60",
)
SEEN = (
    exchange(1, "POST", operation="CreateSession", body=b"Ttl=600", status=201),
    exchange(2, "GET", f"{SESSIONS}/{SESSION}", operation="FetchSession"),
)


def printed(view: View, width: int = 100) -> str:
    console = Console(width=width, file=StringIO())
    terminal(view, console, record="reports/a run")
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


def test_the_verdict_and_the_counts_come_first() -> None:
    view = viewed(BROKEN, passed("CON-002", "ListSession"), exchanges=SEEN)
    head, _, rest = printed(view).partition("\n\n")
    assert "NOT CONFORMANT" in head
    assert "a mock  profile full, seed 7, 3 requests in 1.2 s, exit 1" in head
    assert "✗ 1 broken" in rest
    assert "✓ 1 held" in rest


def test_a_finding_says_what_source_expected_observed_and_how_to_repeat_it() -> None:
    text = printed(viewed(BROKEN, exchanges=SEEN))
    for part in (
        "  1  ✗ CON-001  must  A fetch shows the Ttl and the status",
        "source    S2, there (D): “a <b>quote</b>”",
        "expected  ttl 600",
        r"observed  \x1b[2J60",
        "conformance replay 'reports/a run' CON-001/FetchSession/1",
        '-u "$TWILIO_ACCOUNT_SID:$TWILIO_AUTH_TOKEN"',
    ):
        assert part in text
    assert "\x1b" not in text


def test_a_long_sentence_stays_in_its_column() -> None:
    lines = printed(viewed(BROKEN, exchanges=SEEN), width=60).splitlines()
    first = next(i for i, line in enumerate(lines) if "CON-001  must" in line)
    column = lines[first].index("A fetch")
    assert lines[first + 1].startswith(" " * column)
    assert lines[first + 1].strip()


def test_what_is_unproven_and_what_was_not_tested_is_said_once_per_reason() -> None:
    view = viewed(
        other("SID-003", "UpdateSession", Outcome.UNKNOWN, "no control"),
        other("CON-001", "FetchSession", Outcome.UNKNOWN, "no control"),
        other("ERR-001", "FetchSession", Outcome.SKIP, "not selected"),
    )
    text = printed(view)
    assert text.count("no control") == 1
    assert "? unproven  SID-003, CON-001: no control" in text
    assert " not tested  ERR-001: not selected" in text


def test_what_was_left_behind_and_why_it_ended_is_said() -> None:
    footer = replace(FOOTER, exit=Exit.LEFT_BEHIND)
    text = printed(viewed(footer=footer))
    assert "RESOURCES LEFT BEHIND" in text
    assert f"left behind  Session {SESSIONS}/{SESSION}" in "".join(text.split("\n"))
    assert "ended early  interrupted" in text


def test_a_record_that_was_cut_off_has_no_verdict() -> None:
    assert "CUT OFF" in printed(viewed(footer=None))
