"""Articles, pages and nights made for the tests of the archive."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from scraper.archive import Archive
from scraper.items import Article, Image, Link, Page

PORTAL = "hoankiem"
URL = "https://hoankiem.example/vi/view_content/17-le-hoi"


def night(number: float) -> datetime:
    """The start of a nightly run."""
    return datetime(2026, 11, 1, 2, tzinfo=UTC) + timedelta(days=number)


def iso(number: float) -> str:
    """The same as the archive writes it."""
    return night(number).isoformat(timespec="seconds")


def page(number: float, url: str = URL, **facts: Any) -> Page:
    """A response of that night."""
    return Page(**{"url": url, "body": b"<html>", "fetched_at": night(number), **facts})


def article(body: str | None = "Lễ hội được tổ chức tại hồ Hoàn Kiếm.", **facts: Any) -> Article:
    """An article with one picture, one related link and one document."""
    return Article(
        **{
            "url": URL,
            "key": "17",
            "title": "Khai mạc lễ hội",
            "lead": "Sáng nay.",
            "body": body,
            "author": "Bích Ngọc",
            "published_at": datetime.fromisoformat("2026-10-31T18:26:00+07:00"),
            "published_text": "31/10/2026 18:26",
            "published_precision": "minute",
            "images": (Image("https://hoankiem.example/le-hoi.jpg", "Quang cảnh lễ hội", "Ảnh: Minh Anh"),),
            "related_links": (Link("https://hoankiem.example/vi/view_content/16-x", "Tin cũ"),),
            "attachments": (Link("https://hoankiem.example/ke-hoach.pdf?version=1", "Kế hoạch"),),
            "extractor": "1",
            **facts,
        }
    )


def dump(archive: Archive) -> dict[str, list[tuple[Any, ...]]]:
    """Every stored row; ids replaced by what they point to, so that archives filled in another order compare equal."""
    queries = {
        "articles": """SELECT portal, url, key, section, title, published_at, published_text, lead, body, author,
          first_seen_at, last_seen_at, revised_at, checked_at, next_check_at, gone_at, content_hash, extractor,
          provenance, problems
          FROM articles ORDER BY key, url""",
        "urls": "SELECT urls.url, key, urls.first_seen_at FROM urls JOIN articles ON id = article_id ORDER BY urls.url",
        "images": "SELECT key, position, images.url, caption, credit FROM images JOIN articles ON id = article_id",
        "related": "SELECT key, position, r.url, r.title FROM related_links r JOIN articles ON id = article_id",
        "revisions": """SELECT key, seen_at, r.last_seen_at, replaced_at, r.title, r.lead, r.body, r.author,
          r.published_at, captions, r.content_hash, change, details, captures.url, captures.fetched_at
          FROM revisions r JOIN articles ON articles.id = r.article_id
          LEFT JOIN captures ON captures.id = capture_id""",
        "captures": "SELECT url, fetched_at, status, digest, source, content_hash FROM captures",
        "absences": "SELECT key, seen_at, cause, settled, ended_at FROM absences JOIN articles a ON a.id = article_id",
        "states": "SELECT key, states.* FROM states JOIN articles ON id = article_id",
    }
    rows = {name: archive.rows(sql) for name, sql in queries.items()}
    rows["states"] = [row[:1] + row[2:] for row in rows["states"]]
    return {name: sorted(found, key=repr) for name, found in rows.items()}


def index_of(path: Path) -> Any:
    """The bytes of the full-text index, to see whether anything was written to it."""
    archive = Archive.open(path)
    try:
        return archive.rows("SELECT id, block FROM articles_fts_data ORDER BY id")
    finally:
        archive.close()
