"""The cookie wall of some *.gov.vn portals: a page that only sets a cookie by script and asks to come again."""

from __future__ import annotations

import re
from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http import Response

from scraper.responses import run_of
from scraper.urls import host

# Seen as `document.cookie="D1N=<hex>"+…;window.location.reload()` in 177 bytes (portals.md of 2026-11, §5).
_COOKIE = re.compile(rb"""document\.cookie\s*=\s*["']\s*([A-Za-z0-9_-]{1,64})=([\w.%+/=-]{1,512})""")
_AGAIN = re.compile(rb"\.reload\s*\(|location(?:\.href)?\s*=|location\.replace|http-equiv=.?refresh", re.I)
_SMALL = 2000  # bytes; a page of a portal is larger


class CookieWall:
    """Asks once again with that cookie, and sends nothing but it to that host from then on."""

    def __init__(self) -> None:
        self.cookies: dict[str, bytes] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        if run_of(crawler).replay is not None:
            raise NotConfigured
        return cls()

    def process_request(self, request: Request) -> None:
        cookie = self.cookies.get(host(request.url))
        if cookie is not None:
            request.headers["Cookie"] = cookie

    def process_response(self, request: Request, response: Response) -> Request | Response:
        cookie = wall(response.body)
        if cookie is None or request.meta.get("walled"):
            return response
        self.cookies[host(request.url)] = cookie
        return request.replace(dont_filter=True, meta={**request.meta, "walled": True})


def wall(body: bytes) -> bytes | None:
    """The cookie that a wall asks for, as `name=value`; None when the page is none."""
    if len(body) > _SMALL or not _AGAIN.search(body):
        return None
    found = _COOKIE.search(body)
    return b"=".join(found.groups()) if found else None
