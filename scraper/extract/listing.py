"""A page of a section: its main list of articles in order, and the way to the next page."""

from __future__ import annotations

import re
from collections.abc import Iterable

from scraper.extract import posting
from scraper.extract.blocks import Blocks
from scraper.extract.document import Document, line, text_of
from scraper.extract.pager import Pager
from scraper.extract.region import PLAIN, Regions
from scraper.extract.selector import Element, compiled, outermost
from scraper.extract.shape import clean
from scraper.extract.titled import date_in
from scraper.items import Entry, Listing
from scraper.rules import Rules

_COUNT = r"(\d{1,3}(?:[.,]\d{3})+|\d+)"
_TOTALS = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        rf"\d+ ?[-–] ?\d+ (?:of|trong(?: tổng)?(?: số)?|/|trên)(?: tổng số)? ?{_COUNT}",
        rf"(?:tổng (?:số|cộng)|có tất cả|tìm thấy)(?: [^\W\d]+){{0,3}} ?:? ?{_COUNT}",
        rf"(?:^|hiển thị |có ){_COUNT} (?:kết quả|tin bài|bài viết|tin\b|results)",
    )
)
_TALKS_TOTAL = ("kết quả", "results", "tổng số", "tổng cộng", "tất cả", "tìm thấy", "bài viết")


_NESTED = 20  # entries in one another that are looked into: a page whose ends are missing, or a bomb


def find(document: Document) -> Listing:
    """The listing that the page shows; no entries where it shows none."""
    entries = _ruled(document) or _general(document)
    pager = Pager(document, frozenset(entry.url for entry in entries))
    next_page, form, problems = _ruled_next(document) or pager.next_page(), None, []
    if next_page is None and document.platform is not None and posting.is_posted(document):
        next_page, form, problem = posting.first(document)
        problems += [problem] if problem else []
    if next_page is None and pager.scripted:
        problems.append("next_page: the pager works by script only")
    return Listing(
        url=document.url,
        entries=entries,
        next_page=next_page,
        form=form,
        total=_total(document),
        section=_section(document),
        platform=document.platform.name if document.platform else None,
        problems=(*document.problems, *problems),
    )


def answer(document: Document, form: tuple[tuple[str, str], ...]) -> Listing:
    """The listing in the answer to a posted form: a fragment; the next page is the same form with the next index."""
    entries = _ruled(document) or _general(document)
    return Listing(
        url=document.url,
        entries=entries,
        next_page=document.page.url if entries else None,
        form=posting.following(form) if entries else None,
        platform=document.platform.name if document.platform else None,
        problems=document.problems,
    )


def _ruled(document: Document) -> tuple[Entry, ...]:
    """Entries by the portal's or else the platform's selectors: all of them, except what stands in side columns."""
    for _, rules in document.tiers:
        found = [document.find(css) for css in rules.listing.get("entry", ())]
        elements = [element for elements in found for element in elements]
        if sum(map(bool, found)) > 1:
            places = {element: place for place, element in enumerate(document.index.elements)}
            elements = sorted(dict.fromkeys(elements), key=lambda element: places[element])
        dropped = {element for css in rules.listing.get("drop", ()) for element in document.find(css)}
        elements = [element for element in elements if not _is_in(element, dropped)]
        if len(elements) - len(outermost(elements)) > _NESTED:
            elements = elements[:_NESTED]
        regions = Regions()
        plain = [element for element in elements if regions.of(element)[0] == PLAIN]
        if entries := _once(entry for element in plain or elements if (entry := _entry(document, rules, element))):
            return entries
    return ()


def _entry(document: Document, rules: Rules, element: Element) -> Entry | None:
    links = [element] if element.tag == "a" else []
    for css in rules.listing.get("link", ("a",)):
        links += compiled(css).within(element)
    for link in links:
        if url := clean(document.absolute(link.get("href"))):
            title = _first(rules, "title", element) or text_of(link) or line(link.get("title")) or ""
            date_text = _first(rules, "date_text", element) or date_in(element, title)
            return Entry(url, document.key(url), title or None, date_text)
    return None


def _first(rules: Rules, field: str, element: Element) -> str | None:
    for css in rules.listing.get(field, ()):
        for found in compiled(css).within(element):
            if text := text_of(found):
                return text
    return None


def _general(document: Document) -> tuple[Entry, ...]:
    return _once(Entry(item.url, item.key, item.title, item.date_text) for item in Blocks(document).chosen())


def _once(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Each article at its first place."""
    found: dict[str, Entry] = {}
    for entry in entries:
        found.setdefault(entry.key or entry.url, entry)
    return tuple(found.values())


def _is_in(element: Element, boxes: set[Element]) -> bool:
    return bool(boxes) and any(above in boxes for above in (element, *element.iterancestors()))


def _ruled_next(document: Document) -> str | None:
    for _, element in document.select("next_page", "listing"):
        url = clean(document.absolute(element.get("href")))
        if url and url != document.url:
            return url
    return None


def _total(document: Document) -> int | None:
    """The number of articles that the page says the section has."""
    for _, element in document.select("total", "listing"):
        if (number := _count(text_of(element))) is not None:
            return number
    for tag in ("small", "span", "div", "p", "td", "b", "strong"):
        for element in document.index.tags.get(tag, ()):
            text = element.text
            if text and 6 < len(text) < 200 and _talks_total(text.lower()):
                whole = text_of(element)
                if len(whole) < 80 and (number := _count(whole)) is not None:
                    return number
    return None


def _talks_total(text: str) -> bool:
    return any(words in text for words in _TALKS_TOTAL)


def _count(text: str) -> int | None:
    for pattern in _TOTALS:
        if match := pattern.search(text):
            return int(re.sub(r"\D", "", match[1]))
    return None


def _section(document: Document) -> str | None:
    """The section's name: what stands in the page's title before the site's name."""
    title = text_of(next(iter(document.index.tags.get("title", ())), None))
    name = re.split(r"\s[-–|»]\s", title)[0].strip()
    return name or None
