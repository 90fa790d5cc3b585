"""`scrapy raw ID|URL`: the bytes of a capture, as the portal sent them."""

from __future__ import annotations

import argparse
import sys
from datetime import datetime

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from scraper import health, portals, project, urls, warc
from scraper.archive import Archive, ArchiveError, Captured
from scraper.commands import readable


class Command(ScrapyCommand):
    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        return "[options] ID|URL"

    def short_desc(self) -> str:
        return "Print the bytes of an article's or URL's capture"

    def long_desc(self) -> str:
        return (
            "Prints the payload of the newest capture, content encoding undone. ID is the article's number in the "
            "archive. Reads files inside WARC_DIR only."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--at", metavar="TIME", help="the capture nearest to this ISO 8601 time (default: newest)")
        parser.add_argument("--headers", action="store_true", help="print the HTTP header, as captured, before it")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if len(args) != 1:
            raise UsageError("name one article (its id in the archive) or one URL")
        try:
            sys.stdout.buffer.write(self._bytes(args[0], opts))
        except (project.UsageError, warc.WarcError) as error:
            print(f"raw: {error}", file=sys.stderr)
            self.exitcode = health.USAGE
        except (ArchiveError, OSError) as error:
            print(f"raw: {error}", file=sys.stderr)
            self.exitcode = health.ARCHIVE

    def _bytes(self, what: str, opts: argparse.Namespace) -> bytes:
        assert self.settings is not None
        at = project.moment(opts.at, "--at") if opts.at else None
        folders = project.folders(self.settings)
        archive = Archive.open(project.path(self.settings, "ARCHIVE_PATH"), readonly=True)
        try:
            known = readable(folders)
            capture = _nearest(_captures(archive, what, portals.find(what, known).name), at)
        finally:
            archive.close()
        if capture is None:
            raise project.UsageError(f"no capture of {what} is in {archive.path}")
        if capture.warc_file is None or capture.warc_offset is None:
            raise project.UsageError(f"the bytes of {what} at {capture.fetched_at} were not kept")
        if capture.source in ("warc", "sample"):
            raise project.UsageError(
                f"the bytes of {what} are in {capture.warc_file}, which was replayed, not in WARC_DIR"
            )
        folder = project.path(self.settings, "WARC_DIR")
        head = warc.head(folder, capture.warc_file, capture.warc_offset) if opts.headers else b""
        return head + warc.fetch(folder, capture.warc_file, capture.warc_offset).body


def _captures(archive: Archive, what: str, portal: str) -> list[Captured]:
    """Captures of an article by its id, of exactly this URL, or of the article that goes by it."""
    if what.isdigit():
        return archive.captures_of(int(what))
    exact = archive.captures_at(what) or archive.captures_at(urls.canonical(what))
    article_id = None if exact else archive.known(portal, urls.canonical(what))
    return archive.captures_of(article_id) if article_id is not None else exact


def _nearest(captures: list[Captured], at: datetime | None) -> Captured | None:
    """Nearest to `at`, else the newest that is no error page; those whose bytes were kept go first."""
    kept = [capture for capture in captures if capture.warc_file is not None] or captures
    if at is not None:
        return min(kept, key=lambda capture: abs(capture.fetched_at - at), default=None)
    return max(kept, key=lambda capture: (capture.status < 400, capture.fetched_at), default=None)
