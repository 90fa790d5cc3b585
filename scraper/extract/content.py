"""Lead and body of an article."""

from __future__ import annotations

from scraper.extract import lines as reader
from scraper.extract.document import Document, first_answer, line
from scraper.extract.labels import ends, tool
from scraper.extract.lines import Line
from scraper.extract.selector import Element
from scraper.extract.story import Story
from scraper.text import fold

_LEAST = 60  # letters that make a region a text


def locate(document: Document) -> Story | None:
    """The lines of the region that a portal's or platform's selector names."""
    dropped = frozenset(element for _, element in document.select("drop"))
    best: Story | None = None
    for source, element in document.select("body"):
        found = reader.read(element, dropped).lines
        story = Story(found, source, element)
        if sum(len(shown.text) for shown in found) >= _LEAST:
            return story
        best = best or (story if found else None)
    return best


def tidy(story: Story, title: str | None) -> None:
    """Mark what is furniture of the page: tools, counters, the repeated title; cut at the end of the text."""
    wanted = fold(title or "").strip(" .")
    for number, shown in enumerate(story.lines):
        if not shown.text or shown.role:
            continue
        if number < 4 and wanted and fold(shown.text).strip(" .") == wanted:
            shown.role = "title"
        elif ends(shown.text, bool(shown.links)) and number > 0:
            for rest in story.lines[number:]:
                rest.role = rest.role or "after"
            break
        elif tool(shown.text):
            shown.role = "furniture"


def lead(document: Document, story: Story) -> tuple[str | None, str | None]:
    """The sapo, or the bold first paragraph where there is no sapo element; taken out of the body."""
    value, source = first_answer(document.select("lead"), (), _lead_text)
    if value is None:
        value, source = _bold_lead(story)
    elif story.lines:
        _drop_repeat(story, value)
    return value, source


def _lead_text(text: str) -> str | None:
    return text if len(text) >= 20 else None


def _bold_lead(story: Story) -> tuple[str | None, str | None]:
    """The first paragraph, or first few lines, in bold or italic before plain text."""
    running = [shown for _, shown in story.running()]
    marked: list[Line] = []
    for shown in running[:4]:
        if not (shown.is_bold or shown.is_italic) or (marked and shown.item is not None):
            break
        marked.append(shown)
    if not marked or len(marked) == len(running) or len(marked) > 3:
        return None, None
    if len(marked[0].text) < 60:
        return None, None
    # Its editors wrote it as the text's first paragraph: it is the lead by its look only, and stays in the body.
    return marked[0].text, "general:bold first paragraph"


def _drop_repeat(story: Story, value: str) -> None:
    """Some portals print the lead once more as first paragraph."""
    wanted = fold(value).strip(" .")
    for _, shown in list(story.running())[:3]:
        text = fold(shown.text).strip(" .")
        if text == wanted or (
            len(text) > 60 and (text in wanted or wanted in text) and abs(len(text) - len(wanted)) < 40
        ):
            shown.role = "lead"


def body(story: Story) -> str | None:
    """Paragraphs separated by a blank line; cells of a row by a bar, list items with a dash."""
    parts: list[str] = []
    before: Line | None = None
    for _, shown in story.running():
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
