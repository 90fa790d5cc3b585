"""First contact: portals of four families, each found from its home page alone, with few requests in vain."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from urllib.parse import urlsplit

import made_portals
import pytest
from scrape import Done, scrapy
from sites import Made, Site


def stored(folder: Path, site: Site) -> set[str]:
    """Paths of the articles in the archive."""
    db = sqlite3.connect(folder / "archive.db")
    try:
        urls = [row[0] for row in db.execute("SELECT url FROM articles WHERE title IS NOT NULL AND body IS NOT NULL")]
    finally:
        db.close()
    return {parts.path + (f"?{parts.query}" if parts.query else "") for parts in map(urlsplit, urls)}


def crawled(made: Made, folder: Path) -> tuple[Site, Done]:
    with Site(made) as site:
        site.write_toml(folder)
        done = scrapy("crawl", "thu", folder=folder)
    return site, done


PORTALS = {
    "vccorp script": made_portals.vccorp("script"),
    "vccorp input": made_portals.vccorp("input"),
    "vccorp data": made_portals.vccorp("data", rendered=False),
    "vccorp without tokens": made_portals.vccorp("none", sitemap=True),
    "nukeviet": made_portals.nukeviet(),
    "plain tables": made_portals.plain(),
    "traps": made_portals.traps(),
}


@pytest.mark.parametrize("name", PORTALS)
def test_found_from_the_home_page_alone(name: str, tmp_path: Path) -> None:
    site, done = crawled(PORTALS[name], tmp_path)
    assert done.code == 0, done.stderr
    expected = set(site.made.articles)
    found = stored(tmp_path, site) & expected
    assert len(found) >= 0.98 * len(expected), sorted(expected - found)
    assert len(site.useless()) <= 0.3 * len(site.asked), site.useless()
