"""scrapy raw, verify and export: an archive's bytes printed, checked and packaged."""

from __future__ import annotations

import gzip
import json
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from scrapy.cmdline import execute
from scrapy.utils.project import get_project_settings
from warcs import AT, HTML, exchange, writer

from scraper import warc
from scraper.archive import Archive
from scraper.items import Article, Page

ROOT = Path(__file__).parents[1]
URL = "https://hoankiem.hanoi.gov.vn/tin-tuc-su-kien/-/view_content/1-ho-guom.html"
GZIP = [(b"Content-Type", b"text/html; charset=UTF-8"), (b"Content-Encoding", b"gzip")]
Run = Callable[..., int]


@dataclass(frozen=True)
class Kept:
    """An archive of one article, captured on three days: first, unchanged, edited."""

    archive: Path
    folder: Path
    pages: tuple[Page, ...]


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    folder, path = tmp_path / "warc", tmp_path / "archive.db"
    archive = Archive.open(path)
    pen = writer(folder)
    earlier, found = None, []
    for day, body in enumerate((HTML, HTML, b"<p>edited")):
        at = AT + timedelta(days=day)
        written = pen.write(exchange(url=URL, headers=GZIP, body=gzip.compress(body, mtime=0), at=at), earlier)
        earlier = earlier or warc.Earlier(URL, at, written.digest)
        page = replace(warc.fetch(folder, written.warc_file, written.offset), source="live")
        archive.save(Article(url=URL, key="1", title="Hồ Gươm", body=body.decode()), page, "hoankiem")
        found.append(page)
    pen.close()
    archive.close()
    return Kept(path, folder, tuple(found))


@pytest.fixture
def run(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command on the archive; gives its exit code."""
    monkeypatch.chdir(ROOT)

    def command(*words: str) -> int:
        monkeypatch.setattr(sys, "argv", ["scrapy"])
        settings = get_project_settings()
        places = ["-s", f"ARCHIVE_PATH={kept.archive}", "-s", f"WARC_DIR={kept.folder}"]
        with pytest.raises(SystemExit) as ended:
            execute(["scrapy", *words, *places], settings=settings)
        return int(ended.value.code or 0)

    return command


def test_raw_prints_the_newest_bytes(run: Run, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    for what in ("1", URL, URL + "#top"):
        assert run("raw", what) == 0
        assert capfdbinary.readouterr().out == b"<p>edited"


def test_raw_at_a_time_with_the_header(kept: Kept, run: Run, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert run("raw", "1", "--headers", "--at", "2026-03-03T08:00") == 0
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=UTF-8\r\nContent-Encoding: gzip\r\n\r\n"
    assert capfdbinary.readouterr().out == head + HTML


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("2",), "no capture of 2 is in"),
        (("https://a.vn/",), "no capture of https://a.vn/ is in"),
        (("1", "--at", "gestern"), "--at gestern is no ISO 8601 date"),
    ],
)
def test_raw_says_what_is_not_there(
    run: Run, capfd: pytest.CaptureFixture[str], words: tuple[str, ...], message: str
) -> None:
    assert run("raw", *words) == 2
    assert message in capfd.readouterr().err


@pytest.mark.parametrize("name", ["/etc/passwd", "../archive.db", "../outside.warc.gz"])
def test_raw_never_leaves_its_folder(kept: Kept, run: Run, capfd: pytest.CaptureFixture[str], name: str) -> None:
    (kept.folder / kept.pages[0].warc_file).rename(kept.folder.parent / "outside.warc.gz")  # type: ignore[operator]
    archive = Archive.open(kept.archive)
    with archive.write():
        archive.db.execute("UPDATE captures SET warc_file = ?", [name])
    archive.close()
    assert run("raw", "1") == 2
    out, err = capfd.readouterr()
    assert (out, err) == ("", f"raw: {name!r} is no WARC file inside {kept.folder}: nothing was read\n")


def fixity(path: Path) -> list[tuple[object, ...]]:
    archive = Archive.open(path, readonly=True)
    try:
        return archive.rows("SELECT warc_file, ok, records, problem FROM fixity ORDER BY id")
    finally:
        archive.close()


def test_verify_keeps_what_it_finds(kept: Kept, run: Run, capfd: pytest.CaptureFixture[str]) -> None:
    name = kept.pages[0].warc_file
    assert run("verify") == 0
    assert capfd.readouterr().out == "1 files, 7 records: 0 files with problems\n"
    path = kept.folder / str(name)
    path.write_bytes(path.read_bytes()[: kept.pages[2].warc_offset])
    assert run("verify") == 6
    path.unlink()
    assert run("verify") == 6
    lost = f"at {kept.pages[2].warc_offset}: no response begins here, but a capture points to it"
    assert fixity(kept.archive) == [
        (name, 1, 7, None),
        (name, 0, 5, lost),
        (name, 0, 0, "the file is missing; 3 captures point to it"),
    ]


def test_export_makes_a_valid_wacz(kept: Kept, run: Run, capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    wacz = pytest.importorskip("wacz.main", reason="wacz is not installed")
    out = tmp_path / "hoankiem.wacz"
    # From the second day on: its revisit takes the original along, which is older.
    assert run("export", "--wacz", str(out), "--portal", "hoankiem", "--from", "2026-03-02T10:00+00:00") == 0
    assert capfd.readouterr().out == f"{out}: 2 captures\n"
    with zipfile.ZipFile(out) as packed:
        lines = [json.loads(line) for line in packed.read("pages/pages.jsonl").splitlines()]
        assert packed.namelist()[3] == "archive/hoankiem-20260302.warc.gz"
    assert [(line["url"], line["ts"], line["title"]) for line in lines[1:]] == [
        (URL, "2026-03-02T19:00:05Z", "Hồ Gươm"),
        (URL, "2026-03-03T19:00:05Z", "Hồ Gươm"),
    ]
    assert wacz.main(["validate", "-f", str(out)]) == 0
    problems: list[str] = []
    read = [(page.fetched_at, page.body) for page in warc.read(out, problems=problems)]
    assert read == [(page.fetched_at, page.body) for page in kept.pages]
    assert problems == []


def test_export_of_nothing(run: Run, capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    pytest.importorskip("wacz.main", reason="wacz is not installed")
    assert run("export", "--wacz", str(tmp_path / "a.wacz"), "--portal", "sotttt") == 2
    assert "nothing in" in capfd.readouterr().err
    assert not (tmp_path / "a.wacz").exists()
