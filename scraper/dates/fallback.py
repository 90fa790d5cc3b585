"""The last resort for a date line that our own pieces do not explain: dateparser, where it cannot guess."""

from __future__ import annotations

import re
from datetime import datetime

from scraper.text import fold

# Only dates with day and month named by words reach dateparser, for it bends numbers until they fit
# (1.5.0, these settings): "2021-13-01" is 13 January, "04/01/2021 08:00-11:00" a time zone, "3.12.10" in the year 2010.
_SPELLED = re.compile(
    r"(?=.*\bthang\b)(?=.*\bngay (?P<day>\d{1,2})\b)(?!.*\btrong\b)"
    r"\D*(?:\d{1,2}\D+){0,3}(?P<year>(?:199|20\d)\d)(?:\D+\d{1,2}){0,3}\D*"
)
_LONGEST = 60

_SETTINGS = {
    "STRICT_PARSING": True,
    "TIMEZONE": "Asia/Ho_Chi_Minh",
    "RETURN_AS_TIMEZONE_AWARE": True,
    "PARSERS": ["custom-formats", "absolute-time"],  # the others read "8 giờ" beside a date as 8 hours ago
}  # no DATE_ORDER: with it 01/13/2021 is a date
_BASES = (datetime(2001, 1, 15), datetime(2019, 8, 31, 12, 30))


def ask(line: str) -> datetime | None:
    """The aware moment that dateparser reads in the line, the same whatever the time now; None when it guesses."""
    spelled = _SPELLED.fullmatch(fold(line)) if len(line) <= _LONGEST else None
    if not spelled:
        return None
    import dateparser  # takes 0.1 to 0.4 s, and hardly any page needs it

    try:
        readings = {
            dateparser.parse(line, languages=["vi"], settings={**_SETTINGS, "RELATIVE_BASE": base}) for base in _BASES
        }
    except (ValueError, OverflowError):  # 1.5.0 raises the latter for dates near year 1
        return None
    found: datetime | None = readings.pop()
    if not found or readings or (found.year, found.day) != (int(spelled["year"]), int(spelled["day"])):
        return None
    return found
