"""Spelling: what a line of a record says, as the JSON object that says it."""

import base64
import json
from functools import singledispatch
from typing import TypeAlias

from conformance.exchange import Exchange, Probe, Request, Response
from conformance.perform import Performed
from conformance.record.values import FORMAT, Footer, Header, Line
from conformance.verdict import Finding, Ruling, Tally

Json: TypeAlias = (
    "dict[str, Json] | list[Json] | tuple[Json, ...] | str | int | float | None"
)
Row: TypeAlias = dict[str, Json]

_encode = json.JSONEncoder(separators=(",", ":"), allow_nan=False).encode


def spell(line: Line) -> str:
    """Return the line of text that says it: ASCII JSON, without the line end.

    ASCII, so that it shows harmlessly in any terminal and survives any text that
    UTF-8 cannot carry.
    """
    return _encode(_row(line))


@singledispatch
def _row(line: Line) -> Row:
    raise TypeError(f"expected a line of a record, observed {type(line).__name__}")


@_row.register
def _header(header: Header) -> Row:
    return {
        "kind": "header",
        "format": FORMAT,
        "suite": header.suite,
        "contract": header.contract,
        "catalogue": header.catalogue,
        "target": header.target,
        "account_sid": header.account_sid,
        "profile": header.profile,
        "seed": header.seed,
        "tag": header.tag,
        "service_sid": header.service_sid,
        "started": header.started,
        "name": header.name,
        "select": header.select,
        "expectations": dict(header.expectations),
    }


@_row.register
def _exchange(exchange: Exchange) -> Row:
    answer: Row = {}
    if exchange.response is not None:
        answer = {"response": _response(exchange.response)}
    elif exchange.trouble is not None:
        answer = {"trouble": exchange.trouble.value}
    return {
        "kind": "exchange",
        "number": exchange.number,
        "began_ms": round(exchange.began_ms, 3),
        "elapsed_ms": round(exchange.elapsed_ms, 3),
        "probe": _probe(exchange.probe, exchange.sent),
        "sent": _request(exchange.sent),
        **answer,
    }


def _probe(probe: Probe, sent: Request) -> Row:
    """Return the reason for a request; what it says itself only where it differs."""
    path, _, query = sent.url.partition("?")
    same = (
        probe.method == sent.method
        and (probe.path, probe.query) == (path, query)
        and probe.body == (sent.body or None)
    )
    meant: Row = {
        "method": probe.method,
        "path": probe.path,
        "query": probe.query,
        "body": None if probe.body is None else _body(probe.body),
    }
    return {"operation": probe.operation} | _filled(
        {
            "scene": probe.scene,
            "role": "" if probe.role.value == "step" else probe.role.value,
            "label": probe.label,
            "defect": probe.defect,
            "pair": probe.pair,
            "credentials": (
                "" if probe.credentials.value == "own" else probe.credentials.value
            ),
            "headers": probe.headers,
            "meant": None if same else meant,
        }
    )


def _request(sent: Request) -> Row:
    return {"method": sent.method, "url": sent.url} | _message(sent.headers, sent.body)


def _response(response: Response) -> Row:
    return {"status": response.status} | _message(response.headers, response.body)


def _message(headers: tuple[tuple[str, str], ...], body: bytes) -> Row:
    row: Row = {"headers": headers}
    return row | {"body": _body(body)} if body else row


def _body(body: bytes) -> Json:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(body).decode("ascii")}


@_row.register
def _performed(performed: Performed) -> Row:
    return {
        "kind": "scene",
        "scene": performed.scene,
        "serves": performed.serves,
        **_filled({"gave_up": performed.gave_up, "defect": performed.defect}),
    }


@_row.register
def _tally(tally: Tally) -> Row:
    verdict = tally.verdict
    return {
        "kind": "verdict",
        "requirement": verdict.requirement,
        "operation": verdict.operation,
        "outcome": verdict.outcome.value,
        **_filled(
            {
                "reason": verdict.reason,
                "symptom": verdict.symptom,
                "subject": verdict.subject,
                "choice": verdict.choice,
                "evidence": verdict.evidence,
            }
        ),
        "count": tally.count,
        "distinct": tally.distinct,
    }


@_row.register
def _ruling(ruling: Ruling) -> Row:
    return {
        "kind": "ruling",
        "requirement": ruling.requirement,
        "operation": ruling.operation,
        "outcome": ruling.outcome.value,
        "judged": ruling.judged,
        "distinct": ruling.distinct,
        **_filled(
            {
                "reason": ruling.reason,
                "choices": ruling.choices,
                "findings": tuple(map(_finding, ruling.findings)),
            }
        ),
    }


def _finding(finding: Finding) -> Row:
    return {
        "symptom": finding.symptom,
        "reason": finding.reason,
        "evidence": finding.evidence,
        "count": finding.count,
    }


@_row.register
def _footer(footer: Footer) -> Row:
    return {
        "kind": "footer",
        "exit": footer.exit.value,
        "counts": {
            level.value: {outcome.value: n for outcome, n in counts.items()}
            for level, counts in footer.counts.items()
        },
        "requests": footer.requests,
        "seconds": round(footer.seconds, 3),
        "halted": footer.halted,
        "left_behind": [
            {"kind": left.kind, "url": left.url} for left in footer.left_behind
        ],
        "waivers": [
            {
                "requirement": waiver.requirement,
                "operation": waiver.operation,
                "reason": waiver.reason,
                "issue": waiver.issue,
                "expires": waiver.expires,
                "state": waiver.state,
            }
            for waiver in footer.waivers
        ],
        "absent": dict(footer.absent),
    }


def _filled(row: Row) -> Row:
    """Return the members that say something."""
    return {name: value for name, value in row.items() if value}
