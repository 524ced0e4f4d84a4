"""Laws of the pytest face: one item per row and operation, outcomes as in a run."""

from collections.abc import Iterator

import pytest

from conformance.mock.app import ACCOUNT_SID, AUTH_TOKEN, create_app
from conformance.mock.faults import FAULTS
from conformance.mock.registry import changed
from conformance.mock.rules import Rules
from conformance.mock.server import serve_in_thread
from conformance.tests.servers import closed

pytest_plugins = ["pytester"]

QUICK = ("--pyargs", "conformance.suite", "--profile", "quick")


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "CONFORMANCE_TARGET"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def faulty(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    rules = changed(Rules(), ["ttl-a-text"], FAULTS, kind="fault")
    app = create_app(rules=rules)
    monkeypatch.setenv("TWILIO_ACCOUNT_SID", ACCOUNT_SID)
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", AUTH_TOKEN)
    try:
        with serve_in_thread(app) as url:
            yield url
    finally:
        app.close()


def test_rows_are_items_that_pass_on_the_embedded_mock(
    pytester: pytest.Pytester,
) -> None:
    result = pytester.runpytest_subprocess(*QUICK, "-k", "SID-003", "-v", "--out=r")
    result.stdout.fnmatch_lines(
        ["*SID-003[[]UpdateSession] PASSED*", "report: r/report.html"]
    )
    assert result.ret == 0
    assert (pytester.path / "r" / "junit.xml").is_file()


def test_levels_are_markers(pytester: pytest.Pytester) -> None:
    result = pytester.runpytest_subprocess(
        *QUICK, "-m", "must", "-k", "AUTH", "--collect-only", "-q"
    )
    assert result.ret == 0
    assert "AUTH-001[FetchSession]" in result.stdout.str()
    assert "AUTH-005" not in result.stdout.str()


def test_a_broken_must_fails_in_words(pytester: pytest.Pytester, faulty: str) -> None:
    result = pytester.runpytest_subprocess(
        *QUICK, f"--target={faulty}", "-k", "PROP-007"
    )
    result.stdout.fnmatch_lines(
        ["PROP-007 at *", "fail: expected *, observed *", "record: reports/*"]
    )
    assert "Traceback" not in result.stdout.str()
    assert result.ret == 1


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["--target", "http://127.0.0.1:1"], "*credentials are missing*"),
        (["--profile", "quik"], "*no profile 'quik'; did you mean 'quick'?*"),
    ],
)
def test_what_the_caller_got_wrong_ends_the_session(
    arguments: list[str], line: str, pytester: pytest.Pytester
) -> None:
    result = pytester.runpytest_subprocess(*QUICK, *arguments)
    assert result.ret == 2
    output = result.stdout.str() + result.stderr.str()
    pytest.LineMatcher(output.splitlines()).fnmatch_lines([line])
    assert "Traceback" not in output


def test_a_target_out_of_reach_ends_the_session_as_it_ends_a_run(
    pytester: pytest.Pytester,
) -> None:
    result = pytester.runpytest_subprocess(
        *QUICK, "--target", closed(), "--account-sid", ACCOUNT_SID, "--auth-token=x"
    )
    assert result.ret == 3
    result.stdout.fnmatch_lines(["*cannot be reached: no answer (connection refused)*"])
