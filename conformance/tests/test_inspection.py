"""Laws of inspection: traffic of any origin is recognised, redacted and judged."""

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conformance.data import data_path
from conformance.exchange import Exchange, Probe, Request, Response, Trouble
from conformance.hindsight import judged_anew
from conformance.inspection import COMPLETE, PARTIAL, Traffic, recognised, recorded
from conformance.library import library
from conformance.record import Record
from conformance.record.spelling import spell
from conformance.targets.credentials import Account
from conformance.targets.har import Entry, HarError, read
from conformance.tests.records import lines
from conformance.tests.traffic import ACCOUNT, traffic
from conformance.verdict import Outcome

HOST = "https://host.test"
SERVICE = "KS" + "1" * 32
SESSIONS = f"/v1/Services/{SERVICE}/Sessions"
TOKEN = "s3cr3t-s3cr3t-s3cr3t"  # noqa: S105  not a real one


def entry(
    url: str = HOST + SESSIONS, answer: bytes = b"{}", *, lacking: str = ""
) -> Entry:
    return Entry(
        sent=Request(method="GET", url=url),
        response=Response(status=200, body=answer),
        began_ms=0.0,
        elapsed_ms=1.0,
        lacking=lacking,
        secrets=(Account(sid=ACCOUNT, token=TOKEN),),
    )


def seen(*entries: Entry, base: str = "") -> Traffic:
    return recognised(entries, library().contract, base)


def judged(found: Traffic, profile: str) -> Record:
    record = recorded(found, library(), name="traffic", profile=profile)
    return judged_anew(record, library())


def found_broken(record: Record) -> set[str]:
    return {r.requirement for r in record.rulings if r.outcome is Outcome.FAIL}


def sample(name: str) -> tuple[Entry, ...]:
    return read(data_path("fixtures", "har", name))


@pytest.mark.parametrize(
    ("url", "base", "target"),
    [
        (HOST + SESSIONS, HOST, SESSIONS),
        (f"HTTPS://Host.test{SESSIONS}", HOST, SESSIONS),
        (f"{HOST}:8443/a/b/v1/Services?x=/v1/Services", f"{HOST}:8443/a/b", ""),
        (f"http://[::1]:8{SESSIONS}/KC%0A?a=b", "http://[::1]:8", ""),
    ],
)
def test_the_base_is_what_comes_before_the_api(
    url: str, base: str, target: str
) -> None:
    traffic_seen = seen(entry(url))
    assert traffic_seen.base == base
    (only,) = traffic_seen.exchanges
    assert only.sent.url == (
        target or "/v1/Services" + url.partition("/v1/Services")[2]
    )
    assert only.probe.path + (f"?{only.probe.query}" if only.probe.query else "") == (
        only.sent.url
    )


@pytest.mark.parametrize(
    "url",
    [
        "",
        "about:blank",
        f"{HOST}/v1/ServicesX",
        f"{HOST}/v2/Services",
        f"ftp://h{SESSIONS}",
    ],
)
def test_traffic_without_a_request_to_the_api_is_refused(url: str) -> None:
    with pytest.raises(HarError, match="expected requests to …/v1/Services, observed"):
        seen(entry(url))


def test_the_busiest_target_is_judged_and_the_rest_counted() -> None:
    other = entry(f"http://other.test{SESSIONS}")
    found = seen(other, entry(), entry(), entry("data:,"))
    assert found.base == HOST
    assert len(found.exchanges) == 2
    assert found.aside == {"sent elsewhere": 2}
    assert found.whole
    assert seen(other, entry(), entry(), base="http://other.test/").base == (
        "http://other.test"
    )
    with pytest.raises(HarError, match=r"under http://third\.test, observed none"):
        seen(other, base="http://third.test")


def test_what_was_recorded_in_part_is_left_aside_and_told() -> None:
    found = seen(entry(lacking="its answer was not recorded"), entry())
    assert [one.number for one in found.exchanges] == [1]
    assert found.aside == {"its answer was not recorded": 1}
    assert not found.whole


def test_account_and_service_are_told_by_what_was_seen() -> None:
    other = "AC" + "b" * 32
    shown = json.dumps({"account_sid": other}).encode()
    assert seen(entry(answer=shown), entry()).account_sid == other
    assert seen(entry()).account_sid == ACCOUNT
    assert seen(replace(entry(), secrets=())).account_sid == ""
    assert seen(entry()).service_sid == SERVICE
    assert seen(entry(), entry(f"{HOST}/v1/Services/KS2/Sessions")).service_sid == ""
    assert seen(entry(f"{HOST}/v1/Services/KS2/Sessions")).service_sid == ""
    assert seen(entry(f"{HOST}/v1/Services/a/b/c")).service_sid == ""


def test_a_service_that_the_traffic_made_was_not_given() -> None:
    created = entry(f"{HOST}/v1/Services", json.dumps({"sid": SERVICE}).encode())
    made = replace(created, sent=replace(created.sent, method="POST"))
    assert seen(made, entry()).service_sid == ""


def test_a_request_without_an_answer_is_nobodys_fault() -> None:
    (only,) = seen(replace(entry(), response=None)).exchanges
    assert only.trouble is Trouble.TIMEOUT
    assert only.undecided


def test_no_credential_reaches_a_record() -> None:
    spilt = entry(f"{HOST}{SESSIONS}?token={TOKEN}", f'{{"a":"{TOKEN}"}}'.encode())
    record = judged(seen(spilt), PARTIAL)
    text = "\n".join(map(spell, lines(record)))
    assert TOKEN not in text
    assert "[redacted]" in text


def test_more_credentials_than_can_be_told_are_refused() -> None:
    many = tuple(
        replace(entry(), secrets=(Account(sid="", token=f"{TOKEN}{number}"),))
        for number in range(101)
    )
    assert seen(*many[:100]).exchanges
    with pytest.raises(HarError, match="at most 100 different credentials"):
        seen(*many)


@pytest.mark.parametrize(
    ("name", "profile", "broken"),
    [
        ("chromium.har", PARTIAL, set()),
        ("chromium.har", COMPLETE, set()),
        ("chromium-ttl-a-text.har", PARTIAL, {"PROP-007"}),
        ("mitmproxy-old-ttl.har", COMPLETE, {"CON-001"}),
        ("mitmproxy-old-ttl.har", PARTIAL, set()),
        ("schemathesis.har", PARTIAL, set()),
        ("schemathesis.har", COMPLETE, set()),
    ],
)
def test_each_recorder_is_understood_and_each_fault_in_it_found(
    name: str, profile: str, broken: set[str]
) -> None:
    record = judged(seen(*sample(name)), profile)
    assert found_broken(record) == broken
    assert any(ruling.outcome is Outcome.PASS for ruling in record.rulings)


def test_what_two_exchanges_contradict_is_unknown_if_others_may_have_acted() -> None:
    record = judged(seen(*sample("mitmproxy-old-ttl.har")), PARTIAL)
    (stale,) = (r for r in record.rulings if r.key == ("CON-001", "FetchSession"))
    assert stale.outcome is Outcome.UNKNOWN
    assert stale.reason == (
        "insufficient evidence: expected ttl 60, observed 0, and others may have acted"
    )


def bare(exchange: Exchange) -> Exchange:
    """Return the exchange as traffic shows it: without the reason behind it."""
    return replace(
        exchange,
        probe=Probe(
            operation=exchange.probe.operation,
            method=exchange.sent.method,
            path=exchange.sent.path,
        ),
    )


LIVES = tuple(map(bare, traffic(60)))


@settings(max_examples=60, deadline=None)
@given(st.sets(st.integers(0, len(LIVES) - 1), min_size=1))
def test_no_part_of_lawful_traffic_is_held_against_anybody(kept: set[int]) -> None:
    some = tuple(LIVES[index] for index in sorted(kept))
    found = Traffic(base=HOST, account_sid=ACCOUNT, service_sid="", exchanges=some)
    assert found_broken(judged(found, PARTIAL)) == set()
