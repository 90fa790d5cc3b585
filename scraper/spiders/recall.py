"""A portal's past from a web archive: lists of captures, and the captures; a part of every portal's spider."""

from __future__ import annotations

from collections.abc import Iterator

from scrapy import Request, Spider
from scrapy.http import Response
from twisted.python.failure import Failure

from scraper import access, extract
from scraper.archive import Wanted
from scraper.items import Article, Found, Listing, Page
from scraper.portals import Portal
from scraper.recovery import Recovery
from scraper.run import Run
from scraper.wayback import CdxError


class Recall(Spider):
    """Asks for original URLs as they were; the middleware of that name turns to the web archive for them."""

    portal: Portal
    run: Run

    def lists(self, recovery: Recovery) -> Iterator[Request]:
        for domain, url in recovery.queries():
            yield self.list_(domain, url)

    def list_(self, domain: str, url: str) -> Request:
        """A part of the list of captures."""
        return Request(
            url,
            self.parse_list,
            errback=self.lost_list,
            meta={"cdx": True},
            cb_kwargs={"domain": domain},
            dont_filter=True,
        )

    def recalls(self, recovery: Recovery) -> list[Request]:
        """The next captures, in their order: the queue itself would begin with the last."""
        wanted = recovery.waiting()
        if not wanted and recovery.is_empty and not self.run.counts["unreachable"]:
            self.run.problems[f"the web archive lists no page of {self.portal.name} in {recovery.span}"] += 1
        return [self.recall(one, -number) for number, one in enumerate(wanted)]

    def recall(self, wanted: Wanted, priority: int) -> Request:
        return Request(
            wanted.url,
            self.parse_recalled,
            errback=self.lost_recalled,
            priority=priority,
            meta={"at": wanted.at},
            cb_kwargs={"wanted": wanted},
            dont_filter=True,
        )

    def parse_list(self, response: Response, domain: str) -> Iterator[Request]:
        assert self.run.recovery is not None
        if response.status != 200:
            self.run.trouble("unreachable", f"the list of captures of {domain} was answered {response.status}")
            return
        try:
            following = self.run.recovery.listed(domain, response.body, limited="limit=" in response.url)
        except CdxError as error:
            self.run.trouble("unreachable", f"the list of captures of {domain}: {error}")
            return
        if following is not None:
            yield self.list_(domain, following)

    def parse_recalled(self, response: Response, wanted: Wanted) -> Iterator[Found]:
        page = response.meta.get("page")
        if response.status >= 500:
            self.run.trouble("unreachable", f"{response.url}: the web archive answered {response.status}")
            self.give_up(wanted, "failed")
            return
        self.run.evidence.answered()
        if isinstance(page, Page):
            yield from self.read_recalled(page, wanted)
        else:
            self.give_up(wanted, "not captured")

    def read_recalled(self, page: Page, wanted: Wanted) -> Iterator[Found]:
        """An article is archived; a listing leads on; anything else is only kept."""
        assert self.run.recovery is not None
        reading = extract.read(page, self.portal)
        if isinstance(reading, Article):
            self.run.recovery.done(wanted, "stored")
            yield Found(page, reading)
            return
        self.run.captured(page)
        if isinstance(reading, Listing):
            self.run.counts["listing_pages"] += 1
            self.run.recovery.shown(reading, page.fetched_at)
        self.run.recovery.done(wanted, "listing" if isinstance(reading, Listing) else reading.kind)

    def lost_recalled(self, failure: Failure) -> None:
        """A capture that no answer came for, or that is not on the portal's own hosts."""
        wanted: Wanted = failure.request.cb_kwargs["wanted"]  # type: ignore[attr-defined]
        error = failure.value
        if isinstance(error, access.GivenUp):
            self.run.counts[error.kind] += 1
            return
        if isinstance(error, access.NotCaptured | access.OutOfBounds):
            self.give_up(wanted, "not captured")
            return
        self.run.trouble("unreachable", self.cause(failure))
        self.give_up(wanted, "failed")

    def lost_list(self, failure: Failure) -> None:
        """A list that no answer came for; the next run asks again."""
        self.run.trouble("unreachable", self.cause(failure))

    def cause(self, failure: Failure) -> str:
        """Why the web archive did not answer."""
        assert self.run.recovery is not None
        error = failure.value or RuntimeError("no answer")
        if isinstance(error, access.Barred):
            return str(error)
        return access.outage(error, self.run.recovery.endpoints.replay)

    def give_up(self, wanted: Wanted, outcome: str) -> None:
        """That a web archive lacks a page says nothing about the page."""
        assert self.run.recovery is not None
        self.run.counts[outcome] += 1
        self.run.recovery.done(wanted, outcome)
