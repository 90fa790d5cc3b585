"""Bring a database file to today's schema: create, migrate, and repair what someone's tool broke."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from sqlite_utils import Database

from scraper.archive import schema, tables
from scraper.archive.errors import ArchiveError


def version(db: Database) -> int:
    """The schema version in the file; ArchiveError when it is newer than this software or no archive of ours."""
    found = int(_value(db, "PRAGMA user_version"))
    if not _names(db, "table"):
        return found
    if _value(db, "PRAGMA application_id") != schema.APPLICATION and not {"portal", "content_hash"} <= _columns(
        db, "articles"
    ):
        raise ArchiveError("it is an SQLite database, but not an archive of portal news; it was left as it is")
    if found > len(schema.MIGRATIONS):
        raise ArchiveError(
            f"it was written by a newer version of this software (schema {found}, this one knows up to "
            f"{len(schema.MIGRATIONS)}): update the software; the file was left as it is"
        )
    return found


def is_outdated(db: Database) -> bool:
    """Whether the file is an archive of an older schema."""
    return bool(_names(db, "table")) and int(_value(db, "PRAGMA user_version")) < len(schema.MIGRATIONS)


def back_up(db: Database, path: Path, found: int) -> Path | None:
    """Copy an archive of an older schema beside itself before it is migrated; None when there is nothing to copy."""
    if found == len(schema.MIGRATIONS) or not _names(db, "table"):
        return None
    copy = path.with_name(f"{path.name}.schema-{found}.bak")
    number = 1
    while copy.exists():
        number += 1
        copy = path.with_name(f"{path.name}.schema-{found}.bak{number}")
    db.conn.execute("VACUUM INTO ?", (str(copy),))
    return copy


def migrate(db: Database) -> list[str]:
    """Inside a transaction: run the steps to today's version, then repair; returns what was repaired or migrated."""
    found = version(db)
    fresh = not _names(db, "table")
    for step in () if fresh else schema.MIGRATIONS[found:]:
        for statement in step:
            db.conn.execute(statement)
    told = [] if fresh or found == len(schema.MIGRATIONS) else [f"schema migrated from {found}"]
    repairs = _tables(db) + _search(db, fresh=fresh) + _objects(db, "index", tables.INDEXES)
    repairs += _objects(db, "view", schema.VIEWS)
    if found != len(schema.MIGRATIONS):
        db.conn.execute(f"PRAGMA user_version = {len(schema.MIGRATIONS)}")
    if _value(db, "PRAGMA application_id") != schema.APPLICATION:
        db.conn.execute(f"PRAGMA application_id = {schema.APPLICATION}")
    return [] if fresh else told + repairs


def examine(db: Database) -> tuple[str, ...]:
    """Sentences about damage, none for a sound file."""
    try:
        problems = [str(row[0]) for row in db.conn.execute("PRAGMA integrity_check") if row[0] != "ok"]
        db.conn.execute("SAVEPOINT examine")
        try:
            db.conn.execute("INSERT INTO articles_fts(articles_fts, rank) VALUES ('integrity-check', 1)")
        finally:
            db.conn.execute("RELEASE examine")
    except sqlite3.DatabaseError as error:
        if (error.sqlite_errorcode & 0xFF) != sqlite3.SQLITE_CORRUPT:
            raise
        return (f"the full-text index does not fit the articles, or the file is damaged ({error})",)
    return tuple(problems)


def _tables(db: Database) -> list[str]:
    repairs = []
    present = _names(db, "table")
    for table, (columns, _) in tables.TABLES.items():
        if table not in present:
            db.conn.execute(tables.table_sql(table))
            repairs.append(f"table {table} was missing: made anew")
            continue
        known = _columns(db, table)
        for column in columns:
            name = column.partition(" ")[0]
            if name == "PRIMARY" or name in known:
                continue
            if "PRIMARY KEY" in column:
                raise ArchiveError(f"its table {table} has lost the column {name}: restore a backup")
            plain = column if "DEFAULT" in column else column.replace(" NOT NULL", "")
            db.conn.execute(f"ALTER TABLE {table} ADD COLUMN {plain}")
            repairs.append(f"column {table}.{name} was missing: added")
    return repairs


def _search(db: Database, *, fresh: bool) -> list[str]:
    """The full-text index: the fold column, the table, its weights and triggers; rebuilt when any was wrong."""
    repairs = []
    if not _is_virtual(db, "fold"):
        for trigger in schema.TRIGGERS:
            db.conn.execute(f"DROP TRIGGER IF EXISTS {trigger}")
        db.conn.execute("ALTER TABLE articles DROP COLUMN fold")
        db.conn.execute(f"ALTER TABLE articles ADD COLUMN {tables.FOLD}")
        repairs.append("column articles.fold was an ordinary one: generated again")
    made = _sql(db, "table", "articles_fts")
    if made is None or not all(part in made for part in (", ".join(schema.SEARCHED), schema.TOKENIZE)):
        db.conn.execute("DROP TABLE IF EXISTS articles_fts")
        db.table("articles").enable_fts(schema.SEARCHED, tokenize=schema.TOKENIZE)
        repairs.append("full-text index was missing or made otherwise: made anew")
    rank = db.conn.execute("SELECT v FROM articles_fts_config WHERE k = 'rank'").fetchone()
    if rank is None or rank[0] != schema.RANK:
        db.conn.execute("INSERT INTO articles_fts(articles_fts, rank) VALUES ('rank', ?)", (schema.RANK,))
        repairs.append("weights of the full-text index were missing: stored")
    triggers = _objects(db, "trigger", schema.TRIGGERS)
    if (repairs or triggers or _lost_fold(db)) and not fresh:
        db.conn.execute("INSERT INTO articles_fts(articles_fts) VALUES ('rebuild')")
        repairs.append("full-text index rebuilt")
    return triggers + repairs


def _objects(db: Database, kind: str, wanted: dict[str, str]) -> list[str]:
    repairs = []
    for name, sql in wanted.items():
        found = _sql(db, kind, name)
        if found == _plain(sql):
            continue
        if found is not None:
            db.conn.execute(f"DROP {kind.upper()} {name}")
        db.conn.execute(sql)
        repairs.append(f"{kind} {name} was {'missing' if found is None else 'altered'}: made anew")
    return repairs


def _lost_fold(db: Database) -> bool:
    """Whether the index no longer fits the articles: fewer documents in one than rows in the other."""
    indexed, stored = db.conn.execute(
        "SELECT (SELECT count(*) FROM articles_fts_docsize), (SELECT count(*) FROM articles)"
    ).fetchone()
    return bool(indexed != stored)


def _is_virtual(db: Database, column: str) -> bool:
    rows = db.conn.execute("SELECT hidden FROM pragma_table_xinfo('articles') WHERE name = ?", (column,)).fetchall()
    return rows == [(2,)]


def _names(db: Database, kind: str) -> set[str]:
    return {row[0] for row in db.conn.execute("SELECT name FROM sqlite_master WHERE type = ?", (kind,))}


def _columns(db: Database, table: str) -> set[str]:
    return {row[0] for row in db.conn.execute("SELECT name FROM pragma_table_xinfo(?)", (table,))}


def _sql(db: Database, kind: str, name: str) -> str | None:
    row = db.conn.execute("SELECT sql FROM sqlite_master WHERE type = ? AND name = ?", (kind, name)).fetchone()
    return None if row is None else _plain(row[0])


def _plain(sql: str) -> str:
    """SQL without the quoting and spacing that tools add when they copy a table."""
    return " ".join(sql.translate({ord(mark): None for mark in '"[]`'}).split())


def _value(db: Database, sql: str) -> int:
    return int(db.conn.execute(sql).fetchone()[0])
