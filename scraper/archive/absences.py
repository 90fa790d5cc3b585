"""Disappearance: failed checks of an article, and when they are enough to call it gone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from scraper.archive.content import Content
from scraper.archive.state import moment, stamp
from scraper.items import Page

CHECKS = 3  # failed checks that make an article gone, …
HOURS = 72  # … the first and the last at least so far apart
# Absences that a later sighting disproves (ended) or whose run was no fair witness (not settled) are no evidence.
_EVIDENCE = f"""SELECT article_id FROM absences WHERE ended_at IS NULL AND settled = 1 AND article_id = ?
    GROUP BY article_id HAVING count(*) >= {CHECKS}
    AND julianday(max(seen_at)) - julianday(min(seen_at)) >= {HOURS / 24} - 1e-6"""


@dataclass(frozen=True, slots=True)
class Gone:
    """What the end of a run concluded about missing articles."""

    counted: int  # failed checks of this run that now count as evidence
    articles: tuple[int, ...]  # ids that became gone


class Absences(Content):
    """Evidence of disappearance. Nothing is ever deleted: gone is a time stamp."""

    def absent(self, article_id: int, page: Page, cause: str, run_id: int | None) -> None:
        """A check of a known article failed: cause '404', '410', 'home' or 'soft404'.

        Counts only after `settle`. The article is checked again the next night. Call it for what the portal answered,
        never for an outage, a firewall or a miss of a replay or web archive.
        """
        at = stamp(page.fetched_at)
        with self.write():
            capture_id = self._observe(page, article_id, None)
            self.db.conn.execute(
                """INSERT OR IGNORE INTO absences(article_id, run_id, seen_at, cause, capture_id, ended_at)
                VALUES (?, ?, ?, ?, ?, (SELECT min(at) FROM (
                  SELECT min(fetched_at) AS at FROM captures
                    WHERE article_id = ? AND content_hash IS NOT NULL AND fetched_at >= ?
                  UNION ALL SELECT last_seen_at FROM articles WHERE id = ? AND last_seen_at >= ?)))""",
                (article_id, run_id, at, cause, capture_id, article_id, at, article_id, at),
            )
            self.db.conn.execute(
                "UPDATE articles SET checked_at = ? WHERE id = ? AND coalesce(checked_at, '') < ?", (at, article_id, at)
            )
            self._reschedule(article_id)

    def postpone(self, article_id: int, at: datetime) -> None:
        """A check that gave no answer: the article is checked again the next night, after those that wait longer."""
        with self.write():
            again = stamp(self.checks.next_night(at))
            self.db.conn.execute("UPDATE articles SET next_check_at = ? WHERE id = ?", (again, article_id))

    def is_gone(self, article_id: int) -> bool:
        """Whether the article counts as gone."""
        return self.row("SELECT 1 FROM articles WHERE id = ? AND gone_at IS NOT NULL", (article_id,)) is not None

    def settle(self, portal: str, run_id: int, now: datetime, *, moved: bool) -> Gone:
        """The end of a run: its failed checks count as evidence, unless so many failed that the site `moved` or broke.

        Sets gone_at to `now` where 3 failed checks lie at least 72 hours apart, first to last.
        """
        if moved:
            return Gone(0, ())
        with self.write():
            counted = self.db.conn.execute(
                "UPDATE absences SET settled = 1 WHERE run_id = ? AND settled = 0", (run_id,)
            ).rowcount
            suspects = self.rows(
                """SELECT DISTINCT articles.id FROM absences JOIN articles ON articles.id = article_id
                WHERE run_id = ? AND ended_at IS NULL AND portal = ? AND gone_at IS NULL ORDER BY articles.id""",
                (run_id, portal),
            )
            gone = tuple(article_id for (article_id,) in suspects if self.row(_EVIDENCE, (article_id,)))
            for article_id in gone:
                self.db.conn.execute("UPDATE articles SET gone_at = ? WHERE id = ?", (stamp(now), article_id))
                self._reschedule(article_id)
        return Gone(counted, gone)

    def _end_absences(self, article_id: int, at: str) -> None:
        """The article was seen then: earlier absences are over, and gone it is only if later ones are enough."""
        self.db.conn.execute(
            """UPDATE absences SET ended_at = ? WHERE article_id = ? AND seen_at <= ?
            AND (ended_at IS NULL OR ended_at > ?)""",
            (at, article_id, at, at),
        )
        if not self.row(_EVIDENCE, (article_id,)):
            self.db.conn.execute(
                "UPDATE articles SET gone_at = NULL WHERE id = ? AND gone_at IS NOT NULL", (article_id,)
            )

    def _is_missing(self, article_id: int) -> bool:
        """Whether its last check failed."""
        sql = "SELECT 1 FROM absences WHERE article_id = ? AND ended_at IS NULL LIMIT 1"
        return self.row(sql, (article_id,)) is not None

    def _reschedule(self, article_id: int) -> None:
        """The next check: the next night while an absence is open and not yet judged, else by age."""
        known = self._known("id = ?", article_id)
        if known is None or known.checked_at is None:
            return
        if known.gone_at is None and self._is_missing(article_id):
            at = stamp(self.checks.next_night(moment(known.checked_at)))
        else:
            at = self._next_check(known, known.checked_at)
        self.db.conn.execute(
            "UPDATE articles SET next_check_at = ? WHERE id = ? AND next_check_at IS NOT ?", (at, article_id, at)
        )
