"""The block of related news that is tied to an article."""

from __future__ import annotations

from scraper.extract.document import Document, line, text_of
from scraper.extract.labels import ends, heading
from scraper.extract.lines import Line
from scraper.extract.selector import Element
from scraper.extract.story import Story
from scraper.items import Link

_MOST = 40  # entries of one block


def find(document: Document, story: Story) -> tuple[tuple[Link, ...], str | None]:
    """Entries in order and the rule that found them; lines in the body are marked."""
    inside = _inside(story)
    for source, element in document.select("related_links"):
        if links := from_element(document, element):
            return links, source
    after = _blocks(story.after)
    for block in (*after, *inside):
        if links := entries(document, block):
            return links, "general:heading"
    return (), None


def from_element(document: Document, element: Element) -> tuple[Link, ...]:
    """The links of a block that a selector names."""
    return _unique(document, [(a, text_of(a) or line(a.get("title"))) for a in element.iter("a")])


def entries(document: Document, block: list[Line]) -> tuple[Link, ...]:
    """The links of lines; one that shows a picture only is left out."""
    pairs = []
    for shown in block:
        for link in shown.links:
            pairs.append((link, text_of(link)))
    return _unique(document, pairs)


def _unique(document: Document, pairs: list[tuple[Element, str]]) -> tuple[Link, ...]:
    found: dict[str, Link] = {}
    for element, title in pairs:
        url = document.absolute(element.get("href"))
        if url and len(title) > 8 and url not in found and not heading(title):
            found[url] = Link(url, title)
    return tuple(found.values())[:_MOST]


def _inside(story: Story) -> list[list[Line]]:
    """Blocks of links under a related heading among the article's own lines; they are marked as such."""
    blocks = _blocks(story.lines)
    for block in blocks:
        for shown in block:
            shown.role = "related"
    for shown in story.lines:
        if not shown.role and heading(shown.text) and (shown.is_bold or shown.level or shown.text.isupper()):
            shown.role = "related"
    return blocks


def _blocks(lines: list[Line]) -> list[list[Line]]:
    """Runs of links that follow a heading of related news."""
    found: list[list[Line]] = []
    number = 0
    while number < len(lines):
        if heading(lines[number].text):
            block = _run(lines, number + 1)
            if any(entry.links for entry in block):
                found.append([lines[number], *block])
                number += len(block)
        number += 1
    return found


def _run(lines: list[Line], start: int) -> list[Line]:
    """Linked lines from `start` on, with the dates and summaries between them."""
    block: list[Line] = []
    loose = 0
    for shown in lines[start : start + 6 * _MOST]:
        if shown.image is not None:
            block.append(shown)
            continue
        if heading(shown.text) or ends(shown.text, False) or (shown.level and not shown.is_link):
            break
        if shown.is_link or (shown.links and len(shown.text) < 200):
            loose = 0
        else:
            loose += 1
            if loose > 2 or len(shown.text) > 400:
                break
        block.append(shown)
    while block and not block[-1].links:
        block.pop()
    return block
