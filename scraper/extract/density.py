"""Where on a page its article stands: the block that holds most running text after the title."""

from __future__ import annotations

from collections import defaultdict
from itertools import accumulate

from scraper.extract.labels import ends, heading
from scraper.extract.lines import Line
from scraper.extract.selector import Element
from scraper.extract.sight import Sight
from scraper.extract.story import Story

_FAR = 60  # lines between title and text that may still be the article's head
_SHARES = (1.0, 0.6, 0.3)  # of a line's weight that its parent, grandparent and so on get
_CLIMB = 8  # blocks above the densest that are looked at: a cell, its row, table and the block around it
_INNER = 0.9  # what a block gets for lines that stand in it directly


def locate(sight: Sight) -> Story | None:
    """The article's lines from below its title to the end of its text; None when nothing on the page is a text."""
    lines, spans = sight.page.lines, sight.page.spans
    title = sight.title_at
    container, source = _declared(sight)
    if container is None:
        container = _densest(lines, spans, title)
        source = "general:text density"
    if container is None:
        return None
    first, last = spans[container]
    start = first
    if title is not None and title < last:
        start = title + 1 if title >= first or first - title <= _FAR else first
    story = Story(lines[start:last], source, container, lines[last:])
    story.body_from = max(0, first - start)
    return story


def _declared(sight: Sight) -> tuple[Element | None, str]:
    """The element that microdata calls the article's body, when it holds text."""
    for element in sight.document.microdata:
        span = sight.page.spans.get(element) if element.get("itemprop") == "articleBody" else None
        if span and sum(len(line.text) for line in sight.page.lines[span[0] : span[1]]) >= 200:
            return element, "general:microdata articleBody"
    return None, ""


def _densest(lines: list[Line], spans: dict[Element, tuple[int, int]], title: int | None) -> Element | None:
    """The block that running text votes for, widened while much text stands just outside it."""
    weights = [_weight(line, number, title) for number, line in enumerate(lines)]
    _silence(weights, lines)
    votes: dict[Element, float] = defaultdict(float)
    for line, weight in zip(lines, weights, strict=True):
        if weight > 0:
            _vote(votes, line, weight, spans)
    if not votes:
        return None
    total = [0.0, *accumulate(weights)]
    best = max(votes, key=lambda element: votes[element])
    return _widened(best, spans, total, title)


def _weight(line: Line, number: int, title: int | None) -> float:
    """How much a line speaks for running text around it."""
    size = len(line.text)
    if line.aside or size < 20 or line.is_link or line.caption:
        return 0
    weight = float(size - 2 * line.linked)
    if size < 60 and line.text[-1] not in ".;:":
        weight *= 0.3
    if ends(line.text, bool(line.links)) or heading(line.text):
        return 0
    if title is not None and number <= title:
        weight *= 0.15
    return max(weight, 0)


def _vote(votes: dict[Element, float], line: Line, weight: float, spans: dict[Element, tuple[int, int]]) -> None:
    element = line.element
    if element in spans and element.tag not in ("p", "li", "h1", "h2", "h3", "h4", "blockquote"):
        votes[element] += weight * _INNER
    above = element.getparent()
    for share in _SHARES:
        if above is None or above not in spans:
            return
        votes[above] += weight * share
        above = above.getparent()


def _widened(best: Element, spans: dict[Element, tuple[int, int]], total: list[float], title: int | None) -> Element:
    """Climb to a block that holds clearly more text; to one around the title only for much more."""

    def held(element: Element) -> float:
        first, last = spans[element]
        return total[last] - total[first]

    above = best
    for _ in range(_CLIMB):
        above = above.getparent()
        if above is None or above not in spans or above.tag in ("body", "html"):
            break
        first, last = spans[above]
        around = title is not None and first <= title < last
        if held(above) >= held(best) * (1.5 if around else 1.15):
            best = above
    return best


def _silence(weights: list[float], lines: list[Line]) -> None:
    """Nothing counts after the heading of related news, once most of the text has been seen."""
    whole, seen = sum(weights), 0.0
    for number, line in enumerate(lines):
        seen += weights[number]
        if (
            seen * 2 > whole
            and heading(line.text)
            and sum(bool(one.links) for one in lines[number + 1 : number + 5]) > 1
        ):
            weights[number:] = [0.0] * (len(weights) - number)
            return
