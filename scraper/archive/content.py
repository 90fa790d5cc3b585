"""Reading and writing the stored states of an article: its row with its lists, and its revisions."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from scraper.archive.captures import Captures, digest_of
from scraper.archive.state import State, dumps, images, links, moment
from scraper.items import Image, Link, Page

# The columns of `articles` that hold what was read from a page, named as the fields of State.
CONTENT = (
    "section",
    "title",
    "published_at",
    "published_text",
    "published_precision",
    "author",
    "lang",
    "content_hash",
    "extractor",
    "provenance",
    "problems",
    "lead",
    "body",
)
LISTS = ("images", "related_links", "attachments")
_KNOWN = (
    "id, url, key, content_hash, extractor, published_at, first_seen_at, last_seen_at, revised_at, checked_at, gone_at"
)
_SELECT_CONTENT = f"SELECT {', '.join(CONTENT)} FROM articles WHERE id = ?"
_REVISION = """title, lead, body, author, published_at, captions, content_hash, details, seen_at, last_seen_at,
    replaced_at, change, capture_id"""


@dataclass(frozen=True, slots=True)
class Known:
    """What must be known of an article's row to decide about a new sighting. Times as stored."""

    id: int
    url: str
    key: str | None
    content_hash: str
    extractor: str | None
    published_at: str | None
    first_seen_at: str
    last_seen_at: str
    revised_at: str | None
    checked_at: str | None
    gone_at: str | None

    @property
    def since(self) -> str:
        """When the present state was first seen."""
        return self.revised_at or self.first_seen_at


@dataclass(frozen=True, slots=True)
class Former:
    """A row of `revisions`."""

    id: int
    seen_at: str
    last_seen_at: str
    replaced_at: str
    change: str
    capture_id: int | None
    state: State


class Content(Captures):
    """The stored states."""

    def _known(self, condition: str, *parameters: Any) -> Known | None:
        row = self.row(f"SELECT {_KNOWN} FROM articles WHERE {condition}", parameters)
        return None if row is None else Known(*row)

    def _state(self, article_id: int) -> State:
        """The article as it is stored now."""
        row = self.row(_SELECT_CONTENT, (article_id,)) or ()
        columns = dict(zip(CONTENT, row, strict=True))
        return State(
            **columns,
            images=images(self._list("images", "url, caption, credit", article_id)),
            related_links=links(self._list("related_links", "url, title", article_id)),
            attachments=links(self._list("attachments", "url, title", article_id)),
        )

    def _list(self, table: str, columns: str, article_id: int) -> list[tuple[Any, ...]]:
        return self.rows(f"SELECT {columns} FROM {table} WHERE article_id = ? ORDER BY position", (article_id,))

    def _overwrite(self, article_id: int, before: State, after: State) -> None:
        """Write only what differs, so that the index trigger fires only for searched columns that changed."""
        changed = [name for name in CONTENT if getattr(before, name) != getattr(after, name)]
        if changed:
            assignments = ", ".join(f"{name} = ?" for name in changed)
            values = [getattr(after, name) for name in changed]
            self.db.conn.execute(f"UPDATE articles SET {assignments} WHERE id = ?", (*values, article_id))
        for table in LISTS:
            if getattr(before, table) != getattr(after, table):
                self._replace_list(table, article_id, getattr(after, table))

    def _replace_list(self, table: str, article_id: int, items: Sequence[Image | Link]) -> None:
        """Put a list in the place of the former one, which its revision keeps; media stay linked to their captures."""
        held: dict[str, int] = {}
        if table != "related_links":
            held = dict(self.rows(f"SELECT url, capture_id FROM {table} WHERE article_id = ?", (article_id,)))
        self.db.conn.execute(f"DELETE FROM {table} WHERE article_id = ?", (article_id,))
        self._insert_list(table, article_id, items)
        for url, capture_id in held.items():
            if capture_id is not None:
                self.db.conn.execute(
                    f"UPDATE {table} SET capture_id = ? WHERE article_id = ? AND url = ?", (capture_id, article_id, url)
                )

    def _insert_list(self, table: str, article_id: int, items: Sequence[Image | Link]) -> None:
        if not items:
            return
        rows = [
            (article_id, position, item.url, item.caption, item.credit)
            if isinstance(item, Image)
            else (article_id, position, item.url, item.title)
            for position, item in enumerate(items, 1)
        ]
        names = (
            "article_id, position, url, caption, credit" if table == "images" else "article_id, position, url, title"
        )
        marks = ", ".join("?" * len(rows[0]))
        self.db.conn.executemany(f"INSERT INTO {table}({names}) VALUES ({marks})", rows)

    def _formers(self, article_id: int) -> list[Former]:
        """The article's former states in order."""
        found = self.rows(
            f"SELECT id, {_REVISION} FROM revisions WHERE article_id = ? ORDER BY seen_at, last_seen_at, id",
            (article_id,),
        )
        return [Former(row[0], row[9], row[10], row[11], row[12], row[13], _revived(row[1:9])) for row in found]

    def _insert_former(self, article_id: int, state: State, facts: Sequence[Any]) -> None:
        """Facts: seen_at, last_seen_at, replaced_at, change, capture_id."""
        self.db.conn.execute(
            f"INSERT INTO revisions(article_id, {_REVISION}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (article_id, *_stored(state), *facts),
        )

    def _overwrite_former(self, former_id: int, state: State, facts: Sequence[Any]) -> None:
        names = [name.strip() for name in _REVISION.split(",")]
        assignments = ", ".join(f"{name} = ?" for name in names)
        self.db.conn.execute(f"UPDATE revisions SET {assignments} WHERE id = ?", (*_stored(state), *facts, former_id))

    def _observe(self, page: Page, article_id: int, content_hash: str | None, *, keep: bool = True) -> int | None:
        """The capture that shows this article with this content; made only if it is to be kept."""
        digest = digest_of(page)
        for found, source, _, _ in self._same_bytes(page, digest):
            if source == page.source:
                self.db.conn.execute(
                    "UPDATE captures SET article_id = ?, content_hash = ? WHERE id = ?",
                    (article_id, content_hash, found),
                )
                return found
        return self._insert_capture(page, digest, article_id, content_hash) if keep else None

    def _next_check(self, known: Known, checked_at: str) -> str:
        """The next check by age; a date in the future counts as the day it was first seen."""
        first = moment(known.first_seen_at)
        born = min(moment(known.published_at), first) if known.published_at else first
        return self.checks.next_after(moment(checked_at), born).isoformat(timespec="seconds")


def _stored(state: State) -> tuple[Any, ...]:
    return (
        state.title,
        state.lead,
        state.body,
        state.author,
        state.published_at,
        state.captions,
        state.content_hash,
        state.details,
    )


def _revived(row: Sequence[Any]) -> State:
    title, lead, body, author, published_at, captions, content_hash, details = row
    rest: dict[str, Any] = json.loads(details) if details else {}
    captioned = [["", caption, None] for caption in json.loads(captions or "[]")]
    return State(
        title=title,
        lead=lead,
        body=body,
        author=author,
        published_at=published_at,
        published_text=rest.get("published_text"),
        published_precision=rest.get("published_precision"),
        section=rest.get("section"),
        lang=rest.get("lang"),
        images=images(rest.get("images", captioned)),
        related_links=links(rest.get("related_links", [])),
        attachments=links(rest.get("attachments", [])),
        extractor=rest.get("extractor", ""),
        provenance=dumps(rest.get("provenance", {})),
        problems=dumps(rest.get("problems", [])),
        content_hash=content_hash,
    )
