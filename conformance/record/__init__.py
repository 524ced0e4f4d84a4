"""The record: everything a run saw and decided, one JSON line as each thing happens."""

from conformance.record.redaction import Redacted, Redactor
from conformance.record.stream import Writer, iter_lines, read, write
from conformance.record.values import (
    FORMAT,
    Footer,
    Header,
    Leftover,
    Line,
    Record,
    RecordError,
    Waiver,
    counted,
    tallied,
)
from conformance.verdict import Tally

__all__ = [
    "FORMAT",
    "Footer",
    "Header",
    "Leftover",
    "Line",
    "Record",
    "RecordError",
    "Redacted",
    "Redactor",
    "Tally",
    "Waiver",
    "Writer",
    "counted",
    "iter_lines",
    "read",
    "tallied",
    "write",
]
