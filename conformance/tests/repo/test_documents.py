"""Every shell block of the documents runs, in order, as a reader would run it."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from conformance.mock.app import ACCOUNT_SID, AUTH_TOKEN, create_app
from conformance.mock.server import serve_in_thread

ROOT = Path(__file__).parents[3]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?:)([^)#]+)")
SESSION = re.compile(r"noxfile\.py -s ([\w-]+)")
PLACEHOLDERS = ("http://127.0.0.1:4010", "https://staging.example.com")
LIMIT_S = 120


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """A mock that stands for every target that the documents name."""
    app = create_app()
    with serve_in_thread(app) as served:
        yield served
    app.close()


@pytest.fixture(scope="module")
def service_sid(url: str) -> str:
    """A Service on it, as a reader would name one."""
    import requests  # noqa: PLC0415, TID251  the reader's own set-up, not the suite's

    answer = requests.post(
        f"{url}/v1/Services",
        data={"UniqueName": "documents"},
        auth=(ACCOUNT_SID, AUTH_TOKEN),
        timeout=10,
    )
    return str(answer.json()["sid"])


def _script(document: Path, url: str) -> str:
    script = "\n".join(BLOCK.findall(document.read_text("utf-8")))
    for placeholder in PLACEHOLDERS:
        script = script.replace(placeholder, url)
    return f"set -euo pipefail\n{script}"


@pytest.mark.parametrize(
    "document", [d for d in DOCUMENTS if BLOCK.search(d.read_text("utf-8"))], ids=str
)
def test_every_shell_block_of_a_document_runs(
    document: Path, url: str, service_sid: str, tmp_path: Path
) -> None:
    for name in ("specs", "fixtures"):
        (tmp_path / name).symlink_to(ROOT / name)
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "SERVICE_SID": service_sid,
        "TWILIO_ACCOUNT_SID": ACCOUNT_SID,
        "TWILIO_AUTH_TOKEN": AUTH_TOKEN,
    }
    environment.pop("CONFORMANCE_TARGET", None)
    bash = shutil.which("bash")
    assert bash
    ran = subprocess.run(  # noqa: S603  our own documents
        [bash, "-c", _script(document, url)],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )
    assert ran.returncode == 0, f"{ran.stdout[-3000:]}\n{ran.stderr[-3000:]}"


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
def test_a_document_links_to_what_is_there(document: Path) -> None:
    for target in LINK.findall(document.read_text("utf-8")):
        assert (document.parent / target).exists(), target


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
def test_a_document_names_sessions_that_there_are(document: Path) -> None:
    sessions = re.compile(r"^def (\w+)\(session", re.MULTILINE)
    defined = set(sessions.findall((ROOT / "noxfile.py").read_text("utf-8")))
    named = set(SESSION.findall(document.read_text("utf-8")))
    assert {name.replace("-", "_") for name in named} <= defined
