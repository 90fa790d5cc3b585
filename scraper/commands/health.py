"""`scrapy health [PORTAL…]`: how the portals have been doing, from the archive; no portal is asked."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import datetime

from scrapy.commands import ScrapyCommand

from scraper import health, portals, project
from scraper.archive import Archive, ArchiveError, runs
from scraper.condition import Condition, condition
from scraper.dates.line import VIETNAM


class Command(ScrapyCommand):
    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        return "[options] [PORTAL…]"

    def short_desc(self) -> str:
        return "Tell how the portals have been doing: runs, output, coverage, listings"

    def long_desc(self) -> str:
        return "Reads the archive; without a name all portals that were ever crawled. Exit code 5: something is red."

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--json", action="store_true", help="one JSON array instead of text")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        assert self.settings is not None
        try:
            found = self._conditions(args)
        except (portals.PortalError, project.UsageError) as error:
            print(f"health: {error}", file=sys.stderr)
            self.exitcode = health.USAGE
            return
        except (ArchiveError, OSError) as error:
            print(f"health: {error}", file=sys.stderr)
            self.exitcode = health.ARCHIVE
            return
        if opts.json:
            print(json.dumps([one.line() for one in found], ensure_ascii=False, indent=1))
        else:
            print("\n".join(map(_text, found)) or "no portal was crawled so far")
        self.exitcode = health.CHANGED if any(one.red for one in found) else health.DONE

    def _conditions(self, names: list[str]) -> list[Condition]:
        assert self.settings is not None
        folders = project.folders(self.settings)
        now = project.clock(self.settings)()
        archive = Archive.open(project.path(self.settings, "ARCHIVE_PATH"), readonly=True)
        try:
            known = portals.names(folders)
            crawled = [name for name in runs.portals(archive) if name in known]
            return [condition(archive, portals.load(name, folders), now) for name in names or crawled]
        finally:
            archive.close()


def _text(one: Condition) -> str:
    state = "closed" if one.closed else "RED" if one.red else "well"
    lines = [
        f"{one.portal}: {state}",
        f"  last run       {_day(one.last_run)} {one.last_outcome or ''}; last good one {_day(one.last_good)}",
        f"  articles       {one.articles}, {one.gone} of them gone from the portal",
        f"  a week         {one.per_week:.1f}" + (f" of {one.expected:g} expected" if one.expected else ""),
        f"  silence        {one.silence_days:.0f} days; the longest in a year {one.longest_silence_days:.0f}",
    ]
    for name in health.MEASURED if one.coverage else ():
        shares = " ".join(f"{run.get(name, 0):.0%}" for run in reversed(one.coverage))
        lines.append(f"  {name:<14} {shares}")
    lines += [f"  listing        {d.url}: {d.counted} of {d.reported} articles" for d in one.disagreements]
    return "\n".join([*lines, *(f"  ! {sentence}" for sentence in one.red)])


def _day(at: datetime | None) -> str:
    return f"{at.astimezone(VIETNAM):%Y-%m-%d %H:%M}" if at else "never"
