"""A reader with a mouse, a keyboard, a screen reader, a phone and a printer."""

import re
from collections.abc import Callable
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

Open = Callable[..., Page]

BYTES_MAX = 3_000_000


@cache
def axe() -> str:
    """Return the accessibility checker, as the package that carries it has it."""
    return (resources.files("axe_playwright_python") / "axe.min.js").read_text()


def visible_rows(page: Page) -> list[str]:
    """Return the ids of the rows that the table of requirements shows."""
    rows = page.locator("#rows tbody tr:not([hidden])")
    return rows.locator(".named > :first-child").all_inner_texts()


def complaints(page: Page) -> list[str]:
    """Return what axe calls serious or critical, with the elements that it names."""
    page.evaluate(axe())
    found: list[dict[str, Any]] = page.evaluate("axe.run()")["violations"]
    return [
        f"{one['id']} at {node['target']}: {node['failureSummary']}"
        for one in found
        if one["impact"] in {"serious", "critical"}
        for node in one["nodes"]
    ]


def shorten(page: Page) -> None:
    """Leave of each table as many rows as stand for all others: axe is slow."""
    page.evaluate(
        "document.querySelectorAll('tbody').forEach("
        "body => [...body.rows].slice(25).forEach(row => row.remove()))"
    )


def unfold(page: Page) -> None:
    """Open whatever is folded, and list the exchanges."""
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    if page.locator("#open-exchanges").count():
        page.locator("#open-exchanges").click()
        page.wait_for_selector("#exchanges tbody tr")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390], ids=["wide", "narrow"])
@pytest.mark.parametrize("name", ["faulty", "four"])
def test_axe_finds_nothing_serious(
    request: pytest.FixtureRequest, opened: Open, name: str, width: int, *, dark: bool
) -> None:
    page = opened(request.getfixturevalue(name), dark=dark, width=width)
    unfold(page)
    shorten(page)
    assert complaints(page) == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("fragment", ["#exchange-1", "#SID-003"])
def test_axe_finds_nothing_serious_in_the_panel(
    opened: Open, faulty: Path, fragment: str, *, dark: bool
) -> None:
    page = opened(faulty, fragment, dark=dark)
    page.wait_for_selector("dialog[open]")
    shorten(page)
    assert complaints(page) == []


@pytest.mark.parametrize("name", ["faulty", "four"])
@pytest.mark.parametrize("width", [1280, 390], ids=["wide", "narrow"])
def test_no_page_scrolls_sideways(
    request: pytest.FixtureRequest, opened: Open, name: str, width: int
) -> None:
    page = opened(request.getfixturevalue(name), width=width)
    unfold(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("name", ["faulty", "four"])
def test_a_page_is_small(request: pytest.FixtureRequest, name: str) -> None:
    path: Path = request.getfixturevalue(name)
    assert path.stat().st_size < BYTES_MAX


def test_five_faults_are_five_entries_that_name_them(
    opened: Open, faulty: Path
) -> None:
    page = opened(faulty)
    expect(page.locator("h1 .verdict")).to_have_text("Not conformant")
    entries = page.locator("article.finding")
    named = [
        entry.locator("dl.because code").first.inner_text() for entry in entries.all()
    ]
    assert sorted(named) == [
        "deleted-is-fetched",
        "error-code-as-text",
        "list-boundary-session-repeated",
        "session-sid-trailing-newline-accepted",
        "update-keeps-old-ttl",
    ]
    labels = {
        entry.locator("dl.because dt").first.inner_text() for entry in entries.all()
    }
    assert labels == {"Looks like"}


def test_a_repeated_session_is_drawn_on_both_of_its_pages(
    opened: Open, faulty: Path
) -> None:
    page = opened(faulty)
    walk = page.locator("article.finding figure.walk").first
    expect(walk.locator("figcaption strong")).to_contain_text("shown again")
    marked = walk.locator("i.twice").all_inner_texts()
    assert marked
    assert all(marked.count(letter) > 1 for letter in marked)


def test_the_life_of_a_session_shows_the_value_that_came_back(
    opened: Open, faulty: Path
) -> None:
    page = opened(faulty)
    entry = page.locator("article.finding", has_text="CON-001")
    entry.locator("details.life summary").click()
    changes = entry.locator("details.life .changes").all_inner_texts()
    moves = [
        found.groups()
        for text in changes
        if (found := re.search(r"ttl (\d+) → (\d+)", text))
    ]
    there = set(moves)
    assert any((after, before) in there for before, after in there), moves


def test_the_curl_commands_are_copied_as_they_are_shown(
    opened: Open, faulty: Path
) -> None:
    page = opened(faulty)
    block = page.locator("article.finding details[open] .code").first
    shown = block.locator("code").inner_text()
    block.get_by_role("button", name="Copy the curl commands").click()
    expect(block.locator("button.copy")).to_contain_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == shown
    assert shown.startswith("TARGET=${TARGET:-http://127.0.0.1:")
    assert "curl -sS --path-as-is" in shown
    expect(block.locator("button.copy")).to_contain_text("Copy")


@pytest.mark.parametrize(
    ("terms", "rows"),
    [
        ("is:fail", {"CON-001", "CON-002", "DEL-001", "ERR-001", "SID-003"}),
        ("is:fail area:paging", {"PAGE-014"}),
        ("is:broken -level:must", set[str]()),
        ("op:DeleteSession is:fail", {"ERR-001", "SID-003"}),
        ("SID-003", {"SID-003"}),
        ("is:", {"SID-001"}),
    ],
)
def test_the_filter_leaves_what_it_says(
    opened: Open, faulty: Path, terms: str, rows: set[str]
) -> None:
    page = opened(faulty)
    page.get_by_label("Filter", exact=True).fill(terms)
    left = visible_rows(page)
    assert rows <= set(left)
    if not rows:
        assert left == []
    total = page.locator("#rows tbody tr").count()
    expect(page.locator("form.filter .found")).to_have_text(f"{len(left)} of {total}")


def test_a_hint_is_put_into_the_filter_and_taken_out_again(
    opened: Open, faulty: Path
) -> None:
    page = opened(faulty)
    every = visible_rows(page)
    hint = page.locator("button.hint", has_text="is:fail")
    hint.click()
    expect(page.get_by_label("Filter", exact=True)).to_have_value("is:fail")
    assert 0 < len(visible_rows(page)) < len(every)
    hint.click()
    assert visible_rows(page) == every


def test_the_address_brings_back_filter_and_panel(opened: Open, faulty: Path) -> None:
    page = opened(faulty)
    page.get_by_label("Filter", exact=True).fill("is:fail level:must")
    left = visible_rows(page)
    page.locator("#rows").get_by_role("link", name="SID-003").click()
    expect(page.locator("#panel-title")).to_contain_text("SID-003")
    address = page.url.partition("#")[2]
    again = opened(faulty, f"#{address}")
    expect(again.locator("#panel-title")).to_contain_text("SID-003")
    assert visible_rows(again) == left


def test_back_leads_to_what_was_shown_before(opened: Open, faulty: Path) -> None:
    page = opened(faulty)
    page.locator("article.finding a.exchange").first.click()
    expect(page.locator("#panel")).to_be_visible()
    page.go_back()
    expect(page.locator("#panel")).to_be_hidden()
    page.go_forward()
    expect(page.locator("#panel-title")).to_contain_text("Exchange")


def test_an_exchange_shows_both_messages_and_its_raw_bytes(
    opened: Open, faulty: Path
) -> None:
    page = opened(faulty)
    entry = page.locator("article.finding", has_text="SID-003")
    entry.locator("a.exchange").nth(2).click()
    panel = page.locator("#panel")
    expect(panel.get_by_role("heading", name="Sent")).to_be_visible()
    expect(panel).to_contain_text("%0A")
    answer = panel.locator("section", has_text="Received")
    expect(answer.locator("pre")).to_contain_text('"sid": "KC')
    raw = answer.get_by_role("button", name="Raw bytes")
    raw.click()
    expect(raw).to_have_attribute("aria-pressed", "true")
    expect(answer.locator("pre")).to_contain_text("000000  7b 22")
    raw.click()
    expect(answer.locator("pre")).to_contain_text('"sid": "KC')


def test_no_credentials_are_in_any_exchange(faulty: Path, opened: Open) -> None:
    page = opened(faulty)
    unfold(page)
    page.get_by_label("Find", exact=True).fill("CreateSession")
    page.locator("#exchanges a.exchange").first.click()
    expect(page.locator("#panel")).to_contain_text("Content-Type")
    expect(page.locator("#panel")).not_to_contain_text("Authorization")


def test_the_list_of_exchanges_is_searched_and_paged(
    opened: Open, faulty: Path
) -> None:
    page = opened(faulty)
    page.locator("#open-exchanges").click()
    rows = page.locator("#exchanges tbody tr")
    expect(rows).to_have_count(100)
    page.get_by_role("button", name="Later").click()
    expect(rows.first).to_contain_text("#101")
    page.get_by_label("Find", exact=True).fill("deletesession 404")
    expect(page.locator("#exchanges .found")).to_contain_text("page 1 of")
    assert all(
        "DeleteSession" in text and "404" in text for text in rows.all_inner_texts()
    )


def test_a_click_anywhere_on_a_row_opens_the_requirement(
    opened: Open, faulty: Path
) -> None:
    page = opened(faulty)
    page.locator("#rows tr[data-id='SID-003'] td.lv").click()
    expect(page.locator("#panel-title")).to_contain_text("SID-003")


def test_everything_works_from_the_keyboard(opened: Open, faulty: Path) -> None:
    page = opened(faulty)
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("article.finding a").first).to_be_focused()
    page.keyboard.press("/")
    expect(page.get_by_label("Filter", exact=True)).to_be_focused()
    page.keyboard.type("is:fail")
    assert "is%3Afail" in page.url
    link = page.locator("article.finding a.exchange").first
    link.focus()
    page.keyboard.press("Enter")
    title = page.locator("#panel-title")
    expect(title).to_be_focused()
    before = title.inner_text()
    page.keyboard.press("ArrowRight")
    expect(title).not_to_have_text(before)
    page.keyboard.press("ArrowLeft")
    expect(title).to_have_text(before)
    for _ in range(12):
        page.keyboard.press("Tab")
        assert page.evaluate(
            "document.activeElement === document.body ||"
            "document.getElementById('panel').contains(document.activeElement)"
        )
    page.keyboard.press("Escape")
    expect(page.locator("#panel")).to_be_hidden()
    expect(link).to_be_focused()


def test_every_section_of_the_navigation_is_there(opened: Open, faulty: Path) -> None:
    page = opened(faulty)
    links = page.locator("nav a")
    assert links.count() == 6
    for link in links.all():
        link.click()
        section = page.locator(str(link.get_attribute("href")))
        expect(section).to_be_in_viewport()
        expect(section.locator("h2")).to_be_visible()


def test_without_scripts_the_findings_are_there(opened: Open, faulty: Path) -> None:
    page = opened(faulty, scripts=False)
    expect(page.locator("article.finding")).to_have_count(5)
    expect(page.locator("article.finding pre").first).to_be_visible()
    # Chromium draws no <noscript> when scripts are switched off from outside.
    assert "Without scripts the exchanges stay packed" in page.content()


def test_paper_shows_findings_and_table_and_no_buttons(
    opened: Open, faulty: Path
) -> None:
    page = opened(faulty)
    page.emulate_media(media="print")
    expect(page.locator("nav")).to_be_hidden()
    expect(page.locator("button.copy").first).to_be_hidden()
    expect(page.locator("#rows tbody tr").last).to_be_visible()
    assert page.pdf(format="A4").startswith(b"%PDF")


def test_what_is_folded_on_the_screen_is_unfolded_on_paper_and_folded_again(
    opened: Open, faulty: Path
) -> None:
    page = opened(faulty)
    scripts = page.locator("article.finding > details:has(.code)")
    folded = "one => [...one].map(d => d.open)"
    before = scripts.evaluate_all(folded)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert all(scripts.evaluate_all(folded))
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert scripts.evaluate_all(folded) == before
    assert not all(before)


def test_the_matrix_has_a_column_for_each_of_four_targets(
    opened: Open, four: Path
) -> None:
    page = opened(four)
    heads = page.locator("#rows thead th.tg").all_inner_texts()
    assert heads == ["reference", "lawful", "forgetful", "untidy"]
    verdicts = page.locator(".card .verdict").all_inner_texts()
    assert verdicts == ["Conformant", "Conformant", "Not conformant", "Not conformant"]


def test_the_matrix_is_left_with_what_differs(opened: Open, four: Path) -> None:
    page = opened(four)
    page.locator("button.hint", has_text="is:different").click()
    left = visible_rows(page)
    assert {"CON-001", "SID-003"} <= set(left)
    assert len(left) < page.locator("#rows tbody tr").count() / 2
    cells = page.locator("#rows tr#SID-003 td.tg").all_inner_texts()
    assert [cell.split()[-1] for cell in cells] == ["held", "held", "held", "broken"]
