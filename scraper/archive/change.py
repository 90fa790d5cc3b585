"""What kind of change turned one state of an article into the next: typo, edit or rewrite."""

from __future__ import annotations

import unicodedata
from difflib import SequenceMatcher

from scraper.archive.state import State

TYPO = 0.01  # of the characters
REWRITE = 0.5  # of the words
_QUADRATIC = 4_000_000  # pairs of words above which the exact comparison would take seconds


def classify(former: State, later: State) -> str:
    """'typo': only letters, accents or punctuation inside words, under 1 % of the text; 'rewrite': more than half
    of the words; 'edit': everything between, and any change of date or attachments alone.
    """
    before, after = former.text.split(), later.text.split()
    regions = _regions(before, after)
    changed = sum(max(len(gone), len(come)) for gone, come in regions)
    if changed > REWRITE * max(len(before), len(after)):
        return "rewrite"
    facts = (former.published_at, former.attachments) == (later.published_at, later.attachments)
    if facts and regions and all(_is_slip(gone, come) for gone, come in regions):
        letters = sum(_letters("".join(gone), "".join(come)) for gone, come in regions)
        if letters < TYPO * max(len(former.text), len(later.text)):
            return "typo"
    return "edit"


def _regions(before: list[str], after: list[str]) -> list[tuple[list[str], list[str]]]:
    """The differing stretches of words, without what both texts begin and end with."""
    start = 0
    while start < min(len(before), len(after)) and before[start] == after[start]:
        start += 1
    end = 0
    while end < min(len(before), len(after)) - start and before[-1 - end] == after[-1 - end]:
        end += 1
    before, after = before[start : len(before) - end], after[start : len(after) - end]
    matcher = SequenceMatcher(None, before, after, autojunk=len(before) * len(after) > _QUADRATIC)
    return [(before[a:b], after[c:d]) for tag, a, b, c, d in matcher.get_opcodes() if tag != "equal"]


def _is_slip(gone: list[str], come: list[str]) -> bool:
    """Whether the words are the same but for spelling; a digit that changed is a fact, never a slip."""
    former, later = "".join(gone), "".join(come)
    if [mark for mark in former if mark.isdigit()] != [mark for mark in later if mark.isdigit()]:
        return False
    if not (any(map(str.isalpha, former)) or any(map(str.isalpha, later))):
        return True  # punctuation alone, "–" for "-"
    return bool(gone and come) and SequenceMatcher(None, _bare(former), _bare(later), autojunk=False).ratio() >= 0.6


def _letters(former: str, later: str) -> int:
    matcher = SequenceMatcher(None, former, later, autojunk=False)
    return sum(max(b - a, d - c) for tag, a, b, c, d in matcher.get_opcodes() if tag != "equal")


def _bare(text: str) -> str:
    """Letters without case and accents."""
    return "".join(mark for mark in unicodedata.normalize("NFD", text.lower()) if mark.isalnum())
