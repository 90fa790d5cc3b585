"""Reading archived bytes again by today's rules: pages are parsed on all cores, one process writes the archive."""

from __future__ import annotations

import multiprocessing
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from pathlib import Path

from scraper import dates, extract, portals, project, warc
from scraper.archive import Archive, Captured, Difference, Kept
from scraper.items import Article, Page
from scraper.portals import Portal, PortalError

BATCH = 32  # articles a task and a transaction
AHEAD = 3  # tasks a worker has waiting, so that it never waits itself
EXAMPLES = 3  # of every kind of difference in every field
OURS = ("live", "wayback", "import")  # captures whose bytes went into WARC_DIR


@dataclass(frozen=True, slots=True)
class Shelves:
    """Where bytes and rules are."""

    warc_dir: Path
    others: tuple[Path, ...] = ()  # WARC files, folders and WACZ that were replayed
    portals: tuple[Path, ...] = ()  # folders with portal files


@dataclass(frozen=True, slots=True)
class Again:
    """What became of one article: a reading, or the reason why there is none."""

    kept: Kept
    article: Article | None = None
    trouble: str | None = None  # None without an article: by today's rules the page holds none


@dataclass(frozen=True, slots=True)
class Example:
    """A difference and the article that shows it."""

    article_id: int
    url: str
    difference: Difference


@dataclass(slots=True)
class Outcome:
    """What reading again showed, and changed unless it was a dry run."""

    articles: int = 0  # read again
    changed: int = 0  # of those, articles with a difference in any field
    fields: dict[str, Counter[str]] = field(default_factory=dict)  # field → filled, changed, emptied
    examples: dict[tuple[str, str], list[Example]] = field(default_factory=dict)  # by field and kind
    strays: list[Kept] = field(default_factory=list)  # by today's rules no articles: their rows stay as they are
    unread: Counter[str] = field(default_factory=Counter)  # why bytes could not be had → articles
    lost: int = 0  # of those, articles whose bytes should be in WARC_DIR

    def add(self, again: Again, differences: Iterable[Difference]) -> None:
        self.articles += 1
        told = list(differences)
        self.changed += bool(told)
        for difference in told:
            self.fields.setdefault(difference.field, Counter())[difference.kind] += 1
            shown = self.examples.setdefault((difference.field, difference.kind), [])
            if len(shown) < EXAMPLES:
                shown.append(Example(again.kept.article_id, again.kept.capture.url, difference))

    def miss(self, again: Again) -> None:
        if again.trouble is None:
            self.strays.append(again.kept)
            return
        self.unread[again.trouble] += 1
        self.lost += again.kept.capture.source in OURS


def reread(archive: Archive, kept: Iterable[Kept], shelves: Shelves, *, dry: bool = False, workers: int = 1) -> Outcome:
    """Read these captures again, and correct the rows where a value differs; `dry` only tells."""
    outcome = Outcome()
    for batch in _read_all(kept, shelves, workers):
        with nullcontext() if dry else archive.write():
            for again in batch:
                if again.article is None:
                    outcome.miss(again)
                    continue
                outcome.add(again, archive.differences(again.kept.article_id, again.article))
                if not dry:
                    archive.reread(again.kept.article_id, again.article)
    return outcome


def _read_all(kept: Iterable[Kept], shelves: Shelves, workers: int) -> Iterator[list[Again]]:
    """The captures read in their order. The archive is asked for them here only: workers never open it."""
    left = iter(kept)
    if workers == 1:
        while batch := list(islice(left, BATCH)):
            yield read_batch(shelves, batch)
        return
    # Spawned, not forked: a fork would share the archive's connection and its lock.
    with ProcessPoolExecutor(workers, multiprocessing.get_context("spawn")) as pool:
        waiting: deque[Future[list[Again]]] = deque()
        try:
            while True:
                while len(waiting) < workers * AHEAD and (batch := list(islice(left, BATCH))):
                    waiting.append(pool.submit(read_batch, shelves, batch))
                if not waiting:
                    return
                yield waiting.popleft().result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def read_batch(shelves: Shelves, batch: list[Kept]) -> list[Again]:
    """What the bytes of these captures say today."""
    desk = _desk(shelves)
    return [desk.read(kept) for kept in batch]


@lru_cache(maxsize=1)
def _desk(shelves: Shelves) -> Desk:
    return Desk(shelves)


class Desk:
    """A process's open indexes and portal files."""

    def __init__(self, shelves: Shelves) -> None:
        self._folders = (shelves.warc_dir, project.SAMPLE.parent)
        self._indexes = [warc.Index.open(path) for path in shelves.others]
        known = portals.names(shelves.portals)
        self._portals: dict[str, Portal] = {}
        self._faulty: dict[str, str] = {}
        for name in known:
            try:
                self._portals[name] = portals.read(known[name])
            except PortalError as error:  # only its own articles are left alone
                self._faulty[name] = str(error)

    def read(self, kept: Kept) -> Again:
        portal = self._portals.get(kept.portal)
        if portal is None:
            return Again(kept, trouble=self._faulty.get(kept.portal, f"there is no portal file {kept.portal}.toml"))
        page = self._page(kept.capture)
        if isinstance(page, str):
            return Again(kept, trouble=page)
        reading = extract.read(page, portal)
        if not isinstance(reading, Article):
            return Again(kept)
        return Again(kept, dates.normalise(reading, page, portal))

    def _page(self, capture: Captured) -> Page | str:
        """The bytes of a capture, or why they cannot be had."""
        name, offset = capture.warc_file or "", capture.warc_offset or 0
        trouble = ""
        for folder in self._folders if capture.source != "warc" else self._folders[:1]:
            try:
                page = warc.fetch(folder, name, offset)
            except warc.WarcError as error:
                trouble = trouble or str(error)
                continue
            if _is_of(page, capture):
                return page
        for index in self._indexes:
            found = index.page(capture.url, capture.fetched_at)
            if found is not None and _is_of(found, capture):
                return found
        if capture.source == "warc":
            return f"{name}, which was replayed, is not at hand: name it, or the folder replayed, with --files"
        return trouble or f"{name} holds another record at {offset} than the archive says"


def _is_of(page: Page, capture: Captured) -> bool:
    """Whether these are the capture's own bytes: files of different crawlers may have one name."""
    at = page.fetched_at.replace(microsecond=0)
    return (page.url, at, page.digest) == (capture.url, capture.fetched_at, capture.digest)
