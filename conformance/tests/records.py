"""Literal records for tests, small enough to be read."""

from conformance.exchange import (
    FORM,
    Credentials,
    Exchange,
    Probe,
    Request,
    Response,
    Role,
    Trouble,
)
from conformance.perform import Performed
from conformance.record import Footer, Header, Leftover, Line, Record, Tally, Waiver
from conformance.verdict import Exit, Finding, Level, Outcome, Ruling, Verdict

SERVICE = "KS" + "1" * 32
SESSION = "KC" + "a" * 32
SESSIONS = f"/v1/Services/{SERVICE}/Sessions"

HEADER = Header(
    suite="1.2.3",
    contract="c0ffee",
    catalogue="ca7",
    target="http://127.0.0.1:8000",
    account_sid="AC" + "0" * 32,
    profile="full",
    seed=7,
    tag="conf-1",
    service_sid=SERVICE,
    started="2026-03-01T12:00:00+00:00",
    name="a mock",
    select=("SID-001",),
    expectations={"LIST-030": "clamped"},
)

FOOTER = Footer(
    exit=Exit.NON_CONFORMANT,
    counts={
        Level.MUST: {Outcome.FAIL: 1, Outcome.PASS: 2},
        Level.OBSERVE: {Outcome.PASS: 1},
    },
    requests=3,
    seconds=1.25,
    halted="interrupted",
    left_behind=(Leftover(kind="Session", url=f"{SESSIONS}/{SESSION}"),),
    waivers=(Waiver(requirement="SID-001", reason="known", state="unused"),),
    absent={"services": "the target refuses to create one"},
)

SCENE = Performed(
    scene="malformed-sid/UpdateSession",
    serves=("SID-003",),
    gave_up="set-up needs CreateSession to be accepted, observed 500",
    defect="scenario raised",
)

FAILED = Verdict(
    requirement="SID-003",
    operation="UpdateSession",
    outcome=Outcome.FAIL,
    reason="expected 400 or 404 for not-hex, observed 200",
    symptom="not-hex, 2xx",
    subject="not-hex",
    evidence=(2, 3),
)

RULING = Ruling(
    requirement="SID-003",
    operation="UpdateSession",
    outcome=Outcome.FAIL,
    reason="expected 400 or 404 for not-hex, observed 200",
    judged=7,
    distinct=6,
    choices=("one", "two"),
    findings=(
        Finding(
            requirement="SID-003",
            operation="UpdateSession",
            symptom="not-hex, 2xx",
            reason="expected 400 or 404 for not-hex, observed 200",
            evidence=(2, 3),
            count=2,
        ),
    ),
)


def exchange(  # noqa: PLR0913  an exchange has that many parts
    number: int = 1,
    method: str = "GET",
    url: str = SESSIONS,
    *,
    operation: str = "ListSession",
    body: bytes = b"",
    status: int = 200,
    answer: bytes = b"{}",
    scene: str = "scene",
    role: Role = Role.STEP,
    label: str = "",
    defect: str = "",
    pair: str = "",
    credentials: Credentials = Credentials.OWN,
    trouble: Trouble | None = None,
) -> Exchange:
    """Return an exchange whose probe meant just what was sent."""
    path, _, query = url.partition("?")
    headers = (("Content-Type", FORM),) if body else ()
    response = Response(
        status=status, headers=(("Content-Type", "application/json"),), body=answer
    )
    return Exchange(
        number=number,
        probe=Probe(
            operation=operation,
            method=method,
            path=path,
            query=query,
            headers=headers,
            body=body or None,
            credentials=credentials,
            scene=scene,
            role=role,
            label=label,
            defect=defect,
            pair=pair,
        ),
        sent=Request(
            method=method,
            url=url,
            headers=(("Accept", "application/json"), *headers),
            body=body,
        ),
        response=None if trouble else response,
        trouble=trouble,
        began_ms=float(number),
        elapsed_ms=1.5,
    )


def lines(record: Record) -> tuple[Line, ...]:
    """Return the lines of a record in the order in which a run writes them."""
    return (
        record.header,
        *record.exchanges,
        *record.performed,
        *record.tallies,
        *record.rulings,
        *((record.footer,) if record.footer else ()),
    )


SMALL = Record(
    header=HEADER,
    exchanges=(
        exchange(1, "POST", operation="CreateSession", body=b"Ttl=60", status=201),
        exchange(
            2,
            "POST",
            f"{SESSIONS}/KC%0A",
            operation="UpdateSession",
            body=b"Ttl=600",
            role=Role.SPOILT,
            label="spoilt",
            defect="not-hex",
            pair="update",
            answer=b"\xff\xfe",
        ),
        exchange(
            3,
            "POST",
            f"{SESSIONS}/{SESSION}",
            operation="UpdateSession",
            role=Role.CONTROL,
            pair="update",
            trouble=Trouble.TIMEOUT,
            credentials=Credentials.WRONG_TOKEN,
        ),
    ),
    performed=(SCENE,),
    tallies=(
        Tally(verdict=FAILED),
        Tally(
            verdict=Verdict(
                requirement="LIST-030",
                operation="ListSession",
                outcome=Outcome.PASS,
                choice="clamped",
                evidence=(1, 2),
            ),
            count=9,
            distinct=4,
        ),
    ),
    rulings=(RULING,),
    footer=FOOTER,
)
"""A record with every kind of line and every member that a line may have."""
