"""Writing captures: a new file for every run, one gzip member a record, nothing ever rewritten."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from scraper.warc.exchange import Earlier, Exchange, Packer, encode, warcinfo
from scraper.warc.files import WarcError

_FORMAT = {
    "format": "WARC File Format 1.1",
    "conformsTo": "https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
}


@dataclass(frozen=True, slots=True)
class Written:
    """Where a response went."""

    warc_file: str  # relative to the writer's folder, '/' between parts
    offset: int  # of the response or revisit record
    digest: str  # of the payload; of a 304 that of the capture it confirms


@dataclass(slots=True)
class _File:
    path: Path
    descriptor: int
    warcinfo_id: str
    size: int = 0
    synced: bool = False  # everything written is on the disk
    entered: bool = False  # so is the file's name in its folder


class Writer:
    """Appends exchanges to `<folder>/<portal>/<year>/<portal>-<UTC time>-<serial>.warc.gz`, opened at the first one.

    A record is one write to the operating system: after kill -9 the file is whole up to its last whole record.
    After `sync` it is on the disk.
    """

    def __init__(
        self,
        folder: Path,
        portal: str,
        info: Mapping[str, str],
        *,
        now: Callable[[], datetime],
        limit: int = 10**9,
    ) -> None:
        self._folder, self._portal = folder, portal
        self._info = {**info, **_FORMAT}
        self._now = now
        self._limit = limit
        self._file: _File | None = None
        self._serial = 0
        self._packer = Packer()

    def write(self, exchange: Exchange, earlier: Earlier | None = None) -> Written:
        """Keep a response, or a revisit when `earlier` has the same payload or the response is a 304."""
        try:
            if self._file is None or self._file.size >= self._limit:
                self.close()
                self._file = self._open()
            records, digest = encode(exchange, earlier, self._file.warcinfo_id)
            offset = self._append(self._file, b"".join(map(self._packer.pack, records)))
        except OSError as error:
            raise WarcError(f"cannot write to {self._folder}: {error.strerror or error}") from error
        return Written(self._file.path.relative_to(self._folder).as_posix(), offset, digest)

    def sync(self) -> None:
        """Return when everything written is on the disk."""
        file = self._file
        if file is None or file.synced:
            return
        try:
            os.fsync(file.descriptor)
            file.synced = True
            if not file.entered:
                _sync_folders(file.path.parent, self._folder)
                file.entered = True
        except OSError as error:
            raise WarcError(f"cannot make {file.path} durable: {error.strerror or error}") from error

    def close(self) -> None:
        """Sync and close; a later write opens a new file."""
        if self._file is not None:
            self.sync()
            os.close(self._file.descriptor)
            self._file = None

    def _open(self) -> _File:
        at = self._now().astimezone(UTC)
        folder = self._folder / self._portal / f"{at:%Y}"
        folder.mkdir(parents=True, exist_ok=True)
        while True:
            path = folder / f"{self._portal}-{at:%Y%m%dT%H%M%SZ}-{self._serial:05}.warc.gz"
            self._serial += 1
            try:
                descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644)
            except FileExistsError:  # another process began in the same second: its file is its own
                continue
            first = warcinfo(path.name, at, self._info.items())
            file = _File(path, descriptor, first.headers["WARC-Record-ID"])
            self._append(file, self._packer.pack(first))
            return file

    def _append(self, file: _File, data: bytes) -> int:
        offset, view = file.size, memoryview(data)
        try:
            while view:
                view = view[os.write(file.descriptor, view) :]
        except OSError:
            # A full disk cuts a record in two: take the half back, so that what follows can be read.
            os.ftruncate(file.descriptor, offset)
            os.lseek(file.descriptor, offset, os.SEEK_SET)
            raise
        file.size += len(data)
        file.synced = False
        return offset


def _sync_folders(folder: Path, top: Path) -> None:
    """Make new names durable in `folder` and above, up to the parent of `top`, which may be new itself."""
    for path in (folder, *folder.parents):
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        if path == top.parent:
            return
