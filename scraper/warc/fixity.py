"""Fixity, as librarians call it: are the bytes still what was written?"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from scraper.warc import records
from scraper.warc.files import CUT, Damage, Source, members, sources


@dataclass(frozen=True, slots=True)
class Captured:
    """A response or revisit record, verified."""

    url: str
    digest: str | None  # WARC-Payload-Digest; None where a record does not carry it


@dataclass(frozen=True, slots=True)
class Fixity:
    """What reading a whole file and recomputing every digest in it showed."""

    warc_file: str
    records: int  # whole ones, of any type
    problems: tuple[str, ...]
    cut_at: int | None  # offset of a half-written last record: what a killed run leaves, or a truncated file
    captures: dict[int, Captured]  # by offset


def files(folder: Path) -> list[Source]:
    """The WARC files of a folder."""
    return [source for source in sources(folder) if not source.path.name.endswith(".wacz")] if folder.is_dir() else []


def verify(source: Source) -> Fixity:
    """Read every record of a file and recompute its digests."""
    problems: list[str] = []
    captures: dict[int, Captured] = {}
    whole, cut_at = 0, None
    for piece in members(source):
        cut_at = piece.offset if piece.problem == CUT else None
        try:
            record = records.parse(piece, source.name)
            records.check(record)
        except Damage as damage:
            problems.append(f"at {piece.offset}: {damage}")
            continue
        whole += 1
        if record.kind in ("response", "revisit"):
            captures[piece.offset] = Captured(record.url, record.headers.get("WARC-Payload-Digest"))
    if cut_at is not None:  # told apart: whether it is a loss depends on what points there
        problems.pop()
    return Fixity(source.name, whole, tuple(problems), cut_at, captures)
