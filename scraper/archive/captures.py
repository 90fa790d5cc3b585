"""The responses that the archive rests on: one row each, pointing to its record in a WARC file."""

from __future__ import annotations

from base64 import b32encode
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha1
from typing import Any

from scraper.archive.state import moment, stamp
from scraper.archive.store import Store
from scraper.items import Page

_COLUMNS = """id, url, fetched_at, status, digest, etag, last_modified, warc_file, warc_offset, source, article_id"""
_SHOWS_NOW = """article_id = ? AND status < 300 AND content_hash =
    (SELECT content_hash FROM articles WHERE articles.id = captures.article_id)"""


@dataclass(frozen=True, slots=True)
class Captured:
    """A row of `captures`: when and where a response was got, and where its bytes are."""

    id: int
    url: str
    fetched_at: datetime  # aware, UTC
    status: int
    digest: str | None
    etag: str | None
    last_modified: str | None
    warc_file: str | None
    warc_offset: int | None
    source: str
    article_id: int | None


class Captures(Store):
    """Captures: writing them, and finding the bytes of an article or URL."""

    def capture(self, page: Page) -> int:
        """The id of the page's row in `captures`, made where it is new (same url, fetched_at, source and digest)."""
        with self.write():
            digest = digest_of(page)
            for found, source, _, _ in self._same_bytes(page, digest):
                if source == page.source:
                    return int(found)
            return self._insert_capture(page, digest, None, None)

    def captured(self, digest: str) -> Captured | None:
        """The earliest live capture with this payload whose bytes are in a WARC file: what a revisit refers to."""
        return self._capture(
            "digest = ? AND source = 'live' AND warc_file IS NOT NULL ORDER BY fetched_at, id LIMIT 1", digest
        )

    def confirmed(self, url: str) -> Captured | None:
        """The capture whose bytes a 304 confirms: of the newest content of the URL the first, which is no revisit."""
        newest = self._capture(
            "url = ? AND source = 'live' AND status = 200 AND warc_file IS NOT NULL ORDER BY fetched_at DESC LIMIT 1",
            url,
        )
        return newest and (self.captured(newest.digest or "") or newest)

    def captures_of(self, article_id: int) -> list[Captured]:
        """All captures of an article, oldest first; the failed checks of a vanished one are among them."""
        return self._captures("article_id = ? ORDER BY fetched_at, id", article_id)

    def captures_at(self, url: str) -> list[Captured]:
        """All captures of exactly this URL, oldest first."""
        return self._captures("url = ? ORDER BY fetched_at, id", url)

    def last_capture(self, article_id: int) -> Captured | None:
        """The newest capture that shows the article as it is now."""
        return self._capture(f"{_SHOWS_NOW} ORDER BY fetched_at DESC, id DESC LIMIT 1", article_id)

    def read_from(self, article_id: int) -> Captured | None:
        """The capture from which the article's row was read: the first of its present content whose bytes are kept.

        Re-reading must start here and not at the newest one: related lists change daily without an edit.
        """
        return self._capture(
            f"{_SHOWS_NOW} ORDER BY warc_file IS NULL, fetched_at, length(url), url LIMIT 1", article_id
        )

    def holds_sample(self) -> bool:
        """Whether invented news of the shipped sample is in this archive."""
        return self.row("SELECT 1 FROM captures WHERE source = 'sample' LIMIT 1") is not None

    def holds_real(self) -> bool:
        """Whether anything but the shipped sample is in this archive."""
        return self.row("SELECT 1 FROM captures WHERE source != 'sample' LIMIT 1") is not None

    def each_capture(self) -> Iterator[Captured]:
        """Every capture that names a WARC record, by file and offset: what `verify` walks."""
        last = 0
        while batch := self._captures("id > ? AND warc_file IS NOT NULL ORDER BY id LIMIT 1000", last):
            yield from batch
            last = batch[-1].id

    def titled(self, portal: str | None) -> Iterator[tuple[str, int, str]]:
        """WARC file, offset and article title of every capture that shows an article (of this portal)."""
        yield from self.rows(
            """SELECT warc_file, warc_offset, title FROM captures JOIN articles ON articles.id = article_id
            WHERE warc_offset IS NOT NULL AND status < 400 AND title IS NOT NULL AND coalesce(portal = ?, 1)""",
            (portal,),
        )

    def _same_bytes(self, page: Page, digest: str) -> list[tuple[int, str, int | None, str | None]]:
        """Captures of the same URL, second and payload: (id, source, article_id, content_hash)."""
        found = self.rows(
            "SELECT id, source, article_id, content_hash, digest FROM captures WHERE url = ? AND fetched_at = ?",
            (page.url, stamp(page.fetched_at)),
        )
        return [row[:4] for row in found if row[4] == digest]

    def _insert_capture(self, page: Page, digest: str, article_id: int | None, content_hash: str | None) -> int:
        row = (
            page.url,
            stamp(page.fetched_at),
            page.status,
            digest,
            page.etag,
            page.last_modified,
            page.warc_file,
            page.warc_offset,
            page.source,
            article_id,
            content_hash,
        )
        sql = """INSERT INTO captures(url, fetched_at, status, digest, etag, last_modified, warc_file, warc_offset,
            source, article_id, content_hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""
        return int(self.db.conn.execute(sql, row).lastrowid or 0)

    def _capture(self, condition: str, *parameters: Any) -> Captured | None:
        found = self._captures(condition, *parameters)
        return found[0] if found else None

    def _captures(self, condition: str, *parameters: Any) -> list[Captured]:
        found = self.rows(f"SELECT {_COLUMNS} FROM captures WHERE {condition}", parameters)
        return [Captured(row[0], row[1], moment(row[2]), *row[3:]) for row in found]


def digest_of(page: Page) -> str:
    """The payload digest as its WARC record has it, else computed from the body."""
    return page.digest or "sha1:" + b32encode(sha1(page.body, usedforsecurity=False).digest()).decode("ascii")
