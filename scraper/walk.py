"""How far a listing is paged: the decision after each of its pages, as a pure state machine."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlencode

from scraper.items import Listing

PAGES = 20_000  # no listing is longer; an endless pager is


@dataclass(slots=True)
class Walk:
    """One night's way through one listing, from its first page.

    `to_end` walks every page. Otherwise the walk ends after `overlap` whole pages of settled entries, and goes on at
    `cursor` when an earlier walk to the end was cut off there. An entry is settled when it was first seen before
    `settled_at`: up to then everything between the section's top and the place reached had been seen without a gap.
    What a walk saw that was cut off before it met settled pages is younger, and stops no later walk.
    """

    url: str
    section: str | None = None
    to_end: bool = True
    cursor: str | None = None  # where an earlier walk to the end was cut off
    overlap: int = 2
    settled_at: datetime | None = None
    joined: bool = True  # no gap between the section's top and this page
    ended: bool = False  # the last page was read
    at: str | None = None  # the place to go on at, while the walk goes to the end
    pages: int = 0
    settled: int = 0
    usual: int = 0  # articles that the listing showed when it was last walked from its top to its end
    seen: set[str] = field(default_factory=set)
    passed: set[str | None] = field(default_factory=set)  # places handed out so far
    resumed: bool = field(init=False)  # an earlier walk read the pages before the cursor

    def __post_init__(self) -> None:
        self.resumed = self.cursor is not None
        if self.cursor:
            self.to_end = False
        self.joined = self.to_end

    def repeats(self, urls: list[str]) -> bool:
        """Whether a page shows nothing that an earlier one did not: a pager that runs in circles."""
        fresh = [url for url in urls if url not in self.seen]
        self.seen.update(fresh)
        return bool(urls) and not fresh

    def lacking(self, total: int | None, *, circle: bool) -> int:
        """Articles that are missing if this page is the last one: so many that it hardly is; else 0.

        A pager that shows a page again has to have shown all that the portal reports; one that just ends, half of it.
        """
        if self.resumed or (total is not None and len(self.seen) >= total):
            return 0
        known = max(total or 0, 0 if circle else self.usual)
        return known - len(self.seen) if circle or len(self.seen) * 2 < known else 0

    def step(self, settled: bool, following: str | None) -> str | None:
        """The place to go on at after one more page was read; None ends the walk."""
        self.pages += 1
        self.settled = self.settled + 1 if settled else 0
        met = not self.to_end and self.settled >= self.overlap
        if met and self.cursor in self.passed:  # read on the way here: asked for again it would not be answered
            met, self.cursor = following is not None, following
        self.passed.update([following] if following else [])
        if met or not following or self.pages >= PAGES:
            self.joined = True
            self.ended = not met
            self.at = self.cursor if met else None
            self.to_end = self.to_end or self.cursor is not None
            following, self.cursor = self.at, None
        elif self.to_end:
            self.at = following
        return following


def place(listing: Listing) -> str | None:
    """Where a listing goes on: a URL, with the fields of a POST behind a `#`."""
    if not listing.next_page or listing.form is None:
        return listing.next_page
    return f"{listing.next_page}#{urlencode(listing.form)}"


def address(place: str) -> tuple[str, str | None]:
    """URL and POST body of a place."""
    url, _, form = place.partition("#")
    return url, form or None
