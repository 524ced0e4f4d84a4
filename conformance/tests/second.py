"""The suite against a second server, written by hand from the documents alone.

`python3 noxfile.py -s second`, or `python -m conformance.tests.second`, holds it
against the clean server, each other lawful answer, mixtures of them and each defect
(`fixtures/second/`), and writes `reports/second/`. A defect that the quick profile
catches is not held against the full one, which has all of its probes. What was seen
at first sight stays in `first.json`; `lessons.toml` says what came of it.
"""

import argparse
import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Callable, Generator, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import requests  # noqa: TID251  the set-up of others, not the suite's

from conformance.data import data_path
from conformance.verdict import Exit

ACCOUNT_SID = "AC00000000000000000000000000000002"
AUTH_TOKEN = "0000000000000000000000000000000b"  # noqa: S105  of a server of our own
CLEAN = "clean"
LIMIT_S = 240
OUT = Path("reports/second")

MIXTURES = tuple(
    ",".join(names.split())
    for names in (
        """newest-first page-size-clamped duplicate-409 dates-offset removed-hidden
        lower-case-headers closed-reason-empty participant-delete-200""",
        """by-sid long-tokens token-alone dates-nanos chunked upper-case-hex
        no-name-is-sid any-transition conflict-409 invalid-422 slow-answers""",
        """other-host page-size-mended malformed-sid-400 gzip more-headers
        expiry-derived closed-may-change empty-name-is-none array-form-refused""",
        """old-http escaped-json extra-fields dates-filled past-expiry-stays charset
        zone-required unknown-parameter-400 error-details names-ignore-case""",
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """What one run said of one server."""

    kind: str
    change: str
    profile: str
    exit: int
    broken: tuple[str, ...]
    unproven: tuple[str, ...]
    requests: int
    seconds: float

    @property
    def caught(self) -> bool:
        """Whether a must was broken."""
        return self.exit == Exit.NON_CONFORMANT


@contextmanager
def served(*, lawful: str = "", fault: str = "") -> Generator[str]:
    """Serve the second server with those changes, and give its URL."""
    script = str(data_path("fixtures", "second", "server.py"))
    command = [sys.executable, "-B", script, "--lawful", lawful]
    command += ["--fault", fault] if fault else []
    with subprocess.Popen(  # noqa: S603  our own server
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=environment(),
    ) as server:
        try:
            ready, _, url = (server.stdout or sys.stdin).readline().partition(" ")
            if ready != "READY":
                raise RuntimeError(f"expected READY and a URL, observed {ready!r}")
            yield url.strip()
        finally:
            server.kill()


def environment() -> dict[str, str]:
    """Return the environment of the server and of the command: they share a secret."""
    own = {"TWILIO_ACCOUNT_SID": ACCOUNT_SID, "TWILIO_AUTH_TOKEN": AUTH_TOKEN}
    return {**os.environ, **own}


def furnished(url: str) -> str:
    """Make a Service with some Sessions and what belongs to them; return its SID."""

    def made(path: str, form: dict[str, Any]) -> str:
        auth = (ACCOUNT_SID, AUTH_TOKEN)
        answer = requests.post(f"{url}/v1{path}", data=form, auth=auth, timeout=10)
        return str(answer.json()["sid"])

    service = made("/Services", {"UniqueName": "furnished"})
    sessions = f"/Services/{service}/Sessions"
    for number in range(3):
        form = {"UniqueName": f"furniture é {number}", "Ttl": "86400"}
        session = f"{sessions}/{made(sessions, form)}"
        person = made(f"{session}/Participants", {"Identifier": "+15005550101"})
        messages = f"{session}/Participants/{person}/MessageInteractions"
        made(messages, {"Body": "hello"})
    return service


def run(
    *, kind: str, change: str, profile: str, seed: int = 1, service: bool = False
) -> Ran:
    """Return what a run of the command says of the server with that change."""
    lawful = change if kind == "lawful" else ""
    fault = change if kind == "fault" else ""
    with (
        served(lawful=lawful, fault=fault) as url,
        tempfile.TemporaryDirectory() as name,
    ):
        out = Path(name) / "run"
        command = [sys.executable, "-m", "conformance.cli", "run", "--target", url]
        command += ["--profile", profile, "--seed", str(seed), "--out", str(out)]
        command += ["--service-sid", furnished(url)] if service else []
        began = time.perf_counter()
        ran = subprocess.run(  # noqa: S603  our own command
            command,
            capture_output=True,
            timeout=LIMIT_S,
            check=False,
            env=environment(),
        )
        seconds = time.perf_counter() - began
        summary: dict[str, Any] = {}
        with contextlib.suppress(FileNotFoundError):
            summary = json.loads((out / "summary.json").read_text("utf-8"))
    return Ran(
        kind=kind,
        change=change,
        profile=profile,
        exit=ran.returncode,
        broken=_musts(summary, "broken"),
        unproven=_musts(summary, "unproven"),
        requests=summary.get("requests", 0),
        seconds=round(seconds, 1),
    )


def _musts(summary: dict[str, Any], state: str) -> tuple[str, ...]:
    rows = summary.get("requirements", {}).items()
    found = (
        key for key, row in rows if (row["level"], row["state"]) == ("must", state)
    )
    return tuple(found)


def faults() -> dict[str, dict[str, Any]]:
    """Return the defects by their names, as `faults.toml` has them."""
    text = data_path("fixtures", "second", "faults.toml").read_text("utf-8")
    return {row["id"]: row for row in tomllib.loads(text)["fault"]}


def switches(module: str) -> list[str]:
    """Return the names that the second server knows: of `lawful` or of `faults`."""
    script = f"import server; print(*server.switches({module!r}))"
    asked = subprocess.run(  # noqa: S603  our own server
        [sys.executable, "-B", "-c", script],
        cwd=data_path("fixtures", "second"),
        capture_output=True,
        text=True,
        check=True,
    )
    return asked.stdout.split()


def judged_lawful(change: str) -> list[Ran]:
    """Return the runs on a lawful server, each of which must say 0.

    The clean one and the mixtures meet every profile, and another seed.
    """
    kind = "clean" if change == CLEAN else "lawful"
    full = run(kind=kind, change=change, profile="full")
    if change != CLEAN and "," not in change:
        return [full]
    return [
        run(kind=kind, change=change, profile="quick"),
        full,
        run(kind=kind, change=change, profile="full", seed=2),
        run(kind=kind, change=change, profile="core", service=True),
        run(kind=kind, change=change, profile="read-only", service=True),
    ]


def judged_fault(change: str) -> list[Ran]:
    """Return the quick run on a defect, and the full one if it saw nothing."""
    quick = run(kind="fault", change=change, profile="quick")
    if quick.caught:
        return [quick]
    return [quick, run(kind="fault", change=change, profile="full")]


def page(now: Sequence[Ran], first: Sequence[Ran]) -> str:
    """Return the report in Markdown: what is seen now beside what was at first."""
    return "\n".join(
        [
            "# A second server\n",
            f"{_INTRODUCTION}\n",
            "## Defects caught\n",
            *_table(
                ("", *_levels(), "all"),
                [
                    [title, *_shares(ran, profile)]
                    for title, ran in (("at first sight", first), ("now", now))
                    for title, profile in (
                        (f"{title}, quick", "quick"),
                        (f"{title}, full", "full"),
                    )
                ],
            ),
            "\n## Lawful servers\n",
            *_table(
                ("", "servers", "runs", "exit 0", "exit 1", "exit 3", "other"),
                [["at first sight", *_lawful(first)], ["now", *_lawful(now)]],
            ),
            "\n## What it took\n",
            *_table(
                ("profile", "runs", "median s", "longest s", "most requests"),
                [_cost(now, profile) for profile in ("quick", "full")],
            ),
            "\n## What was learned\n",
            *_lessons(),
            "\n## Each defect\n",
            *_table(
                ("defect", "difficulty", "at first sight", "now"),
                [
                    [
                        f"`{name}`",
                        str(row["difficulty"]),
                        _seen(first, name),
                        _seen(now, name),
                    ]
                    for name, row in faults().items()
                ],
            ),
            "",
        ]
    )


_INTRODUCTION = """\
`fixtures/second/server.py` was written by hand from the documents alone, of the
standard library, before its author had read a check, a probe or a fault of the suite.
Its other lawful answers and its defects are of the same origin, and were committed
before the suite met any of them. `python3 noxfile.py -s second` repeats all of it."""


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    lines = [head, ["---"] * len(head), *rows]
    return [f"| {' | '.join(line)} |" for line in lines]


def _levels() -> list[str]:
    found = sorted({row["difficulty"] for row in faults().values()})
    return [f"difficulty {level}" for level in found]


def _shares(ran: Sequence[Ran], profile: str) -> list[str]:
    profiles = {"quick"} if profile == "quick" else {"quick", "full"}
    caught = {one.change for one in ran if one.caught and one.profile in profiles}
    rows = faults()
    tried = {one.change for one in ran if one.kind == "fault"} & set(rows)

    def share(level: int | None) -> str:
        those = {n for n in tried if level in (None, rows[n]["difficulty"])}
        return f"{len(those & caught)} of {len(those)}"

    levels = sorted({row["difficulty"] for row in rows.values()})
    return [*map(share, levels), share(None)]


def _lawful(ran: Sequence[Ran]) -> list[str]:
    those = [one for one in ran if one.kind != "fault"]
    exits = [one.exit for one in those]
    usual = [exits.count(code) for code in (0, 1, 3)]
    servers = len({one.change for one in those})
    other = len(exits) - sum(usual)
    return [str(count) for count in (servers, len(those), *usual, other)]


def _cost(ran: Sequence[Ran], profile: str) -> list[str]:
    those = [one for one in ran if one.profile == profile]
    times = sorted(one.seconds for one in those) or [0.0]
    most = max((one.requests for one in those), default=0)
    median, longest = times[len(times) // 2], times[-1]
    return [profile, str(len(those)), f"{median}", f"{longest}", f"{most}"]


def _seen(ran: Sequence[Ran], name: str) -> str:
    those = [one for one in ran if (one.kind, one.change) == ("fault", name)]
    for one in those:
        if one.caught:
            ids = one.broken
            more = f" and {len(ids) - 3} more" if len(ids) > 3 else ""
            return f"{one.profile}: {', '.join(ids[:3])}{more}"
    return f"escaped (exit {those[-1].exit})" if those else "not tried"


def _lessons() -> list[str]:
    text = data_path("fixtures", "second", "lessons.toml").read_text("utf-8")
    rows = tomllib.loads(text)["lesson"]
    return [f"- **{row['about']}**: {row['taught']}" for row in rows]


def stored(path: Path) -> list[Ran]:
    """Return the runs that a file holds; none if there is none."""
    if not path.exists():
        return []
    rows: list[dict[str, Any]] = json.loads(path.read_text("utf-8"))
    for row in rows:
        row["broken"], row["unproven"] = tuple(row["broken"]), tuple(row["unproven"])
    return [Ran(**row) for row in rows]


def store(path: Path, ran: Sequence[Ran]) -> None:
    """Write runs into a file, one a line."""
    rows = ",\n".join(json.dumps(asdict(one)) for one in ran)
    path.write_text(f"[\n{rows}\n]\n", "utf-8")


def main() -> int:
    """Judge each server, write what came of it; 1 if it is not as it should be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", action="append", help="Only this change.")
    parser.add_argument("--kind", choices=("lawful", "fault"), help="Only these.")
    parser.add_argument("-n", type=int, default=1, help="So many at once.")
    parser.add_argument("--out", type=Path, default=OUT)
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    jobs: list[tuple[str, Callable[[str], list[Ran]]]] = []
    if given.kind in (None, "lawful"):
        servers = [CLEAN, *MIXTURES, *switches("lawful")]
        jobs += [(name, judged_lawful) for name in servers]
    if given.kind in (None, "fault"):
        jobs += [(name, judged_fault) for name in faults()]
    if given.only:
        jobs = [job for job in jobs if job[0] in given.only]
    latest = given.out / "latest.json"
    kept = [one for one in stored(latest) if one.change not in {n for n, _ in jobs}]
    fresh: list[Ran] = []
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    with ThreadPoolExecutor(given.n) as pool:
        try:
            for runs in pool.map(lambda job: job[1](job[0]), jobs):
                fresh += runs
                for one in runs:
                    print(*asdict(one).values(), flush=True)  # noqa: T201  the progress
                store(latest, [*kept, *fresh])
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
    first = stored(given.out / "first.json")
    (given.out / "README.md").write_text(page([*kept, *fresh], first), "utf-8")
    escaped = {one.change for one in fresh if one.kind == "fault"}
    escaped -= {one.change for one in fresh if one.caught}
    alarms = [one for one in fresh if one.kind != "fault" and one.exit]
    print(f"escaped: {sorted(escaped)}; alarms: {len(alarms)}")  # noqa: T201  a command
    return 1 if escaped or alarms else 0


if __name__ == "__main__":
    sys.exit(main())
