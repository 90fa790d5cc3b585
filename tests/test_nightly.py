"""Thirty nights of a portal on loopback, crawled as cron does it, against the script of what happened there."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from portal_server import BODY, SECTION, Fault, Portal
from scrape import Done, scrapy

VIETNAM = timezone(timedelta(hours=7))
NOTICES = "thong-bao"
LAST = 30  # nights are counted from 0; the listings are walked again in the last one
ADDED = "Các phường gửi báo cáo kết quả về Văn phòng trước ngày hai mươi hằng tháng để tổng hợp."
OTHER = (
    "Theo thông báo mới, lễ khai mạc được dời sang cuối tuần sau do ảnh hưởng của bão số mười hai.",
    "Ban tổ chức hoàn vé cho khách đã đăng ký, đồng thời bố trí thêm xe buýt từ các điểm trông giữ xe.",
)


def night(number: int) -> datetime:
    """Two in the morning."""
    return datetime(2026, 12, 1, 2, tzinfo=VIETNAM) + timedelta(days=number)


@dataclass
class Life:
    """What an archive should know of an article in the end."""

    states: list[tuple[str, str]] = field(default_factory=list)  # title, body
    changes: list[str] = field(default_factory=list)
    urls: set[str] = field(default_factory=set)
    gone: bool = False
    absent: bool = False  # some check found it missing


class History:
    """The portal's editors, and their diary."""

    def __init__(self, portal: Portal) -> None:
        self.portal = portal
        self.lives: dict[int, Life] = {}
        self.codes: dict[int, int] = {}  # night -> exit code, where it is not 0
        self.faults: list[str] = []
        for key in range(1, 46):
            self.publish(key, night(0) - timedelta(days=4 * key - 2, hours=9))
        for key in range(60, 68):
            self.publish(key, night(0) - timedelta(days=9 * (key - 59), hours=3), section=NOTICES)

    def publish(self, key: int, at: datetime, **facts: Any) -> None:
        story = self.portal.publish(key, f"Hội nghị chuyên đề lần thứ {key} về chuyển đổi số", at, **facts)
        self.lives[key] = Life([(story.title, "\n\n".join(story.body))], urls={self.portal.address(key)})

    def edit(self, key: int, change: str, **facts: Any) -> None:
        story = self.portal.edit(key, **facts)
        self.lives[key].states.append((story.title, "\n\n".join(story.body)))
        self.lives[key].changes.append(change)

    def remove(self, key: int, how: str, *, gone: bool = True) -> None:
        self.portal.gone[key] = how
        self.lives[key].gone, self.lives[key].absent = gone, True

    def rename(self, key: int, slug: str, *, redirect: bool) -> None:
        former = self.portal.stories[key].path
        self.portal.edit(key, slug=slug)
        if redirect:
            self.portal.redirects[former] = self.portal.stories[key].path
        else:
            self.lives[key].absent = True
        self.lives[key].urls.add(self.portal.address(key))

    def fault(self, path: str, fault: Fault, code: int = 0, *, at: int = -1) -> None:
        """Something is wrong with the portal in this night only."""
        self.portal.faults[path] = fault
        if code:
            self.codes[at] = code

    def dawn(self) -> None:
        """The faults of the night are over."""
        self.portal.faults.clear()
        self.portal.date = None

    def happen(self, number: int) -> None:
        """What happened on the day before this night."""
        if number:
            self.publish(100 + number, night(number) - timedelta(hours=10), caption="Quang cảnh hội nghị")
        EVENTS.get(number, lambda history: None)(self)


def mass(history: History) -> None:
    """Every article answers 404 for one night, while the listings are well: the portal has moved, or is broken."""
    for story in list(history.portal.stories.values()):
        history.fault(story.path, Fault("status", status=404, body="<h1>404</h1><p>Không tìm thấy trang.</p>"))
        history.lives[story.key].absent = True  # of those that were checked
    history.codes[22] = 5


EVENTS: dict[int, Callable[[History], None]] = {
    2: lambda h: h.publish(50, night(2) - timedelta(days=40)),  # back-dated, on the second page
    3: lambda h: (h.publish(51, night(0) - timedelta(days=150)), h.portal.pinned.append(20)),  # far down; pinned
    4: lambda h: (h.remove(101, "404"), h.remove(5, "410")),
    5: lambda h: (h.edit(104, "typo", title="Hội nghị chuyên đề lần thứ 104 về chuyển đồi số"), h.remove(7, "home")),
    6: lambda h: (h.edit(3, "edit", body=(*BODY, ADDED)), h.remove(103, "soft404", gone=False)),
    7: lambda h: h.fault("/robots.txt", Fault("status", status=503), 3, at=7),
    8: lambda h: (h.portal.gone.pop(103), h.remove(9, "soft404"), h.remove(61, "empty")),
    9: lambda h: (h.rename(10, "ten-moi", redirect=True), h.portal.pinned.clear()),
    10: lambda h: (h.edit(12, "rewrite", body=OTHER), h.rename(4, "tieu-de-khac", redirect=False)),
    11: lambda h: h.edit(62, "edit", at=night(0) - timedelta(days=20)),
    12: lambda h: (h.remove(110, "404", gone=False), h.fault("*", Fault("status", status=500), 3, at=12)),
    14: lambda h: h.fault(f"/{SECTION}", Fault("status", status=429, headers=(("Retry-After", "1"),), times=1)),
    15: lambda h: h.fault("*", Fault("hang"), 3, at=15),
    16: lambda h: h.fault(f"/{NOTICES}", Fault("status", status=503, headers=(("Retry-After", "1"),), times=2)),
    17: lambda h: h.fault(h.portal.stories[117].path, Fault("half", times=1)),
    18: lambda h: (h.fault(f"/{SECTION}", Fault("reset", times=1)), h.fault(f"/{NOTICES}", Fault("circle"), 0)),
    19: lambda h: (h.portal.gone.pop(110), setattr(h.portal, "date", datetime(2019, 1, 1, tzinfo=UTC))),
    20: lambda h: h.fault("*", Fault("page", body=h.portal.page("Trang chủ", h.portal.home())), 5, at=20),
    22: mass,
    24: lambda h: h.edit(3, "edit", body=BODY),  # back to the former text
    25: lambda h: (h.portal.gone.pop(7), setattr(h.lives[7], "gone", False)),  # it is listed again
    26: lambda h: setattr(h.portal, "counter", 4711),  # a view counter changes every page
}


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> tuple[History, sqlite3.Connection, list[Done]]:
    """All nights, one after the other."""
    folder = tmp_path_factory.mktemp("nights")
    with Portal(page_size=10, sections=(SECTION, NOTICES)) as portal:
        portal.write_toml(folder)
        history = History(portal)
        runs = []
        for number in range(LAST + 1):
            history.happen(number)
            clock = night(number).isoformat()
            settings = {"CLOCK": clock, "CAPTURE_MEDIA": 0, "RETRY_PAUSE": 0, "DOWNLOAD_TIMEOUT": 1}
            runs.append(scrapy("crawl", "thu", folder=folder, **settings))
            history.dawn()
    return history, sqlite3.connect(folder / "archive.db"), runs


def test_every_night_ends_with_its_code(nights: tuple[History, sqlite3.Connection, list[Done]]) -> None:
    history, archive, runs = nights
    expected = [history.codes.get(number, 0) for number in range(LAST + 1)]
    assert [run.code for run in runs] == expected, [run.stdout + run.stderr for run in runs if run.code]
    assert [code for (code,) in archive.execute("SELECT exit_code FROM runs ORDER BY id")] == expected


def test_the_archive_holds_every_article_and_no_other(
    nights: tuple[History, sqlite3.Connection, list[Done]],
) -> None:
    history, archive, _ = nights
    stored = {int(key) for (key,) in archive.execute("SELECT key FROM articles")}
    assert stored == set(history.lives)
    assert archive.execute("SELECT count(*) FROM articles").fetchone() == (len(history.lives),)


def test_the_archive_holds_every_state_and_no_other(nights: tuple[History, sqlite3.Connection, list[Done]]) -> None:
    history, archive, _ = nights
    rows = archive.execute("SELECT key, s.title, s.body, change FROM states s JOIN articles a ON a.id = article_id")
    states: dict[int, list[tuple[str, str]]] = {}
    changes: dict[int, list[str]] = {}
    for key, title, body, change in rows:
        states.setdefault(int(key), []).append((title, body))
        changes.setdefault(int(key), []).extend([change] if change else [])
    assert states == {key: life.states for key, life in history.lives.items()}
    assert changes == {key: life.changes for key, life in history.lives.items()}


def test_what_disappeared_is_gone_with_evidence_and_nothing_else(
    nights: tuple[History, sqlite3.Connection, list[Done]],
) -> None:
    history, archive, _ = nights
    gone = {int(key) for (key,) in archive.execute("SELECT key FROM articles WHERE gone_at IS NOT NULL")}
    assert gone == {key for key, life in history.lives.items() if life.gone}
    evidence = archive.execute(
        """SELECT key, count(*), julianday(max(seen_at)) - julianday(min(seen_at)), count(warc_file)
        FROM absences JOIN articles ON articles.id = absences.article_id JOIN captures ON captures.id = capture_id
        WHERE settled AND ended_at IS NULL AND gone_at IS NOT NULL GROUP BY key"""
    ).fetchall()
    assert {int(key) for key, *_ in evidence} == gone
    assert all(number >= 3 and days >= 3 - 1e-4 and kept == number for _, number, days, kept in evidence)
    missed = {int(key) for (key,) in archive.execute("SELECT key FROM articles a JOIN absences ON a.id = article_id")}
    assert missed <= {key for key, life in history.lives.items() if life.absent}
    back = archive.execute(
        "SELECT count(*), count(ended_at) FROM absences JOIN articles a ON a.id = article_id WHERE key = '7'"
    ).fetchone()
    assert back[0] == back[1] >= 3  # it came back: each absence is over, and stays recorded


def test_former_addresses_are_kept(nights: tuple[History, sqlite3.Connection, list[Done]]) -> None:
    history, archive, _ = nights
    urls: dict[int, set[str]] = {}
    for key, url in archive.execute("SELECT key, urls.url FROM urls JOIN articles ON id = article_id"):
        urls.setdefault(int(key), set()).add(url)
    assert urls == {key: life.urls for key, life in history.lives.items()}
    assert archive.execute("SELECT url FROM articles WHERE key IN ('4', '10') ORDER BY key").fetchall() == [
        (history.portal.url + f"/{SECTION}/-/view_content/10-ten-moi.html",),
        (history.portal.url + f"/{SECTION}/-/view_content/4-tieu-de-khac.html",),
    ]


def test_the_file_is_whole(nights: tuple[History, sqlite3.Connection, list[Done]]) -> None:
    _, archive, runs = nights
    assert archive.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    archive.execute("INSERT INTO articles_fts(articles_fts, rank) VALUES ('integrity-check', 1)")
    assert [json.loads(run.stdout.splitlines()[-1])["portal"] for run in runs] == ["thu"] * (LAST + 1)
    assert archive.execute("SELECT count(*) FROM listings WHERE backfilled_at IS NULL").fetchone() == (0,)
