"""Clients with one bug each: the gate objects to what each claims, and to no more.

A few of them in each run of the tests; `python3 noxfile.py -s clients` takes all.
"""

import os
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest

from conformance.data import data_path
from conformance.gate.launch import gate
from conformance.verdict import Outcome

DRIVERS = data_path("fixtures", "sdk")
EVERY = 8


@cache
def clients() -> Mapping[str, frozenset[str]]:
    """Return what each client claims to trip, by its name."""
    rows = tomllib.loads(data_path("fixtures", "clients.toml").read_text("utf-8"))
    return {row["name"]: frozenset(row["trips"]) for row in rows["client"]}


def tripped(driver: str) -> frozenset[str]:
    """Return the requirements that the gate finds broken behind a driver."""
    rulings = gate(f"{sys.executable} {DRIVERS / driver}").rulings
    return frozenset(one.requirement for one in rulings if one.outcome is Outcome.FAIL)


def test_the_bare_client_trips_nothing() -> None:
    assert not tripped("bare_requests.py")


def test_a_wrong_client_trips_exactly_what_it_claims(client: str) -> None:
    assert tripped(f"wrong.py {client}") == clients()[client]


def test_every_bug_has_its_row_and_every_row_a_bug() -> None:
    command = [sys.executable, str(Path(DRIVERS) / "wrong.py")]
    listed = subprocess.check_output(command, text=True)  # noqa: S603  our own fixture
    assert sorted(tomllib.loads(f"names = {listed}")["names"]) == sorted(clients())


def test_there_are_at_least_forty() -> None:
    assert len(clients()) >= 40


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Take each eighth client, or all that there are."""
    if "client" in metafunc.fixturenames:
        step = 1 if os.environ.get("CONFORMANCE_EVERY_CLIENT") else EVERY
        metafunc.parametrize("client", list(clients())[::step])
