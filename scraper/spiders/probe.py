"""The spider of `scrapy probe`: one page after another, as the survey wants them."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Iterator
from typing import Any
from urllib.parse import urlencode

from scrapy import Request, Spider
from scrapy.http import Response
from twisted.python.failure import Failure

from scraper import access, extract
from scraper.portals import Portal
from scraper.responses import page_of
from scraper.run import Run
from scraper.spiders.portal import FORM
from scraper.survey import Ask, Survey
from scraper.text import fit


class ProbeSpider(Spider):
    """Made for one survey; nothing it reads is stored."""

    name = "probe"
    portal: Portal

    def __init__(self, run: Run, survey: Survey, **kwargs: Any) -> None:
        super().__init__(self.name, **kwargs)
        self.run = run
        self.portal = run.portal
        self.survey = survey
        self.address: str | None = None

    async def start(self) -> AsyncIterator[Request]:
        for request in self.next():
            yield request

    def more(self) -> list[Request]:
        return []

    def next(self) -> Iterator[Request]:
        ask = self.survey.following()
        if sys.stderr.isatty():
            sys.stderr.write(f"\r\x1b[K{fit(f'looking at {ask.url}', 79).rstrip()}" if ask else "\r\x1b[K")
            sys.stderr.flush()
        if ask is not None:
            yield self.request(ask)

    def request(self, ask: Ask, url: str | None = None) -> Request:
        posted: dict[str, Any] = {"method": "POST", "body": urlencode(ask.form), "headers": FORM} if ask.form else {}
        kwargs = {"ask": ask}
        return Request(url or ask.url, self.parse, errback=self.failed, cb_kwargs=kwargs, dont_filter=True, **posted)

    def parse(self, response: Response, ask: Ask) -> Iterator[Request]:
        page = page_of(response)
        self.address = self.address or (str(response.ip_address) if response.ip_address else None)
        reading = extract.read(page, self.portal)
        if ask.kind in ("sitemap", "posted") or not self.run.troubled(page, reading):
            self.survey.take(ask, page, reading)
        else:
            self.survey.failed(ask, f"status {page.status}")
        yield from self.next()

    def failed(self, failure: Failure) -> Iterator[Request]:
        request: Request = failure.request  # type: ignore[attr-defined]
        ask: Ask = request.cb_kwargs["ask"]
        error = failure.value or RuntimeError("no answer")
        self.note(error, request.url)
        if access.is_closed(error) and request.url == ask.url and request.url.startswith("https://"):
            yield self.request(ask, "http" + ask.url.removeprefix("https"))
            return
        if not isinstance(error, access.NotCaptured):
            self.survey.failed(ask, "no answer")
        yield from self.next()

    def note(self, error: BaseException, url: str) -> None:
        """Count what stands in the way, with the line that says what to do."""
        if isinstance(error, access.NotCaptured):
            self.run.counts["not captured"] += 1
        elif isinstance(error, access.Barred):
            self.run.trouble(error.kind, str(error))
        else:
            self.run.trouble("unreachable", access.outage(error, url))
