"""Laws of answers that cannot be read to their end."""

from dataclasses import replace

import pytest

from conformance.checks.http import answers_are_whole
from conformance.exchange import Exchange, Trouble
from conformance.tests.histories import SESSION, WORLD, answered, evidence
from conformance.verdict import Outcome


def fetched(status: int = 0, trouble: Trouble | None = None) -> Exchange:
    exchange = answered(WORLD.call("FetchSession", Sid=SESSION), status)
    return exchange if trouble is None else replace(exchange, trouble=trouble)


def outcomes(*exchanges: Exchange) -> list[Outcome]:
    return [one.outcome for one in answers_are_whole(evidence(*exchanges))]


@pytest.mark.parametrize(("trouble", "times"), [(Trouble.GARBLED, 2), (Trouble.CUT, 4)])
def test_answers_that_never_come_to_their_end_are_broken(
    trouble: Trouble, times: int
) -> None:
    broken = fetched(trouble=trouble)
    assert outcomes(*[broken] * times) == [Outcome.FAIL]
    assert outcomes(*[broken] * (times - 1)) == []
    assert outcomes(*[broken] * times, fetched(200)) == [Outcome.PASS]


@pytest.mark.parametrize("trouble", [Trouble.RESET, Trouble.TIMEOUT])
def test_no_answer_at_all_decides_nothing(trouble: Trouble) -> None:
    assert outcomes(*[fetched(trouble=trouble)] * 9) == []


def test_cut_off_and_garbled_ones_are_counted_apart() -> None:
    some = [fetched(trouble=Trouble.CUT)] * 3 + [fetched(trouble=Trouble.GARBLED)]
    assert outcomes(*some) == []
