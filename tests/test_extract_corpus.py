"""What extraction must reach on real pages, by the corpus' own scorer: platform rules, general rules, other hosts."""

from __future__ import annotations

import dataclasses
import gzip
import importlib.util
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from warcio.archiveiterator import ArchiveIterator

from scraper import dates, extract, portals
from scraper.items import Article, Listing, Page
from scraper.portals import UNKNOWN, Portal

EVERY = 8  # of the 1,597 pages, to keep the suite quick; the benchmark reads all
LOWEST = {
    "platform": {
        "title": 0.99, "day": 0.995, "minute": 0.99, "person": 0.95, "author": 0.97, "lead!": 0.95, "body": 0.985,
        "caption": 0.92, "related": 0.97, "list": 0.99, "next": 0.99, "leak": 0.01, "capleak": 0.05, "bad": 0.01,
    },
    "general": {
        "title": 0.98, "day": 0.98, "minute": 0.97, "person": 0.90, "author": 0.93, "lead!": 0.88, "body": 0.97,
        "caption": 0.85, "related": 0.92, "list": 0.97, "next": 0.97, "leak": 0.02, "capleak": 0.10, "bad": 0.02,
    },
    "hosts": {
        "title": 0.97, "day": 0.97, "minute": 0.95, "person": 0.85, "author": 0.88, "lead!": 0.85, "must": 0.96,
        "caption": 0.82, "related": 0.88, "list": 0.90, "next": 0.90, "leak": 0.02, "capleak": 0.10, "bad": 0.03,
    },
}  # fmt: skip
HIGHEST = {"leak", "capleak", "bad"}


def scorer(corpus: Path) -> Any:
    """The corpus' score.py as a module."""
    spec = importlib.util.spec_from_file_location("score", corpus / "score.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def predicted(page: Page, portal: Portal, general: bool) -> dict[str, Any]:
    """A reading with the names that the scorer knows."""
    reading = extract.read(page, portal, general=general)
    if isinstance(reading, Listing):
        return {"article_urls": [entry.url for entry in reading.entries], "next_page": reading.next_page}
    if not isinstance(reading, Article):
        return {}
    article = dates.normalise(reading, page, portal)
    return {
        "title": article.title, "lead": article.lead, "body": article.body, "author": article.author,
        "published_at": article.published_at.isoformat() if article.published_at else None,
        "captions": [image.caption for image in article.images if image.caption],
        "related": [dataclasses.asdict(link) for link in article.related_links],
    }  # fmt: skip


def rows(score: Any, pairs: Iterable[tuple[dict[str, Any], dict[str, Any]]]) -> dict[str, float]:
    """The scorer's row 'macro' over articles and listings: each host counts once."""
    hosts: dict[tuple[bool, str], list[Any]] = {}
    for gold, found in pairs:
        listing = "article_urls" in gold
        result = (score.score_listing if listing else score.score_article)(gold, found)
        hosts.setdefault((listing, gold["host"]), []).append(result)
    merged: dict[str, float] = {}
    for kind in (False, True):
        merged |= score.macro([score.summary(pages) for (listing, _), pages in hosts.items() if listing is kind])
    return merged


def wanting(row: dict[str, float], table: str) -> dict[str, float]:
    """The columns that miss their mark."""
    return {
        column: row[column]
        for column, mark in LOWEST[table].items()
        if (row[column] > mark if column in HIGHEST else row[column] < mark)
    }


@pytest.mark.parametrize("table", ["platform", "general"])
def test_the_portal_of_the_corpus(corpus: Path, table: str) -> None:
    score = scorer(corpus)
    with gzip.open(corpus / "gold/sotttt-2022-news.jsonl.gz", "rt", encoding="utf-8") as lines:
        golds = {score.page_key(gold["url"]): gold for gold in map(json.loads, lines)}
    portal = portals.load("sotttt") if table == "platform" else UNKNOWN
    pairs = []
    with (corpus / "sotttt-2022-news.warc.gz").open("rb") as file:
        responses = (record for record in ArchiveIterator(file) if record.rec_type == "response")
        for number, record in enumerate(responses):
            url = record.rec_headers.get_header("WARC-Target-URI")
            if number % EVERY == 0 and (gold := golds.get(score.page_key(url))):
                page = Page(url, record.content_stream().read(), datetime(2022, 8, 27, tzinfo=UTC))
                pairs.append((gold, predicted(page, portal, table == "general")))
    assert len(pairs) > 150
    assert wanting(rows(score, pairs), table) == {}


def test_other_hosts_with_general_rules(corpus: Path) -> None:
    score = scorer(corpus)
    golds = {gold["id"]: gold for gold in score.read_gold(corpus / "gold") if "id" in gold}
    pairs = []
    for entry in map(json.loads, (corpus / "pages.jsonl").read_text(encoding="utf-8").splitlines()):
        if gold := golds.get(entry["id"]):
            page = Page(entry["url"], (corpus / entry["file"]).read_bytes(), datetime(2026, 3, 9, tzinfo=UTC))
            pairs.append((gold, predicted(page, UNKNOWN, general=True)))
    assert wanting(rows(score, pairs), "hosts") == {}
