"""One portal, four ways in: live, our own WARC files, wget's, and after kill -9; the archive is the same."""

from __future__ import annotations

import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from archives import articles, fill, kept, rows
from portal_server import Portal
from scrape import ROOT, command, scrapy

KILLS = 3  # 20 in tests/bench/kill.py


@pytest.fixture(scope="module")
def portal() -> Iterator[Portal]:
    with Portal() as portal:
        fill(portal)
        yield portal


@pytest.fixture(scope="module")
def live(portal: Portal, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the archive and the bytes of a live crawl."""
    folder = tmp_path_factory.mktemp("live")
    portal.write_toml(folder)
    done = scrapy("crawl", "thu", folder=folder)
    assert done.code == 0, done.stderr
    return folder


def replayed(files: Path, live: Path, folder: Path) -> Path:
    """The archive of a replay."""
    shutil.copy(live / "thu.toml", folder)
    done = scrapy("crawl", "thu", "-a", f"replay={files}", folder=folder)
    assert (done.code, done.line["requests"]) == (0, 0), done.stderr
    return folder / "archive.db"


def test_a_replay_of_our_own_files(live: Path, tmp_path: Path) -> None:
    wanted = articles(live / "archive.db")
    assert len(wanted["articles"]) == 6 and all(row[-1] for row in wanted["images"] + wanted["attachments"])
    archive = replayed(live / "warc", live, tmp_path)
    assert articles(archive) == wanted
    times = "SELECT key, first_seen_at, last_seen_at FROM articles ORDER BY key"
    assert rows(archive, times) == rows(live / "archive.db", times)
    digests = "SELECT url, digest, fetched_at, warc_offset FROM captures WHERE url LIKE '%view_content%' ORDER BY 1, 3"
    assert rows(archive, digests) == rows(live / "archive.db", digests)


@pytest.mark.skipif(shutil.which("wget") is None, reason="wget is not installed (apt-get install wget)")
def test_a_replay_of_wgets_files(portal: Portal, live: Path, tmp_path: Path) -> None:
    subprocess.run(
        ["wget", "--quiet", "--recursive", "--level=inf", "--page-requisites", "--delete-after", "--no-directories",
         f"--warc-file={tmp_path / 'wget'}", f"{portal.url}/"],
        cwd=tmp_path, timeout=60, check=False,
    )  # fmt: skip
    (tmp_path / "archive").mkdir()
    archive = replayed(tmp_path / "wget.warc.gz", live, tmp_path / "archive")
    assert articles(archive) == articles(live / "archive.db")


def test_every_stored_article_has_its_bytes_after_kill_9(portal: Portal, live: Path, tmp_path: Path) -> None:
    shutil.copy(live / "thu.toml", tmp_path)
    for kill in range(KILLS):
        portal.publish(100 + kill, f"Bài thứ {kill} đăng giữa hai lần", portal.stories[1].at.replace(day=20 + kill))
        before = len(portal.requests)
        process = subprocess.Popen(
            command("crawl", "thu", folder=tmp_path), cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        portal.wait_for(before + 4 + 3 * kill)
        process.send_signal(signal.SIGKILL)
        process.wait()
        captures = kept(tmp_path / "archive.db", tmp_path / "warc") if (tmp_path / "archive.db").exists() else []
        assert all(body or capture.status != 200 for capture, body in captures)
        stored = (
            "SELECT count(*) FROM articles WHERE id NOT IN (SELECT article_id FROM captures WHERE article_id NOT NULL)"
        )
        assert rows(tmp_path / "archive.db", stored) == [(0,)]
    assert scrapy("crawl", "thu", folder=tmp_path).code == 0
    assert rows(tmp_path / "archive.db", "SELECT count(*) FROM articles") == [(6 + KILLS,)]
    verified = scrapy("verify", folder=tmp_path)
    assert verified.code == 0, verified.stderr
    for kill in range(KILLS):
        del portal.stories[100 + kill]
