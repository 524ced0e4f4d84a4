from dataclasses import replace
from pathlib import Path

import pytest

from conformance.record import RecordError, Waiver, Writer
from conformance.report import Exit, Level, State, load, past_of
from conformance.report.state import worst
from conformance.report.view import expectation
from conformance.report.view import view as view_of
from conformance.tests.records import FOOTER, HEADER, SCENE, exchange
from conformance.tests.views import FAULTS, SMALL_LIBRARY, failed, other, passed, viewed
from conformance.verdict import Outcome

TTL = failed("CON-001", "FetchSession", "ttl stale", 1, 2)
LISTED = failed("CON-002", "ListSession", "ttl stale", 1, 3)


def test_a_row_is_as_bad_as_the_worst_of_its_operations() -> None:
    view = viewed(
        passed("SID-003", "UpdateSession"),
        other("SID-003", "DeleteSession", Outcome.UNKNOWN, "no control"),
    )
    row = view.by_id["SID-003"]
    assert (row.state, row.reason, row.judged) == (State.UNPROVEN, "no control", 1)
    assert row.cell("UpdateSession") is not None
    assert row.cell("FetchSession") is None


def test_what_the_record_does_not_rule_on_is_unproven() -> None:
    row = viewed(passed("SID-003", "UpdateSession")).by_id["CON-001"]
    assert (row.state, row.reason) == (
        State.UNPROVEN,
        "the record does not rule on it",
    )


def test_nothing_at_all_is_unproven() -> None:
    assert worst(()) is State.UNPROVEN


def test_states_are_told_apart_without_colour_and_named_without_space() -> None:
    assert len({state.mark for state in State}) == len(State)
    assert [state.slug for state in State] == [
        "broken",
        "error",
        "unproven",
        "waived",
        "held",
        "skipped",
    ]


def test_counts_are_by_level_and_each_requirement_once() -> None:
    view = viewed(TTL, passed("CON-002", "ListSession"))
    assert view.counts[Level.MUST][State.BROKEN] == 1
    assert view.counts[Level.MUST][State.HELD] == 1
    assert view.counts[Level.MUST][State.UNPROVEN] == 1
    assert sum(view.counts[Level.OBSERVE].values()) == 1


def test_rows_that_one_fault_trips_are_one_cluster() -> None:
    view = viewed(TTL, LISTED, failed("SID-003", "UpdateSession", "any"))
    two, one = view.clusters
    assert [row.requirement.id for row in two.rows] == ["CON-001", "CON-002"]
    assert two.cause.fault == FAULTS["old-ttl"]
    assert (two.level, two.operations, two.count, two.state) == (
        Level.MUST,
        ("FetchSession", "ListSession"),
        2,
        State.BROKEN,
    )
    assert [row.requirement.id for row in one.rows] == ["SID-003"]
    assert [shown.id for shown in view.findings()] == [
        "CON-001/FetchSession/1",
        "CON-002/ListSession/1",
        "SID-003/UpdateSession/1",
    ]


@pytest.mark.parametrize(("shared", "clusters"), [((1, 2), 1), ((8, 9), 2)])
def test_rows_of_one_area_that_fail_on_the_same_exchanges_are_one_cluster(
    shared: tuple[int, ...], clusters: int
) -> None:
    view = viewed(
        failed("CON-001", "FetchSession", "a", 1, 2),
        failed("CON-002", "ListSession", "b", *shared),
        faults={},
    )
    assert len(view.clusters) == clusters


def test_rows_that_cite_no_exchange_are_not_alike() -> None:
    view = viewed(
        failed("CON-001", "FetchSession", "a"),
        failed("CON-002", "ListSession", "b"),
        faults={},
    )
    assert len(view.clusters) == 2


def test_what_is_waived_comes_last_and_says_so() -> None:
    waived = Waiver(requirement="CON-001", reason="known", state="used")
    expired = Waiver(requirement="CON-002", reason="once", state="expired")
    view = viewed(
        TTL, LISTED, footer=replace(FOOTER, waivers=(waived, expired)), faults={}
    )
    assert [cluster.state for cluster in view.clusters] == [
        State.BROKEN,
        State.WAIVED,
    ]
    assert view.in_state(State.WAIVED) == (view.by_id["CON-001"],)
    assert view.waivers == (waived, expired)


def test_a_must_comes_before_a_should() -> None:
    view = viewed(
        failed("ERR-001", "FetchSession", "a"), failed("CON-002", "ListSession", "b")
    )
    assert [cluster.level for cluster in view.clusters] == [Level.MUST, Level.SHOULD]


def test_proofs_are_the_narrow_faults_first() -> None:
    row = viewed(TTL).by_id["CON-001"]
    assert [fault.name for fault in row.proofs] == ["old-status", "old-ttl"]


def test_a_short_chain_is_shown_whole_and_a_long_one_as_it_was_cited() -> None:
    some = tuple(
        replace(
            exchange(n, "POST", operation="CreateSession", status=201),
            began_ms=n * 10.0,
        )
        for n in range(1, 10)
    )
    listed = replace(exchange(10), began_ms=100.0)
    short = viewed(
        failed("CON-002", "ListSession", "b", 10), exchanges=(*some[:3], listed)
    )
    long = viewed(failed("CON-002", "ListSession", "b", 10), exchanges=(*some, listed))
    (shown,) = short.findings()
    assert [one.number for one in shown.evidence] == [1, 2, 3, 10]
    (shown,) = long.findings()
    assert [one.number for one in shown.evidence] == [10]
    assert "seq 9" in shown.curl


def test_evidence_names_failures_before_passes() -> None:
    view = viewed(
        passed("CON-001", "FetchSession"), failed("CON-001", "FetchSession", "a", 7)
    )
    assert view.evidence["CON-001", "FetchSession"] == (7, 1)


def test_a_finished_run_says_what_it_came_to() -> None:
    view = viewed(TTL)
    assert (view.name, view.exit, view.headline) == (
        "a mock",
        Exit.NON_CONFORMANT,
        "not conformant",
    )
    assert (view.requests, view.seconds) == (FOOTER.requests, FOOTER.seconds)
    assert view.footer is FOOTER
    assert view.excluded[0].id == "OUT-001"


def test_a_run_that_was_cut_off_says_what_had_been_recorded() -> None:
    view = viewed(exchanges=(exchange(1), exchange(500)), footer=None, name="")
    assert (view.exit, view.headline, view.requests, view.seconds) == (
        None,
        "cut off",
        2,
        0.5015,
    )
    assert view.name == "http://127.0.0.1:8000"
    assert view.waivers == ()
    assert viewed(footer=None, name="", target="").name == "recorded traffic"
    assert viewed(footer=None).seconds == 0.0


def test_our_own_errors_and_broken_scenes_are_told_once() -> None:
    view = viewed(
        other("SID-003", "UpdateSession", Outcome.ERROR, "check raised"),
        performed=(SCENE, replace(SCENE, gave_up="", defect="")),
    )
    assert view.errors == ("check raised", "scenario raised")
    assert view.troubled == (SCENE,)
    assert view.in_state(State.ERROR) == (view.by_id["SID-003"],)


def test_an_error_that_belongs_to_no_row_is_no_row() -> None:
    view = viewed(other("", "", Outcome.ERROR, "check raised"))
    assert "" not in view.by_id
    assert view.errors == ("check raised",)


def test_a_profile_that_is_gone_binds_as_the_catalogue_does() -> None:
    view = viewed(TTL)
    header = replace(view.header, profile="gone")
    record = replace(view.record, header=header)
    again = view_of(record, SMALL_LIBRARY, FAULTS)
    assert again.counts == view.counts


def test_choices_are_those_of_all_operations() -> None:
    view = viewed(
        passed("LIST-030", "ListSession", choice="refused"),
        passed("LIST-030", "ListSession", choice="clamped"),
    )
    assert view.by_id["LIST-030"].choices == ("clamped", "refused")


def test_the_past_of_traffic_is_aimed_at_the_live_service() -> None:
    assert past_of(viewed(target="").record).target == "https://proxy.twilio.com"


@pytest.mark.parametrize(
    ("reason", "both"),
    [
        ("expected 404, observed 200", ("404", "200")),
        ("no such words", ("", "no such words")),
        ("hoped for 404, observed 200", ("", "hoped for 404, observed 200")),
    ],
)
def test_a_reason_is_what_was_expected_and_what_was_observed(
    reason: str, both: tuple[str, str]
) -> None:
    assert expectation(reason) == both


def test_a_record_is_loaded_from_its_file_or_its_folder(tmp_path: Path) -> None:
    with Writer(tmp_path / "record.ndjson", HEADER):
        pass
    assert load(tmp_path).name == "a mock"
    assert load(tmp_path / "record.ndjson", name="ours").name == "ours"
    with pytest.raises(RecordError, match="cannot read"):
        load(tmp_path / "nowhere")
