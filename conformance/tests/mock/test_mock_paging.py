from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, cast

import pytest

from conformance.mock.rules import Rules

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.mock.call import Call
    from conformance.mock.paging import PageRequest
    from conformance.mock.rows import R
    from conformance.mock.store import Slice, Table
    from conformance.tests.mock.client import Build, Client, Shown

    Collection = tuple[str, Callable[[], Shown], Callable[[str], None] | None]


@pytest.fixture(params=["service", "session", "participant", "interaction", "message"])
def collection(request: pytest.FixtureRequest, client: Client) -> Collection:
    """Return a list's URL, and a way of adding to it and removing from it."""

    def remover(url: str) -> None:
        assert client.delete(url).status == 204

    if request.param == "service":
        return "/v1/Services", client.service, remover
    service = client.service()
    if request.param == "session":
        return service["links"]["sessions"], partial(client.session, service), remover
    session = client.session(service)
    people = session["links"]["participants"]
    taken: list[Shown] = []

    def add_participant() -> Shown:
        taken.append(client.post(people, {"Identifier": f"p{len(taken)}"}).json)
        # Removed ones stay listed and leave room for the next.
        client.delete(taken[-1]["url"])
        return taken[-1]

    if request.param == "participant":
        return people, add_participant, None
    person = client.post(people, {"Identifier": "a"}).json
    messages = person["links"]["message_interactions"]
    interactions = session["links"]["interactions"]

    def add_message() -> Shown:
        return cast("Shown", client.post(messages, {"Body": "b"}).json)

    def remove_message(url: str) -> None:
        remover(f"{interactions}/{url.rpartition('/')[2]}")

    listing = messages if request.param == "message" else interactions
    return listing, add_message, remove_message


def rows(page: Shown) -> list[str]:
    return [row["sid"] for row in page[page["meta"]["key"]]]


def walk(client: Client, url: str | None, link: str = "next_page_url") -> list[Shown]:
    pages: list[Shown] = []
    while url is not None:
        pages.append(client.get(url).json)
        url = pages[-1]["meta"][link]
    return pages


def test_an_empty_page_leads_nowhere(client: Client) -> None:
    url = client.service()["links"]["sessions"]
    first = f"{url}?PageSize=50&Page=0"
    assert client.get(url).json == {
        "sessions": [],
        "meta": {
            "page": 0,
            "page_size": 50,
            "first_page_url": first,
            "previous_page_url": None,
            "url": first,
            "next_page_url": None,
            "key": "sessions",
        },
    }


@pytest.mark.parametrize("size", [1, 2, 3, 5, 6, 7])
def test_pages_hold_every_row_once_and_lead_back(
    client: Client, collection: Collection, size: int
) -> None:
    listing, add, _ = collection
    made = [add()["sid"] for _ in range(6)]
    pages = walk(client, f"{listing}?PageSize={size}")
    assert [sid for page in pages for sid in rows(page)] == made
    assert [page["meta"]["page"] for page in pages] == list(range(len(pages)))
    assert {page["meta"]["page_size"] for page in pages} == {size}
    for page in pages:
        assert client.get(page["meta"]["url"]).json == page
        assert client.get(page["meta"]["first_page_url"]).json == pages[0]
    back = walk(client, pages[-1]["meta"]["url"], "previous_page_url")
    assert [rows(page) for page in back] == [rows(page) for page in reversed(pages)]


def test_a_walk_misses_and_repeats_nothing_while_rows_come_and_go(
    client: Client, collection: Collection
) -> None:
    listing, add, remove = collection
    made = [add() for _ in range(9)]
    seen: list[str] = []
    url: str | None = f"{listing}?PageSize=2"
    gone: set[str] = set()
    while url is not None:
        page = client.get(url).json
        seen += rows(page)
        url = page["meta"]["next_page_url"]
        if len(seen) < 9:
            add()
        if remove is not None:
            # The row that the next page was reckoned from goes away.
            last = next(row for row in made if row["sid"] == seen[-1])
            if last["sid"] not in gone and len(seen) < 8:
                remove(last["url"])
                gone.add(last["sid"])
        if len(seen) >= 8:
            break
    assert len(seen) == len(set(seen))
    assert seen == [row["sid"] for row in made][: len(seen)]


def test_a_token_alone_suffices(client: Client, collection: Collection) -> None:
    listing, add, _ = collection
    made = [add()["sid"] for _ in range(5)]
    url = client.get(f"{listing}?PageSize=2").json["meta"]["next_page_url"]
    token = url.partition("PageToken=")[2]
    page = client.get(f"{listing}?PageToken={token}").json
    assert rows(page) == made[2:4]
    assert (page["meta"]["page"], page["meta"]["page_size"]) == (1, 2)


def test_a_token_of_another_list_or_a_spoilt_one_is_refused(client: Client) -> None:
    one, two = (client.service()["links"]["sessions"] for _ in "ab")
    for _ in range(2):
        client.post(one)
    url = client.get(f"{one}?PageSize=1").json["meta"]["next_page_url"]
    token = url.partition("PageToken=")[2]
    for spoilt in (
        token[:-2],
        token[2:],
        "PT",
        "x",
        token[:9] + "é",
        token + "!",
        token + "=",
    ):
        assert client.get(f"{one}?PageToken={spoilt}").refusal == (400, 21481)
    assert client.get(f"{two}?PageToken={token}").refusal == (400, 21481)


@pytest.mark.parametrize(
    ("asked", "given"), [("100", 100), ("101", 100), ("5000", 100)]
)
def test_a_page_is_cut_to_a_hundred(
    client: Client, sessions: str, asked: str, given: int
) -> None:
    page = client.get(f"{sessions}?PageSize={asked}").json
    assert page["meta"]["page_size"] == given


@pytest.mark.parametrize(
    "query",
    [
        "PageSize=0",
        "PageSize=-1",
        "PageSize=x",
        "PageSize=1&PageSize=2",
        "Page=x",
        "Page=%FF",
    ],
)
def test_a_page_out_of_bounds_is_refused(
    client: Client, sessions: str, query: str
) -> None:
    assert client.get(f"{sessions}?{query}").refusal == (400, 80701)


def test_a_page_number_without_a_token_is_client_state(
    client: Client, sessions: str
) -> None:
    made = [client.post(sessions).json["sid"] for _ in range(2)]
    page = client.get(f"{sessions}?PageSize=1&Page=7&Unheard=of").json
    assert rows(page) == made[:1]
    assert page["meta"]["page"] == 7
    assert page["meta"]["previous_page_url"] is None


def test_a_page_whose_rows_are_all_gone_still_leads_back(
    client: Client, sessions: str
) -> None:
    made = [client.post(sessions).json for _ in range(4)]
    second = client.get(f"{sessions}?PageSize=2").json["meta"]["next_page_url"]
    for session in made[2:]:
        client.delete(session["url"])
    page = client.get(second).json
    assert (page["sessions"], page["meta"]["next_page_url"]) == ([], None)
    back = client.get(page["meta"]["previous_page_url"]).json
    assert rows(back) == [session["sid"] for session in made[:2]]
    assert back["meta"]["previous_page_url"] is None


def test_a_list_may_be_newest_first(build: Build) -> None:
    def newest_first(
        _call: Call, table: Table[R], scope: dict[str, str], page: PageRequest, /
    ) -> Slice[R]:
        cursor = page.token.cursor if page.token else None
        return table.slice(scope, cursor, page.size, newest_first=True)

    client = build(rules=replace(Rules(), query_page=newest_first))
    service = client.service()
    url = service["links"]["sessions"]
    made = [client.session(service)["sid"] for _ in range(5)]
    pages = walk(client, f"{url}?PageSize=2")
    assert [sid for page in pages for sid in rows(page)] == made[::-1]
    back = walk(client, pages[-1]["meta"]["url"], "previous_page_url")
    assert [rows(page) for page in back] == [rows(page) for page in reversed(pages)]
