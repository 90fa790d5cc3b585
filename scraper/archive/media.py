"""Pictures and documents of articles: which still lack a capture; and the results of fixity checks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from scraper.archive.sections import Sections
from scraper.archive.state import stamp


@dataclass(frozen=True, slots=True)
class Medium:
    """A picture or document to fetch: each URL once, however many articles show it."""

    url: str
    kind: str  # image | attachment
    page_url: str  # of an article that shows it, for the Referer


_LINK = """UPDATE {table} SET capture_id = (SELECT max(captures.id) FROM captures WHERE captures.url = {table}.url
      AND status = 200 AND article_id IS NULL)
    WHERE capture_id IS NULL AND EXISTS (SELECT 1 FROM captures WHERE captures.url = {table}.url AND status = 200
      AND article_id IS NULL)"""
_PENDING = """SELECT wanted.url, min(wanted.kind), min(articles.url) FROM (
      SELECT url, article_id, 'image' AS kind FROM images WHERE capture_id IS NULL
      UNION ALL SELECT url, article_id, 'attachment' FROM attachments WHERE capture_id IS NULL) AS wanted
    JOIN articles ON articles.id = wanted.article_id LEFT JOIN media ON media.url = wanted.url
    WHERE articles.portal = ? AND (media.next_try_at IS NULL OR media.next_try_at <= ?)
    GROUP BY wanted.url ORDER BY max(articles.id) DESC LIMIT ?"""


class Media(Sections):
    """Media and fixity."""

    def media(self, portal: str, now: datetime, limit: int) -> list[Medium]:
        """Media of the portal without a capture, newest article first; failed ones wait longer each time.

        What another article showed before is linked to its capture and not fetched again.
        """
        with self.write():
            for table in ("images", "attachments"):
                self.db.conn.execute(_LINK.format(table=table))
        return [Medium(*row) for row in self.rows(_PENDING, (portal, stamp(now), limit))]

    def keep_media(self, url: str, capture_id: int) -> None:
        """The capture of a medium, for every article that shows it; `url` as in images or attachments."""
        with self.write():
            for table in ("images", "attachments"):
                self.db.conn.execute(
                    f"UPDATE {table} SET capture_id = ? WHERE url = ? AND capture_id IS NULL", (capture_id, url)
                )
            self.db.conn.execute("UPDATE media SET outcome = 'stored', next_try_at = NULL WHERE url = ?", (url,))

    def fail_media(self, url: str, outcome: str, at: datetime) -> None:
        """A medium could not be captured ('missing', 'too large', 'error', …): tried again in 1, 2, 4 … 64 days."""
        with self.write():
            found = self.row("SELECT tries FROM media WHERE url = ?", (url,))
            tries = (found[0] if found else 0) + 1
            again = at + timedelta(days=2 ** min(tries - 1, 6), hours=-6)
            self.db.conn.execute(
                """INSERT INTO media(url, tries, tried_at, outcome, next_try_at) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT(url) DO UPDATE SET tries = excluded.tries, tried_at = excluded.tried_at,
                outcome = excluded.outcome, next_try_at = excluded.next_try_at""",
                (url, tries, stamp(at), outcome, stamp(again)),
            )

    def keep_fixity(self, warc_file: str, at: datetime, records: int, problem: str | None) -> None:
        """The result of recomputing a WARC file's digests; `problem` None: all is as it was written."""
        with self.write():
            self.db.conn.execute(
                "INSERT INTO fixity(warc_file, checked_at, ok, records, problem) VALUES (?, ?, ?, ?, ?)",
                (warc_file, stamp(at), int(problem is None), records, problem),
            )
