"""What a page says about itself out of sight: JSON-LD, OpenGraph, Dublin Core and other meta elements."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from bs4 import BeautifulSoup
from bs4.exceptions import ParserRejectedMarkup

from scraper.extract.document import Document, line

_ARTICLE = re.compile(r"Article|BlogPosting|Report|NewsItem")
_STRING = re.compile(r'"(headline|datePublished|description|articleSection)"\s*:\s*"((?:[^"\\]|\\.)*)"')


@dataclass(slots=True)
class Head:
    """The article that JSON-LD describes (schema.org names), and the meta elements by lower-case name."""

    article: dict[str, Any] = field(default_factory=dict)
    meta: dict[str, str] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """A field of the JSON-LD article as plain text; empty when it has none."""
        value = self.article.get(name)
        if isinstance(value, list):
            value = value[0] if value else ""
        if isinstance(value, dict):
            value = value.get("name") or ""
        return plain(value) if isinstance(value, str) else ""

    def first(self, *names: str) -> str:
        """The first of the meta elements that says something."""
        return next((text for name in names if (text := self.meta.get(name))), "")


def read(document: Document) -> Head:
    """The head of the page; what cannot be read is left out."""
    meta: dict[str, str] = {}
    for element in document.index.tags.get("meta", ()):
        name = element.get("property") or element.get("name") or element.get("itemprop") or ""
        if name and (content := element.get("content")):
            meta.setdefault(name.lower(), plain(content))
    article: dict[str, Any] = {}
    for script in document.scripts:
        if "ld+json" in (script.get("type") or "").lower() and _ARTICLE.search(script.text or ""):
            article = article or _article(script.text or "")
    return Head(article, meta)


def plain(text: str) -> str:
    """Text without the entities and tags that careless sites put into attributes and JSON, on one line."""
    for _ in range(2):
        if "&" in text:
            text = html.unescape(text)
    if "<" in text and ">" in text:
        try:
            text = BeautifulSoup(text, "html.parser").get_text(" ")
        except ParserRejectedMarkup:  # "<![CDATA" and the like: no markup after all
            return line(text)
    return line(text)


def _article(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text.strip().rstrip(";"), strict=False)
    except (ValueError, RecursionError):
        return {name: json_text(value) for name, value in _STRING.findall(text)}
    for node in _nodes(found):
        kind = node.get("@type")
        kinds = kind if isinstance(kind, list) else [kind]
        if any(isinstance(one, str) and _ARTICLE.search(one) for one in kinds):
            return node
    return {}


def json_text(value: str) -> str:
    """A JSON string's content, as it stands when its escapes are broken."""
    try:
        return str(json.loads(f'"{value}"', strict=False))
    except ValueError:
        return value


def _nodes(value: object, depth: int = 0) -> Iterator[dict[str, Any]]:
    """Every object in the JSON, outer ones first."""
    if depth > 6:
        return
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from _nodes(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            yield from _nodes(inner, depth + 1)
