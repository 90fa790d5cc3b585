"""What storing costs: `python tests/bench/storage.py [ARTICLES]` prints ratios from one run (targets: performance.md).

Texts are the real bodies of the corpus where it is at hand (CORPUS_DIR), repeated with other titles, else invented ones
of like length. "stock" is sqlite-utils with a search index made by `enable_fts(create_triggers=True)`.
"""

from __future__ import annotations

import gzip
import json
import os
import random
import re
import sys
import tempfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import sqlite_utils

from scraper.archive import Archive
from scraper.items import Article, Entry, Image, Link, Page
from scraper.text import fold

BATCH = 32
NIGHTS = 4  # without a change, after the first
PORTAL = "sotttt"
HOST = "https://sotttt.hanoi.gov.vn/vi/tin-tuc-su-kien/-/view_content/"
SYLLABLES = (
    "đoàn",
    "kết",
    "thành",
    "phố",
    "Hà",
    "Nội",
    "ủy",
    "ban",
    "nhân",
    "dân",
    "quận",
    "được",
    "tổ",
    "chức",
    "công",
    "tác",
)
AT = datetime(2026, 11, 1, 2, tzinfo=UTC)


def texts(number: int) -> list[tuple[str, str, str]]:
    """(title, lead, body) of that many articles."""
    corpus = os.environ.get("CORPUS_DIR", Path(__file__).parents[3] / "shared" / "corpus")
    gold = Path(corpus) / "gold" / "sotttt-2022-news.jsonl.gz"
    rows: list[tuple[str, str, str]] = []
    if gold.is_file():
        with gzip.open(gold, "rt", encoding="utf-8") as lines:
            found = [json.loads(line) for line in lines]
        rows = [
            (_one(row["title"]), _one(row["lead"]), _one(row["body_text"])) for row in found if row.get("body_text")
        ]
    chance = random.Random(1)
    while not rows or (not gold.is_file() and len(rows) < number):
        title, lead, body = (" ".join(chance.choices(SYLLABLES, k=length)) for length in (12, 40, 700))
        rows.append((title, lead, body))
    return [(f"{rows[n % len(rows)][0]} {n}", *rows[n % len(rows)][1:]) for n in range(number)]


def _one(gold: Any) -> str:
    """A gold value, of several accepted ones the first."""
    while isinstance(gold, list):
        gold = gold[0] if gold else None
    return gold or ""


def articles(number: int) -> list[Article]:
    """Articles as a portal has them: a picture, four related links, a section, provenance."""
    return [
        Article(
            url=f"{HOST}{index}-{'-'.join(re.findall('[a-z0-9]+', fold(title))[:16])}.html",
            key=str(index),
            section="Tin tức - Sự kiện",
            title=title,
            published_text="04/01/2021 | 06:26 PM",
            published_at=datetime.fromisoformat("2021-01-04T18:26:00+07:00") + timedelta(hours=index),
            published_precision="minute",
            lead=lead,
            body=body,
            author="Bích Ngọc",
            lang="vi",
            images=(Image(f"https://sotttt.hanoi.gov.vn/documents/{index}.jpg", "Quang cảnh hội nghị"),),
            related_links=tuple(Link(f"{HOST}{index + n}-tin-lien-quan.html", f"Tin liên quan {n}") for n in range(4)),
            extractor="2026-11-01",
            provenance=dict.fromkeys(("title", "published_at", "lead", "body", "author"), "platform:liferay62"),
        )
        for index, (title, lead, body) in enumerate(texts(number))
    ]


def page(article: Article, night: int, *, warc: bool) -> Page:
    facts: dict[str, Any] = {"warc_file": f"sotttt/2026/sotttt-{night}-00001.warc.gz", "warc_offset": 9} if warc else {}
    digest = f"sha1:{night:04d}{article.key:>028}"
    return Page(article.url, b"", AT + timedelta(days=night, seconds=int(article.key or 0)), digest=digest, **facts)


def save_all(archive: Archive, found: list[Article], night: int, *, warc: bool = False) -> float:
    """Articles a second, in batches as the crawl writes them."""
    start = perf_counter()
    for first in range(0, len(found), BATCH):
        with archive.write():
            for article in found[first : first + BATCH]:
                archive.save(article, page(article, night, warc=warc), PORTAL)
    return len(found) / (perf_counter() - start)


def enter_all(archive: Archive, found: list[Article], night: int) -> float:
    """Entries a second, in listing pages of 20."""
    start = perf_counter()
    for first in range(0, len(found), 20):
        entries = [Entry(each.url, each.key, each.title, "04/01/2021") for each in found[first : first + 20]]
        archive.enter(PORTAL, HOST, entries, AT + timedelta(days=night))
    return len(found) / (perf_counter() - start)


def size(archive: Archive) -> int:
    archive.db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return archive.path.stat().st_size


def index(archive: Archive) -> list[tuple[Any, ...]]:
    return archive.rows("SELECT id, length(block) FROM articles_fts_data")


def stock(folder: Path, found: list[Article]) -> tuple[float, float, float]:
    """(new rows a second, the same again, growth of the file) of a plain sqlite-utils upsert in batches of 100."""
    db = sqlite_utils.Database(folder / "stock.db")
    db.enable_wal()
    rows = [
        {
            "id": int(each.key or 0),
            "url": each.url,
            "section": each.section,
            "title": each.title,
            "published_at": str(each.published_at),
            "lead": each.lead,
            "body": each.body,
            "author": each.author,
            "seen_at": str(AT),
        }
        for each in found
    ]
    table = db.table("articles", pk="id")
    table.insert(rows[0])
    table.enable_fts(["title", "lead", "body"], create_triggers=True, tokenize="unicode61 remove_diacritics 2")
    rates, sizes = [], []
    for night in range(2):
        start = perf_counter()
        table.upsert_all(({**row, "seen_at": f"night {night}"} for row in rows), pk="id", batch_size=100)
        rates.append(len(rows) / (perf_counter() - start))
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        sizes.append((folder / "stock.db").stat().st_size)
    db.close()
    return rates[0], rates[1], sizes[1] / sizes[0] - 1


def main(number: int) -> int:
    """Print the figures; 1 when an unchanged article cost a write to the index or let the file grow."""
    found = articles(number)
    body = sum(len((each.body or "").encode()) for each in found)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        archive = Archive.open(folder / "archive.db")
        cpu = process_time()
        new = save_all(archive, found, 0)
        cpu = process_time() - cpu
        first, before = size(archive), index(archive)
        unchanged = save_all(archive, found, 1)
        for night in range(2, 2 + NIGHTS):
            save_all(archive, found, night)
        growth, same = size(archive) - first, index(archive) == before
        kept = save_all(archive, found, 9, warc=True)
        pointer = (size(archive) - first - growth) / number
        entering = enter_all(archive, found, 10)
        known = enter_all(archive, found, 11)
        whole = size(archive)
        edited = save_all(archive, [replace(each, body=f"{each.body} Sửa.") for each in found], 12)
        grown = size(archive) - whole
        archive.close()
        stock_new, stock_again, stock_growth = stock(folder, found)
    print(f"{number} articles, {body / number:.0f} bytes of body each")
    print(f"archive / body: {first / body:.2f} after saving, {whole / body:.2f} with frontier and a kept check")
    print(f"{NIGHTS + 1} unchanged nights: file grows {growth} bytes, index {'as it was' if same else 'WRITTEN'}")
    print(f"a check whose bytes are kept: {pointer:.0f} bytes a row; a revision: {grown / number:.0f} bytes")
    print(
        f"new {new:.0f}/s ({cpu / number * 1e3:.2f} ms CPU), unchanged {unchanged:.0f}/s, kept {kept:.0f}/s,", end=" "
    )
    print(f"edited {edited:.0f}/s; entries new {entering:.0f}/s, known {known:.0f}/s")
    print(f"stock upsert: new {stock_new:.0f}/s, the same again {stock_again:.0f}/s, file grows {stock_growth:.0%}")
    print(
        f"ratios: new {new / stock_new:.2f} of stock (fold index included), unchanged {unchanged / stock_again:.1f} x"
    )
    return 0 if same and growth < first / 500 else 1  # a page or two of the index by next_check_at may split, once


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1500))
