"""The report as one page that needs nothing but a browser."""

import base64
import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import TypeAlias

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from conformance.report import (
    BODY_BYTES_MAX,
    DOCUMENTS,
    GRADES,
    Cluster,
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
_FINDINGS_MAX = 150
_LIVES_MAX = 40
_WALKS_MAX = 4
_WALKS_OF_A_SCENE_MAX = 2
_EVIDENCE_MAX = 40


def html(view: View, *, record: str = "RECORD") -> str:
    """Return the page about one record."""
    cited = _cited(view)
    drawn = _walks(view)
    findings = _findings(view, drawn)
    return _render(
        "report.html.j2",
        view=view,
        record=record,
        findings=findings,
        organs=anatomy(view),
        operations=_operations(view.rows),
        walks=_others(drawn, cited, findings),
        details=[_detail(row, view) for row in view.rows],
        embedding=embed(view.record.exchanges, cited),
        body_bytes_max=BODY_BYTES_MAX,
        documents=DOCUMENTS,
        grades=GRADES,
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
    environment.filters["moment"] = _moment
    return environment


def _inert(value: object) -> object:
    return inert(value) if type(value) is str else value


def _script(text: str) -> Markup:
    """Return a script made inert, its line ends kept."""
    return escape(inert_lines(shortened(text, _CURL_CHARACTERS_MAX)))


def _value(text: str) -> str:
    """Return what a target said, cut where nobody reads on."""
    return shortened(text, _VALUE_CHARACTERS_MAX)


def _moment(text: str) -> str:
    """Return a time as people write it."""
    return text.replace("T", " ").replace("+00:00", " UTC")


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


_Finding: TypeAlias = tuple[Cluster, Walk | None, Life | None]
"""An entry of what to fix, the walk that shows it, and the life of its Session."""


def _walks(view: View) -> tuple[Walk, ...]:
    """Return every walk, the unsound ones first."""
    return tuple(sorted(walks(view.record.exchanges), key=lambda walk: walk.sound))


def _findings(view: View, drawn: tuple[Walk, ...]) -> tuple[_Finding, ...]:
    """Return the entries with what can be drawn of them, no drawing twice."""
    entries = view.clusters[:_FINDINGS_MAX]
    sids = [_session(cluster) for cluster in entries]
    wanted = tuple(dict.fromkeys(sid for sid in sids if sid))[:_LIVES_MAX]
    told = {life.sid: life for life in lives(view.record.exchanges, wanted)}
    found: list[_Finding] = []
    taken: set[tuple[int, ...]] = set()
    for cluster, sid in zip(entries, sids, strict=True):
        walk = next((w for w in drawn if not w.sound and _shows(w, cluster)), None)
        if walk and walk.numbers in taken:
            walk = None
        if walk:
            taken.add(walk.numbers)
        life = told.pop(sid, None)
        found.append((cluster, walk, life if life and len(life.moments) > 1 else None))
    return tuple(found)


def _shows(walk: Walk, cluster: Cluster) -> bool:
    """Return whether a walk has any page that the first finding points to."""
    return not set(walk.numbers).isdisjoint(cluster.findings[0].finding.evidence)


def _session(cluster: Cluster) -> str:
    """Return the SID of the first Session that an entry's chain creates, or ""."""
    return next(
        (
            str(step.exchange.fields.get("sid"))
            for step in cluster.findings[0].chain.steps
            if step.exchange.probe.operation == "CreateSession"
            and step.exchange.accepted
        ),
        "",
    )


def _others(
    drawn: tuple[Walk, ...], cited: Iterable[int], findings: tuple[_Finding, ...]
) -> tuple[Walk, ...]:
    """Return walks that no finding shows: unsound and cited ones first."""
    pointed = frozenset(cited)
    shown = {walk.numbers for _, walk, _ in findings if walk}
    some = sorted(
        (walk for walk in drawn if walk.numbers not in shown),
        key=lambda walk: (walk.sound, not pointed.intersection(walk.numbers)),
    )
    taken: Counter[str] = Counter()
    others: list[Walk] = []
    for walk in some:
        taken[walk.scene] += 1
        if taken[walk.scene] <= _WALKS_OF_A_SCENE_MAX:
            others.append(walk)
    return tuple(others[:_WALKS_MAX])


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
