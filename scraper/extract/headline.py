"""The headline of an article whose page calls itself by the site's name only: the line that looks like one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import islice

from scraper import dates
from scraper.extract.labels import ends, heading, tool
from scraper.extract.lines import Line
from scraper.extract.selector import Element

_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_TITLED = re.compile(r"(?:^|[^a-z])(?:title|headline|tieu-?de|tua-?de|subject|td)(?:[^a-z]|$)")
_OTHER = re.compile(r"(?:^|[^a-z])(?:sub|box|block|cat|cate|category|module|portlet|widget|page|related|khac|other)")
_BIG = re.compile(
    r"font-size\s*:\s*(?:(?:1[89]|[2-4]\d)(?:\.\d+)?px|(?:1[5-9]|[2-3]\d)(?:\.\d+)?pt|(?:x-)?x-large)", re.I
)
_BEFORE = 14  # lines above the text in which its headline stands
_PARAGRAPH = 110
_WINDOW = 16  # lines of a text that are weighed together
_LEAST = 2.5
_MOST = 3000


def find(lines: Sequence[Line]) -> int | None:
    """Number of the line; None where none looks like a headline above a text."""
    masses = _masses(lines)
    most = max(masses, default=0)
    texts = [number for number, mass in enumerate(masses) if mass * 2 > most]
    if not texts:
        return None
    best, place, start = 0.0, None, texts[0]
    for number in range(max(0, start - _BEFORE), min(start + _BEFORE, texts[-1])):
        distance = next(text for text in texts if text > number) - number
        # A box may stand before the article: below its text only what a date line follows is a headline.
        if distance > _BEFORE or (number > start and not _is_dated(lines, number)):
            continue
        points = _points(lines, number) - 0.1 * distance
        if points > best:
            best, place = points, number
    return place if best >= _LEAST else None


def _masses(lines: Sequence[Line]) -> list[int]:
    """For each long paragraph how much text begins with it; 0 for other lines."""
    sizes = [0 if shown.aside or shown.linked * 2 > len(shown.text) else len(shown.text) for shown in lines[:_MOST]]
    sizes = [size if size >= _PARAGRAPH else 0 for size in sizes]
    return [sum(sizes[number : number + _WINDOW]) if size else 0 for number, size in enumerate(sizes)]


def _is_dated(lines: Sequence[Line], number: int) -> bool:
    return any(_is_date(below.text) for below in lines[number + 1 : number + 4])


def _points(lines: Sequence[Line], number: int) -> float:
    """How much the line looks like the headline of what follows."""
    shown = lines[number]
    text = shown.text
    if not 12 <= len(text) <= 250 or len(text.split()) < 4 or shown.is_link or shown.aside or text[-1] in ".:;,":
        return 0
    if tool(text) or heading(text) or ends(text, bool(shown.links)) or _is_date(text):
        return 0
    points = 2.0 if shown.level else 1.0 if shown.is_bold else 0.0
    names, big = _look(shown)
    points += 2.5 if _is_titled(names) else 0
    points += 1.5 if big else 0
    points += 1.5 if _is_dated(lines, number) else 0
    return points


def _is_date(text: str) -> bool:
    """A line that begins with a date or its label: it stands above or below headlines and is none."""
    short = 8 <= len(text) <= 120 and text[-1] != "."
    return short and sum(map(str.isdigit, text)) >= 6 and dates.looks_dated(text[:60])


def _look(shown: Line) -> tuple[str, bool]:
    """Class and id of the line's block, of what stands around it alone and in it; whether its letters are large."""
    element = shown.element
    inner = [one for one in islice(element.iter(), 1, 6) if one.tag in ("span", "font", "b", "strong", "a", "label")]
    near: list[Element] = [element, *inner]
    above = element.getparent()
    if above is not None and len(above) == 1:
        near.append(above)
    names = " ".join(f"{one.get('class') or ''} {one.get('id') or ''}" for one in near)
    big = any((one.tag == "font" and (one.get("size") or "")[-1:] in "4567" and one.get("size")) for one in near)
    return names, bool(big or any(_BIG.search(one.get("style") or "") for one in near))


@lru_cache(maxsize=2048)
def _is_titled(names: str) -> bool:
    """Whether a name says title, and not that of a box."""
    text = _CAMEL.sub("-", names).lower().replace("_", "-")
    return any(_TITLED.search(name) and not _OTHER.search(name) for name in text.split())
