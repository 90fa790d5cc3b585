"""The time of publication as printed: chosen by place and label, never by order alone."""

from __future__ import annotations

import re

from scraper.extract.document import Document, first_answer

_DATE = re.compile(r"\d{1,2}\s?[/.-]\s?\d{1,2}\s?[/.-]\s?\d{4}|\d{4}-\d\d-\d\d|\d{1,2} tháng \d{1,2}", re.I)


def find(document: Document) -> tuple[str | None, str | None]:
    """The printed timestamp and the rule that found it."""
    return first_answer(document.select("published_text"), (), check)


def check(text: str) -> str | None:
    """Text that holds a date."""
    return text if _DATE.search(text) and len(text) < 200 else None
