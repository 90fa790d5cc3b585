"""Two texts side by side: which paragraphs differ, and in which words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

_WORDS = re.compile(r"\s+|\w+|[^\w\s]")
_ALIKE = 0.4  # paragraphs that share this much of their words are one paragraph, edited


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of words: kept, gone or come."""

    kind: str
    text: str


Line = tuple[str, tuple[Piece, ...]]  # kept | gone | come | changed, and its words


def paragraphs(before: str | None, after: str | None) -> list[Line]:
    """The paragraphs of both texts in order; what only one of them has is 'gone' or 'come'."""
    old, new = _split(before), _split(after)
    lines: list[Line] = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            lines += [("kept", (Piece("kept", text),)) for text in old[a:b]]
        else:
            lines += _replaced(old[a:b], new[c:d])
    return lines


def words(before: str, after: str) -> tuple[Piece, ...]:
    """The words of both texts in order."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    pieces: list[Piece] = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append(Piece("kept", "".join(old[a:b])))
            continue
        pieces += [Piece("gone", "".join(old[a:b]))] if b > a else []
        pieces += [Piece("come", "".join(new[c:d]))] if d > c else []
    return tuple(pieces)


def _split(text: str | None) -> list[str]:
    return [part for part in re.split(r"\n\s*\n", text or "") if part.strip()]


def _replaced(old: list[str], new: list[str]) -> Iterator[Line]:
    """Former and later paragraphs of one place, paired where they are much alike."""
    left = list(new)
    for text in old:
        partner = max(left, key=lambda other: _likeness(text, other), default=None)
        if partner is None or _likeness(text, partner) < _ALIKE:
            yield "gone", (Piece("gone", text),)
            continue
        place = left.index(partner)
        yield from (("come", (Piece("come", other),)) for other in left[:place])
        yield "changed", words(text, partner)
        left = left[place + 1 :]
    yield from (("come", (Piece("come", other),)) for other in left)


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one.split(), other.split(), autojunk=False).ratio()
