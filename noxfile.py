"""The sessions: `python3 noxfile.py -s demo` needs nothing but Python and pip."""

import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path
from tempfile import TemporaryDirectory

try:
    import nox
except ModuleNotFoundError:
    # No nox on this machine: put one into an environment of its own and go on there.
    _home = Path(__file__).resolve().parent / ".nox" / "bootstrap"
    _python = _home / ("Scripts" if os.name == "nt" else "bin") / "python"
    if not _python.exists():
        venv.create(_home, with_pip=True, clear=True)
    subprocess.run(  # noqa: S603  our own interpreter
        [_python, "-m", "pip", "install", "--quiet", "nox>=2025.5"], check=True
    )
    _command = [str(_python), "-m", "nox", "-f", __file__, *sys.argv[1:]]
    raise SystemExit(
        subprocess.run(_command, check=False).returncode  # noqa: S603  as above
    ) from None

nox.options.sessions = ["lint", "types", "tests"]
nox.options.reuse_existing_virtualenvs = True
nox.options.error_on_missing_interpreters = True

PYTHONS = ["3.11", "3.12", "3.13"]
PYPROJECT = nox.project.load_toml("pyproject.toml")
REDOCLY = "@redocly/cli@2.12.0"
RIVALS = (REDOCLY, "specmatic@2.55.1")
SDKS = {
    "bare": "python fixtures/sdk/bare_requests.py",
    "curl": "python fixtures/sdk/curl.py",
    "generated": "python fixtures/sdk/generated_client.py",
    "twilio-cli": "python fixtures/sdk/twilio_cli.py",
    "twilio-node": "node fixtures/sdk/twilio_node.cjs",
    "twilio-python": "python fixtures/sdk/twilio_python.py",
}


def _group(name: str) -> tuple[str, ...]:
    return nox.project.dependency_groups(PYPROJECT, name)


def _pytest(session: nox.Session) -> None:
    """Install the project with its tests and run them.

    The whole leaves no branch of the pure core out; a part may.
    """
    session.install("-e", ".", *_group("test"))
    session.run("pytest", *(session.posargs or ["--cov"]))


@nox.session
def demo(session: nox.Session) -> None:
    """Judge the embedded mock and leave the report in reports/."""
    session.install("-e", ".")
    session.run("conformance", "run", *session.posargs)


@nox.session
def tests(session: nox.Session) -> None:
    """Run the test suite, with a sample of the faults and variants."""
    _pytest(session)


@nox.session
def proofs(session: nox.Session) -> None:
    """Hold the suite against every fault, variant and mixture, over sockets too."""
    session.install("-e", ".", *_group("test"))
    session.run(
        "pytest", "conformance/tests/selfcheck", "-m", "matrix", *session.posargs
    )


@nox.session
def browser(session: nox.Session) -> None:
    """Open real reports in headless Chromium: click, filter, copy, keyboard, axe."""
    session.install("-e", ".", *_group("test"), *_group("browser"))
    session.run("pytest", "conformance/tests/browser", *session.posargs)


@nox.session(python=PYTHONS)
def matrix(session: nox.Session) -> None:
    """Run the whole test suite on each supported Python."""
    _pytest(session)


@nox.session
def lint(session: nox.Session) -> None:
    """Check style and formatting."""
    session.install(*_group("lint"))
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")


@nox.session
def types(session: nox.Session) -> None:
    """Check types with two strict checkers."""
    session.install(
        "-e", ".", "nox", *_group("types"), *_group("test"), *_group("browser")
    )
    session.run("mypy")
    session.run("pyright")


@nox.session
def contract(session: nox.Session) -> None:
    """Lint the OpenAPI document with Redocly's recommended rules (needs Node)."""
    session.install(*_group("test"))
    session.run("openapi-spec-validator", "specs/session.openapi.yaml")
    session.run(
        "npx",
        "--yes",
        REDOCLY,
        "lint",
        "--config",
        "specs/redocly.yaml",
        "specs/session.openapi.yaml",
        external=True,
        env={"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"},
    )


@nox.session
def docs(session: nox.Session) -> None:
    """Build the guide into build/docs; a warning is an error."""
    session.install(*_group("docs"))
    session.run("mkdocs", "build", "--strict", "--quiet")


@nox.session
def implementations(session: nox.Session) -> None:
    """Judge other implementations of the contract (needs Node 20 and Java 17)."""
    session.install("-e", ".")
    npm = session.create_tmp()
    out = "reports/implementations"
    module = "conformance.tests.implementations"
    session.run("python", "-m", module, npm, out, *session.posargs)


@nox.session
def selfcheck(session: nox.Session) -> None:
    """Run the suite against every fault and every variant of the mock."""
    session.install("-e", ".")
    session.run("conformance", "selfcheck", *session.posargs)


@nox.session
def kills(session: nox.Session) -> None:
    """Kill 200 runs at random moments and prove that clean-up leaves nothing."""
    session.install("-e", ".")
    session.run("python", "-m", "conformance.tests.kills", *session.posargs)


@nox.session
def hostile(session: nox.Session) -> None:
    """Judge every hostile target and tell what each of them cost."""
    session.install("-e", ".")
    module, out = "conformance.tests.hostile.visit", "reports/hostile"
    session.run("python", "-m", module, *(session.posargs or [out]))


@nox.session
def flaky(session: nox.Session) -> None:
    """Run through networks that lose things, and prove that nothing fails for it."""
    session.install("-e", ".")
    module = "conformance.tests.flaky.crossing"
    session.run("python", "-m", module, *session.posargs)


@nox.session
def wheel(session: nox.Session) -> None:
    """Install the wheel outside the checkout and judge the embedded mock with it."""
    session.install("build")
    with TemporaryDirectory() as out:
        session.run("python", "-m", "build", "--wheel", "--outdir", out, silent=True)
        (built,) = Path(out).glob("*.whl")
        session.install("--force-reinstall", str(built))
        with session.chdir(out):
            session.run("conformance", "list", "--level", "must", silent=True)
            session.run("conformance", "explain", "SID-003")
            session.run("conformance", "run", "--profile", "quick")
            suite = ("--pyargs", "conformance.suite", "--profile", "quick")
            session.run("pytest", "-q", *suite)


@nox.session
def repeatable(session: nox.Session) -> None:
    """Compare the verdicts of fifty runs, also with several workers."""
    session.install("-e", ".")
    session.run("python", "-m", "conformance.tests.repeats", *session.posargs)


@nox.session
def clients(session: nox.Session) -> None:
    """Hold the SDK gate against every client with a known bug."""
    session.install("-e", ".", *_group("test"))
    session.run(
        "pytest",
        "conformance/tests/gate/test_clients.py",
        *session.posargs,
        env={"CONFORMANCE_EVERY_CLIENT": "1"},
    )


@nox.session
def sdks(session: nox.Session) -> None:
    """Install the SDKs that there are drivers for, pinned, and judge each (needs Node).

    Leaves the reports in reports/gate/; name drivers to judge only those.
    """
    home = Path("build/sdks").resolve()
    home.mkdir(parents=True, exist_ok=True)
    session.install("-e", ".", *_group("sdks"))
    shutil.copy("fixtures/sdk/package.json", home)
    session.run("npm", "install", "--silent", "--prefix", str(home), external=True)
    session.run(
        "openapi-python-client",
        "generate",
        "--overwrite",
        "--meta=none",
        "--path=specs/session.openapi.yaml",
        f"--output-path={home / 'session_api'}",
        silent=True,
    )
    bin_folder = home / "node_modules" / ".bin"
    for name in session.posargs or SDKS:
        session.run(
            "conformance",
            "gate",
            f"--driver={SDKS[name]}",
            f"--out=reports/gate/{name}",
            success_codes=[0, 1, 3],
            env={
                "NODE_PATH": str(home / "node_modules"),
                "PATH": f"{bin_folder}{os.pathsep}{session.env['PATH']}",
                "PYTHONPATH": str(home),
            },
        )


@nox.session
def rivals(session: nox.Session) -> None:
    """Hold other tools against the same faults and variants (needs Node and Java)."""
    home = Path("build/rivals").resolve()
    session.install("-e", ".", *_group("test"))
    session.run(
        "npm", "install", "--silent", "--prefix", str(home), *RIVALS, external=True
    )
    path = f"{home / 'node_modules' / '.bin'}{os.pathsep}{session.env['PATH']}"
    session.run(
        "python", "-m", "conformance.tests.rivals", *session.posargs, env={"PATH": path}
    )


@nox.session
def second(session: nox.Session) -> None:
    """Judge a server written from the documents alone, its other answers and defects.

    Half an hour; leaves what it saw in reports/second/.
    """
    session.install("-e", ".", *_group("test"))
    session.run("python", "-m", "conformance.tests.second", *session.posargs)


@nox.session
def replays(session: nox.Session) -> None:
    """Send every finding of 60 faults again, where the fault is and where it is not."""
    session.install("-e", ".", *_group("test"))
    session.run("python", "-m", "conformance.tests.replays", *session.posargs)


@nox.session
def bench(session: nox.Session) -> None:
    """Print what the harness costs per exchange, against a bare requests loop."""
    session.install("-e", ".")
    session.run("python", "-m", "conformance.tests.bench", *session.posargs)


if __name__ == "__main__":
    nox.main()
