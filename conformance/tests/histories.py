"""Literal histories for tests: what was sent, and the answer that a test invents."""

import json
from dataclasses import replace
from typing import Any

from conformance.evidence import Evidence
from conformance.exchange import (
    Exchange,
    History,
    Json,
    Probe,
    Request,
    Response,
    Trouble,
)
from conformance.library import library
from conformance.script import World

ACCOUNT = "AC" + "a" * 32
SERVICE = "KS" + "1" * 32
SESSION = "KC" + "2" * 32
PARTICIPANT = "KP" + "3" * 32
INTERACTION = "KI" + "4" * 32
ORIGIN = "https://host.test"
SESSION_URL = f"{ORIGIN}/v1/Services/{SERVICE}/Sessions/{SESSION}"

WORLD = World(
    contract=library().contract,
    account_sid=ACCOUNT,
    service_sid=SERVICE,
    tag="test",
)


def session(**changes: Json) -> dict[str, Any]:
    """Return a fresh Session as a correct target shows it, with changes."""
    return {
        "sid": SESSION,
        "service_sid": SERVICE,
        "account_sid": ACCOUNT,
        "unique_name": None,
        "status": "open",
        "closed_reason": None,
        "ttl": 0,
        "mode": "voice-and-message",
        "date_started": None,
        "date_ended": None,
        "date_last_interaction": None,
        "date_expiry": None,
        "date_created": "2026-03-01T12:00:00Z",
        "date_updated": "2026-03-01T12:00:00Z",
        "url": SESSION_URL,
        "links": {
            "participants": f"{SESSION_URL}/Participants",
            "interactions": f"{SESSION_URL}/Interactions",
        },
    } | changes


def page(*items: Json, key: str = "sessions") -> dict[str, Any]:
    """Return the only page of a list."""
    return {
        key: [*items],
        "meta": {
            "key": key,
            "page": 0,
            "page_size": 50,
            "url": ORIGIN,
            "first_page_url": ORIGIN,
            "previous_page_url": None,
            "next_page_url": None,
        },
    }


def answered(
    probe: Probe,
    status: int,
    shown: Json = None,
    **about: Any,  # noqa: ANN401  fields of Probe
) -> Exchange:
    """Return the exchange of a probe; status 0 stands for no answer at all.

    `about` replaces fields of the probe; bytes are shown as they are.
    """
    probe = replace(probe, **about)
    raw = shown if isinstance(shown, bytes) else json.dumps(shown).encode()
    headers = (("Content-Type", "application/json"),)
    return Exchange(
        number=0,
        probe=probe,
        sent=Request(
            method=probe.method,
            url=probe.url,
            headers=probe.headers,
            body=probe.body or b"",
        ),
        response=Response(status=status, headers=headers, body=raw) if status else None,
        trouble=None if status else Trouble.TIMEOUT,
    )


def evidence(*exchanges: Exchange) -> Evidence:
    """Return the evidence of these exchanges, numbered from 1 in their order."""
    numbered = tuple(
        replace(each, number=number) for number, each in enumerate(exchanges, start=1)
    )
    history = History(account_sid=ACCOUNT, exchanges=numbered)
    return Evidence(history=history, contract=library().contract)
