"""Title of an article."""

from __future__ import annotations

from collections.abc import Iterator

from scraper.extract.document import Document, first_answer, line, text_of


def find(document: Document) -> tuple[str | None, str | None]:
    """The headline without the site's name, and the rule that found it."""
    return first_answer(document.select("title"), _general(document), lambda text: check(document, text))


def check(document: Document, text: str) -> str | None:
    """A headline is no site's name and not empty."""
    text = line(text)
    return text if 4 <= len(text) <= 400 and text != document.portal.title else None


def _general(document: Document) -> Iterator[tuple[str, str | None]]:
    for element in document.index.tags.get("h1", ()):
        yield "h1", text_of(element)
    for element in document.index.tags.get("title", ())[:1]:
        yield "title element", text_of(element)
