import json
import re
from dataclasses import replace
from html import unescape

from conformance.record import Footer, Waiver
from conformance.report import compare, matrix
from conformance.reporters.html import comparison_html, html, matrix_html
from conformance.tests.records import FOOTER, SCENE, SESSION, SESSIONS, exchange
from conformance.tests.views import failed, other, passed, viewed
from conformance.verdict import Outcome

EVIL = "</script><img src=x onerror=alert(1)>\x1b[31m\u202e\"'&"


def told(**fields: object) -> bytes:
    return json.dumps(fields).encode()


def evil_page() -> str:
    seen = (
        exchange(
            1,
            "POST",
            operation="CreateSession",
            body=EVIL.encode(),
            status=201,
            answer=told(sid=SESSION, status=EVIL),
        ),
        exchange(
            2,
            "GET",
            f"{SESSIONS}/{SESSION}?{EVIL}",
            operation="FetchSession",
            scene=EVIL,
            answer=told(sid=SESSION, status="open"),
        ),
    )
    view = viewed(
        failed("CON-001", "FetchSession", EVIL, 1, 2, reason=EVIL),
        passed("LIST-030", "ListSession", choice=EVIL),
        other("SID-003", "UpdateSession", Outcome.UNKNOWN, EVIL),
        exchanges=seen,
        name=EVIL,
        target=f"http://{EVIL}",
        footer=replace(
            FOOTER,
            halted=EVIL,
            absent={EVIL: EVIL},
            waivers=(
                Waiver(requirement=EVIL, operation=EVIL, reason=EVIL, issue=EVIL),
            ),
        ),
        performed=(replace(SCENE, scene=EVIL, gave_up=EVIL, defect=EVIL),),
    )
    return html(view, record=EVIL)


def test_nothing_that_a_target_said_can_act_on_a_reader() -> None:
    page = evil_page()
    assert "<img" not in page
    assert "\x1b" not in page
    assert "\u202e" not in page
    assert page.count("</script>") == page.count("<script")
    assert "&lt;img src=x" in page
    assert "\\x1b[31m\\u202e" in page


def test_a_matrix_is_as_inert() -> None:
    some = tuple(
        viewed(failed("CON-001", "FetchSession", EVIL, reason=EVIL), name=EVIL + n)
        for n in "ab"
    )
    other_side = viewed(passed("CON-001", "FetchSession"), name=EVIL)
    for page in (
        matrix_html(matrix(some)),
        comparison_html(compare(some[0], other_side), matrix((some[0], other_side))),
    ):
        assert "<img" not in page
        assert "\x1b" not in page
        assert "&lt;img src=x" in page


def test_a_page_asks_for_nothing_and_allows_nothing_but_its_own() -> None:
    page = evil_page()
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy
    rules = unescape(policy[1])
    assert rules.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in rules
    assert "http" not in rules
    assert not re.search(r'(?:src|href)="(?!#)', page)
    assert "url(" not in page


def test_one_record_gives_one_page() -> None:
    assert evil_page() == evil_page()


def text_of(page: str) -> str:
    """Return what a page shows, without its data and its markup."""
    body = re.sub(r"<(script|style)\b.*?</\1>", "", page, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def test_a_finding_says_what_it_takes_to_believe_it() -> None:
    view = viewed(
        failed(
            "CON-001", "FetchSession", "ttl old", 1, reason="expected 5, observed 4"
        ),
        failed("CON-002", "ListSession", "ttl old", 1),
        exchanges=(exchange(1),),
    )
    text = text_of(html(view, record="run"))
    for part in (
        "A fetch shows the Ttl and the status of the last write.",
        "Expected 5 Observed 4",
        "Looks like old-ttl is wrong. The same checks catch it in the mock: old-ttl",
        "S2 , there documented a <b>quote</b>",
        "conformance replay run CON-001/FetchSession/1",
        'curl -sS --path-as-is -g -u "$TWILIO_ACCOUNT_SID:$TWILIO_AUTH_TOKEN" -i',
        "1 more like it",
    ):
        assert part in text, part


def test_a_fault_that_is_not_alike_is_a_proof() -> None:
    view = viewed(failed("SID-003", "UpdateSession", "wrong"))
    assert "Proven by any-sid is wrong." in text_of(html(view))


def test_the_strip_says_how_it_ended() -> None:
    left = text_of(html(viewed(failed("CON-001", "FetchSession"))))
    assert "1 left behind" in left
    assert "Exit code 1, non-conformant" in left
    assert "Started 2026-03-01 12:00:00 UTC" in left
    assert "ended before its time: interrupted" in left
    cut = text_of(html(viewed(exchanges=(exchange(1),), footer=None)))
    assert "Cut off a mock" in cut
    assert "Clean-up not reached" in cut
    clean = replace(FOOTER, left_behind=(), halted="", waivers=(), absent={})
    assert "nothing left behind" in text_of(html(viewed(footer=clean)))


def test_what_was_not_tested_is_said_with_its_reason() -> None:
    view = viewed(
        other("CON-001", "FetchSession", Outcome.SKIP, "not claimed"),
        other("CON-002", "ListSession", Outcome.ERROR, "it raised"),
        performed=(SCENE,),
    )
    text = text_of(html(view))
    for part in (
        "Not claimed 1",
        "Our own errors 1",
        "Waivers 1",
        "Scenes that ended early 1",
        "Missing capabilities",
        "OUT-001 It is fast. nobody said how fast",
        "Checks that no fault of the mock has tripped",
    ):
        assert part in text, part


def walked(first: int, *, again: bool) -> tuple[object, ...]:
    sid = SESSION if again else "KC" + "b" * 32
    meta = {"next_page_url": f"https://h.test{SESSIONS}?Page={first}"}
    return (
        exchange(first, answer=told(sessions=[{"sid": SESSION}], meta=meta)),
        exchange(
            first + 1,
            url=f"{SESSIONS}?Page={first}",
            answer=told(sessions=[{"sid": sid}], meta={}),
        ),
    )


def test_a_walk_is_drawn_once_and_in_the_finding_that_it_shows() -> None:
    seen = (
        exchange(
            1,
            "POST",
            operation="CreateSession",
            status=201,
            answer=told(sid=SESSION, status="open"),
        ),
        *walked(2, again=True),
        *walked(4, again=False),
        *walked(6, again=False),
        *walked(8, again=False),
    )
    view = viewed(
        failed("CON-002", "ListSession", "twice", 2, 3),
        failed("SID-003", "UpdateSession", "also", 3, 98, 99),
        exchanges=seen,  # type: ignore[arg-type]  # exchanges all
    )
    page = html(view)
    assert page.count('<figure class="walk">') == 3
    first, *_ = page.split('<section id="contract"')
    assert first.count('<figure class="walk">') == 1
    assert "1 shown again" in text_of(first)
    assert f"The life of {SESSION}" in text_of(first)


def test_many_findings_are_capped_and_counted() -> None:
    some = [failed(f"OLD-{n:03}", "FetchSession") for n in range(160)]
    text = text_of(html(viewed(*some)))
    assert "10 more entries are left out of this page" in text


def test_exchanges_that_found_no_room_are_counted() -> None:
    assert "This page holds" not in text_of(html(viewed(exchanges=(exchange(1),))))


def test_a_matrix_shows_choices_and_what_is_broken_by_target() -> None:
    ours = viewed(passed("LIST-030", "ListSession", choice="clamped"), name="ours")
    theirs = viewed(
        passed("LIST-030", "ListSession", choice="refused"),
        failed("CON-001", "FetchSession", "old", reason="expected 5, observed 4"),
        name="theirs",
    )
    cut = viewed(name="cut", footer=None)
    text = text_of(matrix_html(matrix((ours, theirs, cut))))
    for part in (
        "3 targets side by side",
        "Where they chose differently",
        "clamped refused",
        "FetchSession: expected 5, observed 4",
    ):
        assert part in text, part


def test_a_comparison_shows_both_sides_and_what_does_not_count() -> None:
    ours = viewed(passed("CON-001", "FetchSession"), name="ours")
    theirs = viewed(failed("CON-001", "FetchSession", "old"), name="theirs")
    sides = matrix((ours, theirs))
    text = text_of(comparison_html(compare(ours, theirs), sides))
    assert "1 difference ours and theirs" in text
    assert "FetchSession verdict held broken: old" in text
    allowed = compare(ours, theirs, allow=["CON-001"])
    text = text_of(comparison_html(allowed, sides))
    assert "No differences ours and theirs" in text
    assert "verdict (allowed)" in text


def test_a_footer_of_a_conformant_run_colours_the_strip() -> None:
    footer: Footer = replace(FOOTER, exit=FOOTER.exit.CONFORMANT)
    assert 'class="strip v-conformant"' in html(viewed(footer=footer))
