"""`scrapy extract SOURCE…`: what today's rules read from saved pages, one JSON object a line, without any crawl."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from scraper import dates, extract, health, portals, project, warc
from scraper.commands import readable
from scraper.items import Article, Listing, Other, Page


class Command(ScrapyCommand):
    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        return "[options] SOURCE…"

    def short_desc(self) -> str:
        return "Print what is read from saved pages, one JSON object a line"

    def long_desc(self) -> str:
        return (
            "SOURCE is an HTML file (with --url), a manifest (.jsonl with url and file, paths relative to it; an id is "
            "passed through) or a WARC file."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--url", help="the address that the HTML file was saved from")
        parser.add_argument("--general", action="store_true", help="without the rules of portals and platforms")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if not args:
            raise UsageError("name an HTML file, a manifest (.jsonl) or a WARC file")
        try:
            self._print(args, opts)
            sys.stdout.flush()
        except BrokenPipeError:  # the reader has seen enough (`| head`); nothing is left to be flushed at exit
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        except (OSError, ValueError, warc.WarcError) as error:
            print(f"extract: {error}", file=sys.stderr)
            self.exitcode = health.USAGE

    def _print(self, args: list[str], opts: argparse.Namespace) -> None:
        assert self.settings is not None
        folders = project.folders(self.settings)
        known = readable(folders)
        for source in args:
            problems: list[str] = []
            pages = 0
            for page, extra in _pages(Path(source), opts.url, problems):
                pages += 1
                portal = portals.UNKNOWN if opts.general else portals.find(page.url, known)
                reading = extract.read(page, portal, general=opts.general)
                if isinstance(reading, Article):
                    reading = dates.normalise(reading, page, portal)
                print(json.dumps({**extra, **as_json(reading)}, ensure_ascii=False), flush=sys.stdout.isatty())
            for problem in problems:
                print(f"extract: {problem}", file=sys.stderr)
            if not pages:
                raise ValueError(f"{source} holds no page")


def as_json(reading: Article | Listing | Other) -> dict[str, Any]:
    """The reading under the keys that are this command's interface."""
    if isinstance(reading, Listing):
        urls = [entry.url for entry in reading.entries]
        return {"url": reading.url, "kind": "listing", "article_urls": urls, "next_page": reading.next_page}
    if isinstance(reading, Other):
        return {"url": reading.url, "kind": reading.kind, "cause": reading.cause, "problems": list(reading.problems)}
    at = reading.published_at
    return {
        "url": reading.url,
        "kind": "article",
        "title": reading.title,
        "published_at": at.isoformat() if at else None,
        "published_text": reading.published_text,
        "published_precision": reading.published_precision,
        "lead": reading.lead,
        "body": reading.body,
        "author": reading.author,
        "images": [{"url": i.url, "caption": i.caption, "credit": i.credit} for i in reading.images],
        "related_links": [{"url": link.url, "title": link.title} for link in reading.related_links],
        "attachments": [{"url": link.url, "title": link.title} for link in reading.attachments],
        "section": reading.section,
        "lang": reading.lang,
        "provenance": dict(reading.provenance),
        "problems": list(reading.problems),
    }


def _pages(source: Path, url: str | None, problems: list[str]) -> Iterator[tuple[Page, dict[str, Any]]]:
    if source.suffix == ".jsonl":
        yield from _manifest(source)
    elif source.name.endswith((".warc", ".warc.gz", ".wacz")) or source.is_dir():
        yield from ((page, {}) for page in warc.read(source, problems=problems))
    elif url:
        yield _file(source, url), {}
    else:
        raise ValueError(f"{source}: say with --url where this page was saved from")


def _manifest(source: Path) -> Iterator[tuple[Page, dict[str, Any]]]:
    with source.open("rb") as lines:
        for number, text in enumerate(lines, 1):
            if not text.strip():
                continue
            try:
                row = json.loads(text)  # UnicodeDecodeError is a ValueError, too
                path, url = source.parent / row["file"], urlsplit(row["url"]).geturl()
            except (ValueError, LookupError, TypeError, AttributeError) as error:
                raise ValueError(f"{source}, line {number}: should be a JSON object with url and file") from error
            yield _file(path, url), {"id": row["id"]} if "id" in row else {}


def _file(path: Path, url: str) -> Page:
    saved = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    return Page(url=url, body=path.read_bytes(), fetched_at=saved, source="file")
