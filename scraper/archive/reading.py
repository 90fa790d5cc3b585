"""Reading an archived page again by today's rules: rows are corrected, the page's history is not."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from scraper.archive.absences import Absences
from scraper.archive.captures import Captured
from scraper.archive.content import Known
from scraper.archive.state import State, dumps, stamp, state_of
from scraper.items import LISTED, Article

Reread = Callable[[Captured], Article | None]  # the article in an earlier capture by today's rules; None: no bytes

READ = (
    "section",
    "title",
    "published_at",
    "published_text",
    "published_precision",
    "lead",
    "body",
    "author",
    "lang",
    "images",
    "related_links",
    "attachments",
    "problems",
)


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that another reading of the same page gives another value."""

    field: str
    before: Any
    after: Any

    @property
    def kind(self) -> str:
        """'filled', 'emptied' or 'changed'."""
        if _is_empty(self.before):
            return "filled"
        return "emptied" if _is_empty(self.after) else "changed"


@dataclass(frozen=True, slots=True)
class Kept:
    """An article with the capture from which it can be read again."""

    article_id: int
    portal: str
    extractor: str | None
    capture: Captured


class Reading(Absences):
    """Re-extraction."""

    def differences(self, article_id: int, article: Article) -> tuple[Difference, ...]:
        """What `reread` would change; writes nothing."""
        before = self._state(article_id)
        return _compare(before, _after(before, article))

    def reread(self, article_id: int, article: Article) -> tuple[str, ...]:
        """Store a new reading of the capture `read_from(article_id)`; returns the names of the fields that changed.

        Only columns whose value changes are written, never a revision; extractor and provenance are renewed.
        """
        with self.write():
            known = self._known("id = ?", article_id)
            if known is None:
                raise LookupError(f"no article {article_id}")
            before = self._state(article_id)
            after = _after(before, article)
            self._overwrite(article_id, before, after)
            self._rename_content(known, after)
            if before.published_at != after.published_at:
                self._reschedule(article_id)
            return tuple(difference.field for difference in _compare(before, after))

    def kept(self, portals: Sequence[str] = (), *, since: datetime | None = None) -> Iterator[Kept]:
        """All articles (of these portals; seen since then) with the capture to read them from, for `reextract`.

        Articles whose bytes were never kept are left out. Rows may be written while this runs.
        """
        last = 0
        condition = f" AND portal IN ({', '.join('?' * len(portals))})" if portals else ""
        newest = " AND last_seen_at >= ?" if since else ""
        values = (*portals, *((stamp(since),) if since else ()))
        sql = f"SELECT id, portal, extractor FROM articles WHERE id > ?{condition}{newest} ORDER BY id LIMIT 500"
        while batch := self.rows(sql, (last, *values)):
            for article_id, portal, extractor in batch:
                capture = self.read_from(article_id)
                if capture is not None and capture.warc_file is not None:
                    yield Kept(article_id, portal, extractor, capture)
            last = batch[-1][0]

    def _renew(self, known: Known, extractor: str, reread: Reread | None) -> Known:
        """The row read again by the rules of a newer sighting, so that only what the page changed is a revision."""
        if reread is None or known.extractor == extractor:
            return known
        capture = self.read_from(known.id)
        article = reread(capture) if capture is not None else None
        if article is None:
            return known
        self.reread(known.id, article)
        return self._known("id = ?", known.id) or known

    def _rename_content(self, known: Known, after: State) -> None:
        """The captures that showed the content now show it by its new hash."""
        if known.content_hash != after.content_hash:
            self.db.conn.execute(
                "UPDATE captures SET content_hash = ? WHERE article_id = ? AND content_hash = ? AND fetched_at >= ?",
                (after.content_hash, known.id, known.content_hash, known.since),
            )


def _after(before: State, article: Article) -> State:
    """The new reading; a section that the page does not name stays as the listing named it that led to the article."""
    state = state_of(article)
    if state.section is not None or json.loads(before.provenance or "{}").get("section") != LISTED:
        return state
    told = {**json.loads(state.provenance), "section": LISTED}
    return replace(state, section=before.section, provenance=dumps(told))


def _compare(before: State, after: State) -> tuple[Difference, ...]:
    pairs = ((name, getattr(before, name), getattr(after, name)) for name in READ)
    return tuple(Difference(name, old, new) for name, old, new in pairs if old != new)


def _is_empty(value: Any) -> bool:
    return value is None or value in ("", (), "[]")
