"""What the tests of captures compare: the content of archives, whatever the way it came in."""

from __future__ import annotations

import sqlite3
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from portal_server import Portal

from scraper import warc
from scraper.archive import Archive, Captured

ICT = timezone(timedelta(hours=7))
JPEG = b"\xff\xd8\xff\xe0" + b"anh" * 500 + b"\xff\xd9"
PDF = b"%PDF-1.4\n" + b"van ban " * 400 + b"\n%%EOF\n"
ARTICLE = """portal, url, key, section, title, published_at, published_text, published_precision, lead, body, author,
    lang, content_hash, extractor, provenance, problems"""


def rows(path: Path, sql: str) -> list[tuple[Any, ...]]:
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


def articles(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """What was read from the pages: articles with their lists and former states; no ids, no observation times."""
    of = "SELECT articles.key, t.position, t.url"
    join_states = "JOIN articles a ON a.id = article_id ORDER BY 1, seen_at"
    join = "AS t JOIN articles ON articles.id = t.article_id ORDER BY 1, 2"
    return {
        "articles": rows(path, f"SELECT {ARTICLE} FROM articles ORDER BY key, url"),
        "images": rows(path, f"{of}, caption, credit, capture_id IS NOT NULL FROM images {join}"),
        "related_links": rows(path, f"{of}, t.title FROM related_links {join}"),
        "attachments": rows(path, f"{of}, t.title, capture_id IS NOT NULL FROM attachments {join}"),
        "states": rows(path, f"SELECT key, s.title, s.body, s.change FROM states s {join_states}"),
    }


def times(path: Path) -> list[tuple[Any, ...]]:
    """When the articles were seen."""
    return rows(path, "SELECT key, first_seen_at, last_seen_at, revised_at FROM articles ORDER BY key")


def kept(path: Path, warc_dir: Path) -> list[tuple[Captured, bytes]]:
    """Every capture of an archive with its bytes, read where its row says; a missing one is a KeyError."""
    pages = {(page.warc_file, page.warc_offset): page for page in warc.read(warc_dir)}
    archive = Archive.open(path, readonly=True)
    try:
        return [(one, pages[one.warc_file, one.warc_offset].body) for one in archive.each_capture()]
    finally:
        archive.close()


def fill(portal: Portal, count: int = 6) -> None:
    """Articles with pictures and a document; two show one picture under two addresses."""
    for key in range(1, count + 1):
        portal.publish(
            key,
            f"Quận tổ chức hội nghị lần thứ {key} về cải cách hành chính",
            datetime(2026, 3, key, 8, 30, tzinfo=ICT),
            body=(
                f"Ngày {key} tháng 3, Ủy ban nhân dân quận tổ chức hội nghị lần thứ {key} về cải cách hành chính.",
                "Hội nghị thống nhất chỉ tiêu của từng phường, phân công người chịu trách nhiệm và thời hạn.",
            ),
            caption=f"Quang cảnh hội nghị lần thứ {key}",
            attachment="/documents/ke-hoach.pdf" if key % 2 else None,
        )
        portal.files[f"/documents/{key}/anh.jpg"] = "image/jpeg", JPEG
    portal.files["/documents/ke-hoach.pdf"] = "application/pdf", PDF
