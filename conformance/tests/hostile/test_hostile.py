"""Laws of `conformance run` against targets that mean ill; `nox -s hostile` has all."""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from conformance.tests.hostile.cases import CASES, Case
from conformance.tests.hostile.visit import served, visit

ANSWER_S = 0.3

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="peaks are read from /proc"
)


@pytest.fixture(scope="module")
def urls() -> Iterator[Mapping[str, str]]:
    with served() as them:
        yield them


@pytest.mark.parametrize("case", [pytest.param(c, id=c.name) for c in CASES if c.quick])
def test_a_hostile_target_costs_little_and_never_passes(
    case: Case, urls: Mapping[str, str], tmp_path: Path
) -> None:
    seen = visit(urls[case.name], tmp_path, ANSWER_S)
    assert seen.wrong(case, tmp_path) == ""


def test_every_case_has_a_name_of_its_own() -> None:
    assert len({case.name for case in CASES}) == len(CASES) >= 40
