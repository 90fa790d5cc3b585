"""`kill -9` at any moment: the next run finishes the work, and the archive is that of an undisturbed crawl."""

from __future__ import annotations

import random
import shutil
import sqlite3
import subprocess
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from portal_server import Portal
from scrape import ROOT, command, scrapy

KILLS = 10
AT = datetime(2026, 10, 1, 8, 30, tzinfo=UTC)
SETTINGS = {"CAPTURE_MEDIA": 0, "CLOCK": "2026-12-01T02:00:00+07:00"}
CONTENT = {
    "articles": "SELECT key, url, title, lead, body, author, published_at, section, content_hash FROM articles",
    "images": "SELECT key, position, i.url, caption FROM images i JOIN articles a ON a.id = article_id",
    "urls": "SELECT urls.url, key FROM urls JOIN articles a ON a.id = article_id",
    "revisions": "SELECT key, r.title, r.body, change FROM revisions r JOIN articles a ON a.id = article_id",
    "entries": "SELECT e.url, e.key, a.key, e.outcome FROM entries e LEFT JOIN articles a ON a.id = article_id",
    "listings": "SELECT url, cursor, backfilled_at IS NOT NULL, total_reported FROM listings",
    "index": "SELECT count(*) FROM articles_fts WHERE articles_fts MATCH 'chuyen doi so'",
}


def fill(portal: Portal, articles: int) -> None:
    for key in range(1, articles + 1):
        portal.publish(
            key, f"Hội nghị lần thứ {key} về chuyển đổi số", AT + timedelta(hours=key), caption=f"Quang cảnh {key}"
        )


def content(archive: Path) -> dict[str, list[tuple[object, ...]]]:
    """What must be equal after an undisturbed crawl and after any kills; the file is whole, the index too."""
    connection = sqlite3.connect(archive)
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    connection.execute("INSERT INTO articles_fts(articles_fts, rank) VALUES ('integrity-check', 1)")
    connection.rollback()
    found = {name: sorted(connection.execute(sql).fetchall(), key=repr) for name, sql in CONTENT.items()}
    lost = connection.execute(
        "SELECT count(*) FROM articles WHERE id NOT IN (SELECT article_id FROM captures WHERE article_id IS NOT NULL)"
    ).fetchone()
    connection.close()
    assert lost == (0,)
    return found


def killed(folder: Path, portal: Portal, requests: int, pause: float = 0.0) -> bool:
    """A crawl that is killed after so many requests; whether it was still at work."""
    portal.requests.clear()
    process = subprocess.Popen(
        command("crawl", "thu", folder=folder, **SETTINGS), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    while process.poll() is None and len(portal.requests) < requests:
        time.sleep(0.002)
    time.sleep(pause)
    running = process.poll() is None
    process.kill()
    process.communicate()
    return running


def undisturbed(portal: Portal, folder: Path) -> dict[str, list[tuple[object, ...]]]:
    """The archive of the same portal without any kill."""
    folder.mkdir()
    portal.write_toml(folder)
    done = scrapy("crawl", "thu", folder=folder, **SETTINGS)
    assert done.code == 0, done.stderr
    return content(folder / "archive.db")


def test_ten_kills_leave_no_trace(tmp_path: Path) -> None:
    chance = random.Random(20261123)
    with Portal(page_size=10) as portal:
        fill(portal, 120)
        expected = undisturbed(portal, tmp_path / "calm")
        folder = tmp_path / "storm"
        folder.mkdir()
        portal.write_toml(folder)
        at_work = sum(killed(folder, portal, chance.randint(1, 14), chance.random() * 0.03) for _ in range(KILLS))
        done = scrapy("crawl", "thu", folder=folder, **{**SETTINGS, "CLOCK": "2026-12-02T02:00:00+07:00"})
        assert done.code == 0, done.stderr
    assert at_work > KILLS / 2  # or the kills came too late to say anything
    assert content(folder / "archive.db") == expected
    archive = sqlite3.connect(folder / "archive.db")
    outcomes = dict(archive.execute("SELECT outcome, count(*) FROM runs GROUP BY 1"))
    assert (outcomes["killed"], outcomes["done"] + outcomes["killed"]) == (at_work, KILLS + 1)
    shutil.rmtree(folder)


def test_an_interrupted_first_run_is_completed_by_the_next(tmp_path: Path) -> None:
    """Killed after 3 of 60 listing pages: known pages in front must not hide the unknown ones behind."""
    with Portal(page_size=5) as portal:
        fill(portal, 300)
        portal.write_toml(tmp_path)
        assert killed(tmp_path, portal, 1 + 3 * 6)  # robots.txt, then a page and its five articles, three times
        stored = sqlite3.connect(tmp_path / "archive.db").execute("SELECT count(*) FROM articles").fetchone()[0]
        assert 0 < stored < 50
        portal.publish(301, "Tin mới đăng trong lúc chương trình bị dừng", AT + timedelta(days=30))
        done = scrapy("crawl", "thu", folder=tmp_path, **{**SETTINGS, "CLOCK": "2026-12-02T02:00:00+07:00"})
        assert (done.code, done.line["counts"]["gone"]) == (0, 0)
        archive = sqlite3.connect(tmp_path / "archive.db")
        assert archive.execute("SELECT count(*) FROM articles").fetchone() == (301,)
        assert archive.execute("SELECT cursor, backfilled_at IS NOT NULL FROM listings").fetchall() == [(None, 1)]
        content(tmp_path / "archive.db")
