"""`scrapy reextract`: a fixed point right after a crawl, and after a change of one rule exactly that field."""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from archives import articles, fill, rows
from portal_server import SITE, Portal
from scrape import scrapy

from scraper import runlock
from scraper.archive import Archive
from scraper.commands.reextract import line
from scraper.rereading import Shelves, reread

RULE = """
[[layout]]
[layout.article]
section = ["a.logo"]
"""


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the archive of a live crawl; one article was edited afterwards and crawled again."""
    folder = tmp_path_factory.mktemp("nights")
    with Portal() as portal:
        fill(portal)
        portal.write_toml(folder)
        assert scrapy("crawl", "thu", folder=folder).code == 0
        portal.edit(3, title="Quận đã tổ chức hội nghị lần thứ ba về chuyển đổi số")
        assert scrapy("crawl", "thu", "-a", "full=1", folder=folder).code == 0
    return folder


@pytest.fixture
def crawled(nights: Path, tmp_path: Path) -> Path:
    """A copy of it for one test."""
    return Path(shutil.copytree(nights, tmp_path / "copy"))


def everything(folder: Path) -> dict[str, list[tuple[Any, ...]]]:
    names = ("articles", "urls", "images", "related_links", "attachments", "revisions", "captures", "articles_fts_data")
    return {name: rows(folder / "archive.db", f"SELECT * FROM {name} ORDER BY 1, 2") for name in names}


def reextract(folder: Path, *, dry: bool = False, files: tuple[Path, ...] = ()) -> dict[str, Any]:
    """As the command does it, without a process."""
    with closing(Archive.open(folder / "archive.db", readonly=dry)) as archive:
        shelves = Shelves(folder / "warc", files, (folder,))
        return line(reread(archive, archive.kept(), shelves, dry=dry))


NOTHING = {"articles": 6, "changed": 0, "fields": {}, "no_article": [], "not_read": {}}


def test_it_changes_nothing_after_a_crawl(crawled: Path) -> None:
    before = everything(crawled)
    assert reextract(crawled) == NOTHING
    assert everything(crawled) == before
    assert rows(crawled / "archive.db", "SELECT count(*) FROM revisions") == [(1,)]


def test_a_changed_rule_shows_in_its_field_only(crawled: Path) -> None:
    toml = crawled / "thu.toml"
    toml.write_text(toml.read_text(encoding="utf-8") + RULE, encoding="utf-8")
    before = everything(crawled)
    told = reextract(crawled, dry=True)
    assert told == {**NOTHING, "changed": 6, "fields": {"section": {"filled": 6}}}
    assert everything(crawled) == before
    assert reextract(crawled) == told
    after = everything(crawled)
    assert {name for name in before if after[name] != before[name]} == {"articles"}
    sections = rows(
        crawled / "archive.db", "SELECT section, json_extract(provenance, '$.section') FROM articles WHERE id = 1"
    )
    assert sections == [(SITE, "portal:thu a.logo")]
    assert reextract(crawled) == NOTHING


def test_examples_are_told(crawled: Path) -> None:
    toml = crawled / "thu.toml"
    toml.write_text(toml.read_text(encoding="utf-8") + RULE, encoding="utf-8")
    lines = scrapy("reextract", "thu", "--dry-run", "--workers", "2", folder=crawled).stdout.splitlines()
    assert lines[:2] == ["6 articles read again, 6 would change", "  section: 6 filled, 0 changed, 0 emptied"]
    assert lines[3:5] == ["      - None", f"      + {SITE}"]
    assert lines[-1] == "Nothing was written."


def test_only_what_was_seen_lately(crawled: Path) -> None:
    done = scrapy("reextract", "thu", "--json", "--since", "2100-01-01", folder=crawled)
    assert (done.code, done.line) == (0, {**NOTHING, "articles": 0})
    assert scrapy("reextract", "--since", "gestern", folder=crawled).code == 2


def test_replayed_files_are_read_where_they_are_named(crawled: Path, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "thu.toml").write_text((crawled / "thu.toml").read_text(encoding="utf-8"), encoding="utf-8")
    replayed = scrapy("crawl", "thu", "-a", f"replay={crawled / 'warc'}", folder=tmp_path / "other")
    assert replayed.code == 0, replayed.stderr
    before = everything(tmp_path / "other")
    told = reextract(tmp_path / "other")
    assert (told["articles"], sum(told["not_read"].values())) == (0, 6)
    assert all("name it, or the folder replayed, with --files" in why for why in told["not_read"])
    assert reextract(tmp_path / "other", files=(crawled / "warc",)) == NOTHING
    assert everything(tmp_path / "other") == before


def test_lost_bytes_are_told_and_nothing_else_is_lost(crawled: Path) -> None:
    before = articles(crawled / "archive.db")
    for path in (crawled / "warc").rglob("*.warc.gz"):
        path.unlink()
    done = scrapy("reextract", folder=crawled)
    assert (done.code, done.stdout.splitlines()[0]) == (6, "0 articles read again, 0 changed")
    assert "articles were not read: thu/" in done.stdout
    assert articles(crawled / "archive.db") == before


def test_it_waits_for_no_crawl(crawled: Path) -> None:
    with runlock.hold(crawled / "archive.db", "thu"):
        assert scrapy("reextract", folder=crawled).code == 75
