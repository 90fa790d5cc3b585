"""The words of a date line and what they mean, in the folded spelling that it is read in, without spaces and points."""

from __future__ import annotations

from collections.abc import Iterable

NUMBERS = {
    "mot": 1, "hai": 2, "ba": 3, "tu": 4, "bon": 4, "nam": 5, "sau": 6, "bay": 7, "tam": 8, "chin": 9, "muoi": 10,
}  # fmt: skip

MONTH_WORDS = NUMBERS | {"gieng": 1, "muoimot": 11, "muoihai": 12, "mmot": 11, "mhai": 12, "chap": 12}
"""What follows "tháng"; NukeViet abbreviates the last two months to "M. một", "M. hai" (its language file)."""

_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
MONTH_NAMES = {name[:length]: number for number, name in enumerate(_MONTHS, 1) for length in (3, 9)} | {"sept": 9}

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DAY_NAMES = {name[:length]: number for number, name in enumerate(_DAYS) for length in (3, 9)}
WEEKDAYS = DAY_NAMES | {"chunhat": 6, "chuanhat": 6, "cn": 6, "thubay": 5}
WEEKDAYS |= {f"{prefix}{number}": number - 2 for prefix in ("thu", "t") for number in range(2, 8)}
WEEKDAYS |= {f"thu{word}": NUMBERS[word] - 2 for word in ("hai", "ba", "tu", "nam", "sau")}
"""Monday 0 … Sunday 6."""

_MORNING, _AFTERNOON, _NIGHT = frozenset(range(12)), frozenset(range(12, 24)), frozenset((*range(18, 24), *range(1, 6)))
HALVES = {
    "am": _MORNING, "sa": _MORNING, "sang": _MORNING, "rangsang": _MORNING,
    "pm": _AFTERNOON, "ch": _AFTERNOON, "chieu": _AFTERNOON,
    "trua": frozenset(range(10, 16)), "toi": frozenset(range(17, 24)), "dem": _NIGHT, "khuya": _NIGHT,
}  # fmt: skip
"""Part of the day -> the hours (0-23) that it may mean; "12 giờ đêm" is the midnight of nobody knows which day."""

SECONDS = {"second": 1, "minute": 60, "hour": 3600}
DAYS = {"day": 1, "week": 7}
ROUNDED = frozenset(("hour", "week", "month"))
UNITS = {
    "giay": "second", "phut": "minute", "p": "minute", "gio": "hour", "tieng": "hour", "h": "hour",
    "ngay": "day", "hom": "day", "tuan": "week", "thang": "month",
} | {unit: unit for unit in (*SECONDS, *DAYS, "month")}  # fmt: skip
"""Units of "N … trước", years left out as too coarse for a date; a count of those in ROUNDED may be off by one."""

DAYS_AGO = {"nay": 0, "qua": 1, "kia": 2}


def any_of(words: Iterable[str]) -> str:
    """A regular expression for any of the words, the longest first."""
    return f"(?:{'|'.join(sorted(words, key=len, reverse=True))})"
