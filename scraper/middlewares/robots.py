"""robots.txt as RFC 9309 has it, with Crawl-delay, which Scrapy's own middleware does not apply (scrapy#892)."""

from __future__ import annotations

from typing import Any

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest, NotConfigured
from scrapy.extensions.throttle import AutoThrottle
from scrapy.http import Response
from scrapy.robotstxt import RobotParser

from scraper import advice, extract
from scraper.access import Barred, Closed, Forbidden, Refused, Unreachable, is_closed, outage
from scraper.items import Other
from scraper.portals import UNKNOWN
from scraper.responses import page_of, run_of


class Robots(RobotsTxtMiddleware):
    """Scrapy's middleware, but a robots.txt that fails forbids everything instead of allowing it (2.3.1.4)."""

    def __init__(self, crawler: Crawler) -> None:
        if run_of(crawler).replay is not None:
            raise NotConfigured
        super().__init__(crawler)
        self.failures: dict[str, Barred] = {}  # host -> why its robots.txt could not be had
        self.schemes: dict[str, str] = {}  # host -> how it was asked for
        crawler.signals.connect(self.slow_down, signal=signals.robots_parsed)

    async def process_request(self, request: Request, spider: Spider | None = None) -> None:
        scheme, _, netloc = request.url.split("/")[:3]
        if netloc in self.failures and self.schemes.get(netloc) != scheme:
            del self.failures[netloc], self._parsers[netloc]  # https failed; http has a robots.txt of its own
        self.schemes[netloc] = scheme
        await super().process_request(request)

    def process_request_2(self, rp: RobotParser | None, request: Request) -> None:
        netloc = request.url.split("/")[2]
        if netloc in self.failures:
            raise self.failures[netloc]
        try:
            super().process_request_2(rp, request)
        except IgnoreRequest as error:
            raise Forbidden(f"robots.txt of {netloc} forbids {request.url}") from error

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        if response.status >= 500:
            self.failures[netloc] = _failure(response, netloc)
            response = response.replace(body=b"")
        elif response.status >= 400:
            response = response.replace(body=b"")  # an error page is no robots.txt: 4xx means no rules (2.3.1.3)
        run_of(self.crawler).robots[netloc.lower()] = response.body[:500_000].decode("utf-8", "replace")
        await super()._parse_robots(response, netloc, request)

    def _robots_error(self, exc: Exception, netloc: str) -> None:
        told = str(exc) if isinstance(exc, IgnoreRequest) else outage(exc, f"{self.schemes[netloc]}//{netloc}/")
        self.failures[netloc] = Closed(told) if is_closed(exc) else Unreachable(told)
        super()._robots_error(exc, netloc)

    def slow_down(self, robotparser: RobotParser, request: Request, **_: Any) -> None:
        """Crawl-delay is the least that lies between two requests, whatever autothrottle finds."""
        delay = robotparser.crawl_delay(self._robotstxt_useragent or self._default_useragent)
        downloader = self.crawler.engine.downloader
        slot = downloader.slots.get(downloader.get_slot_key(request))
        if not delay or slot is None:
            return
        slot.delay, slot.jitter = max(slot.delay, float(delay)), 0.0
        throttle = self.crawler.get_extension(AutoThrottle)
        if throttle is not None:
            throttle.mindelay = max(throttle.mindelay, float(delay))
            throttle.maxdelay = max(throttle.maxdelay, float(delay))


def _failure(response: Response, netloc: str) -> Barred:
    """What a robots.txt under an error status means: a refusal says so in its text, an outage forbids the night."""
    page = page_of(response)
    reading = extract.read(page, UNKNOWN)
    if isinstance(reading, Other) and reading.cause in ("refused", "cookie-wall"):
        return Refused(advice.refusal(page, reading.cause))
    return Unreachable(f"{netloc}: robots.txt answered {response.status}, which forbids the night (RFC 9309)")
