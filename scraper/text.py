"""Vietnamese text: one normal form, single spaces, one tone-mark placement, and a spelling without accents."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_ZERO_WIDTH = "\u200b\u2060\ufeff\u180e"


def nfc(text: str) -> str:
    """The text with every letter and its marks as one character (NFC), the form that the archive stores."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def squeeze(text: str) -> str:
    """NFC with every run of white space (no-break and zero-width included) as one space, none at the ends."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
        for mark in _ZERO_WIDTH:  # each is seldom there: four searches cost a tenth of one translate()
            text = text.replace(mark, " ")
    return " ".join(text.split())


class _Fold(dict[int, str]):
    """Character -> itself in lower case without accents, filled as characters are met."""

    def __missing__(self, code: int) -> str:
        decomposed = unicodedata.normalize("NFD", chr(code).lower())
        bare = "".join(c for c in decomposed if not "\u0300" <= c <= "\u036f")
        folded = unicodedata.normalize("NFC", bare).lower().replace("đ", "d")
        self[code] = folded
        return folded


_FOLD = _Fold()


def fold(text: str) -> str:
    """Lower case without accents, đ as d; the marks of scripts that have no accents in this sense stay.

    Idempotent, and the same for NFC and NFD. `len(fold(x)) <= len(nfc(x))`, with equality unless x holds an accent that
    no letter takes ("x̌"): in Vietnamese text an offset in the folded text is the offset in the NFC text.
    """
    if text.isascii():
        return text.lower()
    return _remembered(text) if len(text) < _TITLE else _folded(text)


def _folded(text: str) -> str:
    return nfc(nfc(text).translate(_FOLD))


_TITLE = 400  # characters; a title is compared many times while one page is read
_remembered = lru_cache(maxsize=1024)(_folded)


_TONES = "\u0300\u0301\u0309\u0303\u0323"  # grave, acute, hook above, tilde, dot below


def _placements() -> dict[str, str]:
    """Old spelling -> new spelling of oa, oe, uy with each tone, in each mixture of cases."""
    pairs = [
        (first, second)
        for vowels in ("oa", "oe", "uy")
        for first in (vowels[0], vowels[0].upper())
        for second in (vowels[1], vowels[1].upper())
    ]
    return {nfc(a + tone + b): nfc(a + b + tone) for a, b in pairs for tone in _TONES}


_OLD_TO_NEW = _placements()
_OLD = re.compile(rf"(?<![qQ])(?:{'|'.join(_OLD_TO_NEW)})(?![^\W\d_])")


def retone(text: str) -> str:
    """NFC with the tone mark of an open syllable in oa, oe, uy on its second vowel: hòa -> hoà, ủy -> uỷ.

    Both placements are in use, often on one page; texts are compared, not stored, in this form. "quý" has no other.
    """
    return _OLD.sub(lambda found: _OLD_TO_NEW[found[0]], nfc(text))


def width(text: str) -> int:
    """Columns that the text takes on a terminal: combining marks and zero-width characters none, wide ones two."""
    return sum(_columns(character) for character in text)


def fit(text: str, columns: int) -> str:
    """The text cut or filled with spaces to exactly so many columns."""
    if width(text) <= columns:
        return text + " " * (columns - width(text))
    kept, used = [], 1
    for character in text:
        used += _columns(character)
        if used > columns:
            break
        kept.append(character)
    return fit("".join(kept).rstrip() + "…", columns)


def _columns(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Cf", "Cc", "Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
