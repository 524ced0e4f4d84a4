"""Real reports of a mock with faults, opened in headless Chromium."""

import os
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner
from playwright.sync_api import Browser, Page, Route, sync_playwright

from conformance.commands.report import command as report
from conformance.launch import launch
from conformance.mock import app as mock
from conformance.mock.faults import FAULTS
from conformance.mock.registry import changed
from conformance.mock.rules import Rules
from conformance.mock.server import serve_in_thread
from conformance.mock.variants import VARIANTS
from conformance.order import Order

FIVE = (
    "deleted-is-fetched",
    "error-code-as-text",
    "list-boundary-session-repeated",
    "session-sid-trailing-newline-accepted",
    "update-keeps-old-ttl",
)
_FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def _run(out: Path, *changes: str, profile: str = "quick") -> Path:
    """Return the folder of a run against a mock with these faults and variants."""
    rules = changed(Rules(), changes, {**FAULTS, **VARIANTS}, kind="fault or variant")
    app = mock.create_app(rules=rules)
    with closing(app), serve_in_thread(app) as url:
        order = Order(
            target=url,
            account_sid=mock.ACCOUNT_SID,
            auth_token=mock.AUTH_TOKEN,
            profile=profile,
            out=out,
        )
        return launch(order).folder


@pytest.fixture(scope="session")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the report of a full run against a mock with five faults on."""
    out = tmp_path_factory.mktemp("faulty") / "run"
    return _run(out, *FIVE, profile="full") / "report.html"


@pytest.fixture(scope="session")
def four(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the matrix of four mocks: one correct, one lawful otherwise, two wrong."""
    folder = tmp_path_factory.mktemp("four")
    records = [
        f"reference={_run(folder / 'a')}",
        f"lawful={_run(folder / 'b', 'omitted-name-empty')}",
        f"forgetful={_run(folder / 'c', 'update-keeps-nothing')}",
        f"untidy={_run(folder / 'd', *FIVE)}",
    ]
    out = folder / "matrix.html"
    made = CliRunner().invoke(report, [*records, "--out", str(out)])
    assert made.exit_code == 0, made.output
    return out


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Return the browser: the one that CHROMIUM names, or else that is installed."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    assert path, "no chromium: install it, or name one in CHROMIUM"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=[*_FLAGS], chromium_sandbox=False
        )
        yield browser
        browser.close()


class Opened:
    """Opens a page from disk and keeps what it complained about."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._pages: list[Page] = []
        self.problems: list[str] = []

    def __call__(
        self,
        path: Path,
        fragment: str = "",
        *,
        dark: bool = False,
        width: int = 1280,
        scripts: bool = True,
    ) -> Page:
        """Return the page, every request beyond the file itself refused and kept."""
        context = self._browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if dark else "light",
            java_script_enabled=scripts,
            permissions=["clipboard-read", "clipboard-write"],
            reduced_motion="reduce",
        )
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on(
            "console",
            lambda said: (
                self.problems.append(said.text)
                if said.type in {"error", "warning"}
                else None
            ),
        )
        page.route(lambda url: not url.startswith("file:"), self._refuse)
        page.goto(f"{path.as_uri()}{fragment}")
        if scripts:
            page.wait_for_selector("html[data-ready]", state="attached")
        self._pages.append(page)
        return page

    def _refuse(self, route: Route) -> None:
        self.problems.append(f"asked the network for {route.request.url}")
        route.abort()

    def close(self) -> None:
        """Close every page."""
        for page in self._pages:
            page.context.close()


@pytest.fixture
def opened(chromium: Browser) -> Iterator[Opened]:
    """Return how a test opens pages; what they complain about fails it."""
    pages = Opened(chromium)
    yield pages
    pages.close()
    assert pages.problems == []
