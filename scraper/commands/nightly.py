"""`scrapy nightly [PORTAL…]`: one run of every portal, several at a time, and the worst of their exit codes."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from scraper import health, portals, project, runlock
from scraper.archive import Archive, ArchiveError
from scraper.nights import Night, code, table


class Command(ScrapyCommand):
    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        return "[options] [PORTAL…]"

    def short_desc(self) -> str:
        return "Crawl all portals, or those named, several at a time"

    def long_desc(self) -> str:
        return (
            "Runs `scrapy crawl` for every portal that is not closed, each in a process of its own; settings (-s) are "
            "handed on. Ends with one table and the worst exit code: 6 > 1 > 5 > 4 > 3 > 2 > 75 > 0."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--at-once", type=int, default=4, metavar="N", help="portals at a time (default: 4)")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if opts.at_once < 1:
            raise UsageError("--at-once should be 1 or more")
        try:
            names = list(dict.fromkeys(args)) or self._open()
            self._migrate()
        except (portals.PortalError, ArchiveError, OSError, runlock.Busy) as error:
            print(f"nightly: {error}", file=sys.stderr)
            usage, busy = isinstance(error, portals.PortalError), isinstance(error, runlock.Busy)
            self.exitcode = health.USAGE if usage else health.BUSY if busy else health.ARCHIVE
            return
        options = [part for setting in opts.set for part in ("-s", setting)]
        options += ["--loglevel", opts.loglevel] if opts.loglevel else []
        ends = Night(options, opts.at_once).run(names)
        print(table(ends))
        self.exitcode = code(ends)

    def _open(self) -> list[str]:
        """All portals that are not closed."""
        assert self.settings is not None
        known = portals.names(project.folders(self.settings))
        return [name for name, path in sorted(known.items()) if not _is_closed(path)]

    def _migrate(self) -> None:
        """An older archive is migrated once, before the crawls would stand in each other's way."""
        assert self.settings is not None
        path = project.path(self.settings, "ARCHIVE_PATH")
        if Archive.outdated(path):
            with runlock.exclusive(path):
                Archive.open(path).close()


def _is_closed(path: Path) -> bool:
    """Whether the portal's file says so; a faulty file is left to its crawl, which tells what is wrong with it."""
    try:
        return portals.read(path).closed is not None
    except portals.PortalError:
        return False
