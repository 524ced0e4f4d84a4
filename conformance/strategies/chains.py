"""Forms for chains of operations: few values, so that chains meet themselves."""

from collections.abc import Mapping

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

_TTL = st.sampled_from(["0", "60", "3600"])
_DATE = st.sampled_from(["2040-02-29T12:00:00Z", "2038-01-19T03:14:08Z"])


def creations() -> SearchStrategy[Mapping[str, str]]:
    """Return forms of a create; shrinks towards an empty one."""
    return st.fixed_dictionaries(
        {},
        optional={
            "UniqueName": st.sampled_from(["a", "b"]),
            "Ttl": _TTL,
            "DateExpiry": _DATE,
            "Mode": st.sampled_from(["voice-and-message", "message-only"]),
        },
    )


def updates() -> SearchStrategy[Mapping[str, str]]:
    """Return forms of an update; shrinks towards a single field."""
    return st.fixed_dictionaries(
        {},
        optional={
            "Ttl": _TTL,
            "DateExpiry": _DATE,
            "Status": st.sampled_from(["closed", "in-progress"]),
        },
    )
