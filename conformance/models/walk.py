"""Walks: list answers joined by the links that led from one to the next.

A walk begins with a request for a first page and goes on as long as somebody follows
`next_page_url`. It is found by what was sent and received alone, so it does not matter
who walked: a scenario, an SDK, or a client whose traffic was recorded.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import accumulate

from conformance.evidence import Evidence
from conformance.exchange import Credentials, Exchange, Scene
from conformance.models.page import Address, Page, Parameters, Spot, read, spot
from conformance.models.presence import (
    NOT_FOUND,
    Moment,
    Presence,
    began,
    ended,
    owner,
    presence,
)

PAGING = frozenset({"PageSize", "Page", "PageToken"})
"""The query parameters that the documents give a list."""

BACK, FIRST, SELF, ON = "previous_page_url", "first_page_url", "url", "next_page_url"
OTHER_PAGE, TOKEN_ALONE = "another Page", "the PageToken alone"
_STALE_PAGES = 2
_WRITES = frozenset({"CreateSession", "UpdateSession", "DeleteSession"})


@dataclass(frozen=True, kw_only=True)
class Walk:
    """Pages in the order walked.

    `refusal` is the answer that a followed link met instead of a page, and `circular`
    says that the last link leads to a page that was passed. `disturbed` says that the
    same scene wrote while it walked, and `raced` that it did so at the very moment of
    a page; `newcomers` are the Sessions it created since it
    last began a walk here, and `after_removal` says that it had removed one before.
    `epoch` counts the scene's writes before the walk.
    """

    pages: tuple[Page, ...]
    refusal: Exchange | None = None
    circular: bool = False
    disturbed: bool = False
    raced: bool = False
    newcomers: frozenset[str] = frozenset()
    after_removal: bool = False
    epoch: int = 0

    @property
    def first(self) -> Exchange:
        """The exchange that the walk began with."""
        return self.pages[0].exchange

    @property
    def scene(self) -> Scene:
        """The scene that walked."""
        return self.first.probe.scene

    @property
    def path(self) -> str:
        """The path of the list, in lower case."""
        return self.first.sent.path.lower()

    @property
    def since(self) -> Moment:
        """When the walk began."""
        return began(self.first)

    @property
    def until(self) -> Moment:
        """When its last page was there."""
        return ended(self.pages[-1].exchange)

    @property
    def numbers(self) -> tuple[int, ...]:
        """The numbers of its exchanges."""
        return tuple(page.exchange.number for page in self.pages)

    @property
    def plain(self) -> bool:
        """Whether it was asked for by documented query parameters alone."""
        return PAGING.issuperset(name for name, _ in self.first.sent.query)

    @property
    def over(self) -> bool:
        """Whether it came to an end, and every item on the way showed a SID."""
        return self.pages[-1].last and all(page.legible for page in self.pages)

    @cached_property
    def sids(self) -> tuple[str, ...]:
        """The SIDs shown, in the order shown."""
        return tuple(sid for page in self.pages for sid in page.sids)

    @property
    def stale(self) -> bool:
        """Whether its last two pages brought nothing new and yet more is promised."""
        if len(self.pages) <= _STALE_PAGES or self.pages[-1].last:
            return False
        known = {sid for page in self.pages[:-_STALE_PAGES] for sid in page.sids}
        late = self.pages[-_STALE_PAGES:]
        return all(page.legible and known.issuperset(page.sids) for page in late)


@dataclass(frozen=True, kw_only=True)
class Visit:
    """A page asked for again by a link that names it, nothing written in between.

    `link` says by which, `index` which page of its walk it should be; `page` is what
    came, None if that was no page.
    """

    link: str
    index: int
    expected: Page
    exchange: Exchange
    page: Page | None


@dataclass(frozen=True, kw_only=True)
class Trespass:
    """A page token used in another list than the one that handed it out.

    `honoured` is an exchange of the same scene in which its own list took it.
    """

    exchange: Exchange
    page: Page | None
    honoured: Exchange | None


@dataclass(frozen=True, kw_only=True)
class Survey:
    """All that a history tells of the lists of Sessions in it.

    `answered` is the last exchange that showed a page of a list, by scene and path.

    `pages` are all pages shown, each with whether its scene had created Sessions in
    another Service before; `refusals` are the requests for a first page that were
    refused although the same scene was shown a page of that list, after a 404 later.
    """

    walks: tuple[Walk, ...]
    visits: tuple[Visit, ...]
    trespasses: tuple[Trespass, ...]
    pages: tuple[tuple[Page, bool], ...]
    refusals: tuple[Exchange, ...]
    answered: Mapping[tuple[Scene, str], int]
    presence: Presence


def survey(evidence: Evidence) -> Survey:
    """Return what the history tells of its lists of Sessions, as a view."""
    found = _Surveyor(presence=presence(evidence))
    for exchange in evidence.history:
        operation = evidence.operation(exchange)
        if operation is None or operation.resource != "Session":
            continue
        if operation.id == "ListSession":
            # What a stranger is shown or refused says nothing of the pages.
            if exchange.probe.credentials is Credentials.OWN:
                found.listed(exchange)
        else:
            found.touched(exchange, operation.id)
    return found.survey()


def is_first(exchange: Exchange) -> bool:
    """Return whether a list request asks for the first page."""
    query = dict(exchange.sent.query)
    return "PageToken" not in query and query.get("Page", "0") == "0"


def _spot_of(link: Address) -> Spot:
    return spot(link.path, link.parameters)


@dataclass(kw_only=True)
class _Trail:
    """A walk under way; each page with the epoch in which it was shown."""

    beginning: Walk
    desk: "_Desk"
    pages: list[Page] = field(default_factory=list)
    epochs: list[int] = field(default_factory=list)
    passed: set[Spot] = field(default_factory=set)
    refusal: Exchange | None = None

    def extend(self, page: Page, at: Spot, epoch: int) -> None:
        self.pages.append(page)
        self.epochs.append(epoch)
        self.passed.add(at)

    @property
    def onward(self) -> Spot | None:
        """Where its last link leads."""
        link = self.pages[-1].link(ON)
        return _spot_of(link) if link else None

    def walk(self) -> Walk:
        return replace(
            self.beginning,
            pages=tuple(self.pages),
            refusal=self.refusal,
            circular=self.onward in self.passed,
            disturbed=self.epochs[0] != self.epochs[-1],
            raced=any(self.desk.busy(page.exchange) for page in self.pages),
        )


@dataclass(kw_only=True)
class _Desk:
    """What is known of one list in one scene as its exchanges come in."""

    epoch: int = 0
    waiting: dict[Spot, _Trail] = field(default_factory=dict)
    promised: dict[Spot, dict[str, tuple[_Trail, int]]] = field(default_factory=dict)
    tokens: dict[str, tuple[_Trail, int, Parameters]] = field(default_factory=dict)
    newcomers: set[str] = field(default_factory=set)
    removed: bool = False
    writes: list[Exchange] = field(default_factory=list)

    def wrote(self, exchange: Exchange) -> None:
        """Forget what the pages promised: they may have moved on."""
        self.writes.append(exchange)
        self.epoch += 1
        self.promised.clear()
        self.tokens.clear()

    @cached_property
    def _spans(self) -> tuple[list[float], list[float]]:
        """When each write began, in order, and until when those so far took."""
        spans = sorted((write.began_ms, write.ended_ms) for write in self.writes)
        ends = accumulate((ended_ms for _, ended_ms in spans), max)
        return [began_ms for began_ms, _ in spans], list(ends)

    def busy(self, page: Exchange) -> bool:
        """Return whether a write was under way while a page was."""
        begun, until = self._spans
        before = bisect_left(begun, page.ended_ms)
        return before > 0 and until[before - 1] > page.began_ms

    def promise(self, trail: _Trail, index: int, page: Page, links: list[str]) -> None:
        """Note which page each of these links of `page` should lead to."""
        steps = {BACK: index - 1, FIRST: 0, SELF: index, ON: index + 1}
        for name in links:
            link = page.link(name)
            if link is not None and steps[name] >= 0:
                promises = self.promised.setdefault(_spot_of(link), {})
                promises[name] = trail, steps[name]


@dataclass(kw_only=True)
class _Surveyor:
    """The survey as far as the history is read."""

    presence: Presence
    desks: dict[tuple[Scene, str], _Desk] = field(default_factory=dict)
    trails: list[_Trail] = field(default_factory=list)
    visits: list[Visit] = field(default_factory=list)
    pages: list[tuple[Page, bool]] = field(default_factory=list)
    refused: list[Exchange] = field(default_factory=list)
    answered: dict[tuple[Scene, str], int] = field(default_factory=dict)
    creating: dict[Scene, set[str]] = field(default_factory=dict)
    handed: dict[str, set[str]] = field(default_factory=dict)
    used: dict[tuple[Scene, str], Exchange] = field(default_factory=dict)
    strays: list[tuple[str, Exchange, Page | None]] = field(default_factory=list)

    def touched(self, exchange: Exchange, operation: str) -> None:
        """Take in what happened to a single Session."""
        creates = operation == "CreateSession"
        path = exchange.sent.path.lower() if creates else owner(exchange)[0]
        desk = self.desk(exchange.probe.scene, path)
        sid = str(exchange.fields.get("sid")).lower()
        if operation in _WRITES:
            desk.wrote(exchange)
        elif self.presence.gone.get(owner(exchange)[1]) == ended(exchange):
            desk.removed = True
        if creates and exchange.accepted:
            self.creating.setdefault(exchange.probe.scene, set()).add(path)
            if sid in self.presence.home:
                desk.newcomers.add(sid)

    def listed(self, exchange: Exchange) -> None:
        """Take in an answer to a list request."""
        scene, path = exchange.probe.scene, exchange.sent.path.lower()
        desk, page = self.desk(scene, path), read(exchange)
        if self.trespassed(exchange, page):
            return
        at = spot(path, exchange.sent.query)
        shown = self.revisit(desk, at, exchange, page)
        trail = desk.waiting.pop(at, None)
        if trail is not None and exchange.undecided:
            desk.waiting[at] = trail
        elif trail is not None and exchange.refused:
            trail.refusal = exchange
        elif trail is None and is_first(exchange):
            trail = self.begin(desk, exchange, page)
        if page is None:
            return
        self.note(page)
        for known, index in shown:
            desk.promise(known, index, page, [BACK, FIRST, SELF, ON])
        if trail is not None:
            trail.extend(page, at, desk.epoch)
            if token := _token(exchange.sent.query):
                desk.tokens[token] = trail, len(trail.pages) - 1, exchange.sent.query
            desk.promise(trail, len(trail.pages) - 1, page, [BACK, FIRST, SELF])
            if trail.onward is not None and trail.onward not in trail.passed:
                desk.waiting[trail.onward] = trail

    def begin(
        self, desk: _Desk, exchange: Exchange, page: Page | None
    ) -> _Trail | None:
        """Return a new walk, unless no page is shown."""
        if page is None:
            if exchange.refused:
                self.refused.append(exchange)
            return None
        beginning = Walk(
            pages=(page,),
            newcomers=frozenset(desk.newcomers),
            after_removal=desk.removed,
            epoch=desk.epoch,
        )
        desk.newcomers.clear()
        trail = _Trail(beginning=beginning, desk=desk)
        self.trails.append(trail)
        return trail

    def revisit(
        self, desk: _Desk, at: Spot, exchange: Exchange, page: Page | None
    ) -> list[tuple[_Trail, int]]:
        """Keep what came of asking for known pages again; return which were shown."""
        asked = dict(desk.promised.get(at, {}))
        token = _token(exchange.sent.query)
        if token and token in desk.tokens and at not in desk.waiting:
            trail, index, meant = desk.tokens[token]
            for name in _odd_use(exchange.sent.query, meant):
                asked[name] = trail, index
        shown: list[tuple[_Trail, int]] = []
        for name, (trail, index) in asked.items():
            if trail.epochs[index : index + 1] != [desk.epoch]:
                continue  # never seen, or not since the last write
            visit = Visit(
                link=name,
                index=index,
                expected=trail.pages[index],
                exchange=exchange,
                page=page,
            )
            self.visits.append(visit)
            if page and name in (BACK, ON) and page.shows_as(visit.expected):
                shown.append((trail, index))
        return shown

    def trespassed(self, exchange: Exchange, page: Page | None) -> bool:
        """Keep the use of a token where it does not belong; return whether it was."""
        token = _token(exchange.sent.query)
        owners = self.handed.get(token or "", set())
        path = exchange.sent.path.lower()
        if token is None or not owners:
            return False
        if path in owners:
            if page is not None:
                self.used.setdefault((exchange.probe.scene, token), exchange)
            return False
        self.strays.append((token, exchange, page))
        if page is not None:
            self.answered[exchange.probe.scene, path] = exchange.number
        return True

    def note(self, page: Page) -> None:
        """Take in what every page tells, however it was come by."""
        exchange = page.exchange
        scene, path = exchange.probe.scene, exchange.sent.path.lower()
        abroad = bool(self.creating.get(scene, set()) - {path})
        self.pages.append((page, abroad))
        self.answered[scene, path] = exchange.number
        for name in (BACK, ON):
            link = page.link(name)
            token = _token(link.parameters) if link else None
            if token:
                self.handed.setdefault(token, set()).add(path)

    def desk(self, scene: Scene, path: str) -> _Desk:
        return self.desks.setdefault((scene, path), _Desk())

    def survey(self) -> Survey:
        """Return the whole of it."""
        return Survey(
            walks=tuple(trail.walk() for trail in self.trails),
            visits=tuple(self.visits),
            trespasses=tuple(
                Trespass(
                    exchange=exchange,
                    page=page,
                    honoured=self.used.get((exchange.probe.scene, token)),
                )
                for token, exchange, page in self.strays
            ),
            pages=tuple(self.pages),
            refusals=tuple(filter(self._sure, self.refused)),
            answered=self.answered,
            presence=self.presence,
        )

    def _sure(self, exchange: Exchange) -> bool:
        """Return whether the list itself was there when a page of it was refused."""
        key = exchange.probe.scene, exchange.sent.path.lower()
        shown = self.answered.get(key, 0)
        return shown > (exchange.number if exchange.status == NOT_FOUND else 0)


def _token(parameters: Iterable[tuple[str, str]]) -> str | None:
    """Return the one page token among query parameters, None if there is none."""
    tokens = [value for name, value in parameters if name == "PageToken"]
    return tokens[0] if len(tokens) == 1 else None


def _odd_use(sent: Parameters, meant: Parameters) -> list[str]:
    """Return in which way a token is used other than its link would have it."""
    if len(sent) == 1:
        return [TOKEN_ALONE]
    rest = [sorted(p for p in some if p[0] != "Page") for some in (sent, meant)]
    page, own_page = dict(sent).get("Page"), dict(meant).get("Page")
    return [OTHER_PAGE] if rest[0] == rest[1] and page not in {None, own_page} else []
