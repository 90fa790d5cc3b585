"""The time of publication as printed: chosen by place and label, never by order alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, takewhile

from scraper import dates
from scraper.extract.document import Document, first_answer, text_of
from scraper.extract.labels import heading
from scraper.extract.lines import Line
from scraper.extract.selector import Element
from scraper.extract.sight import Sight
from scraper.extract.story import Story
from scraper.text import fold

# A date with what stands around it on its line: time, weekday, zone.
_CORE = re.compile(
    r"(?:\d{1,2}\s?[:hg]\s?\d{2}(?::\d{2})?\s*(?:[ap]m|sa|ch)?\W{0,5}(?:(?:thứ|chủ)\s\w+\W{1,3})?(?:ngày\s)?)?"
    r"(?:\d{1,2}\s?[/.-]\s?\d{1,2}\s?[/.-]\s?(?:19|20)\d{2}|(?:19|20)\d\d-\d\d-\d\d|\d{1,2}\s+tháng\s+\S+(?:\s+hai"
    r"|\s+một)?,?\s+(?:năm\s+)?(?:19|20)\d\d)"
    r"(?:[\sT,|–-]{1,5}(?:lúc\s)?\d{1,2}\s?[:hg]\s?\d{2}(?::\d{2})?(?:\s*(?:[ap]m|sa"
    r"|ch)\b)?(?:\s*\(?gmt\s?\+?\d{1,2}(?::?\d\d)?\)?)?)?",
    re.I,
)
_PUBLISHED = re.compile(
    r"gui boi|(?:ngay|thoi gian|luc) (?:dang|xuat ban|phat hanh|dua tin)|dang (?:ngay|luc|tai)|publish|xuat ban|posted"
    r"|dua tin"
)
_UPDATED = re.compile(r"cap nhat|sua doi|update|modified|chinh sua")
_OTHER = re.compile(
    r"\btu (?:ngay )?\d.{3,40} den |hieu luc|het han|ban hanh|hom nay|bay gio|today|copyright|©|so ky hieu"
    r"|sinh ngay|het hieu|hoi dong|binh luan"
)
# Names of clocks: they tell the visitor's day.
_CLOCK = re.compile(
    r"(?:^|[^a-z])(?:(?:date|time|day)-?(?:time)?-?now|now|to-?day|clock|dong-?ho|hom-?nay|current-?(?:date|time)"
    r"|(?:date|time)-?current|live-?(?:date|time))(?:[^a-z]|$)",
    re.I,
)
_NAMED = re.compile(r"date|time|publish|ngay|posted|created|meta", re.I)
# A counter behind the date changes daily and is no part of it.
_COUNTER = re.compile(
    r"[\s|•·(–-]*(?:(?:view count|views?|hits|(?:số )?(?:lượt|lần) (?:xem|đọc)|đã xem|xem)\s*:?\s*[\d.,]+"
    r"|[\d.,]+ (?:lượt (?:xem|đọc)|views?))\)?\s*$",
    re.I,
)
_META = (
    "article:published_time", "datepublished", "og:published_time", "pubdate",
    "publishdate", "publish-date", "dc.date.issued",
    "dcterms.issued", "dcterms.created", "dc.date", "date", "article.published", "sailthru.date", "parsely-pub-date",
)  # fmt: skip
_MANY = 2000  # lines of a page without a title that are looked at
_MAYBE = re.compile(r"\d(?:\D?\d|(?i:\s+(?:tháng|phút|giờ|ngày)))")
_LATELY = re.compile(r"[hv](?:ôm|ừa)", re.I)
_NEAR = 14  # lines below the title in which its date line stands
_ABOVE = 4
_HEAD = 3  # blocks around a title that still are the head of its article


@dataclass(frozen=True, slots=True)
class _Shown:
    text: str
    source: str
    moment: dates.Moment
    points: float


def find(document: Document, sight: Sight, story: Story) -> tuple[str | None, str | None, tuple[str, ...]]:
    """The printed timestamp, the rule that found it, and doubts about it."""
    value, source = first_answer(document.select("published_text"), (), check, printed_in)
    if value is not None:
        return _COUNTER.sub("", value), source, ()
    printed, source, doubts = _general(sight, story)
    return (_COUNTER.sub("", printed), source, doubts) if printed else (*_in_key(document), ())


def _in_key(document: Document) -> tuple[str | None, str | None]:
    """The moment that a platform puts into the number of an article; printed nowhere, so told as ISO 8601."""
    key = document.key(document.page.url) or ""
    for pattern in document.platform.key_time if document.platform else ():
        if match := pattern.match(key):
            day = f"20{match['year']}-{match['month']}-{match['day']}"
            if day <= document.page.fetched_at.date().isoformat():
                platform = document.platform.name if document.platform else ""
                return f"{day}T{match['hour']}:{match['minute']}+07:00", f"platform:{platform} article number"
    return None, None


def printed_in(element: Element) -> str:
    """The element's text; the attribute of a time element or of a hidden one where that says the hour as well."""
    text, exact = text_of(element), element.get("datetime") or element.get("content") or ""
    return exact if ":" in exact and not re.search(r"\d\s?[:hg]\s?\d", text) else text


def check(text: str) -> str | None:
    """Text that holds a date and little else, or the date in it."""
    if len(text) <= 120 and dates.looks_dated(text):
        return text
    match = _CORE.search(text)
    return match.group().strip() if match else None


def _general(sight: Sight, story: Story) -> tuple[str | None, str | None, tuple[str, ...]]:
    """The date line by the title; what the head says where there is none, or where that is more exact."""
    shown = max(_visible(sight, story), key=lambda found: found.points, default=None)
    said = next(_said(sight), None)
    if shown is None or shown.points < 1:
        if said is not None:
            return said.text, said.source, ()
        return (
            (shown.text, shown.source, ("published_text: doubtful",))
            if shown and shown.points > 0
            else (None, None, ())
        )
    if said is None:
        return shown.text, shown.source, ()
    if said.moment.at.date() == shown.moment.at.date():
        exact = shown.moment.precision == "minute" or said.moment.precision == "day"
        return (shown.text, shown.source, ()) if exact else (said.text, said.source, ())
    if shown.points >= 4 and abs((said.moment.at - shown.moment.at).days) < 2:
        return shown.text, shown.source, ()
    return said.text, said.source, (f"published_text: the page shows {shown.text!r}, its head says otherwise",)


def _visible(sight: Sight, story: Story) -> Iterator[_Shown]:
    """Lines with a date around the title and at the end of the text."""
    lines, title = sight.page.lines, sight.title_at
    if title is None:
        places = [(line, 3.0) for line in story.lines[: story.body_from + 3]]
        own = set(map(id, story.lines))
        places += [(line, 6.0) for line in lines[:_MANY] if id(line) not in own]
    else:
        places = [(line, number * 0.12) for number, line in enumerate(_own(lines[title + 1 : title + 1 + _NEAR]))]
        beside = _around(lines[title].element)
        places += [(line, 1.3 if _is_in(line, beside) else 3) for line in lines[max(0, title - _ABOVE) : title]]
    places += [(line, 1.5) for line in (*story.lines[-4:], *_own(story.after[:4]))]
    for line, distance in places:
        if _may_be_dated(line) and (found := _dated(line, distance, sight)):
            yield found


def _own(lines: list[Line]) -> Iterator[Line]:
    """Lines up to the heading of other news, whose dates are their own."""
    return takewhile(lambda line: not heading(line.text), lines)


def _around(title: Element) -> list[Element]:
    """What holds the head of the article: some blocks around its title, but never the page."""
    above = enumerate(islice(title.iterancestors(), _HEAD))
    return [one for number, one in above if number == 0 or one.tag not in ("body", "html", "form")]


def _is_in(line: Line, blocks: list[Element]) -> bool:
    return bool(blocks) and any(above is blocks[-1] for above in line.element.iterancestors())


def _may_be_dated(line: Line) -> bool:
    """What most lines fail at once."""
    if not 8 <= len(line.text) <= 160 or line.is_link or line.level == 1:
        return False
    return _MAYBE.search(line.text) is not None or _LATELY.search(line.text) is not None


def _dated(line: Line, distance: float, sight: Sight) -> _Shown | None:
    text = line.text
    printed = check(text)
    if printed is None:
        return None
    now = sight.document.page.fetched_at
    moment = dates.read(printed, now, month_first=sight.document.portal.month_first)
    if moment is None and (match := _CORE.search(text)):
        printed = match.group().strip()
        moment = dates.read(printed, now, month_first=sight.document.portal.month_first)
    if moment is None:
        return None
    return _Shown(printed, "general:date line by the title", moment, _points(line, moment, distance))


def _points(line: Line, moment: dates.Moment, distance: float) -> float:
    """How much speaks for a date line being the time of publication."""
    folded = fold(line.text)
    told = _PUBLISHED.search(folded)
    points = 2.0 - distance
    points += 2.5 if told else 0
    points -= 1.0 if not told and _UPDATED.search(folded) else 0
    points -= 3.0 if _OTHER.search(folded) else 0
    points += 1.0 if moment.precision == "minute" else 0
    points += 1.0 if _named(line) else 0
    points -= 2.0 if line.aside else 0
    points -= 3.0 if _is_clock(line) else 0
    letters = sum(map(str.isalpha, line.text))
    points -= 1.5 if line.text[-1] == "." and letters > 25 else 0  # a sentence
    return points + (1.0 if letters < 25 else 0.0 if letters <= 60 else -1.0 if told or letters < 80 else -3.0)


def _named(line: Line) -> bool:
    return bool(_NAMED.search(f"{line.element.get('class') or ''} {line.element.get('id') or ''}"))


def _is_clock(line: Line) -> bool:
    """Whether the line, or the one element in it, is named as a clock."""
    inner = next(iter(line.element), None)
    near = (line.element, line.element.getparent(), inner)
    return any(_CLOCK.search(f"{e.get('class') or ''} {e.get('id') or ''}") for e in near if e is not None)


def _said(sight: Sight) -> Iterator[_Shown]:
    """Publication times of the head and of microdata, the most trustworthy first."""
    head = sight.head
    found = [("json-ld datePublished", head.text("datePublished"))]
    found += [(f"meta {name}", head.meta[name]) for name in _META if name in head.meta]
    for element in [one for one in sight.document.microdata if one.get("itemprop") == "datePublished"][:2]:
        found.append(("microdata datePublished", element.get("content") or element.get("datetime") or text_of(element)))
    for element in sight.document.index.tags.get("time", ())[:3]:
        if sight.title_at is not None and not _CLOCK.search(element.get("class") or "") and _is_near(element, sight):
            found.append(("time element", element.get("datetime") or text_of(element)))
    for source, text in found:
        moment = dates.read(text, sight.document.page.fetched_at) if text and len(text) < 80 else None
        if moment is not None:
            yield _Shown(text, f"general:{source}", moment, 0)


def _is_near(element: Element, sight: Sight) -> bool:
    """Whether a time element stands by the title, not in a list of other news."""
    title = sight.title_at or 0
    head = _around(sight.page.lines[title].element)
    near = [line for line in sight.page.lines[max(0, title - _ABOVE) : title] if _is_in(line, head)]
    near += sight.page.lines[title : title + _NEAR]
    above: Element | None = element
    for _ in range(4):
        if any(line.element is above for line in near):
            return True
        above = above.getparent() if above is not None else None
    return False
