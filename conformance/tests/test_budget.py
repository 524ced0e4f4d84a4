"""Laws of the budget: it is never overdrawn, and a dead target ends the run."""

from dataclasses import replace

import pytest

from conformance.budget import Budget, Spending, SpentError
from conformance.exchange import Exchange, Probe, Request, Response, Trouble

GET = Probe(operation="FetchSession", method="GET", path="/v1/x")
CREATE = Probe(operation="CreateSession", method="POST", path="/v1/x", body=b"")
ANSWERED = Exchange(
    number=1,
    probe=GET,
    sent=Request(method="GET", url="/v1/x"),
    response=Response(status=500),
)


class Clock:
    """A clock that somebody sets."""

    def __init__(self) -> None:
        self.now = 0.0

    def now_ms(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds * 1000


def spending(
    *,
    requests: int | None = None,
    creates: int | None = None,
    seconds: float | None = None,
    clock: Clock | None = None,
) -> Spending:
    budget = Budget(requests=requests, creates=creates, seconds=seconds)
    return Spending(budget, clock or Clock())


def broken(trouble: Trouble) -> Exchange:
    return replace(ANSWERED, response=None, trouble=trouble)


def test_a_budget_of_requests_lets_so_many_through_and_not_one_more() -> None:
    spent = spending(requests=3)
    spent.before((GET, GET))
    spent.before((GET,))
    with pytest.raises(SpentError, match="the budget of 3 requests is spent"):
        spent.before((GET,))


def test_what_is_too_much_at_once_is_not_counted() -> None:
    spent = spending(requests=3)
    spent.before((GET, GET))
    with pytest.raises(SpentError):
        spent.before((GET, GET))
    spent.before((GET,))


def test_a_budget_of_creations_leaves_other_requests_alone() -> None:
    spent = spending(creates=1)
    spent.before((GET, CREATE))
    spent.before((GET,) * 50)
    with pytest.raises(SpentError, match="the budget of 1 creations is spent"):
        spent.before((CREATE,))


@pytest.mark.parametrize(
    "operation",
    ["CreateService", "CreateSession", "CreateParticipant", "CreateMessageInteraction"],
)
def test_whatever_leaves_something_behind_is_a_creation(operation: str) -> None:
    with pytest.raises(SpentError):
        spending(creates=0).before((replace(CREATE, operation=operation),))


def test_a_budget_of_seconds_ends_when_they_have_passed() -> None:
    clock = Clock()
    spent = spending(seconds=2.5, clock=clock)
    clock.sleep(2.5)
    spent.before((GET,))
    clock.sleep(0.001)
    with pytest.raises(SpentError, match=r"the budget of 2\.5 seconds is spent"):
        spent.before((GET,))


def test_no_budget_is_no_limit() -> None:
    clock = Clock()
    spent = spending(clock=clock)
    clock.sleep(1e6)
    for _ in range(1000):
        spent.before((CREATE, GET))
        spent.after(ANSWERED)


@pytest.mark.parametrize(
    ("trouble", "times"),
    [
        (Trouble.TIMEOUT, 5),
        (Trouble.REFUSED, 5),
        (Trouble.TLS, 5),
        (Trouble.RESET, 50),
        (Trouble.GARBLED, 50),
        (Trouble.TOO_LARGE, 50),
    ],
)
def test_a_target_that_stopped_answering_is_left_alone(
    trouble: Trouble, times: int
) -> None:
    spent = spending()
    for _ in range(times):
        spent.before((GET,))
        spent.after(broken(trouble))
    with pytest.raises(SpentError, match=f"{times} requests in a row"):
        spent.before((GET,))


def test_silences_at_the_same_time_are_one() -> None:
    spent = spending()
    for round_ in range(4):
        for worker in range(8):
            began_ms = 10_000.0 * round_ + worker
            silent = replace(broken(Trouble.TIMEOUT), began_ms=began_ms)
            spent.after(replace(silent, elapsed_ms=10_000.0 - worker))
    spent.before((GET,))
    spent.after(replace(broken(Trouble.TIMEOUT), began_ms=40_000.0))
    with pytest.raises(SpentError, match="33 requests in a row"):
        spent.before((GET,))


def test_any_answer_shows_that_a_target_is_there() -> None:
    spent = spending()
    for _ in range(20):
        for _ in range(4):
            spent.after(broken(Trouble.TIMEOUT))
        spent.after(ANSWERED)
        spent.before((GET,))


def test_a_target_that_floods_us_is_left_alone() -> None:
    spent = spending()
    flood = replace(ANSWERED, response=Response(status=200, body=b"x" * 10_000_000))
    for _ in range(5):
        spent.before((GET,))
        spent.after(flood)
    with pytest.raises(SpentError, match="more than 50,000,000 bytes"):
        spent.before((GET,))
