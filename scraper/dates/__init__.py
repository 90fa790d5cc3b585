"""Dates as Vietnamese portals print them: "Thứ Ba, 05/3/2024 | 14:30" -> an aware datetime, or nothing."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from functools import lru_cache
from typing import Literal, Protocol

from scraper.dates.fallback import ask
from scraper.dates.line import VIETNAM, Stamp
from scraper.dates.pieces import scan
from scraper.items import Article, Page
from scraper.text import fold, squeeze

Precision = Literal["minute", "day"]

LONGEST = 200  # characters of a date line with all its labels and counters; a longer text is no date line
LATEST = timedelta(days=1)  # after the capture: clocks of portals are wrong by hours, not by days

_MIDNIGHT = time(0)


@dataclass(frozen=True, slots=True)
class Moment:
    """A date line that was understood."""

    at: datetime  # aware, +07:00; midnight where the precision is "day" and no zone was printed
    precision: Precision
    problems: tuple[str, ...] = ()  # what is doubtful about it


class Customs(Protocol):
    """What `normalise` needs to know of a portal."""

    @property
    def month_first(self) -> bool:
        """Dates are printed month/day/year."""


def parse(text: str, now: datetime | None = None, *, month_first: bool = False) -> datetime | None:
    """The moment that a date line names, aware and in +07:00; None when it names none, or not exactly one.

    The whole text must be a date line: date, time, weekday, zone, and labels, counters and a place around them. A date
    inside a sentence, a range, a date without year, a duration or a number is None. `now` is what relative words
    ("hôm qua") refer to, the current time without it; nothing else depends on it.
    """
    moment = read(text, now, month_first=month_first)
    return moment.at if moment else None


def read(text: str, now: datetime | None = None, *, month_first: bool = False) -> Moment | None:
    """What `parse` says, with its precision and with what is doubtful about it."""
    if now is None:
        return _understood(text, None, month_first)
    now = now.replace(tzinfo=VIETNAM) if now.tzinfo is None else now.astimezone(VIETNAM)
    return _remembered(text, now, month_first)


def _understood(text: str, now: datetime | None, month_first: bool) -> Moment | None:
    line = _line(text)
    try:
        said = scan(fold(line), now, month_first)
        if said is None and (rest := _without_name(line)):
            said = scan(fold(rest), now, month_first)
        return _moment(said) if said else _asked(line)
    except (ValueError, OverflowError):
        return None


# The line that is chosen among those of a page is read once more for its article; without `now` the present moves on.
_remembered = lru_cache(maxsize=64)(_understood)


_PLAUSIBLE = re.compile(
    r"\d\D{1,6}\d{1,2}\D{1,6}\d\d|thang|\bth|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|\d{8}"
    r"|truoc|\bago\b|cach day|\bhom\b|(?:nay|qua|kia)\b|\bvua |just now"
)


def looks_dated(text: str) -> bool:
    """Whether `parse` may find a date here: False is certain, True is a reason to ask."""
    return _PLAUSIBLE.search(fold(_line(text))) is not None


def normalise(article: Article, page: Page, portal: Customs) -> Article:
    """The article with `published_at` and its precision from `published_text`, and what is doubtful as problems.

    A date after the capture is not taken over: a wrong date is worse than none.
    """
    others = tuple(problem for problem in article.problems if not problem.startswith("published_at:"))
    if article.published_text is None:
        return replace(article, published_at=None, published_precision=None, problems=others)
    moment = read(article.published_text, page.fetched_at, month_first=portal.month_first)
    doubts, at = moment.problems if moment else (f"no date in {squeeze(article.published_text)[:80]!r}",), None
    if moment and moment.at > page.fetched_at + LATEST:
        doubts += (f"{moment.at.date()} is after the capture",)
    elif moment:
        at = moment.at.replace(microsecond=0)
    return replace(
        article,
        published_at=at,
        published_precision=moment.precision if moment and at else None,
        problems=others + tuple(f"published_at: {doubt}" for doubt in doubts),
    )


def _line(text: str) -> str:
    """The text as one line with plain digits; empty when it is too long for a date line."""
    if len(text) > 10 * LONGEST:  # indented source is long before it is squeezed
        return ""
    line = squeeze(text if text.isascii() else unicodedata.normalize("NFKC", text))
    return line if len(line) <= LONGEST else ""


_NAMED = re.compile(r"([^\d:,|]{2,40}?)(?:\s?[,|]\s?|\s[–—-]\s)|(\w+\s[^\d:,|]{2,40}?)\s(?=ngày \d+ tháng)")


def _without_name(line: str) -> str | None:
    """The line after a capitalised name, the place or the author: "Hà Nội, ngày …"; None when it opens with none."""
    found = _NAMED.match(line)
    if found and all(word[0].isupper() for word in (found[1] or found[2]).split()):
        return line[found.end() :]
    return None


def _asked(line: str) -> Moment | None:
    """What dateparser makes of the line, marked as its reading."""
    if not (found := ask(line)):
        return None
    at = found.astimezone(VIETNAM)
    return Moment(at, "day" if at.time() == _MIDNIGHT else "minute", ("read by dateparser",))


def _moment(said: Stamp) -> Moment | None:
    """The stamp as one moment; None when it names no day."""
    problems = [f"a relative date, rounded to the {said.rounded}"] if said.rounded else []
    if said.instant:
        if said.day or said.clock:
            return None
        return Moment(said.instant.astimezone(VIETNAM), "minute", tuple(problems))
    if not said.day:
        return None
    clock = said.clock
    if clock and said.half:
        clock = _hour(clock, said.half, problems)
    at = datetime.combine(said.day, clock or _MIDNIGHT, said.zone if said.clock and said.zone else VIETNAM)
    at = (at + timedelta(days=1 if said.ends_day else 0)).astimezone(VIETNAM)
    if said.weekday not in (None, said.day.weekday()):
        problems.append("the weekday contradicts the date")
    precise = clock is not None and (said.ends_day or _MIDNIGHT not in (clock, at.time()))
    if clock and not precise:
        problems.append("printed as midnight: the time of day is unknown")
    return Moment(at, "minute" if precise else "day", tuple(problems))


def _hour(clock: time, half: frozenset[int], problems: list[str]) -> time | None:
    """The clock on 24 hours; None when the part of the day fits no reading of it, or two."""
    if clock.hour > 12:
        if clock.hour not in half:
            problems.append(f"{clock:%H:%M} contradicts its part of the day")
        return clock
    hours = {clock.hour % 12, clock.hour % 12 + 12} & half
    if len(hours) == 1:
        return clock.replace(hour=hours.pop())
    problems.append(f"{clock:%H:%M} is not clear in its part of the day")
    return None
