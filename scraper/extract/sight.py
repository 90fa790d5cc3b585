"""The whole page as a reader sees it, looked at only where no portal's or platform's rule answers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from itertools import islice

from scraper.extract import head, lines, surroundings
from scraper.extract import headline as headlines
from scraper.extract.document import Document, line, text_of
from scraper.extract.lines import Line, Lines
from scraper.extract.selector import Element
from scraper.text import fold

_SEPARATOR = re.compile(r"\s+[-–—|»:·•]+\s+|\s*[|»]\s*")
_TITLED = re.compile(r"(?:^|[\s_-])(?:title|headline|tieu-?de|news-?title|entry-title|subject)(?:$|[\s_-])", re.I)
_LONGEST = 350
_LINKS = 40  # first links of a page, where the one to the home page is


class Sight:
    """Lines of the page, what its head says, and where the title stands."""

    def __init__(self, document: Document) -> None:
        self.document = document

    @cached_property
    def page(self) -> Lines:
        """Every line of the page."""
        seen = lines.read(self.document.root, brief=True)
        columns = surroundings.columns(self.document.index.elements) if seen.is_doubtful else frozenset[Element]()
        if any(map(lines.surrounds, columns)):
            return lines.read(self.document.root, brief=True, columns=columns)
        return seen

    @cached_property
    def head(self) -> head.Head:
        """JSON-LD and meta elements."""
        return head.read(self.document)

    @cached_property
    def window_title(self) -> str:
        """The title element."""
        return text_of(next(iter(self.document.index.tags.get("title", ())), None))

    @cached_property
    def site_names(self) -> frozenset[str]:
        """How the site calls itself, folded."""
        host = self.document.page.url.split("/")[2] if self.document.page.url.count("/") > 1 else ""
        names = [self.document.portal.title, self.head.first("og:site_name", "application-name"), host]
        if publisher := self.head.text("publisher"):
            names.append(publisher)
        home = {"/", "./", self.document.origin, self.document.origin + "/"}
        for link in islice(self.document.index.tags.get("a", ()), _LINKS):
            if (link.get("href") or "").strip() in home or link.get("rel") == "home":
                names.append(text_of(link))
        return frozenset(fold(name).removeprefix("www.").strip(" .") for name in names if name)

    @cached_property
    def titles(self) -> list[str]:
        """What the page's head gives as its title, the most trustworthy first."""
        found = [
            self.head.text("headline"),
            self.head.first("og:title", "twitter:title", "dc.title", "title"),
            self.window_title,
        ]
        return [title for title in found if title]

    @cached_property
    def title_at(self) -> int | None:
        """Number of the line that shows the article's title."""
        wanted = [fold(title) for title in self.titles]
        said = "\n".join(self.titles).lower()
        best, place = 0.0, None
        for number, shown in enumerate(self.page.lines):
            likely = shown.level or (shown.text and not shown.is_link and shown.text[:12].lower() in said)
            if likely and (points := self._points(shown, wanted)) > best:
                best, place = points, number
        return place if best >= 3 else self._unnamed()

    def _unnamed(self) -> int | None:
        """The headline where the head names the site only, or says nothing."""
        head = self.head
        said = head.text("headline") or head.first("og:title", "twitter:title", "dc.title")
        return None if said and said != self.window_title else headlines.find(self.page.lines)

    def below(self, container: Element | None) -> list[Line]:
        """What follows an element on the page."""
        span = self.page.spans.get(container) if container is not None else None
        return self.page.lines[span[1] :] if span else []

    def _points(self, shown: Line, wanted: list[str]) -> float:
        """How much speaks for the line being the title."""
        text = shown.text
        if not 6 <= len(text) <= _LONGEST:
            return 0
        folded = fold(text).strip(" .")
        if folded in self.site_names:
            return 0
        points = 0.0
        for title in wanted:
            if title.strip(" .") == folded:
                points = max(points, 4.5)
            elif title.startswith(folded) and _SEPARATOR.match(title[len(folded) :].lstrip(".") + "  "):
                points = max(points, 4)
            elif (len(folded) > 25 and folded in title) or (
                len(title) > 40
                and len(folded) > 30
                and (folded.startswith(title[:40]) or _overlap(folded, title) > 0.8)
            ):
                points = max(points, 3)
        if shown.level:
            points += 3 if shown.level == 1 else 1.5 - shown.level * 0.1
        if _TITLED.search(shown.element.get("class") or ""):
            points += 1
        if shown.aside:
            points -= 2.5
        if shown.is_link:
            points -= 1
        return points + min(len(text), 120) / 400


def headline(sight: Sight) -> Iterator[tuple[str, str]]:
    """Titles by general rules, the best first: the line that shows it, then what the head says."""
    if sight.title_at is not None:
        shown = sight.page.lines[sight.title_at]
        text = text_of(shown.element) if shown.level else shown.text
        yield "visible title", text if len(text) <= _LONGEST else shown.text
    for source, text in (
        ("json-ld headline", sight.head.text("headline")),
        ("og:title", sight.head.first("og:title")),
        ("title element", sight.window_title),
    ):
        yield source, without_site(sight, text)


def without_site(sight: Sight, text: str) -> str:
    """A title without the site's name and section behind it."""
    parts = _SEPARATOR.split(text)
    if len(parts) < 2:
        return text
    kept = parts
    while len(kept) > 1 and (fold(kept[-1]).strip() in sight.site_names or len(kept[-1]) < len(kept[0])):
        kept = kept[:-1]
    return line(text[: text.rfind(kept[-1]) + len(kept[-1])]) if len(kept) < len(parts) else text


def _overlap(one: str, other: str) -> float:
    """Share of words in common."""
    a, b = set(one.split()), set(other.split())
    return len(a & b) / max(len(a | b), 1)
