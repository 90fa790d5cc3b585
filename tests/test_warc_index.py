"""Replay: pages by URL and time, the index beside the files, records by file and offset."""

from __future__ import annotations

import shutil
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from warcs import AT, HTML, URL, exchange, pages, write, writer

from scraper import warc
from scraper.warc import cdxj


def test_a_missing_source_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(warc.WarcError, match="does not exist"):
        warc.Index.open(tmp_path / "none.warc.gz")
    with pytest.raises(warc.WarcError, match="holds no"):
        warc.Index.open(tmp_path)


def test_lookup_by_url_and_time(tmp_path: Path) -> None:
    def capture(url: str, day: int, status: int = 200, location: bytes = b"") -> warc.Exchange:
        headers = [(b"Location", location)] if location else []
        return exchange(url=url, at=AT + timedelta(days=day), status=status, headers=headers, body=b"%d" % day)

    write(
        tmp_path,
        capture("http://a.vn/tin", 0, 301, b"https://a.vn/tin"),
        *(capture("https://a.vn/tin", 1), capture("https://a.vn/tin", 9)),
        capture("http://www.a.vn/xa", 2),
        capture("http://a.vn/ve", 3, 302, b"https://a.vn/ve"),
        capture("https://a.vn/di", 4, 302, b"/toi"),
    )
    index = warc.Index.open(tmp_path)

    def look(url: str, day: float = 99) -> tuple[str, bytes, str | None] | None:
        page = index.page(url, None if day == 99 else AT + timedelta(days=day))
        return page and (page.url, page.body, page.location)

    assert look("https://a.vn/tin") == ("https://a.vn/tin", b"9", None)
    assert look("https://a.vn/tin?utm_source=x#top") == ("https://a.vn/tin", b"9", None)
    assert look("https://a.vn/tin", 3) == ("https://a.vn/tin", b"1", None)
    assert look("http://a.vn/tin") == ("http://a.vn/tin", b"0", "https://a.vn/tin")
    assert look("https://a.vn/xa") == ("http://www.a.vn/xa", b"2", None)
    assert look("https://a.vn/ve") is None  # only the redirect to it was captured
    assert look("https://a.vn/di") == ("https://a.vn/di", b"4", "/toi")
    assert (look("https://a.vn/ti"), look("https://b.vn/")) == (None, None)
    assert [capture.at for capture in index.captures("https://a.vn/xa")] == [AT + timedelta(days=2)]
    found = ["https://a.vn/di", "http://a.vn/tin", "https://a.vn/tin", "http://a.vn/ve", "http://www.a.vn/xa"]
    assert list(index.urls()) == found


def test_the_index_is_kept_beside_the_files_and_brought_up_to_date(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cdxj, "SMALL", 0)
    scanned: list[str] = []
    scan = cdxj.scan
    monkeypatch.setattr(
        cdxj, "scan", lambda source, told, **more: scanned.append(source.name) or scan(source, told, **more)
    )
    first = write(tmp_path, exchange(url="https://a.vn/1"))[0]
    assert warc.Index.open(tmp_path).page("https://a.vn/1") is not None
    pen = writer(tmp_path)
    revisit = pen.write(exchange(url="https://a.vn/2"), warc.Earlier("https://a.vn/1", AT, first.digest))
    pen.close()
    for _ in range(2):
        index = warc.Index.open(tmp_path)
        assert list(index.urls()) == ["https://a.vn/1", "https://a.vn/2"]
        page = index.page("https://a.vn/2")
        assert page is not None and page.body == HTML
    assert scanned == [first.warc_file, revisit.warc_file]
    (tmp_path / first.warc_file).unlink()
    assert list(warc.Index.open(tmp_path).urls()) == []  # the revisit has lost its original
    assert [path.name for path in tmp_path.glob("*") if path.is_file()] == ["replay.cdxj"]


def test_an_index_of_somebody_else_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cdxj, "SMALL", 0)
    write(tmp_path, exchange())
    (tmp_path / "replay.cdxj").write_text("vn,a)/ 2020 {}\n")
    assert list(warc.Index.open(tmp_path).urls()) == [URL]
    assert (tmp_path / "replay.cdxj").read_text() == "vn,a)/ 2020 {}\n"


def test_wacz_files_are_read_without_unpacking(tmp_path: Path) -> None:
    written = write(tmp_path / "w", exchange())[0]
    with zipfile.ZipFile(tmp_path / "a.wacz", "w") as wacz:
        wacz.writestr("pages/pages.jsonl", "{}\n")
        wacz.write(tmp_path / "w" / written.warc_file, "archive/data.warc.gz")
    shutil.rmtree(tmp_path / "w")
    assert [(page.url, page.warc_file) for page in pages(tmp_path / "a.wacz")] == [(URL, "a.wacz/archive/data.warc.gz")]
    page = warc.Index.open(tmp_path).page(URL)
    assert page is not None and page.body == HTML
    (tmp_path / "b.wacz").write_bytes(b"no zip")
    with pytest.raises(warc.WarcError, match="no readable WACZ"):
        warc.Index.open(tmp_path / "b.wacz")


@pytest.mark.parametrize("name", ["../secret.warc.gz", "/etc/passwd", "link.warc.gz", "notes.txt", "", "gone.warc.gz"])
def test_fetch_never_leaves_the_folder(tmp_path: Path, name: str) -> None:
    write(tmp_path / "secret", exchange())
    (secret,) = (tmp_path / "secret").rglob("*.warc.gz")
    secret.rename(tmp_path / "secret.warc.gz")
    folder = tmp_path / "warc"
    folder.mkdir()
    (folder / "link.warc.gz").symlink_to(tmp_path / "secret.warc.gz")
    (folder / "notes.txt").write_text("x")
    with pytest.raises(warc.WarcError, match=r"no WARC file inside|is not in"):
        warc.fetch(folder, name, 0)


def test_fetch_at_a_wrong_offset(tmp_path: Path) -> None:
    written = write(tmp_path, exchange())[0]
    for offset in (0, 5, 10**9, -1):
        with pytest.raises(warc.WarcError, match=f"at {offset}: "):
            warc.fetch(tmp_path, written.warc_file, offset)


def test_the_corpus_is_read_and_found(corpus: Path) -> None:
    source = corpus / "sotttt-2022-news.warc.gz"
    problems: list[str] = []
    found = {page.url: page for page in warc.read(source, problems=problems)}
    assert (len(found), problems) == (1597, [])
    index = warc.Index.open(source)
    assert sorted(index.urls()) == sorted(found)
    for url in list(found)[::100]:
        assert index.page(url) == found[url]
