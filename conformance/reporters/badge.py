"""The verdict as a badge: an SVG, and the JSON that badge services take."""

import json
from xml.sax.saxutils import escape

from conformance.report import Exit, Level, State, View

LABEL = "Session API"

_COLOURS = {
    Exit.CONFORMANT: "#1a7f37",
    Exit.NON_CONFORMANT: "#b3261e",
    Exit.LEFT_BEHIND: "#b3261e",
    Exit.OUR_ERROR: "#7b3fa0",
}
_UNDECIDED = "#8a6100"
_CHARACTER_PX = 6.6
_PADDING_PX = 10


def badge_json(view: View) -> str:
    """Return the endpoint document, as shields.io reads it."""
    return json.dumps(
        {
            "schemaVersion": 1,
            "label": LABEL,
            "message": _message(view),
            "color": _colour(view),
            "isError": view.exit is not Exit.CONFORMANT,
        },
        indent=2,
    )


def badge_svg(view: View) -> str:
    """Return the picture, which needs nothing from elsewhere."""
    label, message = LABEL, _message(view)
    left, right = _width(label), _width(message)
    title = escape(f"{label}: {message}")
    return f"""\
<svg xmlns="http://www.w3.org/2000/svg" width="{left + right}" height="20" role="img" \
aria-label="{title}">
  <title>{title}</title>
  <clipPath id="r"><rect width="{left + right}" height="20" rx="3"/></clipPath>
  <g clip-path="url(#r)">
    <rect width="{left}" height="20" fill="#444c56"/>
    <rect x="{left}" width="{right}" height="20" fill="{_colour(view)}"/>
  </g>
  <g fill="#fff" text-anchor="middle" font-size="11" \
font-family="Verdana,DejaVu Sans,sans-serif">
    <text x="{left / 2:g}" y="14">{escape(label)}</text>
    <text x="{left + right / 2:g}" y="14">{escape(message)}</text>
  </g>
</svg>
"""


def _message(view: View) -> str:
    counts = view.counts[Level.MUST]
    held = counts[State.HELD] + counts[State.WAIVED]
    claimed = sum(counts.values()) - counts[State.SKIPPED]
    return f"{view.headline}, {held} of {claimed}"


def _colour(view: View) -> str:
    return _UNDECIDED if view.exit is None else _COLOURS.get(view.exit, _UNDECIDED)


def _width(text: str) -> int:
    return round(len(text) * _CHARACTER_PX) + _PADDING_PX
