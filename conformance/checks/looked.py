"""What a scene saw of the Session that it asked for."""

from conformance.exchange import Exchange
from conformance.models.values import NOTHING, Values, shown_values


def looked(exchange: Exchange) -> Values:
    """Return the values of the Session in the path, none if another was shown."""
    sid = exchange.fields.get("sid")
    own = isinstance(sid, str) and sid.lower() in exchange.sent.path.lower().split("/")
    return shown_values(exchange.fields) if exchange.accepted and own else NOTHING


def listed_participants(exchange: Exchange) -> frozenset[str]:
    """Return the SIDs of the Participants that an answer shows, one or a list."""
    items = exchange.fields.get("participants", [exchange.fields])
    shown = items if exchange.accepted and isinstance(items, list) else []
    sids = (item.get("sid") for item in shown if isinstance(item, dict))
    return frozenset(sid.lower() for sid in sids if isinstance(sid, str))
