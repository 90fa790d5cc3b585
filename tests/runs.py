"""Short crawls of a portal `thu` in a folder, and what came of them."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

import made_portals
from scrape import Done, scrapy
from sites import Answer, Made

QUICK = {"DOWNLOAD_TIMEOUT": 1, "RETRY_TIMES": 0, "RETRY_PAUSE": 0}
PLAIN = made_portals.plain(8)


def told(done: Done) -> str:
    """What the user reads about a run, on one line each."""
    return "\n".join([*done.line["problems"], *done.line.get("verdict", ())]) + done.stderr


def crawl(folder: Path, **settings: object) -> Done:
    return scrapy("crawl", "thu", folder=folder, **{**QUICK, **settings})


def titles(folder: Path) -> list[str]:
    db = sqlite3.connect(folder / "archive.db")
    try:
        return [row[0] for row in db.execute("SELECT title FROM articles ORDER BY title")]
    finally:
        db.close()


def toml(folder: Path, start: str, *further: str) -> None:
    domain = start.split("/")[2]
    domains = ", ".join([f'"{domain}"', *further])
    (folder / "thu.toml").write_text(f'title = "Thử"\ndomains = [{domains}]\nstart = ["{start}"]\n', encoding="utf-8")


def always(answer: Answer, robots: Answer | None = None) -> Made:
    """A portal that says one thing to everything but robots.txt."""
    allowed = robots or Answer("User-agent: *\nAllow: /\n", kind="text/plain")
    return replace(PLAIN, answers=lambda _m, path, _h: allowed if path == "/robots.txt" else answer)
