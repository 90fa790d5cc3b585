"""A section as its first page shows it: how many articles and pages it seems to have, how they are paged, how new."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime

from scraper import dates, extract
from scraper.items import Entry, Listing, Page
from scraper.portals import Portal
from scraper.urls import canonical


@dataclass(frozen=True, slots=True)
class Section:
    """A listing that was found, as its first page shows it."""

    url: str
    title: str
    entries: tuple[Entry, ...]
    articles: int | None  # None: nothing tells
    pages: int | None
    exact: bool  # the portal says the number of articles itself
    paging: str  # "by link" | "by POST" | "one page" | what keeps us from the next page
    newest: datetime | None = None
    oldest: datetime | None = None  # of the first page

    @property
    def weekly(self) -> float | None:
        """New articles a week, as the first page's dates go."""
        if self.newest is None or self.oldest is None or self.newest <= self.oldest:
            return None
        return (len(self.entries) - 1) * 7 * 86400 / (self.newest - self.oldest).total_seconds()


def measured(title: str, page: Page, listing: Listing, portal: Portal) -> Section:
    """A section with what its first page tells of its size."""
    last = _last(listing, extract.clues(page, portal).links)
    size = len(listing.entries)
    articles = listing.total or (last * size if last else size if listing.next_page is None else None)
    pages = -(-listing.total // size) if listing.total and size else last or (1 if listing.next_page is None else None)
    problem = next((p.partition(": ")[2] for p in listing.problems if p.startswith("next_page:")), None)
    way = "by POST" if listing.form else "by link" if listing.next_page else problem or "one page"
    section = Section(
        canonical(page.url),
        title or listing.section or page.url,
        (),
        articles,
        pages,
        listing.total is not None or pages == 1,
        way,
    )
    return dated(section, listing.entries, page, portal)


def dated(section: Section, entries: tuple[Entry, ...], page: Page, portal: Portal) -> Section:
    """The section with the entries of a page and the span of their dates."""
    if not entries:
        return section
    texts = (entry.date_text for entry in entries if entry.date_text)
    moments = (dates.parse(text, page.fetched_at, month_first=portal.month_first) for text in texts)
    found = sorted(moment for moment in moments if moment)
    newest, oldest = (found[-1], found[0]) if found else (None, None)
    return replace(section, entries=entries, newest=newest, oldest=oldest)


def _last(listing: Listing, links: tuple[str, ...]) -> int | None:
    """Number of the last page that a link leads to: addresses built like the next page's, but for its number."""
    if listing.next_page is None or listing.form is not None:
        return None
    here, numbers = canonical(listing.next_page), re.compile(r"\d+")
    for match in reversed(list(numbers.finditer(here))):
        if int(match[0]) not in (1, 2, 3):
            continue
        alike = re.compile(re.escape(here[: match.start()]) + r"(\d{1,5})" + re.escape(here[match.end() :]))
        found = [int(same[1]) for url in links if (same := alike.fullmatch(url))]
        if found:
            return max(found)
    return None
