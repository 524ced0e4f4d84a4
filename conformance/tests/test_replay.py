"""Laws of replay: a chain sent again tells fixed from still failing from changed."""

from collections.abc import Callable, Generator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache

import pytest

from conformance.catalogue import Capability
from conformance.exchange import Exchange, Probe, Response
from conformance.ledger import About, Ledger
from conformance.library import faults, library
from conformance.mock.app import ACCOUNT_SID, AUTH_TOKEN, create_app
from conformance.mock.faults import FAULTS
from conformance.mock.registry import changed
from conformance.mock.rules import Rules
from conformance.record import Record, tallied
from conformance.replay import Fate, Replayed, ReplayError, Setting, found, replay
from conformance.report import Chain, View, view
from conformance.run import Conductor, Plan
from conformance.targets import Target
from conformance.targets.asgi import AsgiTarget, VirtualClock
from conformance.targets.credentials import Account
from conformance.tests.records import HEADER
from conformance.verdict import Exit

DAWN = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)
OURS = Account(sid=ACCOUNT_SID, token=AUTH_TOKEN)
TAG = "conf-0badf00d"


@contextmanager
def mock(*names: str) -> Generator[tuple[AsgiTarget, VirtualClock]]:
    """Give the mock, in this process, with these faults."""
    clock = VirtualClock()
    app = create_app(
        rules=changed(Rules(), names, dict(FAULTS), kind="fault"),
        clock=lambda: DAWN + timedelta(milliseconds=clock.now_ms()),
    )
    target = AsgiTarget(app, OURS, clock)
    try:
        yield target, clock
    finally:
        target.close()
        app.close()


@cache
def seen(name: str, *select: str) -> View:
    """Return what a run sees of the mock with that fault."""
    specs = library()
    plan = Plan(
        contract=specs.contract,
        catalogue=specs.catalogue,
        profile=specs.catalogue.profile("full"),
        account_sid=OURS.sid,
        tag="conf-00000001",
        select=frozenset(select),
        absent={Capability.GENERATION: "what is drawn takes longer"},
    )
    with mock(name) as (target, clock):
        result = Conductor(plan, target, clock).run()
    record = Record(
        header=replace(HEADER, tag=plan.tag, service_sid="", expectations={}),
        exchanges=result.history.exchanges,
        performed=result.performed,
        tallies=tallied(result.judgement.verdicts),
        rulings=result.judgement.rulings,
    )
    return view(record, specs, faults())


def again(
    shown_of: View,
    wanted: str,
    *names: str,
    bend: Callable[[AsgiTarget], Target] = lambda target: target,
    service_sid: str = "",
) -> Replayed:
    """Send the chain of a finding again, to the mock with these faults."""
    setting = Setting(
        library=library(),
        profile=library().catalogue.profile("full"),
        account_sid=OURS.sid,
        tag=TAG,
        service_sid=service_sid,
    )
    ledger = Ledger(About(tag=TAG, service_sid=service_sid))
    with closing(ledger), mock(*names) as (target, clock):
        return replay(found(shown_of, wanted), setting, bend(target), clock, ledger)


@pytest.mark.parametrize(
    ("fault", "requirement"),
    [
        ("ttl-a-text", "PROP-007"),
        ("fetch-shows-the-old-ttl", "CON-001"),
        ("any-token-accepted", "AUTH-002"),
        ("closed-not-fetched", "CON-003"),
        ("list-one-session-too-few", "PAGE-008"),
        ("reopen-moves-date-created", "CON-005"),
        ("closed-cannot-be-reopened", "LIFE-003"),
        ("delete-leaves-participants", "DEL-005"),
        ("deleted-is-fetched", "DEL-001"),
        ("name-taken-answers-the-first", "NAME-007"),
        ("interaction-dates-as-dates-alone", "DATE-003"),
    ],
)
def test_a_finding_repeats_where_the_fault_is_and_is_fixed_where_it_is_not(
    fault: str, requirement: str
) -> None:
    before = seen(fault, requirement)
    there, gone = again(before, requirement, fault), again(before, requirement)
    assert (there.fate, there.exit) == (Fate.STILL, Exit.NON_CONFORMANT)
    assert (gone.fate, gone.exit) == (Fate.FIXED, Exit.CONFORMANT)
    assert there.left_behind == gone.left_behind == ()


def test_ids_are_captured_anew_and_names_carry_the_tag_of_the_replay() -> None:
    before = seen("closed-not-fetched", "CON-003")
    replayed = again(before, "CON-003")
    old = {e.fields.get("sid") for e in before.record.exchanges}
    assert all(TAG.encode() in e.sent.body for e in replayed.exchanges[:1])
    assert not {e.fields.get("sid") for e in replayed.exchanges} & old - {None}


def test_a_page_that_shows_nothing_now_is_not_said_to_be_fixed() -> None:
    before = seen("answers-in-latin-1")
    replayed = again(before, "HTTP-011/ListSession")
    assert (replayed.fate, replayed.exit) == (Fate.CHANGED, Exit.INCOMPLETE)
    assert replayed.reason == "the page that failed shows nothing now"


def test_another_way_to_fail_is_a_change() -> None:
    replayed = again(seen("ttl-a-text", "PROP-007"), "PROP-007", "ttl-null-when-zero")
    assert (replayed.fate, replayed.exit) == (Fate.CHANGED, Exit.NON_CONFORMANT)
    assert replayed.reason.startswith("fails otherwise: expected ")


class Bent:
    """A target whose answers to one operation are bent."""

    def __init__(
        self, target: Target, operation: str, bend: Callable[[Exchange], Exchange]
    ) -> None:
        self._target = target
        self._operation = operation
        self._bend = bend

    def send(self, probes: tuple[Probe, ...], first: int) -> tuple[Exchange, ...]:
        return tuple(
            self._bend(e) if e.probe.operation == self._operation else e
            for e in self._target.send(probes, first)
        )

    def close(self) -> None:
        self._target.close()


def failing(exchange: Exchange) -> Exchange:
    return replace(exchange, response=Response(status=503, body=b"{}"))


def test_a_chain_that_cannot_be_followed_is_a_change_and_cleaned_up() -> None:
    replayed = again(
        seen("closed-not-fetched", "CON-003"),
        "CON-003",
        bend=lambda target: Bent(target, "CreateSession", failing),
    )
    assert (replayed.fate, replayed.exit) == (Fate.CHANGED, Exit.INCOMPLETE)
    assert replayed.reason == "CreateSession answered 503 without a SESSION"
    assert replayed.left_behind == ()


def test_answers_that_decide_nothing_are_a_change() -> None:
    replayed = again(
        seen("fetch-shows-the-old-ttl", "CON-001"),
        "CON-001",
        bend=lambda target: Bent(target, "FetchSession", failing),
    )
    assert (replayed.fate, replayed.exit) == (Fate.CHANGED, Exit.INCOMPLETE)


def test_what_cannot_be_removed_is_left_behind() -> None:
    replayed = again(
        seen("ttl-a-text", "PROP-007"),
        "PROP-007",
        bend=lambda target: Bent(Refusing(target), "", failing),
    )
    assert replayed.exit is Exit.LEFT_BEHIND
    assert [left.kind for left in replayed.left_behind][:1] == ["Service"]


class Refusing:
    """A target to which nothing can be deleted."""

    def __init__(self, target: Target) -> None:
        self._target = target

    def send(self, probes: tuple[Probe, ...], first: int) -> tuple[Exchange, ...]:
        kept = tuple(
            replace(probe, method="GET") if probe.method == "DELETE" else probe
            for probe in probes
        )
        return self._target.send(kept, first)

    def close(self) -> None:
        self._target.close()


def test_in_a_service_of_the_user_nothing_is_sent_that_might_reach_others() -> None:
    given = "KS" + "1" * 32
    before = seen("any-token-accepted", "AUTH-002")
    shown = found(before, "AUTH-002/DeleteSession")
    wild = replace(
        shown.chain.steps[-1], url=(f"/v1/Services/{given}/Sessions/%2A",), captures=()
    )
    bent = replace(shown, chain=Chain(steps=(wild,), given={}))
    setting = Setting(
        library=library(),
        profile=library().catalogue.profile("full"),
        account_sid=OURS.sid,
        tag=TAG,
        service_sid=given,
    )
    ledger = Ledger(About(tag=TAG, service_sid=given))
    with closing(ledger), mock() as (target, clock):
        replayed = replay(bent, setting, target, clock, ledger)
    assert (replayed.fate, replayed.exit) == (Fate.CHANGED, Exit.INCOMPLETE)
    assert replayed.reason == "withheld DELETE: it might reach what is not ours"
    assert replayed.exchanges == ()


@pytest.mark.parametrize(
    "wanted", ["prop-007", "PROP-007/CreateSession", "PROP-007/CreateSession/1"]
)
def test_a_finding_is_named_by_requirement_operation_and_count(wanted: str) -> None:
    assert found(seen("ttl-a-text", "PROP-007"), wanted).id == (
        "PROP-007/CreateSession/1"
    )


@pytest.mark.parametrize("wanted", ["SID-001", "PROP-00", "PROP-007/CreateSession/9"])
def test_what_the_record_does_not_find_is_refused_with_what_it_does(
    wanted: str,
) -> None:
    with pytest.raises(ReplayError, match=rf"no finding '{wanted}'.*PROP-007/Create"):
        found(seen("ttl-a-text", "PROP-007"), wanted)
