"""Sections of a portal: whether their listings were walked to the end, and where an unfinished walk goes on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from scraper.archive.frontier import Frontier
from scraper.archive.state import moment, stamp


@dataclass(frozen=True, slots=True)
class SectionState:
    """A row of `listings`."""

    url: str
    section: str | None
    first_seen_at: datetime | None
    walked_at: datetime | None  # last walk to the end
    backfilled_at: datetime | None  # first walk to the end; None: older articles may be missing
    cursor: str | None  # page at which an unfinished walk goes on
    total_reported: int | None  # number of articles that the portal says the section has
    listed: int  # number of distinct articles that it showed so far


class Sections(Frontier):
    """Backfill, tracked apart from freshness."""

    def sections(self, portal: str) -> list[SectionState]:
        """The portal's sections in the order in which they were found."""
        found = self.rows(
            """SELECT listings.url, section, first_seen_at, walked_at, backfilled_at, cursor, total_reported,
              (SELECT count(DISTINCT coalesce(entries.article_id, -entries.id)) FROM listed
                JOIN entries ON entries.id = entry_id WHERE listed.listing = listings.url AND entries.portal = ?)
            FROM listings WHERE portal = ? ORDER BY listings.rowid""",
            (portal, portal),
        )
        return [SectionState(*row[:2], *map(_moment, row[2:5]), *row[5:]) for row in found]

    def keep_section(self, portal: str, url: str, section: str | None, at: datetime | None = None) -> None:
        """Remember a section; its name is filled in where it was unknown."""
        with self.write():
            self.db.conn.execute(
                """INSERT INTO listings(portal, url, section, first_seen_at) VALUES (?, ?, ?, ?)
                ON CONFLICT(portal, url) DO UPDATE SET section = coalesce(listings.section, excluded.section)
                WHERE listings.section IS NULL AND excluded.section IS NOT NULL""",
                (portal, url, section, stamp(at) if at else None),
            )

    def move_cursor(self, portal: str, url: str, cursor: str | None) -> None:
        """Where the walk goes on if it is cut off here; commit it with the entries of the page before."""
        with self.write():
            self.keep_section(portal, url, None)
            self.db.conn.execute("UPDATE listings SET cursor = ? WHERE portal = ? AND url = ?", (cursor, portal, url))

    def finish_section(self, portal: str, url: str, at: datetime, total: int | None = None) -> None:
        """The listing was walked to its end."""
        with self.write():
            self.keep_section(portal, url, None)
            self.db.conn.execute(
                """UPDATE listings SET walked_at = ?, backfilled_at = coalesce(backfilled_at, ?), cursor = NULL,
                total_reported = coalesce(?, total_reported) WHERE portal = ? AND url = ?""",
                (stamp(at), stamp(at), total, portal, url),
            )


def _moment(text: str | None) -> datetime | None:
    return None if text is None else moment(text)
