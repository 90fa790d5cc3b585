"""Pages out of WARC files, in file order or by offset, with revisits resolved."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from scraper.items import Page
from scraper.warc import records, revisits
from scraper.warc.files import Damage, Source, member, members, sources
from scraper.warc.records import Record


def read(path: Path, *, start_offset: int = 0, problems: list[str] | None = None) -> Iterator[Page]:
    """Every page of a file, folder or WACZ; what is cut short or fails its digest is told in `problems`, never given.

    A revisit comes where it stands, or at the end when its original comes later.
    """
    told = problems if problems is not None else []
    originals: revisits.Originals[tuple[Source, int]] = revisits.Originals()
    waiting: list[Record] = []
    for source in sources(path):
        for record in scan(source, told, start_offset):
            if record.kind == "response":
                originals.add(record.url, record.at, records.digest(record), (source, record.offset))
            elif originals.find(revisits.reference(record)) is None:
                waiting.append(record)
                continue
            yield from _page(record, originals, told)
    for record in waiting:
        yield from _page(record, originals, told)


def _page(record: Record, originals: revisits.Originals[tuple[Source, int]], problems: list[str]) -> Iterator[Page]:
    try:
        if record.kind == "revisit":
            place = originals.find(revisits.reference(record))
            if place is None:
                raise Damage("the response that this revisit refers to is not here")
            yield records.page(record, revisits.confirm(record, load(*place)))
        else:
            yield records.page(record)
    except Damage as damage:
        problems.append(f"{record.file} at {record.offset}: {damage}")


def scan(
    source: Source, problems: list[str], offset: int = 0, forms: dict[str, bytes] | None = None
) -> Iterator[Record]:
    """The whole, verified response and revisit records of web pages in one file.

    `forms` takes the bodies of POST requests, by the id of the record that answers each.
    """
    for piece in members(source, offset):
        try:
            record = records.parse(piece, source.name)
            if record.is_page:
                records.check(record)
                if record.kind == "revisit":
                    revisits.reference(record)
                records.parse_time(record.headers.get("WARC-Date") or "")
                yield record
            elif forms is not None and record.kind == "request" and record.block.startswith(b"POST "):
                forms[record.headers.get("WARC-Concurrent-To") or ""] = record.block.partition(b"\r\n\r\n")[2]
        except Damage as damage:
            problems.append(f"{source.name} at {piece.offset}: {damage}")


def load(source: Source, offset: int) -> Record:
    """The whole, verified record at an offset."""
    record = records.parse(member(source, offset), source.name)
    records.check(record)
    return record
