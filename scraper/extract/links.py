"""Where a page leads: links that may be sections, with the place they stand in, and the feeds it announces."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from scraper.extract.document import Document, line, text_of
from scraper.extract.region import FURNITURE, Regions
from scraper.extract.selector import Element
from scraper.extract.shape import clean, is_page, looks_like_article, same_site

_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
_FEEDS = ("application/rss+xml", "application/atom+xml", "application/rdf+xml")
_TITLE = 90  # characters; longer texts are titles of articles
_WORDS = 9  # words that a section's name may have


@dataclass(frozen=True, slots=True)
class Way:
    """A link of a page, as far as it may lead to a section."""

    url: str  # canonical
    title: str
    place: str  # "menu" | "box" (heading of a box of news) | "text" | "footer"
    depth: int = 0  # of the menu entry: 0 for the first level


@dataclass(frozen=True, slots=True)
class Ways:
    """Everywhere a page leads to that is worth a look."""

    url: str  # of the page, canonical
    domains: tuple[str, ...]  # of the portal, besides the page's own host
    sections: tuple[Way, ...]
    articles: tuple[str, ...]  # canonical URLs of links that look like articles, in order
    feeds: tuple[str, ...]


def find(document: Document) -> Ways:
    """Links of the page on its own site, each address once, at its best place."""
    regions = Regions()
    sections: dict[str, Way] = {}
    articles: dict[str, None] = {}
    for anchor in document.index.tags.get("a", ()):
        url = clean(document.absolute(anchor.get("href")))
        if url is None or not is_page(url) or not same_site(url, document.url, document.portal.domains):
            continue
        title = text_of(anchor) or line(anchor.get("title"))
        if _is_article(document, url, title):
            articles[url] = None
        elif title and len(title) <= _TITLE and len(title.split()) <= _WORDS:
            way = Way(url, title, _place(anchor, regions), _depth(anchor))
            if url not in sections or _ORDER[way.place] < _ORDER[sections[url].place]:
                sections[url] = way
    return Ways(
        document.url,
        document.portal.domains,
        tuple(sections.values()),
        tuple(articles),
        tuple(dict.fromkeys(_feeds(document))),
    )


_ORDER = {"menu": 0, "box": 1, "text": 2, "footer": 3}


def _is_article(document: Document, url: str, title: str) -> bool:
    """By the rules' pattern; else by an address like an article's under a text longer than a section's name."""
    if any(rules.article_url for _, rules in document.tiers):
        return document.key(url) is not None
    return looks_like_article(url) and len(title.split()) > 6


def _place(anchor: Element, regions: Regions) -> str:
    for element in (anchor, *anchor.iterancestors()):
        if element.tag == "footer" or "footer" in f"{element.get('class') or ''}{element.get('id') or ''}".lower():
            return "footer"
    above = anchor.getparent()
    if above is not None and (above.tag in _HEADINGS or any(child.tag in _HEADINGS for child in anchor)):
        return "box"
    if regions.of(anchor)[0] == FURNITURE or any(element.tag == "li" for element in anchor.iterancestors()):
        return "menu"
    # A menu of table cells: links alone in their cells, side by side.
    if above is not None and above.tag == "td" and anchor.getnext() is None and anchor.getprevious() is None:
        return "menu"
    return "text"


def _depth(anchor: Element) -> int:
    return max(0, sum(element.tag in ("ul", "ol") for element in anchor.iterancestors()) - 1)


def _feeds(document: Document) -> Iterator[str]:
    for element in document.index.tags.get("link", ()):
        url = clean(document.absolute(element.get("href")))
        if url and (element.get("type") or "").lower() in _FEEDS:
            yield url
    for anchor in document.index.tags.get("a", ()):
        href = (anchor.get("href") or "").lower()
        if href.endswith((".rss", "/rss", "/rss/", "rss.xml", "/feed", "/feed/", "atom.xml")) or "/rss/" in href:
            url = clean(document.absolute(anchor.get("href")))
            if url and same_site(url, document.url, document.portal.domains):
                yield url
