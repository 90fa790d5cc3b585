"""A night on which nothing happened costs next to nothing and touches no content; what tests/bench does in large."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from portal_server import SECTION, Portal
from scrape import scrapy

AT = datetime(2026, 10, 1, 8, 30, tzinfo=UTC)
OBSERVED = ("last_seen_at", "checked_at", "next_check_at")
SECTIONS = (SECTION, "thong-bao")


def crawl(folder: Path, night: int, *arguments: str, **settings: object) -> dict[str, Any]:
    clock = f"2026-12-{night:02}T02:00:00+07:00"
    done = scrapy("crawl", "thu", *arguments, folder=folder, CAPTURE_MEDIA=0, CLOCK=clock, **settings)
    assert done.code == 0, done.stdout + done.stderr
    return done.line


def publish(portal: Portal, number: int, at: datetime = AT) -> None:
    for key in range(1, number + 1):
        portal.publish(
            key, f"Hội nghị lần thứ {key} về chuyển đổi số", at - timedelta(hours=key), section=SECTIONS[key % 2]
        )


def touched(archive: Path) -> dict[str, list[tuple[object, ...]]]:
    """What a quiet night may not change."""
    connection = sqlite3.connect(archive)
    names = [name for _, name, *_ in connection.execute("PRAGMA table_info(articles)") if name not in OBSERVED]
    queries = {
        "articles": f"SELECT {', '.join(names)} FROM articles ORDER BY id",
        "revisions": "SELECT * FROM revisions",
        "index": "SELECT id, block FROM articles_fts_data ORDER BY id",
    }
    found = {name: connection.execute(sql).fetchall() for name, sql in queries.items()}
    connection.close()
    return found


def test_a_quiet_night_asks_little_and_touches_nothing(tmp_path: Path) -> None:
    with Portal(page_size=5, sections=SECTIONS) as portal:
        publish(portal, 120)
        portal.write_toml(tmp_path)
        assert crawl(tmp_path, 1)["counts"]["new"] == 120
        before = touched(tmp_path / "archive.db")
        portal.requests.clear()
        reader = sqlite3.connect(tmp_path / "archive.db")  # a researcher reads all night: neither waits for the other
        reader.execute("BEGIN")
        assert reader.execute("SELECT count(*) FROM articles").fetchone() == (120,)
        line = crawl(tmp_path, 2)
        reader.rollback()
        assert len(portal.requests) == line["requests"] <= len(SECTIONS) * (2 + 2) + 5
        assert touched(tmp_path / "archive.db") == before


def test_checks_are_conditional_and_within_the_budget_most_overdue_first(tmp_path: Path) -> None:
    with Portal(page_size=20, sections=SECTIONS) as portal:
        publish(portal, 30, datetime(2026, 11, 30, 12, tzinfo=UTC))  # two days old at most: all are due every night
        portal.write_toml(tmp_path)
        crawl(tmp_path, 1)
        before = touched(tmp_path / "archive.db")
        asked = []
        for night in (2, 3, 4):
            portal.requests.clear()
            line = crawl(tmp_path, night, CHECK_BUDGET=10)
            checks = [asked for asked in portal.requests if "view_content" in asked.path]
            assert [check.status for check in checks] == [304] * 10
            assert line["counts"]["not_modified"] == 10
            asked += [check.path for check in checks]
        assert len(set(asked)) == 30  # each of them once, before any of them twice
        assert touched(tmp_path / "archive.db") == before
        portal.requests.clear()
        assert crawl(tmp_path, 5, "-a", "full=1", CHECK_BUDGET=10)["counts"]["not_modified"] == 30


def test_a_time_budget_ends_a_run_and_the_next_goes_on(tmp_path: Path) -> None:
    with Portal(page_size=5) as portal:
        for key in range(1, 41):
            portal.publish(key, f"Hội nghị lần thứ {key} về chuyển đổi số", AT - timedelta(hours=key))
        portal.write_toml(tmp_path)
        first = crawl(tmp_path, 1, MAX_HOURS=0.6 / 3600, DOWNLOAD_DELAY=0.1)
        assert first["counts"]["new"] < 40
        assert first["problems"][0].startswith("the time budget (MAX_HOURS) is used up; ")
        assert first["counts"]["new"] + crawl(tmp_path, 2)["counts"]["new"] == 40


def test_rules_that_changed_make_no_revision(tmp_path: Path) -> None:
    with Portal(sections=SECTIONS) as portal:
        publish(portal, 3)
        portal.write_toml(tmp_path)
        crawl(tmp_path, 1)
        archive = sqlite3.connect(tmp_path / "archive.db")
        archive.execute("UPDATE articles SET author = NULL, extractor = 'former', content_hash = 'former' || id")
        archive.execute("UPDATE captures SET content_hash = 'former' || article_id WHERE article_id IS NOT NULL")
        archive.commit()
        portal.validators = False
        portal.edit(2, title="Hội nghị lần thứ hai về chuyển đổi xanh")
        line = crawl(tmp_path, 2, "-a", "full=1")
        assert (line["counts"]["revised"], line["counts"]["unchanged"]) == (1, 2), line
        assert archive.execute(
            "SELECT key, r.author FROM revisions r JOIN articles a ON a.id = article_id"
        ).fetchall() == [("2", "Bích Ngọc")]
        assert archive.execute("SELECT DISTINCT author FROM articles").fetchall() == [("Bích Ngọc",)]


def test_a_listing_that_shows_fewer_than_the_portal_reports_is_red(tmp_path: Path) -> None:
    with Portal(page_size=10) as portal:
        for key in range(1, 31):
            portal.publish(key, f"Hội nghị lần thứ {key} về chuyển đổi số", AT - timedelta(hours=key))
        portal.total = 40
        portal.write_toml(tmp_path)
        url = f"{portal.url}/{SECTION}"
        assert f"{url}: the portal reports 40 articles, it shows 30" in crawl(tmp_path, 1)["problems"]
    health = scrapy("health", "thu", folder=tmp_path, CLOCK="2026-12-02T02:00:00+07:00")
    assert health.code == 5
    assert f"listing        {url}: 30 of 40 articles" in health.stdout
    assert "a listing shows 25% fewer articles than the portal reports" in health.stdout
