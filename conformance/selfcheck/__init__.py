"""The self-check: each fault caught by what it claims, each variant left alone.

Knows the mock only as a target that somebody hands over.
"""

from conformance.selfcheck.claims import (
    coverage_problems,
    fault_problems,
    lawful_problems,
)
from conformance.selfcheck.matrix import Entry, Matrix
from conformance.selfcheck.mixtures import mixtures
from conformance.selfcheck.sighting import CLEAN, Sighting, sight

__all__ = [
    "CLEAN",
    "Entry",
    "Matrix",
    "Sighting",
    "coverage_problems",
    "fault_problems",
    "lawful_problems",
    "mixtures",
    "sight",
]
