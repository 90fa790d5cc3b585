"""The spider of every portal: it makes requests and hands what comes back to extract and to its run."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any
from urllib.parse import parse_qsl

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from scraper import access, discover, extract
from scraper.archive import Due
from scraper.items import Article, Entry, Found, Listing, Page
from scraper.responses import page_of
from scraper.spiders.media import Media
from scraper.spiders.recall import Recall
from scraper.spiders.search import SECTION, Search
from scraper.urls import canonical
from scraper.walk import Walk, address

Form = tuple[tuple[str, str], ...]

# Depth first, so that the queue stays short: the articles of a page, its next page, the next section.
ARTICLE, NEXT = 30, 20
FORM = {
    "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
    "X-Requested-With": "XMLHttpRequest",
}  # what the VCCorp platform wants of a POST to a listing (portals.md 1.2)


class PortalSpider(Search, Media, Recall):
    """Subclassed by the loader, one class a portal file."""

    name = "portal"

    async def start(self) -> AsyncIterator[Request]:
        if self.run.recovery is not None:
            for request in self.lists(self.run.recovery):
                yield request
            return
        for known in self.run.walks():
            self.sections.add(known.url)
            yield self.listing(known, known.url, SECTION)
        if self.run.searching() or not self.sections:  # a portal of sitemaps and feeds only is searched every night
            for url in self.portal.start:
                yield self.candidate(url, None, 0)

    def more(self) -> list[Request]:
        """Further work, asked for whenever nothing is left to do."""
        if self.run.expired():
            return []
        if self.run.recovery is not None:
            return self.recalls(self.run.recovery)
        waiting = [self.article(entry) for entry in self.run.waiting()]
        articles = waiting or self.fallback() or [self.check(due) for due in self.run.due() or self.run.witnesses()]
        return articles or [self.medium(medium) for medium in self.run.media()]

    # Requests

    def listing(self, walked: Walk, place: str, priority: int = NEXT) -> Request:
        url, form = address(place)
        posted: dict[str, Any] = {} if form is None else {"method": "POST", "body": form, "headers": FORM}
        fields = None if form is None else tuple(parse_qsl(form, keep_blank_values=True))
        return Request(
            url,
            self.parse_listing,
            errback=self.failed,
            priority=priority,
            cb_kwargs={"walked": walked, "form": fields},
            **posted,
        )

    def article(self, entry: Entry, section: str | None = None) -> Request:
        return Request(
            entry.url,
            self.parse_article,
            errback=self.lost,
            priority=ARTICLE,
            dont_filter=True,  # the run asks once for each; where two lead to the home page, both have to be answered
            cb_kwargs={"entry": entry, "section": section},
        )

    def check(self, due: Due) -> Request:
        """A known article, asked for on condition that it changed."""
        known = {"If-None-Match": due.etag, "If-Modified-Since": due.last_modified}
        return self.article(Entry(due.url, due.key)).replace(
            headers={name: value for name, value in known.items() if value},
            cb_kwargs={"entry": Entry(due.url, due.key), "section": None, "known": due.article_id},
        )

    # Responses

    def parse_listing(self, response: Response, walked: Walk, form: Form | None) -> Iterator[Request]:
        page = page_of(response)
        if form is not None and page.status == 200 and not page.body.strip():
            yield from self.entries(walked, Listing(page.url), page)  # nothing comes after the last page
        elif not self.run.troubled(page, extract.read(page, self.portal)):
            shown = extract.listing(page, self.portal) if form is None else extract.answer(page, self.portal, form)
            yield from self.entries(walked, shown, page)

    def entries(self, walked: Walk, listing: Listing, page: Page) -> Iterator[Request]:
        self.platform = self.platform or listing.platform
        self.stuck(listing, page)
        wanted, following = self.run.listed(walked, listing, page)
        yield from (self.article(entry, walked.section) for entry in wanted)
        if following and not self.run.expired():
            yield self.listing(walked, following)

    def parse_article(
        self, response: Response, entry: Entry, section: str | None, known: int | None = None
    ) -> Iterator[Found | Request]:
        page = page_of(response)
        if page.status == 304 and known is not None:
            self.run.not_modified(known, page)
            return
        reading = extract.read(page, self.portal) if page.status == 200 else None
        if isinstance(reading, Article):
            former = entry.url if canonical(page.url) != canonical(entry.url) else None
            yield Found(page, extract.sectioned(reading, section), former)
            yield from self.menus(page)
        else:
            self.run.missed(entry, self.run.outcome(page, reading, entry), page, known)

    # Failures

    def lost(self, failure: Failure) -> None:
        """An article that no answer came for."""
        request = failure.request  # type: ignore[attr-defined]
        entry: Entry = request.cb_kwargs["entry"]
        self.run.missed(entry, self.reason(failure))

    def failed(self, failure: Failure) -> Iterator[Request]:
        """A listing, section or home page that no answer came for."""
        self.reason(failure)
        url: str = failure.request.url  # type: ignore[attr-defined]
        self.asked.discard(discover.bare(url))
        if access.is_closed(failure.value) and url.startswith("https://") and url in self.portal.start:
            yield self.candidate("http" + url.removeprefix("https"), None, 0)

    def reason(self, failure: Failure) -> str:
        error, url = failure.value, failure.request.url  # type: ignore[attr-defined]
        if isinstance(error, access.NotCaptured | access.GivenUp):
            return error.kind
        if isinstance(error, access.Barred):
            self.run.trouble(error.kind, f"{error}")
            return error.kind
        if access.is_too_large(error):
            self.run.trouble("too large", f"{url} is larger than DOWNLOAD_MAXSIZE and was not read")
            return "too large"
        self.run.trouble("unreachable", access.outage(error or RuntimeError("no answer"), url))
        return "unreachable"
