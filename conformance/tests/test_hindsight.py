"""Laws of hindsight: the same evidence says the same, and what changed is named."""

import sys
from collections import Counter
from dataclasses import replace
from functools import cache, partial
from pathlib import Path

import pytest

from conformance.catalogue import CatalogueError
from conformance.commands.selfcheck import Look, judgement
from conformance.exchange import Exchange, History, Response
from conformance.hindsight import CUT_OFF, changes, judged_anew
from conformance.library import library
from conformance.perform import Performed
from conformance.record import (
    Header,
    Leftover,
    Record,
    RecordError,
    Waiver,
    read,
    tallied,
    write,
)
from conformance.run import Plan, judge_history
from conformance.tests.records import FOOTER, HEADER
from conformance.tests.traffic import ACCOUNT, traffic
from conformance.verdict import Exit, Outcome, Ruling

PLAIN: Header = replace(HEADER, account_sid=ACCOUNT, expectations={}, select=())


@cache
def lived() -> Record:
    """Return twenty lives of Sessions, judged."""
    return judged_anew(Record(header=PLAIN, exchanges=traffic(207)), library())


def spoilt() -> Record:
    """Return the record of the lives, one answer of which is another than it was."""
    *exchanges, last = lived().exchanges
    return replace(lived(), exchanges=(*exchanges, showing(last, b"<p>oops", 200)))


def showing(exchange: Exchange, body: bytes, status: int) -> Exchange:
    response = Response(status=status, headers=(("Content-Type", "text/html"),))
    return replace(exchange, response=replace(response, body=body))


def outcome(record: Record, requirement: str, operation: str) -> Outcome:
    (found,) = (r for r in record.rulings if r.key == (requirement, operation))
    return found.outcome


def test_synthetic_traffic_breaks_nothing_and_holds_much() -> None:
    outcomes = [ruling.outcome for ruling in lived().rulings]
    assert Outcome.FAIL not in outcomes
    assert Outcome.ERROR not in outcomes
    assert outcomes.count(Outcome.PASS) > 100


def calls(length: int) -> int:
    """Return how many calls it takes to judge so many exchanges."""
    record = Record(header=PLAIN, exchanges=traffic(length))
    seen = Counter[str]()

    def note(frame: object, event: str, argument: object) -> None:
        del frame, argument
        seen[event] += 1

    sys.setprofile(note)
    try:
        judged_anew(record, library())
    finally:
        sys.setprofile(None)
    return seen["call"] + seen["c_call"]


def test_twice_as_many_exchanges_cost_twice_as_much() -> None:
    few, some, many = calls(52), calls(520), calls(1040)
    # What one costs beside what it costs to begin.
    each = (some - few) / (520 - 52)
    assert (many - some) / 520 < 1.05 * each


def test_the_same_evidence_is_judged_the_same_again() -> None:
    again = judged_anew(lived(), library())
    assert again == lived()
    assert changes(lived(), again) == ()


@cache
def ran(name: str) -> Record:
    """Return what a run of the mock saw, with a fault unless it is the clean one."""
    history, _ = judgement(Look(name=name))
    header = replace(PLAIN, account_sid=history.account_sid)
    return Record(header=header, exchanges=history.exchanges)


FAULTY = ("clean", "list-one-session-too-few", "reopen-moves-date-created")


@pytest.mark.parametrize("name", FAULTY)
def test_verdicts_are_folded_into_what_they_are_one_by_one(name: str) -> None:
    record, specs = ran(name), library()
    kept = judge_history(
        History(account_sid=record.header.account_sid, exchanges=record.exchanges),
        Plan(
            contract=specs.contract,
            catalogue=specs.catalogue,
            profile=specs.catalogue.profile(record.header.profile),
            account_sid=record.header.account_sid,
            tag=record.header.tag,
        ),
    )
    folded = judged_anew(record, specs)
    assert folded.rulings == kept.rulings
    assert folded.tallies == tallied(kept.verdicts)
    counts = Counter(v.outcome for v in kept.verdicts)
    assert sum(tally.count for tally in folded.tallies) == counts.total()
    assert (counts[Outcome.FAIL] > 0) == (name != "clean")


@pytest.mark.parametrize("name", FAULTY)
def test_two_processes_judge_as_one_does(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "record.ndjson"
    write(path, ran(name))
    record = read(path)
    alone = judged_anew(record, library())
    monkeypatch.setattr("conformance.hindsight.SHARED_FROM", 1)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    assert judged_anew(record, library(), partial(read, path)) == alone


def test_what_is_judged_differently_is_named_with_both_sides() -> None:
    found = {
        change.key: change.sides
        for change in changes(lived(), judged_anew(spoilt(), library()))
    }
    assert found["HTTP-011", "FetchSession"][0] == "pass"
    assert found["HTTP-011", "FetchSession"][1].startswith("fail: ")
    assert all(before != after for before, after in found.values())


def test_a_ruling_that_only_one_of_them_has_is_a_change() -> None:
    first, *others = lived().rulings
    retired = replace(first, requirement="OLD-001")
    before = replace(lived(), rulings=(retired, *others))
    found = {change.key: change.sides for change in changes(before, lived())}
    assert found == {
        first.key: ("not ruled upon", str(first.outcome)),
        ("OLD-001", first.operation): (str(first.outcome), "not ruled upon"),
    }


def test_another_choice_is_a_change_and_another_count_is_none() -> None:
    def chosen(*choices: str, judged: int) -> Record:
        ruling = Ruling(
            requirement="LIST-030",
            operation="ListSession",
            outcome=Outcome.PASS,
            choices=choices,
            judged=judged,
        )
        return Record(header=PLAIN, rulings=(ruling,))

    one = chosen("clamped", judged=1)
    assert changes(one, chosen("clamped", judged=2)) == ()
    (change,) = changes(one, chosen("clamped", "refused", judged=1))
    assert change.sides == ("pass: clamped", "pass: clamped, refused")


def test_a_run_that_was_cut_off_is_judged_and_never_conformant() -> None:
    footer = lived().footer
    assert footer is not None
    assert footer.halted == CUT_OFF
    assert footer.exit is Exit.INCOMPLETE
    assert footer.requests == 207


def test_the_exit_is_the_one_that_the_run_would_give() -> None:
    def code(record: Record) -> Exit:
        footer = judged_anew(record, library()).footer
        assert footer is not None
        return footer.exit

    assert code(spoilt()) is Exit.NON_CONFORMANT
    left = replace(
        FOOTER, left_behind=(Leftover(kind="Session", url="/x"),), waivers=()
    )
    assert code(replace(spoilt(), footer=left)) is Exit.LEFT_BEHIND
    defect = Performed(scene="s", serves=(), defect="scenario raised")
    assert code(replace(spoilt(), performed=(defect,))) is Exit.OUR_ERROR
    broken = {
        ruling.requirement
        for ruling in judged_anew(spoilt(), library()).rulings
        if ruling.outcome is Outcome.FAIL
    }
    waivers = tuple(Waiver(requirement=one, reason="known") for one in broken)
    waived = replace(FOOTER, left_behind=(), waivers=waivers, halted="")
    assert code(replace(spoilt(), footer=waived)) is Exit.INCOMPLETE
    expired = tuple(replace(waiver, state="expired") for waiver in waivers)
    late = replace(waived, waivers=expired)
    assert code(replace(spoilt(), footer=late)) is Exit.NON_CONFORMANT


def test_what_was_absent_stays_skipped() -> None:
    absent = replace(
        FOOTER, left_behind=(), absent={"participants": "no numbers", "messages": "so"}
    )
    again = judged_anew(replace(lived(), footer=absent), library())
    skipped = {r.reason for r in again.rulings if r.outcome is Outcome.SKIP}
    assert skipped == {"no numbers", "so"}


def test_a_profile_that_this_suite_does_not_have_is_refused() -> None:
    strange = replace(lived(), header=replace(PLAIN, profile="vanished"))
    with pytest.raises(CatalogueError, match="no profile 'vanished'"):
        judged_anew(strange, library())


def test_another_way_to_break_it_is_a_change() -> None:
    first = judged_anew(spoilt(), library())
    *exchanges, last = lived().exchanges
    other = replace(lived(), exchanges=(*exchanges, showing(last, b'{"a":NaN}', 200)))
    second = judged_anew(other, library())
    assert outcome(first, "HTTP-011", "FetchSession") is Outcome.FAIL
    found = {change.key: change.sides for change in changes(first, second)}
    assert found["HTTP-011", "FetchSession"] == (
        "fail: not JSON",
        "fail: NaN is not JSON",
    )


def test_the_record_of_a_client_is_not_judged_without_it() -> None:
    record = replace(lived(), header=replace(PLAIN, profile="sdk"))
    with pytest.raises(RecordError, match="judge it again with `conformance gate`"):
        judged_anew(record, library())
