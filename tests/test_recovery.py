"""`scrapy crawl NAME -a wayback=…`: a portal's past from a web archive, in the tables of the present."""

from __future__ import annotations

import importlib.util
import os
import re
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from archives import articles, kept, rows
from portal_server import Portal
from scrape import ROOT, command, scrapy
from warcs import writer
from web_archive import Held, WebArchive, held

from scraper import warc, wayback
from scraper.archive import Archive
from scraper.portals import read
from scraper.recovery import Endpoints, Recovery

WHOLE = "WHOLE_CORPUS"  # set in the environment: all 1,597 pages instead of the first ones
URL = "http://quan.example.vn/tin-tuc-su-kien/-/view_content/7-bai-viet.html"


def at(year: int, month: int = 1, day: int = 1, hour: int = 3) -> datetime:
    return datetime(year, month, day, hour, 15, 30, tzinfo=UTC)


def first_pages(captures: list[Held]) -> list[Held]:
    """Five pages of a listing and the articles that they lead to."""
    pages = [one for one in captures if re.search(r"/hoat-ong-ang-oan-the($|\?.*cur=[2-5]$)", one.url)]
    shown = b"".join(one.body for one in pages)
    return pages + [
        one for one in captures if "hoat-ong" in one.url and "view_content" in one.url and one.slug in shown
    ]


def packed(captures: list[Held], folder: Path) -> Path:
    """The captures as a WARC file, for a direct replay."""
    pen = writer(folder)
    for one in captures:
        headers = [(b"Content-Type", f"{one.mime};charset=UTF-8".encode())]
        pen.write(warc.Exchange(url=one.url, status=one.status, headers=headers, body=one.body, at=one.at))
    pen.close()
    return folder


def content(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Without the address, of which the newest sighting decides, and without what a listing says of a section."""
    found = articles(path)
    found["articles"] = [(row[0], row[2], *row[4:14], row[15]) for row in found["articles"]]
    return found


def test_it_recovers_what_the_direct_replay_does(corpus: Path, tmp_path: Path) -> None:
    captures = held(corpus / "sotttt-2022-news.warc.gz")
    if WHOLE not in os.environ:
        captures = first_pages(captures)
    (tmp_path / "replay").mkdir()
    files = packed(captures, tmp_path / "warcs")
    replay = scrapy("crawl", "sotttt", "-a", f"replay={files}", folder=tmp_path / "replay")
    assert replay.code == 0, replay.stderr
    copies = Counter(re.findall(r"view_content/(?:pop_up/)?(\d+)", " ".join(one.url for one in captures)))
    linked = [one for one in captures if "view_content" in one.url and one.slug in captures[0].body]
    single = [one.url for one in linked if copies[one.slug.partition(b"-")[0].decode()] == 1]
    with WebArchive(captures) as archive:
        archive.hidden = set(single[:2])  # their listing leads to them
        archive.refusals = [1]
        settings: dict[str, Any] = {**archive.settings, "PORTALS_DIR": ""}
        process = subprocess.Popen(
            command("crawl", "sotttt", "-a", "wayback=2022", folder=tmp_path, **settings),
            cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        archive.wait_for(len(captures) - 5)
        process.send_signal(signal.SIGKILL)
        process.wait()
        killed = len(archive.requests)
        done = scrapy("crawl", "sotttt", "-a", "wayback=2022", folder=tmp_path, **settings)
        assert done.code == 0, done.stderr
        asked = Counter(path for _, path, status in archive.requests if status == 200 and path.startswith("/web/"))
        first, second = archive.requests[:2]
    assert (first[2], second[2]) == (429, 200) and second[0] - first[0] >= 1
    again = {path for path, times in asked.items() if times > 1}
    assert len(again) < killed and len(asked) == len(captures), [one.url for one in linked]
    assert rows(tmp_path / "archive.db", "SELECT DISTINCT source FROM captures") == [("wayback",)]
    recovered, direct = content(tmp_path / "archive.db"), content(tmp_path / "replay" / "archive.db")
    assert len(direct["articles"]) > 40
    assert {row[1] for row in direct["articles"]} <= {row[1] for row in recovered["articles"]}
    if WHOLE not in os.environ:  # category copies, which only the web archive's list shows, have states of their own
        assert recovered == direct
    assert len(kept(tmp_path / "archive.db", tmp_path / "warc")) == len(captures)


@pytest.fixture
def site(tmp_path: Path) -> Portal:
    """A portal that is no more: its pages are only in the web archive."""
    text = 'title = "Quận Thử"\ndomains = ["quan.example.vn"]\nstart = ["http://quan.example.vn/"]\n'
    (tmp_path / "quan.toml").write_text(text, encoding="utf-8")
    portal = Portal()
    portal.publish(7, "Khai mạc lễ hội đường phố", datetime(2015, 3, 1, 8, 0, tzinfo=UTC))
    return portal


def page(site: Portal, moment: datetime, **facts: Any) -> Held:
    story = replace(site.stories[7], **facts)
    return Held(URL, moment, site.page(story.title, site.content(story)).encode())


def recover(archive: WebArchive, folder: Path, span: str = "2012..2025", **settings: Any) -> dict[str, Any]:
    done = scrapy("crawl", "quan", "-a", f"wayback={span}", folder=folder, **{**archive.settings, **settings})
    assert done.code == 0, done.stderr
    return done.line


STATES = """SELECT s.title, s.seen_at, s.replaced_at, s.change FROM states AS s ORDER BY s.seen_at"""


def test_captures_become_states_in_their_order(site: Portal, tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    with WebArchive([page(site, at(2016)), page(site, at(2018), title="Bế mạc lễ hội đường phố")]) as archive:
        recover(archive, tmp_path)
        assert rows(path, STATES) == [
            ("Khai mạc lễ hội đường phố", "2016-01-01T03:15:30+00:00", "2018-01-01T03:15:30+00:00", "edit"),
            ("Bế mạc lễ hội đường phố", "2018-01-01T03:15:30+00:00", None, None),
        ]
        archive.add(page(site, at(2015, 6), title="Khai mạc lễ hội đường phố xuân"))
        asked = len(archive.requests)
        assert recover(archive, tmp_path)["counts"]["new"] == 0
        assert [path.partition("?")[0] for _, path, _ in archive.requests[asked:]] == [
            "/cdx/search/cdx", f"/web/20150601031530id_/{URL}",
        ]  # fmt: skip
    assert rows(path, STATES) == [
        ("Khai mạc lễ hội đường phố xuân", "2015-06-01T03:15:30+00:00", "2016-01-01T03:15:30+00:00", "edit"),
        ("Khai mạc lễ hội đường phố", "2016-01-01T03:15:30+00:00", "2018-01-01T03:15:30+00:00", "edit"),
        ("Bế mạc lễ hội đường phố", "2018-01-01T03:15:30+00:00", None, None),
    ]
    assert rows(path, "SELECT title, first_seen_at, last_seen_at FROM articles") == [
        ("Bế mạc lễ hội đường phố", "2015-06-01T03:15:30+00:00", "2018-01-01T03:15:30+00:00")
    ]
    captures = kept(path, tmp_path / "warc")
    assert [(c.url, c.source, c.fetched_at.year) for c, _ in captures] == [
        (URL, "wayback", year) for year in (2016, 2018, 2015)
    ]
    reread = scrapy("reextract", "--workers", "1", folder=tmp_path)
    assert reread.stdout.splitlines() == ["1 articles read again, 0 changed"]


def test_a_miss_is_no_evidence(site: Portal, tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    with WebArchive([page(site, at(2016)), page(site, at(2018), title="Bế mạc")]) as archive:
        archive.missing = {(URL, "20180101031530")}
        assert recover(archive, tmp_path)["counts"]["not captured"] == 1
        archive.missing = {(URL, "20160101031530"), (URL, "20180101031530")}
        recover(archive, tmp_path)
        assert len(archive.paths("/web/")) == 2  # what was stored or missed is not asked for again
    assert rows(path, "SELECT title, gone_at FROM articles") == [("Khai mạc lễ hội đường phố", None)]
    assert rows(path, "SELECT count(*) FROM absences") == [(0,)]
    assert rows(path, "SELECT outcome FROM snapshots ORDER BY at") == [("stored",), ("not captured",)]


def test_the_span_is_kept(site: Portal, tmp_path: Path) -> None:
    with WebArchive([page(site, at(2016)), page(site, at(2018), title="Bế mạc")]) as archive:
        recover(archive, tmp_path, "2017..2018")
        assert archive.paths("/web/") == [f"/web/20180101031530id_/{URL}"]
        told = recover(archive, tmp_path, "2012..2014")["problems"]
        assert told == ["the web archive lists no page of quan in 2012..2014"]
    found = rows(tmp_path / "archive.db", "SELECT title, first_seen_at FROM articles")
    assert found == [("Bế mạc", "2018-01-01T03:15:30+00:00")]


def test_long_lists_come_in_parts(site: Portal, tmp_path: Path) -> None:
    captures = [page(site, at(2016, 1, day), title=f"Ngày {day}") for day in range(1, 8)]
    with WebArchive(captures) as web, closing(Archive.open(tmp_path / "archive.db")) as archive:
        endpoints = Endpoints.of(web.settings)
        portal = read(tmp_path / "quan.toml")
        recovery = Recovery(portal, archive, wayback.Span.of("2016"), endpoints, lambda: at(2026), limit=3)
        (domain, url), sizes = next(recovery.queries()), []
        while url:
            body = web.answer(url.removeprefix(url.partition("/cdx")[0]))[2]
            sizes.append(len(wayback.answer(body).snapshots))
            following = recovery.listed(domain, body)
            state = archive.harvest("quan", domain, "2016")
            assert state is not None and (state.listed_at is None) == (following is not None)
            if following:  # a run that is killed here goes on here
                assert next(recovery.queries()) == (domain, following)
            url = following or ""
        assert sizes == [3, 3, 1]
        assert [wanted.at.day for wanted in recovery.waiting()] == list(range(1, 8))
        assert list(recovery.queries()) == []  # the list is complete, and there is work left


@pytest.mark.parametrize(
    ("arguments", "settings", "told"),
    [
        (("wayback=gestern",), {}, "-a wayback=gestern should be a year or years like 2012..2025"),
        (("wayback=2022", "replay=sample"), {}, "not both"),
        (("wayback=2022",), {"WAYBACK_REPLAY": "https://web.archive.org/"}, "a URL with {timestamp} and {url}"),
        (("wayback=2022",), {"WAYBACK_CDX": "cdx"}, "should be the URL of a CDX server"),
    ],
)  # fmt: skip
def test_wrong_arguments(
    site: Portal, tmp_path: Path, arguments: tuple[str, ...], settings: dict[str, str], told: str
) -> None:
    done = scrapy("crawl", "quan", *(part for a in arguments for part in ("-a", a)), folder=tmp_path, **settings)
    assert (done.code, told in done.stderr) == (2, True), done.stderr


def test_an_archive_that_does_not_answer(site: Portal, tmp_path: Path) -> None:
    with WebArchive() as archive:
        archive.refusals = [5000]
        done = scrapy("crawl", "quan", "-a", "wayback=2012..2025", folder=tmp_path, **archive.settings)
    assert done.code == 3
    assert "refused" in done.stderr


@pytest.fixture
def pywb(tmp_path: Path) -> Iterator[Callable[[list[Held]], dict[str, str]]]:
    """Starts a pywb over captures; the settings that lead to it."""
    started: list[subprocess.Popen[str]] = []

    def start(captures: list[Held]) -> dict[str, str]:
        (tmp_path / "pywb").mkdir()
        (file,) = packed(captures, tmp_path / "warcs").rglob("*.warc.gz")
        code = [sys.executable, str(Path(__file__).with_name("pywb_server.py")), str(tmp_path / "pywb"), str(file)]
        process = subprocess.Popen(code, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        started.append(process)
        assert process.stdout is not None
        url = f"http://127.0.0.1:{int(process.stdout.readline())}/past"
        return {"WAYBACK_CDX": f"{url}/cdx", "WAYBACK_REPLAY": f"{url}/{{timestamp}}id_/{{url}}", "WAYBACK_DELAY": "0"}

    yield start
    for process in started:
        process.kill()
        process.communicate()


@pytest.mark.skipif(importlib.util.find_spec("pywb") is None, reason="pywb is not installed")
def test_pywb_is_a_web_archive_too(site: Portal, tmp_path: Path, pywb: Callable[[list[Held]], dict[str, str]]) -> None:
    captures = [page(site, at(2016)), page(site, at(2018), title="Bế mạc lễ hội đường phố"), page(site, at(2026))]
    moved = Held("http://quan.example.vn/cu.html", at(2017), b"", status=301)
    done = scrapy("crawl", "quan", "-a", "wayback=2012..2025", folder=tmp_path, **pywb([*captures, moved]))
    assert done.code == 0, done.stderr
    assert rows(tmp_path / "archive.db", STATES) == [
        ("Khai mạc lễ hội đường phố", "2016-01-01T03:15:30+00:00", "2018-01-01T03:15:30+00:00", "edit"),
        ("Bế mạc lễ hội đường phố", "2018-01-01T03:15:30+00:00", None, None),
    ]
    bodies = {capture.fetched_at: body for capture, body in kept(tmp_path / "archive.db", tmp_path / "warc")}
    assert bodies == {one.at: one.body for one in captures[:2]}  # id_: not a byte is rewritten


def test_an_archive_that_fails_is_asked_again_another_time(site: Portal, tmp_path: Path) -> None:
    captures = [page(site, at(2016, 1, day), title=f"Ngày {day}") for day in range(1, 9)]
    with WebArchive(captures) as archive:
        archive.broken = True
        settings: dict[str, Any] = {**archive.settings, "RETRY_TIMES": 0}
        assert scrapy("crawl", "quan", "-a", "wayback=2016", folder=tmp_path, **settings).code == 3
        assert len(archive.paths("/web/")) == 5  # then it is left in peace
        archive.broken = False
        assert recover(archive, tmp_path, "2016")["counts"]["articles"] == 8
        assert len(archive.paths("/cdx/")) == 1


def test_a_stop_does_not_wait_for_the_web_archive(site: Portal, tmp_path: Path) -> None:
    with WebArchive([page(site, at(2016))]) as archive:
        archive.refusals = [800]
        line = command("crawl", "quan", "-a", "wayback=2016", folder=tmp_path, **archive.settings)
        process = subprocess.Popen(line, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        archive.wait_for(1)
        process.send_signal(signal.SIGTERM)
        out, _ = process.communicate(timeout=60)
        assert (process.returncode, len(archive.requests)) == (143, 1), out
