"""Listed: the items of what may be a list, as an answer shows it."""

from collections.abc import Mapping
from typing import Any, cast


def listed(value: object) -> Mapping[int, Mapping[str, Any]]:
    """Return the members of each item of a JSON list, by its place in it."""
    items = cast("list[object]", value) if isinstance(value, list) else []
    return {place: fields(item) for place, item in enumerate(items)}


def fields(value: object) -> Mapping[str, Any]:
    """Return the members of a JSON object; of anything else there are none."""
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}
