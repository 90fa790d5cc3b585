"""A portal's captures of some time as a WACZ, which ReplayWeb.page and other readers open."""

from __future__ import annotations

import io
import json
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import redirect_stdout
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from scraper.warc import records
from scraper.warc.cdxj import Line, table
from scraper.warc.files import Damage, Source, WarcError, members, sources

Place = tuple[str, int]  # file and offset of a record


@dataclass(frozen=True, slots=True)
class Selection:
    """Which captures: of one portal or of all, from `since` to before `until`."""

    portal: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    @property
    def name(self) -> str:
        days = [f"{at.astimezone(UTC):%Y%m%d}" if at else "" for at in (self.since, self.until)]
        return "-".join(part for part in (self.portal or "archive", *days) if part)

    def holds(self, line: Line) -> bool:
        if self.portal and not line.filename.startswith(f"{self.portal}/"):
            return False
        at = records.parse_time(line.date)
        return (self.since is None or at >= self.since) and (self.until is None or at < self.until)


def pack(folder: Path, output: Path, selection: Selection, titles: Mapping[Place, str]) -> int:
    """Write the WACZ and say how many captures are in it. `titles`: those that readers list as pages.

    The records are copied byte for byte, with the originals of revisits, even older ones: a WACZ must stand alone.
    """
    try:
        from wacz.main import main as wacz
    except ImportError as error:
        raise WarcError("the wacz library is not installed: pip install 'vn-portal-archive[wacz]'") from error
    lines = [line for line in table(folder) if selection.holds(line)]
    if not lines:
        raise WarcError(f"nothing in {folder} was captured in this selection")
    wanted = {(line.filename, line.offset) for line in lines}
    wanted |= {(line.original_filename, line.original_offset) for line in lines if line.original_filename}
    with tempfile.TemporaryDirectory(dir=output.absolute().parent) as temporary:
        work = Path(temporary)
        data, pages, done = work / f"{selection.name}.warc.gz", work / "pages.jsonl", work / "done.wacz"
        with data.open("wb") as out:
            for source in sources(folder):
                out.writelines(_copied(source, {offset for name, offset in wanted if name == source.name}))
        pages.write_text("".join(_pages(lines, titles, selection.name)), encoding="utf-8")
        said = io.StringIO()
        with redirect_stdout(said):
            options = ["--title", selection.name, "--pages", str(pages), "--copy-pages"]
            code = wacz(["create", str(data), "--output", str(done), *options])
        if code:
            raise WarcError(f"the wacz library could not make {output}: {said.getvalue().strip()}")
        done.replace(output)
    return len(lines)


def _copied(source: Source, offsets: set[int]) -> Iterator[bytes]:
    """The wanted records with what was written beside them, after the record that describes the file."""
    if not offsets:
        return
    follows = False
    with source.path.open("rb") as file:
        for piece in members(source):
            try:
                kind = records.parse(piece, source.name).kind
            except Damage:
                continue
            follows = piece.offset in offsets or (follows and kind in ("request", "metadata"))
            if (follows or kind == "warcinfo") and piece.end is not None:
                file.seek(source.start + piece.offset)
                yield file.read(piece.end - piece.offset)


def _pages(lines: list[Line], titles: Mapping[Place, str], name: str) -> Iterator[str]:
    yield json.dumps({"format": "json-pages-1.0", "id": "pages", "title": name}) + "\n"
    for number, line in enumerate(lines, 1):
        title = titles.get((line.filename, line.offset))
        if title is not None:
            page = {"id": str(number), "url": line.url, "ts": line.date, "title": title}
            yield json.dumps(page, ensure_ascii=False) + "\n"
