"""Where a resource is: the path that its SIDs spell, and whether a URL leads there."""

from collections.abc import Iterable
from functools import lru_cache

from conformance.checks.properties import themselves
from conformance.evidence import Evidence, Seen
from conformance.oracles import url
from conformance.oracles.sid import is_sid, same_sid

_SID_CHARACTERS = 34
_PREFIXES = {"Service": "KS", "Session": "KC", "Participant": "KP", "Interaction": "KI"}
_SERVICE = ("ServiceSid", "KS", "/Sessions")
# What stands in the path above a resource: the parameter, its prefix, what follows it.
_PARENTS = {
    "Service": (),
    "Session": (_SERVICE,),
    "Participant": (_SERVICE, ("SessionSid", "KC", "/Participants")),
    "Interaction": (_SERVICE, ("SessionSid", "KC", "/Interactions")),
}


def located(evidence: Evidence) -> Iterable[tuple[Seen, str]]:
    """Return each Session whose own path is known, with that path."""
    return evidence.view(_located)


def own_path(evidence: Evidence, seen: Seen) -> str:
    """Return the path of a resource on its host, "" where it cannot be told.

    SIDs are taken from the request where it has them, so that a wrong one in the
    answer is not held against the URLs beside it.
    """
    prefix = _PREFIXES[seen.resource]
    parent, own = _addressed(evidence, seen)
    sid = own if is_sid(own, prefix=prefix) else seen.sid
    return f"{parent}/{sid}" if parent and is_sid(sid, prefix=prefix) else ""


def mount(evidence: Evidence) -> str:
    """Return the path below which the whole API is mounted, "" as published.

    A target behind a gateway may live below a path of its own; it then shows that
    path in the url of every Session, and nowhere but in front of the version.
    """
    return evidence.view(_mount)


def misses(shown: str, path: str, mount: str) -> str:
    """Return, as a class, how a URL misses `path` below `mount`; "" if it does not."""
    if _above(shown, path) == mount:
        return ""
    if not url.is_absolute(shown):
        return "not an absolute http or https URL"
    steps, expected = url.path(shown).split("/"), (mount + path).split("/")
    if len(steps) != len(expected):
        return "a double slash" if "" in steps[1:-1] else "another path"
    pairs = zip(steps, expected, strict=True)
    alike = all(a == b or len(b) == _SID_CHARACTERS for a, b in pairs)
    return "the path of another resource" if alike else "another path"


def _located(evidence: Evidence) -> tuple[tuple[Seen, str], ...]:
    paths = ((seen, own_path(evidence, seen)) for seen in themselves(evidence))
    return tuple((seen, path) for seen, path in paths if path)


def _parents(_: Evidence) -> dict[tuple[str, str], tuple[str, str]]:
    return {}


def _addressed(evidence: Evidence, seen: Seen) -> tuple[str, str]:
    """Return the path of the resource's parent in the request, and its own SID there.

    The parent's is "" unless it is made of SIDs alone.
    """
    known = evidence.view(_parents)
    key = seen.operation, seen.exchange.sent.path
    if key not in known:
        operation = evidence.contract.operation(seen.operation)
        values = evidence.contract.path_values(operation, seen.exchange.sent.path)
        parent = "/v1/Services"
        for name, prefix, below in _PARENTS[seen.resource]:
            sid = values.get(name, "")
            parent = f"{parent}/{sid}{below}" if is_sid(sid, prefix=prefix) else ""
            if not parent:
                break
        known[key] = parent, values.get("Sid", "")
    return known[key]


def _mount(evidence: Evidence) -> str:
    mounts: set[str] = set()
    for seen, path in located(evidence):
        shown = seen.fields.get("url")
        above = _above(shown, path) if isinstance(shown, str) else None
        if above is not None:
            mounts.add(above)
    mount = mounts.pop() if len(mounts) == 1 else ""
    steps = mount.split("/")[1:]
    return "" if {"", ".", "..", "v1", "Services", "Sessions"} & {*steps} else mount


def _above(shown: str, path: str) -> str | None:
    """Return what stands before `path` in the path of a URL, None if it is not there.

    The digits of a SID agree in either case.
    """
    if shown.endswith(path):
        return _mounted(shown.removesuffix(path))
    expected, steps = path.split("/")[1:], url.path(shown).split("/")
    above, own = steps[: -len(expected)], steps[-len(expected) :]
    alike = len(own) == len(expected) and all(map(_same, own, expected))
    return "/".join(above) if alike else None


def _same(step: str, expected: str) -> bool:
    """Return whether two steps of a path agree; a SID's digits in either case."""
    if len(expected) == _SID_CHARACTERS:
        return same_sid(step, expected)
    return step == expected


@lru_cache(maxsize=256)
def _mounted(origin: str) -> str | None:
    """Return the path at the end of an origin, None if it is no origin at all."""
    return url.path(origin) if url.is_absolute(origin) else None
