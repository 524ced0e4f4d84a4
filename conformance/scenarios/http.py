"""Scenarios about the wire: other methods, paths, media types and bodies than asked."""

from collections.abc import Iterator
from dataclasses import replace

from conformance.catalogue import Capability
from conformance.exchange import FORM, Probe, Role
from conformance.script import (
    Scenario,
    Script,
    World,
    created,
    send,
    sid_shown,
    with_form,
)
from conformance.strategies import bodies

_TTL = {"Ttl": "600"}
_LARGE_BYTES = 262_144
_NOT_ASCII = 'é ∑ 漢字 😀 \\ " \u2028'


def _spoilt(probe: Probe, defect: str, *, label: str) -> Probe:
    """Return the probe marked as spoilt; its control is that of its operation."""
    return replace(
        probe, role=Role.SPOILT, defect=defect, pair=probe.operation, label=label
    )


def _control(probe: Probe) -> Probe:
    return replace(probe, role=Role.CONTROL, pair=probe.operation)


def session_methods(world: World) -> Script[None]:
    """Ask a Session's path for what it does not know, then for what it does."""
    sid = yield from created(world.call("CreateSession", form={}))
    update = world.call("UpdateSession", Sid=sid, form=_TTL)
    for method in world.some(("PUT", "PATCH"), 1):
        yield from send(_spoilt(replace(update, method=method), method, label="method"))
    yield from send(_control(update))
    if world.thorough:
        fetch = world.call("FetchSession", Sid=sid)
        for method in ("HEAD", "OPTIONS"):
            probe = replace(fetch, method=method)
            yield from send(_spoilt(probe, method, label=method))
        for probe, defect, label in (*_headers(fetch), *_oddities(fetch)):
            yield from send(_spoilt(probe, defect, label=label))
        yield from send(_control(fetch))


def collection_methods(world: World) -> Script[None]:
    """Ask the path of all Sessions for what it does not know, where nothing is lost."""
    if world.thorough:
        yield from created(world.call("CreateSession", form={}))
    listing = world.call("ListSession")
    delete = replace(listing, method="DELETE")
    put = with_form(replace(listing, method="PUT"), _TTL)
    patch = replace(put, method="PATCH")
    for probe in world.some((delete, put, patch), 1):
        yield from send(_spoilt(probe, probe.method, label="method"))
    if world.thorough:
        slash = replace(delete, path=f"{delete.path}/")
        yield from send(_spoilt(slash, "DELETE with a slash", label="method"))
    yield from send(_control(listing))


def paths(world: World) -> Script[None]:
    """Ask for paths beside that of the list, then for the list."""
    listing = world.call("ListSession")
    for probe, defect, label in world.some(tuple(_detours(listing)), 1):
        yield from send(_spoilt(probe, defect, label=label))
    yield from send(_control(listing))


def _detours(listing: Probe) -> Iterator[tuple[Probe, str, str]]:
    """Yield the list's path changed in one place, with the defect and the label."""
    version, services, sid, sessions = listing.path.strip("/").split("/")
    for defect, label, segments in (
        ("other-name", "unknown-path", (version, services, sid, "Conversations")),
        ("other-version", "unknown-path", ("v0", services, sid, sessions)),
        ("without-version", "unknown-path", (services, sid, sessions)),
        ("one-segment-more", "unknown-path", (version, services, sid, "All", sessions)),
        ("lower-case", "wrong-case", (version, services, sid, sessions.lower())),
        ("upper-case", "wrong-case", (version, services.upper(), sid, sessions)),
        (
            "upper-case-version",
            "wrong-case",
            (version.upper(), services, sid, sessions),
        ),
    ):
        yield replace(listing, path="/" + "/".join(segments)), defect, label
    yield from _oddities(listing)


def _oddities(probe: Probe) -> Iterator[tuple[Probe, str, str]]:
    """Yield the probe with what the documents say nothing of."""
    yield replace(probe, path=f"{probe.path}/"), "trailing-slash", "trailing-slash"
    yield replace(probe, path=f"{probe.path}.json"), "extension", "extension"
    yield replace(probe, query="Colour=blue"), "query", "unknown-parameter"


def _headers(probe: Probe) -> Iterator[tuple[Probe, str, str]]:
    """Yield the probe with headers that clients in use send."""
    yield replace(probe, headers=(("Content-Type", FORM),)), "content-type", "headers"
    yield replace(probe, headers=(("Accept", "*/*"),)), "accept-anything", "headers"


def media_types(world: World) -> Script[None]:
    """Create with a Ttl in each spelling, under each media type, then as documented."""
    if not world.thorough:
        return
    create = world.call("CreateSession", form=_TTL)
    for defect, media_type in bodies.MEDIA_TYPES.items():
        probe = replace(create, headers=(("Content-Type", media_type),))
        yield from send(_spoilt(probe, defect, label="media-type"))
    for label, (media_type, body) in (
        ("json", bodies.json_body("Ttl", "600")),
        ("multipart", bodies.multipart_body("Ttl", "600")),
    ):
        probe = replace(create, headers=(("Content-Type", media_type),), body=body)
        yield from send(_spoilt(probe, label, label=label))
    twice = replace(create, body=b"Ttl=600&Ttl=900")
    yield from send(_spoilt(twice, "twice", label="twice"))
    unknown = replace(create, body=b"Ttl=600&Colour=blue")
    yield from send(_spoilt(unknown, "form", label="unknown-parameter"))
    large = replace(create, body=bodies.large_form(_LARGE_BYTES))
    yield from send(_spoilt(large, "too-large", label="too-large"))
    yield from send(_control(create))


def bad_bodies(world: World) -> Script[None]:
    """Create, update and list with what no client means to send."""
    create = world.call("CreateSession", form={})
    for defect, query in world.some(tuple(bodies.QUERIES.items()), 1):
        yield from send(replace(world.call("ListSession"), query=query, defect=defect))
    for defect, body in world.some(tuple(bodies.FORMS.items()), 1):
        yield from send(replace(create, body=body, defect=defect))
    if not world.thorough:
        return
    named = {"UniqueName": f"{world.name('text')} {_NOT_ASCII}"}
    answer = yield from send(world.call("CreateSession", form=named))
    sid = sid_shown(answer)
    if not sid:
        sid = yield from created(create)
    yield from send(world.call("FetchSession", Sid=sid))
    update = world.call("UpdateSession", Sid=sid, form=_TTL)
    unknown = replace(update, body=b"Ttl=600&Colour=blue")
    yield from send(_spoilt(unknown, "form", label="unknown-parameter"))
    yield from send(_control(update))
    for defect, body in bodies.FORMS.items():
        yield from send(replace(update, body=body, defect=defect))


_WRITING = frozenset({Capability.WRITING})

SCENARIOS = (
    Scenario(
        name="methods/Session",
        script=session_methods,
        serves=tuple(
            f"HTTP-{number:03}" for number in (14, 18, 19, 23, 24, 25, 26, 32, 35)
        ),
    ),
    Scenario(
        name="methods/Sessions",
        script=collection_methods,
        serves=("HTTP-015",),
        needs=_WRITING | {Capability.SERVICES},
        own=True,
    ),
    Scenario(
        name="routes/Sessions",
        script=paths,
        serves=("HTTP-016", "HTTP-017", "HTTP-025", "HTTP-026", "HTTP-035"),
    ),
    Scenario(
        name="media/CreateSession",
        script=media_types,
        serves=tuple(f"HTTP-{number:03}" for number in (13, 22, 27, 28, 29, 33, 34)),
    ),
    Scenario(
        name="bodies/Session",
        script=bad_bodies,
        serves=("HTTP-010", "HTTP-011", "HTTP-013", "HTTP-027"),
    ),
)
