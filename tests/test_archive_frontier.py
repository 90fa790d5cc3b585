"""The frontier: what listings showed, what waits, what is due, where a walk goes on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from made import PORTAL, URL, article, iso, night, page

from scraper.archive import Archive, Checks, Entered, SectionState, runs
from scraper.items import Entry
from scraper.walk import Walk

LIST = "https://hoankiem.example/tin-tuc"
ONE = Entry(URL, "17", "Khai mạc…", "31/10/2026")
TWO = Entry("https://hoankiem.example/vi/view_content/18-x", "18", "Hai", "30/10/2026")
COPY = replace(ONE, url=URL.replace("/vi/", "/en/"))


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    opened = Archive.open(tmp_path / "archive.db")
    yield opened
    opened.close()


def test_new_entries_are_fresh_once_per_article_and_wait_until_they_are_stored(archive: Archive) -> None:
    assert archive.enter(PORTAL, LIST, [ONE, TWO, COPY], night(0)) == Entered((ONE, TWO), (), False)
    assert archive.waiting(PORTAL, night(0), 9) == [Entry(ONE.url, "17"), Entry(TWO.url, "18")]
    archive.save(article(), page(0), PORTAL)
    assert archive.waiting(PORTAL, night(0), 9) == [Entry(TWO.url, "18")]
    assert archive.rows("SELECT url, outcome, article_id, tries FROM entries") == [
        (ONE.url, "stored", 1, 0),
        (TWO.url, None, None, 0),
        (COPY.url, "stored", 1, 0),
    ]


def test_a_known_page_is_settled(archive: Archive) -> None:
    archive.enter(PORTAL, LIST, [ONE], night(0))
    archive.save(article(), page(0), PORTAL)
    assert archive.enter(PORTAL, LIST, [ONE], night(1), night(0)) == Entered((), (), True)
    assert archive.rows("SELECT first_seen_at, last_seen_at FROM entries") == [(iso(0), iso(1))]


@pytest.mark.parametrize("change", [{"title": "Hoãn…"}, {"date_text": "01/11/2026"}])
def test_another_listed_title_or_date_is_a_change(archive: Archive, change: dict[str, str]) -> None:
    archive.enter(PORTAL, LIST, [ONE], night(0))
    archive.save(article(), page(0), PORTAL)
    other = replace(ONE, **change)
    assert archive.enter(PORTAL, LIST, [other], night(1)) == Entered((), (other,), False)
    assert archive.enter(PORTAL, LIST, [other], night(2), night(1)) == Entered((), (), True)


def test_two_listings_may_shorten_one_title_differently(archive: Archive) -> None:
    archive.enter(PORTAL, LIST, [ONE], night(0))
    archive.save(article(), page(0), PORTAL)
    home = replace(ONE, title="Khai…", date_text=None)
    assert archive.enter(PORTAL, "home", [home], night(0)) == Entered((), (), False)
    assert archive.enter(PORTAL, LIST, [ONE], night(1)) == archive.enter(PORTAL, "home", [home], night(1))
    assert archive.enter(PORTAL, LIST, [ONE], night(2), night(0)) == Entered((), (), True)


def test_a_known_number_under_a_new_url_is_no_new_article(archive: Archive) -> None:
    archive.save(article(), page(0), PORTAL)
    assert archive.enter(PORTAL, LIST, [COPY], night(1)) == Entered((), (), False)
    assert archive.rows("SELECT url, article_id, first_seen_at FROM urls ORDER BY url") == [
        (COPY.url, 1, iso(1)),
        (URL, 1, iso(0)),
    ]


def test_failures_wait_longer_each_time(archive: Archive) -> None:
    archive.enter(PORTAL, LIST, [ONE], night(0))
    waits = []
    at = night(0)
    for _ in range(7):
        archive.tried(PORTAL, ONE, "error", at)
        again = datetime.fromisoformat(archive.rows("SELECT next_try_at FROM entries")[0][0])
        waits.append(round((again - at) / timedelta(hours=1)))
        assert archive.waiting(PORTAL, again - timedelta(seconds=1), 9) == []
        assert archive.waiting(PORTAL, again, 9) == [Entry(ONE.url, "17")]
        at = again
    assert waits == [18, 42, 90, 186, 378, 720, 720]
    assert archive.rows("SELECT tries, outcome FROM entries") == [(7, "error")]


def test_a_failed_entry_is_fetched_again_when_its_listing_changes(archive: Archive) -> None:
    archive.enter(PORTAL, LIST, [ONE], night(0))
    archive.tried(PORTAL, ONE, "missing", night(0))
    assert archive.enter(PORTAL, LIST, [ONE], night(0.1)).fresh == ()
    assert archive.enter(PORTAL, LIST, [replace(ONE, title="Lại")], night(0.2)).fresh == (replace(ONE, title="Lại"),)


def test_not_captured_is_nobodys_failure(archive: Archive) -> None:
    archive.enter(PORTAL, LIST, [ONE], night(0))
    archive.tried(PORTAL, ONE, "not captured", night(0))
    assert archive.waiting(PORTAL, night(0), 9) == [Entry(ONE.url, "17")]
    assert archive.rows("SELECT tries, outcome, next_try_at FROM entries") == [(0, "not captured", None)]


def test_when_one_address_fails_its_copy_is_tried(archive: Archive) -> None:
    archive.enter(PORTAL, LIST, [ONE, COPY], night(0))
    archive.tried(PORTAL, ONE, "missing", night(0))
    assert archive.waiting(PORTAL, night(0), 9) == [Entry(COPY.url, "17")]


def test_a_redirected_entry_is_stored_under_another_url(archive: Archive) -> None:
    entry = Entry("https://hoankiem.example/go?id=5")
    archive.enter(PORTAL, LIST, [entry], night(0))
    archive.save(article(), page(0), PORTAL)
    archive.tried(PORTAL, entry, "stored", night(0))
    assert archive.waiting(PORTAL, night(99), 9) == []


def test_a_gone_article_that_is_listed_again_is_looked_at(archive: Archive) -> None:
    archive.enter(PORTAL, LIST, [ONE], night(0))
    archive.save(article(), page(0), PORTAL)
    for number in (1, 2, 4):
        run_id = runs.start(archive, PORTAL, night(number))
        archive.absent(1, page(number, status=404), "404", run_id)
        archive.settle(PORTAL, run_id, night(number), moved=False)
    assert archive.enter(PORTAL, LIST, [ONE], night(5)).changed == (ONE,)


def test_checks_by_age(archive: Archive) -> None:
    for number, age in enumerate((0, 2, 5, 30, 400), 1):
        made = article(key=str(number), url=f"{URL}{number}", published_at=night(-age))
        archive.save(made, page(0, f"{URL}{number}"), PORTAL)
    slack = timedelta(hours=6)
    assert archive.rows("SELECT next_check_at FROM articles ORDER BY id") == [
        ((night(days) - slack).isoformat(timespec="seconds"),) for days in (1, 1, 3, 7, 90)
    ]


def test_a_date_in_the_future_is_no_reason_to_check_every_night_for_ever(archive: Archive) -> None:
    archive.save(article(published_at=night(900)), page(0), PORTAL)
    archive.save(article(published_at=night(900)), page(100), PORTAL)
    assert archive.rows("SELECT next_check_at FROM articles") == [(iso(189.75),)]


def test_due_is_most_overdue_first_within_the_budget(archive: Archive) -> None:
    for number, seen in ((1, 2), (2, 0), (3, 1)):
        made = article(key=str(number), url=f"{URL}{number}", title=f"Bài {number}")
        archive.save(made, page(seen, f"{URL}{number}", etag=f'"{number}"'), PORTAL)
    assert [due.article_id for due in archive.due(PORTAL, night(9), 2)] == [2, 3]
    assert [(due.url, due.etag, due.title) for due in archive.due(PORTAL, night(1), 9)] == [(f"{URL}2", '"2"', "Bài 2")]
    assert [due.article_id for due in archive.due(PORTAL, night(0), 9, before=night(2))] == [2, 3]
    assert archive.due("sotttt", night(9), 9) == []


def test_the_policy_is_a_setting(tmp_path: Path) -> None:
    archive = Archive.open(tmp_path / "other.db", checks=Checks(ages=(), older=timedelta(days=5), slack=timedelta(0)))
    archive.save(article(), page(0), PORTAL)
    assert archive.rows("SELECT next_check_at FROM articles") == [(iso(5),)]
    archive.close()


def test_what_a_cut_off_walk_saw_settles_nothing(archive: Archive) -> None:
    archive.enter(PORTAL, LIST, [ONE], night(0))
    archive.save(article(), page(0), PORTAL)
    assert archive.enter(PORTAL, LIST, [ONE], night(1)) == Entered((), (), False)
    assert archive.enter(PORTAL, LIST, [ONE], night(1), night(-1)) == Entered((), (), False)


def test_a_related_link_that_is_not_captured_is_an_entry_too(archive: Archive) -> None:
    archive.tried(PORTAL, TWO, "not captured", night(0))
    assert archive.rows("SELECT url, outcome, tries FROM entries") == [(TWO.url, "not captured", 0)]
    assert (archive.unread(PORTAL), archive.waiting(PORTAL, night(0), 9, before=night(0))) == (0, [])
    assert archive.waiting(PORTAL, night(1), 9, before=night(1)) == [Entry(TWO.url, "18")]


def test_backfill_is_tracked_apart_from_freshness(archive: Archive) -> None:
    archive.keep_section(PORTAL, LIST, None, night(0))
    archive.keep_section(PORTAL, LIST, "Tin tức", night(1))
    archive.searched(PORTAL, "https://hoankiem.example/", night(1))
    archive.enter(PORTAL, LIST, [ONE, COPY, TWO], night(0))
    archive.save(article(), page(0), PORTAL)
    walk = Walk(LIST)
    walk.step(False, LIST + "?p=2")
    archive.progress(PORTAL, walk, night(0), 26)
    first, second = archive.sections(PORTAL)
    assert first == SectionState(
        LIST, "Tin tức", night(0), None, None, LIST + "?p=2", night(0), None, total_reported=26, listed=2
    )
    assert (second.url, archive.searched_at(PORTAL)) == ("https://hoankiem.example/", night(1))

    walk.step(False, None)
    for number in (1, 31):
        archive.progress(PORTAL, walk, night(number), None)
    assert archive.sections(PORTAL)[0] == SectionState(
        LIST, "Tin tức", night(0), night(31), night(1), None, night(31), None, total_reported=26, listed=2, counted=0
    )
