"""What a page tells of the software behind it: the CMS family, what gave it away, and all addresses it links to."""

from __future__ import annotations

from dataclasses import dataclass

from scraper.extract.document import Document, line, text_of
from scraper.extract.shape import clean


@dataclass(frozen=True, slots=True)
class Clues:
    """What a portal's page shows beside its news."""

    platform: str | None  # name of the CMS family
    evidence: str | None  # the selector of its fingerprint that matched
    generator: str | None  # what the page says of its software itself
    title: str | None  # name of the site
    links: tuple[str, ...]  # canonical URLs in order


def find(document: Document) -> Clues:
    """Never raises."""
    family = document.platform
    seen = next((css for css in family.fingerprint if document.find(css)), None) if family else None
    named = {m.get("property") or m.get("name"): line(m.get("content")) for m in document.index.tags.get("meta", ())}
    urls = (clean(document.absolute(a.get("href"))) for a in document.index.tags.get("a", ()))
    return Clues(
        platform=family.name if family else None,
        evidence=seen,
        generator=named.get("generator") or None,
        title=named.get("og:site_name") or text_of(next(iter(document.index.tags.get("title", ())), None)) or None,
        links=tuple(dict.fromkeys(url for url in urls if url)),
    )
