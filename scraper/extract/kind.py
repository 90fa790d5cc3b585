"""What a page is: an article, a listing, something else, or an error whatever its status says."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace
from functools import cached_property
from itertools import islice

from scraper.extract import refusal
from scraper.extract.document import Document, line, text_of
from scraper.extract.related import AMONG
from scraper.extract.selector import Element
from scraper.extract.shape import clean, looks_like_article
from scraper.extract.titled import DATE_LINE, HEADINGS, is_dated
from scraper.items import Article, Listing

Kind = tuple[str, str | None]

_NEWS = re.compile(r'"@type"\s*:\s*(?:\[\s*)?"(?:News|Blog|Report(?:age)?News)?(?:Article|Posting)"')
_LIST = re.compile(r'"@type"\s*:\s*"(?:ItemList|CollectionPage|SearchResultsPage)"')
_PARAGRAPH = 80  # characters that make a paragraph of running text
_LEAST = 300  # characters of a short article
_TEXT = 700  # characters of running text that a section's introduction or a list of summaries does not have
_CARDS = 4  # undated entries that make a list of news
_SHORT = 1500  # an article with less text than this may be the message of an error page


class Evidence:
    """What speaks for an article on a page, looked at only when it is asked for."""

    def __init__(self, document: Document) -> None:
        self.document = document

    @cached_property
    def address(self) -> bool:
        """The address is an article's: by the rules' pattern, or by the look of it where no rule knows any."""
        document = self.document
        if any(rules.article_url for _, rules in document.tiers):
            return document.key(document.url) is not None
        return looks_like_article(document.url)

    @cached_property
    def declared(self) -> bool:
        """The page calls itself one article, in JSON-LD, microdata or a publication time."""
        scripts = [s.text or "" for s in self.document.scripts if "ld+json" in (s.get("type") or "")]
        if sum(len(_NEWS.findall(text)) for text in scripts) == 1 and not any(map(_LIST.search, scripts)):
            return True
        for meta in self.document.index.tags.get("meta", ()):
            if (meta.get("property") or meta.get("itemprop")) in ("article:published_time", "datePublished"):
                return True
        return sum("Article" in (e.get("itemtype") or "") for e in self.document.find("[itemtype]")) == 1

    @cached_property
    def og_article(self) -> bool:
        """`og:type` article: weak, since some sites say so on every page."""
        metas = self.document.index.tags.get("meta", ())
        return any(m.get("property") == "og:type" and m.get("content") == "article" for m in metas)

    @cached_property
    def prose(self) -> bool:
        """Whether so many paragraphs stand side by side, and no links among them, as in no list of summaries."""
        masses: dict[Element, int] = defaultdict(int)
        for paragraph in self.document.index.tags.get("p", ()):
            above = paragraph.getparent()
            size = len("".join(paragraph.itertext()))
            if above is not None and size >= _PARAGRAPH and next(paragraph.iter("a"), None) is None:
                masses[above] += size
        place = max(masses, key=lambda element: masses[element], default=None)
        return place is not None and masses[place] >= _TEXT and not _is_interleaved(place)


def guess(evidence: Evidence) -> Kind | None:
    """The kind where it shows without reading the page; None where article and listing have to be read."""
    document = evidence.document
    if error := refusal.plain(document):
        return "error", error
    if not _is_html(document):
        return "other", None
    if document.tiers and _has(document, "title"):
        return ("article", None) if evidence.address else None
    return None


def shows(evidence: Evidence, article: Article) -> bool:
    """Whether an article's address and the article alone tell that the page is one: no listing has to be looked for."""
    document = evidence.document
    if not evidence.address:
        return False
    body = article.body or ""
    listed = article.provenance.get("related_links") == AMONG or _dates(body) > 1
    if len(body) >= _TEXT and not listed and _is_titled(document, article):
        return True
    return evidence.prose and (document.platform is None or evidence.declared)


def _dates(body: str) -> int:
    """Lines of the text that are no more than a date: of entries of a list."""
    return sum(len(text) < DATE_LINE and is_dated(text) for text in body.splitlines())


def find(evidence: Evidence, listing: Listing, article: Article) -> Kind:
    """The kind of a page that was read both ways, since `guess` could not tell it."""
    document, listing = evidence.document, _apart(listing, article)
    if _is_article(evidence, listing, article):
        return "article", None
    if _is_listing(document, listing):
        return "listing", None
    if error := refusal.find(document, len(article.body or "")):
        return "error", error
    return "other", None


def _apart(listing: Listing, article: Article) -> Listing:
    """The listing without entries where they are the news tied to the article: a text with its related block."""
    body, entries = len(article.body or ""), listing.entries
    tied = {clean(link.url) for link in article.related_links}
    among = article.provenance.get("related_links") == AMONG
    known = article.published_text and not among and article.provenance.get("title") != "general:title element"
    if not known or body < _LEAST or not tied or body < sum(len(entry.title or "") for entry in entries):
        return listing
    own = [entry for entry in entries if entry.url not in tied]
    return listing if len(own) * 2 > len(entries) else replace(listing, entries=())


def _is_article(evidence: Evidence, listing: Listing, article: Article) -> bool:
    """Title, text and a date or an article's address; and no list that outweighs them."""
    document = evidence.document
    body = len(article.body or "")
    known = evidence.address or evidence.declared or (_has(document, "title") and _has(document, "body"))
    if not article.title or not (article.published_text or known):
        return False
    if _is_ruled(document, listing) or (listing.total or 0) > 1:
        return False
    if _is_date_of_entry(listing, article) and not evidence.declared:
        return False
    if not body:
        return known and article.published_text is not None and _is_titled(document, article, bool(listing.entries))
    if evidence.declared and body >= _PARAGRAPH:
        return True
    paged = listing.next_page is not None or listing.form is not None
    summed = sum(len(entry.title or "") for entry in listing.entries)
    if evidence.address and (
        _is_titled(document, article, bool(listing.entries)) or not (paged and _is_news(document, listing))
    ):
        return body >= _LEAST or body > summed or _is_titled(document, article, bool(listing.entries))
    if paged and len(listing.entries) > 1:
        return False
    enough = body >= (_TEXT if evidence.og_article else 2 * _TEXT) or not _is_news(document, listing)
    return enough and body > 2 * summed and _is_titled(document, article, bool(listing.entries))


def _is_listing(document: Document, listing: Listing) -> bool:
    if _is_ruled(document, listing):
        return True
    if (listing.total or 0) > 1 and listing.next_page and _has(document, "title"):
        return True  # a section that shows one whole article a page
    return _is_news(document, listing) or (listing.next_page is not None and _are_headed(document, listing))


def _are_headed(document: Document, listing: Listing) -> bool:
    """Whether the entries are linked headings, as those of news are and those of procedures and documents are not."""
    urls = {entry.url for entry in listing.entries}
    headed: set[str | None] = set()
    for tag in HEADINGS - {"h1"}:
        for element in document.index.tags.get(tag, ()):
            link = next(element.iter("a"), None)
            if link is None:
                link = next(islice(element.iterancestors("a"), 1), None)
            if link is not None:
                headed.add(clean(document.absolute(link.get("href"))))
    return len(urls) >= _CARDS and len(urls & headed) * 2 >= len(urls)


def _is_ruled(document: Document, listing: Listing) -> bool:
    """Whether the portal's or platform's rules, rather than the look of the page, found the entries."""
    if not listing.entries or not any(rules.listing.get("entry") for _, rules in document.tiers):
        return False
    return any(True for _ in document.select("entry", "listing"))


def _is_news(document: Document, listing: Listing) -> bool:
    """Whether the list is one of news: dated, or of articles by their addresses."""
    entries = listing.entries
    if not entries:
        return False
    dated = sum(entry.date_text is not None for entry in entries)
    addressed = sum(entry.key is not None or looks_like_article(entry.url) for entry in entries)
    return dated * 2 >= len(entries) or (addressed * 2 >= len(entries) and len(entries) >= 3)


def _is_date_of_entry(listing: Listing, article: Article) -> bool:
    """Whether the only date found is the one that a dated list shows first."""
    dates = [entry.date_text for entry in listing.entries if entry.date_text]
    printed = article.published_text
    if printed is None or len(dates) < 2 or len(dates) * 2 < len(listing.entries):
        return False
    return any(printed in date for date in dates)  # an entry may show a counter behind it


def _is_titled(document: Document, article: Article, listed: bool = True) -> bool:
    """Whether the title names a piece of news, not a section: four words at least, and in the page's own title.

    Where the page's own title is the site's on every page, it must show no list.
    """
    title = article.title or ""
    own = text_of(next(iter(document.index.tags.get("title", ())), None))
    return (
        len(title.split()) >= 4
        and article.published_text is not None
        and article.provenance.get("title") != "general:title element"
        and (not own or title[:30] in own or len(own) < 10 or not listed)
    )


def _has(document: Document, field: str) -> bool:
    return any(text_of(element) for _, element in document.select(field))


def _is_html(document: Document) -> bool:
    """Whether the bytes can be a page: what declares itself a file, or begins as one, is none."""
    kind = document.page.content_type or ""
    if kind and not re.search(r"html|xml|text/plain", kind):
        return document.page.body.lstrip()[:1] == b"<"
    return not document.page.body.startswith(
        (b"%PDF", b"\xff\xd8", b"\x89PNG", b"GIF8", b"PK\x03\x04", b'{"', b"\xd0\xcf")
    )


def _is_interleaved(place: Element) -> bool:
    """Whether titled links stand among the paragraphs: then they are summaries of a list."""
    links = 0
    for child in place:
        anchors = list(child.iter("a"))
        if anchors and child.tag == "p" and len("".join(child.itertext())) >= _PARAGRAPH:
            continue
        for anchor in anchors:
            links += len(line("".join(anchor.itertext()))) >= 25
            if links >= 3:
                return True
    return False
