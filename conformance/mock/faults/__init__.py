"""The faults: each breaks the mock in one way, by name.

One module per area; add yours to the imports and to `FAULTS`.
"""

from conformance.mock.faults import (
    children,
    consistency,
    create,
    delete,
    enums,
    expiry,
    identifiers,
    lifecycle,
    links,
    properties,
    update,
)
from conformance.mock.registry import gather

FAULTS = gather(
    [
        identifiers.FAULTS,
        properties.FAULTS,
        enums.FAULTS,
        links.FAULTS,
        create.FAULTS,
        children.FAULTS,
        consistency.FAULTS,
        update.FAULTS,
        lifecycle.FAULTS,
        expiry.FAULTS,
        delete.FAULTS,
    ]
)
