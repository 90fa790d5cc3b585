"""The lines of one article while its fields are being told apart: each finder marks the lines that it takes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from scraper.extract.lines import Line
from scraper.extract.selector import Element


@dataclass(slots=True)
class Story:
    """The region of a page that holds an article's text."""

    lines: list[Line]
    source: str | None  # rule that found the region; None when there is none
    container: Element | None = None
    after: list[Line] = field(default_factory=list)  # what follows the region on the page
    body_from: int = 0  # number of the first line of the text itself; byline, date and lead may stand before it

    def running(self) -> Iterator[tuple[int, Line]]:
        """Lines of text that no finder has taken, with their numbers."""
        return ((n, line) for n, line in enumerate(self.lines) if line.text and not line.role)

    def text(self) -> Iterator[tuple[int, Line]]:
        """Lines of the body: running text, and the lines that name its attachments."""
        return ((n, line) for n, line in enumerate(self.lines) if line.text and line.role in ("", "attachment"))
