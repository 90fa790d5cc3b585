"""Between Scrapy and us: its responses and our pages, its crawler and our run."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from scrapy.crawler import Crawler
from scrapy.http import HtmlResponse, Request, Response
from scrapy.http.headers import Headers

from scraper import wayback
from scraper.items import Page
from scraper.recovery import Recovery
from scraper.run import Run
from scraper.wayback import Snapshot


def run_of(crawler: Crawler) -> Run:
    """The run that a crawler works for: its spider was made with it."""
    run = getattr(crawler.spider, "run", None)
    if not isinstance(run, Run):
        raise RuntimeError("portal spiders are started by `scrapy crawl NAME`, which gives them their run")
    return run


def page_of(response: Response) -> Page:
    """The page that a response carries; what the capture noted of it stands in `meta["capture"]`."""
    known = response.meta.get("page")
    if isinstance(known, Page):
        return known
    capture = response.meta.get("capture") or {}
    media, charset = _content_type(response)
    return Page(
        url=response.url,
        body=response.body,
        fetched_at=capture.get("at") or response.meta.get("asked_at") or datetime.now(UTC),
        status=response.status,
        charset=charset,
        content_type=media,
        location=_header(response, "Location"),
        etag=_header(response, "ETag"),
        last_modified=_header(response, "Last-Modified"),
        digest=capture.get("digest"),
        warc_file=capture.get("warc_file"),
        warc_offset=capture.get("warc_offset"),
    )


def memento(response: Response, recovery: Recovery) -> Snapshot | None:
    """The capture that a web archive's answer holds; None where it is no capture."""
    snapshot = recovery.original(response.url)
    if snapshot is None or response.status != 200:
        return None
    return replace(snapshot, at=wayback.captured_at(_header(response, "Memento-Datetime"), snapshot))


def recalled(response: Response, snapshot: Snapshot) -> Page:
    """The page that the web archive holds, as the portal sent it."""
    pairs = [(name, value) for name, values in response.headers.items() for value in values]
    own = response.replace(headers=Headers(wayback.originals(pairs)))
    return replace(page_of(own), url=snapshot.url, fetched_at=snapshot.at, source="wayback")


def response(page: Page, request: Request) -> Response:
    """The response that gives a stored page back to the spider."""
    request.meta["page"] = page
    headers = Headers()
    if page.location:
        headers["Location"] = page.location
    return HtmlResponse(
        request.url, status=page.status, headers=headers, body=page.body, encoding="utf-8", request=request
    )


def _header(response: Response, name: str) -> str | None:
    value = response.headers.get(name)
    return value.decode("latin-1").strip() or None if value else None


def _content_type(response: Response) -> tuple[str | None, str | None]:
    media, *parameters = (_header(response, "Content-Type") or "").split(";")
    found = dict(p.strip().lower().partition("=")[::2] for p in parameters)
    return media.strip().lower() or None, found.get("charset", "").strip("\"' ") or None
