"""Laws of the search: what breaks is found, and shrunk to the shortest chain."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from conformance.exchange import Exchange, Probe
from conformance.library import library
from conformance.mock.app import ACCOUNT_SID, AUTH_TOKEN, create_app
from conformance.mock.call import Call
from conformance.mock.parameters import SessionChanges
from conformance.mock.rows import Session
from conformance.mock.rules import Rules
from conformance.script import World
from conformance.search import machine
from conformance.targets.asgi import AsgiTarget, VirtualClock
from conformance.targets.credentials import Account

SEED = 7


def reopening_forgets_the_name(rules: Rules) -> Rules:
    """Forget the unique name of a Session that is re-opened."""

    def update(call: Call, session: Session, changes: SessionChanges) -> Session:
        after = rules.update_session(call, session, changes)
        reopened = session.status == "closed" and after.status == "in-progress"
        return replace(after, unique_name=None) if reopened else after

    return replace(rules, update_session=update)


@contextmanager
def target(
    rules: Rules, seed: int
) -> Generator[tuple[World, Callable[[Probe], Exchange]]]:
    """Give a world of two Services on a mock of these rules, and how to send to it."""
    clock = VirtualClock()
    app = create_app(rules=rules)
    asgi = AsgiTarget(app, Account(sid=ACCOUNT_SID, token=AUTH_TOKEN), clock)
    world = World(
        contract=library().contract,
        account_sid=ACCOUNT_SID,
        service_sid="",
        tag="search",
        seed=seed,
    )
    numbers = iter(range(1, 10_000))

    def send(probe: Probe) -> Exchange:
        return asgi.send((probe,), next(numbers))[0]

    def service(name: str) -> str:
        probe = world.call("CreateService", form={"UniqueName": name})
        return str(send(probe).fields["sid"])

    try:
        home, other = service("home"), service("other")
        yield replace(world, service_sid=home, other_sid=other), send
    finally:
        asgi.close()
        app.close()


def search(rules: Rules) -> list[Exchange]:
    """Return what a search sends, in order."""
    sent: list[Exchange] = []
    with target(rules, SEED) as (world, send):

        def noting(probe: Probe) -> Exchange:
            sent.append(send(probe))
            return sent[-1]

        machine.search(world, noting)
    return sent


@pytest.fixture(scope="module")
def planted() -> list[Exchange]:
    return search(reopening_forgets_the_name(Rules()))


def test_a_planted_fault_is_shrunk_to_the_shortest_chain(
    planted: list[Exchange],
) -> None:
    shortest = planted[-3:]
    assert [e.probe.operation for e in shortest] == [
        "CreateSession",
        "UpdateSession",
        "UpdateSession",
    ]
    assert [sorted(dict(e.sent.form)) for e in shortest] == [
        ["UniqueName"],
        ["Status"],
        ["Status"],
    ]
    statuses = [dict(e.sent.form).get("Status") for e in shortest]
    assert statuses == [None, "closed", "in-progress"]
    # It is one chain about one Session, and nothing was sent after it.
    sid = shortest[0].fields["sid"]
    assert all(e.sent.path.endswith(f"/{sid}") for e in shortest[1:])


def test_a_search_stays_within_its_requests(planted: list[Exchange]) -> None:
    assert len(planted) <= machine.REQUESTS_MAX


def test_a_search_that_may_send_no_more_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "REQUESTS_MAX", 100)
    assert len(search(reopening_forgets_the_name(Rules()))) == 100


def test_the_same_seed_searches_the_same() -> None:
    once, again = search(Rules()), search(Rules())
    assert [(e.probe.operation, e.sent.form) for e in again] == [
        (e.probe.operation, e.sent.form) for e in once
    ]


def test_a_correct_target_is_chained_through_and_nothing_is_found() -> None:
    sent = search(Rules())
    seen = {exchange.probe.operation for exchange in sent}
    assert seen == {
        "CreateSession",
        "FetchSession",
        "ListSession",
        "UpdateSession",
        "DeleteSession",
    }
    world = World(
        contract=library().contract,
        account_sid=ACCOUNT_SID,
        service_sid="",
        tag="search",
    )
    assert machine.objections(world, sent) == frozenset()


def test_what_a_plain_chain_breaks_already_is_not_searched_for() -> None:
    def update(call: Call, session: Session, changes: SessionChanges) -> Session:
        after = Rules().update_session(call, session, changes)
        return replace(after, ttl=session.ttl)

    sent = search(replace(Rules(), update_session=update))
    plain = search(Rules())
    assert len(sent) == len(plain)
