"""Fixity, as librarians call it: are the bytes still what was written, and what the archive points to?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from scraper.warc import records
from scraper.warc.files import CUT, Damage, Source, members, sources


@dataclass(frozen=True, slots=True)
class Fixity:
    """What reading a whole file and recomputing every digest in it showed."""

    warc_file: str
    records: int  # whole ones, of any type
    problems: tuple[str, ...]
    note: str | None = None  # what a killed run leaves: a half-written last record that nothing points to


def files(folder: Path) -> list[Source]:
    """The WARC files of a folder; none when it does not exist."""
    return [source for source in sources(folder) if not source.path.name.endswith(".wacz")] if folder.is_dir() else []


def verify(source: Source, expected: Mapping[int, str | None]) -> Fixity:
    """Read every record of a file; `expected`: offset and payload digest of the captures that lie in it."""
    told: dict[int, str] = {}
    digests: dict[int, str | None] = {}
    whole, cut_at = 0, -1
    for piece in members(source):
        cut_at = piece.offset if piece.problem == CUT else -1
        try:
            record = records.parse(piece, source.name)
            records.check(record)
        except Damage as damage:
            told[piece.offset] = str(damage)
            continue
        whole += 1
        if record.kind in ("response", "revisit"):
            digests[piece.offset] = record.headers.get("WARC-Payload-Digest")
    note = None
    if cut_at >= 0 and not any(offset >= cut_at for offset in expected):
        note = f"at {cut_at}: {told.pop(cut_at)}"
    for offset, digest in expected.items():
        problem = _compare(digests, offset, digest)
        if problem:
            told.setdefault(offset, problem)
    return Fixity(source.name, whole, tuple(f"at {offset}: {told[offset]}" for offset in sorted(told)), note)


def _compare(digests: Mapping[int, str | None], offset: int, digest: str | None) -> str | None:
    if offset not in digests:
        return "no response begins here, but a capture points to it"
    found = digests[offset]
    if found and digest and found != digest:
        return f"the payload is {found}, but the capture says {digest}"
    return None
