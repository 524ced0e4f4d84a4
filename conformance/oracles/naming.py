"""How a property is named, and which other spellings name the same."""

SESSION = (
    "sid",
    "service_sid",
    "account_sid",
    "unique_name",
    "status",
    "closed_reason",
    "ttl",
    "mode",
    "date_started",
    "date_ended",
    "date_last_interaction",
    "date_expiry",
    "date_created",
    "date_updated",
    "url",
    "links",
)
"""The properties of a Session, each in the spelling of the wire."""


def letters(name: str) -> str:
    """Return what all spellings of a name share: its letters, in lower case."""
    return name.replace("_", "").replace("-", "").lower()


def style(name: str) -> str:
    """Return how a name that is not in snake_case is spelled, as a class."""
    if "-" in name:
        return "kebab-case"
    if name.isupper():
        return "CAPITALS"
    return "PascalCase" if name[:1].isupper() else "camelCase"
