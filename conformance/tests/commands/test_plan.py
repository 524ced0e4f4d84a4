"""Laws of `conformance plan`: it contacts nobody, and real runs stay within it."""

import re
import socket
from pathlib import Path
from typing import Any, NoReturn

import pytest
from click.testing import CliRunner

from conformance.budget import CREATES
from conformance.cli import main
from conformance.launch import planned
from conformance.library import library
from conformance.order import Order
from conformance.record import read
from conformance.rehearsal import rehearse
from conformance.tests.commands.conftest import Served
from conformance.verdict import Exit

SERVICE = "KS" + "1" * 32
ELSEWHERE = ["--target", "https://staging.test"]


def plan(*options: str) -> dict[str, list[str]]:
    """Return what `conformance plan` prints, by the name of the line."""
    result = CliRunner().invoke(main, ["plan", *options])
    assert result.exit_code in {Exit.CONFORMANT, Exit.USAGE}, result.output
    lines: dict[str, list[str]] = {}
    for line in result.output.splitlines():
        name, _, text = line.strip().partition("  ")
        lines.setdefault(name, []).append(text.strip())
    return lines


def test_it_contacts_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> NoReturn:  # noqa: ANN401  whatever it takes
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    lines = plan(*ELSEWHERE, "--profile", "quick")
    assert lines["target"] == ["https://staging.test"]
    assert int(lines["requests"][0].partition(",")[0]) > 100


@pytest.mark.parametrize(
    ("profile", "workers", "given"),
    [
        ("quick", 1, False),
        ("quick", 4, False),
        ("quick", 2, True),
        ("core", 1, True),
        ("core", 3, True),
        ("read-only", 1, True),
    ],
)
def test_a_real_run_stays_within_its_plan(
    served: Served, tmp_path: Path, profile: str, workers: int, *, given: bool
) -> None:
    sid = served.service("one", "two", "three") if given else ""
    order = Order(target=served.url, profile=profile, workers=workers, service_sid=sid)
    told = rehearse(
        planned(order, library(), "", "conf-XXXXXXXX"), latency_ms=0, per_second=None
    )
    command = ["run", "--target", served.url, "--profile", profile, "-n", str(workers)]
    command += ["--service-sid", sid] if sid else []
    result = CliRunner().invoke(main, [*command, "--out", str(tmp_path)])
    assert result.exit_code == Exit.CONFORMANT, result.output
    exchanges = read(tmp_path / "record.ndjson").exchanges
    creates = sum(e.probe.operation in CREATES for e in exchanges)
    assert 0.9 * told.requests <= len(exchanges) <= told.requests_max
    assert 0.9 * sum(told.creations.values()) <= creates <= told.creates_max


def test_slow_answers_take_longer_and_workers_share_them() -> None:
    def seconds(*options: str) -> int:
        (line,) = plan(*ELSEWHERE, "--profile", "quick", *options)["seconds"]
        return int(line.partition(" ")[0])

    alone = seconds("--latency-ms", "200")
    assert alone >= 40
    assert seconds("--latency-ms", "400") > 1.8 * alone
    assert seconds("--latency-ms", "200", "-n", "4") < alone / 2
    assert seconds("--latency-ms", "0", "--rate", "1") > 30


def test_what_is_touched_and_what_never_is_told() -> None:
    core = plan(*ELSEWHERE, "--profile", "core", "--service-sid", SERVICE)
    assert [text.partition(":")[0] for text in core["touched"]] == [
        f"Sessions of its own in {SERVICE}"
    ]
    assert any(SERVICE in text and "no delete" in text for text in core["never"])
    assert "messages" in core["never"]
    reading = plan(*ELSEWHERE, "--profile", "read-only")
    assert reading["touched"] == ["nothing: GET requests only"]
    assert reading["creations"] == ["none"]
    full = plan(*ELSEWHERE, "--profile", "quick", "--messages")
    assert any("messages" in text for text in full["touched"])
    assert re.search(r"\d+ Session, .*\d+ MessageInteraction", full["creations"][0])


def test_what_run_will_refuse_is_told() -> None:
    (live,) = plan("--target", "https://proxy.twilio.com", "--profile", "quick")[
        "take care"
    ]
    assert "run refuses it" in live
    (bare,) = plan("--target", "http://staging.test", "--profile", "quick")["take care"]
    assert "read the credentials" in bare
    options = ["plan", *ELSEWHERE, "--profile", "quick", "--max-creates", "3"]
    result = CliRunner().invoke(main, options)
    assert result.exit_code == Exit.USAGE
    assert "--max-creates: the plan may need" in result.output


def test_settings_stand_for_options(tmp_path: Path) -> None:
    path = tmp_path / "conformance.toml"
    path.write_text('target = "https://a.test"\nprofile = "quick"\n', "utf-8")
    assert plan("--config", str(path))["target"] == ["https://a.test"]
    lines = plan("--config", str(path), "--target", "https://b.test")
    assert lines["target"] == ["https://b.test"]


def test_settings_that_cannot_be_used_are_refused_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "conformance.toml"
    path.write_text("profle = 1\n", "utf-8")
    result = CliRunner().invoke(main, ["plan", "--config", str(path)])
    assert result.exit_code == Exit.USAGE
    assert result.output == (
        f"Error: {path}: unknown key 'profle'; did you mean 'profile'?\n"
    )
