"""Pages that others collected, taken into the archive: WARC files of any crawler, mirrors, pages saved by hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from urllib.parse import quote

from scraper import dates, extract, mirror, portals, warc
from scraper.archive import Archive, Captured
from scraper.items import Article, Page
from scraper.portals import Portal
from scraper.urls import host

BATCH = 32  # articles a transaction
WARCS = (".warc", ".warc.gz", ".wacz")


@dataclass(slots=True)
class Imported:
    """What an import came to."""

    pages: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)  # new, revised, unchanged, older, reread, no article
    strangers: Counter[str] = field(default_factory=Counter)  # hosts that no portal file names → pages
    problems: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Importer:
    """Takes pages in by the way of every article; bytes that lie in no WARC file yet are kept in one."""

    archive: Archive
    portals: Sequence[Portal]
    writer: Callable[[Portal], warc.Writer] | None  # None: bytes are not kept
    now: Callable[[], datetime]
    result: Imported = field(default_factory=Imported)
    writers: dict[str, warc.Writer] = field(default_factory=dict)

    def take(self, path: Path) -> None:
        """A file or a folder with whatever it holds."""
        found = self._articles(self._pages(path))
        while batch := list(islice(found, BATCH)):
            for writer in self.writers.values():
                writer.sync()
            with self.archive.write():
                for article, page, portal in batch:
                    self.result.outcomes[self.archive.save(article, page, portal.name).outcome] += 1

    def close(self) -> None:
        for writer in self.writers.values():
            writer.close()

    def _pages(self, path: Path) -> Iterator[tuple[Page, str]]:
        """Pages and the names of the files that they were in."""
        for file in mirror.files(path):
            if file.name.endswith(WARCS):
                yield from ((page, "") for page in self._records(file, path))
                continue
            page = mirror.page(file, path, self._scheme)
            if page is not None:
                yield page, file.relative_to(path.parent).as_posix()

    def _records(self, file: Path, top: Path) -> Iterator[Page]:
        """The pages of a WARC file, named relative to what the user named, so that they are found there again."""
        name = file.relative_to(top).as_posix() if top.is_dir() else file.name
        for page in warc.read(file, problems=self.result.problems):
            if page.status == 200 and (page.content_type is None or "html" in page.content_type):
                yield replace(page, warc_file=(page.warc_file or "").replace(file.name, name, 1))

    def _articles(self, pages: Iterable[tuple[Page, str]]) -> Iterator[tuple[Article, Page, Portal]]:
        for page, file in pages:
            self.result.pages += 1
            portal = portals.find(page.url, self.portals)
            if portal is portals.UNKNOWN:
                self.result.strangers[host(page.url)] += 1
                continue
            reading = extract.read(page, portal)
            if isinstance(reading, Article):
                yield dates.normalise(reading, page, portal), self._kept(page, file, portal), portal
            else:
                self.result.outcomes["no article"] += 1

    def _kept(self, page: Page, file: str, portal: Portal) -> Page:
        """The page with the place of its bytes. A saved file has lost its header: a plain one is written."""
        if page.warc_file is not None or self.writer is None:
            return page
        exchange = warc.Exchange(
            url=page.url,
            status=200,
            headers=[(b"Content-Type", b"text/html")],
            body=page.body,
            at=page.fetched_at,
            source_uri=f"file:{quote(file)}",
            created_at=self.now(),
        )
        held = self._held(exchange)
        if held is not None:
            return replace(page, digest=held.digest, warc_file=held.warc_file, warc_offset=held.warc_offset)
        if portal.name not in self.writers:
            self.writers[portal.name] = self.writer(portal)
        written = self.writers[portal.name].write(exchange)
        return replace(page, digest=written.digest, warc_file=written.warc_file, warc_offset=written.offset)

    def _held(self, exchange: warc.Exchange) -> Captured | None:
        """The capture that an earlier import made of this very file."""
        found = self.archive.captures_at(exchange.url)
        same = (one for one in found if (one.fetched_at, one.digest) == (exchange.at, exchange.digest))
        return next((one for one in same if one.source == "import" and one.warc_file), None)

    def _scheme(self, name: str) -> str:
        """The scheme that the portal of a host uses."""
        portal = portals.find(f"https://{name}/", self.portals)
        return portal.start[0].partition(":")[0] if portal.start else "https"
