"""`scrapy import`: WARC files, mirrors and saved pages enter with their original URL and time."""

from __future__ import annotations

import gzip
import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from archives import kept, rows
from portal_server import Portal
from scrape import scrapy
from warcs import response

from scraper import mirror

PAGE = b"<!DOCTYPE html>\n<html><body>x</body></html>"
MTIME = datetime(2019, 5, 6, 7, 8, 9, tzinfo=UTC)


def save(file: Path, body: bytes) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(body)
    os.utime(file, (MTIME.timestamp(), MTIME.timestamp()))
    return file


def found(file: Path, top: Path) -> tuple[str, datetime] | None:
    page = mirror.page(file, top, lambda host: "https" if host.endswith(".vn") else "http")
    return (page.url, page.fetched_at) if page else None


def test_httrack_notes_url_and_time(tmp_path: Path) -> None:
    comment = (
        b"<!-- Mirrored from quan.gov.vn/tin?cur=2&amp;x=1 by HTTrack Website Copier/3.x [XR&CO'2014], "
        b"Sat, 27 Aug 2022 03:44:45 GMT -->\n"
    )
    file = save(tmp_path / "a.html", comment + PAGE)
    assert found(file, tmp_path) == ("https://quan.gov.vn/tin?cur=2&x=1", datetime(2022, 8, 27, 3, 44, 45, tzinfo=UTC))


def test_browsers_note_the_url(tmp_path: Path) -> None:
    file = save(tmp_path / "a.htm", b"<!-- saved from url=(0033)https://quan.gov.vn/tin/1-a.html -->\r\n" + PAGE)
    assert found(file, file) == ("https://quan.gov.vn/tin/1-a.html", MTIME)


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("quan.gov.vn/index.html", "https://quan.gov.vn/"),
        ("quan.gov.vn/tin/1-a.html", "https://quan.gov.vn/tin/1-a.html"),
        ("m/127.0.0.1:80/tin", "http://127.0.0.1:80/tin"),
        ("quan.gov.vn/tin?cur=2.html", "https://quan.gov.vn/tin?cur=2"),
        ("quan.gov.vn/tin@cur=2", "https://quan.gov.vn/tin?cur=2"),
        ("luu/tin.html", None),
    ],
)
def test_wget_keeps_host_and_path(tmp_path: Path, name: str, url: str | None) -> None:
    file = save(tmp_path / name, PAGE)
    assert found(file, tmp_path) == ((url, MTIME) if url else None)
    if name.startswith("quan"):
        assert found(file, tmp_path / "quan.gov.vn") == (url, MTIME)


@pytest.mark.parametrize("body", [b"", b"\xff\xd8\xff\xe0", b"body { color: red }", b"{}"])
def test_other_files_are_no_pages(tmp_path: Path, body: bytes) -> None:
    assert found(save(tmp_path / "quan.gov.vn" / "x.html", body), tmp_path) is None


def test_the_mirrored_pages_of_the_corpus(corpus: Path) -> None:
    pages = {row["file"]: row["url"] for row in map(json.loads, (corpus / "pages.jsonl").open(encoding="utf-8"))}
    known = {}
    for file in mirror.files(corpus / "pages"):
        page = mirror.page(file, corpus / "pages", lambda _: "https")
        if page is not None and b"HTTrack" in page.body:
            known[f"pages/{file.name}"] = page.url
            assert (page.fetched_at.year, page.fetched_at.month) == (2022, 8)
    assert len(known) == 27
    assert known == {file: pages[file] for file in known}


def test_articles_of_any_source_meet_in_the_archive(tmp_path: Path) -> None:
    portal = Portal()
    story = portal.publish(7, "Khai mạc lễ hội đường phố", datetime(2015, 3, 1, 8, 0, tzinfo=UTC))
    toml = 'title = "Quận Thử"\ndomains = ["quan.example.vn"]\nstart = ["http://quan.example.vn/"]\n'
    (tmp_path / "quan.toml").write_text(toml, encoding="utf-8")
    html = portal.page(story.title, portal.content(story)).encode()
    url = f"http://quan.example.vn{story.path}"
    tree = tmp_path / "mirror"
    comment = f"<!-- Mirrored from quan.example.vn{story.path} by HTTrack Website Copier/3.x [XR&CO'2014], "
    save(tree / "a.html", f"{comment}Sat, 27 Aug 2016 03:44:45 GMT -->\n".encode() + html)
    save(tree / "quan.example.vn" / story.path.lstrip("/"), html.replace(b"Khai", b"Sau khai"))
    save(tree / "khac.example.vn" / "a.html", html)
    records = response(html.replace("Khai mạc".encode(), "Bế mạc".encode()), url=url, at="2020-05-01T00:00:00Z")
    save(tree / "crawl" / "old.warc.gz", gzip.compress(records))
    done = scrapy("import", str(tree), "--json", folder=tmp_path)
    assert done.code == 0, done.stderr
    assert done.line == {
        "pages": 4, "new": 1, "revised": 1, "older": 1, "no_portal": {"khac.example.vn": 1}, "problems": [],
    }  # fmt: skip
    path = tmp_path / "archive.db"
    assert rows(path, "SELECT title, seen_at FROM states") == [
        ("Khai mạc lễ hội đường phố", "2016-08-27T03:44:45+00:00"),
        ("Sau khai mạc lễ hội đường phố", "2019-05-06T07:08:09+00:00"),
        ("Bế mạc lễ hội đường phố", "2020-05-01T00:00:00+00:00"),
    ]
    sources = rows(path, "SELECT url, source, warc_file IS NOT NULL FROM captures ORDER BY fetched_at")
    assert sources == [(url, "import", 1), (url, "import", 1), (url, "warc", 1)]
    again = scrapy("import", str(tree), "--json", folder=tmp_path)
    assert again.line["unchanged"] == 3
    assert len(list((tmp_path / "warc").rglob("*.warc.gz"))) == 1  # the bytes are kept once
    assert len(rows(path, "SELECT 1 FROM states")) == 3
    reread = scrapy("reextract", "--workers", "1", "--files", str(tree), folder=tmp_path)
    assert reread.stdout.splitlines() == ["1 articles read again, 0 changed"]


def test_kept_bytes_say_where_they_are_from(tmp_path: Path) -> None:
    portal = Portal()
    story = portal.publish(7, "Khai mạc lễ hội đường phố", datetime(2015, 3, 1, 8, 0, tzinfo=UTC))
    toml = 'title = "Quận Thử"\ndomains = ["quan.example.vn"]\nstart = ["http://quan.example.vn/"]\n'
    (tmp_path / "quan.toml").write_text(toml, encoding="utf-8")
    html = portal.page(story.title, portal.content(story)).encode()
    file = save(tmp_path / "lưu" / "quan.example.vn" / story.path.lstrip("/"), html)
    assert scrapy("import", str(file.parents[4]), folder=tmp_path).code == 0
    ((capture, body),) = kept(tmp_path / "archive.db", tmp_path / "warc")
    assert (capture.source, capture.fetched_at, body) == ("import", MTIME, html)
    raw = gzip.decompress((tmp_path / "warc" / str(capture.warc_file)).read_bytes())
    assert b"WARC-Source-URI: file:l%C6%B0u/quan.example.vn/tin-tuc-su-kien/-/view_content/7-bai-viet.html" in raw
    assert b"WARC-Date: 2019-05-06T07:08:09Z" in raw and b"WARC-Type: request" not in raw
