"""What the portal's answers are: pages, refusals, outages, or evidence that an article is gone."""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import dataclass, field
from urllib.parse import urljoin

from scraper import advice
from scraper.agenda import Agenda
from scraper.archive import Reread
from scraper.items import Article, Entry, Listing, Other, Page, Reading
from scraper.urls import canonical, host
from scraper.warc import Earlier, Exchange

logger = logging.getLogger(__name__)
REFUSALS = ("refused", "cookie-wall", "maintenance")
REFUSED = (401, 403, 429)
ABSENT = ("404", "410", "home", "soft404")  # evidence that an article is gone


@dataclass(slots=True)
class Answers(Agenda):
    """Judges what comes back, and counts what stands between us and the portal."""

    reread: Reread | None = None  # reads an earlier capture by today's rules
    problems: Counter[str] = field(default_factory=Counter)
    captures: list[Page] = field(default_factory=list)  # responses of this batch
    recent: dict[str, Earlier] = field(default_factory=dict)  # payloads of the batch, by digest
    robots: dict[str, str] = field(default_factory=dict)  # host -> its robots.txt

    def mine(self, url: str) -> bool:
        """Whether the URL is on the portal's domains, `www.` aside."""
        return host(url).removeprefix("www.") in {d.removeprefix("www.") for d in self.portal.domains}

    def robots_txt(self, url: str) -> str:
        """robots.txt of the URL's host, as far as it is known: its Sitemap lines lead to articles."""
        if self.replay is not None:
            held = self.replay.page(urljoin(url, "/robots.txt"))
            return held.body.decode("utf-8", "replace") if held is not None and held.status == 200 else ""
        return self.robots.get(host(url), "")

    def captured(self, page: Page) -> None:
        """Take note of a response whose bytes were written; it is stored with the batch."""
        self.captures.append(page)
        if page.digest and page.status == 200:
            self.recent[page.digest] = Earlier(page.url, page.fetched_at, page.digest)

    def earlier(self, exchange: Exchange) -> Earlier | None:
        """The capture that the exchange repeats, if there is one: a revisit refers to it."""
        if exchange.status == 304:
            held = self.archive.confirmed(exchange.url)
        else:
            held = self.archive.captured(exchange.digest)
        if held is None:
            return self.recent.get(exchange.digest)
        return Earlier(held.url, held.fetched_at, held.digest or "")

    def trouble(self, kind: str, sentence: str) -> None:
        """Count a failure of access: 'unreachable', 'refused', 'forbidden', 'broken', 'out_of_bounds'."""
        self.counts[kind] += 1
        self.problems[sentence] += 1
        if self.problems[sentence] == 1:
            logger.warning("%s", sentence)
        if kind in ("unreachable", "refused"):
            self.evidence.missed(kind)

    def troubled(self, page: Page, reading: Reading, *, tried: bool = False) -> bool:
        """Whether a page that should lead on is a refusal or an error; if so it is recorded.

        `tried`: the page was only a candidate. That it refuses us says nothing about the portal: menus lead to logins.
        """
        self.counts["pages_read"] += 1
        cause = reading.cause or "error" if isinstance(reading, Other) and reading.kind == "error" else None
        if cause is None and page.status < 400:
            self.evidence.answered()
            return False
        kind = _kind(page, cause)
        self.trouble("broken" if tried and kind == "refused" else kind, advice.refusal(page, cause))
        return True

    def outcome(self, page: Page, reading: Reading | None, entry: Entry) -> str:
        """What became of an article that is not on its page."""
        cause = reading.cause if isinstance(reading, Other) else None
        kind = _kind(page, cause)
        if kind != "broken" or cause == "broken" or page.status == 408:
            self.trouble(kind, advice.refusal(page, cause))
            return "refused" if kind == "refused" else "failed"
        self.evidence.answered()
        if page.status in (404, 410):
            return str(page.status)
        if page.status != 200:
            return "failed"
        if canonical(page.url) in self._fronts():
            return "home"
        if cause in ("missing", "empty"):
            return "soft404"
        known = self.archive.known(self.portal.name, entry.key or entry.url)
        return "other" if known is None or self._misread(known) else "soft404"

    def _fronts(self) -> set[str]:
        """Start pages and sections: a portal sends there who asks for an article that is gone."""
        listed = [section.url for section in self.archive.sections(self.portal.name)]
        return {canonical(url) for url in (*self.portal.start, *(s.url for s in self.portal.listings), *listed)}

    def _misread(self, article_id: int) -> bool:
        """Whether today's rules find no article in the earlier capture either: then the rules fail, not the page."""
        held = self.archive.read_from(article_id)
        if self.reread is None or held is None or held.warc_file is None:
            return False
        return self.reread(held) is None

    def left(self) -> int:
        """Articles seen somewhere and not read yet."""
        return self.archive.unread(self.portal.name)

    def own(self, listing: Listing) -> list[Entry]:
        """The entries that are on the portal's domains."""
        return [entry for entry in listing.entries if self.mine(entry.url)]

    def related(self, article: Article) -> list[Entry]:
        """The entries of a related block that this run did not ask for; most were just listed."""
        links = [Entry(canonical(link.url), link.key, link.title) for link in article.related_links]
        return [e for e in links if (e.key or e.url) not in self.asked and self.mine(e.url)]


def _kind(page: Page, cause: str | None) -> str:
    """The kind of trouble that an error page is: a refusal, an outage, or a page that does not work."""
    if cause in REFUSALS or page.status in REFUSED:
        return "refused"
    return "unreachable" if page.status >= 500 or page.status == 408 else "broken"
