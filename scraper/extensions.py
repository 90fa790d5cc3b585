"""What watches a crawl: the run's bookkeeping, and the progress that a person sees."""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Callable
from typing import Any, Self

from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DontCloseSpider, NotConfigured
from scrapy.http import Request, Response
from scrapy.utils.asyncio import create_looping_call
from scrapy.utils.defer import deferred_from_coro
from twisted.internet.task import LoopingCall
from twisted.python.failure import Failure

from scraper.responses import run_of
from scraper.run import Run


class Alarm(logging.Handler):
    """Hears of errors that Scrapy only logs: in `start()`, in a signal's receiver, in a deferred nobody waits for."""

    def __init__(self, fail: Callable[[BaseException], None]) -> None:
        super().__init__(logging.ERROR)
        self.fail = fail

    def emit(self, record: logging.LogRecord) -> None:
        if record.name.startswith(("scrapy.core.engine", "scrapy.utils.signal", "twisted")):
            error = record.exc_info[1] if record.exc_info else None
            self.fail(error or RuntimeError(record.getMessage().splitlines()[0]))


class Watch:
    """Gives the spider its further work, flushes batches in time, counts, and ends a run that can no longer store."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.run = run_of(crawler)
        # Twisted's timer, not asyncio's: only when one of its own is due does its reactor forget the cancelled ones,
        # of which each request leaves two. Without, those of DOWNLOAD_TIMEOUT seconds pile up in a fast crawl.
        self.timer = LoopingCall(self.flush)
        self.ending: object = None
        self.alarm = Alarm(self.fail)
        connect = crawler.signals.connect
        connect(self.opened, signals.spider_opened)
        connect(self.idle, signals.spider_idle)
        connect(self.closed, signals.spider_closed)
        connect(self.broke, signals.spider_error)
        connect(self.item_broke, signals.item_error)
        connect(self.received, signals.response_received)
        connect(self.left, signals.request_reached_downloader)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def opened(self, spider: Spider) -> None:
        self.timer.start(1.0, now=False)
        logging.getLogger().addHandler(self.alarm)

    def idle(self, spider: Spider) -> None:
        self.flush(last=True)
        requests = [] if self.run.doomed else spider.more()  # type: ignore[attr-defined]
        for request in requests:
            self.crawler.engine.crawl(request)
        if requests:
            raise DontCloseSpider

    def flush(self, *, last: bool = False) -> None:
        try:
            self.run.flush(last=last)
        except Exception as error:
            self.fail(error)

    def closed(self, spider: Spider, reason: str) -> None:
        logging.getLogger().removeHandler(self.alarm)
        if self.timer.running:
            self.timer.stop()

    def broke(self, failure: Failure, response: Response, spider: Spider) -> None:
        self.fail(failure.value or RuntimeError("a callback failed"))
        self.crashed(response)

    def item_broke(self, item: Any, response: Response, spider: Spider, failure: Failure) -> None:
        self.fail(failure.value or RuntimeError("a pipeline failed"))
        self.crashed(response)

    def crashed(self, response: Response) -> None:
        """An article that breaks us is tried again later and later, so that it never keeps others waiting."""
        entry = response.request.cb_kwargs.get("entry") if response.request else None
        if entry is None or self.run.doomed:
            return
        try:
            self.run.missed(entry, "crashed")
        except Exception as error:
            self.fail(error)

    def fail(self, error: BaseException) -> None:
        """Keep the first error; when nothing can be stored any more, the run ends."""
        self.run.broke(error)
        if self.run.doomed and self.crawler.engine.running and not self.ending:
            self.ending = deferred_from_coro(self.crawler.engine.close_spider_async(reason="archive"))

    def left(self, request: Request, spider: Spider) -> None:
        self.run.counts["requests"] += 1

    def received(self, response: Response, request: Request, spider: Spider) -> None:
        self.run.counts["responses"] += 1
        self.run.counts["bytes"] += len(response.body)


class Progress:
    """One line on a terminal that says where the crawl is; absent under cron."""

    def __init__(self, run: Run) -> None:
        if not sys.stderr.isatty():
            raise NotConfigured
        self.run = run
        self.began = time.monotonic()
        self.timer = create_looping_call(self.show)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        progress = cls(run_of(crawler))
        crawler.signals.connect(progress.opened, signals.spider_opened)
        crawler.signals.connect(progress.closed, signals.spider_closed)
        return progress

    def opened(self, spider: Spider) -> None:
        self.timer.start(0.5, now=False)

    def closed(self, spider: Spider, reason: str) -> None:
        if self.timer.running:
            self.timer.stop()
        sys.stderr.write("\r\x1b[K")

    def show(self) -> None:
        counts, seconds = self.run.counts, max(time.monotonic() - self.began, 0.001)
        known = counts["unchanged"] + counts["not_modified"] + counts["revised"]
        line = (
            f"{self.run.section or self.run.portal.name}: {counts['listing_pages']} listing pages, "
            f"{counts['new']} articles new, {known} known, {counts['responses'] / seconds:.0f} pages/s"
        )
        sys.stderr.write(f"\r\x1b[K{line[:110]}")
        sys.stderr.flush()
