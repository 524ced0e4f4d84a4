"""What SIGKILL leaves: runs are killed at random moments, then cleaned up behind.

`nox -s kills`, or `python -m conformance.tests.kills [times]`.
"""

import os
import random  # noqa: TID251  the moments, from a seed
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Generator, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from conformance.exchange import FORM, Exchange, Probe
from conformance.ledger import FILE, Ledger, LedgerError
from conformance.mock.app import ACCOUNT_SID, AUTH_TOKEN
from conformance.targets.credentials import Account
from conformance.targets.http import HttpTarget, SystemClock

TIMES = 200
SEED = 1

_LATENCY_MS = 4
_TICK_S = 0.002
_CREDENTIALS = {"TWILIO_ACCOUNT_SID": ACCOUNT_SID, "TWILIO_AUTH_TOKEN": AUTH_TOKEN}


@dataclass(frozen=True, slots=True, kw_only=True)
class Killed:
    """One run that was killed, and what came of cleaning up behind it.

    `asked` and `made` count what the ledger named before; `left` are the paths that
    were there afterwards, and `unnamed` those of them that the clean-up did not name.
    """

    finished: bool
    asked: int
    made: int
    exit: int
    left: tuple[str, ...]
    unnamed: tuple[str, ...]


class Victim:
    """A mock in a process of its own, and what is on it."""

    def __init__(self, url: str, target: HttpTarget) -> None:
        self.url = url
        self._target = target

    def call(
        self, method: str, path: str, form: Mapping[str, str] | None = None
    ) -> Exchange:
        """Return what comes of one request."""
        body = "&".join(f"{k}={v}" for k, v in (form or {}).items()).encode()
        headers = (("Content-Type", FORM),)
        probe = Probe(
            operation="", method=method, path=path, headers=headers, body=body or None
        )
        (exchange,) = self._target.send((probe,), 1)
        return exchange

    def there(self, path: str) -> set[str]:
        """Return the paths of all that a list shows."""
        key = path.rpartition("/")[2].lower()
        found: set[str] = set()
        query = "PageSize=100"
        while True:
            page = self.call("GET", f"{path}?{query}").fields
            found |= {f"{path}/{one['sid']}" for one in page[key]}
            following = page["meta"]["next_page_url"]
            if following is None:
                return found
            query = following.partition("?")[2]


@contextmanager
def victim(latency_ms: int = _LATENCY_MS) -> Generator[Victim]:
    """Serve a mock whose answers take long enough to be lost."""
    latency = f"--latency-ms={latency_ms}"
    command = [sys.executable, "-m", "conformance.mock", latency]
    with subprocess.Popen(  # noqa: S603  our own interpreter
        command, stdout=subprocess.PIPE, text=True, env=os.environ | _CREDENTIALS
    ) as process:
        assert process.stdout is not None
        try:
            url = process.stdout.readline().split()[1]
            account = Account(sid=ACCOUNT_SID, token=AUTH_TOKEN)
            with closing(HttpTarget(url, account, SystemClock())) as target:
                yield Victim(url, target)
        finally:
            process.terminate()


def kill(mock: Victim, folder: Path, after_s: float, *, given: str = "") -> Killed:
    """Kill a run so many seconds after its ledger is there, clean up, and look.

    With the SID `given` the run works in that Service, where clean-up may not take
    what carries no name for its own, but has to name it.
    """
    lists = ["/v1/Services", *([f"/v1/Services/{given}/Sessions"] if given else [])]
    before = set[str]().union(*map(mock.there, lists))
    options = ["--profile", "core", "--service-sid", given] if given else []
    with _started(
        *("run", "--target", mock.url, "--out", str(folder), "-n", "2"),
        *(options or ["--profile", "quick"]),
    ) as run:
        while not (folder / FILE).exists() and run.poll() is None:
            time.sleep(_TICK_S)
        try:
            run.communicate(timeout=after_s)
            finished = True
        except subprocess.TimeoutExpired:
            finished = False
            run.kill()
    asked, made = _named(folder)
    with _started("cleanup", str(folder)) as cleaning:
        output, _ = cleaning.communicate()
    left = set[str]().union(*map(mock.there, lists)) - before
    return Killed(
        finished=finished,
        asked=asked,
        made=made,
        exit=cleaning.returncode,
        left=tuple(sorted(left)),
        unnamed=tuple(sorted(path for path in left if path not in output)),
    )


def _started(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(  # noqa: S603  our own interpreter
        [sys.executable, "-m", "conformance.cli", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=os.environ | _CREDENTIALS,
    )


def _named(folder: Path) -> tuple[int, int]:
    """Return how many creations the ledger names: answer lost, and known."""
    if not (folder / FILE).exists():
        return 0, 0
    with tempfile.TemporaryDirectory() as name:
        # A copy, so that clean-up finds the file as the kill left it.
        copy = Path(shutil.copytree(folder, Path(name) / "copy"))
        try:
            with closing(Ledger.of(copy)) as ledger:
                known = [bool(entry.sid) for entry in ledger.outstanding()]
        except LedgerError:  # killed before it said whose it is: nothing was sent
            return 0, 0
    return known.count(False), known.count(True)


def kills(times: int, seed: int, whole_s: float = 0.0) -> Iterator[Killed]:
    """Kill so many runs at random moments of their lives, every other in a Service.

    A life lasts `whole_s` from when its ledger is there; where that is 0, half of
    what one takes that is spared, for starting and cleaning up take the other.
    """
    draw = random.Random(seed)  # noqa: S311  no secret
    with tempfile.TemporaryDirectory() as name, victim() as mock:
        theirs = mock.call("POST", "/v1/Services", {"UniqueName": "theirs"})
        given = str(theirs.fields["sid"])
        began = time.perf_counter()
        if not whole_s:
            kill(mock, Path(name) / "whole", 60.0)
            whole_s = (time.perf_counter() - began) / 2
        for number in range(times):
            where = given if number % 2 else ""
            moment = draw.uniform(0.0, whole_s)
            killed = kill(mock, Path(name) / str(number), moment, given=where)
            for path in killed.left:
                mock.call("DELETE", path)
            yield killed


def main() -> None:
    """Print what was killed when, and what was left; exit 1 if anything was."""
    times = int(sys.argv[1]) if len(sys.argv) > 1 else TIMES
    seen = list(kills(times, SEED))
    exits = Counter(killed.exit for killed in seen)
    sys.stdout.write(
        f"{times} runs, {sum(not killed.finished for killed in seen)} of them killed, "
        f"{sum(killed.asked + killed.made > 0 for killed in seen)} with something on "
        f"the account, {sum(killed.asked > 0 for killed in seen)} with an answer lost\n"
        f"{sum(killed.asked for killed in seen)} lost and "
        f"{sum(killed.made for killed in seen)} known creations cleaned up\n"
        f"left in Services of our own: {sum(len(k.left) for k in seen[::2])}\n"
        f"left and named in the Service of the user: "
        f"{sum(len(k.left) for k in seen[1::2])}\n"
        f"left and not named: {sum(len(k.unnamed) for k in seen)}\n"
        f"exits of cleanup: {dict(sorted(exits.items()))}\n"
    )
    raise SystemExit(any(k.left for k in seen[::2]) or any(k.unnamed for k in seen))


if __name__ == "__main__":
    main()
