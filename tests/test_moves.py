"""Articles that move or vanish while nothing else happens, and what a night makes of it."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from portal_server import Fault, Portal
from scrape import ROOT, Done, command, scrapy

AT = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)  # eleven days before the first night: checked every three days
SETTINGS = {"CAPTURE_MEDIA": 0, "RETRY_PAUSE": 0}


def publish(portal: Portal, number: int, at: datetime = AT, **facts: Any) -> None:
    for key in range(1, number + 1):
        slug = {"slug": f"hoi-nghi-chuyen-doi-so-lan-{key}.html"} if facts.get("plain") else {}
        title = f"Hội nghị lần thứ {key} về chuyển đổi số"
        portal.publish(key, title, at - timedelta(minutes=key), **facts, **slug)


def crawl(folder: Path, night: int, *arguments: str) -> Done:
    clock = (datetime(2026, 11, 30, 19, tzinfo=UTC) + timedelta(days=night)).isoformat()
    return scrapy("crawl", "thu", *arguments, folder=folder, CLOCK=clock, **SETTINGS)


def rows(folder: Path, sql: str) -> list[tuple[Any, ...]]:
    return sqlite3.connect(folder / "archive.db").execute(sql).fetchall()


def test_the_only_article_that_is_due_is_gone_and_others_bear_witness(tmp_path: Path) -> None:
    """Where one of one checks fails, it could be the portal; four that are well show that it is the article."""
    with Portal(page_size=5) as portal:
        publish(portal, 12, datetime(2026, 1, 1, tzinfo=UTC))  # due in 90 days
        portal.publish(13, "Thông báo sẽ bị gỡ khỏi cổng thông tin điện tử", AT)
        portal.write_toml(tmp_path)
        assert crawl(tmp_path, 0).code == 0
        portal.gone[13] = "404"
        lines = [crawl(tmp_path, night).line for night in (3, 4, 5, 6)]
    assert [line["counts"]["gone"] for line in lines] == [0, 0, 0, 1]
    assert [line["counts"].get("witnesses", 0) for line in lines] == [4, 4, 4, 4]
    assert [line["exit_code"] for line in lines] == [0] * 4
    assert rows(tmp_path, "SELECT key FROM articles WHERE gone_at IS NOT NULL") == [("13",)]


def test_a_redirect_to_a_new_address_is_the_same_article(tmp_path: Path) -> None:
    """Without a number in the address the redirect alone tells; the former address stays."""
    with Portal(page_size=5) as portal:
        publish(portal, 20, plain=True)
        portal.write_toml(tmp_path)
        assert crawl(tmp_path, 0).code == 0
        former = portal.stories[20].path
        portal.edit(20, slug="dia-chi-moi-cua-bai-viet.html")
        portal.redirects[former] = portal.stories[20].path
        assert crawl(tmp_path, 3).code == 0
        urls = [(portal.url + portal.stories[20].path,), (portal.url + former,)]
    assert rows(tmp_path, "SELECT count(*) FROM articles") == [(20,)]
    assert rows(tmp_path, "SELECT url FROM articles WHERE title LIKE '%20 về%'") == urls[:1]
    mine = "SELECT u.url FROM urls u JOIN articles a ON a.id = u.article_id WHERE title LIKE '%20 về%' ORDER BY 1"
    assert rows(tmp_path, mine) == sorted(urls)
    assert rows(tmp_path, "SELECT count(*) FROM revisions") == [(0,)]


def test_an_older_archive_is_migrated_before_it_is_shared(tmp_path: Path) -> None:
    with Portal() as portal:
        publish(portal, 3)
        portal.write_toml(tmp_path)
        assert crawl(tmp_path, 0).code == 0
        archive = sqlite3.connect(tmp_path / "archive.db")
        archive.execute("PRAGMA user_version = 0")
        archive.close()
        done = crawl(tmp_path, 1)
    assert done.code == 0
    assert (tmp_path / "archive.db.schema-0.bak").is_file()
    assert rows(tmp_path, "PRAGMA user_version") != [(0,)]


def test_an_interrupted_nightly_ends_its_crawls_in_order(tmp_path: Path) -> None:
    with Portal() as portal, Portal() as other:
        for number, site in enumerate((portal, other)):
            publish(site, 8)
            site.write_toml(tmp_path, f"quan{number}")
            site.faults[site.stories[8].path] = Fault("hang")
        line = command("nightly", "quan0", "quan1", folder=tmp_path, **SETTINGS)
        process = subprocess.Popen(line, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        while not all(any("/8-bai-viet" in asked.path for asked in list(s.requests)) for s in (portal, other)):
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert process.returncode == 143, out + err
    assert [row.split()[:3] for row in out.splitlines()[1:] if not row.startswith(" ")] == [
        ["quan0", "interrupted", "143"],
        ["quan1", "interrupted", "143"],
    ]
    assert rows(tmp_path, "SELECT outcome FROM runs") == [("interrupted",), ("interrupted",)]


def test_articles_that_all_lead_to_the_home_page_are_all_gone(tmp_path: Path) -> None:
    """The home page is answered to each of them, also on a night that reads it for its own sake."""
    with Portal(page_size=5) as portal:
        publish(portal, 12)
        portal.write_toml(tmp_path)
        assert crawl(tmp_path, 0).code == 0
        portal.gone.update({1: "home", 2: "home"})
        lines = [crawl(tmp_path, night, "-a", "full=1").line for night in (3, 5, 7)]
    assert [line["exit_code"] for line in lines] == [0] * 3
    assert rows(tmp_path, "SELECT key FROM articles WHERE gone_at IS NOT NULL ORDER BY key") == [("1",), ("2",)]
