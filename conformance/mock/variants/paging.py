"""Lawful ways to list Sessions: other orders, sizes, tokens, URLs and refusals."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from conformance.mock.ordering import listing, of_sessions, ordered_by
from conformance.mock.paging import PageRequest, PageToken
from conformance.mock.problems import RefusedError, bad_page_token, invalid
from conformance.mock.store import Cursor, Slice

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.responses import Response

    from conformance.mock.call import Call, Form, Payload
    from conformance.mock.registry import Change
    from conformance.mock.rows import R, Session
    from conformance.mock.rules import Rules
    from conformance.mock.store import Table

_MAX = 1000


# Order.


def newest_first(rules: Rules) -> Rules:
    """List the newest Session first."""
    return ordered_by(rules, lambda row: -row.position)


def by_sid(rules: Rules) -> Rules:
    """List by SID, so that a new Session may come anywhere."""
    return ordered_by(rules, lambda row: int(row.sid.removeprefix("KC"), 16))


def pages_of_a_snapshot(rules: Rules) -> Rules:
    """Page through the Sessions as the first page found them, less those gone."""

    def query_page(
        call: Call, table: Table[R], scope: dict[str, str], page: PageRequest
    ) -> Slice[R]:
        if not of_sessions(call):
            return rules.query_page(call, table, scope, page)
        rows = {row.position: row for row in table.all(**scope)}
        kept: dict[str, list[int]] = call.memory.setdefault("paging-snapshots", {})
        if page.token is None:
            kept[call.raw_path] = sorted(rows)
        snapshot = kept.get(call.raw_path, sorted(rows))
        ahead, direction = snapshot, "after"
        if page.token:
            cursor, direction = page.token.cursor, page.token.cursor.direction
            after = direction == "after"
            ahead = [p for p in snapshot if (p > cursor.position) == after]
            ahead = [p for p in ahead if p != cursor.position]
        some = ahead[: page.size] if direction == "after" else ahead[-page.size :]
        there = [p for p in some if p in rows]
        return Slice(
            rows=tuple(rows[p] for p in there),
            more_before=bool(there) and there[0] > snapshot[0],
            more_after=bool(there) and there[-1] < max(rows),
        )

    return replace(rules, query_page=query_page)


# Page sizes.


def _sized(rules: Rules, size: Callable[[str | None], int | None]) -> Rules:
    """Take some page sizes of lists of Sessions in another way."""

    def page_size(call: Call, text: str | None) -> int:
        chosen = size(text) if of_sessions(call) else None
        return rules.page_size(call, text) if chosen is None else chosen

    return replace(rules, page_size=page_size)


def _whole(text: str | None) -> int | None:
    try:
        return None if text is None else int(text)
    except ValueError:
        return None


def large_sizes_honoured(rules: Rules) -> Rules:
    """Honour a page size up to 1000."""

    def size(text: str | None) -> int | None:
        number = _whole(text)
        return min(number, _MAX) if number and number > 0 else None

    return _sized(rules, size)


def size_told_as_asked(rules: Rules) -> Rules:
    """Tell the page size asked for, though it was cut to 100."""

    def render_list(call: Call, shown: list[Payload], meta: Payload) -> Payload:
        asked = _whole(_given(call, "PageSize")) if of_sessions(call) else None
        if asked and 100 < asked <= _MAX:  # noqa: PLR2004  what is cut
            meta = {**meta, "page_size": asked}
        return rules.render_list(call, shown, meta)

    return replace(rules, render_list=render_list)


def sizes_out_of_bounds_refused(rules: Rules) -> Rules:
    """Refuse a page size above 1000, as one below 1."""

    def size(text: str | None) -> int | None:
        number = _whole(text)
        if number is not None and number > _MAX:
            raise invalid("PageSize", "Expected 1 to 1000.")
        return None

    return _sized(rules, size)


def odd_sizes_taken_for_none(rules: Rules) -> Rules:
    """Take a page size out of bounds, or none at all, for the default."""

    def size(text: str | None) -> int | None:
        number = _whole(text)
        return None if number and 0 < number <= _MAX else 50

    return _sized(rules, size)


def odd_sizes_cut_to_bounds(rules: Rules) -> Rules:
    """Take a page size out of bounds for the nearest one within."""

    def size(text: str | None) -> int | None:
        number = _whole(text)
        return 50 if number is None else min(max(number, 1), 100)

    return _sized(rules, size)


# Tokens.


def _spelled(
    rules: Rules, encode: Callable[[str], str], decode: Callable[[str], str]
) -> Rules:
    """Spell the page tokens of Sessions in another way."""

    def encode_token(call: Call, token: PageToken) -> str:
        text = rules.encode_token(call, token)
        return encode(text) if of_sessions(call) else text

    def decode_token(call: Call, text: str) -> PageToken:
        return rules.decode_token(call, decode(text) if of_sessions(call) else text)

    return replace(rules, encode_token=encode_token, decode_token=decode_token)


def tokens_of_reserved_characters(rules: Rules) -> Rules:
    """Put characters into tokens that a URL must escape."""
    ends = "/+=&?# %ü~"
    return _spelled(rules, lambda t: ends + t, lambda t: t.removeprefix(ends))


def tokens_very_long(rules: Rules) -> Rules:
    """Hand out tokens of two thousand characters."""
    padding = "x" * 2000
    return _spelled(rules, lambda t: t + padding, lambda t: t.removesuffix(padding))


def tokens_as_numbers(rules: Rules) -> Rules:
    """Hand out tokens that look like offsets, the same ones for each Service."""

    def encode_token(call: Call, token: PageToken) -> str:
        if not of_sessions(call):
            return rules.encode_token(call, token)
        kept = _kept(call)
        for text, known in kept.items():
            if known == token:
                return text
        text = f"DP{sum(k.collection == token.collection for k in kept.values())}"
        kept[text] = token
        return text

    def decode_token(call: Call, text: str) -> PageToken:
        if not of_sessions(call):
            return rules.decode_token(call, text)
        if text not in _kept(call):
            raise bad_page_token()
        return _kept(call)[text]

    return replace(rules, encode_token=encode_token, decode_token=decode_token)


def _kept(call: Call) -> dict[str, PageToken]:
    lists: dict[str, dict[str, PageToken]] = call.memory.setdefault("paging-kept", {})
    return lists.setdefault(call.raw_path, {})


def bad_tokens_ignored(rules: Rules) -> Rules:
    """Take a token that was not handed out here for none."""

    def read_page(call: Call, query: Form) -> PageRequest:
        try:
            return rules.read_page(call, query)
        except RefusedError as refused:
            if not of_sessions(call) or refused.problem != bad_page_token().problem:
                raise
            rest = {name: query[name] for name in query if name != "PageToken"}
            return rules.read_page(call, {**rest, "Page": ["0"]})

    return replace(rules, read_page=read_page)


def bad_tokens_lead_nowhere(rules: Rules) -> Rules:
    """Show an empty page for a token that was not handed out here."""

    def decode_token(call: Call, text: str) -> PageToken:
        try:
            return rules.decode_token(call, text)
        except RefusedError:
            if not of_sessions(call):
                raise
            nowhere = Cursor(direction="after", position=2**62)
            return PageToken(
                collection=call.raw_path, cursor=nowhere, size=50, number=0
            )

    return replace(rules, decode_token=decode_token)


def token_alone_refused(rules: Rules) -> Rules:
    """Refuse a token without the page size it was handed out with."""

    def read_page(call: Call, query: Form) -> PageRequest:
        if of_sessions(call) and "PageToken" in query and "PageSize" not in query:
            raise bad_page_token()
        return rules.read_page(call, query)

    return replace(rules, read_page=read_page)


# Page numbers.


def page_without_token_refused(rules: Rules) -> Rules:
    """Refuse a page number above 0 that comes without a token."""

    def read_page(call: Call, query: Form) -> PageRequest:
        page = rules.read_page(call, query)
        if of_sessions(call) and page.number and page.token is None:
            raise invalid("Page", "Expected a PageToken with it.")
        return page

    return replace(rules, read_page=read_page)


def page_without_token_counted(rules: Rules) -> Rules:
    """Show the page of that number when no token says where it is."""

    def query_page(
        call: Call, table: Table[R], scope: dict[str, str], page: PageRequest
    ) -> Slice[R]:
        if not of_sessions(call) or page.token or not page.number:
            return rules.query_page(call, table, scope, page)
        rows, start = table.all(**scope), page.number * page.size
        return Slice(
            rows=rows[start : start + page.size],
            more_before=start > 0,
            more_after=len(rows) > start + page.size,
        )

    return replace(rules, query_page=query_page)


def page_ignored(rules: Rules) -> Rules:
    """Pay no attention to Page: the token knows the number of its page."""

    def read_page(call: Call, query: Form) -> PageRequest:
        if not of_sessions(call):
            return rules.read_page(call, query)
        rest = {name: query[name] for name in query if name != "Page"}
        return rules.read_page(call, rest)

    return replace(rules, read_page=read_page)


# URLs.


def _urls(rules: Rules, spell: Callable[[Call, str], str]) -> Rules:
    """Spell the page URLs of Sessions in another way."""

    def page_url(call: Call, size: int, number: int, token: PageToken | None) -> str:
        url = rules.page_url(call, size, number, token)
        return spell(call, url) if of_sessions(call) else url

    return replace(rules, page_url=page_url)


def _queries(
    rules: Rules, spell: Callable[[list[tuple[str, str]]], list[tuple[str, str]]]
) -> Rules:
    """Change the query of the page URLs of Sessions."""

    def respell(_call: Call, url: str) -> str:
        path, _, query = url.partition("?")
        return f"{path}?{urlencode(spell(parse_qsl(query)))}".rstrip("?")

    return _urls(rules, respell)


def urls_on_the_published_host(rules: Rules) -> Rules:
    """Name proxy.twilio.com in page URLs, as behind a rewriting proxy."""

    def spell(_: Call, url: str) -> str:
        parts = urlsplit(url)
        return parts._replace(scheme="https", netloc="proxy.twilio.com").geturl()

    return _urls(rules, spell)


def urls_below_a_base_path(rules: Rules) -> Rules:
    """Put a path of the deployment before that of the API."""
    return _urls(rules, lambda _, url: url.replace("/v1/", "/gateway/proxy/v1/", 1))


def urls_with_sids_in_upper_case(rules: Rules) -> Rules:
    """Write the digits of the SID in page URLs in upper case, and take either."""

    def spell(call: Call, url: str) -> str:
        sid = call.path["service_sid"]
        return url.replace(sid, sid[:2] + sid[2:].upper())

    async def handle(
        call: Call, proceed: Callable[[Call], Awaitable[Response]]
    ) -> Response:
        if of_sessions(call):
            sid = call.path["service_sid"]
            lower = sid[:2] + sid[2:].lower()
            call = replace(
                call,
                path={**call.path, "service_sid": lower},
                raw_path=call.raw_path.replace(sid, lower),
            )
        return await rules.handle(call, proceed)

    return _urls(replace(rules, handle=handle), spell)


def urls_with_other_parameters(rules: Rules) -> Rules:
    """Add a parameter of the target's own to page URLs."""
    return _queries(rules, lambda query: [("Shard", "7"), *query])


def urls_with_parameters_turned_round(rules: Rules) -> Rules:
    """Put the token first in page URLs."""
    return _queries(rules, lambda query: query[::-1])


def urls_with_the_token_alone(rules: Rules) -> Rules:
    """Leave out of page URLs what the token knows."""
    return _queries(rules, lambda q: [p for p in q if p[0] == "PageToken"] or q)


def urls_without_page(rules: Rules) -> Rules:
    """Leave Page out of page URLs."""
    return _queries(rules, lambda q: [p for p in q if p[0] != "Page"])


def urls_escaped(rules: Rules) -> Rules:
    """Escape every character of a query value that may be escaped."""

    def spell(_call: Call, url: str) -> str:
        path, _, query = url.partition("?")
        pairs = [f"{name}={_escaped(value)}" for name, value in parse_qsl(query)]
        return f"{path}?{'&'.join(pairs)}"

    return _urls(rules, spell)


def previous_of_the_second_is_the_first(rules: Rules) -> Rules:
    """Name the first page before the second one as the first page names itself."""

    def render_list(call: Call, shown: list[Payload], meta: Payload) -> Payload:
        if of_sessions(call) and meta["page"] == 1 and meta["previous_page_url"]:
            meta = {**meta, "previous_page_url": meta["first_page_url"]}
        return rules.render_list(call, shown, meta)

    return replace(rules, render_list=render_list)


# The rest.


def empty_page_after_a_full_last_one(rules: Rules) -> Rules:
    """Lead on behind each full page, if only to an empty one."""

    def meta(call: Call, page: PageRequest, found: Slice[R]) -> Payload:
        if of_sessions(call) and len(found.rows) == page.size:
            found = replace(found, more_after=True)
        return rules.meta(call, page, found)

    def query_page(
        call: Call, table: Table[R], scope: dict[str, str], page: PageRequest
    ) -> Slice[R]:
        found = rules.query_page(call, table, scope, page)
        # Behind the last page there is nothing to go on to.
        return found if found.rows else replace(found, more_after=False)

    return replace(rules, meta=meta, query_page=query_page)


def more_members(rules: Rules) -> Rules:
    """Show members that no document names, in the answer and in its meta."""

    def render_list(call: Call, shown: list[Payload], meta: Payload) -> Payload:
        if not of_sessions(call):
            return rules.render_list(call, shown, meta)
        counted = {**meta, "total": None, "direct_token": True}
        return {"uri": call.raw_path, **rules.render_list(call, shown, counted)}

    return replace(rules, render_list=render_list)


def unknown_parameters_refused(rules: Rules) -> Rules:
    """Refuse a list of Sessions by a name that is not documented."""

    def read_page(call: Call, query: Form) -> PageRequest:
        known = {"PageSize", "Page", "PageToken"}
        if of_sessions(call) and (unknown := query.keys() - known):
            raise invalid(min(unknown), "It is not known here.")
        return rules.read_page(call, query)

    return replace(rules, read_page=read_page)


def new_sessions_wait_for_the_next_walk(rules: Rules) -> Rules:
    """Show on later pages only what was there when the walk began."""

    def pick(call: Call, rows: tuple[Session, ...]) -> tuple[Session, ...]:
        limits: dict[str, int] = call.memory.setdefault("paging-limits", {})
        newest = max((row.position for row in rows), default=0)
        if "PageToken" not in call.query:
            limits[call.raw_path] = newest
        limit = limits.get(call.raw_path, newest)
        return tuple(row for row in rows if row.position <= limit)

    return listing(rules, cast("Any", pick))


def _given(call: Call, name: str) -> str | None:
    return call.rules.decode_query(call).get(name, [None])[0]


def _escaped(text: str) -> str:
    return "".join(f"%{ord(c):02x}" if c.isalnum() else quote(c) for c in text)


VARIANTS: dict[str, Change] = {
    "list-newest-first": newest_first,
    "list-by-sid": by_sid,
    "list-pages-of-a-snapshot": pages_of_a_snapshot,
    "list-new-sessions-wait-for-the-next-walk": new_sessions_wait_for_the_next_walk,
    "list-large-page-sizes-honoured": large_sizes_honoured,
    "list-page-size-told-as-asked": size_told_as_asked,
    "list-page-sizes-out-of-bounds-refused": sizes_out_of_bounds_refused,
    "list-odd-page-sizes-taken-for-none": odd_sizes_taken_for_none,
    "list-odd-page-sizes-cut-to-bounds": odd_sizes_cut_to_bounds,
    "list-tokens-of-reserved-characters": tokens_of_reserved_characters,
    "list-tokens-very-long": tokens_very_long,
    "list-tokens-as-numbers": tokens_as_numbers,
    "list-bad-tokens-ignored": bad_tokens_ignored,
    "list-bad-tokens-lead-nowhere": bad_tokens_lead_nowhere,
    "list-token-alone-refused": token_alone_refused,
    "list-page-without-token-refused": page_without_token_refused,
    "list-page-without-token-counted": page_without_token_counted,
    "list-page-ignored": page_ignored,
    "list-urls-on-the-published-host": urls_on_the_published_host,
    "list-urls-below-a-base-path": urls_below_a_base_path,
    "list-urls-with-sids-in-upper-case": urls_with_sids_in_upper_case,
    "list-urls-with-other-parameters": urls_with_other_parameters,
    "list-urls-with-parameters-in-another-order": urls_with_parameters_turned_round,
    "list-urls-with-the-token-alone": urls_with_the_token_alone,
    "list-urls-without-page": urls_without_page,
    "list-urls-escaped": urls_escaped,
    "list-previous-of-the-second-is-the-first": previous_of_the_second_is_the_first,
    "list-empty-page-after-a-full-last-one": empty_page_after_a_full_last_one,
    "list-more-members": more_members,
    "list-unknown-parameters-refused": unknown_parameters_refused,
}
