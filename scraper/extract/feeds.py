"""RSS and Atom feeds, sitemaps and sitemap indexes: XML read safely, whatever is in it."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

from lxml import etree

from scraper.extract.document import line
from scraper.extract.shape import clean
from scraper.items import Entry

LIMIT = 50 * 1024 * 1024  # bytes of an unpacked sitemap (sitemaps.org); what is longer is cut
MOST = 50_000  # addresses of one file (sitemaps.org)
_GZIP = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class Sitemap:
    """What a sitemap file names."""

    pages: tuple[Entry, ...] = ()  # date_text is the <lastmod> as written, title a news sitemap's
    sitemaps: tuple[str, ...] = ()  # further files, of an index


def sitemap(body: bytes) -> Sitemap:
    """A sitemap, an index, or a plain list of addresses; gzip or not. Empty when it is none of these."""
    body = unpacked(body)
    root = _tree(body)
    if root is None:
        text = body[:LIMIT].decode("utf-8", "replace")
        lines = [one.strip() for one in text.splitlines()[:MOST]]
        plain = bool(lines) and all(one.startswith("http") or not one for one in lines)
        return Sitemap(tuple(Entry(url) for one in lines if (url := clean(one)))) if plain else Sitemap()
    pages: list[Entry] = []
    further: list[str] = []
    for element in root.iter("{*}url", "{*}sitemap"):
        url = clean(_child(element, "loc"))
        if url is None:
            continue
        if _name(element) == "sitemap":
            further.append(url)
        elif len(pages) < MOST:
            title = _child(element, "title", deep=True)
            pages.append(Entry(url, title=title, date_text=_child(element, "lastmod")))
    return Sitemap(tuple(pages), tuple(dict.fromkeys(further)))


def feed(body: bytes, base: str = "") -> tuple[Entry, ...]:
    """The entries of an RSS, RDF or Atom feed in order; empty when the bytes are no feed."""
    root = _tree(unpacked(body))
    if root is None or _name(root) not in ("rss", "RDF", "feed"):
        return ()
    entries: dict[str, Entry] = {}
    for element in root.iter("{*}item", "{*}entry"):
        url = clean(_child(element, "link") or _href(element) or _child(element, "guid"))
        if url is not None:
            date_text = next((d for name in _DATES if (d := _child(element, name))), None)
            entries.setdefault(url, Entry(url, None, _child(element, "title"), date_text))
    return tuple(entries.values())


_DATES = ("pubDate", "published", "date", "updated")


def unpacked(body: bytes) -> bytes:
    """The bytes without gzip, at most LIMIT of them: a small file may unpack to gigabytes."""
    if not body.startswith(_GZIP):
        return body[:LIMIT]
    packed = zlib.decompressobj(wbits=31)
    try:
        return packed.decompress(body, LIMIT)
    except zlib.error:
        return b""


def _tree(body: bytes) -> etree._Element | None:
    """The root; no entities, DTDs or network, and what is broken is repaired as far as it goes."""
    start = body.lstrip(b"\xef\xbb\xbf \t\r\n")
    if not start.startswith(b"<"):
        return None
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True, huge_tree=False)
    try:
        return etree.fromstring(start, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None


def _name(element: etree._Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _child(element: etree._Element, name: str, *, deep: bool = False) -> str | None:
    """Text of the first child of that name in any namespace."""
    path = f".//{{*}}{name}" if deep else f"{{*}}{name}"
    found = element.find(path)
    return None if found is None else line("".join(found.itertext())) or None


def _href(element: etree._Element) -> str | None:
    """The address of an Atom entry: its alternate link."""
    for link in element.findall("{*}link"):
        if link.get("rel", "alternate") == "alternate" and link.get("href"):
            return line(link.get("href"))
    return None
