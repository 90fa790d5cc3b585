"""One run of a portal at a time: locks beside the archive that die with their process."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Busy(Exception):
    """Another process holds the lock."""


@contextmanager
def hold(archive: Path, portal: str) -> Iterator[None]:
    """Lock the portal in this archive; Busy at once when another run has it.

    A run also shares the lock of the whole archive, which `exclusive` takes alone. flock(2) locks belong to the
    open file and go with the process; the files are never unlinked, since a waiter could hold the old one.
    """
    with _flock(archive, "all", fcntl.LOCK_SH), _flock(archive, portal, fcntl.LOCK_EX):
        yield


@contextmanager
def exclusive(archive: Path) -> Iterator[None]:
    """Lock the whole archive, for work that no crawl may run beside; Busy when one does."""
    with _flock(archive, "all", fcntl.LOCK_EX):
        yield


@contextmanager
def _flock(archive: Path, name: str, mode: int) -> Iterator[None]:
    path = archive.with_name(f"{archive.name}.{name}.lock")
    with path.open("a") as file:
        try:
            fcntl.flock(file, mode | fcntl.LOCK_NB)
        except BlockingIOError as error:
            work = f"another run of {name}" if name != "all" else "other work"
            raise Busy(f"{work} is going on in {archive}; it was left alone") from error
        yield
