"""What a dozen pages tell of a portal: its sections, how large they seem, what its articles yield and lack."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from scraper import dates, discover, extract
from scraper.extract import Clues, Ways
from scraper.items import Article, Entry, Listing, Other, Page, Reading
from scraper.portals import Layout, Portal
from scraper.survey.section import Section, dated, measured
from scraper.text import fold
from scraper.urls import canonical

REQUESTS = 12  # of one survey, robots.txt aside
CANDIDATES = 5  # of them for sections
SECTIONS = 4  # after so many, the others are left to the crawl
SAMPLES = 3
FIELDS = (
    "title", "published_at", "lead", "body", "author", "section", "images", "related_links", "attachments",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ask:
    """A page that the survey wants next."""

    kind: str  # front | section | posted | article | sitemap
    url: str
    title: str = ""  # of the link or section that leads there
    form: tuple[tuple[str, str], ...] | None = None  # fields to POST


@dataclass(slots=True)
class Survey:
    """Takes pages and says which one it wants next; it never fetches."""

    portal: Portal
    replay: bool = False
    home: Page | None = None
    clues: Clues | None = None
    ways: Ways | None = None
    sections: list[Section] = field(default_factory=list)
    samples: list[Article] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)  # pages that were not what they seemed
    shelf: str | None = None  # a sitemap or feed that names articles
    shelved: int = 0  # articles it names
    left: int = 0  # candidates that were not tried
    asked: set[str] = field(default_factory=set)
    queue: list[Ask] = field(default_factory=list)
    tried: int = 0

    @property
    def title(self) -> str:
        """The portal's name: its file's, else what its home page calls itself, else its host."""
        if self.portal.title and self.portal.title not in self.portal.domains:
            return self.portal.title
        return _site(self.clues.title or "" if self.clues else "") or self.portal.domains[0]

    def start(self, further: Iterable[str] = ()) -> None:
        """Begin with the start pages; `further` are addresses known from elsewhere (of a replay)."""
        self.queue = [Ask("front", url) for url in self.portal.start[:2]]
        self.queue += [Ask("section", section.url, section.section or "") for section in self.portal.listings]
        known = discover.pages(map(Entry, further), self.portal.start[0], self.portal.domains)
        self.queue += [Ask("section", way.url) for way in discover.sections(known)]

    def following(self) -> Ask | None:
        """The page that is wanted next; None when the survey is over."""
        while self.queue:
            ask = self.queue.pop(0)
            enough = len(self.sections) >= SECTIONS or (self.tried >= CANDIDATES and not self.replay)
            if ask.kind == "section" and enough:
                self.left += 1
            elif canonical(ask.url) not in self.asked or ask.form:
                return self._take(ask)
        if len(self.asked) >= REQUESTS and not self.replay:
            return None
        return self._sample() or self._sitemap()

    def take(self, ask: Ask, page: Page, reading: Reading) -> None:
        """Read a page that was wanted."""
        if ask.kind == "article":
            self._article(ask, page, reading)
        elif ask.kind == "posted":
            self._posted(ask, page)
        elif ask.kind == "sitemap":
            self._shelf(page)
        else:
            if ask.kind == "front" and self.home is None:
                self._front(page)
            self._section(ask, page, reading)

    def failed(self, ask: Ask, why: str) -> None:
        """A page that was wanted could not be had."""
        self.tried += ask.kind == "section"
        if ask.kind != "sitemap":
            self.failures.append(f"{ask.url}: {why}")

    def _take(self, ask: Ask) -> Ask:
        self.asked.add(canonical(ask.url))
        return ask

    def _sample(self) -> Ask | None:
        """An article that was not looked at yet, of each section in turn."""
        if len(self.samples) >= SAMPLES:
            return None
        lists = [(section.title, section.entries) for section in self.sections]
        lists += [("", tuple(map(Entry, self.ways.articles)))] if self.ways else []
        for rank in range(SAMPLES if lists else 0):
            for title, entries in lists:
                if rank < len(entries) and canonical(entries[rank].url) not in self.asked:
                    return self._take(Ask("article", entries[rank].url, title))
        return None

    def _sitemap(self) -> Ask | None:
        if self.home is None or self.shelf is not None:
            return None
        named = [*(self.ways.feeds if self.ways else ()), *discover.sitemaps("", self.home.url)[:1]]
        url = next((url for url in named if canonical(url) not in self.asked), None)
        return self._take(Ask("sitemap", url)) if url else None

    def _front(self, page: Page) -> None:
        self.home = page
        self.clues = extract.clues(page, self.portal)
        self.ways = extract.ways(page, self.portal)
        self.queue += [Ask("section", way.url, way.title) for way in discover.sections(self.ways)]

    def _section(self, ask: Ask, page: Page, reading: Reading) -> None:
        self.tried += ask.kind == "section"
        listing = reading if isinstance(reading, Listing) else extract.listing(page, self._dressed())
        front = page is self.home and discover.is_home(page.url)
        if front or not ((isinstance(reading, Listing) and listing.entries) or listing.form):
            if ask.kind == "section":
                self.failures.append(f"{page.url}: no listing ({_kind(reading)})")
            return
        if self.clues is None or (self.clues.platform is None and listing.platform):
            told = extract.clues(page, self.portal)
            title = self.clues.title if self.clues else told.title
            self.clues = replace(told, title=title)
        section = measured(ask.title, page, listing, self.portal)
        self.sections.append(section)
        if listing.form and listing.next_page and canonical(listing.next_page) not in self.asked:
            self.asked.add(canonical(listing.next_page))
            self.queue.insert(0, Ask("posted", listing.next_page, section.title, listing.form))

    def _dressed(self) -> Portal:
        """The portal as one of the family that its home page showed."""
        family = self.clues.platform if self.clues else None
        if family is None or self.portal.layouts:
            return self.portal
        return replace(self.portal, layouts=(Layout(platform=family),))

    def _posted(self, ask: Ask, page: Page) -> None:
        """The first answer to a section's form: whether its paging works."""
        at = next(n for n, section in enumerate(self.sections) if section.title == ask.title)
        entries = extract.answer(page, self.portal, ask.form or ()).entries if page.status == 200 else ()
        way = "by POST, tried" if entries else "by POST, which answered nothing"
        section = self.sections[at]
        self.sections[at] = replace(dated(section, entries, page, self.portal), paging=way)

    def _article(self, ask: Ask, page: Page, reading: Reading) -> None:
        if isinstance(reading, Article):
            self.samples.append(dates.normalise(extract.sectioned(reading, ask.title), page, self.portal))
        else:
            self.failures.append(f"{page.url}: no article ({_kind(reading)})")

    def _shelf(self, page: Page) -> None:
        sitemap = extract.feeds.sitemap(page.body) if page.status == 200 else extract.feeds.Sitemap()
        listed = (extract.feeds.feed(page.body) if page.status == 200 else ()) or sitemap.pages
        self.shelved = len(discover.articles(listed, self.portal.start[0], self.portal.domains))
        if self.shelved or sitemap.sitemaps:
            self.shelf = page.url


def _site(title: str) -> str:
    """The site's name in the title of its home page: the last part that does not say 'home'."""
    parts = [part.strip() for part in re.split(r"\s[-–|»]\s", title)]
    named = [part for part in parts if fold(part) not in ("trang chu", "trang nhat", "home", "homepage", "")]
    return named[-1] if named else ""


def _kind(reading: Reading) -> str:
    return (reading.cause or reading.kind) if isinstance(reading, Other) else type(reading).__name__.lower()
