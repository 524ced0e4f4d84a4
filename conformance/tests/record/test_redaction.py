"""Laws of redaction: a token leaves no trace, and nothing else is changed."""

import base64
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest

from conformance.exchange import Exchange, Probe, Request, Response
from conformance.record import Redacted, Redactor, Writer, read
from conformance.targets.credentials import Account
from conformance.tests.records import HEADER, SCENE, SESSIONS, exchange

TOKEN = "f00/ba+r ba:z=\"ü'" + "9" * 15
SID = "AC" + "5" * 32
ACCOUNT = Account(sid=SID, token=TOKEN)
PAIR = base64.b64encode(f"{SID}:{TOKEN}".encode()).decode()
FORMS = {
    "raw": TOKEN,
    "basic": PAIR,
    "urlsafe": PAIR.replace("+", "-").replace("/", "_"),
    "encoded": quote(TOKEN, safe=""),
    "encoded with slash": quote(TOKEN),
    "encoded for a form": quote_plus(TOKEN),
    "encoded in lower case": quote(TOKEN, safe="").replace("%2F", "%2f").lower(),
    "basic encoded": quote(PAIR, safe=""),
    "basic of a stranger": base64.b64encode(f"AC{'f' * 32}:{TOKEN}".encode()).decode(),
    "base64, too long": base64.b64encode(f"{TOKEN}0".encode()).decode(),
    "base64, too short": base64.b64encode(TOKEN[:-1].encode()).decode(),
    "base64": base64.b64encode(TOKEN.encode()).decode(),
    "json": TOKEN.replace('"', '\\"').replace("ü", "\\u00fc"),
    "json unescaped": TOKEN.replace('"', '\\"'),
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_every_form_of_a_token_is_replaced_wherever_it_stands(form: str) -> None:
    redactor = Redactor([ACCOUNT])
    assert redactor.text(f"a{form}b") == "a[redacted]b"
    assert redactor.data(f"ä{form}b".encode()) == "ä[redacted]b".encode()


def test_what_holds_no_secret_is_left_as_it_is() -> None:
    redactor = Redactor([ACCOUNT])
    assert redactor.text("PageToken=f00") == "PageToken=f00"
    assert redactor.data(b"\xff") == b"\xff"
    assert redactor.exchange(exchange(body=b"a=b")) == exchange(body=b"a=b")


@pytest.mark.parametrize("account", [(), (Account(sid=SID, token=""),)])
def test_without_a_token_nothing_is_replaced(account: tuple[Account, ...]) -> None:
    assert Redactor(account).text(f"{SID}: all of it") == f"{SID}: all of it"


def test_a_short_token_is_replaced_only_where_it_stands_alone() -> None:
    redactor = Redactor([Account(sid=SID, token="Token")])  # noqa: S106  made up
    assert redactor.text("PageToken=Token&") == "PageToken=[redacted]&"
    assert redactor.data(b"Tokens, Token.") == b"Tokens, [redacted]."


def test_a_token_is_not_seen_in_a_sid_that_has_its_digits() -> None:
    digits = "0" * 31 + "1"
    redactor = Redactor([Account(sid=f"AC{digits}", token=digits)])
    assert redactor.text(f"AC{digits}: {digits}") == f"AC{digits}: [redacted]"
    assert redactor.data(f"KC{digits}".encode()) == f"KC{digits}".encode()


LEAKY = Exchange(
    number=1,
    probe=Probe(
        operation="ListSession",
        method="GET",
        path=f"/{TOKEN}",
        query=f"q={TOKEN}",
        headers=(("authorization", f"Basic {PAIR}"), ("X", TOKEN)),
        body=TOKEN.encode(),
    ),
    sent=Request(
        method="GET",
        url=f"/{TOKEN}",
        headers=(("Authorization", "Basic abc"), ("Cookie", "a=b"), ("X", TOKEN)),
        body=TOKEN.encode(),
    ),
    response=Response(
        status=200,
        headers=(("Set-Cookie", "c=d"), ("X", TOKEN.encode().decode("latin-1"))),
        body=PAIR.encode(),
    ),
)


class Leaky:
    """A target that answers with the token."""

    closed = False

    def send(self, probes: tuple[Probe, ...], first: int) -> tuple[Exchange, ...]:
        return tuple(
            replace(LEAKY, number=first + index) for index, _ in enumerate(probes)
        )

    def close(self) -> None:
        self.closed = True


def test_an_exchange_passes_the_door_without_secrets_and_credentials() -> None:
    inner = Leaky()
    door = Redacted(inner, Redactor([ACCOUNT]))
    (clean,) = door.send((LEAKY.probe,), 1)
    door.close()
    assert inner.closed
    assert clean == Exchange(
        number=1,
        probe=Probe(
            operation="ListSession",
            method="GET",
            path="/[redacted]",
            query="q=[redacted]",
            headers=(("X", "[redacted]"),),
            body=b"[redacted]",
        ),
        sent=Request(
            method="GET",
            url="/[redacted]",
            headers=(("Cookie", "[redacted]"), ("X", "[redacted]")),
            body=b"[redacted]",
        ),
        response=Response(
            status=200,
            headers=(("Set-Cookie", "[redacted]"), ("X", "[redacted]")),
            body=b"[redacted]",
        ),
    )


def test_an_exchange_without_answer_passes_too() -> None:
    silent = replace(exchange(), response=None)
    assert Redactor([ACCOUNT]).exchange(silent) == silent


def test_no_line_of_a_record_holds_the_token(tmp_path: Path) -> None:
    path = tmp_path / "r.ndjson"
    with Writer(path, HEADER, Redactor([ACCOUNT])) as writer:
        writer.scene(replace(SCENE, gave_up=f"observed {TOKEN!s} at {SESSIONS}"))
    assert read(path).performed[0].gave_up == f"observed [redacted] at {SESSIONS}"
