"""Title of an article."""

from __future__ import annotations

from scraper.extract.document import Document, first_answer, line
from scraper.extract.head import plain
from scraper.extract.sight import Sight, headline
from scraper.text import fold


def find(document: Document, sight: Sight) -> tuple[str | None, str | None]:
    """The headline without the site's name, and the rule that found it."""
    rules = first_answer(document.select("title"), (), lambda text: text if text != document.portal.title else None)
    if rules[0] and (value := check(rules[0], frozenset())):
        return value, rules[1]
    return first_answer((), headline(sight), lambda text: check(text, sight.site_names))


def check(text: str, site_names: frozenset[str]) -> str | None:
    """A headline is neither empty nor the site's name."""
    text = plain(text) if "&" in text else line(text)
    return text if 4 <= len(text) <= 400 and fold(text) not in site_names else None
