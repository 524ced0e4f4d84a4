"""Scenarios about lists: page by page, back and forth, and while the list changes."""

from collections.abc import Callable
from dataclasses import replace

from conformance.catalogue import Capability
from conformance.exchange import Exchange, Probe, Role
from conformance.models.page import Address, Page, read, spot
from conformance.models.walk import BACK, FIRST, ON, SELF
from conformance.script import Scenario, Script, World, created, expect, send
from conformance.strategies import paging

LIST = "ListSession"
PAGES_MAX = 40
SMALL = 5
MANY = 104  # 8, 13, 26 and 52 divide it, and it is more than any page of 100 holds
_STALE_PAGES = 2

Between = Callable[[tuple[Page, ...]], Script[None]]
"""What happens after each page that has a next one; it sees all pages so far."""


def walk(
    world: World,
    page_size: str | None = None,
    *,
    pages_max: int = PAGES_MAX,
    between: Between | None = None,
) -> Script[tuple[Page, ...]]:
    """Follow `next_page_url` from the first page on and return the pages shown.

    Ends where no page follows or none is shown, after `pages_max` pages, and as soon
    as the links lead in a circle or bring nothing new twice in a row.
    """
    query = None if page_size is None else {"PageSize": page_size}
    probe = world.call(LIST, query=query)
    pages: tuple[Page, ...] = ()
    passed = set()
    while len(pages) < pages_max:
        passed.add(spot(probe.path, Address(probe.path, probe.query).parameters))
        page = read((yield from send(probe)))
        if page is None:
            break
        pages += (page,)
        following = follow(page, ON)
        if following is None or _is_stale(pages):
            break
        probe = following
        if spot(probe.path, Address(probe.path, probe.query).parameters) in passed:
            break
        if between is not None:
            yield from between(pages)
    return pages


def follow(page: Page, link: str) -> Probe | None:
    """Return the probe of the page URL of that name, None where there is none.

    The URL is followed at the target itself, whichever host it names.
    """
    target = page.link(link)
    if target is None:
        return None
    return Probe(operation=LIST, method="GET", path=target.path, query=target.query)


def _is_stale(pages: tuple[Page, ...]) -> bool:
    known = {sid for page in pages[:-_STALE_PAGES] for sid in page.sids}
    late = pages[-_STALE_PAGES:]
    return len(pages) > _STALE_PAGES and all(known.issuperset(p.sids) for p in late)


def list_as_found(world: World) -> Script[None]:
    """Look at the list as it is: the first pages, and odd page sizes."""
    yield from send(world.call(LIST))
    yield from walk(world, "1", pages_max=5 if world.thorough else 2)
    for defect in world.some(list(paging.ODD_SIZES), least=0):
        query = {"PageSize": paging.ODD_SIZES[defect]}
        yield from send(world.call(LIST, query=query))


def shared_list(world: World) -> Script[None]:
    """Create a Session and find it in a list that others may be changing too."""
    form = {"UniqueName": world.name("listed")}
    yield from expect(world.call("CreateSession", form=form))
    for size in world.some(("1000", "100"), least=1):
        yield from walk(world, size)


def page_walk(world: World) -> Script[None]:
    """Walk a small list of a known extent in pages of every size, and back."""
    if world.other_sid:
        yield from send(
            world.call("CreateSession", service=world.other_sid, form={"Ttl": "600"})
        )
    yield from walk(world)
    sids: list[str] = []
    for number in range(SMALL):
        form = {"UniqueName": world.name("named")} if number == 0 else {}
        sids += [(yield from created(world.call("CreateSession", form=form)))]
    if world.thorough and Capability.PARTICIPANTS in world.provides:
        yield from _people(world, sids[1])
    yield from send(world.call(LIST))
    closed = {"Status": "closed"}
    yield from send(world.call("UpdateSession", Sid=sids[SMALL // 2], form=closed))
    pages = yield from walk(world, "2")
    for size in world.some(("3", "5", "1", "4", "6"), least=1):
        yield from walk(world, size)
    if len(pages) > 1:
        yield from _go_back(pages)
        yield from _look_again(world, pages)
        yield from _use_token(world, pages[0])
    yield from _narrow(world)
    if world.thorough:
        yield from _skip(world)
        yield from _walk_in_turns(world, "2", "3")


def _people(world: World, sid: str) -> Script[None]:
    """Add two Participants to a Session, for they must not list it twice."""
    for identifier in world.identifiers[:2]:
        form = {"Identifier": identifier}
        yield from send(world.call("CreateParticipant", SessionSid=sid, form=form))


def _go_back(pages: tuple[Page, ...]) -> Script[None]:
    """Follow the links back from the last page to the first, then one step on."""
    page: Page | None = pages[-1]
    for _ in pages[1:]:
        page = yield from _visit(page, BACK)
    yield from _visit(page, ON)


def _look_again(world: World, pages: tuple[Page, ...]) -> Script[None]:
    """Ask again for pages by their own URL, and for the first by its URL."""
    for page in world.some((pages[1], pages[-1], pages[0]), least=1):
        yield from _visit(page, SELF)
    for page in world.some((pages[-1], pages[1]), least=1):
        yield from _visit(page, FIRST)


def _visit(page: Page | None, link: str) -> Script[Page | None]:
    """Ask for the page that a link of `page` names; return it if it is shown."""
    probe = follow(page, link) if page else None
    return read((yield from send(probe))) if probe else None


def _use_token(world: World, page: Page) -> Script[None]:
    """Send the token of the second page in other ways than its link would."""
    onward = page.link(ON)
    query = onward.parameters if onward else ()
    token = dict(query).get("PageToken")
    if token is None:
        return  # this target pages without tokens
    rest = [(name, value) for name, value in query if name != "Page"]
    yield from send(world.call(LIST, query=[*rest, ("Page", "7")]))
    yield from send(world.call(LIST, query={"PageToken": token}))
    if world.other_sid:
        yield from send(world.call(LIST, service=world.other_sid, query=query))
    if not world.thorough:
        return
    for defect in paging.GARBLED:
        garbled = paging.garble(token, defect)
        spoilt = [(n, garbled if n == "PageToken" else v) for n, v in query]
        yield from _paired(world.call(LIST, query=spoilt), Role.SPOILT, defect)
    yield from _paired(world.call(LIST, query=query), Role.CONTROL)


def _paired(probe: Probe, role: Role, defect: str = "") -> Script[Exchange]:
    return send(replace(probe, role=role, defect=defect, pair="token"))


def _narrow(world: World) -> Script[None]:
    """Ask for a part of the list by names that the documents do not give."""
    names = {"Status": "closed", "UniqueName": world.name("named")}
    for name in world.some(list(names), least=1):
        yield from send(world.call(LIST, query={name: names[name]}))


def _skip(world: World) -> Script[None]:
    """Ask for a page by its number alone."""
    for number in ("1", *paging.ODD_PAGES.values()):
        query = {"PageSize": "2", "Page": number}
        yield from send(world.call(LIST, query=query))


def _walk_in_turns(world: World, *sizes: str) -> Script[None]:
    """Walk the list in several page sizes, a page of each in turn."""
    following = [world.call(LIST, query={"PageSize": size}) for size in sizes]
    for _ in range(SMALL):
        onward: list[Probe] = []
        for probe in following:
            page = read((yield from send(probe)))
            after = follow(page, ON) if page else None
            onward += [after] if after else []
        following = onward


def changing_list(world: World) -> Script[None]:
    """Walk a list while Sessions leave it, then while Sessions join it."""
    sids: list[str] = []
    for _ in range(6 if world.thorough else 4):
        sids += [(yield from created(world.call("CreateSession", form={})))]

    def leave(pages: tuple[Page, ...]) -> Script[None]:
        """Change a Session that is still to come, remove the last one shown."""
        shown = [sid for page in pages for sid in page.sids]
        ahead = [sid for sid in sids if sid.lower() not in shown]
        if world.thorough and ahead:
            form = {"Ttl": "600"}
            yield from send(world.call("UpdateSession", Sid=ahead[0], form=form))
        if behind := [sid for sid in sids if sid.lower() in shown[-1:]]:
            yield from send(world.call("DeleteSession", Sid=behind[0]))

    def join(_pages: tuple[Page, ...]) -> Script[None]:
        yield from send(world.call("CreateSession", form={}))

    yield from walk(world, "2", pages_max=len(sids), between=leave)
    yield from walk(world, "2", pages_max=len(sids), between=join)
    yield from walk(world, "100")
    yield from send(world.call("DeleteSession", Sid=sids[0]))
    yield from send(world.call("FetchSession", Sid=sids[0]))
    yield from walk(world, "100")


def long_list(world: World) -> Script[None]:
    """Walk a list longer than a page of any common size."""
    for _ in range(MANY):
        yield from expect(world.call("CreateSession", form={}))
    yield from walk(world, "100")
    by_default = yield from walk(world)
    if len(by_default) > 1:
        yield from _go_back(by_default)
    for size in ("1000", "52", "13", "104", "100", "26", "8", "101", "99"):
        yield from walk(world, size)


def list_of_services(world: World) -> Script[None]:
    """Look at a page of the account's Services, where there is time for it."""
    if world.thorough:
        yield from send(world.call("ListService", query={"PageSize": "1"}))


_WRITING = frozenset({Capability.WRITING})
_SERVICES = _WRITING | {Capability.SERVICES}

_EVERY_PAGE = tuple(f"PAGE-{number:03}" for number in range(1, 8))

SCENARIOS = (
    Scenario(
        name="long-list/ListSession",
        script=long_list,
        serves=("PAGE-008", "PAGE-009", "PAGE-010", "PAGE-011", "PAGE-013"),
        needs=_SERVICES | {Capability.VOLUME},
        early=True,  # the longest of all
        own=True,
    ),
    Scenario(
        name="list-as-found/ListSession",
        script=list_as_found,
        serves=(*_EVERY_PAGE, "PAGE-008", "PAGE-009", "PAGE-010"),
        needs=frozenset(),
    ),
    Scenario(
        name="page-walk/ListSession",
        script=page_walk,
        serves=(
            *_EVERY_PAGE,
            *(f"PAGE-{number:03}" for number in (8, 9, 10, 12, 13, 14, 15)),
            *(f"PAGE-{number:03}" for number in range(19, 28)),
        ),
        needs=_SERVICES,
        own=True,
    ),
    Scenario(
        name="changing-list/ListSession",
        script=changing_list,
        serves=("PAGE-012", "PAGE-015", "PAGE-016", "PAGE-017", "PAGE-018"),
        needs=_SERVICES,
        own=True,
    ),
    Scenario(
        name="shared-list/ListSession",
        script=shared_list,
        serves=("PAGE-011", "PAGE-012", "PAGE-013"),
    ),
    Scenario(
        name="list-keys/ListService",
        script=list_of_services,
        serves=("PAGE-045",),
        needs=frozenset(),
    ),
)
