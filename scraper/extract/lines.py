"""A page as its reader sees it: lines of text and pictures in order, each with how it looks."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from lxml import etree

from scraper.extract.document import line
from scraper.extract.selector import Element

_BLOCK_TAGS = (
    "address article aside blockquote body caption center dd details div dl dt fieldset figcaption figure footer form "
    "h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section summary table tbody td tfoot th thead tr ul"
)
_SKIPPED_TAGS = "head select button textarea iframe object embed video audio canvas map input datalist"
_BLOCKS = frozenset(_BLOCK_TAGS.split())
_SKIPPED = frozenset(_SKIPPED_TAGS.split())
_BOLD = frozenset(("b", "strong", "th", "h1", "h2", "h3", "h4", "h5", "h6"))
_ITALIC = frozenset(("i", "em", "cite", "figcaption"))
_LEVELS = {f"h{n}": n for n in range(1, 7)}
# Words in class and id that mark what surrounds an article on any site.
_ASIDE = re.compile(
    r"(?:^|[\s_-])(?:footer|sidebar|side-bar|menu|navbar|nav|navigation|\w*breadcrumbs?|bread-crumb|comments?|binhluan|banner|advert\w*|ads?|"
    r"quangcao|popup|modal|cookie|copyright|toolbar|topbar|login|search\w*|weather|dropdown|pagination|paging|pager|"
    r"carousel|widget|subscribe|newsletter|rating|vote|hidden|d-none|sr-only)(?:$|[\s_-])",
    re.I,
)
_CAPTION = re.compile(
    r"caption|chu-?thich|PhotoCMS_Caption|img-?(?:desc|note|title)|photo-?(?:desc|note)|image-?(?:desc|note)", re.I
)
_STYLES = re.compile(
    r"text-align\s*:\s*(center|right)|(font-weight)\s*:\s*(?:bold|[6-9]00)|(font-style)\s*:\s*italic|(display)\s*:\s*none",
    re.I,
)


@dataclass(slots=True, eq=False)
class Line:
    """One line of text, or one picture (then `text` is empty)."""

    text: str
    element: Element  # nearest block-level element around it
    bold: int = 0  # letters of the text that are bold
    italic: int = 0
    linked: int = 0
    links: list[Element] = field(default_factory=list)
    align: str = ""  # "center" | "right"
    level: int = 0  # 1-6 in a heading
    cell: Element | None = None  # nearest table cell
    item: Element | None = None  # nearest list item
    caption: bool = False  # marked up as a caption
    aside: bool = False  # in a region that surrounds articles
    soft: bool = False  # follows the line before it in the same block, after a line break
    image: Element | None = None
    role: str = ""  # what the finders took it for; empty: running text

    @property
    def letters(self) -> int:
        """Length without spaces."""
        return len(self.text) - self.text.count(" ")

    @property
    def is_bold(self) -> bool:
        """Nearly all of it is bold."""
        return self.bold * 10 >= self.letters * 8 > 0

    @property
    def is_italic(self) -> bool:
        """Nearly all of it is italic."""
        return self.italic * 10 >= self.letters * 8 > 0

    @property
    def is_link(self) -> bool:
        """Nearly all of it is a link."""
        return self.linked * 10 >= self.letters * 7 > 0


@lru_cache(maxsize=4096)
def _marks(names: str) -> tuple[bool, bool]:
    """Whether a class or id says 'beside the article' and 'caption'."""
    return bool(_ASIDE.search(names)), bool(_CAPTION.search(names))


@lru_cache(maxsize=4096)
def _style(style: str) -> tuple[str, bool, bool, bool]:
    """Alignment, bold, italic and hidden of a style attribute."""
    align, bold, italic, hidden = "", False, False, False
    for match in _STYLES.finditer(style):
        align = (match[1] or align).lower()
        bold, italic, hidden = bold or bool(match[2]), italic or bool(match[3]), hidden or bool(match[4])
    return align, bold, italic, hidden


@dataclass(frozen=True, slots=True)
class _State:
    """What an element passes on to everything in it."""

    block: Element
    align: str = ""
    level: int = 0
    cell: Element | None = None
    item: Element | None = None
    caption: bool = False
    aside: bool = False
    bold: bool = False
    italic: bool = False
    link: bool = False


class _Walker:
    """Collects lines on one walk over the tree."""

    def __init__(self, root: Element) -> None:
        self.lines: list[Line] = []
        self.spans: dict[Element, tuple[int, int]] = {}
        self.state = _State(root)
        self.parts: list[str] = []
        self.links: list[Element] = []
        self.bold = self.italic = self.linked = 0
        self.soft = False

    def walk(self, root: Element, skip: frozenset[Element]) -> None:
        """Every element below `root` except those in `skip` and what shows no text."""
        events = etree.iterwalk(root, events=("start", "end"))
        stack: list[tuple[_State, int]] = []
        for event, element in events:
            tag = element.tag
            if event == "start":
                if tag in _SKIPPED or element in skip:
                    events.skip_subtree()
                    stack.append((self.state, -1))
                    continue
                stack.append((self.state, self._enter(element, tag)))
                if element.text:
                    self._add(element.text)
            else:
                self.state, start = self._leave(element, *stack.pop())
                if start >= 0:
                    self.spans[element] = (start, len(self.lines))
                if element.tail and stack:
                    self._add(element.tail)
        self._flush()

    def _enter(self, element: Element, tag: str) -> int:
        """Number of the first line of a block; -1 for an inline element."""
        block = tag in _BLOCKS
        if block:
            self._flush()
        if tag == "br":
            self._flush(soft=True)
        elif tag == "img":
            self._flush()
            self.lines.append(self._line("", image=element))
        elif tag == "a":
            self.links.append(element)
        self._inherit(element, tag, block)
        return len(self.lines) if block else -1

    def _leave(self, element: Element, before: _State, start: int) -> tuple[_State, int]:
        if start >= 0:
            self._flush()
        return before, start

    def _inherit(self, element: Element, tag: str, block: bool) -> None:
        """Set the state that is true inside the element."""
        changes: dict[str, Any] = {"block": element} if block else {}
        if tag in _BOLD:
            changes["bold"] = True
        if tag in _ITALIC:
            changes["italic"] = True
        if tag in _CHANGES:
            changes |= _changes(element, tag)
        if element.attrib:
            changes |= _look(element, tag)
        if changes:
            self.state = replace(self.state, **changes)

    def _add(self, text: str) -> None:
        state = self.state
        self.parts.append(text)
        if (state.bold or state.italic or state.link) and (size := sum(map(len, text.split()))):
            self.bold += size * state.bold
            self.italic += size * state.italic
            self.linked += size * state.link

    def _flush(self, soft: bool = False) -> None:
        if self.parts:
            if text := line("".join(self.parts)):
                self.lines.append(self._line(text))
                self.soft = False
                self.links = []
            self.parts = []
            self.bold = self.italic = self.linked = 0
        self.soft = soft

    def _line(self, text: str, image: Element | None = None) -> Line:
        s = self.state
        return Line(text, s.block, self.bold, self.italic, self.linked, self.links if text else [], s.align, s.level,
                    s.cell, s.item, s.caption, s.aside, self.soft, image)  # fmt: skip


_CHANGES = frozenset(("a", "td", "th", "li", "center", "figcaption", "footer", "nav", "aside", *_LEVELS))


def _changes(element: Element, tag: str) -> dict[str, Any]:
    """What a tag by itself says."""
    if tag in _LEVELS:
        return {"level": _LEVELS[tag]}
    if tag in ("td", "th"):
        return {"cell": element}
    if tag in ("footer", "nav", "aside"):
        return {"aside": True}
    return {"a": {"link": True}, "li": {"item": element}, "center": {"align": "center"}}.get(tag, {"caption": True})


def _look(element: Element, tag: str) -> dict[str, Any]:
    """What an element's attributes say."""
    changes: dict[str, Any] = {}
    names = f"{element.get('class') or ''} {element.get('id') or ''}"
    if len(names) > 1:
        aside, caption = _marks(names)
        if aside and tag != "body":
            changes["aside"] = True
        if caption and tag != "img":
            changes["caption"] = True
        if "text-center" in names or "text-right" in names:
            changes["align"] = "center" if "text-center" in names else "right"
    if align := element.get("align"):
        changes["align"] = align.lower() if tag not in ("img", "table") else ""
    if style := element.get("style"):
        where, bold, italic, hidden = _style(style)
        changes |= {"align": where} if where else {}
        changes |= {"bold": True} if bold else {}
        changes |= {"italic": True} if italic else {}
        changes |= {"aside": True} if hidden else {}
    return changes


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of a tree and which of them each block holds: `spans[element]` is a half-open range."""

    lines: list[Line]
    spans: dict[Element, tuple[int, int]]


def read(root: Element, skip: frozenset[Element] = frozenset()) -> Lines:
    """The lines below `root`, without the elements of `skip`."""
    walker = _Walker(root)
    walker.walk(root, skip)
    return Lines(walker.lines, walker.spans)
