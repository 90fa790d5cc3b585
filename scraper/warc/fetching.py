"""One record by file name and offset, as a database remembers it; and never a file outside the folder."""

from __future__ import annotations

from pathlib import Path

from scraper.items import Page
from scraper.warc import records
from scraper.warc.files import Damage, Source, WarcError
from scraper.warc.index import Index
from scraper.warc.reading import load
from scraper.warc.records import Record


def fetch(folder: Path, warc_file: str, offset: int) -> Page:
    """The page of a response or revisit record; WarcError when it is not there or not whole."""
    try:
        record, original = _found(folder, warc_file, offset)
        return records.page(record, original)
    except Damage as damage:
        raise WarcError(f"{warc_file} at {offset}: {damage}") from damage


def head(folder: Path, warc_file: str, offset: int) -> bytes:
    """The HTTP header, as captured, up to and with the blank line; of a 304 that of the page it confirms."""
    try:
        record, original = _found(folder, warc_file, offset)
    except Damage as damage:
        raise WarcError(f"{warc_file} at {offset}: {damage}") from damage
    own = record if record.block or original is None else original
    return own.block[: len(own.block) - len(records.message(own).payload)]


def _found(folder: Path, warc_file: str, offset: int) -> tuple[Record, Record | None]:
    """The record, and the original of a revisit."""
    source = inside(folder, warc_file)
    record = load(source, offset)
    if record.kind == "response":
        return record, None
    if record.kind != "revisit":
        raise Damage(f"this is a {record.kind or 'nameless'} record, no response")
    original = Index.open(folder).original(record)
    if original is None:
        raise Damage("the response that this revisit refers to is not here")
    return record, original


def inside(folder: Path, warc_file: str) -> Source:
    """The file of that name in the folder. A name that leads out of it is refused, whatever stored it."""
    root = folder.resolve()
    path = (root / warc_file).resolve()
    if not path.is_relative_to(root) or not path.name.endswith((".warc", ".warc.gz")):
        raise WarcError(f"{warc_file!r} is no WARC file inside {folder}: nothing was read")
    if not path.is_file():
        raise WarcError(f"{warc_file} is not in {folder}")
    stat = path.stat()
    return Source(path.relative_to(root).as_posix(), path, 0, stat.st_size, (stat.st_size, stat.st_mtime_ns))
