"""What the pieces of a date line mean: each sets a field of a Stamp, and none may be set to two different things."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo

from scraper.dates.words import (
    DAYS,
    DAYS_AGO,
    HALVES,
    MONTH_NAMES,
    MONTH_WORDS,
    NUMBERS,
    ROUNDED,
    SECONDS,
    UNITS,
    WEEKDAYS,
)

VIETNAM = timezone(timedelta(hours=7))
FARTHEST = timedelta(hours=14)  # of a zone from UTC; "08:00-20:00" is no zone but a range

Match = re.Match[str]


class Ambiguous(ValueError):
    """The line says two different things: two dates, two times, a range."""


@dataclass(slots=True)
class Stamp:
    """What was said; `None` means not said."""

    day: date | None = None
    clock: time | None = None  # as printed, before `half`
    half: frozenset[int] | None = None  # hours that "PM", "tối" … allow
    zone: tzinfo | None = None
    weekday: int | None = None  # Monday 0
    instant: datetime | None = None  # "3 giờ trước"
    rounded: str | None = None  # unit to which a relative date was rounded
    ends_day: bool | None = None  # 24:00

    def put(self, name: str, value: object) -> None:
        """Set a field; Ambiguous when it holds another value."""
        if getattr(self, name) not in (None, value):
            raise Ambiguous(name)
        setattr(self, name, value)

    def merge(self, other: Stamp) -> None:
        """Take over what the other one says."""
        for field in fields(other):
            if (value := getattr(other, field.name)) is not None:
                self.put(field.name, value)


class Line:
    """A line while it is read: one method for each piece. ValueError: there is no such day or time."""

    __slots__ = ("month_first", "now", "published", "stamp", "updated")

    def __init__(self, now: datetime | None, month_first: bool) -> None:
        self.now = now
        self.month_first = month_first
        self.published = self.stamp = Stamp()
        self.updated = Stamp()

    def said(self) -> Stamp:
        """What the line says of the publication; an 'updated' stamp counts only where no other day is told."""
        if self.published.day or self.published.instant:
            return self.published
        self.updated.merge(self.published)
        return self.updated

    def numeric(self, found: Match) -> None:
        first, _, second, year = found.groups()
        day, month = (second, first) if self.month_first else (first, second)
        self.stamp.put("day", date(int(year) + (2000 if len(year) == 2 else 0), int(month), int(day)))

    def year_first(self, found: Match) -> None:
        year, _, month, day = found.groups()
        self.stamp.put("day", date(int(year), int(month), int(day)))

    def named(self, found: Match) -> None:
        number, word, name = found["number"], found["word"], found["name"]
        month = int(number) if number else MONTH_WORDS[_letters(word)] if word else MONTH_NAMES[name]
        self.stamp.put("day", date(int(found["year"]), month, int(found["day"])))

    def clock(self, found: Match) -> None:
        hour, minute, second, fraction, offset = found.groups()
        if hour == "24" and int(minute) == int(second or 0) == 0:
            self.stamp.put("ends_day", True)
            hour = "0"
        self.stamp.put("clock", time(int(hour), int(minute), int(second or 0), int((fraction or "")[:6].ljust(6, "0"))))
        if offset:
            self.stamp.put("zone", _zone(offset))

    def spoken(self, found: Match) -> None:
        hour, minute, second = found["hour"], found["minute"], found["second"]
        self.stamp.put("clock", time(int(hour), 30 if minute == "ruoi" else int(minute or 0), int(second or 0)))

    def half(self, found: Match) -> None:
        self.stamp.put("half", HALVES[_letters(found[1])])
        if found[2]:
            self.stamp.put("zone", _zone(found[2]))

    def zone(self, found: Match) -> None:
        name, offset = found.groups()
        self.stamp.put("zone", _zone(offset) if offset else UTC if name in ("gmt", "utc") else VIETNAM)

    def weekday(self, found: Match) -> None:
        self.stamp.put("weekday", WEEKDAYS[_letters(found[1])])

    def weekday_ago(self, found: Match) -> None:
        today = self._today()
        monday = today - timedelta(days=today.weekday() + (0 if found[2] == "nay" else 7))
        self.stamp.put("day", monday + timedelta(days=WEEKDAYS[_letters(found[1])]))

    def day_ago(self, found: Match) -> None:
        part, which = found.groups()
        self.stamp.put("day", self._today() - timedelta(days=DAYS_AGO[which]))
        if part in HALVES:
            self.stamp.put("half", HALVES[part])

    def ago(self, found: Match) -> None:
        word, unit = found["count"], UNITS[found["unit"]]
        count = int(word) if word.isdecimal() else NUMBERS[word]
        if unit in SECONDS:
            self.stamp.put("instant", self._now() - timedelta(seconds=count * SECONDS[unit]))
        elif unit in DAYS:
            self.stamp.put("day", self._today() - timedelta(days=count * DAYS[unit]))
        else:
            self.stamp.put("day", _months_before(self._today(), count))
        if unit in ROUNDED:
            self.stamp.put("rounded", unit)

    def just_now(self, found: Match) -> None:
        self.stamp.put("instant", self._now())

    def epoch(self, found: Match) -> None:
        self.stamp.put("instant", datetime.fromtimestamp(int(found[1]) / 1000, VIETNAM))

    def count(self, found: Match) -> None:
        """A number without a word, the counter beside an icon, may only follow a whole date and time."""
        if not (self.stamp.day and self.stamp.clock):
            raise Ambiguous(found[0])

    def of_publication(self, found: Match) -> None:
        self.stamp = self.published

    def of_update(self, found: Match) -> None:
        self.stamp = self.updated

    def skip(self, found: Match) -> None:
        """A label, a counter, a tool: it says nothing of the date."""

    def _now(self) -> datetime:
        return self.now or datetime.now(VIETNAM)

    def _today(self) -> date:
        return self._now().date()


def _letters(text: str) -> str:
    return "".join(c for c in text if c.isalnum())


def _zone(offset: str) -> tzinfo:
    if offset == "z":
        return UTC
    digits = "".join(c for c in offset if c.isdecimal())
    hours, minutes = (int(digits[:-2]), int(digits[-2:])) if len(digits) > 2 else (int(digits), 0)
    away = timedelta(hours=hours, minutes=minutes)
    if away > FARTHEST:
        raise Ambiguous(offset)
    return timezone(-away if "-" in offset else away)


def _months_before(day: date, count: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 - count, 12)
    first_of_next = date(year + month // 11, (month + 1) % 12 + 1, 1)
    return date(year, month + 1, min(day.day, (first_of_next - timedelta(days=1)).day))
