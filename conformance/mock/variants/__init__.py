"""The variants: each makes the mock lawful in another way, by name.

One module per area; add yours to the imports and to `VARIANTS`.
"""

from conformance.mock.registry import gather
from conformance.mock.variants import (
    children,
    create,
    enums,
    http,
    links,
    properties,
)

VARIANTS = gather(
    [
        http.VARIANTS,
        properties.VARIANTS,
        enums.VARIANTS,
        links.VARIANTS,
        create.VARIANTS,
        children.VARIANTS,
    ]
)
