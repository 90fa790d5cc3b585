"""Every exit code of `scrapy crawl` and `scrapy nightly`, by what brings it about."""

from __future__ import annotations

import fcntl
import shutil
import signal
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from portal_server import BODY, Fault, Portal, Story
from scrape import ROOT, Done, command, scrapy

from scraper.health import ORDER, worst

AT = datetime(2026, 10, 1, 8, 30, tzinfo=UTC)
QUICK = {"CAPTURE_MEDIA": 0, "RETRY_PAUSE": 0, "DOWNLOAD_TIMEOUT": 2}


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[Portal]:
    with Portal(page_size=5) as portal:
        for key in range(1, 13):
            portal.publish(key, f"Hội nghị chuyên đề lần thứ {key} về chuyển đổi số", AT + timedelta(days=key))
        portal.write_toml(tmp_path)
        yield portal


def crawl(folder: Path, *args: str, night: int = 1, **settings: object) -> Done:
    clock = f"2026-12-{night:02}T02:00:00+07:00"
    return scrapy("crawl", "thu", *args, folder=folder, **{**QUICK, "CLOCK": clock, **settings})


def articles(folder: Path) -> int:
    found: int = sqlite3.connect(folder / "archive.db").execute("SELECT count(*) FROM articles").fetchone()[0]
    return found


def test_0_done(portal: Portal, tmp_path: Path) -> None:
    done = crawl(tmp_path)
    assert (done.code, done.line["outcome"], done.line["counts"]["new"]) == (0, "done", 12)
    assert {"requests", "bytes", "seconds", "coverage", "problems"} <= set(done.line)


def test_0_closed_portals_are_left_alone(portal: Portal, tmp_path: Path) -> None:
    portal.write_toml(tmp_path, extra="closed = 2025-06-30")
    done = crawl(tmp_path)
    assert (done.code, done.line["outcome"], portal.requests) == (0, "closed", [])


def test_closed_portals_are_not_red(portal: Portal, tmp_path: Path) -> None:
    portal.write_toml(tmp_path, extra="[expect]\nnew_per_week = 9")
    assert crawl(tmp_path).code == 0
    late = "2027-06-01T02:00:00+07:00"
    assert scrapy("health", folder=tmp_path, CLOCK=late).code == 5
    portal.write_toml(tmp_path, extra="closed = 2026-12-31\n[expect]\nnew_per_week = 9")
    health = scrapy("health", folder=tmp_path, CLOCK=late)
    assert (health.code, health.stdout.splitlines()[0]) == (0, "thu: closed")


@pytest.mark.parametrize("where", ["callback", "pipeline", "start", "idle"])
def test_1_an_exception_in_a_callback_or_pipeline(portal: Portal, tmp_path: Path, where: str) -> None:
    target = {"callback": "scraper.extract.read", "pipeline": "scraper.dates.normalise"}.get(where, where)
    if where in ("start", "idle"):
        (tmp_path / "sitecustomize.py").write_text(BREAK_WORK.format(method=WORK[where]), encoding="utf-8")
        done = crawl_with(tmp_path, tmp_path)
        assert (done.code, done.line["problems"][0]) == (1, "RuntimeError: broken on purpose")
        return
    (tmp_path / "sitecustomize.py").write_text(BREAK.format(target=target), encoding="utf-8")
    done = crawl_with(tmp_path, tmp_path)
    assert (done.code, done.line["outcome"]) == (1, "internal error")
    assert "RuntimeError: broken on purpose" in done.line["problems"][0]
    assert articles(tmp_path) == 11  # one bad page costs no other article


WORK = {"start": "walks", "idle": "waiting"}
BREAK_WORK = """
import sys
sys.path.insert(0, ".")
from scraper.agenda import Agenda
def broken(self):
    raise RuntimeError("broken on purpose")
Agenda.{method} = broken
"""
BREAK = """
import importlib, sys
class Finder:
    def find_spec(self, name, path=None, target=None):
        return None
name, _, attribute = "{target}".rpartition(".")
sys.path.insert(0, ".")
module = importlib.import_module(name)
original = getattr(module, attribute)
def broken(*args, **kwargs):
    page = next(arg for arg in args if hasattr(arg, "body") and hasattr(arg, "fetched_at"))
    if "/7-bai-viet" in page.url:
        raise RuntimeError("broken on purpose")
    return original(*args, **kwargs)
setattr(module, attribute, broken)
"""


def crawl_with(folder: Path, path: Path) -> Done:
    """A crawl in a Python that runs `sitecustomize.py` of this folder first."""
    line = command("crawl", "thu", folder=folder, **QUICK)
    done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, env={"PYTHONPATH": str(path)}, timeout=60)
    return Done(done.returncode, done.stdout, done.stderr)


@pytest.mark.parametrize(
    "arguments",
    [
        ("crawl", "nobody"),
        ("crawl",),
        ("crawl", "thu", "-a", "colour=red"),
        ("crawl", "thu", "-a", "full=maybe"),
        ("crawl", "thu", "--colour"),
        ("crawl", "thu", "-a", "replay=nowhere.warc.gz"),
        ("crawl", "thu", "-s", "CLOCK=yesterday"),
        ("crawl", "thu", "-s", "CHECK_AGES=3:1 14"),
        ("crawl", "thu", "-s", "MAX_HOURS=long"),
        ("nightly", "nobody"),
    ],
    ids=" ".join,
)
def test_2_usage(portal: Portal, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    assert scrapy(*arguments, folder=tmp_path).code == 2
    assert portal.requests == []


@pytest.mark.parametrize("kind", ["reset", "hang", "status"])
def test_3_unreachable(portal: Portal, tmp_path: Path, kind: str) -> None:
    portal.faults["*"] = Fault(kind, status=502)
    done = crawl(tmp_path, DOWNLOAD_TIMEOUT=1)
    assert (done.code, done.line["outcome"], articles(tmp_path)) == (3, "unreachable", 0)


def test_3_a_portal_that_stops_answering_is_left_alone_and_the_next_night_goes_on(
    portal: Portal, tmp_path: Path
) -> None:
    for key in range(1, 9):
        portal.faults[portal.stories[key].path] = Fault("status", status=500)
    done = crawl(tmp_path)
    assert (done.code, done.line["outcome"]) == (3, "unreachable")
    asked = {path for path in portal.paths() if "view_content" in path}
    assert len(asked) < 12  # it gave up
    portal.faults.clear()
    assert (crawl(tmp_path, night=3).code, articles(tmp_path)) == (0, 12)


def test_4_refused(portal: Portal, tmp_path: Path) -> None:
    portal.faults["*"] = Fault("status", status=403, body="<title>Request Rejected</title>Support ID is: 123")
    done = crawl(tmp_path)
    assert (done.code, done.line["outcome"], articles(tmp_path)) == (4, "refused", 0)


def test_4_robots_txt_forbids(portal: Portal, tmp_path: Path) -> None:
    portal.robots = "User-agent: *\nDisallow: /\n"
    assert crawl(tmp_path).code == 4
    assert portal.paths() == []


def test_4_a_portal_that_asks_for_an_hour_is_left_alone(portal: Portal, tmp_path: Path) -> None:
    portal.faults[portal.stories[7].path] = Fault("status", status=429, headers=(("Retry-After", "3600"),))
    done = crawl(tmp_path)
    assert (done.code, done.line["outcome"]) == (4, "refused")
    assert portal.paths()[-1] == portal.stories[7].path  # nothing was asked after that
    portal.faults.clear()
    assert (crawl(tmp_path, night=3).code, articles(tmp_path)) == (0, 12)


def test_5_listings_without_articles(portal: Portal, tmp_path: Path) -> None:
    portal.faults["*"] = Fault("page", body=portal.page("Trang chủ", "<p>Chào mừng bạn đến với cổng thông tin.</p>"))
    done = crawl(tmp_path)
    assert (done.code, done.line["outcome"]) == (5, "layout changed")


def test_5_the_portal_moved_and_nothing_is_gone(portal: Portal, tmp_path: Path) -> None:
    assert crawl(tmp_path).code == 0
    portal.gone = dict.fromkeys(portal.stories, "404")
    portal.publish(99, "Bài viết duy nhất còn lại trên cổng thông tin này", AT + timedelta(days=50))
    for night in (5, 10, 15, 20):
        done = crawl(tmp_path, "-a", "full=1", night=night)
        assert done.code == 5
        assert "the portal has moved" in " ".join(done.line["problems"])
    archive = sqlite3.connect(tmp_path / "archive.db")
    assert archive.execute("SELECT count(gone_at), sum(settled) FROM articles, absences").fetchone() == (0, 0)


def undated(story: Story) -> str:
    """An article as the portal shows it once its layout has lost the date."""
    body = "".join(f"<p>{part}</p>" for part in BODY)
    return f'<div class="asset-full-content-title">{story.title}</div><div class="journal-content-article">{body}</div>'


def test_5_no_article_has_a_date_any_more(portal: Portal, tmp_path: Path) -> None:
    assert crawl(tmp_path).code == 0
    portal.content = undated  # type: ignore[method-assign]
    done = crawl(tmp_path, "-a", "full=1", night=5)
    assert (done.code, done.line["coverage"]["published_at"]) == (5, 0.0)


def test_5_far_fewer_dates_than_in_the_last_runs(portal: Portal, tmp_path: Path) -> None:
    """A portal that never dates everything expects little, and still may not fall."""
    for key in range(20, 32):
        portal.publish(key, f"Hội nghị chuyên đề lần thứ {key} về chuyển đổi số", AT + timedelta(days=key))
    portal.write_toml(tmp_path, extra="[expect]\npublished_at = 0.0")
    assert crawl(tmp_path).code == 0
    portal.content = undated  # type: ignore[method-assign]
    done = crawl(tmp_path, "-a", "full=1", night=5)
    assert (done.code, done.line["problems"][0]) == (5, "only 0% of the articles have a date, far fewer than lately")


def test_5_one_page_under_every_address_is_stored_under_none(portal: Portal, tmp_path: Path) -> None:
    assert crawl(tmp_path).code == 0
    page = portal.page(portal.stories[3].title, portal.content(portal.stories[3]))
    for story in portal.stories.values():
        portal.faults[story.path] = Fault("page", body=page)
    done = crawl(tmp_path, "-a", "full=1", night=5)
    assert done.code == 5
    archive = sqlite3.connect(tmp_path / "archive.db")
    assert archive.execute("SELECT count(DISTINCT title) FROM articles").fetchone() == (12,)
    assert archive.execute("SELECT count(*) FROM revisions").fetchone() == (0,)


def test_6_no_database(portal: Portal, tmp_path: Path) -> None:
    (tmp_path / "archive.db").write_text("Thư gửi bạn đọc: đây không phải cơ sở dữ liệu.", encoding="utf-8")
    done = crawl(tmp_path)
    assert (done.code, done.line["outcome"], portal.requests) == (6, "archive", [])
    assert (tmp_path / "archive.db").read_text(encoding="utf-8").startswith("Thư gửi")


def test_6_damaged(portal: Portal, tmp_path: Path) -> None:
    assert crawl(tmp_path).code == 0
    with (tmp_path / "archive.db").open("r+b") as file:
        file.seek(4096)
        file.write(b"\xa5" * 60_000)
    done = crawl(tmp_path, night=2)
    assert (done.code, done.line["outcome"]) == (6, "archive")


def test_6_no_folder(portal: Portal, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    assert crawl(tmp_path, ARCHIVE_PATH=tmp_path / "file" / "archive.db").code == 6
    assert portal.requests == []


def test_6_newer_schema(portal: Portal, tmp_path: Path) -> None:
    assert crawl(tmp_path).code == 0
    archive = sqlite3.connect(tmp_path / "archive.db")
    archive.execute("PRAGMA user_version = 99")
    archive.close()
    done = crawl(tmp_path, night=2)
    assert (done.code, "newer" in done.line["problems"][0]) == (6, True)


def test_6_disk_full(portal: Portal, tmp_path: Path) -> None:
    """The limit of a file's size stands for a full disk: a write fails in the middle of the run."""
    line = command("crawl", "thu", folder=tmp_path, **QUICK)
    done = subprocess.run(
        ["bash", "-c", 'ulimit -f 60; exec "$@"', "-", *line], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 6, done.stdout + done.stderr
    assert (crawl(tmp_path, night=2).code, articles(tmp_path)) == (0, 12)


def test_75_another_run_is_at_work(portal: Portal, tmp_path: Path) -> None:
    assert crawl(tmp_path).code == 0
    before = (tmp_path / "archive.db").read_bytes()
    with (tmp_path / "archive.db.thu.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = crawl(tmp_path, night=2)
    assert (done.code, done.line["outcome"]) == (75, "busy")
    assert (tmp_path / "archive.db").read_bytes() == before


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_130_and_143_interrupted(portal: Portal, tmp_path: Path, number: signal.Signals, code: int) -> None:
    portal.faults[portal.stories[7].path] = Fault("hang")
    line = command("crawl", "thu", folder=tmp_path, **{**QUICK, "DOWNLOAD_TIMEOUT": 60})
    process = subprocess.Popen(line, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    while not any("/7-bai-viet" in asked.path for asked in list(portal.requests)):
        time.sleep(0.05)
    began = time.monotonic()
    process.send_signal(number)
    out, err = process.communicate(timeout=30)
    done = Done(process.returncode, out, err)
    assert (done.code, done.line["outcome"]) == (code, "interrupted")
    assert time.monotonic() - began < 10
    assert "articles seen were not read yet" in done.line["problems"][0]
    portal.faults.clear()
    assert (crawl(tmp_path).code, articles(tmp_path)) == (0, 12)


def test_nightly_ends_with_the_worst_code(portal: Portal, tmp_path: Path) -> None:
    shutil.copy(tmp_path / "thu.toml", tmp_path / "hai.toml")
    (tmp_path / "sai.toml").write_text("nonsense = 1", encoding="utf-8")
    with Portal() as empty:
        empty.write_toml(tmp_path, "vang")
        done = scrapy("nightly", "thu", "sai", "vang", "hai", folder=tmp_path, **QUICK)
    assert done.code == 5
    rows = [line.split()[:3] for line in done.stdout.splitlines() if not line.startswith(" ")]
    assert rows[1:] == [
        ["thu", "done", "0"],
        ["sai", "usage", "2"],
        ["vang", "layout", "changed"],
        ["hai", "done", "0"],
    ]


def test_the_order_of_codes() -> None:
    order = (6, 1, 5, 4, 3, 2, 75, 0)
    assert [code for code in ORDER if code not in (130, 143)] == list(order)
    for number, code in enumerate(order):
        assert worst(order[number:]) == code
