"""Speed of extraction as a share of the floor, lxml's parse of the same bytes; ratios of one run are what counts."""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from lxml import etree
from warcio.archiveiterator import ArchiveIterator

from scraper import dates, extract, portals
from scraper.items import Article, Page
from scraper.portals import UNKNOWN

CORPUS = Path(os.environ.get("CORPUS_DIR", Path(__file__).parents[2].parent / "shared" / "corpus"))
NOW = datetime(2026, 3, 9, tzinfo=UTC)
PARSER = etree.HTMLParser(encoding="utf-8")


def main() -> None:
    """Print pages per second and shares of the floor."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=300, help="articles of the WARC; 0 for all of them")
    parser.add_argument("--rounds", type=int, default=15)
    args = parser.parse_args()
    sotttt = portals.load("sotttt")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    pages = warc_pages(args.pages)
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    ways: dict[str, Callable[[Page], object]] = {
        "floor (lxml parse)": lambda page: etree.fromstring(page.body, PARSER),
        "platform rules": lambda page: told(page, sotttt, general=False),
        "general rules": lambda page: told(page, UNKNOWN, general=True),
    }
    try:
        import trafilatura

        ways["trafilatura"] = lambda page: trafilatura.bare_extraction(page.body)
    except ImportError:
        print("trafilatura is not installed: left out")
    spent = interleaved(ways, pages, args.rounds)
    floor = spent["floor (lxml parse)"]
    for name, seconds in spent.items():
        print(f"{name:<20}{len(pages) / seconds:>9.0f} pages/s   r {floor / seconds:.3f}")
    sizes = [size // 1024 for size in (before, held, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)]
    print("peak memory: {} MB, with the pages {} MB, at the end {} MB".format(*sizes))
    slowest([*warc_pages(0, "html"), *single_pages()])


def told(page: Page, portal: portals.Portal, *, general: bool) -> object:
    """All fields of the page, dates included."""
    reading = extract.read(page, portal, general=general)
    return dates.normalise(reading, page, portal) if isinstance(reading, Article) else reading


def interleaved(ways: dict[str, Callable[[Page], object]], pages: list[Page], rounds: int) -> dict[str, float]:
    """Seconds of CPU for all pages, each page's best of several rounds; the ways take turns, so that noise hits all.

    A way reads all pages before the next does: what one remembers of a page is no help to the other.
    """
    best = {name: [9.0] * len(pages) for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            for number, page in enumerate(pages):
                best[name][number] = min(best[name][number], timed(way, [page]))
    return {name: sum(times) for name, times in best.items()}


def timed(way: Callable[[Page], object], pages: list[Page]) -> float:
    """Seconds of CPU for all pages."""
    began = time.process_time()
    for page in pages:
        way(page)
    return time.process_time() - began


def slowest(pages: list[Page]) -> None:
    """The share of pages that take longer than ten of their own parses, by general rules."""
    ratios = []
    for page in pages:
        parse = min(timed(lambda one: etree.fromstring(one.body, PARSER), [page]) for _ in range(3))
        ratios.append(min(timed(lambda one: told(one, UNKNOWN, general=True), [page]) for _ in range(2)) / parse)
    ratios.sort()
    last = ratios[-max(1, len(ratios) // 100) :]
    print(
        f"own parse x: median {statistics.median(ratios):.1f}, slowest 1 % {last[0]:.1f} to {last[-1]:.1f} (at most 10)"
    )


def warc_pages(count: int, kind: str = "view_content") -> list[Page]:
    """Articles of the corpus' WARC file; all of its pages where `kind` is "html"."""
    found: list[Page] = []
    with (CORPUS / "sotttt-2022-news.warc.gz").open("rb") as file:
        for record in ArchiveIterator(file):
            url = record.rec_headers.get_header("WARC-Target-URI") or ""
            if record.rec_type != "response":
                continue
            if kind in url or kind in (record.http_headers.get_header("Content-Type") or ""):
                found.append(Page(url, record.content_stream().read(), NOW, charset="UTF-8"))
                if len(found) == count:
                    break
    return found


def single_pages() -> list[Page]:
    """Pages of other hosts."""
    entries = map(json.loads, (CORPUS / "pages.jsonl").open(encoding="utf-8"))
    return [Page(entry["url"], (CORPUS / entry["file"]).read_bytes(), NOW) for entry in entries]


if __name__ == "__main__":
    main()
