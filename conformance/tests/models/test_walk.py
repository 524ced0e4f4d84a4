"""Laws of finding walks in a history, whoever walked."""

from dataclasses import replace

import pytest

from conformance.exchange import Exchange
from conformance.models.walk import Survey, is_first, survey
from conformance.tests.histories import evidence
from conformance.tests.lists import (
    born,
    deleted,
    gone,
    later,
    sent,
    service_made,
    shown,
    sid,
    walked,
)

PAGES = ((1, 2), (3, 4), (5,))


def found(*exchanges: Exchange) -> Survey:
    return survey(evidence(*exchanges))


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("", True),
        ("PageSize=2", True),
        ("Page=0", True),
        ("Page=1", False),
        ("Page=0&PageToken=x", False),
        ("Page=", False),
    ],
)
def test_a_first_page_is_told_by_what_was_asked(query: str, first: bool) -> None:  # noqa: FBT001  a column of the table
    assert is_first(sent(query, 200)) is first


def test_pages_joined_by_their_links_are_one_walk() -> None:
    (walk,) = found(service_made(), *walked(*PAGES)).walks
    assert walk.numbers == (2, 3, 4)
    assert walk.sids == tuple(sid(number).lower() for number in range(1, 6))
    assert walk.over
    assert walk.plain
    assert not walk.circular
    assert not walk.stale


def test_a_walk_belongs_to_its_scene_and_several_may_go_on_at_once() -> None:
    one, two = walked(*PAGES, scene="one"), walked(*PAGES, scene="two")
    mixed = [each for both in zip(one, two, strict=True) for each in both]
    assert [walk.scene for walk in found(*mixed).walks] == ["one", "two"]
    assert [walk.numbers for walk in found(*mixed).walks] == [(1, 3, 5), (2, 4, 6)]


def test_a_page_that_nothing_led_to_is_of_no_walk() -> None:
    assert found(shown(later(1), (3, 4))).walks == ()
    assert len(found(shown(later(1), (3, 4))).pages) == 1


def test_a_link_may_be_followed_with_its_parameters_in_another_order() -> None:
    first, *_ = walked(*PAGES)
    turned = shown("PageToken=PT1&Page=1&PageSize=2", (3, 4))
    assert [walk.numbers for walk in found(first, turned).walks] == [(1, 2)]


def test_a_walk_knows_what_its_scene_created_and_removed_before() -> None:
    life = born(1), *walked((1,)), born(2), deleted(1), gone(1), *walked((2,))
    before, after = found(*life).walks
    assert before.newcomers == {sid(1).lower()}
    assert after.newcomers == {sid(2).lower()}
    assert (before.after_removal, after.after_removal) == (False, True)
    assert (before.epoch, after.epoch) == (1, 3)


@pytest.mark.parametrize("shown_sid", [None, "", 7])
def test_what_was_created_without_a_sid_is_no_newcomer(shown_sid: object) -> None:
    create = born(1)
    nameless = sent("", 201, {"sid": shown_sid})
    made = replace(create, response=nameless.response)
    (walk,) = found(made, *walked(())).walks
    assert walk.newcomers == frozenset()
    assert walk.epoch == 1


def test_a_write_between_two_pages_disturbs_and_one_at_the_moment_races() -> None:
    first, second, third = walked(*PAGES)
    (walk,) = found(first, born(6), second, third).walks
    assert (walk.disturbed, walk.raced) == (True, False)
    (walk,) = found(first, born(6, scene="other"), second, third).walks
    assert walk.disturbed is False
    busy = replace(born(6), began_ms=1.0, elapsed_ms=5.0)
    during = replace(second, began_ms=3.0, elapsed_ms=1.0)
    (walk,) = found(first, busy, during).walks
    assert walk.raced is True


def test_a_link_followed_twice_leads_to_a_page_that_is_known() -> None:
    seen = found(*walked(*PAGES), shown(later(0), (1, 2), onward=later(1)))
    (visit,) = (v for v in seen.visits if v.link == "previous_page_url")
    assert visit.expected.sids == (sid(1).lower(), sid(2).lower())
    assert (visit.index, visit.exchange.number) == (0, 4)


def test_a_link_to_a_page_that_nobody_saw_promises_nothing() -> None:
    first, second, _ = walked(*PAGES)
    again = shown(later(0), (1, 2), onward=later(1))
    on = shown(later(1), (3, 4), onward=later(2), back=later(0))
    new = shown(later(2), (5,), back=later(1))
    seen = found(first, second, again, on, new)
    assert {visit.exchange.number for visit in seen.visits} == {3, 4}
    assert [walk.numbers for walk in seen.walks] == [(1, 2), (3, 4, 5)]


def test_a_write_makes_all_pages_forget_what_they_promised() -> None:
    seen = found(*walked(*PAGES), born(6), shown(later(0), (1, 2)))
    assert seen.visits == ()


def test_two_tokens_in_one_query_are_none() -> None:
    seen = found(*walked(*PAGES), shown("PageToken=PT1&PageToken=PT2", (3, 4)))
    assert [visit.link for visit in seen.visits] == []
