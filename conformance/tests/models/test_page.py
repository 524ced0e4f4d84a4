"""Laws of reading a page, of which nothing is trusted."""

import pytest

from conformance.models.page import Address, address, read, spot, whole
from conformance.tests.lists import later, path, sent, shown, sid

LIST = path()


@pytest.mark.parametrize(
    ("url", "leads"),
    [
        (f"https://host.test{LIST}?Page=1", Address(LIST, "Page=1")),
        (f"{LIST}?Page=1", Address(LIST, "Page=1")),
        ("?Page=1", Address(LIST, "Page=1")),
        (f"https://host.test/gateway{LIST}", Address(LIST)),
        (f"https://host.test{LIST.upper()}", Address(LIST.upper())),
        ("https://host.test/a/v1/Services", Address("/v1/Services")),
        ("https://host.test/v1/Services", Address("/v1/Services")),
        ("https://host.test/elsewhere", Address("/elsewhere")),
        ("https://host.test/a b?c=d e", Address("/a%20b", "c=d%20e")),
    ],
)
def test_a_page_url_leads_to_a_path_of_the_target(url: str, leads: Address) -> None:
    assert address(url, LIST) == leads


@pytest.mark.parametrize(
    "url", [None, "", 7, "http://[", "mailto:nobody", "https://host.test"]
)
def test_what_is_no_url_leads_nowhere(url: object) -> None:
    assert address(url, LIST) is None


def test_neither_case_nor_the_order_of_parameters_tells_spots_apart() -> None:
    one = spot("/V1/A", [("b", "2"), ("a", "1")])
    assert one == spot("/v1/a", [("a", "1"), ("b", "2")])
    assert one != spot("/v1/a", [("a", "1"), ("b", "3")])
    assert Address("/", "a=1&b=&a=2").parameters == (("a", "1"), ("b", ""), ("a", "2"))


def test_a_page_shows_its_items_and_what_meta_says() -> None:
    page = read(shown("", (1, 2), onward=later(1), page=1.0, page_size=50))
    assert page is not None
    assert page.sids == (sid(1).lower(), sid(2).lower())
    assert (page.number, page.size, page.last, page.legible) == (1, 50, False, True)
    link = page.link("next_page_url")
    assert link == Address(LIST, later(1))
    assert page.link("previous_page_url") is None


def test_pages_show_the_same_in_whichever_order() -> None:
    pages = [read(shown("", items)) for items in ((1, 2), (2, 1), (1, 1, 2), (1,))]
    one, turned, twice, less = (page for page in pages if page is not None)
    assert one.shows_as(turned)
    assert not one.shows_as(twice)
    assert not one.shows_as(less)


def test_an_item_without_a_sid_makes_a_page_illegible() -> None:
    items = [{"sid": sid(1)}, {"sid": None}, "text"]
    page = read(sent("", 200, {"sessions": items, "meta": {}}))
    assert page is not None
    assert page.sids == (sid(1).lower(),)
    assert not page.legible
    assert (page.number, page.size, page.last) == (None, None, True)


def test_a_list_under_the_name_that_meta_tells_is_still_read() -> None:
    page = read(sent("", 200, {"items": [{"sid": "A"}], "meta": {"key": "items"}}))
    assert page is not None
    assert page.sids == ("a",)


@pytest.mark.parametrize(
    "body",
    [
        [],
        {"sessions": []},
        {"sessions": [], "meta": []},
        {"sessions": {}, "meta": {}},
        {"items": {}, "meta": {"key": "items"}},
        {"items": [], "meta": {"key": ["items"]}},
    ],
)
def test_what_has_no_items_or_no_meta_is_no_page(body: object) -> None:
    assert read(sent("", 200, body)) is None
    assert read(sent("", 400, {"sessions": [], "meta": {}})) is None


@pytest.mark.parametrize(
    ("value", "number"),
    [(50, 50), (50.0, 50), (0, 0), (-1, -1), (0.5, None), (True, None), ("1", None)],
)
def test_a_whole_number_may_have_a_point(value: object, number: int | None) -> None:
    assert whole(value) == number
