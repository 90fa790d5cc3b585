"""Asks again after an outage, later each time, and no sooner than the portal says (Retry-After)."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.retry import RetryMiddleware
from scrapy.exceptions import NotConfigured
from scrapy.http import Response

from scraper.responses import run_of

LONGEST = 300.0  # seconds; who asks for more is asked again the next night


class Retry(RetryMiddleware):
    """Scrapy's middleware asks again at once, which is when an overloaded server needs it least."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler.settings)
        self.crawler = crawler
        self.run = run_of(crawler)
        self.pause = crawler.settings.getfloat("RETRY_PAUSE")
        if self.run.replay is not None:
            raise NotConfigured

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Retry:
        return cls(crawler)

    async def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override]
        wanted = retry_after(response) if response.status in (403, 429, 503) else None
        if wanted is not None and wanted > LONGEST:
            if self.run.mine(request.url):
                self.run.evidence.given_up = "unreachable" if response.status == 503 else "refused"
                self.run.problems[f"{request.url}: asked to be left alone for {wanted:.0f} seconds"] += 1
            return response
        if response.status == 403 and wanted is not None:  # a limit in other words: it says when to come again
            again = self._retry(request, "403 with Retry-After") or response
        else:
            again = super().process_response(request, response)
        if isinstance(again, Request):
            return again if await self._wait(request, wanted) else response
        return again

    async def process_exception(self, request: Request, exception: Exception) -> Request | None:  # type: ignore[override]
        again = super().process_exception(request, exception)
        return again if isinstance(again, Request) and await self._wait(request, None) else None

    async def _wait(self, request: Request, wanted: float | None) -> bool:
        """Pause; the request stays in its slot, so that nothing else is asked meanwhile. False: the run ends."""
        pause = self.pause * 3 ** request.meta.get("retry_times", 0) if wanted is None else wanted
        for _ in range(max(1, round(pause * 10)) if pause else 0):
            if self.run.interrupted is not None:
                return False
            await asyncio.sleep(min(pause, 0.1))
        return self.run.interrupted is None


def retry_after(response: Response) -> float | None:
    """Seconds until the server wants to be asked again (RFC 9110 10.2.3); a date is read by the server's own clock."""
    text = (response.headers.get("Retry-After") or b"").decode("latin-1").strip()
    if text.isdigit():
        return float(text)
    until, now = _moment(text), _moment((response.headers.get("Date") or b"").decode("latin-1"))
    return max(0.0, (until - (now or datetime.now(UTC))).total_seconds()) if until else None


def _moment(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
