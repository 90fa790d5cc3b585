"""The connection to the archive file: opened and checked, one writer at a time, left whole for readers."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote

from sqlite_utils import Database

from scraper.archive import check
from scraper.archive.checks import Checks
from scraper.archive.errors import ArchiveError, explain, mutilated, told

_MAGIC = b"SQLite format 3\0"
_WAIT = 30.0  # seconds to wait for another writer


class Store:
    """An open archive. Writing goes through `write()`, reading is possible at any time."""

    def __init__(self, db: Database, path: Path, checks: Checks, repairs: tuple[str, ...] = ()) -> None:
        self.db = db
        self.path = path
        self.checks = checks
        self.repairs = repairs  # what the schema check found broken and mended, one sentence each
        self._writing = False

    @classmethod
    def open(cls, path: Path, *, checks: Checks = Checks(), readonly: bool = False) -> Self:  # noqa: B008 frozen
        """Open or create the archive, migrate an older schema (backup beside it), repair a broken one.

        `readonly` changes nothing and creates nothing. Raises ArchiveError where the file cannot serve.
        """
        path = Path(path)
        _inspect(path, readonly=readonly)
        with told(path):
            archive = cls(_connect(path, readonly=readonly), path, checks)
        try:
            archive.repairs = tuple(archive._prepare(readonly=readonly))
        except BaseException:
            archive.db.conn.close()
            raise
        return archive

    @staticmethod
    def outdated(path: Path) -> bool:
        """Whether opening the file will migrate it to another schema: work that no crawl may run beside."""
        _inspect(path, readonly=False)
        if not path.exists() or not path.stat().st_size:
            return False
        with told(path):
            db = _connect(path, readonly=True)
            try:
                return check.is_outdated(db)
            finally:
                db.conn.close()

    def _prepare(self, *, readonly: bool) -> list[str]:
        with told(self.path):
            try:
                found = check.version(self.db)
                if readonly:
                    return []
                copy = check.back_up(self.db, self.path, found)
                self.db.conn.execute("PRAGMA journal_mode = WAL")
                with self.write():
                    repairs = check.migrate(self.db)
            except ArchiveError as error:
                if str(self.path) in str(error):
                    raise
                raise ArchiveError(f"the archive {self.path}: {error}") from error
        return ([f"copy of the former archive: {copy.name}"] if copy else []) + repairs

    @contextmanager
    def write(self) -> Iterator[None]:
        """One transaction: all of it is stored or nothing. Inside another `write()` it joins that one.

        BEGIN IMMEDIATE, because a plain BEGIN that reads before it writes fails at once when another process wrote
        meanwhile. Raises ArchiveError when the disk is full, the file is locked for 30 seconds, and the like.
        """
        if self._writing:
            yield
            return
        with told(self.path):
            self.db.conn.execute("BEGIN IMMEDIATE")
            self._writing = True
            try:
                yield
                self.db.conn.execute("COMMIT")
            except BaseException:
                if self.db.conn.in_transaction:
                    with suppress(sqlite3.Error):  # the first error is the one to tell
                        self.db.conn.execute("ROLLBACK")
                raise
            finally:
                self._writing = False

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """All rows of a statement; ArchiveError where the file cannot be read or written."""
        try:
            return self.db.conn.execute(sql, parameters).fetchall()
        except sqlite3.Error as error:
            sentence = explain(error) or mutilated(error)
            if sentence is None:
                raise
            raise ArchiveError(f"the archive {self.path}: {sentence} ({error})") from error

    def row(self, sql: str, parameters: Sequence[Any] = ()) -> tuple[Any, ...] | None:
        """The first row, None where there is none."""
        found = self.rows(sql, parameters)
        return found[0] if found else None

    def examine(self) -> tuple[str, ...]:
        """What SQLite finds wrong with the file and with its full-text index; seconds per 20,000 articles."""
        return check.examine(self.db)

    def close(self) -> None:
        """Fold the write-ahead log into the file and close, so that a copied file is whole.

        A reader's long read is not waited for. Empty -wal and -shm files are left beside the archive: without them
        a user who may not write to its folder cannot open it (https://www.sqlite.org/wal.html#read_only_databases).
        """
        writable = not self.rows("PRAGMA query_only")[0][0]
        if writable:
            with suppress(sqlite3.Error):
                self.db.conn.execute("PRAGMA busy_timeout = 500")
                self.db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self.db.conn.close()
        if writable:
            for suffix in ("-wal", "-shm"):
                with suppress(OSError):
                    self.path.with_name(self.path.name + suffix).touch()


def _is_readable(connection: sqlite3.Connection) -> bool:
    try:
        connection.execute("SELECT count(*) FROM sqlite_master")
    except sqlite3.OperationalError as error:
        if (error.sqlite_errorcode & 0xFF) in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN):
            return False
        raise
    return True


def _inspect(path: Path, *, readonly: bool) -> None:
    """Refuse what is no database before SQLite touches it."""
    try:
        if path.is_dir():
            raise ArchiveError(f"the archive {path}: it is a folder, not a file")
        if path.is_file() and path.stat().st_size:
            with path.open("rb") as file:
                magic = file.read(len(_MAGIC))
            if magic != _MAGIC:
                raise ArchiveError(f"the archive {path}: it is not an SQLite database; it was left as it is")
        elif readonly:
            raise ArchiveError(f"there is no archive at {path}: run a crawl first, or name another with ARCHIVE_PATH")
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ArchiveError(
            f"the archive {path}: it cannot be opened ({error.strerror}): check path and rights"
        ) from error


def _connect(path: Path, *, readonly: bool) -> Database:
    address = f"file:{quote(str(path.absolute()))}?mode={'ro' if readonly else 'rwc'}"
    connection = sqlite3.connect(address, uri=True, timeout=_WAIT, isolation_level=None)
    if readonly and not _is_readable(connection) and not path.with_name(f"{path.name}-wal").exists():
        # Its -wal and -shm are gone and may not be made here; without a log the file is whole and nobody writes to it.
        connection.close()
        connection = sqlite3.connect(f"{address}&immutable=1", uri=True, timeout=_WAIT, isolation_level=None)
    # In every connection: without it INSERT OR REPLACE corrupts the full-text index.
    db = Database(connection, recursive_triggers=True)
    connection.execute("PRAGMA synchronous = FULL")
    if readonly:
        connection.execute("PRAGMA query_only = ON")
    return db
