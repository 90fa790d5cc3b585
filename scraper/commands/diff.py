"""`scrapy diff ID [FROM TO]`: two states of an article by paragraph, with the changed words marked."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from scraper import compare, health, project
from scraper.archive import Archive, ArchiveError, figures
from scraper.archive.figures import Shown
from scraper.compare import Piece
from scraper.dates.line import VIETNAM

FIELDS = ("title", "published_at", "author", "lead", "body", "captions")
SIGNS = {"kept": " ", "gone": "-", "come": "+", "changed": "~"}
MARKS = {"gone": ("[-", "-]"), "come": ("{+", "+}")}
COLOURS = {"gone": ("\x1b[31;9m", "\x1b[0m"), "come": ("\x1b[32m", "\x1b[0m")}


class Command(ScrapyCommand):
    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        return "[options] ID [FROM TO]"

    def short_desc(self) -> str:
        return "Show what changed between two states of an article"

    def long_desc(self) -> str:
        return (
            "ID is the article's id in the archive; FROM and TO are numbers of its states, the first is 1 "
            "(default: the last change). Words that went are marked [-so-], words that came {+so+}."
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if len(args) not in (1, 3) or not all(arg.isdigit() for arg in args):
            raise UsageError("give the article's id, and two numbers of states or none")
        assert self.settings is not None
        try:
            archive = Archive.open(project.path(self.settings, "ARCHIVE_PATH"), readonly=True)
            try:
                shown = figures.states(archive, int(args[0]))
            finally:
                archive.close()
            print("\n".join(_lines(shown, list(map(int, args)), colour=sys.stdout.isatty())))
        except project.UsageError as error:
            print(f"diff: {error}", file=sys.stderr)
            self.exitcode = health.USAGE
        except (ArchiveError, OSError) as error:
            print(f"diff: {error}", file=sys.stderr)
            self.exitcode = health.ARCHIVE


def _lines(shown: list[Shown], numbers: list[int], *, colour: bool) -> Iterator[str]:
    article_id, *pair = numbers
    if not shown:
        raise project.UsageError(f"there is no article {article_id} in the archive")
    if len(shown) == 1 and not pair:
        yield f"article {article_id} has one state, seen since {_time(shown[0])}"
        return
    first, second = pair or (len(shown) - 1, len(shown))
    if not (1 <= first <= len(shown) and 1 <= second <= len(shown)):
        raise project.UsageError(f"article {article_id} has states 1 to {len(shown)}")
    before, after = shown[first - 1], shown[second - 1]
    kind = f" ({before.change})" if second == first + 1 else ""
    yield f"article {article_id}, state {first} seen {_time(before)} → state {second} seen {_time(after)}{kind}"
    for name in FIELDS:
        former, later = _value(before, name), _value(after, name)
        if former == later:
            continue
        yield f"\n{name}"
        for sign, pieces in compare.paragraphs(former, later):
            yield f"{SIGNS[sign]} {''.join(_marked(piece, colour) for piece in pieces)}"


def _value(shown: Shown, name: str) -> str:
    value = shown.fields[name] or ""
    return "\n\n".join(json.loads(value or "[]")) if name == "captions" else value


def _marked(piece: Piece, colour: bool) -> str:
    before, after = (COLOURS if colour else MARKS).get(piece.kind, ("", ""))
    return f"{before}{piece.text}{after}"


def _time(shown: Shown) -> str:
    return f"{shown.seen_at.astimezone(VIETNAM):%Y-%m-%d %H:%M}"
