"""The index of WARC files as sorted CDXJ lines: built, brought up to date, kept beside the files, searched."""

from __future__ import annotations

import json
import mmap
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from scraper.warc import records, revisits
from scraper.warc.files import Damage, Source, sources
from scraper.warc.keys import key, posted
from scraper.warc.reading import scan
from scraper.warc.records import Record

_MAKER = "vn-portal-archive"
_VERSION = 2  # rises when lines change their meaning: older tables are then built anew
SMALL = 8 * 2**20  # bytes of WARC that are read in well under a second: no index is left beside them
Buffer = bytes | mmap.mmap


@dataclass(frozen=True, slots=True)
class Line:
    """One capture. The names are the CDXJ custom; `refers_*` and `original_*` are only in lines of revisits."""

    url: str
    date: str  # WARC-Date, in full
    mime: str
    status: str
    digest: str
    offset: int
    length: int
    filename: str
    refers_url: str = ""
    refers_date: str = ""
    profile: str = ""
    original_filename: str = ""
    original_offset: int = -1

    @property
    def is_revisit(self) -> bool:
        return self.mime == "warc/revisit"

    def encode(self) -> bytes:
        at = records.parse_time(self.date).strftime("%Y%m%d%H%M%S")
        values = {name: str(value) for name, value in asdict(self).items() if value not in ("", -1)}
        return f"{key(self.url)} {at} {json.dumps(values, ensure_ascii=False)}\n".encode()


def decode(line: bytes) -> Line:
    """The capture that a line describes; numbers are text there, as the custom is."""
    values = {"mime": "", "status": "", **json.loads(line.split(b" ", 2)[2])}
    for name in ("offset", "length", "original_offset"):
        values[name] = int(values.get(name, -1))
    return Line(**values)


@dataclass(frozen=True, slots=True)
class Table:
    """All lines, sorted, and what was wrong with the files."""

    data: Buffer
    problems: tuple[str, ...]

    def lines(self, url: str) -> Iterator[Line]:
        """The captures of a URL, oldest first."""
        prefix = key(url).encode() + b" "
        at = self._first(prefix)
        while (end := self.data.find(b"\n", at)) >= 0 and self.data[at : at + len(prefix)] == prefix:
            yield decode(self.data[at:end])
            at = end + 1

    def __iter__(self) -> Iterator[Line]:
        at = 0
        while (end := self.data.find(b"\n", at)) >= 0:
            if not self.data[at:end].startswith(b"!"):
                yield decode(self.data[at:end])
            at = end + 1

    def _first(self, prefix: bytes) -> int:
        low, high = 0, len(self.data)  # both always at the beginning of a line
        while low < high:
            middle = self.data.rfind(b"\n", low, (low + high) // 2) + 1 or low
            end = self.data.find(b"\n", middle) + 1
            if self.data[middle : end - 1] < prefix:
                low = end
            else:
                high = middle
        return low


def table(path: Path) -> Table:
    """The table of a file, folder or WACZ: the one kept beside it when it is still true, else built and kept."""
    found = sources(path)
    beside = path / "replay.cdxj" if path.is_dir() else path.with_name(path.name + ".cdxj")
    old = _kept(beside)
    files = {source.name: list(source.stamp) for source in found}
    if old is not None and old.files == files:
        return Table(old.data, tuple(p for told in old.problems.values() for p in told))
    fresh = [source for source in found if old is None or old.files.get(source.name) != files[source.name]]
    built = _built(found, fresh, old)
    meta = {"made_by": _MAKER, "version": _VERSION, "files": files, "problems": built.problems}
    data = b"".join([b"!meta ", json.dumps(meta, ensure_ascii=False).encode(), b"\n", *built.lines])
    if sum(source.size for source in found) > SMALL:
        _keep(beside, data)
    return Table(data, tuple(p for told in built.problems.values() for p in told))


@dataclass(frozen=True, slots=True)
class _Kept:
    files: dict[str, list[int]]
    problems: dict[str, list[str]]
    data: mmap.mmap


@dataclass(frozen=True, slots=True)
class _Built:
    lines: list[bytes]
    problems: dict[str, list[str]]


def _kept(beside: Path) -> _Kept | None:
    """The table beside the files; None when there is none, it is of another version, or it is somebody else's."""
    try:
        with beside.open("rb") as file:
            meta = json.loads(file.readline().removeprefix(b"!meta "))
            if (meta["made_by"], meta["version"]) != (_MAKER, _VERSION):
                return None
            return _Kept(meta["files"], meta["problems"], mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _keep(beside: Path, data: bytes) -> None:
    # Whoever may not write beside the files does without: the table in memory answers as well.
    new = beside.with_name(f".{beside.name}.{os.getpid()}")
    try:
        if beside.exists() and _MAKER.encode() not in beside.read_bytes()[:200]:
            return
        new.write_bytes(data)
        new.replace(beside)
    except OSError:
        new.unlink(missing_ok=True)


def _built(found: list[Source], fresh: list[Source], old: _Kept | None) -> _Built:
    """Lines of the changed files read anew, of the others taken over; revisits resolved over all of them."""
    stale = {source.name for source in fresh}
    here = {source.name for source in found} - stale
    problems = {name: told for name, told in (old.problems if old else {}).items() if name in here}
    captures = [line for line in Table(old.data, ()) if line.filename in here] if old else []
    forms: dict[str, bytes] = {}
    answers: dict[tuple[str, int], str] = {}  # file and offset of a record -> its id
    for source in fresh:
        told: list[str] = []
        for record in scan(source, told, forms=forms):
            try:
                captures.append(_line(record))
            except Damage:
                continue  # no HTTP message: Heritrix keeps name lookups as responses, too
            answers[record.file, record.offset] = record.headers.get("WARC-Record-ID") or ""
        if told:
            problems[source.name] = told
    lines = (_addressed(line, forms.get(answers.get((line.filename, line.offset), ""))) for line in _resolved(captures))
    return _Built(sorted(line.encode() for line in lines), problems)


def _addressed(line: Line, form: bytes | None) -> Line:
    """The line under the address of its form, where the capture answers one."""
    return line if form is None else replace(line, url=posted(line.url, form))


def _line(record: Record) -> Line:
    get = record.headers.get
    head = records.message(record).head
    revisit = record.kind == "revisit"
    return Line(
        url=record.url,
        date=get("WARC-Date") or "",
        mime="warc/revisit" if revisit else (head.get("Content-Type") or "").partition(";")[0].strip().lower(),
        status=str(head.status_code or ""),
        digest=records.digest(record),
        offset=record.offset,
        length=record.length,
        filename=record.file,
        refers_url=revisits.reference(record).target if revisit else "",
        refers_date=(get("WARC-Refers-To-Date") or "") if revisit else "",
        profile=(get("WARC-Profile") or "").rpartition("/")[2] if revisit else "",
    )


def _resolved(captures: list[Line]) -> list[Line]:
    waiting = [line for line in captures if line.is_revisit]
    if not waiting:
        return captures
    originals: revisits.Originals[Line] = revisits.Originals()
    for line in captures:
        if not line.is_revisit:
            originals.add(line.url, records.parse_time(line.date), line.digest, line)
    return [replace(line, **_original(line, originals)) if line.is_revisit else line for line in captures]


def _original(line: Line, originals: revisits.Originals[Line]) -> dict[str, Any]:
    modified = line.profile == revisits.NOT_MODIFIED
    wanted = revisits.Reference(
        url=line.url,
        at=records.parse_time(line.date),
        target=line.refers_url,
        target_at=records.parse_time(line.refers_date) if line.refers_date else None,
        digest=None if modified else line.digest,
    )
    original = originals.find(wanted)
    if original is None:
        return {"original_filename": "", "original_offset": -1}
    return {"original_filename": original.filename, "original_offset": original.offset}
