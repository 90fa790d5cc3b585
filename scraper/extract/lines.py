"""A page as its reader sees it: lines of text and pictures in order, each with how it looks."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple, TypeAlias

from scraper.extract.mend import is_seam, mended
from scraper.extract.selector import Element
from scraper.extract.surroundings import PROSE, is_aside, is_menu, is_never

_BLOCK_TAGS = (
    "address article aside blockquote body caption center dd details div dl dt fieldset figcaption figure footer form "
    "h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section summary table tbody td tfoot th thead tr ul"
)
_SKIPPED_TAGS = "head select button textarea iframe object embed video audio canvas map input datalist"
_BLOCKS = frozenset(_BLOCK_TAGS.split())
_SKIPPED = frozenset(_SKIPPED_TAGS.split())
_CAPTION = re.compile(
    r"caption|chu-?thich|PhotoCMS_Caption|img-?(?:desc|note|title)|photo-?(?:desc|note)|image-?(?:desc|note)", re.I
)
_DEEPEST = 250  # elements in one another; Python recurs 1000 deep, real pages end near 60
_HIDDEN = frozenset(("hidden", "hide", "d-none", "hidden hide d-none", "sr-only", "visually-hidden", "hidden d-none"))
_STYLE = 300  # characters of a style that are looked at, and remembered
_STYLES = re.compile(
    r"text-align\s*:\s*(center|right)|(font-weight)\s*:\s*(?:bold|[6-9]00)|(font-style)\s*:\s*italic|(display)\s*:\s*none",
    re.I,
)


@dataclass(slots=True, eq=False)
class Line:
    """One line of text, or one picture (then `text` is empty)."""

    text: str
    element: Element  # nearest block-level element around it
    is_bold: bool = False  # nearly all of it
    is_italic: bool = False
    is_link: bool = False
    linked: int = 0  # letters of the text in links
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


class _Look(NamedTuple):
    """How text appears inside an element."""

    align: str = ""
    level: int = 0
    caption: bool = False
    aside: bool = False
    bold: bool = False
    italic: bool = False
    link: bool = False
    menu: bool = False  # the nearest element with names of its own is called a menu, a path or a footer


_PLAIN = _Look()
# How text looks at some place, and the nearest block, cell and list item around it.
_Place: TypeAlias = "tuple[_Look, Element, Element | None, Element | None]"


@lru_cache(maxsize=2048)
def _inside(look: _Look, tag: str, name: str = "", identity: str = "", style: str = "", align: str = "") -> _Look:
    """The look inside an element whose surroundings look like `look`."""
    names = f"{name} {identity}"
    changes: dict[str, Any] = {**_TAG_LOOKS.get(tag, {}), "menu": is_menu(tag, name, identity)}
    if is_aside(names) and tag != "body":
        changes["aside"] = True
    if _CAPTION.search(names):
        changes["caption"] = True
    if "text-center" in names or "text-right" in names:
        changes["align"] = "center" if "text-center" in names else "right"
    if align and tag != "table":
        changes["align"] = align.lower()
    for match in _STYLES.finditer(style):
        if match[1]:
            changes["align"] = match[1].lower()
        changes |= {"bold": True} if match[2] else {"italic": True} if match[3] else {"aside": True} if match[4] else {}
    return look._replace(**changes)


_TAG_LOOKS: dict[str, dict[str, Any]] = {
    **{tag: {"bold": True} for tag in ("b", "strong", "th")},
    **{f"h{n}": {"bold": True, "level": n} for n in range(1, 7)},
    **{tag: {"italic": True} for tag in ("i", "em", "cite")},
    **{tag: {"aside": True} for tag in ("footer", "nav", "aside")},
    "figcaption": {"italic": True, "caption": True},
    "a": {"link": True},
    "center": {"align": "center"},
    "table": {"align": ""},  # a centred table of the layout does not centre its text
}


def surrounds(element: Element) -> bool:
    """Whether the element is marked as what surrounds an article, or as hidden."""
    get = element.get
    look = _inside(_PLAIN, element.tag, get("class", ""), get("id", ""), get("style", "")[:_STYLE], get("align", ""))
    return look.aside or look.menu


class _Walker:
    """Collects lines on one walk over the tree."""

    def __init__(self, brief: bool, columns: frozenset[Element], skip: frozenset[Element]) -> None:
        self.brief = brief
        self.columns = columns
        self.skip = skip
        self.lines: list[Line] = []
        self.spans: dict[Element, tuple[int, int]] = {}
        self.parts: list[str] = []
        self.links: list[Element] = []
        self.bold = self.italic = self.linked = 0
        self.breaks = 0  # line breaks since the line before, in one block
        self.told = self.around = 0  # characters of running text, and of such in what surrounds articles

    def walk(self, element: Element, at: _Place, depth: int = 0) -> None:
        """Every element below `element`, which stands `at` some place, except what shows no text."""
        if depth > _DEEPEST:
            if text := " ".join(element.itertext()):
                self._add(text, at[0])
            return
        text = element.text
        if text and (self.parts or not text.isspace()):
            self._add(text, at[0])
        for child in element:
            tag = child.tag
            if self.skip and child in self.skip:
                pass
            elif tag in _BLOCKS:
                if self.parts or self.links or self.breaks:
                    self.flush(at)
                if inside := self._block(child, tag, at):
                    start = len(self.lines)
                    self.walk(child, inside, depth + 1)
                    if self.parts or self.links or self.breaks:
                        self.flush(inside)
                    self.spans[child] = (start, len(self.lines))
            elif tag == "img":
                self.flush(at)
                self.lines.append(self._line("", at, child))
                self.breaks = 0
            elif tag == "br":
                self.flush(at, soft=True)
            elif tag not in _SKIPPED and (inside := self._inline(child, tag, at)):
                self.walk(child, inside, depth + 1)
            text = child.tail
            if text and (self.parts or not text.isspace()):
                self._add(text, at[0])

    def _inline(self, element: Element, tag: str, at: _Place) -> _Place | None:
        """The place inside an element of running text; None where it shows nothing."""
        look, block, cell, item = at
        if tag == "a":
            self.links.append(element)
        elif attributes := element.items():
            get = dict(attributes).get
            name, style = get("class", ""), get("style", "")[:_STYLE]
            if name in _HIDDEN or "display:none" in style.replace(" ", ""):
                return None
            return self._look(look, element, tag, name, get("id", ""), style, get("align", "")), block, cell, item
        return (_inside(look, tag), block, cell, item) if tag in _TAG_LOOKS else at

    def _block(self, element: Element, tag: str, at: _Place) -> _Place | None:
        """The place inside a block; None where it is a menu that is left out."""
        look, _, cell, item = at
        if tag == "td" or tag == "th":
            cell = element
        elif tag == "li":
            item = element
        if attributes := element.items():
            get = dict(attributes).get
            look = self._look(
                look, element, tag, get("class", ""), get("id", ""), get("style", "")[:_STYLE], get("align", "")
            )
        elif tag in _TAG_LOOKS:
            look = _inside(look, tag)
        else:
            return look, element, cell, item  # nothing of its own: what surrounds it was judged before
        if look.menu and self.brief and not self._is_article(element):
            self.around += sum(filter(PROSE.__le__, map(len, element.itertext())))
            return None
        return look, element, cell, item

    def _look(self, look: _Look, element: Element, tag: str, name: str, identity: str, style: str, align: str) -> _Look:
        """How text looks inside the element; a column of the article is no surroundings of it."""
        inner = _inside(look, tag, name, identity, style, align)
        if inner.aside and not look.aside and element in self.columns and not is_never(f"{name} {identity}"):
            return inner._replace(aside=False)
        return inner

    def _is_article(self, element: Element) -> bool:
        """Whether what is named as a menu or footer holds the text or its headline, or an article's date line."""
        if element in self.columns or next(element.iter("h1"), None) is not None:
            return True
        above = element.getparent()
        return above is not None and above.tag == "article"

    def _add(self, text: str, look: _Look) -> None:
        parts = self.parts
        if parts and is_seam(parts[-1], text):
            parts.append(" ")
        parts.append(text)
        if len(text) >= PROSE:
            if look.aside:
                self.around += len(text)
            elif not look.link:
                self.told += len(text)
        if look.bold or look.italic or look.link:
            size = len(text) - text.count(" ") - text.count("\n") - text.count("\t") - text.count("\xa0")
            self.bold += size * look.bold
            self.italic += size * look.italic
            self.linked += size * look.link

    def flush(self, at: _Place, soft: bool = False) -> None:
        """End the current line: at a line break, or at the edge of a block."""
        ended = False
        if self.parts:
            if text := mended("".join(self.parts)):
                self.lines.append(self._line(text, at))
                self.links = []
                ended = True
            self.parts = []
            self.bold = self.italic = self.linked = 0
        if self.links and not at[0].link:
            self.links = []  # of a picture, or empty
        self.breaks = (1 if ended else self.breaks + 1) if soft else 0

    def _line(self, text: str, at: _Place, image: Element | None = None) -> Line:
        look, block, cell, item = at
        align, level, caption, aside, *_ = look
        if not (self.bold or self.italic or self.linked):
            bold = italic = link = False
        else:
            letters = len(text) - text.count(" ")
            bold, italic = self.bold * 10 >= letters * 8, self.italic * 10 >= letters * 8
            link = self.linked * 10 >= letters * 7
        return Line(text, block, bold, italic, link, self.linked, self.links if text else [], align,
                    level, cell, item, caption, aside, self.breaks == 1, image)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of a tree and which of them each block holds: `spans[element]` is a half-open range."""

    lines: list[Line]
    spans: dict[Element, tuple[int, int]]
    is_doubtful: bool = False  # what is named as surroundings may hold half of the running text


def read(
    root: Element,
    skip: frozenset[Element] = frozenset(),
    *,
    brief: bool = False,
    columns: frozenset[Element] = frozenset(),
) -> Lines:
    """The lines below `root`, without the elements of `skip`; `brief` leaves menus and footers out as well.

    `columns` are no surroundings of the article, whatever their names say.
    """
    walker = _Walker(brief, columns, skip)
    at: _Place = (_PLAIN, root, None, None)
    walker.walk(root, at)
    walker.flush(at)
    return Lines(walker.lines, walker.spans, walker.around * 2 >= walker.told)
