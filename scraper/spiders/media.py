"""Pictures and documents of articles: asked for when the articles are in; a part of every portal's spider."""

from __future__ import annotations

from scrapy import Request, Spider
from scrapy.exceptions import DownloadCancelledError, StopDownload
from scrapy.http import Response
from twisted.python.failure import Failure

from scraper import access
from scraper.archive import Medium
from scraper.responses import page_of
from scraper.run import Run

PRIORITY = 0  # after everything that may show an article


class Media(Spider):
    """Fetches what articles show, each address once."""

    run: Run

    def medium(self, medium: Medium) -> Request:
        return Request(
            medium.url,
            self.parse_medium,
            errback=self.lost_medium,
            priority=PRIORITY,
            headers={"Referer": medium.page_url},
            meta={"medium": True, "offsite": True, "download_maxsize": self.settings.getint("MEDIA_MAXSIZE")},
            cb_kwargs={"medium": medium},
            dont_filter=True,
        )

    def parse_medium(self, response: Response, medium: Medium) -> None:
        page = page_of(response)
        if page.status == 200 and page.body:
            self.run.keep_medium(medium.url, page)
        else:
            self.run.lose_medium(medium.url, str(page.status))

    def lost_medium(self, failure: Failure) -> None:
        """A picture or document that could not be had is tried again another night."""
        url: str = failure.request.cb_kwargs["medium"].url  # type: ignore[attr-defined]
        error = failure.value
        if isinstance(error, StopDownload):
            self.run.lose_medium(url, "type not wanted")
        elif isinstance(error, DownloadCancelledError):
            self.run.lose_medium(url, "too large")
        elif isinstance(error, access.NotCaptured):
            self.run.counts["media_not_captured"] += 1
        elif isinstance(error, access.Barred):
            self.run.lose_medium(url, error.kind)
        else:
            self.run.lose_medium(url, "no answer")
