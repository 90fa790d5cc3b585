"""`scrapy reextract [PORTAL…]`: what today's rules read from the archived bytes; rows are corrected, history is not."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from scraper import health, portals, project, runlock, warc
from scraper.archive import Archive, ArchiveError
from scraper.dates.line import VIETNAM
from scraper.rereading import EXAMPLES, Outcome, Shelves, reread

WIDTH = 100  # of a value in an example


class Command(ScrapyCommand):
    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        return "[options] [PORTAL…]"

    def short_desc(self) -> str:
        return "Read the archived bytes again with today's rules"

    def long_desc(self) -> str:
        return (
            "Reads the capture of every article (of these portals; of all without a name) again. A row changes "
            "where a value does; revisions are left alone: our reading changed, the page did not."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--since", metavar="DATE", help="only articles seen since then (ISO 8601)")
        parser.add_argument("--dry-run", action="store_true", help="tell what would change, and write nothing")
        parser.add_argument(
            "--files",
            action="append",
            default=[],
            metavar="PATH",
            help="WARC file, folder or WACZ that was replayed from outside WARC_DIR; may be repeated",
        )
        parser.add_argument("--workers", type=int, default=0, metavar="N", help="processes that parse (default: cores)")
        parser.add_argument("--json", action="store_true", help="one JSON object instead of a table")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if opts.workers < 0:
            raise UsageError("--workers should be 1 or more")
        try:
            self.exitcode = self._reread(args, opts)
        except (portals.PortalError, project.UsageError, warc.WarcError) as error:
            self.exitcode = _tell(health.USAGE, error)
        except runlock.Busy as error:
            self.exitcode = _tell(health.BUSY, error)
        except (ArchiveError, OSError) as error:
            self.exitcode = _tell(health.ARCHIVE, error)

    def _reread(self, names: list[str], opts: argparse.Namespace) -> int:
        assert self.settings is not None
        folders = project.folders(self.settings)
        for name in names:
            portals.load(name, folders)
        since = _since(opts.since)
        shelves = Shelves(
            project.path(self.settings, "WARC_DIR"),
            tuple(Path(path).expanduser() for path in opts.files),
            tuple(folders),
        )
        for path in shelves.others:
            warc.Index.open(path)  # built here once, and an error is told before any work
        path = project.path(self.settings, "ARCHIVE_PATH")
        with runlock.exclusive(path):
            archive = Archive.open(path, readonly=opts.dry_run or not path.is_file())
            try:
                workers = opts.workers or len(os.sched_getaffinity(0))
                kept = archive.kept(names, since=since)
                outcome = reread(archive, kept, shelves, dry=opts.dry_run, workers=workers)
            finally:
                archive.close()
        print(json.dumps(line(outcome), ensure_ascii=False) if opts.json else "\n".join(_table(outcome, opts.dry_run)))
        return health.ARCHIVE if outcome.lost else health.DONE


def _tell(code: int, error: Exception) -> int:
    print(f"reextract: {error}", file=sys.stderr)
    return code


def _since(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise project.UsageError(f"--since {text} is no date like 2026-01-31") from error
    return at if at.tzinfo else at.replace(tzinfo=VIETNAM)


def _table(outcome: Outcome, dry: bool) -> Iterator[str]:
    yield f"{outcome.articles:,} articles read again, {outcome.changed:,} {'would change' if dry else 'changed'}"
    for name, kinds in outcome.fields.items():
        yield f"  {name}: " + ", ".join(f"{kinds[kind]:,} {kind}" for kind in ("filled", "changed", "emptied"))
        for (field, kind), examples in outcome.examples.items():
            for example in examples if field == name else ():
                yield f"    {kind} in {example.article_id} {example.url}"
                yield f"      - {_short(example.difference.before)}"
                yield f"      + {_short(example.difference.after)}"
    if outcome.strays:
        yield f"{len(outcome.strays):,} pages hold no article by today's rules; their rows were left as they are:"
        yield from (f"  {kept.article_id} {kept.capture.url}" for kept in outcome.strays[:EXAMPLES])
    for trouble, count in outcome.unread.most_common(20):
        yield f"{count:,} articles were not read: {trouble}"
    if dry:
        yield "Nothing was written."


def _short(value: Any) -> str:
    text = " ".join(str(value).split())
    return text if len(text) <= WIDTH else f"{text[:WIDTH]}… ({len(text):,} characters)"


def line(outcome: Outcome) -> dict[str, Any]:
    """What `--json` prints."""
    return {
        "articles": outcome.articles,
        "changed": outcome.changed,
        "fields": {name: dict(kinds) for name, kinds in outcome.fields.items()},
        "no_article": [kept.article_id for kept in outcome.strays],
        "not_read": dict(outcome.unread),
    }
