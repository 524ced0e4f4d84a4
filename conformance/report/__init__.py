"""The report: what a reader wants to know, derived from records."""

from dataclasses import replace
from pathlib import Path

from conformance.library import faults, library
from conformance.record import read
from conformance.report.anatomy import Member, Organ, Place, anatomy
from conformance.report.cause import Cause
from conformance.report.chain import Chain, Past, Step
from conformance.report.comparison import (
    Comparison,
    ComparisonError,
    Difference,
    Kind,
    Line,
    Matrix,
    compare,
    matrix,
)
from conformance.report.curl import curl, curl_script
from conformance.report.documents import DOCUMENTS, GRADES
from conformance.report.embedding import BODY_BYTES_MAX, Embedding, embed
from conformance.report.inert import inert, inert_lines, shortened
from conformance.report.life import Life, Moment, lives
from conformance.report.state import State
from conformance.report.view import Cell, Cluster, Row, Shown, View, past_of, view
from conformance.report.walk import Page, Walk, walks
from conformance.verdict import Exit, Level, Outcome

RECORD = "record.ndjson"
"""The name of a record in the folder of its run."""


def load(path: Path, *, name: str = "") -> View:
    """Return what a report shows of the record in a file, or in a run's folder.

    `name` is what to call the target, if not what its record calls it. Raises
    RecordError, CatalogueError or ContractError.
    """
    record = read(path / RECORD if path.is_dir() else path)
    if name:
        record = replace(record, header=replace(record.header, name=name))
    return view(record, library(), faults())


__all__ = [
    "BODY_BYTES_MAX",
    "DOCUMENTS",
    "GRADES",
    "RECORD",
    "Cause",
    "Cell",
    "Chain",
    "Cluster",
    "Comparison",
    "ComparisonError",
    "Difference",
    "Embedding",
    "Exit",
    "Kind",
    "Level",
    "Life",
    "Line",
    "Matrix",
    "Member",
    "Moment",
    "Organ",
    "Outcome",
    "Page",
    "Past",
    "Place",
    "Row",
    "Shown",
    "State",
    "Step",
    "View",
    "Walk",
    "anatomy",
    "compare",
    "curl",
    "curl_script",
    "embed",
    "inert",
    "inert_lines",
    "lives",
    "load",
    "matrix",
    "past_of",
    "shortened",
    "view",
    "walks",
]
