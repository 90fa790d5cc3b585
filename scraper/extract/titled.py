"""Titled links: what makes a link the title of a piece of news, and what its item shows beside it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice

from scraper.extract.document import Document, line, text_of
from scraper.extract.selector import Element
from scraper.extract.shape import looks_like_article

HEADINGS = {"h1", "h2", "h3", "h4", "h5"}
# Narrower than dates.looks_dated, which is asked about a date line and not about every line of a list.
_MONTH = r"(?:\d{1,2}|giêng|một|hai|ba|tư|bốn|năm|sáu|bảy|tám|chín|mười(?: (?:một|hai))?|chạp)"
# Both begin with a character of their own, so that a search passes over the others at once.
_DATED = re.compile(
    r"\d(?<!\w\d)(?:\d?\s?[/.-]\s?\d{1,2}\s?[/.-]\s?\d{4}\b|\d?[/-]\d{1,2}[/-]\d\d\b|\d{3}-\d\d-\d\d"
    rf"|(?i:\d? tháng {_MONTH},? (?:năm )?\d{{4}}\b|\d{{0,2}} (?:phút|giờ|ngày|tuần|tháng) trước\b))"
)
_TODAY = re.compile(r"[hH](?<!\w.)(?i:ôm (?:nay|qua)\b)")
_SHORTEST = len("1/1/21")
_BLOCKS = {*HEADINGS, "h6", "div", "p", "li", "td", "dt", "figcaption"}
_CARD = 60  # elements of a card that are looked at
DATE_LINE = 40  # characters of a line that is more than a date with its label
_WORDS = 4  # fewer words name a section, more a piece of news; measured on the menus of the corpus


@dataclass(slots=True, eq=False)
class Item:
    """A titled link and the part of the page that belongs to it."""

    url: str
    title: str
    anchor: Element
    key: str | None
    node: Element  # the highest element that holds no other titled link
    nodes: list[Element] = field(default_factory=list)  # `node` and its followers up to the next item
    date_text: str | None = None
    worth: float = 0.0


def title_of(document: Document, anchor: Element) -> str:
    text = document.label(anchor)
    full = line(anchor.get("title"))
    if not text or (full and text.endswith(("...", "…")) and len(full) > len(text)):
        return full
    return _titled_part(anchor) or text if len(anchor) else text


def _titled_part(card: Element) -> str:
    """The heading of a card that is one link, or its first block that is long enough for a title."""
    blocks = [inner for inner in islice(card.iter(), 1, _CARD) if inner.tag in _BLOCKS]
    for block in blocks:
        if block.tag in HEADINGS and (text := text_of(block)):
            return text
    leaves = [text_of(block) for block in blocks if not any(inner.tag in _BLOCKS for inner in block)]
    return next((text for text in leaves if len(text.split()) >= _WORDS and not _is_date(text, "")), "")


def merge(document: Document, item: Item, anchor: Element) -> None:
    """A further link to the same address: a picture before the title, or the summary after it."""
    if _in_heading(item.anchor):
        return
    text = document.label(anchor)
    if text and (_in_heading(anchor) or not document.label(item.anchor)):
        item.title, item.anchor, item.node = title_of(document, anchor), anchor, anchor


def _in_heading(anchor: Element) -> bool:
    above = anchor.getparent()
    return (above is not None and above.tag in HEADINGS) or any(child.tag in HEADINGS for child in anchor)


def is_title(item: Item) -> bool:
    words = len(item.title.split())
    return words >= _WORDS or (words >= 2 and (item.key is not None or looks_like_article(item.url)))


_TEXTS = 300  # pieces of text of an entry in which its date is looked for; real entries have a dozen


def judge(item: Item) -> None:
    """What the item shows of a piece of news."""
    texts = [text for node in item.nodes for text in node.itertext() if not text.isspace()]
    item.date_text = _date(texts, item.title)
    rest = sum(map(len, texts)) - len(item.title)
    worth = min(len(item.title.split()), 12) / 12
    worth += 0.8 if item.date_text else 0.0
    worth += 0.6 if rest >= 60 else 0.0
    worth += 0.4 if any(next(node.iter("img"), None) is not None for node in item.nodes) else 0.0
    worth += 0.3 if _in_heading(item.anchor) else 0.0
    worth += 0.8 if item.key or looks_like_article(item.url) else 0.0
    item.worth = worth


def date_in(node: Element, title: str) -> str | None:
    """The first date line in the element, as it stands there."""
    return _date(node.itertext(), title)


def _date(texts: Iterable[str], title: str) -> str | None:
    for text in islice(texts, _TEXTS):
        if _SHORTEST <= len(text) < 200 and is_dated(text):
            short = line(text)
            if len(short) < 120 and _is_date(short, title):
                return short
    return None


def is_dated(text: str) -> bool:
    """Whether the text holds a date as lists of news show them."""
    return bool(_DATED.search(text) or _TODAY.search(text))


def _is_date(text: str, title: str) -> bool:
    """Whether the line is a date line: not a title that names a day."""
    return is_dated(text) and (len(text) <= DATE_LINE or text not in title)
