"""The rules that a portal's layout or a CMS family may state in TOML, and the strict reader of such tables."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ARTICLE = (
    "title",
    "published_text",
    "lead",
    "body",
    "author",
    "section",
    "images",
    "related_links",
    "attachments",
    "drop",
)
LISTING = ("entry", "link", "title", "date_text", "next_page", "total", "drop")


class RulesError(ValueError):
    """A TOML file says something that no reader understands; the message names file and key."""


@dataclass(frozen=True, slots=True)
class Rules:
    """CSS selectors, tried in order. An empty tuple leaves the field to the next tier."""

    article_url: tuple[re.Pattern[str], ...] = ()  # with a group `key`: the article's number
    article: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # ARTICLE -> selectors
    listing: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # LISTING -> selectors


def check(table: Mapping[str, Any], allowed: Mapping[str, type | tuple[type, ...]], where: str) -> None:
    """Raise RulesError where `table` holds a key that is not allowed, or a value of another type."""
    for key, value in table.items():
        if key not in allowed:
            raise RulesError(f"{where}: unknown key {key!r}; known keys: {', '.join(sorted(allowed))}")
        wanted = allowed[key]
        if not isinstance(value, wanted) or (isinstance(value, bool) and wanted is not bool):
            raise RulesError(f"{where}: {key} = {value!r} should be {_kind(wanted)}")


def strings(value: object, where: str) -> tuple[str, ...]:
    """A list of strings as a tuple."""
    if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
        raise RulesError(f"{where} should be a list of non-empty strings, not {value!r}")
    return tuple(value)


def rules(table: Mapping[str, Any], where: str) -> Rules:
    """Rules from the keys `article_url`, `[article]` and `[listing]` of a TOML table."""
    return Rules(
        article_url=tuple(_pattern(p, where) for p in strings(table.get("article_url", []), f"{where}: article_url")),
        article=_selectors(table.get("article", {}), ARTICLE, f"{where}: [article]"),
        listing=_selectors(table.get("listing", {}), LISTING, f"{where}: [listing]"),
    )


KEYS: Mapping[str, type] = {"article_url": list, "article": dict, "listing": dict}


def _selectors(table: Mapping[str, Any], fields: tuple[str, ...], where: str) -> dict[str, tuple[str, ...]]:
    check(table, dict.fromkeys(fields, list), where)
    return {name: strings(value, f"{where} {name}") for name, value in table.items()}


def _pattern(text: str, where: str) -> re.Pattern[str]:
    try:
        pattern = re.compile(text)
    except re.error as error:
        raise RulesError(f"{where}: article_url {text!r} is no regular expression: {error}") from error
    if "key" not in pattern.groupindex:
        raise RulesError(f"{where}: article_url {text!r} needs a group (?P<key>…) around the article's number")
    return pattern


def _kind(wanted: type | tuple[type, ...]) -> str:
    names = {
        str: "a string",
        list: "a list",
        dict: "a table",
        int: "a number",
        float: "a number",
        bool: "true or false",
    }
    kinds = wanted if isinstance(wanted, tuple) else (wanted,)
    return " or ".join(dict.fromkeys(names.get(kind, f"a {kind.__name__}") for kind in kinds))


def file_name(path: Path) -> str:
    """How messages name a TOML file: folder and name."""
    return f"{path.parent.name}/{path.name}"
