"""Sections of a portal: whether their listings were walked to the end, and where an unfinished walk goes on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from scraper.archive.frontier import Frontier
from scraper.archive.state import moment, stamp
from scraper.walk import Walk


@dataclass(frozen=True, slots=True)
class SectionState:
    """A row of `listings`."""

    url: str
    section: str | None
    first_seen_at: datetime | None
    walked_at: datetime | None  # last walk to the end
    backfilled_at: datetime | None  # first walk to the end; None: older articles may be missing
    cursor: str | None  # page at which an unfinished walk goes on
    settled_at: datetime | None  # up to then it was seen without a gap between its top and its cursor
    searched_at: datetime | None  # last time that it was searched for further sections
    total_reported: int | None  # number of articles that the portal says the section has
    listed: int  # number of distinct articles that it showed so far
    counted: int | None = None  # number of articles that the last walk from its top to its end showed


class Sections(Frontier):
    """Backfill, tracked apart from freshness."""

    def sections(self, portal: str) -> list[SectionState]:
        """The portal's sections in the order in which they were found."""
        found = self.rows(
            """SELECT listings.url, section, cursor, total_reported, counted,
              first_seen_at, walked_at, backfilled_at, settled_at, searched_at,
              (SELECT count(DISTINCT coalesce(entries.article_id, -entries.id)) FROM listed
                JOIN entries ON entries.id = entry_id WHERE listed.listing = listings.url AND entries.portal = ?)
            FROM listings WHERE portal = ? ORDER BY listings.rowid""",
            (portal, portal),
        )
        return [_state(*row) for row in found]

    def keep_section(self, portal: str, url: str, section: str | None, at: datetime | None = None) -> None:
        """Remember a section; its name is filled in where it was unknown."""
        with self.write():
            self.db.conn.execute(
                """INSERT INTO listings(portal, url, section, first_seen_at) VALUES (?, ?, ?, ?)
                ON CONFLICT(portal, url) DO UPDATE SET section = coalesce(listings.section, excluded.section)
                WHERE listings.section IS NULL AND excluded.section IS NOT NULL""",
                (portal, url, section, stamp(at) if at else None),
            )

    def progress(self, portal: str, walk: Walk, at: datetime, total: int | None) -> None:
        """Where a walk through the listing stands; commit it with the entries of the page just read."""
        with self.write():
            self.keep_section(portal, walk.url, walk.section, at)
            changes: dict[str, Any] = {} if total is None else {"total_reported": total}
            if walk.joined:
                changes |= {"settled_at": stamp(at), "cursor": walk.at}
            if walk.ended:
                changes |= {"walked_at": stamp(at), "cursor": None}
                changes |= {"counted": None if walk.resumed else len(walk.seen)}
                self.db.conn.execute(
                    "UPDATE listings SET backfilled_at = coalesce(backfilled_at, ?) WHERE portal = ? AND url = ?",
                    (stamp(at), portal, walk.url),
                )
            if changes:
                columns = ", ".join(f"{name} = ?" for name in changes)
                self.db.conn.execute(
                    f"UPDATE listings SET {columns} WHERE portal = ? AND url = ?", (*changes.values(), portal, walk.url)
                )

    def searched_at(self, portal: str) -> datetime | None:
        """When the portal's start pages were last searched for sections."""
        found = self.row("SELECT max(searched_at) FROM listings WHERE portal = ?", (portal,))
        return _moment(found[0]) if found else None

    def searched(self, portal: str, url: str, at: datetime) -> None:
        """A start page was searched for sections."""
        with self.write():
            self.keep_section(portal, url, None, at)
            self.db.conn.execute(
                "UPDATE listings SET searched_at = ? WHERE portal = ? AND url = ?", (stamp(at), portal, url)
            )


def _state(
    url: str, section: str | None, cursor: str | None, total: int | None, counted: int | None, *rest: Any
) -> SectionState:
    *moments, listed = rest
    first_seen, walked, backfilled, settled, searched = map(_moment, moments)
    return SectionState(url, section, first_seen, walked, backfilled, cursor, settled, searched, total, listed, counted)


def _moment(text: str | None) -> datetime | None:
    return None if text is None else moment(text)
