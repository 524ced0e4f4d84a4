"""Laws of waivers: a known failure passes until a day, and a stale waiver does not."""

from datetime import date

import pytest

from conformance import waivers
from conformance.catalogue import load as load_catalogue
from conformance.record import Waiver
from conformance.verdict import Outcome, Ruling

CATALOGUE = load_catalogue(
    {
        "a.toml": """
[[requirement]]
id = "A-001"
sentence = "A must."
level = "must"
operations = ["FetchSession", "ListSession"]
source = [{ document = "S2", locator = "there", grade = "D" }]
"""
    },
    '[full]\nsentence = "All."\nprovides = []',
)
TODAY = date(2026, 3, 1)
ROW = """
[[waiver]]
requirement = "A-001"
operation = "ListSession"
reason = "known since 1.2"
issue = "https://tracker.test/7"
expires = 2026-03-01
"""


def waiver(
    requirement: str = "A-001", operation: str = "", expires: str = "2026-03-01"
) -> Waiver:
    return Waiver(
        requirement=requirement, operation=operation, reason="known", expires=expires
    )


def state(one: Waiver, **outcomes: str) -> str:
    """Return the state of a waiver after rulings, by operation."""
    rulings = [
        Ruling(requirement="A-001", operation=name, outcome=Outcome(outcome))
        for name, outcome in outcomes.items()
    ]
    (settled,) = waivers.settled([one], rulings, CATALOGUE, TODAY)
    return settled.state


def test_a_waiver_is_read_with_all_that_it_says() -> None:
    assert waivers.load(ROW, "w.toml") == (
        Waiver(
            requirement="A-001",
            operation="ListSession",
            reason="known since 1.2",
            issue="https://tracker.test/7",
            expires="2026-03-01",
        ),
    )
    assert waivers.load("", "w.toml") == ()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("waiver", "w.toml: not TOML"),
        ("[[waivers]]", "w.toml: unknown table 'waivers'; expected [[waiver]]"),
        ("[waiver]", "w.toml: expected [[waiver]], observed [waiver]"),
        ("waiver = [1]", "w.toml: waiver 1: expected a table, observed 1"),
        (ROW + "until = 1", "w.toml: waiver 1: unknown key 'until'"),
        (ROW.replace("reason", "# "), "w.toml: waiver 1: reason is missing"),
        (ROW.replace('"known since 1.2"', "''"), "w.toml: waiver 1: reason is missing"),
        (ROW.replace("issue", "# "), "w.toml: waiver 1: issue is missing"),
        (ROW.replace("expires", "# "), "w.toml: waiver 1: expires is missing"),
        (
            ROW.replace("2026-03-01", '"soon"'),
            "w.toml: waiver 1: expires: expected a date such as 2026-12-31",
        ),
        (
            ROW.replace("2026-03-01", "2026-03-01T00:00:00Z"),
            "w.toml: waiver 1: expires: expected a date such as 2026-12-31",
        ),
        (
            ROW.replace('"ListSession"', "5"),
            "w.toml: waiver 1: operation: expected text, observed 5",
        ),
        (ROW + ROW, "w.toml: A-001 at ListSession is there twice"),
    ],
)
def test_what_cannot_be_used_is_told_in_one_line(text: str, problem: str) -> None:
    with pytest.raises(waivers.WaiverError) as caught:
        waivers.load(text, "w.toml")
    assert str(caught.value).startswith(problem)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("one", "keys"),
    [
        (waiver(), {("A-001", "")}),
        (waiver(operation="ListSession"), {("A-001", "ListSession")}),
        (waiver(expires="2026-02-28"), set[tuple[str, str]]()),
        (waiver("B-001"), set[tuple[str, str]]()),
        (waiver(operation="DeleteSession"), set[tuple[str, str]]()),
    ],
)
def test_only_a_waiver_that_fits_and_is_in_time_is_in_force(
    one: Waiver, keys: set[tuple[str, str]]
) -> None:
    assert waivers.in_force([one], CATALOGUE, TODAY) == keys


@pytest.mark.parametrize(
    ("one", "outcomes", "expected"),
    [
        (waiver(), {"FetchSession": "fail", "ListSession": "pass"}, "used"),
        (waiver(operation="ListSession"), {"ListSession": "fail"}, "used"),
        (waiver(operation="ListSession"), {"FetchSession": "fail"}, "unused"),
        (waiver(), {"FetchSession": "pass", "ListSession": "pass"}, "unused"),
        (waiver(), {"FetchSession": "pass", "ListSession": "skip"}, "undecided"),
        (waiver(), {"FetchSession": "unknown"}, "undecided"),
        (waiver(expires="2026-02-28"), {"FetchSession": "fail"}, "expired"),
        (waiver("B-001"), {"FetchSession": "fail"}, "unmatched"),
        (waiver(operation="DeleteSession"), {}, "unmatched"),
    ],
)
def test_a_run_settles_what_a_waiver_is_worth(
    one: Waiver, outcomes: dict[str, str], expected: str
) -> None:
    assert state(one, **outcomes) == expected


@pytest.mark.parametrize(
    ("state", "stale"),
    [
        ("used", False),
        ("undecided", False),
        ("unused", True),
        ("expired", True),
        ("unmatched", True),
    ],
)
def test_a_waiver_that_no_longer_fits_is_stale(state: str, *, stale: bool) -> None:
    used = waiver()
    other = Waiver(requirement="A-001", reason="known", state=state)
    assert waivers.stale([used, other]) is stale
