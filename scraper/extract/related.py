"""The block of related news that is tied to an article."""

from __future__ import annotations

import re

from scraper.extract.document import Document, text_of
from scraper.extract.labels import bare, ends, heading, tool
from scraper.extract.lines import Line
from scraper.extract.selector import Element
from scraper.extract.shape import is_page, looks_like_article, same_site
from scraper.extract.sight import Sight
from scraper.extract.story import Story
from scraper.extract.titled import title_of
from scraper.items import Link

AMONG = "general:links among the text"
_MOST = 40  # entries of one block
_TIED = re.compile(r"lien quan|cung (?:chuyen|chu|danh|loai|linh)")
_MORE = re.compile(r"(?:xem|doc) (?:them|tiep)|read more|chi tiet")


def find(document: Document, sight: Sight, story: Story) -> tuple[tuple[Link, ...], str | None]:
    """Entries in order and the rule that found them; lines in the body are marked."""
    inside = _inside(document, story)
    ruled = list(document.select("related_links"))
    pairs = [pair for element in _ordered(document, ruled) for pair in _anchors(document, element)]
    links = _unique(document, pairs)
    if links and not all(_is_in(element, story.container) for _, element in ruled):
        return links, ruled[0][0]
    after = story.after or sight.below(story.container)
    below = _blocks(after) or _blocks(after, aside=True)
    blocks = [_adjacent(document, after), *below[:1]]
    for block in below[1:]:
        if _family(block) == _family(blocks[-1]):
            blocks.append(block)
    own, others = _titles(document, inside), [pair for block in blocks for pair in _titles(document, block)]
    links = _unique(document, [*pairs, *own, *others])
    general = AMONG if len(own) > len(others) else "general:heading or run of links"
    return links, (ruled[0][0] if ruled else general) if links else None


def _ordered(document: Document, ruled: list[tuple[str, Element]]) -> list[Element]:
    """The blocks as they follow one another on the page, whichever selector found them."""
    elements = list(dict.fromkeys(element for _, element in ruled))
    if len({source for source, _ in ruled}) < 2:
        return elements
    places = {element: place for place, element in enumerate(document.index.elements)}
    return sorted(elements, key=lambda element: places[element])


def _is_in(element: Element, container: Element | None) -> bool:
    """Whether the element stands within the article's text."""
    return container is not None and any(above is container for above in element.iterancestors())


def _family(block: list[Line]) -> str:
    """The block's heading; newer and older news are one family."""
    return re.sub(r"\b(?:moi|cu) hon\b", "hon", bare(block[0].text))


def _titles(document: Document, block: list[Line]) -> list[tuple[Element, str]]:
    """Links of a block that have a news title; not those of a line of tags."""
    found = []
    for shown in block:
        if len(shown.links) < 4 or len(shown.text) / len(shown.links) > 30:
            found += [(link, title) for link in shown.links if is_title(title := title_of(document, link))]
    return found


def is_title(text: str) -> bool:
    """Long enough for a piece of news: no menu entry, no tag."""
    return len(text) >= 15 and text.count(" ") >= 3 and not tool(text) and not heading(text)


def _adjacent(document: Document, after: list[Line]) -> list[Line]:
    """Titles of other news that follow the text at once, without a heading."""
    block: list[Line] = []
    for shown in after[: 6 * _MOST]:
        if shown.image is not None or (shown.text and tool(shown.text)):
            continue
        if ends(shown.text, bool(shown.links)) or heading(shown.text) or shown.aside or not shown.links:
            break
        if shown.is_link and is_title(shown.text):
            block.append(shown)
        elif not block:
            break
    return block if len(block) > 1 else []


def _anchors(document: Document, element: Element) -> list[tuple[Element, str]]:
    """The links of a block that a selector names."""
    return [(link, title_of(document, link)) for link in element.iter("a")]


def _unique(document: Document, pairs: list[tuple[Element, str]]) -> tuple[Link, ...]:
    found: dict[str, Link] = {}
    for element, title in pairs:
        url = document.absolute(element.get("href"))
        if url and len(title) > 8 and url not in found and not heading(title):
            found[url] = Link(url, title, document.key(url))
    return tuple(found.values())[:_MOST]


def _inside(document: Document, story: Story) -> list[Line]:
    """Titles of other news among the article's own lines, under a heading or as lines of their own; they are marked."""
    marked = {shown for block in _blocks(story.lines, inside=True) for shown in block}
    for shown in story.lines:
        if shown.role or shown in marked:
            continue
        if (
            (heading(shown.text) and (shown.is_bold or shown.level or shown.text.isupper()))
            or (shown.is_link and is_title(shown.text) and _leads_to_news(document, shown))
            or _are_titles(document, shown)
            or _is_invitation(shown)
        ):
            marked.add(shown)
    for shown in marked:
        shown.role = shown.role or "related"
    return [shown for shown in story.lines if shown.role == "related"]


def _is_invitation(shown: Line) -> bool:
    """'Xem thêm: …' and a link: heading and entry on one line."""
    label, _, rest = shown.text.partition(":")
    return len(shown.links) == 1 and heading(label) and text_of(shown.links[0]).endswith(rest.strip()) and bool(rest)


def _are_titles(document: Document, shown: Line) -> bool:
    """Whether the line is nothing but titles of other news, one beside the other."""
    if not shown.is_link or not 1 < len(shown.links) < 9:
        return False
    urls = [document.absolute(link.get("href")) or "" for link in shown.links]
    news = all(same_site(url, document.url) and looks_like_article(url) for url in urls)
    return news and all(is_title(text_of(link)) for link in shown.links)


def _leads_to_news(document: Document, shown: Line) -> bool:
    """Whether the line is one link, to an article of the same site."""
    urls = {document.absolute(link.get("href")) for link in shown.links[:4]}
    url = urls.pop() if len(urls) == 1 else None
    return bool(url) and same_site(url or "", document.url) and is_page(url or "") and looks_like_article(url or "")


def _blocks(lines: list[Line], *, inside: bool = False, aside: bool = False) -> list[list[Line]]:
    """Runs of links that follow a heading of related news; in side columns only where it says what they relate to."""
    found: list[list[Line]] = []
    number = 0
    while number < len(lines):
        shown = lines[number]
        if heading(shown.text) and (not shown.aside or (aside and _TIED.search(bare(shown.text)))):
            block = _run(lines, number + 1, 60 if inside else 400)
            if any(entry.links for entry in block):
                found.append([shown, *block])
                number += len(block)
        number += 1
    return found


def _is_box_title(shown: Line) -> bool:
    """Whether another box begins: a short bold line that leads nowhere and is no date."""
    return shown.is_bold and not shown.linked and len(shown.text) < 40 and not any(map(str.isdigit, shown.text))


def _run(lines: list[Line], start: int, loosest: int) -> list[Line]:
    """Linked lines from `start` on, with the dates and summaries between them."""
    block: list[Line] = []
    loose = 0
    for shown in lines[start : start + 6 * _MOST]:
        if shown.image is not None:
            block.append(shown)
            continue
        if (
            shown.aside != lines[start - 1].aside
            or (heading(shown.text) and not (shown.is_link and _MORE.fullmatch(bare(shown.text))))
            or _is_box_title(shown)
            or ends(shown.text, False)
            or (shown.level and not shown.is_link)
        ):
            break
        if shown.is_link or (shown.links and len(shown.text) < 200):
            loose = 0
        else:
            loose += 1
            if loose > 2 or len(shown.text) > loosest:
                break
        block.append(shown)
    while block and not block[-1].links:
        block.pop()
    return block
