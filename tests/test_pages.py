"""Every page written for the tests is read as its golden says; a key that a golden leaves out is not compared."""

from __future__ import annotations

import dataclasses
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from scraper import dates, extract
from scraper.items import Article, Listing, Page, Reading
from scraper.portals import UNKNOWN

PAGES = sorted((Path(__file__).parent / "pages").glob("*/made-*.html"))
NOW = datetime(2024, 4, 4, tzinfo=UTC)
PLAIN = ("title", "published_text", "published_precision", "lead", "body", "author", "lang")
LISTS = ("images", "related_links", "attachments")


def told(reading: Reading, page: Page) -> dict[str, Any]:
    """A reading as the goldens write it."""
    if isinstance(reading, Listing):
        urls = [entry.url for entry in reading.entries]
        return {"url": page.url, "kind": "listing", "article_urls": urls, "next_page": reading.next_page}
    if not isinstance(reading, Article):
        return {"url": page.url, "kind": reading.kind, "cause": reading.cause}
    article = dates.normalise(reading, page, UNKNOWN)
    fields = {"url": page.url, "kind": "article", **{name: getattr(article, name) for name in PLAIN}}
    fields |= {name: [dataclasses.asdict(one) for one in getattr(article, name)] for name in LISTS}
    fields["published_at"] = article.published_at.isoformat() if article.published_at else None
    return fields | {"problems": list(article.problems)}


@pytest.mark.parametrize("path", PAGES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_page_equals_its_golden(path: Path) -> None:
    golden = path.with_suffix(".json")
    known = json.loads(golden.read_text(encoding="utf-8")) if golden.exists() else {}
    seen = known.pop("fetched_at", None)
    fetched_at = datetime.fromisoformat(seen) if seen else NOW
    url = known.get("url") or f"https://mau.gov.vn/tin-tuc/{path.stem}-123456.html"
    page = Page(url, path.read_bytes(), fetched_at)
    found = told(extract.read(page, UNKNOWN), page)
    if not known:
        golden.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        pytest.fail(f"{golden.name} was missing and has been written: look at it, then run again")
    assert {name: found.get(name) for name in known} == known
