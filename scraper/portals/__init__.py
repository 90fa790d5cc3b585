"""Strict reader of the portal files: one TOML file a portal, its name is the portal's name."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from scraper.rules import KEYS, Rules, RulesError, check, file_name, rules, strings

BUNDLED = Path(__file__).parent
_NAME = re.compile(r"[a-z][a-z0-9_-]*")


class PortalError(RulesError):
    """No such portal, or its file says something that no reader understands."""


@dataclass(frozen=True, slots=True)
class Section:
    """A listing that the portal's file names."""

    url: str
    section: str | None = None  # its name, when the page does not tell


@dataclass(frozen=True, slots=True)
class Layout:
    """Rules of the portal itself, before those of its platform; the capture date chooses among several."""

    until: date | None = None  # last capture date it is true for; None: until today
    platform: str | None = None  # name of a CMS family, when its fingerprint is not enough
    rules: Rules = field(default_factory=Rules)


@dataclass(frozen=True, slots=True)
class Expect:
    """What health measures a run against: articles a week, and shares (0 to 1) of articles that have the field."""

    new_per_week: float | None = None
    title: float = 0.95
    published_at: float = 0.9
    body: float = 0.9


@dataclass(frozen=True, slots=True)
class Portal:
    """A portal as its TOML file describes it."""

    name: str  # file name = spider name = `portal` column
    title: str
    domains: tuple[str, ...]  # hosts, with port where it is not the scheme's own
    start: tuple[str, ...]  # pages from which sections are discovered
    listings: tuple[Section, ...] = ()
    layouts: tuple[Layout, ...] = ()  # in order of `until`, the open one last
    expect: Expect = Expect()
    month_first: bool = False  # dates are printed month/day/year
    closed: date | None = None  # the portal is known to be dead since: not crawled live
    tls: str | None = None  # "legacy": old ciphers and keys, in a process of its own

    def layout(self, on: date) -> Layout:
        """The layout that is true for a page captured on that day."""
        return next((layout for layout in self.layouts if layout.until is None or on <= layout.until), Layout())


UNKNOWN = Portal(name="unknown", title="", domains=(), start=())
"""No portal: what `extract` takes for a page of a host that no file names."""

_TOP = {
    "title": str, "domains": list, "start": list, "listing": list, "layout": list,
    "expect": dict, "month_first": bool, "closed": date, "tls": str,
}  # fmt: skip


def names(folders: Iterable[Path] = ()) -> dict[str, Path]:
    """Portal name -> file, of the bundled portals and of the given folders; the later folder wins."""
    found: dict[str, Path] = {}
    for folder in (BUNDLED, *folders):
        if not folder.is_dir():
            raise PortalError(f"PORTALS_DIR: there is no folder {folder}")
        found |= {path.stem: path for path in sorted(folder.glob("*.toml"))}
    return found


def is_name(text: str) -> bool:
    """Whether a portal's file may be called so."""
    return _NAME.fullmatch(text) is not None


def load(name: str, folders: Iterable[Path] = ()) -> Portal:
    """The portal of that name; PortalError when it is unknown or its file is wrong."""
    known = names(folders)
    if name not in known:
        raise PortalError(f"there is no portal {name!r}; known portals: {', '.join(sorted(known))}")
    return read(known[name])


def known(folders: Iterable[Path] = ()) -> tuple[list[Portal], list[str]]:
    """All portals, and what is wrong with files that are none: one faulty file hinders no other portal."""
    found, problems = [], []
    for path in names(folders).values():
        try:
            found.append(read(path))
        except PortalError as error:
            problems.append(f"{error}")
    return found, problems


def find(url: str, portals: Iterable[Portal]) -> Portal:
    """The portal that owns the URL's host; UNKNOWN when none does."""
    host = urlsplit(url).netloc.lower().removeprefix("www.")
    return next((p for p in portals if host in {d.removeprefix("www.") for d in p.domains}), UNKNOWN)


def read(path: Path) -> Portal:
    """A portal file, checked key by key."""
    where = file_name(path)
    if not _NAME.fullmatch(path.stem):
        raise PortalError(f"{where}: a portal's file name is lower-case letters, digits, - and _")
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PortalError(f"{where}: not a TOML file: {error}") from error
    try:
        return _portal(path.stem, table, where)
    except PortalError:
        raise
    except RulesError as error:
        raise PortalError(str(error)) from error


def _portal(name: str, table: dict[str, Any], where: str) -> Portal:
    check(table, _TOP, where)
    for key in ("title", "domains", "start"):
        if not table.get(key):
            raise PortalError(f"{where}: {key} is missing")
    if table.get("tls") not in (None, "legacy"):
        raise PortalError(f'{where}: tls = {table["tls"]!r} should be "legacy"')
    domains = tuple(d.lower() for d in strings(table["domains"], f"{where}: domains"))
    for domain in domains:
        if not re.fullmatch(r"[\w.-]+(:\d+)?|\[[0-9a-f:]+\](:\d+)?", domain):
            raise PortalError(f"{where}: domains: {domain!r} should be a host name, with a port at most")
    return Portal(
        name=name,
        title=table["title"],
        domains=domains,
        start=tuple(_url(u, domains, f"{where}: start") for u in strings(table["start"], f"{where}: start")),
        listings=tuple(_section(t, domains, f"{where}: [[listing]]") for t in table.get("listing", [])),
        layouts=_layouts(table.get("layout", []), f"{where}: [[layout]]"),
        expect=_expect(table.get("expect", {}), f"{where}: [expect]"),
        month_first=table.get("month_first", False),
        closed=table.get("closed"),
        tls=_tls(table.get("tls"), where),
    )


def _tls(value: str | None, where: str) -> str | None:
    if value not in (None, "legacy"):
        raise PortalError(f'{where}: tls = {value!r} should be "legacy", or not be there')
    return value


def _url(url: str, domains: tuple[str, ...], where: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise PortalError(f"{where}: {url!r} should start with http:// or https://")
    if parts.netloc.lower() not in domains:
        raise PortalError(f"{where}: {url!r} is on none of the portal's domains ({', '.join(domains)})")
    return url


def _section(table: object, domains: tuple[str, ...], where: str) -> Section:
    if not isinstance(table, dict) or "url" not in table:
        raise PortalError(f"{where}: url is missing")
    check(table, {"url": str, "section": str}, where)
    return Section(_url(table["url"], domains, where), table.get("section"))


def _layouts(tables: list[Any], where: str) -> tuple[Layout, ...]:
    layouts = []
    for table in tables:
        if not isinstance(table, dict):
            raise PortalError(f"{where} should be a table")
        check(table, {"until": date, "platform": str, **KEYS}, where)
        layouts.append(Layout(table.get("until"), table.get("platform"), rules(table, where)))
    layouts.sort(key=lambda layout: layout.until or date.max)
    ends = [layout.until for layout in layouts]
    if len(set(ends)) < len(ends):
        raise PortalError(f"{where}: two layouts have the same until")
    return tuple(layouts)


def _expect(table: dict[str, Any], where: str) -> Expect:
    number = (int, float)
    check(table, {"new_per_week": number, "title": number, "published_at": number, "body": number}, where)
    for key, value in table.items():
        if value < 0 or (key != "new_per_week" and value > 1):
            raise PortalError(
                f"{where}: {key} = {value} should be {'0 or more' if key == 'new_per_week' else 'from 0 to 1'}"
            )
    return Expect(**table)
