"""What the harness costs: a run against a bare `requests` loop sending the same bytes.

`nox -s bench`, or `python -m conformance.tests.bench [rounds]`.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import requests  # noqa: TID251  the thing to compare with

from conformance.launch import launch
from conformance.mock.app import ACCOUNT_SID, AUTH_TOKEN
from conformance.order import Order
from conformance.record import read

ROUNDS = 5


@contextmanager
def mock() -> Generator[str]:
    """Serve the mock from a process of its own and give its URL."""
    command = [sys.executable, "-m", "conformance.mock", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603  our own interpreter
        assert process.stdout is not None
        try:
            yield process.stdout.readline().split()[1]
        finally:
            process.terminate()


def run(url: str, folder: Path) -> tuple[int, float]:
    """Return how many requests a quick run sent, and its seconds from first to last."""
    launched = launch(
        Order(
            target=url,
            account_sid=ACCOUNT_SID,
            auth_token=AUTH_TOKEN,
            profile="quick",
            out=folder,
        )
    )
    exchanges = launched.result.history.exchanges
    return len(exchanges), (exchanges[-1].ended_ms - exchanges[0].began_ms) / 1000


def bare(url: str, folder: Path) -> float:
    """Return the seconds that a bare loop takes to send what the run sent."""
    sent = [exchange.sent for exchange in read(folder / "record.ndjson").exchanges]
    with requests.Session() as session:
        session.auth = (ACCOUNT_SID, AUTH_TOKEN)
        began = time.perf_counter()
        for request in sent:
            session.request(
                request.method,
                url + request.url,
                headers=dict(request.headers),
                data=request.body or None,
                allow_redirects=False,
            )
        return time.perf_counter() - began


def main() -> None:
    """Print seconds per exchange of both, and their ratio, alternating."""
    ratios: list[float] = []
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as name, mock() as url:
            folder = Path(name)
            count, ours = run(url, folder)
            theirs = bare(url, folder)
        ratios.append(ours / theirs)
        sys.stdout.write(
            f"{count} exchanges: run {ours / count * 1000:.2f} ms each, "
            f"bare loop {theirs / count * 1000:.2f} ms each, ratio {ratios[-1]:.2f}\n"
        )
    sys.stdout.write(f"median ratio {median(ratios):.2f} over {rounds} rounds\n")


if __name__ == "__main__":
    main()
