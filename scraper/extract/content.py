"""Body of an article."""

from __future__ import annotations

from itertools import islice

from scraper.extract import lines as reader
from scraper.extract.document import Document, text_of
from scraper.extract.labels import ends, tool
from scraper.extract.lines import Line
from scraper.extract.selector import Element
from scraper.extract.story import Story
from scraper.text import fold

_TRIES = 20  # regions that are read; one text stands in more only where ends are missing
_LEAST = 60  # letters that make a region a text


def locate(document: Document) -> Story | None:
    """The lines of the region that a portal's or platform's selector names."""
    dropped = frozenset(element for _, element in document.select("drop"))
    best: Story | None = None
    for source, element in islice(document.select("body"), _TRIES):
        found = reader.read(element, dropped).lines
        story = Story(found, source, element)
        if sum(len(shown.text) for shown in found) >= _LEAST:
            return story
        best = best or (story if found else None)
    return best


def tidy(story: Story, title: str | None, printed: str | None) -> None:
    """Mark what is furniture of the page: date line, tools, the repeated title; cut at the end of the text."""
    _undate(story, printed)
    general = (story.source or "").startswith("general:")
    wanted = fold(title or "").strip(" .")
    for number, shown in enumerate(story.lines):
        if not shown.text or shown.role:
            continue
        if general and shown.aside:
            shown.role = "aside"
        elif (
            number < story.body_from + 4
            and abs(len(shown.text) - len(wanted)) < 5
            and fold(shown.text).strip(" .") == wanted
        ):
            shown.role = "title"
        elif ends(shown.text, bool(shown.links)) and number > story.body_from:
            for rest in story.lines[number:]:
                rest.role = rest.role or "after"
            break
        elif tool(shown.text) or _is_tools(shown):
            shown.role = "furniture"


def _is_tools(shown: Line) -> bool:
    """Several tools side by side: nothing but links that print, send or share."""
    return shown.is_link and 1 < len(shown.links) < 9 and all(tool(text_of(link)) for link in shown.links)


def _undate(story: Story, printed: str | None) -> None:
    """The date line is none of the text's, where it stands in the same block."""
    for shown in story.lines[: story.body_from + 6]:
        if printed and not shown.role and printed in shown.text and len(shown.text) < len(printed) + 60:
            shown.role = "date"
            return


def body(story: Story) -> str | None:
    """Paragraphs separated by a blank line; cells of a row by a bar, list items with a dash."""
    parts: list[str] = []
    before: Line | None = None
    for number, shown in story.text():
        if number < story.body_from:  # between title and text, and no lead: byline, place, path
            continue
        text = shown.text
        if shown.item is not None and (before is None or before.item is not shown.item):
            text = _bullet(shown.item) + text
        if before is None:
            parts.append(text)
        elif _same_row(before, shown):
            parts.append(" | " + text)
        else:
            parts.append(("\n" if _tight(before, shown) else "\n\n") + text)
        before = shown
    return "".join(parts) or None


def _same_row(before: Line, shown: Line) -> bool:
    return (
        shown.cell is not None
        and before.cell is not None
        and shown.cell is not before.cell
        and shown.cell.getparent() is before.cell.getparent()
    )


def _tight(before: Line, shown: Line) -> bool:
    """Lines of one list, one table or one paragraph stand close together."""
    if shown.soft and shown.element is before.element:
        return True
    if shown.item is not None and before.item is not None:
        return _list_of(shown.item) is _list_of(before.item)
    return shown.cell is not None and before.cell is not None and shown.cell is not before.cell


def _list_of(item: Element) -> Element | None:
    return item.getparent()


def _bullet(item: Element) -> str:
    """A dash, or the number of an ordered list's item."""
    parent = item.getparent()
    if parent is None or parent.tag != "ol":
        return "- "
    return f"{sum(1 for sibling in item.itersiblings('li', preceding=True)) + 1}. "
