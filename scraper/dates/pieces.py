"""The pieces that a date line may consist of, as one table; what no piece explains makes it no date line."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

from scraper.dates.line import Line, Match, Stamp
from scraper.dates.words import DAY_NAMES, MONTH_NAMES, NUMBERS, UNITS, any_of

# All is matched against folded text. `_END` ends a word; a digit may follow, for tags are squashed: "ngày04/01/2021".
_END = r"(?![^\W\d_])"
_Y = r"(?:199\d|20\d\d)"  # Vietnam's first portals are of 1997: an older year is no year of publication
_LONG = rf"(\d{{1,2}})\s?([-/.])\s?(\d{{1,2}})\s?\2\s?({_Y})(?!\d)"
_SHORT = (
    r"(\d\d)([-/])(\d\d)\2(1[3-9]|[23]\d)(?![\d/-])"  # a year up to 12 might be a month: "21/01/04" in either order
)
_YEAR_APART = rf"(\d{{1,2}})([-/.])(\d{{1,2}})\snam\s({_Y})(?!\d)"
_SPACED = rf"(?<=:\d\d\s)(\d{{1,2}})(\s)(\d{{1,2}})\s({_Y})(?!\d)"
_YEAR_FIRST = rf"({_Y})(?:([-/])(\d{{1,2}})\2(\d{{1,2}}))(?!\d)(?:t(?=\d\d:))?"
_COMPACT = rf"({_Y})()(\d\d)(\d\d)(?!\d)(?:t(?=\d\d:))?"

_MONTH = (
    r"(?:(?:thang|thg|th|t)\.?\s?(?P<number>\d{1,2})(?!\d)"
    rf"|(?:thang|thg)\.?\s(?P<word>m\.?\s?(?:mot|hai)|muoi\s(?:mot|hai)|gieng|chap|{any_of(NUMBERS)}){_END}"
    rf"|(?P<name>{any_of(MONTH_NAMES)})\.?{_END})"
)
_YEAR = rf"(?:nam\s?)?(?P<year>{_Y})(?!\d)"
_DAY_MONTH = rf"(?:(?:mung|mong)\s)?(?P<day>\d{{1,2}})(?:st|nd|rd|th(?!\s?\d))?[\s./,-]*{_MONTH}[\s./,-]*{_YEAR}"
_MONTH_DAY = rf"{_MONTH}\s?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s?,?\s{_YEAR}"

_TIME = r"(\d{1,2})\s?:\s?(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(?!\d)"
_ISO_CLOCK = rf"(?<=\dt){_TIME}([+-]\d\d(?::?\d\d)?(?!\d)|z{_END})?"
_OFFSET = r"\s?[+-]\d{4}(?!\d)|\s?\+\d\d(?::\d\d)?(?!\d)|z(?![^\W_])"  # "-11:00" is the end of a range
_CLOCK = rf"{_TIME}({_OFFSET})?"
_NO_DATE = (  # what follows the hour is its minute, not the day: "10 giờ 4/1/2021", "10 giờ 4 tháng 1"
    r"(?!\d{1,2}\s?(?P<mark>[-/.])\s?\d{1,2}\s?(?P=mark)\s?(?:\d{4}|\d\d(?!\d|\s?[-/.]\s?\d))|\d{1,2}\s?th(?:ang|g|\.|\s?\d))"
)
_SPOKEN = (
    rf"(?P<hour>\d{{1,2}})\s?(?:gio|h|g){_END}"
    rf"(?:\s?{_NO_DATE}(?P<minute>ruoi|\d{{1,2}}(?![\d:]))\s?(?:(?:phut|ph|p){_END}|')?"
    rf"(?:\s?(?P<second>\d{{1,2}})\s?(?:giay|s){_END})?)?"
)
_HALF = (
    rf"(?:buoi\s)?(rang\ssang|sang|trua|chieu|toi|dem|khuya|sa|ch|am|pm|a\.m|p\.m){_END}"
    rf"(?!\s(?:nay|qua|kia){_END})(\s?[+-]\d{{4}})?"
)
_ZONE = (
    rf"(gmt|utc|ict|indochina\s(?:standard\s)?time|gio\s(?:viet\snam|vn|ha\snoi)){_END}"
    r"\s?([+-]\s?\d{1,2}(?::?\d\d)?(?![\d/]))?"
)

_WEEKDAY = rf"(thu\s?(?:hai|ba|tu|nam|sau|bay|[2-7])|chua?\s?nhat|cn|t\.?[2-7]|{any_of(DAY_NAMES)})(?![^\W_])"
_WEEKDAY_AGO = rf"{_WEEKDAY}\stuan\s(truoc|roi|qua|nay){_END}"
_DAY_AGO = rf"(hom|sang|trua|chieu|toi|dem)\s(nay|qua|kia){_END}"
_AGO = (
    rf"(?P<since>cach\sday\s)?(?:khoang\s)?(?P<count>\d{{1,2}}|{any_of(NUMBERS)})\s?"
    rf"(?P<unit>{any_of(UNITS)})s?(?(since)(?:\struoc)?|\s(?:truoc|ago)){_END}"
)
_JUST_NOW = rf"(?:vua\s(?:xong|dang)|just\snow){_END}"
_EPOCH = r"/date\((\d{13})(?:[+-]\d{4})?\)/"  # milliseconds, as .NET writes them

_ACT = (
    r"(?:tin\s|bai\s(?:viet\s)?)?(?:duoc\s|da\s)?(?:dang(?:\s(?:tai|tin|bai|len))?|xuat\sban|phat\shanh|cong\sbo|gui"
    rf"|viet|dua\stin|tao|post(?:ed)?|publish(?:ed)?|publication|created?){_END}"
)
_UPDATE = (
    r"(?:(?:lan\s)?cap\snhat|chinh\ssua|sua(?:\sdoi)?|(?:last\s)?(?:updated?|modified))"
    rf"(?:\s(?:lan\s)?(?:cuoi|moi\snhat))?{_END}"
)
_WHEN = rf"(?:ngay|gio|thoi\s(?:gian|diem)|luc|vao|date|time|on|at){_END}"
_WATCHED = (
    r"(?:(?:so\s)?(?:luot|lan)(?:\snguoi)?(?:\s(?:xem|doc|truy\scap|tai|thich|chia\sse|binh\sluan|view))?"
    r"|da\s(?:xem|doc)|(?:page\s?)?views?(?:\scount)?|hits?|reads?|comments?|likes?|shares?|binh\sluan|phan\shoi|y\skien"
    r"|(?:xem|doc|truy\scap|tai)(?=\s?:?\s?\d))"
)
_NUMBER = r"\d[\d.,]*k?(?![\d/:])"
_COUNTER = rf"{_WATCHED}{_END}(?:\s?[:(]?\s?{_NUMBER})?|{_NUMBER}\s?(?:{_WATCHED}|phut\sdoc|min(?:ute)?s?\sread){_END}"
_CREDIT = (
    r"(?:tac\sgia|nguon(?:\stin)?|nguoi\sdang|chuyen\smuc|danh\smuc|phong\svien|boi|by)\s?:?\s"
    r"[^\d|]{1,60}?(?=\s?\||\s-\s|\s(?:\d|ngay\s|luc\s|thu\s)|$)"
)
_TOOL = (
    r"(?:in(?:\s(?:bai(?:\sviet)?|trang))?|gui\s(?:email|mail|bai)|chia\sse|(?:xem\s)?co\schu(?:\s?:?\s?a\s?[+-]?)*"
    rf"|print|e?mail|share){_END}"
)

# What may stand between two pieces. A "/" without a space after it belongs to a document's number.
_BETWEEN = re.compile(r"""(?:[\s,.;:|()\[\]<>"'–—•·*~-]|/(?=\s|$))*""")

PIECES: tuple[tuple[re.Pattern[str], Callable[[Line, Match], None]], ...] = tuple(
    (re.compile(f"(?:{body}){_BETWEEN.pattern}"), take)
    for body, take in (
        (_LONG, Line.numeric),
        (_ISO_CLOCK, Line.clock),
        (_CLOCK, Line.clock),
        (_HALF, Line.half),
        (_SHORT, Line.numeric),
        (_YEAR_APART, Line.numeric),
        (_SPACED, Line.numeric),
        (_YEAR_FIRST, Line.year_first),
        (_COMPACT, Line.year_first),
        (_DAY_MONTH, Line.named),
        (_AGO, Line.ago),
        (_COUNTER, Line.skip),
        (_SPOKEN, Line.spoken),
        (_WEEKDAY_AGO, Line.weekday_ago),
        (_WEEKDAY, Line.weekday),
        (_MONTH_DAY, Line.named),
        (_ZONE, Line.zone),
        (_DAY_AGO, Line.day_ago),
        (_JUST_NOW, Line.just_now),
        (_EPOCH, Line.epoch),
        (_UPDATE, Line.of_update),
        (_ACT, Line.of_publication),
        (_CREDIT, Line.skip),
        (_WHEN, Line.skip),
        (_TOOL, Line.skip),
        (_NUMBER, Line.count),
    )
)


def scan(text: str, now: datetime | None, month_first: bool) -> Stamp | None:
    """What the folded line says; None when a part of it is no piece of a date line.

    ValueError: it is a date line, but of an impossible date or of two.
    """
    line = Line(now, month_first)
    start = _BETWEEN.match(text)
    at, end = start.end() if start else 0, len(text)
    while at < end:
        for pattern, take in PIECES:
            if found := pattern.match(text, at):
                take(line, found)
                at = found.end()
                break
        else:
            return None
    return line.said()
