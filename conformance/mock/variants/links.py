"""Freedoms in the URLs that a Session shows."""

from __future__ import annotations

from dataclasses import replace
from json import dumps, loads
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.requests import Request

    from conformance.mock.call import Call, Payload
    from conformance.mock.rows import Row, Session
    from conformance.mock.rules import Rules


def urls_on_published_host(rules: Rules) -> Rules:
    """Show the published host in every URL."""
    return replace(rules, origin=lambda _request: "https://proxy.twilio.com")


def urls_below_a_path(rules: Rules) -> Rules:
    """Show in every URL the path below which a gateway mounts the API."""

    def origin(request: Request) -> str:
        return f"{rules.origin(request)}/gateway/proxy"

    return replace(rules, origin=origin)


def more_links(rules: Rules) -> Rules:
    """Link from a resource to one thing more than is documented."""

    def links(call: Call, row: Row, url: str) -> dict[str, str]:
        return {**rules.links(call, row, url), "events": f"{url}/Events"}

    return replace(rules, links=links)


def sids_in_urls_in_capitals(rules: Rules) -> Rules:
    """Write the digits of a Session's SIDs in capitals where they stand in URLs."""

    def render_session(call: Call, session: Session) -> Payload:
        shown = rules.render_session(call, session)
        text = dumps([shown["url"], shown["links"]])
        for sid in (session.sid, session.service_sid):
            text = text.replace(sid, sid[:2] + sid[2:].upper())
        shown["url"], shown["links"] = loads(text)
        return shown

    return replace(rules, render_session=render_session)


def links_null_in_lists(rules: Rules) -> Rules:
    """Show null in the place of url and links on a page."""

    def render_session(call: Call, session: Session) -> Payload:
        shown = rules.render_session(call, session)
        if call.operation.id == "ListSession":
            return {**shown, "url": None, "links": None}
        return shown

    return replace(rules, render_session=render_session)


def links_null(rules: Rules) -> Rules:
    """Show null in the place of url and links."""

    def render_session(call: Call, session: Session) -> Payload:
        return {**rules.render_session(call, session), "url": None, "links": None}

    return replace(rules, render_session=render_session)


VARIANTS = {
    "urls-on-published-host": urls_on_published_host,
    "urls-below-a-path": urls_below_a_path,
    "more-links": more_links,
    "sids-in-urls-in-capitals": sids_in_urls_in_capitals,
    "links-null": links_null,
    "links-null-in-lists": links_null_in_lists,
}
