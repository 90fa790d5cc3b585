"""Answers requests from WARC files: a replay takes the way of a live crawl, and no request leaves the machine."""

from __future__ import annotations

from dataclasses import replace
from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http import Response

from scraper.access import NotCaptured
from scraper.responses import response, run_of
from scraper.run import Run
from scraper.warc import Index


class Replay:
    """In `process_request`, where no delay is obeyed; a download handler would wait (27 minutes for 1,600 pages)."""

    def __init__(self, run: Run, index: Index) -> None:
        self.run = run
        self.index = index

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        run = run_of(crawler)
        if run.replay is None:
            raise NotConfigured
        return cls(run, run.replay)

    def process_request(self, request: Request) -> Response:
        posted = request.method == "POST"
        page = self.index.answer(request.url, request.body) if posted else self.index.page(request.url)
        if page is None:
            raise NotCaptured(f"{request.url} is not in the replayed files")
        self.run.replayed_at = max(page.fetched_at, self.run.replayed_at or page.fetched_at)
        return response(replace(page, source="sample") if self.run.sample else page, request)
