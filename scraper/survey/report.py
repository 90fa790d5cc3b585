"""A survey in words for a person, and as plain data for machines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from scraper import platforms
from scraper.items import Article
from scraper.survey import FIELDS, Survey
from scraper.survey.section import Section
from scraper.text import fit, width

_WIDE = 100  # columns of the page


@dataclass(frozen=True, slots=True)
class Reached:
    """How the portal was reached."""

    code: int  # exit code
    outcome: str
    requests: int
    url: str | None = None  # of the home page, after redirects
    status: int | None = None
    address: str | None = None
    tls: str | None = None
    robots: str | None = None
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ink:
    """Colours, or none."""

    bold: str = ""
    good: str = ""
    bad: str = ""
    plain: str = ""


COLOURS = Ink("\x1b[1m", "\x1b[32m", "\x1b[31m", "\x1b[0m")


def page(survey: Survey, reached: Reached, ink: Ink) -> str:
    """What a person reads."""
    lines = [f"{ink.bold}{survey.title}{ink.plain}", ""]
    lines += _access(reached, ink)
    lines += [*_platform(survey), *_heading("Sections", ink), *_sections(survey)]
    for number, article in enumerate(survey.samples, 1):
        lines += [*_heading(f"Sample {number}", ink), f"  {article.url}", *_fields(article, ink)]
    missing = missings(survey, reached)
    lines += [*_heading("Missing", ink), *(f"  {ink.bad}-{ink.plain} {one}" for one in missing or ("nothing",))]
    return "\n".join(lines)


def missings(survey: Survey, reached: Reached) -> list[str]:
    """What was not found, or went wrong, a sentence each."""
    found = list(reached.problems)
    if survey.home is not None and not survey.sections:
        found.append("no section was found: name listings in the TOML as [[listing]]")
    paged = ("by link", "by POST", "by POST, tried", "one page")
    found += [f"{s.title}: {s.paging}" for s in survey.sections if s.paging not in paged]
    if survey.home is not None and survey.clues is not None and survey.clues.platform is None:
        found.append("no known CMS family: general rules read the pages; check the samples")
    for name in FIELDS if survey.samples else ():
        without = sum(not getattr(article, name) for article in survey.samples)
        if without:
            found.append(f"{name}: in {len(survey.samples) - without} of {len(survey.samples)} samples")
    found += [f"{article.url}: {problem}" for article in survey.samples for problem in article.problems]
    return found if survey.home is None else found + survey.failures


def facts(survey: Survey, reached: Reached) -> dict[str, Any]:
    """The survey as JSON has it."""
    clues = survey.clues
    return {
        "portal": survey.portal.name,
        "outcome": reached.outcome,
        "exit_code": reached.code,
        "requests": reached.requests,
        "reached": {n: getattr(reached, n) for n in ("url", "status", "address", "tls", "robots")},
        "platform": clues.platform if clues else None,
        "evidence": clues.evidence if clues else None,
        "generator": clues.generator if clues else None,
        "sections": [
            {
                "url": s.url,
                "title": s.title,
                "articles": s.articles,
                "pages": s.pages,
                "exact": s.exact,
                "paging": s.paging,
                "newest": s.newest.isoformat() if s.newest else None,
                "new_per_week": round(s.weekly, 1) if s.weekly else None,
            }
            for s in survey.sections
        ],
        "sections_not_tried": survey.left,
        "sitemap": survey.shelf,
        "samples": [
            {
                "url": a.url,
                "key": a.key,
                "published_text": a.published_text,
                **{n: {"value": _plain(a, n, exact=True), "rule": _rule(a, n)} for n in FIELDS if getattr(a, n)},
            }
            for a in survey.samples
        ],
        "missing": missings(survey, reached),
    }


def _access(reached: Reached, ink: Ink) -> Iterator[str]:
    if reached.url is None:
        yield _row("Reached", f"{ink.bad}no: {reached.outcome}{ink.plain}, {reached.requests} requests")
        return
    where = f" at {reached.address}" if reached.address else ""
    asked = f"{reached.requests} requests" if reached.requests else "replayed"
    said = f"{ink.good}yes{ink.plain}, {reached.url}{where}, status {reached.status}, {asked}"
    yield _row("Reached", said)
    yield _row("TLS", reached.tls or "none: plain http")
    yield _row("robots.txt", reached.robots or "not known")


def _platform(survey: Survey) -> Iterator[str]:
    clues = survey.clues
    if clues is None:
        yield _row("Platform", "not known")
    elif clues.platform is None:
        said = f"; it calls itself {clues.generator!r}" if clues.generator else ""
        yield _row("Platform", f"none of the known families{said}")
    else:
        yield _row("Platform", f"{clues.platform}: {platforms.load(clues.platform).title}")
        yield _row("", f"told by {clues.evidence}" if clues.evidence else "named in the portal's file")


def _sections(survey: Survey) -> Iterator[str]:
    if not survey.sections:
        yield "  none"
        return
    wide = min(44, max(width(section.title) for section in survey.sections))
    yield f"  {fit('', wide)} {'articles':>9} {'pages':>7}  {'newest':<10}  paging"
    for section in survey.sections:
        newest = f"{section.newest:%d/%m/%Y}" if section.newest else "?"
        counts = f"{_count(section):>9} {section.pages or '?':>7}"
        yield f"  {fit(section.title, wide)} {counts}  {newest:<10}  {section.paging}"
        yield f"    {section.url}"
    if survey.left:
        yield f"  and {survey.left} more menu entries, which a crawl tries"
    if survey.shelf:
        yield f"  {survey.shelf} names {survey.shelved} articles"


def _count(section: Section) -> str:
    if section.articles is None:
        return f"> {len(section.entries)}" if section.entries else "?"
    return f"{section.articles}" if section.exact else f"~ {section.articles}"


def _fields(article: Article, ink: Ink) -> Iterator[str]:
    for name in FIELDS:
        value = _plain(article, name)
        shown = fit(value, 58) if value else f"{ink.bad}{fit('missing', 58)}{ink.plain}"
        yield f"    {name:<14} {shown}  {_rule(article, name) if value else ''}".rstrip()


def _rule(article: Article, name: str) -> str:
    """The rule that found the field; a moment is that of the printed text."""
    found = article.provenance
    return found.get(name) or found.get("published_text" if name == "published_at" else name) or "general"


def _plain(article: Article, name: str, *, exact: bool = False) -> str | None:
    value = getattr(article, name)
    if isinstance(value, datetime):
        return value.isoformat() if exact else f"{value.isoformat(timespec='minutes')} ({article.published_text})"
    if isinstance(value, tuple):
        first = next((getattr(one, "caption", None) or getattr(one, "title", None) or one.url for one in value), "")
        return f"{len(value)}: {first}" if value else None
    return " ".join(value.split()) if value else None


def _heading(text: str, ink: Ink) -> tuple[str, str]:
    return "", f"{ink.bold}{text}{ink.plain}"


def _row(name: str, text: str) -> str:
    return f"{name:<12} {text}"
