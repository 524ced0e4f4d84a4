"""The variants: each makes the mock lawful in another way, by name.

One module per area; add yours to the imports and to `VARIANTS`.
"""

from conformance.mock.registry import gather
from conformance.mock.variants import (
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
    update,
)

VARIANTS = gather(
    [
        http.VARIANTS,
        errors.VARIANTS,
        authentication.VARIANTS,
        identifiers.VARIANTS,
        properties.VARIANTS,
        enums.VARIANTS,
        links.VARIANTS,
        create.VARIANTS,
        dates.VARIANTS,
        names.VARIANTS,
        numbers.VARIANTS,
        children.VARIANTS,
        paging.VARIANTS,
        consistency.VARIANTS,
        update.VARIANTS,
        lifecycle.VARIANTS,
        expiry.VARIANTS,
        delete.VARIANTS,
    ]
)
