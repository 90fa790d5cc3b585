"""What listings showed and what is to be fetched: new entries, failed ones, and known articles due for a check."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b

from scraper.archive.articles import Articles
from scraper.archive.state import stamp
from scraper.items import Entry

_NIGHT = timedelta(hours=18)  # a night may begin earlier than the one before
_LONGEST = timedelta(days=30)
_OTHER = timedelta(days=90)  # a page that is no article seldom becomes one
FREE = "not captured"  # the outcome that is nobody's failure: it neither counts as a try nor delays the next one


@dataclass(frozen=True, slots=True)
class Entered:
    """A listing page against what was known before."""

    fresh: tuple[Entry, ...]  # to fetch: never stored, not tried in vain lately; one per article
    changed: tuple[Entry, ...]  # stored, but listed with another title or date than this listing showed before
    settled: bool  # every entry stood here before `settled_at`, with the same listed title and date


@dataclass(frozen=True, slots=True)
class Due:
    """A known article to check again, with what a conditional request needs."""

    article_id: int
    url: str
    key: str | None
    etag: str | None
    last_modified: str | None
    title: str | None


class Frontier(Articles):
    """The crawl's memory; it lives in the archive, so that a killed run loses nothing."""

    def enter(
        self, portal: str, listing: str, entries: Sequence[Entry], seen_at: datetime, settled_at: datetime | None = None
    ) -> Entered:
        """Record what a listing page (or a related block, sitemap, feed) shows, and tell what to fetch.

        `settled_at`: up to then the listing was seen without a gap; None where it never was.

        A known number under a new URL is no new article: the URL is recorded in `urls`. An article that is gone and
        is listed again is `changed`.
        """
        settled, at = settled_at is not None, stamp(seen_at)
        until = stamp(settled_at) if settled_at else ""
        fresh: list[Entry] = []
        changed: list[Entry] = []
        taken: set[str] = set()
        with self.write():
            for entry in entries:
                entry_id, article_id = self._enter(portal, listing, entry, at)
                same, since = self._mark(entry_id, listing, entry, at)
                settled = settled and same is True and since <= until
                name = entry.key or entry.url
                if name in taken:
                    continue
                if article_id is None:
                    wanted = self._is_wanted(portal, entry, at, again=same is False)
                else:
                    wanted = same is False or self._is_back(article_id, at)
                if wanted:
                    taken.add(name)
                    (fresh if article_id is None else changed).append(entry)
        return Entered(tuple(fresh), tuple(changed), settled)

    def tried(self, portal: str, entry: Entry, outcome: str, at: datetime) -> None:
        """An entry did not become an article: 'missing', 'other', 'failed', 'not captured', …; waits longer each time.

        'not captured' (a replay or web archive lacks it) is no try at all. 'stored' is for a redirect, where the
        article was saved under another URL than the entry's.
        """
        with self.write():
            sql = "SELECT id, tries, key FROM entries WHERE portal = ? AND url = ?"
            found = self.row(sql, (portal, entry.url))
            if found is None:
                self._enter(portal, "", entry, stamp(at))
                found = self.row(sql, (portal, entry.url))
            assert found is not None
            entry_id, tries, key = found
            known = (self.known(portal, key) if key else None) or self.known(portal, entry.url)
            pause = _pause(outcome, tries + 1)
            free = outcome in (FREE, "stored")
            self.db.conn.execute(
                """UPDATE entries SET outcome = ?, tried_at = ?, tries = ?, next_try_at = ?,
                article_id = coalesce(article_id, ?) WHERE id = ?""",
                (outcome, stamp(at), tries + (not free), stamp(at + pause) if pause else None, known, entry_id),
            )

    def waiting(self, portal: str, now: datetime, limit: int, *, before: datetime | None = None) -> list[Entry]:
        """Entries that were never stored and are due for a try, one per article, longest waiting first.

        `before`: leave out what was tried since then.
        """
        found = self.rows(
            """SELECT url, key, min(tries), min(id) FROM entries WHERE portal = ? AND article_id IS NULL
            AND coalesce(outcome, '') != 'stored' AND (next_try_at IS NULL OR next_try_at <= ?)
            AND (tried_at IS NULL OR tried_at < ?) GROUP BY coalesce(key, url) ORDER BY min(tries), min(id) LIMIT ?""",
            (portal, stamp(now), stamp(before) if before else "~", limit),
        )
        return [Entry(row[0], row[1]) for row in found]

    def unread(self, portal: str) -> int:
        """Number of entries that were never tried."""
        sql = "SELECT count(*) FROM entries WHERE portal = ? AND article_id IS NULL AND outcome IS NULL"
        return int((self.row(sql, (portal,)) or (0,))[0])

    def due(self, portal: str, now: datetime, limit: int, *, before: datetime | None = None) -> list[Due]:
        """Known articles whose check is due, most overdue first; `before`: all that were not checked since then.

        An article that was missing at its last check is looked for under the URL by which a listing showed it last.
        """
        condition, order = (
            ("next_check_at <= ?", "next_check_at") if before is None else ("checked_at < ?", "checked_at")
        )
        found = self.rows(
            f"""SELECT id, url, key, etag, last_modified, title,
              EXISTS (SELECT 1 FROM absences WHERE article_id = articles.id AND ended_at IS NULL)
            FROM articles WHERE portal = ? AND {condition} ORDER BY {order}, id LIMIT ?""",
            (portal, stamp(before or now), limit),
        )
        return [Due(row[0], self._listed_url(row[0], row[1]) if row[6] else row[1], *row[2:6]) for row in found]

    def witnesses(self, portal: str, before: datetime, limit: int) -> list[Due]:
        """Articles that were well when they were last looked for, not since `before`; those seen last come first."""
        found = self.rows(
            """SELECT id, url, key, etag, last_modified, title FROM articles WHERE portal = ? AND gone_at IS NULL
            AND coalesce(checked_at, '') < ? AND id NOT IN (SELECT article_id FROM absences WHERE ended_at IS NULL)
            ORDER BY last_seen_at DESC, id DESC LIMIT ?""",
            (portal, stamp(before), limit),
        )
        return [Due(*row) for row in found]

    def _listed_url(self, article_id: int, url: str) -> str:
        """Where a listing showed the article last."""
        found = self.row(
            "SELECT url FROM entries WHERE article_id = ? ORDER BY last_seen_at DESC, url = ? DESC, id DESC LIMIT 1",
            (article_id, url),
        )
        return str(found[0]) if found else url

    def _enter(self, portal: str, listing: str, entry: Entry, at: str) -> tuple[int, int | None]:
        """(entry id, article id if it is stored)."""
        found = self.row("SELECT id, article_id FROM entries WHERE portal = ? AND url = ?", (portal, entry.url))
        if found is not None and found[1] is not None:
            self._see(found[0], entry, at)
            return found[0], found[1]
        article_id = (self.known(portal, entry.key) if entry.key else None) or self.known(portal, entry.url)
        if found is None:
            cursor = self.db.conn.execute(
                """INSERT INTO entries(portal, url, key, listing, title, date_text, first_seen_at, last_seen_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)""",
                (portal, entry.url, entry.key, listing, entry.title, entry.date_text, at, at),
            )
            entry_id = int(cursor.lastrowid or 0)
        else:
            entry_id = found[0]
            self._see(entry_id, entry, at)
        if article_id is not None:
            self.db.conn.execute(
                "UPDATE entries SET article_id = ?, outcome = 'stored', next_try_at = NULL WHERE id = ?",
                (article_id, entry_id),
            )
            self.db.conn.execute(
                "INSERT OR IGNORE INTO urls(url, article_id, first_seen_at) VALUES (?, ?, ?)",
                (entry.url, article_id, at),
            )
        return entry_id, article_id

    def _see(self, entry_id: int, entry: Entry, at: str) -> None:
        self.db.conn.execute(
            """UPDATE entries SET last_seen_at = max(last_seen_at, ?), first_seen_at = min(first_seen_at, ?),
            title = coalesce(?, title), date_text = coalesce(?, date_text), key = coalesce(key, ?) WHERE id = ?""",
            (at, at, entry.title, entry.date_text, entry.key, entry_id),
        )

    def _mark(self, entry_id: int, listing: str, entry: Entry, at: str) -> tuple[bool | None, str]:
        """Whether this listing showed the entry with the same title and date before (None: not at all), and since when.

        Kept per listing, because two listings may shorten one title differently.
        """
        shown = f"{entry.title or ''}\n{entry.date_text or ''}".encode("utf-8", "surrogatepass")
        mark = blake2b(shown, digest_size=6).hexdigest()
        found = self.row("SELECT mark, seen_at FROM listed WHERE entry_id = ? AND listing = ?", (entry_id, listing))
        if found is None:
            self.db.conn.execute(
                "INSERT INTO listed(entry_id, listing, mark, seen_at) VALUES (?, ?, ?, ?)",
                (entry_id, listing, mark, at),
            )
            return None, at
        if found[0] == mark:
            return True, str(found[1])
        self.db.conn.execute(
            "UPDATE listed SET mark = ?, seen_at = ? WHERE entry_id = ? AND listing = ?", (mark, at, entry_id, listing)
        )
        return False, at

    def _is_wanted(self, portal: str, entry: Entry, at: str, *, again: bool) -> bool:
        """Whether an entry that was never stored is to be fetched now: not while a copy of it waits, nor too soon."""
        if entry.key is not None:
            copy = self.row(
                """SELECT 1 FROM entries WHERE portal = ? AND key = ? AND url != ? AND outcome IS NULL AND id <
                (SELECT id FROM entries WHERE portal = ? AND url = ?) LIMIT 1""",
                (portal, entry.key, entry.url, portal, entry.url),
            )
            if copy is not None:
                return False
        found = self.row("SELECT next_try_at FROM entries WHERE portal = ? AND url = ?", (portal, entry.url))
        return again or found is None or found[0] is None or found[0] <= at

    def _is_back(self, article_id: int, at: str) -> bool:
        """Whether a listing shows an article that counts as gone and was not looked for this night."""
        sql = (
            "SELECT 1 FROM articles WHERE id = ? AND gone_at IS NOT NULL AND julianday(?) - julianday(checked_at) > 0.5"
        )
        return self.row(sql, (article_id, at)) is not None


def _pause(outcome: str, tries: int) -> timedelta | None:
    """How long not to try again: one night, then twice as long each time."""
    if outcome in (FREE, "stored"):
        return None
    if outcome == "other":
        return min(_LONGEST * tries, _OTHER)
    return min(_NIGHT + timedelta(days=2 ** min(tries - 1, 8) - 1), _LONGEST)
