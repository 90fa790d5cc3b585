"""How far a listing is paged."""

from __future__ import annotations

from datetime import UTC, datetime

from scraper.items import Listing
from scraper.walk import Walk, address, place


def steps(walk: Walk, pages: dict[str, bool], first: str = "1") -> list[str]:
    """The pages that a walk reads; `pages` says which are settled, in order, and each leads to the next one."""
    order, read, here = list(pages), [], first
    while here:
        read.append(here)
        number = order.index(here)
        following = order[number + 1] if number + 1 < len(order) else None
        here = walk.step(pages[here], following)
    return read


def test_first_walk_goes_to_the_end_and_keeps_its_place() -> None:
    walk = Walk("l")
    assert walk.step(False, "2") == "2"
    assert (walk.joined, walk.at, walk.ended) == (True, "2", False)
    assert walk.step(True, None) is None
    assert (walk.joined, walk.at, walk.ended) == (True, None, True)


def test_settled_pages_never_stop_a_walk_to_the_end() -> None:
    assert steps(Walk("l"), dict.fromkeys("1234", True)) == ["1", "2", "3", "4"]


def test_later_walk_ends_after_overlap_settled_pages_in_a_row() -> None:
    walk = Walk("l", to_end=False)
    assert steps(walk, {"1": True, "2": False, "3": True, "4": True, "5": True}) == ["1", "2", "3", "4"]
    assert (walk.joined, walk.at, walk.ended) == (True, None, False)


def test_a_walk_that_was_cut_off_is_taken_up_at_its_place() -> None:
    walk = Walk("l", cursor="7")
    pages = {"1": False, "2": True, "3": True, "4": False, "7": True, "8": True, "9": True, "10": False}
    assert steps(walk, pages) == ["1", "2", "3", "7", "8", "9", "10"]
    assert (walk.joined, walk.at, walk.ended) == (True, None, True)


def test_until_the_top_is_joined_the_place_is_not_given_up() -> None:
    walk = Walk("l", cursor="7")
    assert walk.step(False, "2") == "2"
    assert (walk.joined, walk.cursor, walk.ended) == (False, "7", False)


def test_a_top_walk_that_meets_the_end_needs_no_place_any_more() -> None:
    walk = Walk("l", cursor="7")
    assert steps(walk, {"1": False, "2": False}) == ["1", "2"]
    assert (walk.joined, walk.at, walk.ended) == (True, None, True)


def test_a_pager_in_circles_is_noticed() -> None:
    walk = Walk("l", settled_at=datetime(2026, 1, 1, tzinfo=UTC))
    assert not walk.repeats(["a", "b"])
    assert not walk.repeats(["b", "c"])
    assert walk.repeats(["a", "c"])
    assert not walk.repeats([])


def test_a_posted_page_has_a_place_too() -> None:
    listing = Listing("l", next_page="https://x.vn/api/NewsZone/NewsZone", form=(("PageIndex", "1"), ("Site", "a+/=")))
    where = place(listing)
    assert where == "https://x.vn/api/NewsZone/NewsZone#PageIndex=1&Site=a%2B%2F%3D"
    assert address(where) == ("https://x.vn/api/NewsZone/NewsZone", "PageIndex=1&Site=a%2B%2F%3D")
    assert address("https://x.vn/tin?p=2") == ("https://x.vn/tin?p=2", None)


def test_a_cursor_inside_the_overlap_is_passed_not_asked_again() -> None:
    """Killed after one page: the next walk reads that page on its way, and goes on behind it."""
    walk = Walk("/1", cursor="/2")
    assert [walk.step(True, "/2"), walk.step(True, "/3"), walk.step(False, "/4")] == ["/2", "/3", "/4"]
    assert (walk.step(False, None), walk.ended, walk.joined) == (None, True, True)
    short = Walk("/1", cursor="/2")
    assert [short.step(True, "/2"), short.step(True, None)] == ["/2", None]
    assert (short.ended, short.at) == (True, None)
