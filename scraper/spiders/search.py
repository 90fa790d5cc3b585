"""The search of a portal for its news: sections of its menus, sitemaps, feeds; a part of every portal's spider."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from scrapy import Request, Spider
from scrapy.http import Response
from twisted.python.failure import Failure

from scraper import discover, extract
from scraper.extract import Ways, feeds
from scraper.items import Article, Entry, Found, Listing, Page, Reading
from scraper.portals import Layout, Portal
from scraper.responses import page_of
from scraper.run import Run
from scraper.urls import canonical
from scraper.walk import Walk, place

SECTION = 10  # priority of a candidate; an article's is higher, so that the queue stays short
SITEMAPS = 50  # files of sitemaps and feeds that are read in one search
QUARTERS = 20  # articles whose menus are searched in one run
NEST = 2  # indexes of sitemaps below one another


class Search(Spider):
    """Tries what may be a section, keeps what is one, and falls back to sitemaps and feeds."""

    name = "search"
    portal: Portal

    def __init__(self, run: Run, **kwargs: Any) -> None:
        super().__init__(self.portal.name, **kwargs)
        self.run = run
        self.sections: set[str] = set()  # tried in this run
        self.asked: set[str] = (
            set()
        )  # the same in the form that `/tin`, `/vi/tin` and `/tin.html` share, while they answer
        self.quarters: set[str] = set()  # parts of the portal whose articles' menus were searched
        self.shelves: set[str] = set()  # sitemaps and feeds asked for in this run
        self.fronts: dict[str, Walk] = {}  # place after a start page that lists news itself -> its walk
        self.shown: dict[tuple[str, ...], list[str]] = {}  # first entries of sections -> their addresses
        self.usual: list[str] = []  # places where sitemaps and feeds usually are
        self.lacking = False  # a section cannot be paged, or none was found
        self.searched = False  # a start page was read and searched
        self.platform: str | None = None  # CMS family that a page showed

    @abstractmethod
    def entries(self, walked: Walk, listing: Listing, page: Page) -> Iterator[Request]: ...

    @abstractmethod
    def failed(self, failure: Failure) -> Iterator[Request]: ...

    @abstractmethod
    def listing(self, walked: Walk, place: str, priority: int = SECTION) -> Request: ...

    def candidate(self, url: str, section: str | None, depth: int) -> Request:
        """A page that may turn out to be a section."""
        return Request(
            url,
            self.parse_candidate,
            errback=self.failed,
            priority=SECTION,
            cb_kwargs={"section": section, "depth": depth},
        )

    def shelf(self, url: str, depth: int = 0) -> Request:
        """A sitemap or feed; that it is missing is no trouble."""
        self.shelves.add(url)
        return Request(url, self.parse_shelf, errback=self.missing, priority=SECTION - 1, cb_kwargs={"depth": depth})

    # Sections

    def parse_candidate(self, response: Response, section: str | None, depth: int) -> Iterator[Request | Found]:
        page = page_of(response)
        reading = extract.read(page, self.portal)
        if self.run.troubled(page, reading, tried=depth > 0):
            self.asked.discard(discover.bare(page.url))
            return
        ways = extract.ways(page, self.portal)
        if depth == 0:
            yield from self.front(page, reading, ways)
        else:
            yield from self.tried(page, reading, section)
        if depth < discover.DEPTH:
            yield from self.explore(ways, depth + 1)

    def front(self, page: Page, reading: Reading, ways: Ways) -> Iterator[Request]:
        """A start page is searched; one that is a section itself is paged too, the home page only for want of any."""
        self.run.searched(page, _front(reading, ways))
        self.searched = True
        yield from self.announced(page, ways)
        listing = reading if isinstance(reading, Listing) else extract.listing(page, self.portal)
        following, self.platform = place(listing), self.platform or listing.platform
        if following is None:
            return
        if not discover.is_home(page.url) and canonical(page.url) not in self.sections:
            yield from self.kept(page, listing, None)
        else:
            self.fronts[following] = self.walk(page, listing, None)

    def tried(self, page: Page, reading: Reading, section: str | None) -> Iterator[Request | Found]:
        """A candidate turned out to be a section, an article, or nothing."""
        if isinstance(reading, Article):
            entry = Entry(reading.url, reading.key)
            if reading.published_text and discover.articles([entry], page.url) and self.run.ask(entry):
                yield Found(page, reading)
            return
        listing = reading if isinstance(reading, Listing) else extract.listing(page, self.dressed())
        if (isinstance(reading, Listing) and listing.entries) or listing.form is not None:
            yield from self.kept(page, listing, section)
        else:
            self.run.counts["useless"] += 1

    def dressed(self) -> Portal:
        """The portal as one of the family that its home page showed: a section whose list a script fills shows none."""
        if self.platform is None or self.portal.layouts:
            return self.portal
        return replace(self.portal, layouts=(Layout(platform=self.platform),))

    def kept(self, page: Page, listing: Listing, section: str | None) -> Iterator[Request]:
        """A section is paged, unless it is another under a second address."""
        self.sections.add(canonical(page.url))
        shown = tuple(entry.key or entry.url for entry in listing.entries)
        others = self.shown.setdefault(shown, []) if shown else []
        if any(discover.same_page(page.url, other) for other in others):
            self.run.counts["useless"] += 1
            return
        others.append(page.url)
        self.run.counts["sections"] += 1
        yield from self.entries(self.walk(page, listing, section), listing, page)

    def stuck(self, listing: Listing, page: Page) -> None:
        """Where a section cannot be paged, what its page links to counts, and other sources are asked."""
        problems = [problem for problem in listing.problems if problem.startswith("next_page:")]
        if problems:
            self.lacking = True
            self.run.problems[f"{page.url}: {problems[0]}; sitemap, feeds and the page's links stand in"] += 1
            ways = extract.ways(page, self.portal)
            self.run.shelved(page, discover.keyed(map(Entry, ways.articles), self.portal, self.platform))

    def walk(self, page: Page, listing: Listing, section: str | None) -> Walk:
        return Walk(canonical(page.url), section or listing.section, overlap=self.run.plan.overlap)

    def explore(self, ways: Ways, depth: int) -> Iterator[Request]:
        """Sections that a page leads to and that were not tried yet."""
        for way in discover.sections(ways):
            known = way.url in self.sections or discover.bare(way.url) in self.asked
            if not known and len(self.sections) < discover.SECTIONS:
                self.sections.add(way.url)
                self.asked.add(discover.bare(way.url))
                yield self.candidate(way.url, way.title or None, depth)

    def menus(self, page: Page) -> Iterator[Request]:
        """An article's menus, once for each part of the portal: they may know addresses that the home page does not."""
        quarter = discover.quarter(page.url)
        if not self.searched or quarter in self.quarters or len(self.quarters) >= QUARTERS:
            return
        self.quarters.add(quarter)
        if not discover.other_language(page.url):
            yield from self.explore(extract.ways(page, self.portal), 1)

    # Sitemaps and feeds

    def announced(self, page: Page, ways: Ways) -> Iterator[Request]:
        """What robots.txt and the home page name, and /sitemap.xml; the other usual places are kept for want of it."""
        named = discover.sitemaps(self.run.robots_txt(page.url), page.url)
        usual = discover.sitemaps("", page.url)[1:]
        self.usual += [*usual, *(() if ways.feeds else discover.feeds(ways))]
        yield from self.shelve([*(url for url in named if url not in usual), *ways.feeds])

    def shelve(self, urls: list[str], depth: int = 0) -> Iterator[Request]:
        for url in urls:
            if url not in self.shelves and len(self.shelves) < SITEMAPS and self.run.mine(url):
                yield self.shelf(url, depth)

    def parse_shelf(self, response: Response, depth: int) -> Iterator[Request]:
        page = page_of(response)
        if page.status != 200:
            self.run.counts["useless"] += 1
            return
        sitemap = feeds.sitemap(page.body)
        listed = feeds.feed(page.body) or sitemap.pages
        found = discover.articles(listed, self.portal.start[0], self.portal.domains)
        self.run.shelved(page, discover.keyed(found, self.portal, self.platform))
        if depth < NEST:
            yield from self.shelve(list(sitemap.sitemaps), depth + 1)
        if self.lacking:
            yield from self.explore(discover.pages(listed, page.url, self.portal.domains), discover.DEPTH)

    def missing(self, failure: Failure) -> None:
        """A sitemap or feed that no answer came for."""
        self.run.counts["useless"] += 1

    def fallback(self) -> list[Request]:
        """What is left to try where the menus led to no section, or to one that cannot be paged further."""
        if not self.searched:
            return []
        self.lacking = self.lacking or not self.run.counts["listing_pages"]
        fronts, self.fronts = self.fronts, {}
        usual, self.usual = self.usual, []
        if not self.lacking:
            return []
        paged = [] if self.run.counts["listing_pages"] else [self.listing(w, at) for at, w in fronts.items()]
        return [*paged, *self.shelve(usual)]


def _front(reading: Reading, ways: Ways) -> Listing:
    """A front page as a listing of everything that it links to."""
    shown = reading if isinstance(reading, Listing) else Listing(ways.url)
    known = {entry.url for entry in shown.entries}
    return replace(shown, entries=shown.entries + tuple(Entry(url) for url in ways.articles if url not in known))
