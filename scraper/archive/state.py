"""One state of an article in the form in which it is stored and compared."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any

from scraper.items import Article, Image, Link
from scraper.text import nfc, squeeze

_SPACES = (chr(code) for code in range(0x3001) if chr(code).isspace() and chr(code) != " ")
_UNEVEN = ("  ", *_SPACES, *"\u200b\u2060\ufeff\u180e")  # what squeeze() would change
_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class State:
    """What a portal published, as read from one capture: text in NFC, times and lists as in the tables."""

    title: str | None
    lead: str | None
    body: str | None
    author: str | None
    published_at: str | None  # ISO 8601 with the portal's offset
    published_text: str | None
    published_precision: str | None
    section: str | None
    lang: str | None
    images: tuple[Image, ...]
    related_links: tuple[Link, ...]
    attachments: tuple[Link, ...]
    extractor: str
    provenance: str  # JSON object
    problems: str  # JSON list
    content_hash: str

    @property
    def captions(self) -> str:
        """JSON list of the captions in order."""
        return dumps([image.caption for image in self.images if image.caption is not None])

    @property
    def text(self) -> str:
        """All text that a reader sees, for telling how much of it changed."""
        captions = (part for image in self.images for part in (image.caption, image.credit))
        return "\n".join(part for part in (self.title, self.lead, self.body, self.author, *captions) if part)

    @property
    def details(self) -> str:
        """JSON of the fields that `revisions` has no column for, so that a former state is kept whole."""
        return dumps(
            {
                "published_text": self.published_text,
                "published_precision": self.published_precision,
                "section": self.section,
                "lang": self.lang,
                "images": [[image.url, image.caption, image.credit] for image in self.images],
                "related_links": [[link.url, link.title] for link in self.related_links],
                "attachments": [[link.url, link.title] for link in self.attachments],
                "extractor": self.extractor,
                "provenance": json.loads(self.provenance),
                "problems": json.loads(self.problems),
            }
        )


def state_of(article: Article) -> State:
    """The article in the archive's form."""
    return State(
        title=_nfc(article.title),
        lead=_nfc(article.lead),
        body=_nfc(article.body),
        author=_nfc(article.author),
        published_at=article.published_at.isoformat(timespec="seconds") if article.published_at else None,
        published_text=_nfc(article.published_text),
        published_precision=article.published_precision,
        section=_nfc(article.section),
        lang=article.lang,
        images=tuple(Image(image.url, _nfc(image.caption), _nfc(image.credit)) for image in article.images),
        related_links=tuple(Link(link.url, _nfc(link.title)) for link in article.related_links),
        attachments=tuple(Link(link.url, _nfc(link.title)) for link in article.attachments),
        extractor=article.extractor,
        provenance=dumps(dict(article.provenance)),
        problems=dumps(list(article.problems)),
        content_hash=content_hash(article),
    )


def content_hash(article: Article) -> str:
    """32 hex digits over title, lead, body, author, published_at, captions with credits, attachment URLs without query.

    White space is evened out, so that a re-wrapped page is no change; related lists, view counters, pictures' URLs
    and sections are left out because they change daily without an edit.
    """
    published = article.published_at.astimezone(UTC).isoformat(timespec="seconds") if article.published_at else None
    parts = [*map(_even, (article.title, article.lead, article.body, article.author)), published or "", ""]
    for image in article.images:
        if image.caption or image.credit:
            parts += (_even(image.caption), _even(image.credit))
    parts.append("")
    parts += (link.url.partition("#")[0].partition("?")[0] for link in article.attachments)
    return blake2b("\x00".join(parts).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def stamp(at: datetime) -> str:
    """An observed moment as the archive writes it: UTC, whole seconds, ordered as text."""
    return at.astimezone(UTC).isoformat(timespec="seconds")


def moment(text: str) -> datetime:
    """The aware datetime of a time in the archive."""
    return datetime.fromisoformat(text)


def dumps(value: Any) -> str:
    """JSON as the archive stores it: Vietnamese readable, no padding."""
    return _JSON.encode(value)


def links(pairs: Iterable[Any]) -> tuple[Link, ...]:
    """Links from rows or JSON lists of (url, title)."""
    return tuple(Link(url, title) for url, title in pairs)


def images(triples: Iterable[Any]) -> tuple[Image, ...]:
    """Images from rows or JSON lists of (url, caption, credit)."""
    return tuple(Image(url, caption, credit) for url, caption, credit in triples)


def _nfc(text: str | None) -> str | None:
    return None if text is None else nfc(text)


def _even(text: str | None) -> str:
    """squeeze(), which a text that needs none is spared: it would take half the time of an unchanged article."""
    if not text:
        return ""
    even = nfc(text).replace("\n\n", " ").replace("\n", " ")
    if any(mark in even for mark in _UNEVEN) or even[0] == " " or even[-1] == " ":
        return squeeze(text)
    return even
