"""Laws of the driver's process: it answers in time, or it is gone and told so."""

import sys
from pathlib import Path

import pytest

from conformance.gate.driver import Driver, ExhaustedError, UnusableError
from conformance.gate.honesty import farewell, handshake
from conformance.gate.messages import Call, Settings, Told
from conformance.gate.process import CommandError

ROOT = Path(__file__).parents[3]
BARE = f"{sys.executable} {ROOT / 'fixtures' / 'sdk' / 'bare_requests.py'}"
WORD = "0123456789abcdef0123456789abcdef"
SETTINGS = Settings(base_url="http://127.0.0.1:9", account_sid="AC", auth_token=WORD)
ODD = """
import json, sys, time, os
HELLO = {"kind": "hello", "protocol": 1, "sdk": "odd", "version": "1", "language": "x",
         "operations": ["FetchSession"], "features": []}
for line in sys.stdin:
    message = json.loads(line)
    kind = message["kind"]
    number = message.get("id")
    told = {"kind": "result", "id": number, "outcome": "value", "value": None}
    if kind == "hello":
        told = HELLO
    elif kind in {"configure", "reset"}:
        told = {"kind": "applied", "id": number, "not_applied": [],
                "applied": ["base_url", "account_sid", "auth_token"]}
    elif kind == "shutdown":
        sys.exit(3)
    else:
        match message.get("operation"):
            case "hang": time.sleep(60)
            case "exit": sys.exit(7)
            case "kill": os.kill(os.getpid(), 9)
            case "print": print("debug")
            case "other": told["id"] = number + 1
            case "twice": print(json.dumps(told))
    print(json.dumps(told), flush=True)
"""


def call(operation: str, deadline_ms: int = 5_000) -> Call:
    return Call(operation=operation, arguments={}, deadline_ms=deadline_ms)


@pytest.fixture
def odd(tmp_path: Path) -> Driver:
    program = tmp_path / "odd.py"
    program.write_text(ODD)
    return Driver(f"{sys.executable} {program}")


def test_the_example_is_honest() -> None:
    driver = Driver(BARE)
    findings = [*handshake(driver, WORD)]
    findings.append(farewell(driver))
    assert [one.problem for one in findings] == [""] * 5
    assert driver.hello.sdk == "requests"
    assert driver.starts == 1


def test_a_driver_that_says_yes_to_everything_is_told(odd: Driver) -> None:
    findings = [*handshake(odd, WORD), farewell(odd)]
    assert {one.name: one.problem for one in findings if one.problem} == {
        "applies settings": "it does not tell of retries, timeout_ms",
        "calls what there is not unsupported": (
            f"expected unsupported for Summon{WORD}, observed a value"
        ),
        "refuses messages of an unknown kind": (
            "expected refused, observed another answer or none"
        ),
        "ends when asked": "expected status 0, observed status 3",
    }


@pytest.mark.parametrize(
    ("operation", "told", "message"),
    [
        ("hang", Told.HUNG, "no answer to call within 1.1 s"),
        ("exit", Told.CRASHED, "it ended with status 7"),
        ("kill", Told.CRASHED, "it was ended by SIGKILL"),
        ("print", Told.GARBLED, "expected a JSON object, observed 'debug'"),
        ("other", Told.GARBLED, "expected result with id 2, observed result with id 3"),
    ],
)
def test_a_mishap_is_a_result_and_the_driver_starts_again(
    odd: Driver, operation: str, told: Told, message: str
) -> None:
    odd.configure(SETTINGS)
    result = odd.call(call(operation, deadline_ms=100))
    assert (result.told, result.message) == (told, message)
    odd.configure(SETTINGS)
    assert odd.call(call("fine")).told is Told.VALUE
    assert odd.starts == 2
    odd.close()


def test_an_answer_that_nobody_asked_for_is_a_protocol_error(odd: Driver) -> None:
    odd.configure(SETTINGS)
    assert odd.call(call("twice")).told is Told.VALUE
    assert odd.call(call("fine")).told is Told.GARBLED
    odd.close()


def test_a_driver_is_not_started_for_ever(odd: Driver) -> None:
    for _ in range(13):
        assert odd.call(call("exit")).told is Told.CRASHED
    with pytest.raises(ExhaustedError, match="restarted 12 times"):
        odd.call(call("exit"))


def test_a_driver_that_does_not_say_hello_is_unusable() -> None:
    with pytest.raises(UnusableError, match="hello: crashed: it ended with status 3"):
        Driver(f"{sys.executable} -c 'raise SystemExit(3)'")


def test_a_driver_without_what_it_needs_is_unusable(tmp_path: Path) -> None:
    program = tmp_path / "deaf.py"
    program.write_text(ODD.replace('"base_url", ', ""))
    driver = Driver(f"{sys.executable} {program}")
    with pytest.raises(UnusableError, match="base_url missing from applied"):
        driver.configure(SETTINGS)
    driver.close()


@pytest.mark.parametrize("command", ["", "no-such-program-anywhere", "'unclosed"])
def test_a_command_that_cannot_be_run_is_the_callers_mistake(command: str) -> None:
    with pytest.raises(CommandError, match="--driver: cannot run"):
        Driver(command)


def test_secrets_and_proxies_stay_out_of_the_driver(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", "secret")
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:1")
    program = tmp_path / "telling.py"
    program.write_text(
        ODD.replace(
            '"sdk": "odd"',
            '"sdk": repr([n for n in os.environ if "TWILIO" in n or "prox" in n])',
        )
    )
    driver = Driver(f"{sys.executable} {program}")
    driver.close()
    assert driver.hello.sdk == "[]"
