"""CMS families as data: one TOML file each, recognised by the look of a page and never by its host."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from scraper.rules import KEYS, Rules, RulesError, check, file_name, rules, strings

_FOLDER = Path(__file__).parent
_TOP = {"title": str, "fingerprint": list, "rank": int, "key_time": list, **KEYS}


@dataclass(frozen=True, slots=True)
class Platform:
    """A CMS family: how its pages are recognised, and where they keep their fields."""

    name: str  # file name
    title: str
    fingerprint: tuple[str, ...]  # CSS selectors; one that matches is enough
    rules: Rules = field(default_factory=Rules)
    key_time: tuple[re.Pattern[str], ...] = ()  # the moment of creation in an article's number, where it holds one
    rank: int = 50  # lower is asked first: special families before the broad ones they are built on


def load(name: str) -> Platform:
    """The family of that name; RulesError when there is none."""
    for platform in families():
        if platform.name == name:
            return platform
    known = ", ".join(sorted(p.name for p in families()))
    raise RulesError(f"there is no platform {name!r}; known platforms: {known}")


@cache
def families() -> tuple[Platform, ...]:
    """All known families in the order in which they are asked."""
    found = [read(path) for path in sorted(_FOLDER.glob("*.toml"))]
    return tuple(sorted(found, key=lambda platform: (platform.rank, platform.name)))


def detect(matches: Callable[[str], bool]) -> Platform | None:
    """The family whose fingerprint the page shows; `matches` says whether a CSS selector finds anything in it."""
    return next((p for p in families() if any(matches(css) for css in p.fingerprint)), None)


def read(path: Path) -> Platform:
    """A platform file, checked key by key."""
    where = file_name(path)
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RulesError(f"{where}: not a TOML file: {error}") from error
    check(table, _TOP, where)
    for key in ("title", "fingerprint"):
        if not table.get(key):
            raise RulesError(f"{where}: {key} is missing")
    return Platform(
        name=path.stem,
        title=table["title"],
        fingerprint=strings(table["fingerprint"], f"{where}: fingerprint"),
        rules=rules(table, where),
        key_time=tuple(map(re.compile, strings(table.get("key_time", []), f"{where}: key_time"))),
        rank=table.get("rank", 50),
    )
