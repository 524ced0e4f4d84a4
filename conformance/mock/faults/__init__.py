"""The faults: each breaks the mock in one way, by name.

One module per area; add yours to the imports and to `FAULTS`.
"""

from conformance.mock.faults import (
    authentication,
    children,
    consistency,
    create,
    dates,
    delete,
    enums,
    errors,
    expiry,
    http,
    identifiers,
    lifecycle,
    links,
    names,
    numbers,
    paging,
    properties,
    races,
    update,
)
from conformance.mock.registry import gather

FAULTS = gather(
    [
        http.FAULTS,
        errors.FAULTS,
        authentication.FAULTS,
        identifiers.FAULTS,
        properties.FAULTS,
        enums.FAULTS,
        links.FAULTS,
        create.FAULTS,
        dates.FAULTS,
        names.FAULTS,
        numbers.FAULTS,
        children.FAULTS,
        paging.FAULTS,
        consistency.FAULTS,
        update.FAULTS,
        lifecycle.FAULTS,
        expiry.FAULTS,
        delete.FAULTS,
        races.FAULTS,
    ]
)
