"""Author, office or source of an article: its byline or its signature, and nothing rather than a guess."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice

from scraper.extract import names
from scraper.extract.document import Document, first_answer, text_of
from scraper.extract.lines import Line
from scraper.extract.selector import Element
from scraper.extract.sight import Sight
from scraper.extract.story import Story
from scraper.text import fold

_BYLINE = re.compile(r"(?:^|[\s_-])(?:\w*author\w*|byline|tac-?gia|writer|nguoi-?viet|source|nguon)(?:$|[\s_-])", re.I)
# A line below the title may tell date, author and counter one after another.
_PIECES = re.compile(
    r"\s*[|•·]\s*|\s+[-–]\s+(?=\D)"
    r"|\s+(?=(?:tác giả|người (?:viết|đăng)|nguồn|thực hiện|lượt|số lượt|đã xem|ngày|cập nhật)\b)",
    re.I,
)
_SOURCE = re.compile(r"\((?:[A-ZĐ][^()\d:.]{1,40}|(?i:theo|nguồn)\s?:?\s[^()\d]{2,50})\)")
_LINE = 120
_NEAR = 8  # lines below the title in which a byline stands


def find(document: Document, sight: Sight, story: Story) -> tuple[str | None, str | None]:
    """The author as printed, and the rule that found it; the signature is marked in the story."""
    own = frozenset((fold(document.portal.title),)) if document.portal.title else frozenset[str]()
    signed = _signature(story)
    value, source = first_answer(document.select("author"), (), lambda text: names.check(text, own))
    if value is None and signed:
        value, source = names.check(signed, own), "general:signature"
        if value and _names_source(signed) and not any(rules.article.get("author") for _, rules in document.tiers):
            byline = first_answer((), _general(sight, story), lambda text: names.check(text, own | sight.site_names))
            value, source = byline if byline[0] and names.is_person(byline[0]) else (value, source)
    # Where the platform shows an author, but no person, the page has none; where it shows nothing, others may.
    if value is None and not any(text_of(element) for _, element in document.select("author")):
        own |= sight.site_names
        value, source = first_answer((), _general(sight, story), lambda text: names.check(text, own))
        _mark(story, value, own)
    return value, source if value else None


def _mark(story: Story, value: str | None, own: frozenset[str]) -> None:
    """The byline is none of the text's."""
    for shown in story.lines if value else ():
        if shown.text and not shown.role and len(shown.text) <= names.LONGEST and names.check(shown.text, own) == value:
            shown.role = "byline"


def _signature(story: Story) -> str | None:
    """The name on the last lines of the text; takes CMS logins below it away as well."""
    running = [shown for _, shown in story.running()]
    found: list[Line] = []
    name: str | None = None
    for shown in reversed(running[-5:]):
        marked = shown.align == "right" or shown.is_bold or shown.is_italic
        if marked and len(shown.text) < 40 and names.is_login(shown.text):
            shown.role = "login"
        elif _is_signature(shown) and len(found) < 2 and (not found or _names_source(found[0].text)):
            found.append(shown)
            name = shown.text
        elif len(found) == 1 and shown.align == found[0].align == "right" and names.is_person(shown.text):
            found.append(shown)  # signed by hand, and by the portal below
        else:
            break
    if not found:  # an appendix may follow the signature: then only a right-aligned name is taken for one
        late = (s for s in reversed(running[len(running) // 4 :]) if s.align == "right" and s.is_bold and not s.role)
        found = [shown for shown in late if names.is_person(shown.text)][:1]
        name = found[0].text if found else None
    for shown in found:
        shown.role = "signature"
    return name


def _names_source(text: str) -> bool:
    """Whether a signature line only adds where the text comes from: a person may stand above it."""
    return text.startswith("(") or fold(text).startswith(("nguon", "theo", "anh"))


def _is_signature(shown: Line) -> bool:
    """Right-aligned, bold, italic or labelled; short; no sentence."""
    text = shown.text
    if _SOURCE.fullmatch(text):
        return True
    if len(text) > names.LONGEST or text.endswith(("./.", ":", ";", "?", "!")) or shown.item is not None:
        return False
    if names.is_labelled(text):
        return names.plausible(names.unlabelled(text)) and len(text.split()) <= 14
    marked = shown.align == "right" or shown.is_bold or shown.is_italic
    if text.endswith("."):
        text = text[:-1]
        marked = marked and len(text.split()) <= 4
    if any(map(str.isdigit, text)) or len(text.split()) > (12 if marked else 5):
        return False
    if not marked:
        return names.is_person(text)
    if text.isupper():
        return names.is_office(text) and shown.align == "right"
    return names.plausible(text)


def _general(sight: Sight, story: Story) -> Iterator[tuple[str, str | None]]:
    """Bylines by label, by markup beside the title or the text's end, then what the head says."""
    beside = _beside(sight, story)
    for shown in beside:
        if shown.role == "caption":
            continue
        if names.is_labelled(shown.text):
            if not _names_source(shown.text):
                yield "byline label", shown.text
        elif any(map(str.isdigit, shown.text)):
            yield from (("byline label", piece) for piece in _PIECES.split(shown.text)[1:] if names.is_labelled(piece))
    for shown in beside:
        yield from (("byline element", text_of(inner)) for inner in _marked(shown))
        if _is_byline(shown):
            yield "byline element", shown.text
    for shown in beside:
        if shown.role != "caption" and names.is_labelled(shown.text):
            yield "byline source", shown.text
    for name in ("author", "article:author", "dc.creator", "creator"):
        text = sight.head.text("author") if name == "author" and sight.head.article else sight.head.first(name)
        if text and "/" not in text and names.is_person(text):
            yield f"head {name}", text


def _beside(sight: Sight, story: Story) -> list[Line]:
    """Short lines below the title and around the end of the text."""
    above = story.lines[: story.body_from + 1]
    if story.container is not None and sight.title_at is not None:
        first = sight.page.spans.get(story.container, (0, 0))[0]
        above = (
            sight.page.lines[sight.title_at + 1 : min(sight.title_at + _NEAR, max(first, sight.title_at + 2))] + above
        )
    lines = [*above, *story.lines[-6:], *(story.after or sight.below(story.container))[:6]]
    return [shown for shown in lines if shown.text and len(shown.text) <= _LINE]


def _marked(shown: Line) -> list[Element]:
    """Parts of a line that are named as the author's, where date and counter stand on the same line."""
    if not any(map(str.isdigit, shown.text)):
        return []
    inner = islice(shown.element.iter("span", "a", "b", "strong", "i", "em"), 8)
    return [one for one in inner if _names_author(one.get("class") or "") or one.get("itemprop") == "author"]


def _is_byline(shown: Line) -> bool:
    """Whether the line's element, or one of those around it, is named as the author's."""
    if len(shown.text) > names.LONGEST:
        return False
    for link in shown.links:
        if link.get("rel") == "author" or _names_author(link.get("class") or ""):
            return True
    element = shown.element
    for _ in range(2):
        if element is None:
            return False
        if element.get("itemprop") == "author" or element.get("data-role") == "author":
            return True
        if _names_author(f"{element.get('class') or ''} {element.get('id') or ''}"):
            return True
        element = element.getparent()
    return False


@lru_cache(maxsize=2048)
def _names_author(text: str) -> bool:
    return _BYLINE.search(text) is not None
