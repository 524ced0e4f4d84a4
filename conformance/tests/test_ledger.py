"""Laws of the ledger: every creation is in it before it is sent, until it is gone."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from conformance.exchange import Exchange, Probe, Request, Response, Trouble
from conformance.ledger import (
    FILE,
    About,
    Entry,
    Ledger,
    LedgerError,
    Name,
    State,
    plain_sid,
)

SERVICE = "KS" + "1" * 32
SESSION = "KC" + "2" * 32
OTHER = "KC" + "3" * 32
SESSIONS = f"/v1/Services/{SERVICE}/Sessions"
ABOUT = About(tag="conf-1", target="http://host.test", account_sid="AC1")


def create(path: str = SESSIONS, body: bytes = b"", method: str = "POST") -> Probe:
    return Probe(operation="CreateSession", method=method, path=path, body=body)


def answered(probe: Probe, number: int, status: int, **shown: str) -> Exchange:
    """Return what came of a probe; status 0 stands for a lost answer."""
    return Exchange(
        number=number,
        probe=probe,
        sent=Request(method=probe.method, url=probe.url),
        response=Response(status=status, body=json.dumps(shown).encode())
        if status
        else None,
        trouble=None if status else Trouble.TIMEOUT,
    )


@pytest.fixture
def ledger() -> Iterator[Ledger]:
    with closing(Ledger(ABOUT)) as made:
        yield made


def test_an_intent_is_written_before_it_is_sent(ledger: Ledger) -> None:
    ledger.before((create(),), 7)
    (entry,) = ledger.outstanding()
    assert entry == Entry(number=7, kind="Session", path=SESSIONS, name=Name.NONE)
    assert (entry.state, entry.url) == (State.ASKED, "")
    assert entry.where == f"{SESSIONS} (its answer was lost)"


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (b"UniqueName=conf-1-a", Name.TAGGED),
        (b"UniqueName=%63onf-1-a", Name.TAGGED),
        (b"UniqueName=other", Name.OTHER),
        (b"uniquename=", Name.OTHER),
        (b"Ttl=60", Name.NONE),
        (b"\xff", Name.NONE),
    ],
)
def test_an_intent_knows_whether_its_name_is_ours(
    ledger: Ledger, body: bytes, name: Name
) -> None:
    ledger.before((create(body=body),), 1)
    assert [entry.name for entry in ledger.entries()] == [name]


@pytest.mark.parametrize(
    "probe",
    [
        create(method="GET"),
        create(method="HEAD"),
        create(method="OPTIONS"),
        create(method="DELETE"),
        create(f"{SESSIONS}/{SESSION}"),
        create(f"{SESSIONS}/{SESSION}/Participants"),
    ],
)
def test_what_makes_neither_service_nor_session_is_no_intent(
    ledger: Ledger, probe: Probe
) -> None:
    ledger.before((probe,), 1)
    ledger.after(answered(probe, 1, 201, sid=SESSION))
    assert ledger.entries() == ()


@pytest.mark.parametrize(
    ("path", "method"),
    [
        (f"{SESSIONS}/", "POST"),
        (f"{SESSIONS}.json", "POST"),
        (f"/v1/Services/{SERVICE}/Session%73", "POST"),
        (SESSIONS, "PUT"),
        (SESSIONS, "PATCH"),
    ],
)
def test_what_a_lenient_target_may_take_for_a_create_is_an_intent(
    ledger: Ledger, path: str, method: str
) -> None:
    ledger.before((create(path, method=method),), 1)
    assert [entry.kind for entry in ledger.entries()] == ["Session"]


def test_a_creation_is_known_by_its_sid(ledger: Ledger) -> None:
    probe = create(body=b"UniqueName=conf-1-a")
    ledger.before((probe,), 1)
    shown = {"sid": SESSION, "unique_name": "conf-1-a", "service_sid": SERVICE}
    ledger.after(answered(probe, 1, 201, **shown))
    (entry,) = ledger.outstanding()
    assert (entry.state, entry.sid, entry.shown) == (State.MADE, SESSION, True)
    assert entry.url == entry.where == f"{SESSIONS}/{SESSION}"
    assert ledger.knows(SESSION.lower())
    assert not ledger.knows(OTHER)


@pytest.mark.parametrize("status", [400, 404, 409, 429])
def test_a_refusal_leaves_nothing_outstanding(ledger: Ledger, status: int) -> None:
    ledger.before((create(),), 1)
    ledger.after(answered(create(), 1, status))
    assert ledger.outstanding() == ()
    assert [entry.state for entry in ledger.entries()] == [State.REFUSED]


def test_who_was_not_reached_made_nothing(ledger: Ledger) -> None:
    ledger.before((create(),), 1)
    lost = answered(create(), 1, 0)
    ledger.after(replace(lost, trouble=Trouble.REFUSED))
    assert ledger.outstanding() == ()


@pytest.mark.parametrize("status", [0, 408, 500, 503])
def test_a_lost_answer_stays_outstanding(ledger: Ledger, status: int) -> None:
    ledger.before((create(),), 1)
    ledger.after(answered(create(), 1, status, sid=SESSION))
    assert [entry.state for entry in ledger.outstanding()] == [State.ASKED]


@pytest.mark.parametrize("sid", ["", "../KS", "KC 1", "KC\n", "é" * 34, "K" * 65])
def test_an_answer_without_a_plain_sid_stays_outstanding(
    ledger: Ledger, sid: str
) -> None:
    ledger.before((create(),), 1)
    ledger.after(answered(create(), 1, 201, sid=sid))
    assert [(entry.state, entry.url) for entry in ledger.outstanding()] == [
        (State.ASKED, "")
    ]


@pytest.mark.parametrize("sid", [None, 1, ["KC"], {"sid": 1}])
def test_a_sid_that_is_no_text_is_none(sid: object) -> None:
    assert plain_sid(sid) == ""


def test_what_was_there_before_is_never_taken_for_ours(ledger: Ledger) -> None:
    ledger.met([SESSION, ""])
    ledger.before((create(),), 1)
    ledger.after(answered(create(), 1, 201, sid=SESSION))
    assert ledger.was_earlier(SESSION.upper())
    assert not ledger.was_earlier("")
    assert ledger.outstanding() == ()


def test_all_was_met_only_when_said_so(ledger: Ledger) -> None:
    ledger.met([SESSION])
    assert not ledger.knows_earlier
    ledger.met_all()
    ledger.met_all()
    assert ledger.knows_earlier


def test_what_was_found_is_ours_or_possibly_so(ledger: Ledger) -> None:
    ledger.found("Session", SESSIONS, SESSION, ours=True)
    ledger.found("Session", SESSIONS, OTHER, ours=False)
    ours, possible = ledger.outstanding()
    assert (ours.state, ours.shown, ours.name) == (State.MADE, True, Name.TAGGED)
    assert (possible.state, possible.shown) == (State.POSSIBLE, False)
    assert possible.where == f"{SESSIONS}/{OTHER} (possibly)"


def test_what_was_found_twice_stands_there_once(ledger: Ledger) -> None:
    ledger.found("Session", SESSIONS, SESSION, ours=False)
    ledger.found("Session", SESSIONS, SESSION, ours=True)
    assert [entry.state for entry in ledger.entries()] == [State.MADE]


def test_a_service_that_is_gone_took_all_below_with_it(ledger: Ledger) -> None:
    ledger.found("Session", SESSIONS, SESSION, ours=True)
    ledger.found("Session", SESSIONS.replace("1", "9"), OTHER, ours=True)
    ledger.found("Service", "/v1/Services", SERVICE, ours=True)
    first, *_ = ledger.outstanding()
    assert first.kind == "Service"
    ledger.gone(first)
    assert [entry.sid for entry in ledger.outstanding()] == [OTHER]


def test_a_lost_one_that_is_gone_takes_nothing_with_it(ledger: Ledger) -> None:
    ledger.before((create(), create()), 1)
    ledger.gone(ledger.outstanding()[0])
    assert [entry.number for entry in ledger.outstanding()] == [2]


@pytest.mark.parametrize("known", [True, False])
def test_a_session_is_at_home_where_it_says_if_that_is_ours(
    ledger: Ledger, *, known: bool
) -> None:
    if known:
        ledger.found("Service", "/v1/Services", SERVICE, ours=True)
    odd = f"/v1/Services/{SERVICE}%20/Sessions"
    ledger.before((create(odd),), 5)
    ledger.after(answered(create(odd), 5, 201, sid=SESSION, service_sid=SERVICE))
    (session,) = (e for e in ledger.outstanding() if e.kind == "Session")
    assert session.path == (SESSIONS if known else odd)


def test_a_session_in_the_service_of_the_user_is_at_home_there() -> None:
    with closing(Ledger(replace(ABOUT, service_sid=SERVICE))) as ledger:
        odd = f"/v1/Services/{SERVICE.lower()}/Sessions"
        ledger.before((create(odd),), 1)
        ledger.after(answered(create(odd), 1, 201, sid=SESSION, service_sid=SERVICE))
        assert [entry.path for entry in ledger.outstanding()] == [SESSIONS]


def test_a_name_is_ours_only_with_the_tag(ledger: Ledger) -> None:
    assert ledger.is_ours("conf-1-page-walk-named")
    assert not ledger.is_ours("conf-2")
    assert not ledger.is_ours(None)


def test_it_outlives_the_process_that_wrote_it(tmp_path: Path) -> None:
    about = replace(ABOUT, service_sid=SERVICE)
    ledger = Ledger(about, tmp_path / "run" / FILE)
    ledger.before((create(body=b"UniqueName=conf-1"),), 3)
    ledger.close()
    with closing(Ledger.of(tmp_path / "run")) as later:
        assert later.about == about
        assert [(e.number, e.name, e.state) for e in later.outstanding()] == [
            (3, Name.TAGGED, State.ASKED)
        ]


def test_it_is_not_touched_while_the_run_goes_on(tmp_path: Path) -> None:
    with (
        closing(Ledger(ABOUT, tmp_path / FILE)),
        pytest.raises(LedgerError, match="in use: the run is still going on"),
    ):
        Ledger.of(tmp_path)


def test_a_folder_without_one_is_no_folder_of_a_run(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match=r"expected the folder of a run"):
        Ledger.of(tmp_path)


def test_a_file_that_is_none_is_told_so(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"not a database, not at all" * 100)
    with pytest.raises(LedgerError, match=r"cannot open .*ledger\.db"):
        Ledger.of(tmp_path)


def test_a_database_of_somebody_else_is_told_so(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / FILE)) as rows:
        rows.execute("CREATE TABLE theirs (x)")
    with pytest.raises(LedgerError, match="not a ledger that we wrote"):
        Ledger.of(tmp_path)


def test_a_place_that_cannot_be_written_is_told_so(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("", "utf-8")
    with pytest.raises(LedgerError, match="cannot write"):
        Ledger(ABOUT, tmp_path / "taken" / FILE)
    (tmp_path / FILE).mkdir()
    with pytest.raises(LedgerError, match="cannot open"):
        Ledger(ABOUT, tmp_path / FILE)
