"""One run of one portal: what it works on, what it has seen, and the batches in which that reaches the archive."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from scraper.answers import ABSENT, Answers
from scraper.archive import ArchiveError, runs
from scraper.items import Article, Entry, Listing, Page
from scraper.urls import canonical
from scraper.walk import Walk, place
from scraper.warc import WarcError

logger = logging.getLogger(__name__)
BATCH = 32  # articles a transaction: one commit each would cost a third of the crawl's speed
HELD = 2  # the newest articles wait until it shows that not every address has the same page
RELATED = "related"  # stands for the listing of what related blocks show
UNASKED = ("not captured", "given up")  # nobody was asked: neither a try nor evidence
TROUBLES = ("unreachable", "refused", "forbidden", "broken", "out_of_bounds", "too large")
FIELDS = ("title", "published_at", "lead", "body", "author", "section", "images", "related_links", "attachments")


@dataclass(frozen=True, slots=True)
class Sighting:
    """An article as a page showed it; `former` is the address that redirected to it."""

    article: Article
    page: Page
    former: str | None = None

    @property
    def name(self) -> str:
        return self.article.key or self.article.url


@dataclass(slots=True)
class Run(Answers):
    """The state of a run. Spider, middlewares and pipelines share it; only its methods write to the archive."""

    covered: Counter[str] = field(default_factory=Counter)  # field -> articles of this run that have it
    batch: list[Sighting] = field(default_factory=list)
    section: str | None = None  # being paged, for the progress line
    interrupted: int | None = None  # the signal that ended the run
    failure: BaseException | None = None  # what broke inside us

    def start(self) -> None:
        """Open the run's row."""
        with self.archive.write():
            self.id = runs.start(self.archive, self.portal.name, self.started_at)
        self.problems.update(self.archive.repairs)

    # What came back

    def listed(self, walk: Walk, listing: Listing, page: Page) -> tuple[list[Entry], str | None]:
        """Store a page of a listing; the entries to ask for, and the place to go on at."""
        entries = self.own(listing)
        # The first answer to a form may show again what the page with the form showed: VCCorp counts pages from 0.
        circle = walk.repeats([entry.url for entry in entries]) and not (listing.form and walk.pages == 1)
        with self._writing():
            self.archive.capture(page)
            entered = self.archive.enter(self.portal.name, walk.url, entries, page.fetched_at, walk.settled_at)
            lacking = 0 if place(listing) and not circle else walk.lacking(listing.total, circle=circle)
            following = None
            if lacking <= 0:  # else nothing is settled: the next run tries again
                following = walk.step(entered.settled and bool(entries), None if circle else place(listing))
                self.archive.progress(self.portal.name, walk, page.fetched_at, listing.total)
        self._count(walk, entries, listing.total, lacking)
        wanted = entries if self.replay else [*entered.fresh, *entered.changed]
        if self.plan.full:  # known articles are checked later, on condition that they changed
            wanted += [e for e in entries if self.archive.known(self.portal.name, e.key or e.url) is None]
        wanted = [entry for entry in wanted if self.ask(entry)]
        self.section = walk.section or walk.url
        logger.info("%s: page %d, %d entries, %d to read", self.section, walk.pages, len(entries), len(wanted))
        return wanted, following

    def _count(self, walk: Walk, entries: Sequence[Entry], total: int | None, lacking: int) -> None:
        """Count a page of a listing, and say where the listing is not what it was or claims to be."""
        first = walk.pages == (0 if lacking > 0 else 1)
        self.counts["listing_pages"] += 1
        self.counts["entries"] += len(entries)
        self.counts["listings"] += first
        if lacking > 0:
            self.problems[f"{walk.url}: ends {lacking} articles short; the next run tries again"] += 1
        elif walk.ended and not walk.resumed and total is not None and len(walk.seen) < total:
            self.problems[f"{walk.url}: the portal reports {total} articles, it shows {len(walk.seen)}"] += 1
        if first and not entries and walk.settled_at is not None:
            self.counts["empty_listings"] += 1
            self.problems[f"{walk.url}: the listing shows no article any more"] += 1

    def searched(self, page: Page, shown: Listing) -> None:
        """A start page was searched for sections; its articles wait for what their sections say of them."""
        with self._writing():
            self.archive.capture(page)
            self.archive.enter(self.portal.name, canonical(page.url), self.own(shown), page.fetched_at)
            self.archive.searched(self.portal.name, canonical(page.url), page.fetched_at)

    def shelved(self, page: Page, entries: Iterable[Entry]) -> None:
        """Store what a sitemap or feed names; its articles wait for their turn."""
        named = [entry for entry in entries if self.mine(entry.url)]
        with self._writing():
            self.archive.capture(page)
            self.archive.enter(self.portal.name, canonical(page.url), named, page.fetched_at)
        self.counts["shelved"] += len(named)

    def found(self, article: Article, page: Page, former: str | None = None) -> None:
        """Take an article for the archive; it is stored with its batch."""
        sighting = Sighting(article, page, former)
        self.counts["articles"] += 1
        self.evidence.answered()
        self.covered.update(name for name in FIELDS if getattr(article, name))
        self.batch.append(sighting)
        if self.replay is None and self.evidence.alike(page.body, sighting.name):
            self._refuse(page.body)
        elif len(self.batch) >= BATCH + HELD:
            self.flush()

    def _refuse(self, body: bytes) -> None:
        """One page under several articles' addresses is none of them."""
        copies = [sighting for sighting in self.batch if sighting.page.body == body]
        self.batch = [sighting for sighting in self.batch if sighting.page.body != body]
        self.problems["different articles' addresses show one and the same page"] += len(copies)
        for copy in copies:
            self.counts["articles"] -= 1
            self.missed(Entry(copy.former or canonical(copy.page.url), copy.article.key), "same page")

    def flush(self, *, last: bool = False) -> None:
        """Store the batch; all of it when nothing comes after."""
        if len(self.batch) > (0 if last or self.replay else HELD) or self.captures:
            with self._writing(last=last):
                pass

    def missed(self, entry: Entry, outcome: str, page: Page | None = None, known: int | None = None) -> None:
        """Record that an article could not be had, and why; of a known article it may be evidence."""
        if outcome not in TROUBLES:  # these were counted where they were met
            self.counts[outcome] += 1
        if outcome == "given up":
            return
        with self._writing():
            known = known or self.archive.known(self.portal.name, entry.key or entry.url)
            if known is not None and outcome not in UNASKED:
                self._doubt(known, outcome, page)
            self.archive.tried(self.portal.name, entry, outcome, self.clock())

    def _doubt(self, known: int, outcome: str, page: Page | None) -> None:
        """A check of a known article failed."""
        expected = self.archive.is_gone(known)  # that it is still gone says nothing about the portal
        if page is not None and outcome in ABSENT:
            self.archive.absent(known, page, outcome, self.id)
            if not expected:
                self.evidence.absent.add(known)
        else:
            self.archive.postpone(known, self.clock())
            if not expected:
                self.evidence.silent.add(known)

    def not_modified(self, article_id: int, page: Page) -> None:
        """Record a 304."""
        self.counts["not_modified"] += 1
        self.evidence.fine += 1
        self.evidence.answered()
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

    # The end

    def settle(self) -> None:
        """Store what waits, and judge the failed checks of this run."""
        if self.doomed:
            return
        try:
            self.flush(last=True)
            gone = self.archive.settle(self.portal.name, self.id, self.clock(), moved=self.evidence.unfair)
        except (ArchiveError, WarcError) as error:
            self.broke(error)
            return
        self.counts["gone"] = len(gone.articles)
        self.counts["absent"] = len(self.evidence.absent)

    def finish(self, outcome: str, exit_code: int, counts: Mapping[str, Any], problems: Sequence[str]) -> None:
        """Close the run's row."""
        with self.archive.write():
            runs.finish(self.archive, self.id, self.now(), outcome, exit_code, counts, problems)

    def broke(self, error: BaseException) -> None:
        """Keep the first thing that broke inside us; that nothing can be stored any more goes before it."""
        if self.failure is None or (not self.doomed and isinstance(error, ArchiveError | WarcError | OSError)):
            self.failure = error

    @property
    def doomed(self) -> bool:
        """Whether what broke keeps us from storing anything."""
        return isinstance(self.failure, ArchiveError | WarcError | OSError)

    @contextmanager
    def _writing(self, *, last: bool = False) -> Iterator[None]:
        """A transaction that begins with the batch; the bytes it was read from are on disk before it ends."""
        if self.writer is not None:
            self.writer.sync()
        held = 0 if last or self.replay else HELD
        ready, waiting = self.batch[: len(self.batch) - held], self.batch[max(0, len(self.batch) - held) :]
        with self.archive.write():
            for page in self.captures:
                self.archive.capture(page)
            for sighting in ready:
                self._store(sighting)
            self.batch, self.captures, self.recent = waiting, [], {}
            yield

    def _store(self, sighting: Sighting) -> None:
        article, page, former = sighting.article, sighting.page, sighting.former
        name, known = self.portal.name, None
        if former is not None:
            known = self.archive.known(name, former)
            if known is not None and article.key is None and self.archive.known(name, article.url) is None:
                self.archive.alias(known, article.url, page.fetched_at)  # it moved: its new address is met first
        saved = self.archive.save(article, page, name, self.reread)
        self.counts[saved.outcome] += 1
        self.evidence.fine += 1
        if former is not None:
            self.archive.alias(saved.article_id, former, page.fetched_at)
        if known is not None and known != saved.article_id:
            self.archive.postpone(known, page.fetched_at)
        if saved.outcome == "new" and (unseen := self.related(article)):
            self.archive.enter(name, RELATED, unseen, page.fetched_at)
