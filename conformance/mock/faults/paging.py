"""Faults in lists of Sessions: what a page holds, says of itself, and leads to."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, cast

from starlette.responses import Response

from conformance.mock.ordering import (
    Marked,
    counted_off,
    listing,
    of_sessions,
    ordered_by,
)
from conformance.mock.paging import PageRequest, PageToken
from conformance.mock.problems import bad_page_token, invalid
from conformance.mock.store import Cursor, Slice

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from datetime import datetime

    from conformance.mock.call import Call, Form, Payload
    from conformance.mock.registry import Change
    from conformance.mock.rows import R, Session
    from conformance.mock.rules import Rules
    from conformance.mock.store import Table

_BIG = 100_000

# What meta says.


def _retold(rules: Rules, tell: Callable[[Call, Payload], Payload]) -> Rules:
    """Change the `meta` of lists of Sessions."""

    def render_list(call: Call, shown: list[Payload], meta: Payload) -> Payload:
        if of_sessions(call):
            meta = tell(call, {**meta, _COUNT: len(shown)})
            meta.pop(_COUNT, None)
        return rules.render_list(call, shown, meta)

    return replace(rules, render_list=render_list)


_COUNT = " count"  # handed to `tell` beside the members, never shown


def _told(rules: Rules, **members: object) -> Rules:
    return _retold(rules, lambda _, meta: {**meta, **members})


def _untold(rules: Rules, name: str, *, only_null: bool = False) -> Rules:
    def tell(_: Call, meta: Payload) -> Payload:
        if only_null and meta[name] is not None:
            return meta
        return {key: value for key, value in meta.items() if key != name}

    return _retold(rules, tell)


def array_under_another_name(rules: Rules) -> Rules:
    """Keep the Sessions under `items`, and say so."""

    def render_list(call: Call, shown: list[Payload], meta: Payload) -> Payload:
        if not of_sessions(call):
            return rules.render_list(call, shown, meta)
        return {"items": shown, "meta": {**meta, "key": "items"}}

    return replace(rules, render_list=render_list)


def meta_at_the_top(rules: Rules) -> Rules:
    """Show the members of `meta` beside the array."""

    def render_list(call: Call, shown: list[Payload], meta: Payload) -> Payload:
        if not of_sessions(call):
            return rules.render_list(call, shown, meta)
        return {"sessions": shown, **meta}

    return replace(rules, render_list=render_list)


def empty_list_null(rules: Rules) -> Rules:
    """Show null in place of an empty array."""

    def render_list(call: Call, shown: list[Payload], meta: Payload) -> Payload:
        told = rules.render_list(call, shown, meta)
        return {**told, "sessions": shown or None} if of_sessions(call) else told

    return replace(rules, render_list=render_list)


def page_as_text(rules: Rules) -> Rules:
    """Show the page number as a text."""
    return _retold(rules, lambda _, meta: {**meta, "page": str(meta["page"])})


def pages_counted_from_one(rules: Rules) -> Rules:
    """Count pages from 1."""
    return _retold(rules, lambda _, meta: {**meta, "page": meta["page"] + 1})


def only_page_numbered_one(rules: Rules) -> Rules:
    """Call a page that is the only one page 1."""

    def tell(_: Call, meta: Payload) -> Payload:
        return meta if meta["next_page_url"] or meta["page"] else {**meta, "page": 1}

    return _retold(rules, tell)


def previous_on_the_first_page(rules: Rules) -> Rules:
    """Name a page before the first one: the first one."""

    def tell(call: Call, meta: Payload) -> Payload:
        first = "PageToken" not in call.query and meta["page"] == 0
        return {**meta, "previous_page_url": meta["url"]} if first else meta

    return _retold(rules, tell)


def next_on_an_empty_page(rules: Rules) -> Rules:
    """Name a page after an empty one."""

    def tell(call: Call, meta: Payload) -> Payload:
        if meta[_COUNT]:
            return meta
        size, number = meta["page_size"], meta["page"] + 1
        return {**meta, "next_page_url": call.rules.page_url(call, size, number, None)}

    return _retold(rules, tell)


def page_size_is_the_count(rules: Rules) -> Rules:
    """Tell how many Sessions are on the page in place of the page size."""
    return _retold(rules, lambda _, meta: {**meta, "page_size": meta[_COUNT]})


def page_size_told_as_fifty(rules: Rules) -> Rules:
    """Tell the default page size for every smaller one."""
    return _retold(
        rules, lambda _, meta: {**meta, "page_size": max(50, meta["page_size"])}
    )


# What the URLs lead to.


def _urls(rules: Rules, spell: Callable[[Call, str], str]) -> Rules:
    """Spell every page URL of lists of Sessions in another way."""

    def page_url(call: Call, size: int, number: int, token: PageToken | None) -> str:
        url = rules.page_url(call, size, number, token)
        return spell(call, url) if of_sessions(call) else url

    return replace(rules, page_url=page_url)


def page_urls_without_origin(rules: Rules) -> Rules:
    """Show page URLs from their path on."""
    return _urls(rules, lambda call, url: url.removeprefix(_origin(call)))


def page_urls_without_path(rules: Rules) -> Rules:
    """Show page URLs as their query alone."""
    return _urls(rules, lambda _, url: url[url.index("?") :])


def page_urls_without_scheme(rules: Rules) -> Rules:
    """Show page URLs from their host on, as configured behind a proxy."""
    return _urls(rules, lambda _, url: url.partition("://")[2])


def first_page_url_without_page_size(rules: Rules) -> Rules:
    """Forget the page size in first_page_url."""

    def tell(_: Call, meta: Payload) -> Payload:
        return {**meta, "first_page_url": meta["first_page_url"].partition("?")[0]}

    return _retold(rules, tell)


def _relinked(rules: Rules, name: str, other: str) -> Rules:
    """Let one page URL be that of another, where it is not null."""

    def tell(_: Call, meta: Payload) -> Payload:
        return {**meta, name: meta[name] and meta[other]}

    return _retold(rules, tell)


def url_without_token(rules: Rules) -> Rules:
    """Leave the token out of a page's own URL, as if its number were enough."""

    def tell(call: Call, meta: Payload) -> Payload:
        size, number = meta["page_size"], meta["page"]
        return {**meta, "url": call.rules.page_url(call, size, number, None)}

    return _retold(rules, tell)


def url_of_the_service(rules: Rules) -> Rules:
    """Show the URL of the Service as first_page_url."""

    def tell(_: Call, meta: Payload) -> Payload:
        return {**meta, "first_page_url": meta["url"].partition("/Sessions")[0]}

    return _retold(rules, tell)


def next_points_to_itself(rules: Rules) -> Rules:
    """Let next_page_url lead to the page it stands on, after the first page."""

    def tell(_: Call, meta: Payload) -> Payload:
        if not meta["page"]:
            return meta
        return {**meta, "next_page_url": meta["next_page_url"] and meta["url"]}

    return _retold(rules, tell)


def next_never_null(rules: Rules) -> Rules:
    """Lead on behind the last page, to an empty one and so on."""
    keyed = ordered_by(rules, lambda row: row.position)

    def meta(call: Call, page: PageRequest, found: Slice[R]) -> Payload:
        if isinstance(found, Marked):
            return keyed.meta(call, page, replace(found, more_after=True))
        return keyed.meta(call, page, found)

    return replace(keyed, meta=meta)


def next_null_after_two_pages(rules: Rules) -> Rules:
    """End every walk with its second page."""

    def tell(_: Call, meta: Payload) -> Payload:
        return {**meta, "next_page_url": None} if meta["page"] else meta

    return _retold(rules, tell)


def next_null_by_default(rules: Rules) -> Rules:
    """End the walk with its first page when no page size was asked for."""

    def tell(call: Call, meta: Payload) -> Payload:
        return meta if "Page" in call.query else {**meta, "next_page_url": None}

    return _retold(rules, tell)


def next_null_before_a_last_full_page(rules: Rules) -> Rules:
    """Take a remainder of exactly one page for no remainder."""

    def meta(call: Call, page: PageRequest, found: Slice[R]) -> Payload:
        told = rules.meta(call, page, found)
        if not of_sessions(call) or told["next_page_url"] is None:
            return told
        left = _behind(call, found)
        return {**told, "next_page_url": None} if left == page.size else told

    return replace(rules, meta=meta)


def next_null_before_a_single_last(rules: Rules) -> Rules:
    """Take a remainder of one Session for no remainder."""

    def meta(call: Call, page: PageRequest, found: Slice[R]) -> Payload:
        told = rules.meta(call, page, found)
        if not of_sessions(call) or told["next_page_url"] is None:
            return told
        return {**told, "next_page_url": None} if _behind(call, found) == 1 else told

    return replace(rules, meta=meta)


def previous_null_on_the_second_page(rules: Rules) -> Rules:
    """Take the second page for one that none precedes."""

    def tell(_: Call, meta: Payload) -> Payload:
        return {**meta, "previous_page_url": None} if meta["page"] == 1 else meta

    return _retold(rules, tell)


def previous_is_always_null(rules: Rules) -> Rules:
    """Never look back."""
    return _told(rules, previous_page_url=None)


def previous_off_by_one(rules: Rules) -> Rules:
    """Let pages reached backwards hold the Session they come before."""

    def query_page(
        call: Call, table: Table[R], scope: dict[str, str], page: PageRequest
    ) -> Slice[R]:
        if of_sessions(call) and page.token:
            back = page.token.cursor.direction == "before"
            cursor = replace(page.token.cursor, inclusive=back)
            page = replace(page, token=replace(page.token, cursor=cursor))
        return rules.query_page(call, table, scope, page)

    return replace(rules, query_page=query_page)


def previous_never_null(rules: Rules) -> Rules:
    """Lead back before the first page when it was reached backwards."""

    def tell(call: Call, meta: Payload) -> Payload:
        if meta["previous_page_url"] or "PageToken" not in call.query:
            return meta
        return {**meta, "previous_page_url": meta["url"]}

    return _retold(rules, tell)


# How many Sessions a page holds.


def _sized(rules: Rules, size: Callable[[str | None, int], int]) -> Rules:
    """Change the page size of lists of Sessions, given the text and the right one."""

    def page_size(call: Call, text: str | None) -> int:
        right = rules.page_size(call, text)
        return size(text, right) if of_sessions(call) else right

    return replace(rules, page_size=page_size)


def _by_default(rules: Rules, size: int) -> Rules:
    return _sized(rules, lambda text, right: size if text is None else right)


def default_told_but_not_kept(rules: Rules) -> Rules:
    """Say 50 when no page size was asked for, and show 20."""
    narrow = _by_default(rules, 20)

    def tell(call: Call, meta: Payload) -> Payload:
        return meta if "Page" in call.query else {**meta, "page_size": 50}

    return _retold(narrow, tell)


def page_size_ignored(rules: Rules) -> Rules:
    """Show 50 Sessions on every page."""
    return _sized(rules, lambda _, __: 50)


def page_size_capped_at_twenty(rules: Rules) -> Rules:
    """Cut every page size to 20, except the default."""
    return _sized(rules, lambda text, right: min(20, right) if text else right)


def page_size_below_a_hundred(rules: Rules) -> Rules:
    """Cut a page size of 100 to 99, since 100 was compared the wrong way."""
    return _sized(rules, lambda text, right: min(99, right) if text == "100" else right)


def page_size_one_refused(rules: Rules) -> Rules:
    """Refuse a page size of 1."""

    def page_size(call: Call, text: str | None) -> int:
        if of_sessions(call) and text == "1":
            raise invalid("PageSize", "Expected more than 1.")
        return rules.page_size(call, text)

    return replace(rules, page_size=page_size)


def page_size_above_a_hundred_refused(rules: Rules) -> Rules:
    """Refuse a page size above 100."""

    def page_size(call: Call, text: str | None) -> int:
        if of_sessions(call) and _number(text) > _HUNDRED:
            raise invalid("PageSize", "Expected at most 100.")
        return rules.page_size(call, text)

    return replace(rules, page_size=page_size)


_HUNDRED = 100


def page_size_above_a_hundred_is_fifty(rules: Rules) -> Rules:
    """Take a page size above 100 for none."""
    return _sized(rules, lambda t, right: 50 if _number(t) > _HUNDRED else right)


def page_size_zero_taken(rules: Rules) -> Rules:
    """Take a page size of 0 at its word: empty pages without end."""

    def page_size(call: Call, text: str | None) -> int:
        if of_sessions(call) and text == "0":
            return 0
        return rules.page_size(call, text)

    def tell(call: Call, meta: Payload) -> Payload:
        if meta["page_size"]:
            return meta
        following = call.rules.page_url(call, 0, meta["page"] + 1, None)
        return {**meta, "next_page_url": following}

    return _retold(replace(rules, page_size=page_size), tell)


def page_size_forgotten_on_later_pages(rules: Rules) -> Rules:
    """Let every page after the first hold 50 Sessions."""

    def read_page(call: Call, query: Form) -> PageRequest:
        page = rules.read_page(call, query)
        return replace(page, size=50) if of_sessions(call) and page.token else page

    return replace(rules, read_page=read_page)


def one_session_too_many(rules: Rules) -> Rules:
    """Show the row that was read only to learn whether more follow."""

    def query_page(
        call: Call, table: Table[R], scope: dict[str, str], page: PageRequest
    ) -> Slice[R]:
        if of_sessions(call) and 0 < _number(_asked(call)) < _HUNDRED:
            page = replace(page, size=page.size + 1)
        return rules.query_page(call, table, scope, page)

    return replace(rules, query_page=query_page)


def one_session_too_few(rules: Rules) -> Rules:
    """Show one Session less than asked for when more than one was."""

    def query_page(
        call: Call, table: Table[R], scope: dict[str, str], page: PageRequest
    ) -> Slice[R]:
        if of_sessions(call) and 1 < _number(_asked(call)) < _HUNDRED:
            page = replace(page, size=page.size - 1)
        return rules.query_page(call, table, scope, page)

    return replace(rules, query_page=query_page)


# Which Sessions a walk shows.


def _shown(
    rules: Rules, choose: Callable[[Call, PageRequest, Slice[R]], Slice[R]]
) -> Rules:
    """Change what a page of Sessions shows, once it is found."""

    def query_page(
        call: Call, table: Table[Any], scope: dict[str, str], page: PageRequest
    ) -> Slice[Any]:
        found = rules.query_page(call, table, scope, page)
        return choose(call, page, found) if of_sessions(call) else found

    return replace(rules, query_page=query_page)


def pages_by_offset(rules: Rules) -> Rules:
    """Find a page by how many Sessions come before it, oldest first."""
    return counted_off(rules, lambda _, rows: rows)


def pages_by_offset_newest_first(rules: Rules) -> Rules:
    """Find a page by how many Sessions come before it, newest first."""
    return counted_off(rules, lambda _, rows: rows[::-1])


def pages_by_number(rules: Rules) -> Rules:
    """Find a page by its number alone, without tokens."""
    counted = counted_off(rules, lambda _, rows: rows)

    def read_page(call: Call, query: Form) -> PageRequest:
        page = counted.read_page(call, query)
        start = page.size * page.number
        token = PageToken(
            collection=call.raw_path,
            cursor=Cursor(direction="after", position=start),
            size=page.size,
            number=page.number,
        )
        return replace(page, token=token) if of_sessions(call) and start else page

    def page_url(call: Call, size: int, number: int, token: PageToken | None) -> str:
        kept = None if of_sessions(call) else token
        return counted.page_url(call, size, number, kept)

    return replace(counted, read_page=read_page, page_url=page_url)


def order_drawn_anew(rules: Rules) -> Rules:
    """List in an order that differs from request to request."""

    def turned(call: Call, rows: Sequence[Session]) -> Sequence[Session]:
        turns: dict[str, int] = call.memory.setdefault("paging-turns", {})
        turn = turns[call.raw_path] = turns.get(call.raw_path, -1) + 1
        start = turn % len(rows) if rows else 0
        return (*rows[start:], *rows[:start])

    return counted_off(rules, turned)


def ties_lost(rules: Rules) -> Rules:
    """Find the next page by a coarse date_created, later than the last one shown."""
    return ordered_by(rules, lambda row: row.date_created.toordinal())


def ties_never_passed(rules: Rules) -> Rules:
    """Find the next page by a coarse date_created, not earlier than the last one."""
    return ordered_by(rules, lambda row: row.date_created.toordinal(), again=True)


def ordered_by_date_updated(rules: Rules) -> Rules:
    """List the latest change first, so that a change moves a Session."""
    return ordered_by(rules, lambda row: -_microseconds(row.date_updated))


def boundary_session_lost(rules: Rules) -> Rules:
    """Skip one Session between two pages."""

    def move(call: Call, _: PageRequest, token: PageToken) -> Cursor:
        rows = call.store.sessions.all(service_sid=call.path["service_sid"])
        beyond = [r.position for r in rows if r.position > token.cursor.position]
        after = replace(token.cursor, position=beyond[0] if beyond else 0)
        return after if _is_after(token) else token.cursor

    return _cursor_moved(rules, move)


def _cursor_moved(
    rules: Rules, move: Callable[[Call, PageRequest, PageToken], Cursor]
) -> Rules:
    """Let a token lead to another place than the one that it stands for."""

    def query_page(
        call: Call, table: Table[R], scope: dict[str, str], page: PageRequest
    ) -> Slice[R]:
        if of_sessions(call) and page.token:
            cursor = move(call, page, page.token)
            page = replace(page, token=replace(page.token, cursor=cursor))
        return rules.query_page(call, table, scope, page)

    return replace(rules, query_page=query_page)


def boundary_session_repeated(rules: Rules) -> Rules:
    """Begin the next page with the Session that the last one ended with."""

    def move(_: Call, page: PageRequest, token: PageToken) -> Cursor:
        again = _is_after(token) and page.size > 1
        return replace(token.cursor, inclusive=again or token.cursor.inclusive)

    return _cursor_moved(rules, move)


def last_session_lost_when_page_is_full(rules: Rules) -> Rules:
    """Drop the last Session of a last page that is exactly full."""

    def choose(_: Call, page: PageRequest, found: Slice[R]) -> Slice[R]:
        full = len(found.rows) == page.size > 1 and not found.more_after
        return replace(found, rows=found.rows[:-1]) if full else found

    return _shown(rules, choose)


def closed_listed_twice(rules: Rules) -> Rules:
    """Show a closed Session twice where there is room, as a join might."""

    def choose(_: Call, page: PageRequest, found: Slice[R]) -> Slice[R]:
        closed = [r for r in found.rows if cast("Session", r).status == "closed"]
        room = page.size - len(found.rows)
        return replace(found, rows=(*found.rows, *closed[:room]))

    return _shown(rules, choose)


def newest_left_out(rules: Rules) -> Rules:
    """Leave the newest Session out of the list."""
    return listing(rules, lambda _, rows: rows[:-1])


def oldest_left_out(rules: Rules) -> Rules:
    """Leave the oldest Session out of the list."""
    return listing(rules, lambda _, rows: rows[1:])


def closed_left_out(rules: Rules) -> Rules:
    """List the Sessions that are not closed."""
    return listing(rules, lambda _, rows: [r for r in rows if r.status != "closed"])


def only_a_hundred_listed(rules: Rules) -> Rules:
    """List the first hundred Sessions and no more."""
    return listing(rules, lambda _, rows: rows[:_HUNDRED])


def rest_lost_when_size_is_cut(rules: Rules) -> Rules:
    """Cut a large page size to 100, and compare with what was asked for."""

    def tell(call: Call, meta: Payload) -> Payload:
        large = _number(_asked(call)) > _HUNDRED
        return {**meta, "next_page_url": None} if large else meta

    return _retold(rules, tell)


def other_services_listed(rules: Rules) -> Rules:
    """List the Sessions of all Services of the account."""

    def query_page(
        call: Call, table: Table[R], scope: dict[str, str], page: PageRequest
    ) -> Slice[R]:
        if of_sessions(call):
            scope = {"account_sid": call.account_sid}
        return rules.query_page(call, table, scope, page)

    return replace(rules, query_page=query_page)


def in_disguise(rules: Rules) -> Rules:
    """Show each Session in a list as one of the Service asked for."""

    def render_session(call: Call, session: Session) -> Payload:
        if of_sessions(call):
            session = replace(session, service_sid=call.path["service_sid"])
        return rules.render_session(call, session)

    return replace(rules, render_session=render_session)


def others_listed_as_its_own(rules: Rules) -> Rules:
    """List the Sessions of all Services, each as one of the Service asked for."""
    return in_disguise(other_services_listed(rules))


def listed_once_per_participant(rules: Rules) -> Rules:
    """Show a Session once for each Participant, on a page that has room for it."""

    def choose(call: Call, page: PageRequest, found: Slice[Any]) -> Slice[Any]:
        held = call.store.participants
        rows = tuple(
            row
            for row in found.rows
            for _ in range(max(1, len(held.all(session_sid=row.sid))))
        )
        return replace(found, rows=rows) if len(rows) <= page.size else found

    return _shown(rules, choose)


def last_place_filled_again(rules: Rules) -> Rules:
    """Fill the one place left on a first page with its last Session, once more."""

    def choose(_: Call, page: PageRequest, found: Slice[R]) -> Slice[R]:
        if page.token or not found.rows or page.size != len(found.rows) + 1:
            return found
        return replace(found, rows=(*found.rows, found.rows[-1]))

    return _shown(rules, choose)


def filters_taken(rules: Rules) -> Rules:
    """List the Sessions that Status and UniqueName in the query fit."""

    def pick(call: Call, rows: Sequence[Session]) -> Sequence[Session]:
        query = call.rules.decode_query(call)
        status, name = query.get("Status"), query.get("UniqueName")
        return [
            row
            for row in rows
            if (status is None or row.status in status)
            and (name is None or row.unique_name in name)
        ]

    return listing(rules, pick)


# Which tokens are taken.


def _redeemed(rules: Rules, redeem: Callable[[Call, str], PageToken]) -> Rules:
    """Change how the page tokens of lists of Sessions are taken."""

    def decode_token(call: Call, text: str) -> PageToken:
        if of_sessions(call):
            return redeem(call, text)
        return rules.decode_token(call, text)

    return replace(rules, decode_token=decode_token)


def token_good_once(rules: Rules) -> Rules:
    """Refuse a page token that was used before."""

    def redeem(call: Call, text: str) -> PageToken:
        used: set[str] = call.memory.setdefault("paging-tokens-used", set())
        if text in used:
            raise bad_page_token()
        used.add(text)
        return rules.decode_token(call, text)

    return _redeemed(rules, redeem)


def token_of_a_deleted_session_refused(rules: Rules) -> Rules:
    """Refuse a token when the Session it was taken from is gone."""

    def query_page(
        call: Call, table: Table[R], scope: dict[str, str], page: PageRequest
    ) -> Slice[R]:
        if of_sessions(call) and page.token:
            rows = call.store.sessions.all(**scope)
            if page.token.cursor.position not in {row.position for row in rows}:
                raise bad_page_token()
        return rules.query_page(call, table, scope, page)

    return replace(rules, query_page=query_page)


def token_of_a_deleted_session_restarts(rules: Rules) -> Rules:
    """Begin anew when the Session that a token was taken from is gone."""

    def query_page(
        call: Call, table: Table[R], scope: dict[str, str], page: PageRequest
    ) -> Slice[R]:
        if of_sessions(call) and page.token:
            rows = call.store.sessions.all(**scope)
            if page.token.cursor.position not in {row.position for row in rows}:
                page = replace(page, token=None)
        return rules.query_page(call, table, scope, page)

    return replace(rules, query_page=query_page)


def token_with_a_raw_plus(rules: Rules) -> Rules:
    """Write a plus sign into page URLs as it is, where it is read as a space."""

    def encode_token(call: Call, token: PageToken) -> str:
        text = rules.encode_token(call, token)
        return f"{text}+" if of_sessions(call) and token.number > 1 else text

    def redeem(call: Call, text: str) -> PageToken:
        if text.endswith(" "):
            raise bad_page_token()
        return rules.decode_token(call, text.removesuffix("+"))

    def page_url(call: Call, size: int, number: int, token: PageToken | None) -> str:
        return rules.page_url(call, size, number, token).replace("%2B", "+")

    spelled = replace(rules, encode_token=encode_token, page_url=page_url)
    return _redeemed(spelled, redeem)


def token_opens_its_own_service(rules: Rules) -> Rules:
    """Show the list that a token came from, whichever list it is sent to."""

    def redeem(call: Call, text: str) -> PageToken:
        homes: dict[str, str] = call.memory.setdefault("paging-token-homes", {})
        home = replace(call, raw_path=homes.get(text, call.raw_path))
        return rules.decode_token(home, text)

    def encode_token(call: Call, token: PageToken) -> str:
        text = rules.encode_token(call, token)
        homes: dict[str, str] = call.memory.setdefault("paging-token-homes", {})
        homes[text] = token.collection
        return text

    def query_page(
        call: Call, table: Table[R], scope: dict[str, str], page: PageRequest
    ) -> Slice[R]:
        if of_sessions(call) and page.token:
            scope = {"service_sid": page.token.collection.split("/")[3]}
        return rules.query_page(call, table, scope, page)

    spelled = replace(rules, encode_token=encode_token, query_page=query_page)
    return _redeemed(spelled, redeem)


def token_opens_its_own_in_disguise(rules: Rules) -> Rules:
    """Show the list that a token came from as that of the Service asked for."""
    return in_disguise(token_opens_its_own_service(rules))


def page_counts_beside_a_token(rules: Rules) -> Rules:
    """Find the page by its number, though a token came with it."""

    def move(_: Call, page: PageRequest, token: PageToken) -> Cursor:
        beyond = page.number > token.number
        return replace(token.cursor, position=_BIG) if beyond else token.cursor

    return _cursor_moved(rules, move)


def one_cursor_per_service(rules: Rules) -> Rules:
    """Remember where the last page of a Service ended, and go on from there."""

    def query_page(
        call: Call, table: Table[R], scope: dict[str, str], page: PageRequest
    ) -> Slice[R]:
        if not of_sessions(call):
            return rules.query_page(call, table, scope, page)
        ends: dict[str, Cursor] = call.memory.setdefault("paging-cursors", {})
        if page.token and _is_after(page.token):
            cursor = ends.get(call.raw_path, page.token.cursor)
            page = replace(page, token=replace(page.token, cursor=cursor))
        found = rules.query_page(call, table, scope, page)
        if found.rows:
            last = found.rows[-1].position
            ends[call.raw_path] = Cursor(direction="after", position=last)
        return found

    return replace(rules, query_page=query_page)


# What a list knows of what happened.


def _cached(rules: Rules, forget: frozenset[str]) -> Rules:
    """Answer a list as before until one of these operations is called."""

    async def handle(
        call: Call, proceed: Callable[[Call], Awaitable[Response]]
    ) -> Response:
        kept: dict[str, bytes] = call.memory.setdefault("paging-cache", {})
        if call.operation.id in forget:
            kept.clear()
        if not of_sessions(call):
            return await rules.handle(call, proceed)
        key = f"{call.raw_path}?{call.query}"
        if key not in kept:
            response = await rules.handle(call, proceed)
            if response.status_code != HTTPStatus.OK:
                return response
            kept[key] = bytes(response.body)
        return Response(kept[key], media_type="application/json")

    return replace(rules, handle=handle)


def list_lags_behind(rules: Rules) -> Rules:
    """List what was there when the list was asked for the last time."""

    def pick(call: Call, rows: Sequence[Session]) -> Sequence[Session]:
        seen: dict[str, set[str]] = call.memory.setdefault("paging-lag", {})
        known = seen.get(call.raw_path, set())
        seen[call.raw_path] = {row.sid for row in rows}
        return [row for row in rows if row.sid in known]

    return listing(rules, pick)


def deleted_still_listed(rules: Rules) -> Rules:
    """Hide a deleted Session everywhere but in the list."""

    def deleted(call: Call) -> set[str]:
        found: set[str] = call.memory.setdefault("paging-deleted", set())
        return found

    def delete_session(call: Call, session: Session) -> None:
        deleted(call).add(session.sid)
        call.store.sessions.save(replace(session, name_key=None))

    def find_session(call: Call) -> Session | None:
        found = rules.find_session(call)
        return None if found and found.sid in deleted(call) else found

    return replace(rules, delete_session=delete_session, find_session=find_session)


def _origin(call: Call) -> str:
    return call.rules.origin(call.request)


def _is_after(token: PageToken) -> bool:
    return token.cursor.direction == "after"


def _asked(call: Call) -> str | None:
    return call.rules.decode_query(call).get("PageSize", [None])[0]


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() else 0


def _behind(call: Call, found: Slice[Any]) -> int:
    """Return how many Sessions come after those found."""
    rows = call.store.sessions.all(service_sid=call.path["service_sid"])
    return sum(row.position > found.rows[-1].position for row in rows)


def _microseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1_000_000)


_WRITES = frozenset({"CreateSession", "UpdateSession", "DeleteSession"})

FAULTS: dict[str, Change] = {
    "list-array-under-another-name": array_under_another_name,
    "list-key-of-another-array": partial(_told, key="data"),
    "list-meta-at-the-top": meta_at_the_top,
    "list-empty-array-null": empty_list_null,
    "list-meta-without-page-size": partial(_untold, name="page_size"),
    "list-meta-without-url": partial(_untold, name="url"),
    "list-meta-leaves-out-nulls": partial(
        _untold, name="next_page_url", only_null=True
    ),
    "list-page-as-text": page_as_text,
    "list-first-page-url-null": partial(_told, first_page_url=None),
    "list-page-urls-without-origin": page_urls_without_origin,
    "list-page-urls-without-path": page_urls_without_path,
    "list-page-urls-without-scheme": page_urls_without_scheme,
    "list-first-page-url-of-the-service": url_of_the_service,
    "list-next-on-an-empty-page": next_on_an_empty_page,
    "list-page-size-zero-taken": page_size_zero_taken,
    "list-previous-on-the-first-page": previous_on_the_first_page,
    "list-pages-counted-from-one": pages_counted_from_one,
    "list-only-page-numbered-one": only_page_numbered_one,
    "list-page-stuck-at-zero": partial(_told, page=0),
    "list-default-of-twenty": partial(_by_default, size=20),
    "list-default-of-a-hundred": partial(_by_default, size=100),
    "list-default-told-but-not-kept": default_told_but_not_kept,
    "list-page-size-ignored": page_size_ignored,
    "list-page-size-capped-at-twenty": page_size_capped_at_twenty,
    "list-page-size-below-a-hundred": page_size_below_a_hundred,
    "list-page-size-one-refused": page_size_one_refused,
    "list-page-size-forgotten-on-later-pages": page_size_forgotten_on_later_pages,
    "list-one-session-too-many": one_session_too_many,
    "list-one-session-too-few": one_session_too_few,
    "list-page-size-is-the-count": page_size_is_the_count,
    "list-page-size-told-as-fifty": page_size_told_as_fifty,
    "list-page-size-above-a-hundred-refused": page_size_above_a_hundred_refused,
    "list-page-size-above-a-hundred-is-fifty": page_size_above_a_hundred_is_fifty,
    "list-next-points-to-itself": next_points_to_itself,
    "list-next-never-null": next_never_null,
    "list-next-null-after-two-pages": next_null_after_two_pages,
    "list-next-null-by-default": next_null_by_default,
    "list-next-null-before-a-last-full-page": next_null_before_a_last_full_page,
    "list-next-null-before-a-single-last": next_null_before_a_single_last,
    "list-token-with-a-raw-plus": token_with_a_raw_plus,
    "list-token-of-a-deleted-session-refused": token_of_a_deleted_session_refused,
    "list-token-of-a-deleted-session-restarts": token_of_a_deleted_session_restarts,
    "list-boundary-session-lost": boundary_session_lost,
    "list-boundary-session-repeated": boundary_session_repeated,
    "list-last-session-lost-when-page-is-full": last_session_lost_when_page_is_full,
    "list-closed-session-twice": closed_listed_twice,
    "list-session-once-per-participant": listed_once_per_participant,
    "list-last-place-filled-again": last_place_filled_again,
    "list-newest-left-out": newest_left_out,
    "list-oldest-left-out": oldest_left_out,
    "list-closed-left-out": closed_left_out,
    "list-only-a-hundred": only_a_hundred_listed,
    "list-rest-lost-when-size-is-cut": rest_lost_when_size_is_cut,
    "list-ties-lost": ties_lost,
    "list-ties-never-passed": ties_never_passed,
    "list-order-drawn-anew": order_drawn_anew,
    "list-pages-by-offset": pages_by_offset,
    "list-pages-by-offset-newest-first": pages_by_offset_newest_first,
    "list-pages-by-number": pages_by_number,
    "list-ordered-by-date-updated": ordered_by_date_updated,
    "list-one-cursor-per-service": one_cursor_per_service,
    "list-cached-for-good": partial(_cached, forget=frozenset()),
    "list-cache-misses-creates": partial(_cached, forget=_WRITES - {"CreateSession"}),
    "list-cache-misses-deletes": partial(_cached, forget=_WRITES - {"DeleteSession"}),
    "list-lags-behind": list_lags_behind,
    "list-deleted-still-listed": deleted_still_listed,
    "list-other-services-listed": other_services_listed,
    "list-other-services-listed-as-its-own": others_listed_as_its_own,
    "list-token-opens-its-own-service": token_opens_its_own_service,
    "list-token-opens-its-own-service-in-disguise": token_opens_its_own_in_disguise,
    "list-previous-null-on-the-second-page": previous_null_on_the_second_page,
    "list-previous-always-null": previous_is_always_null,
    "list-previous-is-the-first-page": partial(
        _relinked, name="previous_page_url", other="first_page_url"
    ),
    "list-previous-off-by-one": previous_off_by_one,
    "list-previous-never-null": previous_never_null,
    "list-first-page-url-without-page-size": first_page_url_without_page_size,
    "list-first-page-url-of-this-page": partial(
        _relinked, name="first_page_url", other="url"
    ),
    "list-url-of-the-first-page": partial(
        _relinked, name="url", other="first_page_url"
    ),
    "list-url-without-token": url_without_token,
    "list-token-good-once": token_good_once,
    "list-page-counts-beside-a-token": page_counts_beside_a_token,
    "list-filters-taken": filters_taken,
}
