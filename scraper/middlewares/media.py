"""Stops the download of a picture or document whose type is none that the archive keeps."""

from __future__ import annotations

from typing import Self

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured, StopDownload
from scrapy.http.headers import Headers


class MediaTypes:
    """Looks at the header block, so that a film is refused before it is on the wire."""

    def __init__(self, types: tuple[str, ...]) -> None:
        self.types = types

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        types = tuple(crawler.settings["MEDIA_TYPES"].lower().split())
        if not types or not crawler.settings.getbool("CAPTURE_MEDIA"):
            raise NotConfigured
        middleware = cls(types)
        crawler.signals.connect(middleware.look, signal=signals.headers_received)
        return middleware

    def look(self, headers: Headers, request: Request) -> None:
        media = (headers.get("Content-Type") or b"").decode("latin-1").partition(";")[0].strip().lower()
        if request.meta.get("medium") and media and not media.startswith(self.types):
            raise StopDownload(fail=True)
