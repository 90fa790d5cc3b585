"""What the archive says when SQLite cannot go on: one sentence that tells a person what to do."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_TOLD = {  # https://www.sqlite.org/rescode.html, primary result codes
    sqlite3.SQLITE_FULL: "the disk is full: free some space and run again; what was committed is safe",
    sqlite3.SQLITE_READONLY: "it may not be written: check the rights of file, -wal, -shm and folder",
    sqlite3.SQLITE_PERM: "access is denied: check the rights of the file and its folder",
    sqlite3.SQLITE_CANTOPEN: "it cannot be opened: check the path and the rights of the file and its folder",
    sqlite3.SQLITE_BUSY: "another program has held it locked for 30 seconds: wait for it to end and run again",
    sqlite3.SQLITE_LOCKED: "another program has held it locked for 30 seconds: wait for it to end and run again",
    sqlite3.SQLITE_CORRUPT: "it is damaged: keep the file, restore a backup, or try the sqlite3 shell's .recover",
    sqlite3.SQLITE_NOTADB: "it is not an SQLite database; it was left as it is",
    sqlite3.SQLITE_IOERR: "the disk reports an error: check it and the file system, then run again",
}


class ArchiveError(Exception):
    """The archive cannot be read or written; the message names the file and says what to do."""

    code = 6  # exit code of a command that ends with it


def explain(error: sqlite3.Error) -> str | None:
    """The sentence for an SQLite error, None where the error is a defect of ours (bad SQL, broken constraint)."""
    return _TOLD.get(getattr(error, "sqlite_errorcode", 0) & 0xFF)


def mutilated(error: sqlite3.Error) -> str | None:
    """The sentence for a reader who misses a table or column, which only a writer's schema check can put back."""
    if str(error).startswith(("no such table", "no such column")):
        return "its schema is not whole, another tool or version wrote it: the next crawl repairs it"
    return None


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Turn SQLite's errors about the file into ArchiveError."""
    try:
        yield
    except sqlite3.Error as error:
        sentence = explain(error)
        if sentence is None:
            raise
        raise ArchiveError(f"the archive {path}: {sentence} ({error})") from error
