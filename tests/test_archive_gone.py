"""Disappearance: three failed checks, first to last at least 72 hours apart, of runs that were fair witnesses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from made import PORTAL, article, iso, night, page

from scraper.archive import Archive, Gone, runs
from scraper.items import Entry


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    opened = Archive.open(tmp_path / "archive.db")
    opened.save(article(), page(0), PORTAL)
    yield opened
    opened.close()


def fail(archive: Archive, number: float, *, moved: bool = False, cause: str = "404") -> Gone:
    """A night in which the check of article 1 fails."""
    run_id = runs.start(archive, PORTAL, night(number))
    archive.absent(1, page(number, status=404, body=b"404"), cause, run_id)
    return archive.settle(PORTAL, run_id, night(number + 0.1), moved=moved)


def gone_at(archive: Archive) -> str | None:
    return archive.rows("SELECT gone_at FROM articles")[0][0]


@pytest.mark.parametrize(
    ("nights", "gone"),
    [
        ([1], None),
        ([1, 2, 3], None),  # 48 hours
        ([1, 4], None),  # two checks
        ([1, 2, 3, 4], 4),
        ([1, 2, 4], 4),
        ([1, 2, 3.99], None),
        ([1, 2, 4, 5, 6], 4),
    ],
)
def test_the_rule(archive: Archive, nights: Sequence[float], gone: float | None) -> None:
    for number in nights:
        fail(archive, number)
    assert gone_at(archive) == (None if gone is None else iso(gone + 0.1))


def test_the_evidence_is_kept(archive: Archive) -> None:
    results = [fail(archive, number, cause=cause) for number, cause in ((1, "404"), (2, "soft404"), (4, "home"))]
    assert results == [Gone(1, ()), Gone(1, ()), Gone(1, (1,))]
    assert archive.rows(
        "SELECT run_id, seen_at, cause, settled, ended_at, status, fetched_at FROM absences JOIN captures "
        "ON captures.id = capture_id"
    ) == [
        (1, iso(1), "404", 1, None, 404, iso(1)),
        (2, iso(2), "soft404", 1, None, 404, iso(2)),
        (3, iso(4), "home", 1, None, 404, iso(4)),
    ]
    assert archive.rows("SELECT title, body FROM articles") == [(article().title, article().body)]


def test_a_failed_check_is_repeated_the_next_night_until_it_is_judged(archive: Archive) -> None:
    fail(archive, 30)
    assert [due.article_id for due in archive.due(PORTAL, night(31), 9)] == [1]
    fail(archive, 31)
    fail(archive, 33)
    assert gone_at(archive) == iso(33.1)
    assert archive.due(PORTAL, night(34), 9) == []
    assert [due.article_id for due in archive.due(PORTAL, night(40), 9)] == [1]


def test_a_night_in_which_much_fails_is_no_evidence(archive: Archive) -> None:
    fail(archive, 1)
    assert fail(archive, 2, moved=True) == Gone(0, ())
    assert fail(archive, 4) == Gone(1, ())
    assert (gone_at(archive), fail(archive, 5)) == (None, Gone(1, (1,)))


def test_a_killed_run_is_no_evidence(archive: Archive) -> None:
    fail(archive, 1)
    archive.absent(1, page(2, status=404), "404", runs.start(archive, PORTAL, night(2)))
    fail(archive, 4)
    assert gone_at(archive) is None


def test_an_article_that_comes_back_is_ungone_and_that_is_recorded(archive: Archive) -> None:
    for number in (1, 2, 4):
        fail(archive, number)
    archive.save(article(), page(9), PORTAL)
    assert (gone_at(archive), archive.rows("SELECT ended_at FROM absences")) == (None, [(iso(9),)] * 3)
    for number in (10, 11):
        fail(archive, number)
    assert gone_at(archive) is None


def test_not_modified_ends_an_absence_too(archive: Archive) -> None:
    fail(archive, 1)
    archive.unchanged(1, page(2, status=304))
    assert archive.rows("SELECT ended_at FROM absences") == [(iso(2),)]
    assert archive.rows("SELECT next_check_at FROM articles") == [(iso(2.75),)]


def test_a_later_capture_found_elsewhere_disproves_the_absences_before_it(archive: Archive) -> None:
    for number in (1, 2, 4):
        fail(archive, number)
    archive.save(article(), page(3, source="wayback"), PORTAL)
    assert gone_at(archive) is None
    assert archive.rows("SELECT seen_at, ended_at FROM absences") == [
        (iso(1), iso(3)),
        (iso(2), iso(3)),
        (iso(4), None),
    ]


def test_an_older_capture_disproves_nothing(archive: Archive) -> None:
    for number in (1, 2, 4):
        fail(archive, number)
    archive.save(article("Cũ."), page(-3, source="wayback"), PORTAL)
    assert gone_at(archive) == iso(4.1)


def test_an_absence_of_the_past_changes_no_plan(archive: Archive) -> None:
    archive.save(article(), page(9), PORTAL)
    before = archive.rows("SELECT checked_at, next_check_at, gone_at FROM articles")
    assert fail(archive, 5) == Gone(1, ())
    assert archive.rows("SELECT checked_at, next_check_at, gone_at FROM articles") == before
    assert archive.rows("SELECT ended_at FROM absences") == [(iso(9),)]


def test_the_same_failure_replayed_counts_once(archive: Archive) -> None:
    for _ in range(2):
        fail(archive, 1)
    assert archive.rows("SELECT count(*) FROM absences") == [(1,)]


def test_a_missing_article_is_looked_for_where_a_listing_shows_it(archive: Archive) -> None:
    moved = "https://hoankiem.example/vi/view_content/17-le-hoi-moi"
    archive.enter(PORTAL, "list", [Entry(moved, "17", "Khai mạc lễ hội")], night(1))
    assert [due.url for due in archive.due(PORTAL, night(2), 9)] == [article().url]
    fail(archive, 2)
    assert [due.url for due in archive.due(PORTAL, night(3), 9)] == [moved]
    archive.save(article(url=moved), page(3, moved), PORTAL)
    assert archive.rows("SELECT url, gone_at FROM articles") == [(moved, None)]
    assert archive.rows("SELECT url FROM urls ORDER BY url") == [(article().url,), (moved,)]
