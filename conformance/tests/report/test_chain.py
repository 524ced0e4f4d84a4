import json
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from conformance.exchange import Credentials, Exchange, Json, Trouble
from conformance.report import Chain, Past, curl, curl_script
from conformance.report.chain import Capture, Case, Part, filled, woven
from conformance.tests.records import exchange

SERVICE = "KS" + "1" * 32
SESSION = "KC" + "0123456789abcdef" * 2
OTHER = "KC" + "fedcba9876543210" * 2
SERVICES = "/v1/Services"
SESSIONS = f"{SERVICES}/{SERVICE}/Sessions"
TAG = "conf-0a1b2c3d"


def told(**fields: Json) -> bytes:
    return json.dumps(fields).encode()


def service(number: int = 1) -> Exchange:
    return exchange(
        number,
        "POST",
        SERVICES,
        operation="CreateService",
        body=f"UniqueName={TAG}-main".encode(),
        status=201,
        answer=told(sid=SERVICE),
    )


def session(number: int = 2, sid: str = SESSION, *, body: bytes = b"") -> Exchange:
    return exchange(
        number,
        "POST",
        SESSIONS,
        operation="CreateSession",
        body=body,
        status=201,
        answer=told(sid=sid),
    )


def fetched(number: int = 3, at: str = SESSION, **about: Any) -> Exchange:  # noqa: ANN401  as exchange takes
    return exchange(
        number, "GET", f"{SESSIONS}/{at}", operation="FetchSession", **about
    )


def listed(number: int, query: str = "", **fields: Json) -> Exchange:
    url = f"{SESSIONS}?{query}" if query else SESSIONS
    return exchange(number, "GET", url, answer=told(**fields))


def chain(*exchanges: Exchange, of: tuple[int, ...], service_sid: str = "") -> Chain:
    return Past(exchanges=exchanges, tag=TAG, service_sid=service_sid).chain(of)


def numbers(found: Chain) -> list[int]:
    return [step.exchange.number for step in found.steps]


def script(*exchanges: Exchange, of: tuple[int, ...], service_sid: str = "") -> str:
    found = chain(*exchanges, of=of, service_sid=service_sid)
    return curl_script(found, "https://target.test")


def test_a_chain_is_what_was_shown_and_all_it_builds_upon() -> None:
    found = chain(service(), session(), session(3, OTHER), fetched(4), of=(4, 99))
    assert numbers(found) == [1, 2, 4]
    assert [[c.name for c in step.captures] for step in found.steps] == [
        ["SERVICE"],
        ["SESSION"],
        [],
    ]
    assert found.given == {"TAG": TAG}
    assert found.uses("SESSION")
    assert not found.uses("SERVICE_SID")


def test_a_service_of_the_user_is_given_and_not_created() -> None:
    found = chain(session(), fetched(), of=(3,), service_sid=SERVICE)
    assert numbers(found) == [2, 3]
    assert found.given == {"SERVICE_SID": SERVICE}


def test_two_sessions_have_two_names() -> None:
    both = exchange(
        9, "POST", SESSIONS, body=f"A={SESSION}&B={OTHER}".encode(), operation="X"
    )
    found = chain(service(), session(), session(3, OTHER), both, of=(9,))
    names = [c.name for step in found.steps for c in step.captures]
    assert names == ["SERVICE", "SESSION", "SESSION_2"]
    assert filled(found.steps[-1].body, {"SESSION": "one", "SESSION_2": "two"}) == (
        "A=one&B=two"
    )


def test_an_id_that_nobody_created_is_taken_from_the_list_that_showed_it() -> None:
    shown = listed(2, sessions=[7, {"sid": OTHER}, {"sid": SESSION}], total=3)
    found = chain(service(), shown, fetched(), of=(3,))
    assert numbers(found) == [1, 2, 3]
    (capture,) = found.steps[1].captures
    assert (capture.name, capture.pointer) == ("SESSION", ("sessions", 1 + 1, "sid"))


def test_an_id_that_was_seen_nowhere_stays_as_it_is() -> None:
    found = chain(service(), fetched(2), listed(3), of=(2,))
    assert found.steps[-1].url[-1] == f"/Sessions/{SESSION}"


def test_a_page_is_reached_by_the_token_that_led_to_it() -> None:
    first = listed(2, "PageSize=1", meta={"next_page_url": "x?a=1&PageToken=abc%2B"})
    second = listed(3, "PageSize=1&Page=1&PageToken=abc%2B")
    found = chain(service(), first, second, of=(3,))
    (capture,) = found.steps[1].captures
    assert (capture.name, capture.pointer) == ("PAGE_TOKEN", ("meta", "next_page_url"))
    assert found.steps[2].url[-1] == Part(name="PAGE_TOKEN")


def test_a_token_that_came_from_nowhere_stays_as_it_is() -> None:
    later = listed(5, meta={"next_page_url": "x?PageToken=abc"})
    found = chain(listed(2, "PageToken=abc"), later, of=(2,))
    assert found.steps[0].url == (f"{SESSIONS}?PageToken=abc",)


def test_a_page_before_is_reached_by_the_token_that_led_back() -> None:
    shown = listed(
        2, meta={"next_page_url": None, "previous_page_url": "x?PageToken=b"}
    )
    other = listed(3, meta={"first_page_url": "x?PageToken=f"})
    found = chain(service(), shown, other, listed(4, "PageToken=b"), of=(4,))
    (capture,) = found.steps[1].captures
    assert capture.pointer == ("meta", "previous_page_url")


def test_a_list_takes_along_what_filled_it() -> None:
    removed = exchange(4, "DELETE", f"{SESSIONS}/{OTHER}", status=204, answer=b"")
    refused = exchange(5, "POST", SESSIONS, status=400)
    some = (service(), session(), session(3, OTHER), removed, refused, listed(6))
    assert numbers(chain(*some, of=(6,))) == [1, 2, 3, 4, 6]


def test_a_spoilt_id_is_spoilt_anew_from_the_live_one() -> None:
    for spoilt, open_ in (
        (SESSION + "0", (Part(name="SESSION"), "0")),
        (SESSION[:-1], (Part(name="SESSION", start=0, stop=33),)),
        (SESSION + "%0A", (Part(name="SESSION"), "%0A")),
        (SESSION.upper(), (Part(name="SESSION", case=Case.UPPER),)),
        ("".join(f"%{ord(c):02X}" for c in SESSION), None),
    ):
        found = chain(service(), session(), fetched(3, spoilt), of=(3,))
        assert numbers(found) == [1, 2, 3], spoilt
        if open_:
            assert found.steps[-1].url[-len(open_) :] == open_
        values = {"SERVICE": SERVICE, "SESSION": SESSION}
        assert filled(found.steps[-1].url, values) == f"{SESSIONS}/{spoilt}"


def test_an_odd_segment_that_is_like_no_live_id_stays_as_it_is() -> None:
    found = chain(service(), session(), fetched(3, "a-name-of-some-length"), of=(3,))
    assert numbers(found) == [1, 3]


def test_an_id_that_is_too_long_to_be_one_is_not_compared() -> None:
    endless = SESSION + "0" * 100_000
    found = chain(service(), session(2, endless), fetched(3, endless + "1"), of=(3,))
    assert numbers(found) == [1, 3]


def test_a_pause_that_the_scene_made_is_made_again() -> None:
    late = replace(fetched(), began_ms=5_000.0)
    found = chain(service(), session(), late, of=(3,))
    assert [step.wait_s for step in found.steps] == [0.0, 0.0, 5.0]


def test_another_scene_is_not_waited_for() -> None:
    late = replace(fetched(scene="another"), began_ms=5_000.0)
    found = chain(service(), session(), late, of=(3,))
    assert found.steps[-1].wait_s == 0.0


def test_what_was_sent_at_once_is_said_to_be() -> None:
    found = chain(service(), session(), fetched(3), fetched(4), of=(3, 4))
    assert [step.together for step in found.steps] == [False, True, True, True]


@pytest.mark.parametrize(
    ("answer", "value"),
    [
        ({"meta": {"next": "x?PageToken=t&b"}}, "t"),
        ({"meta": {"next": "x?b"}}, None),
        ({"meta": {"next": 3}}, None),
        ({"meta": []}, None),
        ([], None),
    ],
)
def test_a_capture_reads_what_is_there(answer: object, value: str | None) -> None:
    capture = Capture(name="T", pointer=("meta", "next"), parameter="PageToken")
    assert capture.read(answer) == value


def test_a_capture_without_parameter_reads_the_text() -> None:
    assert Capture(name="S", pointer=("a", 0)).read({"a": ["text"]}) == "text"


@pytest.mark.parametrize(
    ("case", "spelled"),
    [
        (Case.AS_IS, "Kc"),
        (Case.UPPER, "KC"),
        (Case.LOWER, "kc"),
        (Case.ENCODED, "%4B%63"),
    ],
)
def test_a_value_is_spelled_in_a_case(case: Case, spelled: str) -> None:
    assert case.of("Kc") == spelled


def test_a_value_that_is_no_sid_is_found_only_as_it_is() -> None:
    assert woven("tag-TAG", {"T": "tag"}) == (Part(name="T"), "-TAG")


def test_a_script_reads_like_what_a_person_would_write() -> None:
    some = (service(), session(body=b"Ttl=600"), fetched())
    assert script(*some, of=(3,)).splitlines() == [
        "TARGET=${TARGET:-https://target.test}",
        (
            "send() { curl -sS --path-as-is -g "
            '-u "$TWILIO_ACCOUNT_SID:$TWILIO_AUTH_TOKEN" "$@"; }'
        ),
        (
            r"""sid() { tee /dev/stderr | sed -n 's/.*"sid" *: *"\([^"]*\)".*/\1/p' """
            "| head -n 1; }"
        ),
        "TAG=$(printf 'conf-%08x' $$)",
        'SERVICE=$(send --data-raw "UniqueName=$TAG-main" "$TARGET/v1/Services" | sid)',
        "# at the same moment as the one before:",
        (
            "SESSION=$(send --data-raw Ttl=600 "
            '"$TARGET/v1/Services/$SERVICE/Sessions" | sid)'
        ),
        "# at the same moment as the one before:",
        'send -i "$TARGET/v1/Services/$SERVICE/Sessions/$SESSION"',
        "# afterwards",
        'send -X DELETE "$TARGET/v1/Services/$SERVICE"',
    ]


def test_one_request_alone_is_plain_curl() -> None:
    lines = script(listed(1), of=(1,), service_sid=SERVICE).splitlines()
    assert lines == [
        "TARGET=${TARGET:-https://target.test}",
        f"SERVICE_SID={SERVICE}",
        (
            'curl -sS --path-as-is -g -u "$TWILIO_ACCOUNT_SID:$TWILIO_AUTH_TOKEN" -i '
            '"$TARGET/v1/Services/$SERVICE_SID/Sessions"'
        ),
    ]


def test_a_tag_of_another_shape_is_given_as_it_was() -> None:
    past = Past(exchanges=(service(),), tag=f"{TAG}-main")
    assert f"TAG={TAG}-main" in curl_script(past.chain([1]), "https://target.test")


def test_the_same_request_many_times_is_a_loop() -> None:
    some = [replace(listed(n), began_ms=n * 10.0) for n in range(1, 5)]
    assert (
        'for _ in $(seq 4); do send -i "$TARGET/v1/Services/$SERVICE_SID/Sessions"; '
        "done" in script(*some, of=(1, 2, 3, 4), service_sid=SERVICE)
    )


def test_two_captures_of_one_answer_are_taken_from_one_request() -> None:
    shown = listed(
        2,
        sessions=[{"sid": SESSION}, {"sid": OTHER}],
        meta={"next_page_url": "x?PageToken=t"},
    )
    both = exchange(3, "GET", f"{SESSIONS}/{SESSION}?PageToken=t&x={OTHER}")
    text = script(shown, both, of=(3,), service_sid=SERVICE)
    assert 'ANSWER=$(send "$TARGET/v1/Services/$SERVICE_SID/Sessions")' in text
    assert (
        "SESSION=$(printf %s \"$ANSWER\" | tee /dev/stderr | jq -r '.sessions[0].sid')"
        in text
    )
    assert 'PageToken=\\([^&"]*\\)' in text


def test_a_pause_is_a_sleep() -> None:
    late = replace(fetched(), began_ms=5_000.0)
    assert "sleep 5\n" in script(service(), session(), late, of=(3,))


ARGUMENTS = """#!/bin/sh
for one; do printf '%s\\n' "$one"; done >> "$LOG"
printf -- '--\\n' >> "$LOG"
case "$*" in
  *Sessions/*) cat > "$STDIN" 2>/dev/null ;;
  */Sessions) echo '{"sid": "SESSION_GIVEN"}' ;;
  *) echo '{"sid": "SERVICE_GIVEN"}' ;;
esac
"""


def performed(text: str, tmp_path: Path) -> list[list[str]]:
    """Return the arguments of each curl that the script calls, in a real shell."""
    (tmp_path / "curl").write_text(ARGUMENTS)
    (tmp_path / "curl").chmod(0o755)
    bash = shutil.which("bash")
    assert bash
    log = tmp_path / "log"
    done = subprocess.run(  # noqa: S603  our own script
        [bash, "-eu", "-c", text],
        env={
            "PATH": f"{tmp_path}:/usr/bin:/bin",
            "LOG": str(log),
            "STDIN": str(tmp_path / "stdin"),
            "TWILIO_ACCOUNT_SID": "AC1",
            "TWILIO_AUTH_TOKEN": "secret",
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        timeout=20,
    )
    assert done.returncode == 0, done.stderr
    calls = log.read_text().split("--\n")[:-1]
    return [call.splitlines() for call in calls]


@pytest.mark.parametrize(
    ("at", "address"),
    [
        (SESSION, "SESSION_GIVEN"),
        (f"{SESSION}%0A", "SESSION_GIVEN%0A"),
        (f"{SESSION}0", "SESSION_GIVEN0"),
        (SESSION[2:], "SSION_GIVEN"),
        (SESSION.lower(), "session_given"),
        (
            "".join(f"%{ord(c):02X}" for c in SESSION),
            "%53%45%53%53%49%4F%4E%5F%47%49%56%45%4E",
        ),
        (f"'{SESSION}`id`$(id)!", "'SESSION_GIVEN`id`$(id)!"),
        (f"{SESSION}\x1b[2J", "SESSION_GIVEN\x1b[2J"),
    ],
)
def test_a_shell_sends_what_was_sent_with_the_ids_of_today(
    tmp_path: Path, at: str, address: str
) -> None:
    text = script(service(), session(), fetched(3, at), of=(3,))
    assert "\x1b" not in text
    *_, fetch, removal = performed(text, tmp_path)
    assert fetch[-1] == (
        f"https://target.test/v1/Services/SERVICE_GIVEN/Sessions/{address}"
    )
    assert removal[-3:] == [
        "-X",
        "DELETE",
        "https://target.test/v1/Services/SERVICE_GIVEN",
    ]


@pytest.mark.parametrize(
    "body",
    [
        b"Ttl=600",
        b"a='b'&c=\"$(id)\"",
        b"\xff\x00%s\\n-\x1b\n",
        f"s={SESSION}\n".encode(),
    ],
)
def test_a_shell_sends_a_body_byte_for_byte(tmp_path: Path, body: bytes) -> None:
    update = exchange(
        3, "POST", f"{SESSIONS}/{SESSION}", operation="UpdateSession", body=body
    )
    text = script(service(), session(), update, of=(3,))
    *_, call, _ = performed(text, tmp_path)
    expected = body.replace(SESSION.encode(), b"SESSION_GIVEN")
    if "--data-raw" in call:
        assert call[call.index("--data-raw") + 1].encode() == expected
    else:
        assert call[call.index("--data-binary") + 1] == "@-"
        assert (tmp_path / "stdin").read_bytes() == expected


def command(**about: Any) -> str:  # noqa: ANN401  as exchange takes
    method = about.pop("method", "GET")
    found = chain(exchange(1, method, **about), of=(1,), service_sid=SERVICE)
    return curl(found.steps[0])


def test_methods_headers_and_credentials_are_those_of_the_probe() -> None:
    assert " -I " in command(method="HEAD")
    assert " -X PUT " in command(method="PUT")
    assert command(method="POST").endswith(
        """-d '' "$TARGET/v1/Services/$SERVICE_SID/Sessions\""""
    )
    assert " -u " not in command(credentials=Credentials.NONE)
    assert "not-the-token" in command(credentials=Credentials.WRONG_TOKEN)
    assert "-H 'Content-Type: application/x-www-form-urlencoded'" in command(
        method="PUT", body=b"a=1"
    )
    odd = exchange(1, "POST", body=b"{}")
    odd = replace(odd, probe=replace(odd.probe, headers=(("X-Odd", "a'b\x1b"),)))
    text = curl(chain(odd, of=(1,)).steps[0])
    assert "-H Content-Type: " in text
    assert "-H \"$(printf 'X\\055Odd: a\\047b\\033')\"" in text


def test_an_exchange_without_answer_creates_nothing() -> None:
    lost = exchange(
        2, "POST", SESSIONS, operation="CreateSession", trouble=Trouble.TIMEOUT
    )
    assert numbers(chain(service(), lost, fetched(3), of=(3,))) == [1, 3]
