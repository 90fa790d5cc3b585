"""Turns to a web archive for what the spider asks of a portal, at a pace that the web archive sets."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime
from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http import Response

from scraper import wayback
from scraper.access import NotCaptured, Unreachable
from scraper.recovery import Recovery
from scraper.responses import memento, recalled, run_of

PAUSE = 60.0  # seconds after a refusal that names none: the Internet Archive's rule of thumb
LONGEST = 900.0  # nobody waits longer; the next run goes on
REFUSALS = 6  # of one request


class Recall:
    """Stands above Retry (550), so that a refusal waits as told, and below Redirect and HttpCompression."""

    def __init__(self, recovery: Recovery, crawler: Crawler) -> None:
        self.recovery = recovery
        self.crawler = crawler
        self.silent_until = 0.0  # by the monotonic clock

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        recovery = run_of(crawler).recovery
        if recovery is None:
            raise NotConfigured
        return cls(recovery, crawler)

    async def process_request(self, request: Request) -> Request | None:
        if not self.recovery.endpoints.serve(request.url):
            if "at" not in request.meta:
                raise NotCaptured(f"{request.url} is not asked of the portal: this run reads a web archive")
            return request.replace(url=self.recovery.address(request.url, request.meta["at"]), dont_filter=True)
        while (left := self.silent_until - time.monotonic()) > 0:
            await asyncio.sleep(min(left, 1.0))  # in short steps, so that a stop is not kept waiting
            if not self.crawler.crawling or run_of(self.crawler).interrupted:
                raise Unreachable("interrupted while the web archive asked for patience")
        return None

    def process_response(self, request: Request, response: Response) -> Response | Request:
        if response.status == 429 or (response.status == 503 and b"Retry-After" in response.headers):
            return self.later(request, response)
        if response.status == 200 and not request.meta.get("cdx"):
            snapshot = memento(response, self.recovery)
            if snapshot is None or snapshot.at not in self.recovery.span:
                raise NotCaptured(f"{response.url} was captured at another time than asked for")
            response.request = request
            request.meta["page"] = recalled(response, snapshot)
        return response

    def later(self, request: Request, response: Response) -> Request:
        """Be silent as long as the web archive says, then ask again."""
        told = response.headers.get("Retry-After")
        pause = wayback.retry_after(told.decode("latin-1") if told else None, datetime.now(UTC), PAUSE)
        refused = request.meta.get("refused", 0) + 1
        if refused > REFUSALS or pause > LONGEST:
            raise Unreachable(f"{response.url}: the web archive refused {refused} times ({response.status})")
        self.silent_until = max(self.silent_until, time.monotonic() + pause)
        run_of(self.crawler).counts["refusals"] += 1
        return request.replace(meta={**request.meta, "refused": refused}, dont_filter=True)
