"""Replay: the captures of a URL in WARC files, and the page of the newest or of the one nearest to a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import urljoin

from scraper import urls
from scraper.items import Page
from scraper.warc import records, revisits
from scraper.warc.cdxj import Line, Table, table
from scraper.warc.files import Damage, Source, WarcError, sources
from scraper.warc.keys import POSTED, posted
from scraper.warc.reading import load
from scraper.warc.records import Record


@dataclass(frozen=True, slots=True)
class Capture:
    """One capture of a URL; a revisit counts as a capture of the page that it stands for."""

    url: str
    at: datetime  # aware, UTC
    status: int | None  # None: a revisit without HTTP header
    content_type: str | None
    digest: str
    warc_file: str
    warc_offset: int


class Index:
    """Where the pages of some WARC files are."""

    def __init__(self, lines: Table, files: dict[str, Source]) -> None:
        self._table = lines
        self._files = files
        self.problems: list[str] = list(lines.problems)  # records that are not whole, told once each

    @classmethod
    def open(cls, source: Path) -> Index:
        """Index of a file, folder or WACZ. Built once: it is kept beside a large source, if that can be written to."""
        files = {found.name: found for found in sources(source)}
        if not files:
            raise WarcError(f"{source} holds no .warc, .warc.gz or .wacz file")
        return cls(table(source), files)

    def page(self, url: str, at: datetime | None = None) -> Page | None:
        """The newest capture of `url`, or the one nearest to `at`; None: not captured.

        Redirects are given as they are. https and http, with and without www, stand in for one another, but never a
        redirect from one such form to the other. A damaged record is told in `problems` and the next best is given.
        """
        for line in self._ranked(url, at):
            try:
                page = self._page(line)
            except Damage as damage:
                self._tell(f"{line.filename} at {line.offset}: {damage}")
                continue
            if page.url == url or not _leads_to(page, url):
                return page
        return None

    def answer(self, url: str, form: bytes) -> Page | None:
        """The newest answer to a form that was posted to `url`; None: not captured."""
        return self.page(posted(url, form))

    def shares(self, other: Index) -> bool:
        """Whether a capture of `other` is here too: the same payload under the same URL."""
        return any(
            {c.digest for c in other.captures(url)} & {c.digest for c in self.captures(url)} for url in other.urls()
        )

    def captures(self, url: str) -> list[Capture]:
        """All captures of a URL, oldest first."""
        return [_capture(line) for line in self._table.lines(url) if _servable(line)]

    def urls(self) -> Iterator[str]:
        """Every URL captured, each once."""
        last = None
        for line in self._table:
            if line.url != last and _servable(line) and POSTED not in line.url:
                yield line.url
                last = line.url

    def original(self, revisit: Record) -> Record | None:
        """The response whose payload a revisit record stands for; None when it is not here."""
        for line in self._table.lines(revisit.url):
            if (line.filename, line.offset) == (revisit.file, revisit.offset) and line.original_filename:
                found = load(self._files[line.original_filename], line.original_offset)
                return revisits.confirm(revisit, found)
        return None

    def _ranked(self, url: str, at: datetime | None) -> list[Line]:
        lines = [line for line in self._table.lines(url) if _servable(line)]
        lines.sort(key=lambda line: line.date, reverse=True)
        if at is None:
            return sorted(lines, key=lambda line: _strangeness(line.url, url))
        return sorted(lines, key=lambda line: (abs(_time(line) - at), _strangeness(line.url, url)))

    def _page(self, line: Line) -> Page:
        record = load(self._files[line.filename], line.offset)
        original = self.original(record) if record.kind == "revisit" else None
        if record.kind != "response" and original is None:
            raise Damage("the response that this revisit refers to is not here")
        return records.page(record, original)

    def _tell(self, problem: str) -> None:
        if problem not in self.problems:
            self.problems.append(problem)


def _servable(line: Line) -> bool:
    return not line.is_revisit or bool(line.original_filename)


def _time(line: Line) -> datetime:
    return records.parse_time(line.date)


def _strangeness(found: str, wanted: str) -> int:
    return 0 if found == wanted else 1 if urls.canonical(found) == urls.canonical(wanted) else 2


def _leads_to(page: Page, url: str) -> bool:
    if page.location is None or not 300 <= page.status < 400:
        return False
    return urls.canonical(urljoin(page.url, page.location)) == urls.canonical(url)


def _capture(line: Line) -> Capture:
    return Capture(
        url=line.url,
        at=_time(line),
        status=int(line.status) if line.status else None,
        content_type=None if line.is_revisit else line.mime or None,
        digest=line.digest,
        warc_file=line.filename,
        warc_offset=line.offset,
    )
