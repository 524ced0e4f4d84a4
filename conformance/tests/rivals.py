"""The trade's tools and ours against the same broken and lawful mocks.

`python3 noxfile.py -s rivals` installs the tools, runs this and writes
`reports/rivals/`. Each tool is used at its best, not out of the box: it gets our
document with every lawful refusal stated and with links, the Service to work in and
what it needs in advance, and what alarms on the clean mock is switched off. Each run
has a fresh mock. A tool catches a fault when it is silent on the clean mock and not
here.
"""

import argparse
import base64
import copy
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeAlias

import requests  # noqa: TID251  the set-up of others, not the suite's
from starlette.requests import Request

from conformance.data import data_path
from conformance.library import faults, library, variants
from conformance.mock import edits
from conformance.mock.app import ACCOUNT_SID, AUTH_TOKEN, create_app
from conformance.mock.faults import FAULTS
from conformance.mock.registry import changed
from conformance.mock.rules import Rules
from conformance.mock.server import serve_in_thread
from conformance.mock.variants import VARIANTS
from conformance.strategies import schema
from conformance.verdict import Level

Document: TypeAlias = dict[str, Any]

LIMIT_S = 180
_PAGE = """\
# The trade's tools, and ours

On which broken and lawful mocks each tool alarms: {faults} of {all_faults} faults, in
even steps from the easy ones on, and {variants} of {all_variants} variants, on one
machine. Each run has a fresh mock. `outcomes.json` holds every single one.

```console
$ python3 noxfile.py -s rivals -- --faults {faults} --variants {variants}
```

{table}
A fault is caught by a tool that ends with another exit code than on the clean mock.
Ours does so for what breaks a must; these break no more than a should, which its report
names: {mild}.

Each is used at its best, not out of the box. All get our document, with every lawful
refusal stated and with links, and the Service to work in.

{best}"""
_TOKEN = base64.b64encode(f"{ACCOUNT_SID}:{AUTH_TOKEN}".encode()).decode()
_OWN = (ACCOUNT_SID, AUTH_TOKEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What one run may use: a served mock and a folder of its own."""

    url: str
    service_sid: str
    session_sid: str
    folder: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Rival:
    """A tool, how it is used at its best, and how it says that something is wrong."""

    name: str
    at_its_best: str
    prepare: Callable[[Scene], list[str]]
    objects: Callable[[int, str], bool] = lambda code, _: code != 0
    environment: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one tool made of one mock."""

    rival: str
    change: str
    alarm: bool
    seconds: float
    requests: int


def document(scene: Scene, *, sid: str = "") -> Document:
    """Return our document, narrowed to Sessions and aimed at the scene."""
    aim = schema.Aim(service_sid=scene.service_sid, sid=sid, participants=True)
    whole = library().contract.document
    aimed: Document = copy.deepcopy(dict(schema.narrowed(whole, aim)))
    aimed["servers"] = [{"url": scene.url}]
    return aimed


def _written(scene: Scene, aimed: Document) -> Path:
    path = scene.folder / "doc.json"
    path.write_text(json.dumps(aimed), "utf-8")
    return path


def _ours(profile: str) -> Callable[[Scene], list[str]]:
    def prepare(scene: Scene) -> list[str]:
        out = str(scene.folder / "report")
        command = [sys.executable, "-m", "conformance.cli", "run", "--out", out]
        return [*command, "--target", scene.url, "--profile", profile]

    return prepare


def _schemathesis(scene: Scene) -> list[str]:
    path = _written(scene, document(scene))
    return [
        str(Path(sys.executable).with_name("schemathesis")),
        "run",
        str(path),
        f"--url={scene.url}",
        f"--header=Authorization: Basic {_TOKEN}",
        "--phases=examples,coverage,fuzzing,stateful",
        "--exclude-checks=negative_data_rejection,positive_data_acceptance",
        "--max-examples=25",
        "--seed=1",
    ]


def _respect(scene: Scene) -> list[str]:
    _written(scene, document(scene))
    workflow = data_path("fixtures", "rivals", "session.arazzo.yaml")
    shutil.copy(workflow, scene.folder)
    given = {"authorization": f"Basic {_TOKEN}", "service": scene.service_sid}
    return ["redocly", "respect", workflow.name, "--input", json.dumps(given)]


def _specmatic(scene: Scene) -> list[str]:
    aimed = document(scene, sid=scene.session_sid)
    aimed["security"] = library().contract.document["security"]
    for path in aimed["paths"].values():
        # The one Session that it is given shall stay for the other tests.
        path.pop("delete", None)
        for described in path.values():
            if isinstance(described, dict):
                body = described.get("requestBody", {}).get("content", {})
                for media in body.values():
                    media.pop("examples", None)
    schemas = aimed["components"]["schemas"]
    for form, left_out in _SPECMATIC_LEAVES_OUT.items():
        for name in left_out:
            schemas[form]["properties"].pop(name)
    path = _written(scene, aimed)
    return ["specmatic", "test", str(path), f"--testBaseURL={scene.url}"]


_SPECMATIC_LEAVES_OUT = {
    "CreateSessionForm": ("UniqueName", "DateExpiry", "Participants"),
    "UpdateSessionForm": ("Status", "DateExpiry"),
}
"""What it draws so that the clean mock refuses it, lawfully."""


def _specmatic_objects(_code: int, said: str) -> bool:
    counted = re.search(r"Tests run: (\d+), Successes: (\d+)", said)
    return counted is None or counted[1] != counted[2]


RIVALS = (
    Rival(
        name="ours, full",
        at_its_best="`conformance run`",
        prepare=_ours("full"),
    ),
    Rival(
        name="ours, quick",
        at_its_best="`conformance run --profile quick`",
        prepare=_ours("quick"),
    ),
    Rival(
        name="Schemathesis",
        at_its_best="all four phases, 25 examples, our links; the two checks on what "
        "is accepted and refused are off, as they alarm on the clean mock",
        prepare=_schemathesis,
    ),
    Rival(
        name="Redocly Respect",
        at_its_best="a workflow written for it (`fixtures/rivals/`): the life of a "
        "Session, 9 steps, 46 checks",
        prepare=_respect,
    ),
    Rival(
        name="Specmatic",
        at_its_best="contract tests on a Session made in advance; deletes, and the "
        "parameters that it draws unlawfully, are left out, as they alarm on the clean "
        "mock: UniqueName, DateExpiry, Participants, Status of an update",
        prepare=_specmatic,
        objects=_specmatic_objects,
        environment=(("accountCredentials", _TOKEN),),
    ),
)


@contextmanager
def _served(change: str) -> Generator[tuple[str, list[int]]]:
    """Serve a fresh mock with that change, and count what reaches it."""
    names = [] if change == "clean" else [change]
    count = [0]

    def counted(_operation: str, request: Request) -> Request:
        count[0] += 1
        return request

    rules = changed(Rules(), names, {**FAULTS, **VARIANTS}, kind="fault or variant")
    app = create_app(rules=edits.requests(counted)(rules))
    try:
        with serve_in_thread(app) as url:
            yield url, count
    finally:
        app.close()


def held_against(rival: Rival, change: str) -> Outcome:
    """Return what the tool makes of the mock with that change."""
    with _served(change) as (url, count), tempfile.TemporaryDirectory() as name:
        service = _created(f"{url}/v1/Services", {"UniqueName": "rivals"})
        session = _created(f"{url}/v1/Services/{service}/Sessions", {})
        scene = Scene(
            url=url, service_sid=service, session_sid=session, folder=Path(name)
        )
        command = rival.prepare(scene)
        own = {
            "TWILIO_ACCOUNT_SID": ACCOUNT_SID,
            "TWILIO_AUTH_TOKEN": AUTH_TOKEN,
            "REDOCLY_TELEMETRY": "off",
        }
        count[0], began = 0, time.perf_counter()
        try:
            ran = subprocess.run(  # noqa: S603  the tools that nox installed
                command,
                cwd=name,
                env={**os.environ, **own, **dict(rival.environment)},
                capture_output=True,
                text=True,
                timeout=LIMIT_S,
                check=False,
            )
            alarm = rival.objects(ran.returncode, ran.stdout)
        except subprocess.TimeoutExpired:
            alarm = True
        seconds = time.perf_counter() - began
    return Outcome(
        rival=rival.name,
        change=change,
        alarm=alarm,
        seconds=round(seconds, 2),
        requests=count[0],
    )


def _created(url: str, form: dict[str, str]) -> str:
    """Return the SID of what a form creates; "" where a broken mock refuses it."""
    answer = requests.post(url, data=form, auth=_OWN, timeout=10)
    try:
        return str(answer.json()["sid"])
    except (ValueError, LookupError, TypeError):
        return ""


def sample(names: Sequence[str], count: int) -> list[str]:
    """Return so many of the names, evenly spread over their order."""
    if count <= 0 or count >= len(names):
        return list(names)
    return [names[index * len(names) // count] for index in range(count)]


def table(outcomes: Sequence[Outcome]) -> str:
    """Return the shares as Markdown: faults caught by difficulty, false alarms."""
    rows, all_faults = [], faults()
    levels = sorted({fault.difficulty for fault in all_faults.values()})
    for rival in RIVALS:
        mine = [one for one in outcomes if one.rival == rival.name]
        if not mine:
            continue
        silent = not any(one.alarm for one in mine if one.change == "clean")
        broken = [one for one in mine if one.change in all_faults]
        lawful = [one for one in mine if one.change in variants()]
        by_level = [
            _share(
                one.alarm and silent
                for one in broken
                if all_faults[one.change].difficulty == level
            )
            for level in levels
        ]
        rows.append(
            [
                rival.name,
                _share(one.alarm and silent for one in broken),
                *by_level,
                _share(one.alarm for one in lawful),
                "silent" if silent else "alarms",
                f"{statistics.median(one.seconds for one in mine):.1f}",
                f"{statistics.median(one.requests for one in mine):.0f}",
            ]
        )
    heads = ["tool", "faults caught", *(f"difficulty {n}" for n in levels)]
    heads += ["false alarms on variants", "clean mock", "median s", "median requests"]
    lines = [heads, ["---"] * len(heads), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def page(outcomes: Sequence[Outcome]) -> str:
    """Return what came of it as Markdown: the table, and how each tool was used."""
    changes = {one.change for one in outcomes}
    rows = library().catalogue.requirements
    broken = [fault for name, fault in faults().items() if name in changes]
    mild = [
        f"`{fault.name}`"
        for fault in broken
        if all(rows[id_].level is not Level.MUST for id_ in fault.trips)
    ]
    best = "".join(f"- **{rival.name}**: {rival.at_its_best}.\n" for rival in RIVALS)
    return _PAGE.format(
        faults=len(broken),
        all_faults=len(faults()),
        all_variants=len(variants()),
        variants=len(changes & variants().keys()),
        table=table(outcomes),
        best=best,
        mild=", ".join(mild) or "none",
    )


def _share(alarms: Iterable[bool]) -> str:
    said = list(alarms)
    return f"{sum(said)} of {len(said)}" if said else "none"


def main() -> None:
    """Hold each tool against each mock, and write what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--faults", type=int, default=48, help="0 takes all.")
    parser.add_argument("--variants", type=int, default=16, help="0 takes all.")
    parser.add_argument("--only", action="append", help="Only this tool.")
    parser.add_argument("--out", type=Path, default=Path("reports/rivals"))
    given = parser.parse_args()
    by_difficulty = sorted(faults().values(), key=lambda f: (f.difficulty, f.name))
    changes = [
        "clean",
        *sample([fault.name for fault in by_difficulty], given.faults),
        *sample(sorted(variants()), given.variants),
    ]
    outcomes: list[Outcome] = []
    for rival in RIVALS:
        if given.only and rival.name not in given.only:
            continue
        for number, change in enumerate(changes, start=1):
            outcome = held_against(rival, change)
            outcomes.append(outcome)
            said = "alarm" if outcome.alarm else "silent"
            where = f"{rival.name} {number}/{len(changes)}"
            print(f"{where} {change}: {said}, {outcome.seconds} s", flush=True)  # noqa: T201  a command
    given.out.mkdir(parents=True, exist_ok=True)
    rows = json.dumps([asdict(one) for one in outcomes], indent=1)
    (given.out / "outcomes.json").write_text(f"{rows}\n", "utf-8")
    text = page(outcomes)
    (given.out / "README.md").write_text(text, "utf-8")
    print(text)  # noqa: T201  its output


if __name__ == "__main__":
    main()
