"""What is known of a portal's captures in a web archive, and which of them are still to be fetched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from scraper.archive.media import Media
from scraper.archive.state import moment, stamp
from scraper.items import Entry

TRIES = 3  # after so many failures a capture is given up until the web archive is listed again


@dataclass(frozen=True, slots=True)
class Wanted:
    """A capture to fetch."""

    url: str
    at: datetime  # capture time; of what only a listing showed: about when
    key: str | None
    is_listed: bool  # only a listing page showed it: the web archive may not have it


@dataclass(frozen=True, slots=True)
class Harvest:
    """How far a host's captures were listed."""

    resume_key: str | None
    listed_at: datetime | None  # when the list was complete; None: it is to be gone on with


_WAITING = """SELECT url, at, key, is_listed FROM snapshots
    WHERE portal = ? AND outcome IS NULL AND at >= ? AND at <= ? AND NOT EXISTS (SELECT 1 FROM captures
      WHERE captures.url = snapshots.url AND captures.fetched_at = snapshots.at AND captures.source = 'wayback')
    ORDER BY is_listed, at, url LIMIT ?"""


class Recovery(Media):
    """The frontier of a recovery; it lives in the archive, so that a killed run loses nothing."""

    def harvest(self, portal: str, domain: str, span: str) -> Harvest | None:
        """How far the captures of a host in a span of time were listed; None: not at all."""
        found = self.row(
            "SELECT resume_key, listed_at FROM harvests WHERE portal = ? AND domain = ? AND span = ?",
            (portal, domain, span),
        )
        return Harvest(found[0], moment(found[1]) if found[1] else None) if found else None

    def keep_harvest(self, portal: str, domain: str, span: str, resume_key: str | None, at: datetime) -> None:
        """A further part of the list is in; without a key it is complete."""
        with self.write():
            self.db.conn.execute(
                "INSERT OR REPLACE INTO harvests(portal, domain, span, resume_key, listed_at) VALUES (?, ?, ?, ?, ?)",
                (portal, domain, span, resume_key, stamp(at) if resume_key is None else None),
            )

    def keep_snapshots(self, portal: str, snapshots: Sequence[tuple[str, datetime]]) -> int:
        """Captures (URL, time) that the web archive listed; returns how many were new. Failed ones get new tries."""
        with self.write():
            before = self.db.conn.total_changes
            self.db.conn.executemany(
                "INSERT OR IGNORE INTO snapshots(portal, url, at, is_listed) VALUES (?, ?, ?, 0)",
                [(portal, url, stamp(at)) for url, at in snapshots],
            )
            added = self.db.conn.total_changes - before
            self.db.conn.executemany(
                """UPDATE snapshots SET outcome = NULL, tries = 0
                WHERE portal = ? AND url = ? AND at = ? AND outcome = 'failed'""",
                [(portal, url, stamp(at)) for url, at in snapshots],
            )
            return added

    def keep_shown(self, portal: str, entries: Sequence[Entry], at: datetime) -> None:
        """What a listing page showed: asked for about that time where the web archive listed no capture of it."""
        with self.write():
            self.db.conn.executemany(
                """INSERT OR IGNORE INTO snapshots(portal, url, at, key, is_listed) SELECT ?1, ?2, ?3, ?4, 1
                WHERE NOT EXISTS (SELECT 1 FROM snapshots WHERE portal = ?1 AND url = ?2)""",
                [(portal, entry.url, stamp(at), entry.key) for entry in entries],
            )

    def wanted(self, portal: str, first: datetime, last: datetime, limit: int) -> list[Wanted]:
        """Captures of that time to be fetched, oldest first; what only listings showed comes last."""
        found = self.rows(_WAITING, (portal, stamp(first), stamp(last), limit))
        return [Wanted(url, moment(at), key, bool(listed)) for url, at, key, listed in found]

    def recalls(self, portal: str, first: datetime, last: datetime) -> int:
        """The number of captures of that time that are known, whatever came of them."""
        sql = "SELECT count(*) FROM snapshots WHERE portal = ? AND at >= ? AND at <= ?"
        found = self.row(sql, (portal, stamp(first), stamp(last)))
        return int(found[0]) if found else 0

    def recalled(self, portal: str, wanted: Wanted, outcome: str, at: datetime) -> None:
        """What came of a capture: 'stored', 'listing', 'other', 'not captured' …; 'failed' is tried again."""
        with self.write():
            self.db.conn.execute(
                """UPDATE snapshots SET tries = tries + 1, tried_at = ?1,
                outcome = CASE WHEN ?2 = 'failed' AND tries + 1 < ?3 THEN NULL ELSE ?2 END
                WHERE portal = ?4 AND url = ?5 AND at = ?6""",
                (stamp(at), outcome, TRIES, portal, wanted.url, stamp(wanted.at)),
            )
