"""The faults: each breaks the mock in one way, by name.

One module per area; add yours to the imports and to `FAULTS`.
"""

from conformance.mock.faults import identifiers
from conformance.mock.registry import gather

FAULTS = gather(
    [
        identifiers.FAULTS,
    ]
)
