"""The variants: each makes the mock lawful in another way, by name.

One module per area; add yours to the imports and to `VARIANTS`.
"""

from conformance.mock.registry import gather
from conformance.mock.variants import (
    children,
    consistency,
    create,
    dates,
    delete,
    enums,
    expiry,
    http,
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
