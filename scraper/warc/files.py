"""WARC files as they lie on disk, alone, in a folder or in a WACZ, cut into the pieces that hold one record each."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

BLOCK = 32 * 1024
LARGEST = 128 * 2**20  # a record beyond this is no page of a portal: it is passed by, not held in memory
_ENDINGS = (".warc", ".warc.gz")
_GZIP = b"\x1f\x8b\x08"
_WARC = b"WARC/"
CUT = "the record is cut short: the file ends in it"
_TOO_LARGE = f"the record is larger than {LARGEST // 2**20} MB and is passed by"


class WarcError(Exception):
    """Files that cannot be read or written at all; the message says which and what to do."""


class Damage(Exception):
    """A record that is not what it claims to be: cut short, failing its digest, or no WARC record."""


@dataclass(frozen=True, slots=True)
class Source:
    """One WARC file: `size` bytes of `path` from `start` on (a WACZ holds its WARC files uncompressed in a zip)."""

    name: str  # relative to what was opened, '/' between parts
    path: Path
    start: int
    size: int
    stamp: tuple[int, int]  # size and mtime_ns of `path`: a changed file is indexed anew


@dataclass(frozen=True, slots=True)
class Member:
    """The uncompressed bytes of one record, or what is wrong with it."""

    offset: int
    end: int | None  # where the next one begins; None: not known, because this one is damaged
    data: bytes = b""
    problem: str | None = None


def sources(path: Path) -> list[Source]:
    """The WARC files of a file, a folder or a WACZ, in order of name."""
    if path.is_dir():
        files = sorted(p for p in path.rglob("*") if p.name.endswith((*_ENDINGS, ".wacz")) and p.is_file())
        return [found for file in files for found in _of_file(file, file.relative_to(path).as_posix())]
    if not path.is_file():
        raise WarcError(f"{path} does not exist: name a .warc, .warc.gz or .wacz file or a folder of such files")
    return _of_file(path, path.name)


def _of_file(path: Path, name: str) -> list[Source]:
    stat = path.stat()
    stamp = (stat.st_size, stat.st_mtime_ns)
    if name.endswith(".wacz"):
        return _of_wacz(path, name, stamp)
    return [Source(name, path, 0, stat.st_size, stamp)]


def _of_wacz(path: Path, name: str, stamp: tuple[int, int]) -> list[Source]:
    try:
        with zipfile.ZipFile(path) as wacz:
            infos = [i for i in wacz.infolist() if i.filename.endswith(_ENDINGS)]
    except (zipfile.BadZipFile, OSError) as error:
        raise WarcError(f"{path} is no readable WACZ: {error}") from error
    for info in infos:
        if info.compress_type != zipfile.ZIP_STORED:
            raise WarcError(
                f"{path}: {info.filename} is compressed in the zip; the WACZ format stores WARC files as is"
            )
    infos.sort(key=lambda info: info.filename)
    return [Source(f"{name}/{i.filename}", path, _start(path, i), i.file_size, stamp) for i in infos]


def _start(path: Path, info: zipfile.ZipInfo) -> int:
    # The local header repeats the name and may have another extra field than the central directory (APPNOTE 4.3.7).
    with path.open("rb") as file:
        file.seek(info.header_offset + 26)
        lengths = file.read(4)
    return info.header_offset + 30 + int.from_bytes(lengths[:2], "little") + int.from_bytes(lengths[2:], "little")


class Window:
    """Bytes of a source by position; the end of the source is the end of the file."""

    def __init__(self, source: Source, file: BinaryIO) -> None:
        self._source, self._file = source, file

    def read(self, position: int, length: int) -> bytes:
        self._file.seek(self._source.start + position)
        return self._file.read(max(0, min(length, self._source.size - position)))

    def find(self, mark: bytes, position: int) -> int:
        """Where `mark` next stands, or -1."""
        while block := self.read(position, BLOCK * 8):
            at = block.find(mark)
            if at >= 0:
                return position + at
            if len(block) < len(mark):
                break
            position += max(1, len(block) - len(mark) + 1)
        return -1


def members(source: Source, offset: int = 0) -> Iterator[Member]:
    """Every record from `offset` on. After a damaged one, which is told, reading goes on with the next whole one."""
    with source.path.open("rb", buffering=0) as file:
        window = Window(source, file)
        head = window.read(0, len(_WARC))
        if not head.startswith((_GZIP, _WARC)):
            yield Member(0, None, problem="this is no WARC file" if source.size else "the file is empty")
            return
        cut = _gzip_member if head.startswith(_GZIP) else _plain_record
        at: int | None = offset
        while at is not None and window.read(at, 1):
            member = cut(window, at)
            yield member
            at = _next_whole(window, at, cut) if member.end is None else member.end


def member(source: Source, offset: int) -> Member:
    """The record that begins at `offset`."""
    if offset >= 0:
        for found in members(source, offset):
            return found
    raise Damage(f"{source.name} ends before offset {offset}")


def _gzip_member(window: Window, offset: int) -> Member:
    decoder = zlib.decompressobj(31)
    parts: list[bytes] = []
    size, position = 0, offset
    while not decoder.eof:
        block = window.read(position, BLOCK)
        if not block:
            return Member(offset, None, problem=CUT)
        try:
            out = decoder.decompress(block)
        except zlib.error:
            return Member(offset, None, problem="the record is damaged: its gzip data cannot be read")
        position += len(block)
        size += len(out)
        if size <= LARGEST:
            parts.append(out)
    end = position - len(decoder.unused_data)
    return Member(offset, end, b"".join(parts)) if size <= LARGEST else Member(offset, end, problem=_TOO_LARGE)


def _plain_record(window: Window, offset: int) -> Member:
    head = window.read(offset, BLOCK)
    ends = [at + len(mark) for mark in (b"\r\n\r\n", b"\n\n") if (at := head.find(mark)) >= 0]
    if not ends and len(head) < BLOCK:
        return Member(offset, None, problem=CUT)
    if not head.startswith(_WARC) or not ends:
        return Member(offset, None, problem="the record is damaged: no whole WARC header stands here")
    header = head[: min(ends)]
    lengths = [line[15:].strip() for line in header.splitlines() if line[:15].lower() == b"content-length:"]
    if len(lengths) != 1 or not lengths[0].isdigit():
        return Member(offset, None, problem="the record is damaged: it has no Content-Length")
    length = len(header) + int(lengths[0])
    if not window.read(offset + length - 1, 1):
        return Member(offset, None, problem=CUT)
    closing = window.read(offset + length, 4)
    end = offset + length + len(closing) - len(closing.lstrip(b"\r\n"))
    if length > LARGEST:
        return Member(offset, end, problem=_TOO_LARGE)
    return Member(offset, end, window.read(offset, length))


def _next_whole(window: Window, offset: int, cut: Callable[[Window, int], Member]) -> int | None:
    """The next place after a damaged record where one can be read whole."""
    mark = _GZIP if cut is _gzip_member else b"\n" + _WARC
    skip = len(mark) - len(mark.lstrip())
    while (found := window.find(mark, offset + 1)) >= 0:
        offset = found
        if cut(window, found + skip).data.startswith(_WARC):
            return found + skip
    return None
