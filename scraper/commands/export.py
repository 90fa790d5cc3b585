"""`scrapy export --wacz OUT`: a portal's captures of some time as one file that other people's tools open."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from scraper import health, project, warc
from scraper.archive import Archive, ArchiveError


class Command(ScrapyCommand):
    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        return "--wacz OUT [options]"

    def short_desc(self) -> str:
        return "Package captures as a WACZ file (ReplayWeb.page, pywb)"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--wacz", metavar="OUT", help="the file to write")
        parser.add_argument("--portal", metavar="NAME", help="captures of this portal only")
        parser.add_argument("--from", dest="since", metavar="TIME", help="captured at this ISO 8601 time or later")
        parser.add_argument("--to", dest="until", metavar="TIME", help="captured before this time")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if args or not opts.wacz:
            raise UsageError("say where to write: --wacz OUT")
        try:
            self._export(opts)
        except (project.UsageError, warc.WarcError) as error:
            print(f"export: {error}", file=sys.stderr)
            self.exitcode = health.USAGE
        except (ArchiveError, OSError) as error:
            print(f"export: {error}", file=sys.stderr)
            self.exitcode = health.ARCHIVE

    def _export(self, opts: argparse.Namespace) -> None:
        assert self.settings is not None
        selection = warc.Selection(
            portal=opts.portal,
            since=project.moment(opts.since, "--from") if opts.since else None,
            until=project.moment(opts.until, "--to") if opts.until else None,
        )
        archive = Archive.open(project.path(self.settings, "ARCHIVE_PATH"), readonly=True)
        try:
            titles = {(file, offset): title for file, offset, title in archive.titled(opts.portal)}
        finally:
            archive.close()
        output = Path(opts.wacz)
        count = warc.pack(project.path(self.settings, "WARC_DIR"), output, selection, titles)
        print(f"{output}: {count} captures")
