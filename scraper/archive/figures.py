"""Facts about a portal's articles, for reports: states, output a week, silence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from scraper.archive.state import moment, stamp
from scraper.archive.store import Store

_FIELDS = ("title", "lead", "body", "author", "published_at", "captions")


@dataclass(frozen=True, slots=True)
class Shown:
    """One state of an article, former or present."""

    seen_at: datetime
    change: str | None  # what replaced it was a typo, edit or rewrite; None: the present state
    fields: dict[str, str | None]  # title, lead, body, author, published_at, captions (JSON)


@dataclass(frozen=True, slots=True)
class Output:
    """What a portal published, as far as the archive knows."""

    articles: int
    gone: int
    recent: int  # published in the last 28 days
    newest: datetime | None  # the last publication that is not in the future
    silence: float  # days since then
    longest: float  # days: the longest pause between two publications in the year before now


def states(archive: Store, article_id: int) -> list[Shown]:
    """All states of an article in order; empty where there is no such article."""
    rows = archive.rows(f"SELECT seen_at, change, {', '.join(_FIELDS)} FROM states WHERE article_id = ?", (article_id,))
    return [Shown(moment(row[0]), row[1], dict(zip(_FIELDS, row[2:], strict=True))) for row in rows]


def output(archive: Store, portal: str, now: datetime) -> Output:
    """The portal's articles by their dates; one without a date counts by the day that it was first seen."""
    articles, gone = archive.rows("SELECT count(*), count(gone_at) FROM articles WHERE portal = ?", (portal,))[0]
    year = now - timedelta(days=365)
    rows = archive.rows(
        """SELECT DISTINCT julianday(coalesce(published_at, first_seen_at)) AS day FROM articles
        WHERE portal = ? AND day BETWEEN julianday(?) AND julianday(?) ORDER BY day""",
        (portal, stamp(year), stamp(now)),
    )
    days = [float(day) for (day,) in rows]
    today = float(archive.rows("SELECT julianday(?)", (stamp(now),))[0][0])
    recent = archive.rows(
        """SELECT count(*) FROM articles WHERE portal = ?
        AND julianday(coalesce(published_at, first_seen_at)) BETWEEN ? AND ?""",
        (portal, today - 28, today),
    )[0][0]
    pauses = [later - earlier for earlier, later in pairwise([*days, today])]
    newest = now - timedelta(days=today - days[-1]) if days else None
    return Output(articles, gone, recent, newest, pauses[-1] if pauses else 0.0, max(pauses, default=0.0))
