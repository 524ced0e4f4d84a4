"""Laws of following a Session: what it may show, and what contradicts it."""

from dataclasses import replace
from typing import Any

import pytest

from conformance.checks.consistency import CHECKS
from conformance.exchange import Credentials, Exchange, Role
from conformance.tests.histories import (
    INTERACTION,
    PARTICIPANT,
    SERVICE,
    SESSION,
    WORLD,
    answered,
    evidence,
    page,
)
from conformance.tests.lives import (
    CLOSED,
    OTHER_SERVICE,
    OTHER_SESSION,
    at,
    create,
    date,
    delete,
    fetch,
    joined,
    listed,
    removed,
    said,
    shown,
    update,
)
from conformance.tests.verdicts import choices, failures, verdicts
from conformance.verdict import Outcome

TTL = {"Ttl": "1800"}


def found(*exchanges: Exchange) -> set[tuple[str, str, str]]:
    return failures(evidence(*exchanges), CHECKS)


def passed(*exchanges: Exchange) -> set[str]:
    seen = verdicts(evidence(*exchanges), CHECKS)
    return {v.requirement for v in seen if v.outcome is Outcome.PASS}


def test_a_fetch_agrees_with_the_create_it_follows() -> None:
    assert found(create(), fetch()) == set()
    assert passed(create(), fetch()) >= {"CON-001", "CON-003"}


@pytest.mark.parametrize(
    ("changes", "symptom"),
    [
        ({"ttl": 0}, "ttl changed"),
        ({"date_expiry": date(9)}, "date_expiry changed"),
        ({"date_started": date(9)}, "date_started changed"),
        ({"closed_reason": "no"}, "closed_reason changed"),
        ({"status": "in-progress"}, "status changed"),
    ],
)
def test_a_fetch_that_shows_another_value_is_named(
    changes: dict[str, Any], symptom: str
) -> None:
    assert found(create(), fetch(**changes)) == {("CON-001", "FetchSession", symptom)}


def test_a_fetch_that_shows_the_value_of_before_is_stale() -> None:
    life = create(), fetch(), update(TTL, ttl=1800), fetch()
    assert found(*life) == {("CON-001", "FetchSession", "ttl stale")}


def test_a_stale_fetch_is_told_once_and_spoils_nothing_else() -> None:
    old = {"date_updated": date(0)}
    new = {"ttl": 1800, "date_updated": date(5)}
    life = (
        create(),
        at(5, update(TTL, **new)),
        at(9, fetch(**old)),
        at(10, fetch(**new)),
        at(11, fetch(**old)),
        at(12, update(TTL, ttl=1800, date_updated=date(12))),
        at(13, fetch(ttl=1800, date_updated=date(12))),
    )
    assert found(*life) == {("CON-001", "FetchSession", "ttl stale")}


@pytest.mark.parametrize(
    "changes",
    [
        {"ttl": 3600.0},
        {"closed_reason": ""},
        {"date_created": "2026-03-01T12:00:00.900Z"},
        {"date_updated": "2026-03-01T13:00:00+01:00"},
        {"url": "http://elsewhere/", "links": None, "extra": 1},
    ],
)
def test_another_spelling_of_a_value_is_the_same_value(changes: dict[str, Any]) -> None:
    assert found(create(), fetch(**changes)) == set()


@pytest.mark.parametrize(
    "changes",
    [
        {"ttl": "3600"},
        {"ttl": True},
        {"ttl": 0.5},
        {"status": None},
        {"status": "Open"},
        {"mode": 7},
        {"unique_name": 7},
        {"date_expiry": "soon"},
        {"date_started": "2026-03-01T12:00:00"},
        {"date_created": None},
        {"closed_reason": []},
    ],
)
def test_a_value_of_another_form_is_for_other_requirements(
    changes: dict[str, Any],
) -> None:
    assert found(create(), fetch(**changes), fetch()) == set()


def test_either_what_was_sent_or_what_was_answered_may_be_shown() -> None:
    told = update({"Ttl": "1800"}, ttl=99)
    assert found(create(), told, fetch(ttl=1800)) == set()
    assert found(create(), told, fetch(ttl=99)) == set()
    assert found(create(), told, fetch(ttl=5)) != set()


def test_a_list_shows_a_session_as_a_fetch_does() -> None:
    assert found(create(), listed(shown())) == set()
    assert passed(create(), listed(shown())) == {"CON-002"}


@pytest.mark.parametrize(
    ("changes", "symptom"),
    [({"ttl": 0}, "ttl changed"), ({"unique_name": None}, "unique_name moved")],
)
def test_what_a_list_alone_shows_otherwise_is_the_list_s_fault(
    changes: dict[str, Any], symptom: str
) -> None:
    life = create(), fetch(), listed(shown(**changes)), fetch()
    assert found(*life) == {("CON-002", "ListSession", symptom)}


def test_a_session_is_found_until_it_is_deleted() -> None:
    lost = {("CON-003", "FetchSession", "not found")}
    assert found(create(), fetch(answer=404), fetch(answer=404)) == lost
    life = create(), update(TTL, answer=404)
    assert found(*life) == {("CON-003", "UpdateSession", "not found")}


@pytest.mark.parametrize(
    "missing",
    [
        fetch(answer=404, service=OTHER_SERVICE),
        fetch(answer=404, sid=SESSION[:2] + SESSION[2:].replace("2", "%32")),
        answered(
            replace(WORLD.call("FetchSession", Sid=SESSION), query="a=b"), 404, {}
        ),
        answered(
            WORLD.call("FetchSession", Sid=SESSION),
            404,
            {},
            credentials=Credentials.NONE,
        ),
    ],
)
def test_a_session_addressed_strangely_may_be_missed(missing: Exchange) -> None:
    assert found(create(), missing) == set()


def test_a_session_nobody_saw_created_may_be_others_to_change() -> None:
    life = fetch(), fetch(ttl=0, unique_name="m", status="closed"), fetch(answer=404)
    assert found(*life) == set()
    back = at(5, fetch(date_updated=date(5))), at(9, fetch())
    assert found(*back) == {("CON-006", "FetchSession", "date_updated went back")}


@pytest.mark.parametrize("field", ["unique_name", "mode"])
def test_name_and_mode_never_move(field: str) -> None:
    moved = {field: "message-only"}
    life = create(), update(TTL, ttl=1800, **moved), fetch(ttl=1800, **moved)
    assert found(*life) == {("CON-004", "UpdateSession", f"{field} moved")}
    life = create(), update(TTL, ttl=1800), fetch(ttl=1800, **moved)
    assert found(*life) == {("CON-004", "FetchSession", f"{field} moved")}
    assert "CON-004" in passed(create(), update(TTL, ttl=1800), fetch(ttl=1800))


def test_a_name_or_mode_that_was_sent_may_move() -> None:
    form = {"UniqueName": "m", "Mode": "message-only"}
    new = {"unique_name": "m", "mode": "message-only"}
    assert found(create(), update(form, **new), fetch(**new)) == set()
    assert found(create(), update(form), fetch()) == set()
    twice = [("UniqueName", "m"), ("UniqueName", "o")]
    assert found(create(), update(twice, unique_name="o")) == set()


def test_date_created_never_moves() -> None:
    moved = {"ttl": 1800, "date_created": date(5), "date_updated": date(5)}
    life = create(), at(5, update(TTL, **moved))
    assert found(*life) == {("CON-005", "UpdateSession", "date_created moved")}
    kept = {"ttl": 1800, "date_updated": date(5)}
    assert "CON-005" in passed(create(), at(5, update(TTL, **kept)))
    assert "CON-005" not in passed(create(), update(TTL, ttl=1800))


@pytest.mark.parametrize(
    ("name", "requirements"),
    [
        ("date_created", {"CON-005"}),
        ("date_updated", {"CON-006", "CON-007", "CON-008"}),
    ],
)
def test_a_date_that_is_always_null_never_moves(
    name: str, requirements: set[str]
) -> None:
    null = {name: None}
    born, kept = create(**null), fetch(ttl=1800, **null)
    life = born, update(TTL, ttl=1800, **null), kept
    assert requirements <= passed(*life)
    assert passed(*life) == passed(*life, kept)
    # What was not updated, or shows a date elsewhere, says nothing.
    assert requirements.isdisjoint(passed(born, fetch(**null)))
    dated = create(), update(TTL, ttl=1800, **null), kept
    assert requirements.isdisjoint(passed(*dated))


def test_date_updated_never_goes_back() -> None:
    back = {"ttl": 1800, "date_updated": date(-5)}
    life = create(), update(TTL, **back), fetch(ttl=1800)
    assert found(*life) == {("CON-006", "UpdateSession", "date_updated went back")}


def test_date_updated_stays_while_nothing_is_written() -> None:
    moved = {"date_updated": date(5)}
    life = create(), at(5, fetch(**moved)), at(9, fetch(date_updated=date(9)))
    symptom = "date_updated moved without a write"
    assert found(*life) == {("CON-007", "FetchSession", symptom)}
    assert "CON-007" in passed(create(), at(5, fetch()))
    assert "CON-007" not in passed(create(), fetch())


def test_date_updated_moves_with_a_change_a_second_later() -> None:
    life = create(), at(5, update(TTL, ttl=1800))
    assert found(*life) == {("CON-008", "UpdateSession", "date_updated did not move")}
    same = create(), at(5, update({"Ttl": "3600"}))
    assert found(*same) == set()
    moved = {"ttl": 1800, "date_updated": date(5)}
    assert "CON-008" in passed(create(), at(5, update(TTL, **moved)))
    undated = at(5, update(TTL, ttl=1800, date_updated=None))
    assert found(create(), undated) == set()


def test_an_update_of_another_session_leaves_this_one() -> None:
    mine = create(), create(sid=OTHER_SESSION)
    other = update(TTL, sid=OTHER_SESSION, ttl=1800)
    assert "CON-009" in passed(*mine, other, fetch())
    spilt = found(*mine, other, fetch(ttl=1800))
    assert spilt == {("CON-009", "UpdateSession", "ttl changed")}
    spilt = found(*mine, other, listed(shown(ttl=1800)))
    assert spilt == {("CON-009", "UpdateSession", "ttl changed")}
    changed = found(*mine, other, fetch(ttl=7))
    assert changed == {("CON-001", "FetchSession", "ttl changed")}


def elsewhere(operation: str, status: int, role: Role) -> Exchange:
    form = TTL if operation == "UpdateSession" else None
    service = OTHER_SERVICE if role is Role.SPOILT else SERVICE
    probe = WORLD.call(operation, Sid=SESSION, form=form, service=service)
    body = shown() if status == 200 else {}
    return answered(
        probe, status, body, role=role, pair=operation, scene="another-service/x"
    )


@pytest.mark.parametrize("operation", ["FetchSession", "UpdateSession"])
@pytest.mark.parametrize(
    ("spoilt", "control", "outcome", "choice"),
    [
        (404, 200, Outcome.PASS, "404"),
        (403, 200, Outcome.PASS, "403"),
        (400, 200, Outcome.PASS, "400"),
        (409, 200, Outcome.PASS, "another refusal"),
        (200, 200, Outcome.FAIL, ""),
        (404, 404, Outcome.UNKNOWN, ""),
        (0, 200, Outcome.UNKNOWN, ""),
        (500, 500, Outcome.UNKNOWN, ""),
    ],
)
def test_a_session_is_reached_through_its_own_service(
    operation: str, spoilt: int, control: int, outcome: Outcome, choice: str
) -> None:
    seen = evidence(
        elsewhere(operation, spoilt, Role.SPOILT),
        elsewhere(operation, control, Role.CONTROL),
    )
    assert [v.outcome for v in verdicts(seen, CHECKS, "CON-010")] == [outcome]
    chosen = {(operation, choice)} if choice else set()
    assert choices(seen, CHECKS, "CON-012") == chosen


def test_without_a_sid_nothing_was_sent_elsewhere() -> None:
    nowhere = WORLD.call("FetchSession", Sid="", service="")
    spoilt, control = (
        answered(nowhere, 200, {}, role=role, pair="x", scene="another-service/x")
        for role in (Role.SPOILT, Role.CONTROL)
    )
    assert verdicts(evidence(spoilt, control), CHECKS, "CON-010") == []


def test_only_what_addresses_a_session_is_judged_elsewhere() -> None:
    lists = WORLD.call("ListSession")
    both = [
        answered(lists, 200, {}, role=role, pair="x", scene="another-service/x")
        for role in (Role.SPOILT, Role.CONTROL)
    ]
    assert verdicts(evidence(*both), CHECKS) == []


def test_what_is_refused_under_another_service_changes_nothing() -> None:
    spoilt = update(TTL, answer=404, service=OTHER_SERVICE)
    changed = found(create(), spoilt, fetch(ttl=1800))
    assert changed == {("CON-011", "UpdateSession", "ttl changed by a refused update")}
    late = found(create(), spoilt, update({"Status": "closed"}, ttl=1800, **CLOSED))
    assert late == {("CON-011", "UpdateSession", "ttl changed")}
    gone = found(create(), delete(answer=404, service=OTHER_SERVICE), fetch(answer=404))
    assert gone == {("CON-011", "DeleteSession", "deleted by a refused delete")}


def test_harmlessness_elsewhere_counts_beside_what_works_here() -> None:
    spoilt = (
        update(TTL, answer=404, service=OTHER_SERVICE),
        delete(answer=404, service=OTHER_SERVICE),
    )
    whole = create(), *spoilt, fetch(), update(TTL, ttl=1800), delete()
    seen = verdicts(evidence(*whole), CHECKS, "CON-011")
    assert {v.operation for v in seen} == {"UpdateSession", "DeleteSession"}
    assert verdicts(evidence(create(), *spoilt, fetch()), CHECKS, "CON-011") == []


def test_what_is_accepted_under_another_service_leaves_it_open() -> None:
    life = create(), update(TTL, service=OTHER_SERVICE, ttl=1800), fetch(ttl=1800)
    assert found(*life) == set()
    gone = delete(service=OTHER_SERVICE), fetch(answer=404), fetch(answer=404)
    assert found(create(), *gone) == set()


def test_an_update_leaves_alone_what_it_was_not_sent() -> None:
    closing = {"Status": "closed"}
    life = create(), fetch(), update(closing, ttl=0, **CLOSED)
    assert found(*life) == {("UPD-001", "UpdateSession", "ttl changed")}
    used = {"ttl": 1800, "date_last_interaction": date(0)}
    life = create(), fetch(), update(TTL, **used)
    assert found(*life) == {
        ("UPD-001", "UpdateSession", "date_last_interaction changed")
    }
    assert "UPD-001" in passed(create(), update(closing, **CLOSED))
    plain = create({}, ttl=0), update(TTL, ttl=1800)
    assert "UPD-001" not in passed(*plain)


def test_an_update_that_shows_what_was_never_confirmed_is_left_open() -> None:
    life = create(), update(TTL, ttl=1800), update({"Status": "closed"}, **CLOSED)
    assert found(*life) == set()


def test_a_change_of_status_may_move_dates_and_reopening_the_expiry() -> None:
    expiry = {"date_expiry": date(7200)}
    born = create({"Ttl": "3600", "DateExpiry": date(7200)}, **expiry)
    closed = update({"Status": "closed"}, **CLOSED, **expiry)
    reopened = {"status": "in-progress", "date_started": date(0)}
    again = update({"Status": "in-progress"}, **reopened)
    assert found(born, closed, again, fetch(**reopened)) == set()


def test_a_ttl_may_move_the_date_that_is_derived_from_it() -> None:
    derived = {"ttl": 1800, "date_expiry": date(1800)}
    life = create(date_expiry=date(3600)), update(TTL, **derived), fetch(**derived)
    assert found(*life) == set()


def test_a_refused_update_changes_nothing() -> None:
    bad = update({"Ttl": "1111", "Status": "shut"}, answer=400)
    ok = update(TTL, ttl=1800)
    life = create(), ok, fetch(ttl=1800), bad
    symptom = "ttl changed by a refused update"
    assert found(*life, fetch(ttl=1111)) == {("UPD-002", "UpdateSession", symptom)}
    dropped = "date_expiry changed by a refused update"
    other = fetch(ttl=1800, date_expiry=date(9))
    assert found(*life, other) == {("UPD-002", "UpdateSession", dropped)}
    listing = listed(shown(ttl=1111))
    assert found(*life, listing) == {("UPD-002", "UpdateSession", symptom)}
    assert "UPD-002" in passed(*life, fetch(ttl=1800))
    assert "UPD-002" not in passed(create(), bad, fetch())


def test_a_refused_update_closes_nothing() -> None:
    bad = update({"Status": "closed", "Ttl": "soon"}, answer=400)
    life = create(), update(TTL, ttl=1800), fetch(ttl=1800), bad
    seen = found(*life, fetch(ttl=1800, **CLOSED))
    symptom = "status changed by a refused update"
    assert seen == {("UPD-002", "UpdateSession", symptom)}
    late = found(*life, update({"Ttl": "900"}, ttl=900, **CLOSED))
    assert ("UPD-002", "UpdateSession", "status changed") in late


@pytest.mark.parametrize("status", [0, 401, 415, 429, 500, 302])
def test_a_write_without_a_plain_answer_may_be_done_or_not(status: int) -> None:
    unclear = update({"Ttl": "1800"}, answer=status)
    assert found(create(), unclear, fetch()) == set()
    assert found(create(), unclear, fetch(ttl=1800)) == set()


def test_a_write_that_was_not_answered_may_be_done_later() -> None:
    silent = update({"Status": "closed"}, answer=0)
    assert found(create(), silent, fetch(), fetch(**CLOSED), fetch()) == set()
    life = create(), delete(answer=0), fetch(), fetch(answer=404), fetch(answer=404)
    assert found(*life) == set()
    assert found(*life, delete(answer=404)) == set()


@pytest.mark.parametrize("status", [401, 500])
def test_a_delete_without_a_plain_answer_may_be_done_or_not(status: int) -> None:
    unclear = delete(answer=status)
    assert found(create(), unclear, fetch()) == set()
    assert found(create(), unclear, fetch(answer=404), fetch(answer=404)) == set()


def test_what_overlaps_a_write_is_not_judged() -> None:
    slow = at(5, update(TTL, ttl=1800, date_updated=date(5)), took_s=3)
    before = at(4, fetch(ttl=7), took_s=2)
    during = at(6, fetch(ttl=7))
    after = at(9, fetch(ttl=1800, date_updated=date(5)))
    assert found(create(), before, slow, during, after) == set()
    both = at(5, update({"Ttl": "7"}, ttl=7), took_s=3)
    assert found(create(), slow, both, at(9, fetch(ttl=1800))) == set()
    gone = at(5, delete(), took_s=1), at(5, delete(answer=404), took_s=1)
    assert found(create(), *gone, at(9, fetch(answer=404))) == set()
    refused = at(5, update(TTL, answer=404), took_s=1)
    assert found(create(), at(5, delete(), took_s=1), refused) == set()


def test_a_body_that_is_no_form_may_mean_anything() -> None:
    probe = WORLD.call("UpdateSession", Sid=SESSION)
    json = replace(probe, body=b'{"Ttl": 7}', headers=(("Content-Type", "a/json"),))
    changed = shown(ttl=7, mode="message-only")
    assert found(create(), answered(json, 200, changed)) == set()


def test_a_session_that_may_have_expired_may_be_closed() -> None:
    short = create({"Ttl": "2"}, ttl=2)
    over = {"ttl": 2, "date_updated": date(2), **CLOSED}
    assert found(short, at(2, fetch(**over))) == set()
    dated = create({"DateExpiry": date(2)}, ttl=0, date_expiry=date(2))
    over = {"ttl": 0, "date_expiry": date(2), **CLOSED}
    assert found(dated, at(2, fetch(**over)), at(3, fetch(**over))) == set()


@pytest.mark.parametrize(
    "born",
    [
        create({}, ttl=0),
        create(ttl=0, date_expiry="soon"),
        create(
            {"DateExpiry": date(99)},
            date_expiry=date(99),
            date_created=None,
            date_updated=None,
        ),
        create(ttl=None),
    ],
)
def test_a_lifetime_that_is_not_known_may_be_over(born: Exchange) -> None:
    seen = {"ttl": None, "date_expiry": "soon", "date_created": None}
    assert found(born, fetch(**CLOSED, **seen)) == set()


def test_without_date_created_the_first_date_updated_tells_the_time() -> None:
    dated = create({"DateExpiry": date(99)}, date_expiry=date(99), date_created=None)
    over = fetch(date_expiry=date(99), date_created=None, **CLOSED)
    early = {("EXP-003", "FetchSession", "closed before its DateExpiry")}
    assert found(dated, at(50, over)) == early
    assert found(dated, at(99, over)) == set()


def test_a_date_expiry_that_a_reopening_drops_leaves_the_date_to_the_ttl() -> None:
    closed = update({"Status": "closed"}, **CLOSED)
    form = {"Status": "in-progress", "DateExpiry": date(9999)}
    derived = {"ttl": 3600, "status": "in-progress", "date_expiry": date(3600)}
    shorter = update(TTL, ttl=1800, status="in-progress", date_expiry=date(1800))
    assert found(create(), closed, update(form, **derived), shorter) == set()
    kept = update(form, status="in-progress", date_expiry=date(9999))
    moved = {("UPD-001", "UpdateSession", "date_expiry changed")}
    assert found(create(), closed, kept, shorter) == moved


def test_an_update_that_meets_an_expired_session_need_not_move_its_date() -> None:
    over = {"ttl": 2, **CLOSED}
    life = create({"Ttl": "2"}, ttl=2), at(5, update({}, **over))
    assert found(*life) == set()


def test_an_empty_date_expiry_leaves_the_date_to_the_ttl() -> None:
    born = create({"DateExpiry": ""}, ttl=0)
    derived = {"ttl": 1800, "date_expiry": date(1800)}
    assert found(born, update(TTL, **derived), fetch(**derived)) == set()


def test_a_session_is_not_closed_before_its_ttl() -> None:
    early = {("EXP-002", "FetchSession", "closed before its Ttl")}
    assert found(create(), fetch(**CLOSED)) == early
    assert found(create(), listed(shown(**CLOSED))) == early
    assert "EXP-002" in passed(create(), at(5, fetch()))
    assert "EXP-002" not in passed(create(), at(2, fetch()))


def test_a_session_that_never_ends_is_not_closed() -> None:
    life = create({"Ttl": "0"}, ttl=0), fetch(ttl=0, **CLOSED)
    assert found(*life) == {("CON-001", "FetchSession", "status changed")}


def test_a_session_is_not_closed_before_its_date_expiry() -> None:
    expiry = {"ttl": 1, "date_expiry": date(3600)}
    born = create({"Ttl": "1", "DateExpiry": date(3600)}, **expiry)
    early = {("EXP-003", "FetchSession", "closed before its DateExpiry")}
    assert found(born, at(4, fetch(**expiry, **CLOSED))) == early
    assert "EXP-003" in passed(born, at(4, fetch(**expiry)))
    assert "EXP-003" not in passed(born, at(1, fetch(**expiry)))


def test_an_interaction_starts_the_ttl_again() -> None:
    used = {"ttl": 5, "status": "in-progress", "date_last_interaction": date(3)}
    life = create({"Ttl": "5"}, ttl=5), joined(), at(3, said())
    early = {("EXP-006", "FetchSession", "closed though used since")}
    assert found(*life, at(5.6, fetch(**used | CLOSED))) == early
    assert "EXP-006" in passed(*life, at(5.6, fetch(**used)))
    assert "EXP-006" not in passed(*life, at(4, fetch(**used)))
    # A date_expiry that nobody sent may show when the Ttl would have passed.
    dated = create({"Ttl": "5"}, ttl=5, date_expiry=date(5)), joined(), at(3, said())
    assert "EXP-006" in passed(*dated, at(5.6, fetch(**used, date_expiry=date(8))))
    sooner = {("EXP-002", "FetchSession", "closed before its Ttl")}
    assert found(*life, at(3.1, fetch(**used | CLOSED))) == sooner


def test_a_session_with_participants_may_be_used_at_any_time() -> None:
    use = {
        "status": "in-progress",
        "date_started": date(5),
        "date_last_interaction": date(5),
        "date_updated": date(5),
        "date_expiry": date(3605),
    }
    assert found(create(), joined(), fetch(), at(5, fetch(**use))) == set()
    peopled = create({"Ttl": "3600", "Participants": "{}"})
    assert found(peopled, at(5, fetch(**use))) == set()
    assert found(create(), said(answer=0), at(5, fetch(**use))) == set()


def test_what_is_refused_below_a_session_is_no_event() -> None:
    life = create(), joined(answer=400), fetch()
    assert found(*life) == set()
    assert (
        found(create(), said(answer=404), at(5, fetch(date_updated=date(5)))) != set()
    )


def test_leaving_may_close_a_session() -> None:
    life = create(), joined(), fetch(), removed(), fetch(**CLOSED)
    assert found(*life) == set()


def test_a_deleted_session_is_gone() -> None:
    life = create(), fetch(), update(TTL, ttl=1800), delete()
    gone = fetch(answer=404), update(TTL, answer=404), delete(answer=404)
    assert found(*life, *gone) == set()
    assert passed(*life, *gone) >= {"DEL-001", "DEL-002", "DEL-003", "DEL-010"}
    assert "DEL-001" not in passed(create(), delete(), fetch(answer=404))


@pytest.mark.parametrize(
    ("after", "failure"),
    [
        (fetch(), ("DEL-001", "FetchSession", "a success")),
        (fetch(answer=410), ("DEL-001", "FetchSession", "another refusal")),
        (update(TTL), ("DEL-002", "UpdateSession", "a success")),
        (update(TTL, answer=400), ("DEL-002", "UpdateSession", "another refusal")),
        (delete(), ("DEL-003", "DeleteSession", "a success")),
        (delete(answer=409), ("DEL-003", "DeleteSession", "another refusal")),
    ],
)
def test_a_deleted_session_that_answers_is_named(
    after: Exchange, failure: tuple[str, str, str]
) -> None:
    assert found(create(), fetch(), delete(), after) == {failure}


@pytest.mark.parametrize(
    "after",
    [
        fetch(answer=401),
        fetch(answer=500),
        update({"Ttl": "soon"}, answer=400),
        update({"Status": "closed"}, answer=400),
        fetch(service=OTHER_SERVICE),
        delete(answer=0),
        listed(shown()),
    ],
)
def test_not_every_answer_tells_of_a_deleted_session(after: Exchange) -> None:
    assert found(create(), fetch(), delete(), after) == set()


def test_an_update_of_a_deleted_session_elsewhere_tells_nothing() -> None:
    strange = (
        update(TTL, service=OTHER_SERVICE),
        update(TTL, answer=404, service=OTHER_SERVICE),
    )
    assert found(create(), delete(), *strange) == set()


@pytest.mark.parametrize("status", [400, 404, 409])
def test_a_session_that_cannot_be_deleted_is_named(status: int) -> None:
    seen = found(create(), delete(answer=status))
    assert seen == {("DEL-010", "DeleteSession", "open refused")}
    strange = delete(answer=status, service=OTHER_SERVICE)
    assert found(create(), strange) == set()


def test_a_delete_takes_no_other_session() -> None:
    mine = create(), fetch(), create(sid=OTHER_SESSION)
    other = delete(sid=OTHER_SESSION)
    assert "DEL-008" in passed(*mine, other, fetch())
    lost = {("DEL-008", "DeleteSession", "not found")}
    assert found(*mine, other, fetch(answer=404)) == lost
    assert found(*mine, other, update(TTL, answer=404)) == lost


def test_a_delete_takes_no_session_of_another_service() -> None:
    mine = create(), fetch(), create(sid=OTHER_SESSION, service=OTHER_SERVICE)
    other = delete(sid=OTHER_SESSION, service=OTHER_SERVICE)
    assert "DEL-009" in passed(*mine, other, fetch())
    lost = {("DEL-009", "DeleteSession", "not found")}
    assert found(*mine, other, fetch(answer=404)) == lost


@pytest.mark.parametrize(
    ("service", "answer", "lost"),
    [(SERVICE, 204, False), (SERVICE, 404, True), (SERVICE.lower(), 204, True)],
)
def test_a_delete_of_no_sid_that_is_accepted_may_take_any_at_home(
    service: str,
    answer: int,
    lost: bool,  # noqa: FBT001  a column of the table
) -> None:
    spoilt = delete(sid="KC1", service=service, answer=answer)
    told = ("CON-003", "FetchSession", "not found")
    assert (told in found(create(), spoilt, fetch(answer=404))) is lost


def test_removing_a_participant_takes_no_session() -> None:
    life = create(), joined(), fetch(), removed()
    assert "DEL-012" in passed(*life, fetch())
    lost = {("DEL-012", "DeleteParticipant", "not found")}
    assert found(*life, fetch(answer=404)) == lost


def service_deleted(status: int) -> Exchange:
    return answered(WORLD.call("DeleteService", Sid=SERVICE), status, b"")


@pytest.mark.parametrize("status", [204, 500, 401, 0])
def test_a_session_whose_service_was_deleted_may_be_gone(status: int) -> None:
    other = create(sid=OTHER_SESSION, service=OTHER_SERVICE)
    life = create(), other, service_deleted(status)
    assert found(*life, fetch(answer=404), fetch(answer=404)) == set()
    assert found(*life, fetch()) == set()
    other_lost = fetch(answer=404, sid=OTHER_SESSION, service=OTHER_SERVICE)
    assert found(*life, other_lost) != set()


def test_a_session_whose_service_was_not_deleted_is_there() -> None:
    lost = {("CON-003", "FetchSession", "not found")}
    assert found(create(), service_deleted(404), fetch(answer=404)) == lost


def test_another_session_in_an_answer_is_not_this_one() -> None:
    wrong = shown(sid=OTHER_SESSION, ttl=7)
    seen = answered(WORLD.call("FetchSession", Sid=SESSION), 200, wrong)
    changed = answered(WORLD.call("UpdateSession", Sid=SESSION, form=TTL), 200, wrong)
    assert found(create(), seen, changed, fetch(ttl=1800)) == set()


def test_a_session_may_be_named_otherwise_than_by_its_sid() -> None:
    named = answered(WORLD.call("FetchSession", Sid="n"), 200, shown(ttl=7))
    assert found(create(), named) == {("CON-001", "FetchSession", "ttl changed")}
    spoilt = f"{SESSION}%0A"
    cut = answered(WORLD.call("UpdateSession", Sid=spoilt, form=TTL), 200, shown(ttl=7))
    assert found(create(), cut, fetch(ttl=7)) == set()
    gone = answered(WORLD.call("DeleteSession", Sid=spoilt), 204, b"")
    assert found(create(), gone, fetch(answer=404)) == set()
    elsewhere = delete(sid="KC0", service=OTHER_SERVICE)
    unknown = delete(sid="KC" + "0" * 32), delete(sid="KC0", answer=404)
    lost = {("CON-003", "FetchSession", "not found")}
    assert found(create(), elsewhere, *unknown, fetch(answer=404)) == lost


def test_a_session_with_a_malformed_sid_cannot_be_followed() -> None:
    born = create(sid=f"{SESSION}\n")
    assert found(born, fetch(sid=f"{SESSION}\n", answer=404)) == set()


def test_a_refused_create_and_an_unknown_path_tell_nothing() -> None:
    probe = replace(WORLD.call("ListSession"), path="/v2/elsewhere")
    life = create(answer=400), answered(probe, 200, {}), fetch(answer=404)
    assert found(*life) == set()
    unseen = delete(answer=404), update(TTL, answer=404), said(), delete()
    assert found(*unseen) == set()
    lists = answered(WORLD.call("ListSession"), 200, {"sessions": [{"sid": 1}]})
    assert found(create(), lists) == set()


def test_what_is_read_again_and_again_is_told_once() -> None:
    reads = [at(seconds, fetch()) for seconds in (0.1, 0.2, 3, 5, 6)]
    lists = [at(7, listed(shown())), at(8, listed(shown()))]
    seen = verdicts(evidence(create(), *reads, *lists), CHECKS)
    told = [(v.requirement, v.operation, v.subject) for v in seen]
    assert len(told) == len(set(told))
    assert {"CON-001", "CON-002", "CON-003", "CON-007", "EXP-002"} <= {
        v.requirement for v in seen
    }
    closed = [fetch(**CLOSED), fetch(**CLOSED)]
    assert found(create(), update({"Status": "closed"}, **CLOSED), *closed) == set()


def test_a_read_of_an_interaction_is_no_act_on_a_session() -> None:
    probe = WORLD.call("FetchInteraction", SessionSid=SESSION, Sid=INTERACTION)
    assert found(create(), answered(probe, 200, {}), at(5, fetch())) == set()


def test_evidence_is_the_smallest_chain() -> None:
    seen = verdicts(evidence(create(), fetch(ttl=7)), CHECKS, "CON-001")
    assert [v.evidence for v in seen] == [(1, 2)]
    bad = update({"Ttl": "1111", "Status": "shut"}, answer=400)
    seen = verdicts(evidence(create(), bad, fetch(ttl=1111)), CHECKS, "UPD-002")
    assert [v.evidence for v in seen] == [(1, 2, 3)]


def participant_under(
    operation: str, status: int, role: Role, *sids: str, defect: str = ""
) -> Exchange:
    fetched = operation == "FetchParticipant"
    fetch_one = WORLD.call(operation, SessionSid=SESSION, Sid=PARTICIPANT)
    probe = fetch_one if fetched else WORLD.call(operation, SessionSid=SESSION)
    one = {"sid": sids[0]} if sids else {}
    many = page(*({"sid": sid} for sid in sids), key="participants")
    body = one if fetched else many
    about = {"scene": "another-parent/x", "pair": operation, "defect": defect}
    return answered(probe, status, body, role=role, **about)


@pytest.mark.parametrize(
    ("operation", "status", "sids", "control", "outcome"),
    [
        ("FetchParticipant", 404, (), 200, Outcome.PASS),
        ("FetchParticipant", 400, (), 200, Outcome.PASS),
        ("FetchParticipant", 200, (PARTICIPANT,), 200, Outcome.FAIL),
        ("FetchParticipant", 200, (PARTICIPANT.upper(),), 200, Outcome.FAIL),
        ("FetchParticipant", 404, (), 404, Outcome.UNKNOWN),
        ("FetchParticipant", 500, (), 200, Outcome.UNKNOWN),
        ("ListParticipant", 200, (), 200, Outcome.PASS),
        ("ListParticipant", 404, (), 200, Outcome.PASS),
        ("ListParticipant", 200, ("KP1", PARTICIPANT), 200, Outcome.FAIL),
    ],
)
def test_a_participant_is_reached_where_it_belongs(
    operation: str, status: int, sids: tuple[str, ...], control: int, outcome: Outcome
) -> None:
    defect = "another-service"
    seen = evidence(
        participant_under(operation, status, Role.SPOILT, *sids, defect=defect),
        participant_under(operation, control, Role.CONTROL, PARTICIPANT),
    )
    found = verdicts(seen, CHECKS, "CON-013")
    assert [(v.operation, v.outcome) for v in found] == [(operation, outcome)]


def test_an_update_that_sets_a_passed_date_may_close_a_session() -> None:
    form = {"DateExpiry": date(-3600)}
    about = {**CLOSED, "closed_reason": "expired", "date_expiry": date(-3600)}
    assert found(create(), update(form, **about)) == set()
    ahead = {"DateExpiry": date(3600)}
    early = update(ahead, **{**about, "date_expiry": date(3600)})
    assert ("UPD-001", "UpdateSession", "status changed") in found(create(), early)
