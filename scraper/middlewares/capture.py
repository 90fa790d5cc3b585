"""Keeps every response of a live crawl as a WARC record, before anything can decompress, redirect or parse it."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime
from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http import Response
from scrapy.http.headers import Headers

from scraper import wayback
from scraper.responses import memento, page_of, run_of
from scraper.run import Run
from scraper.urls import host
from scraper.warc import Earlier, Exchange, Writer

logger = logging.getLogger(__name__)


class Capture:
    """Stands next to the downloader (above 900) and writes at once: HttpCompression edits the same headers later."""

    def __init__(self, run: Run, writer: Writer) -> None:
        self.run = run
        self.writer = writer

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        run = run_of(crawler)
        if run.writer is None:
            raise NotConfigured
        return cls(run, run.writer)

    def process_request(self, request: Request) -> None:
        request.meta["asked_at"] = self.run.now().replace(microsecond=0)  # as the record will say

    def process_response(self, request: Request, response: Response) -> Response:
        if "dataloss" in response.flags:
            self.run.problems[f"{request.url}: the answer was cut off; half a body is not captured"] += 1
            return response
        at: datetime = request.meta["asked_at"]
        if self.run.recovery is not None:
            self.copy(request, response, at)
            return response
        exchange = _exchange(request, response, at)
        self.write(request, exchange, self.run.earlier(exchange))
        response.request = request
        self.run.captured(page_of(response))
        return response

    def copy(self, request: Request, response: Response, at: datetime) -> None:
        """A capture from a web archive enters under its original URL and time; the rest of its answers is not kept."""
        assert self.run.recovery is not None
        snapshot = None if request.meta.get("cdx") else memento(response, self.run.recovery)
        if snapshot is None:
            return
        headers = wayback.originals(_pairs(response.headers))
        exchange = replace(_exchange(request, response, snapshot.at), url=snapshot.url, headers=headers)
        self.write(request, replace(exchange, source_uri=response.url, created_at=at), None)

    def write(self, request: Request, exchange: Exchange, earlier: Earlier | None) -> None:
        written = self.writer.write(exchange, earlier)
        request.meta["capture"] = {
            "at": exchange.at,
            "digest": written.digest,
            "warc_file": written.warc_file,
            "warc_offset": written.offset,
        }


def _exchange(request: Request, response: Response, at: datetime) -> Exchange:
    asked = [(b"Host", host(request.url).encode("idna")), *_pairs(request.headers)]
    return Exchange(
        url=request.url,
        method=request.method,
        request_headers=asked,
        request_body=request.body,
        status=response.status,
        headers=_pairs(response.headers),
        body=response.body,
        protocol=response.protocol,
        ip=str(response.ip_address) if response.ip_address else None,
        at=at,
    )


def _pairs(headers: Headers) -> list[tuple[bytes, bytes]]:
    return [(name, value) for name, values in headers.items() for value in values]
