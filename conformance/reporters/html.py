"""The report as one page that needs nothing but a browser."""

import base64
import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from conformance.report import (
    BODY_BYTES_MAX,
    Comparison,
    Level,
    Life,
    Matrix,
    Row,
    State,
    View,
    Walk,
    anatomy,
    embed,
    inert,
    inert_lines,
    lives,
    shortened,
    walks,
)
from conformance.reporters.comparison import notes

_TEMPLATES = Path(__file__).parent / "templates"
_CURL_CHARACTERS_MAX = 8_000
_VALUE_CHARACTERS_MAX = 1_500
_LIVES_MAX = 8
_LIVES_LOOKED_AT = 40
_WALKS_MAX = 8
_WALKS_OF_A_SCENE_MAX = 2
_EVIDENCE_MAX = 40


def html(view: View, *, record: str = "RECORD") -> str:
    """Return the page about one record."""
    cited = _cited(view)
    return _render(
        "report.html.j2",
        view=view,
        record=record,
        organs=anatomy(view),
        operations=_operations(view.rows),
        walks=_walks(view, cited),
        lives=_lives(view),
        details=[_detail(row, view) for row in view.rows],
        embedding=embed(view.record.exchanges, cited),
        body_bytes_max=BODY_BYTES_MAX,
    )


def matrix_html(matrix: Matrix) -> str:
    """Return the page about several records: requirement by target."""
    return _render("matrix.html.j2", matrix=matrix, comparison=None, notes=())


def comparison_html(comparison: Comparison, matrix: Matrix) -> str:
    """Return the page about two records and where they differ."""
    return _render(
        "matrix.html.j2",
        matrix=matrix,
        comparison=comparison,
        notes=tuple(notes(comparison)),
    )


def _render(template: str, **values: object) -> str:
    style = (_TEMPLATES / "report.css").read_text("utf-8")
    script = (_TEMPLATES / "report.js").read_text("utf-8")
    policy = (
        f"default-src 'none'; style-src '{_hash(style)}'; "
        f"script-src '{_hash(script)}'; base-uri 'none'; form-action 'none'"
    )
    return (
        _environment()
        .get_template(template)
        .render(
            style=Markup(style),  # noqa: S704  our own file
            script=Markup(script),  # noqa: S704  our own file
            policy=policy,
            states=tuple(State),
            levels=tuple(Level),
            **values,
        )
    )


@cache
def _environment() -> Environment:
    """Return how templates are read; all text is inert before it is escaped."""
    environment = Environment(
        autoescape=True,
        loader=FileSystemLoader(_TEMPLATES),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_inert,
    )
    environment.filters["script"] = _script
    environment.filters["value"] = _value
    environment.filters["embedded"] = _embedded
    return environment


def _inert(value: object) -> object:
    return inert(value) if type(value) is str else value


def _script(text: str) -> Markup:
    """Return a script made inert, its line ends kept."""
    return escape(inert_lines(shortened(text, _CURL_CHARACTERS_MAX)))


def _value(text: str) -> str:
    """Return what a target said, cut where nobody reads on."""
    return shortened(text, _VALUE_CHARACTERS_MAX)


def _embedded(value: object) -> Markup:
    """Return JSON that cannot end the element it stands in."""
    text = json.dumps(value, separators=(",", ":")).replace("<", "\\u003c")
    return Markup(text)  # noqa: S704  there is no `<` left in it


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"


def _operations(rows: Iterable[Row]) -> tuple[str, ...]:
    """Return the operations of all rows, those about Sessions first."""
    names = dict.fromkeys(cell.operation for row in rows for cell in row.cells)
    return tuple(sorted(names, key=lambda name: not name.endswith("Session")))


def _cited(view: View) -> tuple[int, ...]:
    """Return the exchanges that anything in the report points to."""
    chains = [step.exchange for one in view.findings() for step in one.chain.steps]
    numbers = [exchange.number for exchange in chains]
    numbers += [n for some in view.evidence.values() for n in some[:_EVIDENCE_MAX]]
    return tuple(dict.fromkeys(numbers))


def _walks(view: View, cited: Iterable[int]) -> tuple[Walk, ...]:
    """Return the walks worth drawing: unsound and cited ones first, few of a scene."""
    pointed = frozenset(cited)
    some = sorted(
        walks(view.record.exchanges),
        key=lambda walk: (walk.sound, not pointed.intersection(walk.numbers)),
    )
    taken: Counter[str] = Counter()
    drawn = []
    for walk in some:
        taken[walk.scene] += 1
        if taken[walk.scene] <= _WALKS_OF_A_SCENE_MAX:
            drawn.append(walk)
    return tuple(drawn[:_WALKS_MAX])


def _lives(view: View) -> tuple[Life, ...]:
    """Return the lives of the Sessions that the most pressing findings are about."""
    sids = dict.fromkeys(
        str(step.exchange.fields.get("sid"))
        for shown in view.findings()
        for step in shown.chain.steps
        if step.exchange.probe.operation == "CreateSession" and step.exchange.accepted
    )
    some = lives(view.record.exchanges, tuple(sids)[:_LIVES_LOOKED_AT])
    return tuple(life for life in some if len(life.moments) > 1)[:_LIVES_MAX]


def _detail(row: Row, view: View) -> dict[str, object]:
    """Return what is shown of a requirement when somebody asks for it."""
    requirement = row.requirement
    return {
        "id": requirement.id,
        "sentence": requirement.sentence,
        "level": requirement.level,
        "area": requirement.area,
        "state": row.state,
        "slug": row.state.slug,
        "mark": row.state.mark,
        "source": [str(source) for source in requirement.source],
        "sent": requirement.sent,
        "accepted": requirement.accepted,
        "failure": requirement.failure,
        "choices": requirement.choices,
        "preferred": requirement.preferred,
        "minimum": requirement.minimum,
        "proofs": [f"{fault.name}: {fault.sentence}" for fault in row.proofs[:3]],
        "cells": [
            {
                "operation": cell.operation,
                "state": cell.state,
                "slug": cell.state.slug,
                "mark": cell.state.mark,
                "reason": inert(shortened(cell.ruling.reason, _VALUE_CHARACTERS_MAX)),
                "judged": cell.ruling.judged,
                "distinct": cell.ruling.distinct,
                "choices": cell.ruling.choices,
                "evidence": view.evidence.get(cell.ruling.key, ())[:_EVIDENCE_MAX],
            }
            for cell in row.cells
        ],
    }
