"""Laws of proof: a chain holds what its finding needs, and hardly more."""

import json
from dataclasses import replace

import pytest

from conformance.checks import CHECKS
from conformance.evidence import Evidence
from conformance.exchange import Exchange, History
from conformance.judge import examine
from conformance.library import library
from conformance.report.chain import Chain, Past
from conformance.report.proof import Prover
from conformance.tests.records import HEADER, SERVICE, SESSIONS, exchange
from conformance.verdict import Finding, Outcome

ACCOUNT = "AC" + "0" * 32
ONE, TWO, THREE = ("KC" + digit * 32 for digit in "abc")


def session(sid: str, ttl: object = 0) -> dict[str, object]:
    url = f"https://host.test{SESSIONS}/{sid}"
    return {
        "sid": sid,
        "service_sid": SERVICE,
        "account_sid": ACCOUNT,
        "unique_name": "",
        "status": "open",
        "closed_reason": None,
        "ttl": ttl,
        "mode": "voice-and-message",
        "date_started": None,
        "date_ended": None,
        "date_last_interaction": None,
        "date_expiry": None,
        "date_created": "2026-03-01T12:00:00Z",
        "date_updated": "2026-03-01T12:00:00Z",
        "url": url,
        "links": {
            "participants": f"{url}/Participants",
            "interactions": f"{url}/Interactions",
        },
    }


def created(number: int, sid: str, form: bytes = b"Ttl=60") -> Exchange:
    return exchange(
        number,
        "POST",
        operation="CreateSession",
        body=form,
        status=201,
        answer=json.dumps(session(sid)).encode(),
        scene="made",
    )


def numbers(chain: Chain | None) -> list[int]:
    assert chain is not None
    return [step.exchange.number for step in chain.steps]


def updated(number: int, sid: str) -> Exchange:
    return exchange(
        number,
        "POST",
        f"{SESSIONS}/{sid}",
        operation="UpdateSession",
        body=b"Ttl=600",
        answer=json.dumps(session(sid, 600)).encode(),
        scene="written",
    )


PAST = Past(
    exchanges=(
        created(1, ONE, b"UniqueName=a"),
        created(2, TWO, b"UniqueName=a"),
        updated(3, ONE),
        updated(4, TWO),
        exchange(5, url=f"{SESSIONS}/{ONE}", operation="FetchSession", scene="read"),
        exchange(6, url=f"{SESSIONS}/{TWO}", operation="FetchSession", scene="read"),
    ),
    service_sid=SERVICE,
)


def test_a_chain_grows_by_what_was_written_to_its_session_then_by_its_scene() -> None:
    assert [numbers(chain) for chain in PAST.chains([6])] == [
        [1, 2, 6],
        [1, 2, 4, 6],
        [1, 2, 5, 6],
    ]


def test_a_name_that_was_taken_brings_along_what_took_it() -> None:
    assert numbers(PAST.chain([2])) == [1, 2]
    assert numbers(PAST.chain([1])) == [1]


@pytest.mark.parametrize(("before", "life"), [(9, {1, 3}), (3, {1}), (1, set[int]())])
def test_a_life_is_what_created_it_and_what_was_written_until_then(
    before: int, life: set[int]
) -> None:
    assert PAST.life(ONE, before) == life
    assert PAST.life(THREE, before) == set()


def test_the_whole_of_a_scene_is_sent_unless_it_is_too_long() -> None:
    assert numbers(PAST.whole([5])) == [1, 2, 5, 6]
    read = PAST.exchanges[-1]
    many = tuple(replace(read, number=number) for number in range(6, 307))
    longer = replace(PAST, exchanges=(*PAST.exchanges[:5], *many))
    assert longer.whole([5]) is None
    assert [numbers(chain) for chain in longer.chains([6])][-1] == [1, 2, 5, 6]


def paged(*shown: dict[str, object]) -> tuple[Prover, Finding]:
    """Return a record whose list fails, and the finding."""
    url = f"https://host.test{SESSIONS}?PageSize=50&Page=0"
    page = {
        "sessions": shown,
        "meta": {
            "key": "sessions",
            "page": 0,
            "page_size": 50,
            "url": url,
            "first_page_url": url,
            "previous_page_url": None,
            "next_page_url": None,
        },
    }
    listed = exchange(9, answer=json.dumps(page).encode(), scene="listed")
    exchanges = (*(created(n, s) for n, s in enumerate((ONE, TWO, THREE), 1)), listed)
    history = History(account_sid=ACCOUNT, exchanges=exchanges)
    evidence = Evidence(history=history, contract=library().contract)
    said = [v for v in examine(CHECKS, evidence) if v.outcome is Outcome.FAIL]
    failed = next(v for v in said if v.requirement == "PROP-007")
    finding = Finding(
        requirement="PROP-007",
        operation=failed.operation,
        symptom=failed.symptom,
        reason=failed.reason,
        evidence=failed.evidence,
        count=1,
    )
    past = Past(exchanges=exchanges, service_sid=SERVICE)
    header = replace(HEADER, account_sid=ACCOUNT, expectations={})
    return Prover(past=past, header=header, library=library()), finding


def test_a_page_that_fails_for_one_session_brings_along_what_made_that_one() -> None:
    prover, finding = paged(session(ONE), session(TWO, "x"), session(THREE))
    chain = prover.smallest(finding)
    assert numbers(chain) == [2, 9]
    assert prover.shows(chain, finding)


def test_what_is_judged_on_a_client_is_not_proved_again() -> None:
    prover, finding = paged(session(ONE, "x"))
    rows = library().catalogue.requirements
    client = next(row.id for row in rows.values() if row.area == "sdk")
    assert numbers(prover.smallest(replace(finding, requirement=client))) == [9]
