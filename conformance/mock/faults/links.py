"""Faults in the URLs that a Session shows, and in where they lead."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from conformance.mock.faults.properties import (
    ALL,
    CREATE,
    FETCH,
    LIST,
    UPDATE,
    setting,
    showing,
)
from conformance.mock.problems import not_found

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.mock.call import Call, Payload
    from conformance.mock.paging import PageRequest
    from conformance.mock.registry import Change
    from conformance.mock.rows import R, Session
    from conformance.mock.rules import Rules
    from conformance.mock.store import Slice, Table


def linking(edit: Callable[[str], str], *names: str) -> Callable[[Payload], Payload]:
    """Return the edit that writes these links in another way."""
    return setting(
        "links", lambda v: {k: edit(u) if k in names else u for k, u in v.items()}
    )


def path_of(shown: str) -> str:
    """Return the path alone."""
    return urlsplit(shown).path


def doubling_slash(shown: str) -> str:
    """Return the URL with two slashes in front of the version."""
    return shown.replace("/v1/", "//v1/")


def another_sid(shown: str) -> str:
    """Return the URL with the last digit of each Session SID turned over."""
    head, tail = shown.rsplit("/Sessions/", 1)
    last = "1" if tail[33] == "0" else "0"
    return f"{head}/Sessions/{tail[:33]}{last}{tail[34:]}"


def url_built_of_request(rules: Rules) -> Rules:
    """Build url from the path of the request, also where that is the list's."""

    def render_session(call: Call, session: Session) -> Payload:
        shown = rules.render_session(call, session)
        url = rules.origin(call.request) + call.raw_path
        return {**shown, "url": url} if call.operation.id == LIST else shown

    return replace(rules, render_session=render_session)


def links_of_first_session(rules: Rules) -> Rules:
    """Show on every item of a page the links of its first."""

    def render_list(call: Call, shown: list[Payload], meta: Payload) -> Payload:
        if call.operation.id == LIST and shown:
            shown = [{**each, "links": shown[0]["links"]} for each in shown]
        return rules.render_list(call, shown, meta)

    return replace(rules, render_list=render_list)


def empty_list_not_found(operation: str) -> Change:
    """Return the change by which a list without items is not there."""

    def change(rules: Rules) -> Rules:
        def query_page(
            call: Call, table: Table[R], scope: dict[str, str], page: PageRequest
        ) -> Slice[R]:
            found = rules.query_page(call, table, scope, page)
            if call.operation.id == operation and not found.rows:
                raise not_found(call.raw_path)
            return found

        return replace(rules, query_page=query_page)

    return change


FAULTS: dict[str, Change] = {
    "url-relative": showing(setting("url", path_of), *ALL),
    "url-without-scheme": showing(
        setting("url", lambda v: v.partition(":")[2]), CREATE, LIST
    ),
    "url-double-slash": showing(setting("url", doubling_slash), *ALL),
    "url-without-version": showing(
        setting("url", lambda v: v.replace("/v1/", "/")), *ALL
    ),
    "url-trailing-slash": showing(setting("url", lambda v: f"{v}/"), FETCH),
    "url-of-the-list": url_built_of_request,
    "url-of-another-session": showing(setting("url", another_sid), UPDATE),
    "url-with-a-placeholder": showing(
        setting("url", lambda v: v.rsplit("/", 1)[0] + "/{Sid}"), CREATE
    ),
    "url-version-twice": showing(
        setting("url", lambda v: v.replace("/v1/", "/v1/v1/")), *ALL
    ),
    "links-without-interactions": showing(
        setting("links", lambda v: {"participants": v["participants"]}), *ALL
    ),
    "links-without-participants-in-lists": showing(
        setting("links", lambda v: {"interactions": v["interactions"]}), LIST
    ),
    "links-empty-on-create": showing(setting("links", lambda _: {}), CREATE),
    "link-an-object": showing(
        setting("links", lambda v: {k: {"href": u} for k, u in v.items()}), *ALL
    ),
    "links-exchanged": showing(
        setting(
            "links",
            lambda v: dict(zip(v, reversed(v.values()), strict=True)),
        ),
        *ALL,
    ),
    "links-relative": showing(linking(path_of, "participants", "interactions"), *ALL),
    "link-of-another-session": showing(linking(another_sid, "interactions"), UPDATE),
    "link-in-lower-case": showing(
        linking(lambda v: v.replace("/Participants", "/participants"), "participants"),
        *ALL,
    ),
    "link-double-slash": showing(
        linking(lambda v: v.replace("/Inter", "//Inter"), "interactions"), FETCH
    ),
    "links-of-first-session-in-lists": links_of_first_session,
    "empty-list-of-participants-not-found": empty_list_not_found("ListParticipant"),
    "empty-list-of-interactions-not-found": empty_list_not_found("ListInteraction"),
}
