"""Every decision the mock makes, as one value: the seam for faults and variants.

A **fault** (the mock breaks a requirement) and a **variant** (the mock is lawful in
another way) are both pure functions `Rules -> Rules`. Each replaces one or a few
fields and usually wraps what it found there, so that several compose by being
applied one after another:

    def ttl_echoed_as_text(rules: Rules) -> Rules:
        '''Show the Session's ttl as a string.'''

        def render(call: Call, session: Session) -> Payload:
            shown = rules.render_session(call, session)
            return {**shown, "ttl": str(shown["ttl"])}

        return replace(rules, render_session=render)

    FAULTS = {"ttl-echoed-as-text": ttl_echoed_as_text}

Recipe:

1. Put the function in `faults/<area>.py` or `variants/<area>.py` and name it in that
   module's `FAULTS` or `VARIANTS`; a new module is also named once in the package's
   `__init__.py`. Names are lower case with dashes and unique across all areas.
2. Change the narrowest field that shows the defect. Most take the `Call` first; it
   knows the operation, the path, the account, the moment, the store and the rules in
   force. Inside a wrapper, call what you replaced through the *outer* `rules`, and
   everything else through `call.rules`, so that later changes still apply.
3. State that outlives one call goes into `call.memory` (or `world.memory`), under a
   key of your own: it is empty in each new mock. Never use module globals.
4. To refuse, raise one of `problems`; to change a refusal, wrap `adapt_problem`; to
   answer anything at all, wrap `handle` (one operation, after the credentials were
   checked) or `around` (the whole exchange, before anything is looked at) and return
   any Starlette response.
5. A race: `pause` is awaited between the check and the write of every operation that
   writes. By default it is absent and nothing is awaited there, so no write is lost.
   Writes that belong together stand inside `atomic`.
6. Below HTTP (the spelling of header names, a broken chunk): `wire` sees each block
   of bytes on its way to the socket, usually one whole answer. Only the served mock
   has one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from conformance.mock import (
    authentication,
    dates,
    exchange,
    lifecycle,
    lookup,
    paging,
    parameters,
    rendering,
    sids,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from contextlib import AbstractContextManager
    from datetime import datetime

    from starlette.requests import Request
    from starlette.responses import Response

    from conformance.mock.call import Call, Form, Payload, World
    from conformance.mock.operations import Operation
    from conformance.mock.paging import PageRequest, PageToken
    from conformance.mock.parameters import (
        NewMessage,
        NewParticipant,
        NewSession,
        ServiceChanges,
        SessionChanges,
    )
    from conformance.mock.problems import Problem
    from conformance.mock.rows import Interaction, Participant, R, Row, Service, Session
    from conformance.mock.store import Slice, Table


class QueryPage(Protocol):
    """The rows of a page."""

    def __call__(
        self, call: Call, table: Table[R], scope: dict[str, str], page: PageRequest, /
    ) -> Slice[R]:
        """Return the rows of `page` among those in `scope`."""
        ...


class Meta(Protocol):
    """What leads on from a page."""

    def __call__(self, call: Call, page: PageRequest, found: Slice[R], /) -> Payload:
        """Return the list's `meta` object."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """How the mock decides; the defaults are correct."""

    # The exchange as a whole.
    around: Callable[
        [World, Request, Callable[[Request], Awaitable[Response]]], Awaitable[Response]
    ] = exchange.around
    authenticate: Callable[[World, Request, Operation | None], str] = (
        authentication.authenticate
    )
    handle: Callable[
        [Call, Callable[[Call], Awaitable[Response]]], Awaitable[Response]
    ] = exchange.handle
    adapt_problem: Callable[[World, Request, Problem], Problem] = exchange.adapt_problem
    error_body: Callable[[World, Request, Problem], Payload] = rendering.error_body
    encode_json: Callable[[Payload], bytes] = rendering.encode_json
    response_headers: Callable[[World, Request, int], dict[str, str]] = (
        rendering.response_headers
    )
    origin: Callable[[Request], str] = rendering.origin
    wire: Callable[[bytes], bytes] | None = None
    body_bytes_max: int = 65_536

    # What is asked for.
    check_path: Callable[[Call], None] = sids.check_path
    decode_form: Callable[[Call], Form] = parameters.decode_form
    decode_query: Callable[[Call], Form] = paging.decode_query
    scalar: Callable[[Call, Form, str], str | None] = parameters.scalar
    parse_unique_name: Callable[[Call, str], str] = parameters.parse_unique_name
    parse_mode: Callable[[Call, str], str] = parameters.parse_mode
    parse_status: Callable[[Call, str], str] = parameters.parse_status
    parse_ttl: Callable[[Call, str], int] = parameters.parse_ttl
    parse_date_expiry: Callable[[Call, str], datetime | None] = dates.parse_date_expiry
    parse_participants: Callable[[Call, list[str]], tuple[NewParticipant, ...]] = (
        parameters.parse_participants
    )
    read_participant: Callable[[Call, Form], NewParticipant] = (
        parameters.read_participant
    )
    read_new_session: Callable[[Call, Form], NewSession] = parameters.read_new_session
    read_session_changes: Callable[[Call, Form], SessionChanges] = (
        parameters.read_session_changes
    )
    read_service_changes: Callable[[Call, Form], ServiceChanges] = (
        parameters.read_service_changes
    )
    read_message: Callable[[Call, Form], NewMessage] = parameters.read_message

    # What is found, and what a delete takes.
    find_service: Callable[[Call], Service | None] = lookup.find_service
    find_session: Callable[[Call], Session | None] = lookup.find_session
    find_participant: Callable[[Call, Session], Participant | None] = (
        lookup.find_participant
    )
    find_interaction: Callable[
        [Call, Session, Participant | None], Interaction | None
    ] = lookup.find_interaction
    delete_service: Callable[[Call, Service], None] = lookup.delete_service
    delete_session: Callable[[Call, Session], None] = lookup.delete_session
    delete_participant: Callable[[Call, Participant], None] = lookup.delete_participant
    delete_interaction: Callable[[Call, Interaction], None] = lookup.delete_interaction

    # How a resource lives.
    new_sid: Callable[[Call, str], str] = sids.new_sid
    service_name_key: Callable[[Call, Service], str | None] = lifecycle.service_name_key
    session_name_key: Callable[[Call, Session], str | None] = lifecycle.session_name_key
    initial_service: Callable[[Call, ServiceChanges], Service] = (
        lifecycle.initial_service
    )
    update_service: Callable[[Call, Service, ServiceChanges], Service] = (
        lifecycle.update_service
    )
    initial_session: Callable[[Call, Service, NewSession], Session] = (
        lifecycle.initial_session
    )
    update_session: Callable[[Call, Session, SessionChanges], Session] = (
        lifecycle.update_session
    )
    check_transition: Callable[[Call, str, str], None] = lifecycle.check_transition
    close: Callable[[Call, Session], Session] = lifecycle.close
    reopen: Callable[[Call, Session], Session] = lifecycle.reopen
    touch: Callable[[Call, datetime], datetime] = lifecycle.touch
    expires_at: Callable[[Call, Session], datetime | None] = lifecycle.expires_at
    expire: Callable[[Call, Session, datetime], Session] = lifecycle.expire
    check_accepts_children: Callable[[Call, Session], None] = (
        lifecycle.check_accepts_children
    )
    check_participant: Callable[
        [Call, NewParticipant, tuple[Participant, ...]], None
    ] = lifecycle.check_participant
    initial_participant: Callable[[Call, Session, NewParticipant], Participant] = (
        lifecycle.initial_participant
    )
    initial_interaction: Callable[[Call, Participant, NewMessage], Interaction] = (
        lifecycle.initial_interaction
    )
    on_interaction: Callable[[Call, Session], Session] = lifecycle.on_interaction
    pause: Callable[[Call], Awaitable[None]] | None = None
    atomic: Callable[[Call], AbstractContextManager[None]] = exchange.atomic

    # What is shown.
    format_date: Callable[[Call, datetime], str] = dates.format_date
    row_url: Callable[[Call, Row], str] = rendering.row_url
    links: Callable[[Call, Row, str], dict[str, str]] = rendering.links
    render_service: Callable[[Call, Service], Payload] = rendering.render_service
    render_session: Callable[[Call, Session], Payload] = rendering.render_session
    render_participant: Callable[[Call, Participant], Payload] = (
        rendering.render_participant
    )
    render_interaction: Callable[[Call, Interaction], Payload] = (
        rendering.render_interaction
    )
    render_message_interaction: Callable[[Call, Interaction], Payload] = (
        rendering.render_message_interaction
    )
    render_list: Callable[[Call, list[Payload], Payload], Payload] = (
        rendering.render_list
    )

    # Pages.
    page_size: Callable[[Call, str | None], int] = paging.page_size
    read_page: Callable[[Call, Form], PageRequest] = paging.read_page
    query_page: QueryPage = paging.query_page
    encode_token: Callable[[Call, PageToken], str] = paging.encode_token
    decode_token: Callable[[Call, str], PageToken] = paging.decode_token
    collection_url: Callable[[Call], str] = rendering.collection_url
    page_url: Callable[[Call, int, int, PageToken | None], str] = paging.page_url
    meta: Meta = paging.meta
