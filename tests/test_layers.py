"""Imports point down only, neighbours never import each other, and each third-party library has one home."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "scraper"
LEVELS = (  # top to bottom; parts on one line are neighbours
    "commands",
    "spiders",
    "pipelines middlewares extensions stopping",
    "report",
    "responses",
    "run",
    "answers survey",
    "agenda condition nights",
    "plan health access discover",
    "rereading importing recovery",
    "extract archive warc wayback mirror",
    "portals platforms dates tls advice",
    "compare evidence project rules walk runlock text urls sample",
    "items",
    "settings",
)
LEVEL = {part: number for number, line in enumerate(LEVELS) for part in line.split()}
HOMES = {
    "bs4": "extract",
    "lxml": "extract",
    "sqlite_utils": "archive",
    "sqlite3": "archive",
    "dateparser": "dates",
    "warcio": "warc",
    "fastwarc": "warc",
    "wacz": "warc",
    "scrapy": "commands spiders pipelines middlewares extensions responses access",
}


def part(path: Path) -> str:
    """The part of the house that a file belongs to."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path: Path) -> Iterator[str]:
    """Full names of what a file imports; `from scraper import x` counts as scraper.x."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            if node.module != "scraper":
                yield node.module
            yield from (f"scraper.{a.name}" for a in node.names if node.module == "scraper" and a.name != "__version__")


FILES = [path for path in sorted(PACKAGE.rglob("*.py")) if part(path) != "__init__"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports(path: Path) -> None:
    here = part(path)
    assert here in LEVEL, f"say in LEVELS where {here} belongs"
    for name in imports(path):
        top, _, rest = name.partition(".")
        if top == "scraper":
            there = rest.partition(".")[0]
            assert there == here or LEVEL[there] > LEVEL[here], f"{here} must not import {there}"
        elif top in HOMES:
            assert here in HOMES[top].split(), f"{top} belongs to {HOMES[top]}, not to {here}"
