"""`scrapy import FOLDER|FILE…`: what others collected enters the archive with its original URL and time."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from scraper import __version__, health, portals, project, runlock, warc
from scraper.archive import Archive, ArchiveError
from scraper.commands import readable
from scraper.importing import Imported, Importer
from scraper.portals import Portal

SHOWN = 20  # problems and hosts that are named


class Command(ScrapyCommand):
    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        return "[options] FOLDER|FILE…"

    def short_desc(self) -> str:
        return "Take in WARC files, mirrors and saved pages"

    def long_desc(self) -> str:
        return (
            "FOLDER|FILE is a WARC file of any crawler, a WACZ, a mirror made by HTTrack or wget, a page saved by a "
            "browser, or a folder with any of these. A page enters where a portal file names its host."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--json", action="store_true", help="one JSON object instead of sentences")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if not args:
            raise UsageError("name a folder or file with saved pages or WARC files")
        try:
            self.exitcode = self._import([Path(arg).expanduser() for arg in args], json_line=opts.json)
        except (portals.PortalError, project.UsageError, warc.WarcError) as error:
            self.exitcode = _tell(health.USAGE, error)
        except runlock.Busy as error:
            self.exitcode = _tell(health.BUSY, error)
        except (ArchiveError, OSError) as error:
            self.exitcode = _tell(health.ARCHIVE, error)

    def _import(self, paths: list[Path], *, json_line: bool) -> int:
        assert self.settings is not None
        for path in paths:
            if not path.exists():
                raise project.UsageError(f"{path} does not exist")
        folders = project.folders(self.settings)
        known = readable(folders)
        archive_path = project.path(self.settings, "ARCHIVE_PATH")
        with runlock.exclusive(archive_path):
            archive = Archive.open(archive_path)
            try:
                if archive.holds_sample():
                    raise project.UsageError(f"{archive_path} holds the sample, which never mixes with real news")
                writer = self._writer if self.settings.getbool("CAPTURE") else None
                importer = Importer(archive, known, writer, project.clock(self.settings))
                for path in paths:
                    _unmixed(path)
                    importer.take(path)
                importer.close()
            finally:
                archive.close()
        print(_line(importer.result) if json_line else _sentences(importer.result))
        return health.DONE

    def _writer(self, portal: Portal) -> warc.Writer:
        assert self.settings is not None
        info = {
            "software": f"vn-portal-archive/{__version__} (import)",
            "isPartOf": portal.name,
            "description": "pages saved by others: URL and time as the files tell, HTTP headers lost",
            "operator": self.settings["OPERATOR"] or "not given",
        }
        now = project.clock(self.settings)
        return warc.Writer(project.path(self.settings, "WARC_DIR"), portal.name, info, now=now)


def _unmixed(path: Path) -> None:
    """Invented news never mixes with real."""
    recorded = any(path.rglob("*.warc*")) if path.is_dir() else ".warc" in path.name
    if recorded and warc.Index.open(path).shares(warc.Index.open(project.SAMPLE)):
        raise project.UsageError(f"{path} holds the sample, a reconstruction, which never mixes with real news")


def _tell(code: int, error: Exception) -> int:
    print(f"import: {error}", file=sys.stderr)
    return code


def _line(result: Imported) -> str:
    told = {
        "pages": result.pages,
        **result.outcomes,
        "no_portal": dict(result.strangers),
        "problems": result.problems,
    }
    return json.dumps(told, ensure_ascii=False)


def _sentences(result: Imported) -> str:
    told = ", ".join(f"{count:,} {name}" for name, count in result.outcomes.items()) or "nothing of any portal"
    lines = [f"{result.pages:,} pages: {told}"]
    for name, count in result.strangers.most_common(SHOWN):
        lines.append(f"  {count:,} pages of {name}, which no portal file names")
    lines += [f"  ! {problem}" for problem in result.problems[:SHOWN]]
    if len(result.problems) > SHOWN:
        lines.append(f"  ! and {len(result.problems) - SHOWN:,} more problems")
    return "\n".join(lines)
