"""Pictures of an article with captions and credits, in order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice, pairwise

from scraper.extract import lines as reader
from scraper.extract.document import Document
from scraper.extract.lines import Line
from scraper.extract.selector import Element
from scraper.extract.story import Story
from scraper.items import Image

_SOURCES = ("data-original", "data-src", "data-lazy-src", "data-srcset", "data-original-src", "srcset", "src")
_ICON = re.compile(
    r"spacer|/icons?[/_.-]|icon[-_.]|/logo|logo\.|emoticon|smil(?:ey|ies)|/sprites?|blank\.|pixel|1x1|loading|button|btn|"
    r"bullet|arrow|/themes?/.*/images/common|print\.|email\.|facebook|twitter|zalo|avatar|banner|\.svg",
    re.I,
)
_LABEL = r"ảnh|nguồn ảnh|nguồn|photo|hình|ảnh tư liệu|ảnh minh họa|đồ họa"
_CREDIT = re.compile(
    rf"(?:^|[\s(\[.;,\-–|])(?P<label>{_LABEL})\s?[:/.]\s?(?P<name>(?:[^()\[\].:]{{2,60}}|(?:[A-ZĐ]\.\s?){{1,3}}[A-ZĐ]?[a-z]*))[)\].]*$"
    r"|\((?P<inner>(?:ảnh|hình|nguồn)[^()]{0,60})\)\.?$",
    re.I,
)
_CREDITS = ("ảnh", "nguồn", "photo", "hình", "đồ họa")  # no credit without one of them
_PLACEHOLDER = re.compile(
    r"\[?\s*nhập (?:chú thích|mô tả|tiêu đề)[^\]]*\]?|\[?\s*(?:chú thích ảnh|caption)\s*\]?", re.I
)
_BLOCKS = 50  # picture blocks outside the text
_MOST = 1000  # pictures of one article; more are a broken page
_ANY = 1_000_000  # usual length of paragraphs where every single line after a picture is its caption
_LONGEST = 420  # letters of the longest caption met: 380


def find(document: Document, story: Story) -> tuple[Image, ...]:
    """The pictures; marks them and their captions in the story."""
    usual = _ANY if _is_photo_story(story.lines) else _usual_length(story.lines)
    found = [image for block in _outside(document, story) for image in _shown(document, story, block, usual)]
    return tuple([*found, *_shown(document, story, story.lines, usual)][:_MOST])


def _shown(document: Document, story: Story, lines: list[Line], usual: int) -> Iterator[Image]:
    """The pictures on lines that stand together."""
    around = set() if story.container is None else {story.container, *story.container.iterancestors()}
    for number, shown in enumerate(lines):
        if shown.image is None:
            continue
        url = source(document, shown.image)
        if url is None or _is_icon(shown.image, url):
            shown.role = "icon"
            continue
        shown.role = "image"
        if _table(shown.cell) in around:  # the table that lays the page out, not one of pictures
            shown.cell = None
        caption = _caption(lines, number, usual)
        yield Image(url, caption, credit(caption))


def _outside(document: Document, story: Story) -> Iterator[list[Line]]:
    """Lines of picture blocks that a selector names and that stand outside the text; of a picture itself its own."""
    for _, element in islice(document.select("images"), _BLOCKS):
        if story.container is not None and any(one is story.container for one in element.iterancestors()):
            continue
        yield [Line("", element, image=element)] if element.tag == "img" else reader.read(element).lines


def source(document: Document, element: Element) -> str | None:
    """Absolute URL of the picture in full size, past lazy-loading placeholders."""
    for name in _SOURCES:
        value = (element.get(name) or "").strip()
        if value and not value.startswith("data:"):
            if name.endswith("srcset"):
                value = value.split(",")[-1].split()[0] if value.split(",")[-1].split() else ""
            if url := document.absolute(value):
                return url
    return None


def credit(caption: str | None) -> str | None:
    """Photographer or source, where the caption names one after a label."""
    match = _credits(caption or "")
    if not match:
        return None
    inner = match["inner"]
    name = match["name"] if inner is None else inner.partition(":")[2] or inner.partition(" ")[2]
    name = name.strip(" :.-–")
    return name if name and not re.match(r"(?i)minh h[oọ]a|tư liệu$", name) else None


def _credits(text: str) -> re.Match[str] | None:
    folded = text.lower()
    return _CREDIT.search(text) if any(word in folded for word in _CREDITS) else None


def _caption(lines: list[Line], number: int, usual: int) -> str | None:
    """The caption of the picture on that line; its lines are marked."""
    taken: list[Line] = []
    for following in lines[number + 1 : number + 4]:
        if following.image is not None or following.role or not following.text:
            break
        if not _belongs(lines[number], taken, following, usual):
            break
        taken.append(following)
        if len(taken) == 3:
            break
    for part in taken:
        part.role = "caption"
    text = " ".join(part.text for part in taken if not _PLACEHOLDER.fullmatch(part.text))
    return text or None


def _belongs(picture: Line, taken: list[Line], following: Line, usual: int) -> bool:
    """Whether the line is the picture's caption, or goes on with it."""
    text = following.text
    if following.caption:
        return True
    if len(text) > _LONGEST or following.level or following.is_link:
        return False
    if taken:
        return _goes_on(taken, following)
    if len(text) < 300 and _credits(text):
        return True
    if _in_picture_table(picture, following):
        return True
    if following.align == "center" or (following.is_italic and not following.is_bold):
        return following.align != "right" and (following.align == "center" or len(text) < 260)
    if following.soft and following.element is picture.element:
        return len(text) < 200
    return _looks_like_caption(following, usual)


def _goes_on(taken: list[Line], following: Line) -> bool:
    """A second line of a caption: a credit alone, or the same look in the same block."""
    first, text = taken[0], following.text
    if _CREDIT.match(text) and len(text) < 80:
        return True
    if taken[-1].caption != following.caption:
        return False
    same = (following.align, following.is_italic, following.is_bold) == (first.align, first.is_italic, first.is_bold)
    marked = first.align == "center" or first.is_italic
    if following.soft:
        return same and marked
    return same and marked and len(text) < 120 and not _CREDIT.search(taken[-1].text) and not text[:1].isupper()


def _in_picture_table(picture: Line, following: Line) -> bool:
    """A table of pictures with the caption in a row or cell of it."""
    table = _table(picture.cell)
    return table is not None and _table(following.cell) is table and len(following.text) < 300 and _texts(table) < 900


def _table(cell: Element | None) -> Element | None:
    element = cell
    while element is not None and element.tag != "table":
        element = element.getparent()
    return element


def _texts(table: Element) -> int:
    """Letters of text in a table for each of its pictures; of a long table its beginning."""
    pictures = sum(1 for _ in islice(table.iter("img"), 100))
    return sum(len(text.strip()) for text in islice(table.itertext(), 2000)) // max(pictures, 1)


def _looks_like_caption(following: Line, usual: int) -> bool:
    """A plain line after a picture: short beside the paragraphs, without a sentence's end, not a subheading."""
    text = following.text
    if usual == _ANY:
        return True
    short = 8 <= len(text) <= 220 and len(text) * 2 <= usual
    return short and not following.is_bold and text[-1] not in ".:;!?/,"


def _is_photo_story(lines: list[Line]) -> bool:
    """Whether pictures and single lines alternate: then the text is their captions."""
    shown = [line for line in lines if line.image is not None or (line.text and not line.role)]
    first = next((number for number, line in enumerate(shown) if line.image is not None), len(shown))
    below = shown[first:]
    pictures = sum(line.image is not None for line in below)
    told = [line for line in below if line.text]
    if pictures < 3 or len(told) * 2 < pictures or any(len(line.text) > _LONGEST for line in told):
        return False
    return all(one.image is not None or other.image is not None for one, other in pairwise(below))


def _usual_length(lines: list[Line]) -> int:
    """Median length of the long paragraphs."""
    sizes = sorted(len(line.text) for line in lines if len(line.text) > 80)
    return sizes[len(sizes) // 2] if sizes else 0


def _is_icon(element: Element, url: str) -> bool:
    """A picture that is no picture: an icon, a spacer, a counter."""
    for name in ("width", "height"):
        size = (element.get(name) or "").removesuffix("px")
        if size.isdecimal() and int(size) < 48:
            return True
    return _names_icon(url)


@lru_cache(maxsize=2048)  # icons are those of the portal's frame
def _names_icon(url: str) -> bool:
    return _ICON.search(url.rpartition("?")[0] or url) is not None
