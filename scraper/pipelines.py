"""The two steps of an article after extraction: its date is normalised, then it is archived."""

from __future__ import annotations

from dataclasses import replace
from typing import Self

from scrapy.crawler import Crawler

from scraper import dates
from scraper.items import Found
from scraper.responses import run_of
from scraper.run import Run


class DatePipeline:
    """published_text → published_at, published_precision."""

    def __init__(self, run: Run) -> None:
        self.run = run

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(run_of(crawler))

    def process_item(self, item: Found) -> Found:
        return replace(item, article=dates.normalise(item.article, item.page, self.run.portal))


class ArchivePipeline:
    """Hands the article to the run, which stores it with its batch."""

    def __init__(self, run: Run) -> None:
        self.run = run

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(run_of(crawler))

    def process_item(self, item: Found) -> Found:
        self.run.found(item.article, item.page, item.former)
        return item
