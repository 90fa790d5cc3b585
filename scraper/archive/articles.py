"""Saving what a crawl read: a new article, a revised one, an unchanged one, or an older state of one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from scraper.archive.captures import digest_of
from scraper.archive.change import classify
from scraper.archive.content import CONTENT, LISTS, Known
from scraper.archive.reading import Reread
from scraper.archive.state import State, stamp, state_of
from scraper.archive.timeline import Timeline
from scraper.items import Article, Page
from scraper.urls import canonical

_FIRST = ("portal", "url", "key", *CONTENT, "first_seen_at", "last_seen_at", "checked_at", "next_check_at")
_INSERT = f"""INSERT INTO articles({", ".join(_FIRST)}, etag, last_modified)
    VALUES ({", ".join("?" * (len(_FIRST) + 2))})"""
_URL = """INSERT INTO urls(url, article_id, first_seen_at) VALUES (?, ?, ?) ON CONFLICT(url) DO UPDATE
    SET first_seen_at = excluded.first_seen_at
    WHERE excluded.first_seen_at < urls.first_seen_at AND excluded.article_id = urls.article_id"""


@dataclass(frozen=True, slots=True)
class Saved:
    """What `save` did."""

    outcome: str  # new | revised | unchanged | older (a former state was put in its place) | reread (see `save`)
    article_id: int
    change: str | None = None  # typo | edit | rewrite: of the state that was replaced, or was put in its place
    capture_id: int | None = None  # None: an unchanged live page whose bytes are not kept


class Articles(Timeline):
    """Identity and the decision what a sighting is."""

    def known(self, portal: str, url_or_key: str) -> int | None:
        """The id of the portal's article with this key or URL (any under which it was met)."""
        found = self._known("portal = ? AND key = ?", portal, url_or_key) or self._by_url(portal, None, url_or_key)
        return found.id if found else None

    def save(self, article: Article, page: Page, portal: str, reread: Reread | None = None) -> Saved:
        """Archive one sighting of an article. The result for a set of sightings is the same in every order.

        Identity is the portal's own number (`key`), else any URL under which the article was met. A sighting with
        the content of its neighbour in time touches no content column and no index. The same bytes (URL, second and
        payload) with other content are another reading of ours, never a revision: outcome 'reread'. `reread` is
        asked, when the rules changed, for the earlier capture by today's rules (see `Reread`).
        """
        state, at = state_of(article), stamp(page.fetched_at)
        with self.write():
            known = self._find(portal, article, page)
            if known is None:
                return self._add(article, state, page, portal)
            self._meet(known, article, page, portal)
            for capture_id, _, article_id, digest in self._same_bytes(page, digest_of(page)):
                if article_id == known.id and digest is not None:
                    return self._read_again(known, article, state, (capture_id, digest))
            if at > known.last_seen_at:
                return self._later(known, state, (article, page), reread)
            if known.since < at < known.last_seen_at and state.content_hash == known.content_hash:
                return self._confirmed(known, page)
            placed = self._place(known, state, page, reread)
            if placed.is_last:
                self._go_by(known, article.url)
            return Saved(placed.outcome, known.id, placed.change, placed.capture_id)

    def unchanged(self, article_id: int, page: Page) -> None:
        """The portal said 304, or the page has the same bytes: only observation columns are touched."""
        with self.write():
            known = self._known("id = ?", article_id)
            if known is None:
                raise LookupError(f"no article {article_id}")
            if stamp(page.fetched_at) > known.last_seen_at:
                self._observe(page, article_id, known.content_hash, keep=_is_kept(page))
                self._move(known, canonical(page.url), page)
                self._touch(known, page)
            else:
                self._observe(page, article_id, None, keep=_is_kept(page))

    def alias(self, article_id: int, url: str, at: datetime) -> None:
        """Another address of the article, as a redirect shows it; one that is another article's stays with that."""
        with self.write():
            self.db.conn.execute(_URL, (canonical(url), article_id, stamp(at)))
            (portal,) = self.row("SELECT portal FROM articles WHERE id = ?", (article_id,)) or ("",)
            self._settle_entries(portal, article_id, None, stamp(at))

    def _find(self, portal: str, article: Article, page: Page) -> Known | None:
        if article.key is not None:
            found = self._known("portal = ? AND key = ?", portal, article.key)
            if found is not None:
                return found
        return self._by_url(portal, article.key, article.url) or self._by_url(portal, article.key, canonical(page.url))

    def _by_url(self, portal: str, key: str | None, url: str) -> Known | None:
        """The article met under the URL, unless the portal now numbers it otherwise: then it is another one."""
        found = self._known("id = (SELECT article_id FROM urls WHERE url = ?) AND portal = ?", url, portal)
        return None if found is None or (key is not None and found.key is not None) else found

    def _add(self, article: Article, state: State, page: Page, portal: str) -> Saved:
        at = stamp(page.fetched_at)
        draft = Known(0, article.url, article.key, "", "", state.published_at, at, at, None, at, None)
        content = (getattr(state, name) for name in CONTENT)
        row = (portal, article.url, article.key, *content, at, at, at, self._next_check(draft, at))
        article_id = int(self.db.conn.execute(_INSERT, (*row, page.etag, page.last_modified)).lastrowid or 0)
        for table in LISTS:
            self._insert_list(table, article_id, getattr(state, table))
        addresses = {article.url, canonical(page.url)}
        self.db.conn.executemany(_URL, [(url, article_id, at) for url in sorted(addresses)])
        capture_id = self._observe(page, article_id, state.content_hash)
        self._settle_entries(portal, article_id, article.key, at)
        return Saved("new", article_id, None, capture_id)

    def _meet(self, known: Known, article: Article, page: Page, portal: str) -> None:
        """Another address of a known article, or the number of one that had none."""
        at = stamp(page.fetched_at)
        before = self.db.conn.total_changes
        for url in {article.url, canonical(page.url)}:
            self.db.conn.execute(_URL, (url, known.id, at))
        if article.key is not None and known.key is None:
            self.db.conn.execute("UPDATE articles SET key = ? WHERE id = ?", (article.key, known.id))
        if self.db.conn.total_changes != before:
            self._settle_entries(portal, known.id, article.key, at)

    def _settle_entries(self, portal: str, article_id: int, key: str | None, at: str) -> None:
        """What listings showed of this article waits no longer."""
        done = "UPDATE entries SET article_id = ?, outcome = 'stored', tried_at = ?, next_try_at = NULL WHERE "
        self.db.conn.execute(
            f"{done} portal = ? AND article_id IS NULL AND url IN (SELECT url FROM urls WHERE article_id = ?)",
            (article_id, at, portal, article_id),
        )
        if key is not None:
            self.db.conn.execute(f"{done} portal = ? AND key = ? AND article_id IS NULL", (article_id, at, portal, key))

    def _later(self, known: Known, state: State, found: tuple[Article, Page], reread: Reread | None) -> Saved:
        article, page = found
        if state.content_hash != known.content_hash:
            known = self._renew(known, state.extractor, reread)
        self._go_by(known, article.url)
        if state.content_hash == known.content_hash:
            return self._confirmed(known, page)
        at, former = stamp(page.fetched_at), self._state(known.id)
        change = classify(former, state)
        facts = (known.since, known.last_seen_at, at, change, self._first_capture(known))
        self._insert_former(known.id, former, facts)
        # An article that returns to a former text is kept as its first capture with that text showed it.
        earlier = [
            former.state for former in self._formers(known.id) if former.state.content_hash == state.content_hash
        ]
        self._overwrite(known.id, former, earlier[0] if earlier else state)
        self.db.conn.execute("UPDATE articles SET revised_at = ? WHERE id = ?", (at, known.id))
        capture_id = self._observe(page, known.id, state.content_hash)
        self._touch(known, page)
        return Saved("revised", known.id, change, capture_id)

    def _confirmed(self, known: Known, page: Page) -> Saved:
        capture_id = self._observe(page, known.id, known.content_hash, keep=_is_kept(page))
        if stamp(page.fetched_at) > known.last_seen_at:
            self._touch(known, page)
        return Saved("unchanged", known.id, None, capture_id)

    def _touch(self, known: Known, page: Page) -> None:
        """The article was seen: observation columns only, and an absence is over."""
        at = stamp(page.fetched_at)
        self.db.conn.execute(
            """UPDATE articles SET last_seen_at = ?, checked_at = max(coalesce(checked_at, ''), ?), next_check_at = ?,
            etag = coalesce(?, etag), last_modified = coalesce(?, last_modified) WHERE id = ?""",
            (at, at, self._next_check(known, at), page.etag, page.last_modified, known.id),
        )
        if self._is_missing(known.id):
            self._end_absences(known.id, at)
            self._reschedule(known.id)

    def _move(self, known: Known, url: str, page: Page) -> None:
        """The article answered under another address: a listing showed it there, or a redirect led there."""
        if url == known.url:
            return
        self.alias(known.id, url, page.fetched_at)
        if self.row("SELECT article_id FROM urls WHERE url = ?", (url,)) == (known.id,):
            self._go_by(known, url)

    def _go_by(self, known: Known, url: str) -> None:
        """The article's canonical URL is the one that its newest sighting gives it."""
        if url != known.url:
            self.db.conn.execute("UPDATE articles SET url = ? WHERE id = ?", (url, known.id))

    def _read_again(self, known: Known, article: Article, state: State, seen: tuple[int, str]) -> Saved:
        """The very bytes that were read before."""
        capture_id, digest = seen
        if digest == state.content_hash:
            return Saved("unchanged", known.id, None, capture_id)
        if digest == known.content_hash:
            self.reread(known.id, article)
        return Saved("reread", known.id, None, capture_id)


def _is_kept(page: Page) -> bool:
    """Whether an unchanged sighting is worth a row: it points to bytes, or its time is not simply now."""
    return page.warc_file is not None or page.source != "live"
