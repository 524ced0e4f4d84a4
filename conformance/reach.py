"""Reach: whether a bad target might take a write for one to somebody else's data."""

import posixpath
from itertools import pairwise
from urllib.parse import unquote

from conformance.exchange import Probe

_READING = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
_COLLECTIONS = frozenset(
    {"Services", "Sessions", "Participants", "Interactions", "MessageInteractions"}
)
_TELLING_MIN = 24
_ROOT = 2  # what comes before the first collection: the slash and the version


def overreaches(probe: Probe, given_sid: str = "") -> bool:
    """Return whether a lenient look-up might lead this write astray.

    A SID cut down to its prefix, or made of wildcards, may match any resource. The
    Service `given_sid` is the user's: nothing but creates and Sessions one by one.
    """
    if probe.method in _READING:
        return False
    path = unquote(unquote(probe.path))
    segments = posixpath.normpath(path).split("/")
    ends = {path.rstrip("/").rpartition("/")[2], segments[-1]}
    named = ends | {after for _, after in pairwise(segments[_ROOT:])}
    if not all(map(_telling, named - _COLLECTIONS)):
        return True
    given = given_sid.lower()
    if not given or given not in path.lower():
        return False
    sweeping = probe.method == "DELETE" and not _COLLECTIONS.isdisjoint(ends)
    return sweeping or given in segments[-1].lower()


def _telling(segment: str) -> bool:
    """Return whether a segment says so much that it means one resource at most."""
    wild = "*" in segment or "%%" in segment
    return not wild and sum(map(str.isalnum, segment)) >= _TELLING_MIN
