"""One run of one portal: what it works on, what it has seen, and the batches in which that reaches the archive."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urljoin

from scraper.archive import Archive, ArchiveError, Due, Medium, SectionState, runs
from scraper.items import Article, Entry, Listing, Other, Page, Reading
from scraper.portals import Portal
from scraper.urls import canonical, host
from scraper.walk import Walk, place
from scraper.warc import Earlier, Exchange, Index, WarcError, Writer

logger = logging.getLogger(__name__)
REFUSALS = ("refused", "cookie-wall", "maintenance")
BATCH = 32  # articles a transaction: one commit each would cost a third of the crawl's speed
ABSENT = ("404", "410", "home", "soft404")  # evidence that an article is gone
RELATED = "related"  # stands for the listing of what related blocks show
MEDIA = 200  # pictures and documents handed out at a time
CHUNK = 50  # requests handed out at a time: a stop waits for what is queued
FIELDS = ("title", "published_at", "lead", "body", "author", "section", "images", "related_links", "attachments")


@dataclass(frozen=True, slots=True)
class Plan:
    """What the user and the settings ask of a run."""

    full: bool = False
    overlap: int = 2
    check_budget: int = 500
    search: timedelta = timedelta(days=7)
    walk: timedelta = timedelta(days=30)
    budget: timedelta | None = None
    media: bool = True


@dataclass(slots=True)
class Run:
    """The state of a run. Spider, middlewares and pipelines share it; only its methods write to the archive."""

    portal: Portal
    archive: Archive
    now: Callable[[], datetime]
    plan: Plan = field(default_factory=Plan)
    replay: Index | None = None
    sample: bool = False  # the replay is the shipped reconstruction
    id: int = 0
    started_at: datetime = field(init=False)
    counts: Counter[str] = field(default_factory=Counter)
    problems: Counter[str] = field(default_factory=Counter)
    covered: Counter[str] = field(default_factory=Counter)  # field -> articles of this run that have it
    batch: list[tuple[Article, Page]] = field(default_factory=list)
    captures: list[Page] = field(default_factory=list)  # responses of this batch
    recent: dict[str, Earlier] = field(default_factory=dict)  # payloads of the batch, by digest
    asked: set[str] = field(default_factory=set)  # numbers or URLs of the articles requested in this run
    writer: Writer | None = None  # of WARC records; None: nothing is captured
    section: str | None = None  # being paged, for the progress line
    replayed_at: datetime | None = None  # newest capture of a replay that was read
    interrupted: int | None = None  # the signal that ended the run
    failure: BaseException | None = None  # what broke inside us
    robots: dict[str, str] = field(default_factory=dict)  # host -> its robots.txt

    def __post_init__(self) -> None:
        self.started_at = self.now()

    def start(self) -> None:
        """Open the run's row."""
        with self.archive.write():
            self.id = runs.start(self.archive, self.portal.name, self.started_at)

    # What to do

    def walks(self) -> list[Walk]:
        """The listings to page in this run: those that the portal's file names, and those once discovered."""
        known = self.archive.sections(self.portal.name)  # a start page is walked too where it was paged as a section
        states = {state.url: state for state in known if not state.searched_at or state.settled_at}
        named = {canonical(s.url): s.section for s in self.portal.listings}
        urls = list(dict.fromkeys([*named, *states]))
        return [self._walk(url, states.get(url), named.get(url)) for url in urls]

    def _walk(self, url: str, state: SectionState | None, section: str | None) -> Walk:
        if state is None:
            return Walk(url, section, overlap=self.plan.overlap)
        stale = state.walked_at is None or self.started_at - state.walked_at >= self.plan.walk
        return Walk(
            url,
            section or state.section,
            to_end=self.plan.full or self.replay is not None or stale,
            cursor=None if self.plan.full or self.replay else state.cursor,
            overlap=self.plan.overlap,
            settled_at=state.settled_at,
        )

    def searching(self) -> bool:
        """Whether the home page is to be searched for sections again."""
        if self.portal.listings:
            return False
        last = self.archive.searched_at(self.portal.name)
        return self.plan.full or self.replay is not None or last is None or self.started_at - last >= self.plan.search

    def waiting(self) -> list[Entry]:
        """Articles that were seen somewhere and never stored, and are due for a try."""
        limit = CHUNK + self.counts["not captured"]  # those come again, since a replay's clock stands in the past
        entries = self.archive.waiting(self.portal.name, self.clock(), limit, before=self.started_at)
        return [entry for entry in entries if self.ask(entry)]

    def due(self) -> list[Due]:
        """Known articles to check again, most overdue first, within the budget."""
        left = self.plan.check_budget - self.counts["checks"]
        if self.replay or (left <= 0 and not self.plan.full):
            return []
        limit = CHUNK if self.plan.full else min(CHUNK, left)
        before = self.started_at if self.plan.full else None
        found = self.archive.due(self.portal.name, self.clock(), limit, before=before)
        found = [due for due in found if self.ask(Entry(due.url, due.key))]
        self.counts["checks"] += len(found)
        return found

    def media(self) -> list[Medium]:
        """Pictures and documents without bytes; nothing when their bytes would not be kept anyway."""
        if not self.plan.media or (self.writer is None and self.replay is None):
            return []
        limit = 10**9 if self.replay else MEDIA
        found = self.archive.media(self.portal.name, self.clock(), limit)
        if self.replay:  # what it does not hold is not asked for: that would be thousands of misses
            found = [medium for medium in found if self.replay.captures(medium.url)]
        return [medium for medium in found if self.ask(Entry(medium.url))]

    def clock(self) -> datetime:
        """The time by which the archive goes: now, or in a replay that of the newest capture read."""
        return self.replayed_at or self.now()

    def ask(self, entry: Entry) -> bool:
        """Whether the article was not asked for in this run; it counts as asked from now on."""
        name = entry.key or entry.url
        if name in self.asked:
            return False
        self.asked.add(name)
        return True

    def expired(self) -> bool:
        """Whether the time budget is used up."""
        return self.plan.budget is not None and self.now() - self.started_at >= self.plan.budget

    # What came back

    def listed(self, walk: Walk, listing: Listing, page: Page) -> tuple[list[Entry], str | None]:
        """Store a page of a listing; the entries to ask for, and the place to go on at."""
        entries = self._own(listing)
        # The first answer to a form may show again what the page with the form showed: VCCorp counts pages from 0.
        circle = walk.repeats([entry.url for entry in entries]) and not (listing.form and walk.pages == 1)
        with self._writing():
            self.archive.capture(page)
            entered = self.archive.enter(self.portal.name, walk.url, entries, page.fetched_at, walk.settled_at)
            following = walk.step(entered.settled and bool(entries), None if circle else place(listing))
            self.archive.progress(self.portal.name, walk, page.fetched_at, listing.total)
        self.counts["listing_pages"] += 1
        self.counts["entries"] += len(entries)
        wanted = entries if self.plan.full or self.replay else [*entered.fresh, *entered.changed]
        wanted = [entry for entry in wanted if self.ask(entry)]
        self.section = walk.section or walk.url
        logger.info("%s: page %d, %d entries, %d to read", self.section, walk.pages, len(entries), len(wanted))
        return wanted, following

    def searched(self, page: Page, shown: Listing) -> None:
        """A start page was searched for sections; its articles wait for what their sections say of them."""
        with self._writing():
            self.archive.capture(page)
            self.archive.enter(self.portal.name, canonical(page.url), self._own(shown), page.fetched_at)
            self.archive.searched(self.portal.name, canonical(page.url), page.fetched_at)

    def shelved(self, page: Page, entries: Iterable[Entry]) -> None:
        """Store what a sitemap or feed names; its articles wait for their turn."""
        named = [entry for entry in entries if self.mine(entry.url)]
        with self._writing():
            self.archive.capture(page)
            self.archive.enter(self.portal.name, canonical(page.url), named, page.fetched_at)
        self.counts["shelved"] += len(named)

    def robots_txt(self, url: str) -> str:
        """robots.txt of the URL's host, as far as it is known: its Sitemap lines lead to articles."""
        if self.replay is not None:
            held = self.replay.page(urljoin(url, "/robots.txt"))
            return held.body.decode("utf-8", "replace") if held is not None and held.status == 200 else ""
        return self.robots.get(host(url), "")

    def found(self, article: Article, page: Page) -> None:
        """Take an article for the archive; it is stored with its batch."""
        self.counts["articles"] += 1
        self.covered.update(name for name in FIELDS if getattr(article, name))
        self.batch.append((article, page))
        if len(self.batch) >= BATCH:
            self.flush()

    def flush(self) -> None:
        """Store the batch."""
        if self.batch or self.captures:
            with self._writing():
                pass

    def missed(self, entry: Entry, outcome: str, page: Page | None = None, known: int | None = None) -> None:
        """Record that an article could not be had, and why; of a known article it may be evidence."""
        self.counts[outcome] += 1
        with self._writing():
            known = known or self.archive.known(self.portal.name, entry.key or entry.url)
            if known is not None and page is not None and outcome in ABSENT:
                self.archive.absent(known, page, outcome, self.id)
            self.archive.tried(self.portal.name, entry, outcome, self.clock())

    def not_modified(self, article_id: int, page: Page) -> None:
        """Record a 304."""
        self.counts["not_modified"] += 1
        with self._writing():
            self.archive.unchanged(article_id, page)

    def keep_medium(self, url: str, page: Page) -> None:
        """A picture or document was captured."""
        self.counts["media"] += 1
        with self._writing():
            self.archive.keep_media(url, self.archive.capture(page))

    def lose_medium(self, url: str, outcome: str) -> None:
        """A picture or document could not be captured, and why."""
        self.counts["media_failed"] += 1
        with self._writing():
            self.archive.fail_media(url, outcome, self.clock())

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
        """Count a failure of access: 'unreachable', 'refused', 'forbidden', 'out_of_bounds'."""
        self.counts[kind] += 1
        self.problems[sentence] += 1
        if self.problems[sentence] == 1:
            logger.warning("%s", sentence)

    def troubled(self, page: Page, reading: Reading) -> bool:
        """Whether a page that should lead on is a refusal or an error; if so it is recorded."""
        self.counts["pages_read"] += 1
        if isinstance(reading, Other) and reading.kind == "error":
            kind = "refused" if reading.cause in REFUSALS else "broken"
            self.trouble(kind, f"{page.url}: {reading.cause} (status {page.status})")
            return True
        if page.status >= 400:
            kind = "refused" if page.status in (401, 403, 429) else "broken"
            self.trouble(kind, f"{page.url}: status {page.status}")
            return True
        return False

    def outcome(self, page: Page, reading: Reading | None) -> str:
        """What became of an article that is not on its page."""
        cause = reading.cause if isinstance(reading, Other) else None
        if cause in REFUSALS or page.status in (401, 403, 429):
            self.trouble("refused", f"{page.url}: {cause or 'status'} (status {page.status})")
            return "refused"
        if page.status in (404, 410):
            return str(page.status)
        if page.status != 200:
            return "failed"
        if canonical(page.url) in {canonical(url) for url in self.portal.start}:
            return "home"
        return "soft404" if cause in ("missing", "empty") else "other"

    def finish(self, outcome: str, exit_code: int, counts: Mapping[str, Any], problems: Sequence[str]) -> None:
        """Close the run's row."""
        with self.archive.write():
            runs.finish(self.archive, self.id, self.now(), outcome, exit_code, counts, problems)

    def broke(self, error: BaseException) -> None:
        """Keep the first thing that broke inside us."""
        self.failure = self.failure or error

    @property
    def doomed(self) -> bool:
        """Whether what broke keeps us from storing anything."""
        return isinstance(self.failure, ArchiveError | WarcError | OSError)

    def left(self) -> int:
        """Articles seen somewhere and not read yet."""
        return self.archive.unread(self.portal.name)

    def mine(self, url: str) -> bool:
        """Whether the URL is on the portal's domains, `www.` aside."""
        return host(url).removeprefix("www.") in {d.removeprefix("www.") for d in self.portal.domains}

    def _relate(self, article: Article, page: Page) -> None:
        """Enter the entries of a related block; most were just listed, and need no look into the archive."""
        links = [Entry(canonical(link.url), link.key, link.title) for link in article.related_links]
        unseen = [e for e in links if (e.key or e.url) not in self.asked and self.mine(e.url)]
        if unseen:
            self.archive.enter(self.portal.name, RELATED, unseen, page.fetched_at)

    def _own(self, listing: Listing) -> list[Entry]:
        return [entry for entry in listing.entries if self.mine(entry.url)]

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """A transaction that begins with the batch; the bytes it was read from are on disk before it ends."""
        if self.writer is not None:
            self.writer.sync()
        with self.archive.write():
            for page in self.captures:
                self.archive.capture(page)
            self._store(self.batch)
            self.batch, self.captures, self.recent = [], [], {}
            yield

    def _store(self, pairs: Iterable[tuple[Article, Page]]) -> None:
        for article, page in pairs:
            saved = self.archive.save(article, page, self.portal.name)
            self.counts[saved.outcome] += 1
            if saved.outcome == "new":
                self._relate(article, page)
