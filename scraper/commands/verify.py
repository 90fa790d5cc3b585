"""`scrapy verify`: are the bytes of all captures still what was written? The answer is kept in the archive."""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from scraper import health, project, warc
from scraper.archive import Archive, ArchiveError

OURS = ("live", "wayback", "import")  # captures that went into WARC_DIR; replayed ones lie in their owner's files
Expected = dict[str, dict[int, str | None]]  # file → offset → payload digest


class Command(ScrapyCommand):
    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        return ""

    def short_desc(self) -> str:
        return "Recompute the digests of all WARC files and captures"

    def long_desc(self) -> str:
        return (
            "Reads every record in WARC_DIR, compares it with the archive's captures and keeps the result in `fixity`."
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if args:
            raise UsageError("verify takes no arguments: it reads all of WARC_DIR")
        try:
            self.exitcode = self._verify()
        except (ArchiveError, warc.WarcError, project.UsageError, OSError) as error:
            print(f"verify: {error}", file=sys.stderr)
            self.exitcode = health.USAGE if isinstance(error, project.UsageError) else health.ARCHIVE

    def _verify(self) -> int:
        assert self.settings is not None
        folder = project.path(self.settings, "WARC_DIR")
        archive = Archive.open(project.path(self.settings, "ARCHIVE_PATH"))
        try:
            expected = _expected(archive)
            now = project.clock(self.settings)
            results = []
            for source in warc.files(folder):
                result = warc.verify(source, expected.pop(source.name, {}))
                results.append(result)
                _tell(result)
                archive.keep_fixity(result.warc_file, now(), result.records, "; ".join(result.problems) or None)
            for name, captures in expected.items():
                problem = f"the file is missing; {len(captures)} captures point to it"
                results.append(warc.Fixity(name, 0, (problem,)))
                _tell(results[-1])
                archive.keep_fixity(name, now(), 0, problem)
        finally:
            archive.close()
        bad = sum(bool(result.problems) for result in results)
        print(f"{len(results)} files, {sum(result.records for result in results)} records: {bad} files with problems")
        return health.ARCHIVE if bad else health.DONE


def _expected(archive: Archive) -> Expected:
    expected: Expected = defaultdict(dict)
    for capture in archive.each_capture():
        if capture.source in OURS and capture.warc_file is not None and capture.warc_offset is not None:
            expected[capture.warc_file][capture.warc_offset] = capture.digest
    return expected


def _tell(result: warc.Fixity) -> None:
    for problem in result.problems:
        print(f"{result.warc_file}: {problem}", file=sys.stderr)
    if result.note:
        print(f"{result.warc_file}: {result.note}; nothing points to it (a run was killed)", file=sys.stderr)
