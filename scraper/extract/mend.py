"""Text as its author meant it: broken entities undone, words apart that only a style sets apart."""

from __future__ import annotations

import html
import re

from scraper.extract.document import line

# "ldquo;" and "ndash;": entities that lost their ampersand.
_BROKEN = re.compile(r"(?<![&\w])([lr]dquo|[lr]squo|[mn]dash|hellip|nbsp|quot);")
_BROKEN_MARKS = ("quo;", "dash;", "hellip;", "nbsp;", "quot;")


def mended(text: str) -> str:
    """One line of text, with the entities undone that an editor or a migration escaped twice or broke."""
    text = line(text)
    if "&" in text and ";" in text:
        text = html.unescape(text)
    if ";" in text and any(mark in text for mark in _BROKEN_MARKS):
        text = _BROKEN.sub(lambda match: html.unescape(f"&{match[1]};"), text)
    return text


def is_seam(before: str, text: str) -> bool:
    """Whether a new word begins where an element does: a place, name or hour set apart by its style only."""
    last, first = before[-1], text[:2]
    if first[0].isupper():
        return (last.islower() or last.isdecimal()) and first[1:].islower()
    return last.islower() and len(first) == 2 and first.isdecimal()
