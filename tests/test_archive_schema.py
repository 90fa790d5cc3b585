"""What other tools break is repaired and told; older files are migrated, newer and foreign ones refused."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from made import PORTAL, article, page

from scraper.archive import Archive, ArchiveError, schema, tables


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """An archive with one article, closed."""
    archive = Archive.open(tmp_path / "archive.db")
    archive.save(article("Đường Đinh Tiên Hoàng."), page(0), PORTAL)
    archive.close()
    return tmp_path / "archive.db"


def run(path: Path, *statements: str) -> None:
    connection = sqlite3.connect(path)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


def reopened(path: Path) -> tuple[tuple[str, ...], list[tuple[int]]]:
    """(repairs, ids found by an unaccented search for a word with đ); a second opening has nothing to repair."""
    archive = Archive.open(path)
    repairs = archive.repairs
    found = archive.rows("SELECT rowid FROM articles_fts WHERE articles_fts MATCH 'duong dinh' ORDER BY rowid")
    archive.db.conn.execute("INSERT INTO articles_fts(articles_fts, rank) VALUES ('integrity-check', 1)")
    archive.close()
    again = Archive.open(path)
    assert again.repairs == ()
    again.close()
    return repairs, found


def test_an_intact_archive_needs_no_repair(path: Path) -> None:
    assert reopened(path) == ((), [(1,)])


def test_stock_transform_is_repaired(path: Path) -> None:
    command = [sys.executable, "-m", "sqlite_utils", "transform", str(path), "articles", "--default", "lang", "vi"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    run(
        path,
        "INSERT INTO articles(portal, url, first_seen_at, last_seen_at, content_hash, title) "
        "VALUES ('p', 'u', '2026', '2026', 'h', 'Đường Đinh Lễ')",
    )
    repairs, found = reopened(path)
    assert found == [(1,), (2,)]
    assert set(repairs) >= {
        "column articles.fold was missing: added",
        "trigger articles_ai was missing: made anew",
        "trigger articles_ad was missing: made anew",
        "trigger articles_au was missing: made anew",
        "full-text index rebuilt",
    }


@pytest.mark.parametrize("trigger", sorted(schema.TRIGGERS))
def test_a_lost_trigger_is_made_anew_and_the_index_rebuilt(path: Path, trigger: str) -> None:
    run(path, f"DROP TRIGGER {trigger}", "UPDATE articles SET body = 'Phố Đường, họ Đinh'")
    assert reopened(path) == ((f"trigger {trigger} was missing: made anew", "full-text index rebuilt"), [(1,)])


def test_the_update_trigger_of_sqlite_utils_is_replaced_by_ours(path: Path) -> None:
    run(path, "DROP TRIGGER articles_au", "CREATE TRIGGER articles_au AFTER UPDATE ON articles BEGIN SELECT 1; END")
    assert reopened(path)[0] == ("trigger articles_au was altered: made anew", "full-text index rebuilt")


@pytest.mark.parametrize("index", sorted(tables.INDEXES))
def test_a_lost_index_is_made_anew(path: Path, index: str) -> None:
    run(path, f"DROP INDEX {index}")
    assert reopened(path) == ((f"index {index} was missing: made anew",), [(1,)])


@pytest.mark.parametrize("view", sorted(schema.VIEWS))
def test_a_lost_or_altered_view_is_made_anew(path: Path, view: str) -> None:
    run(path, f"DROP VIEW {view}")
    assert reopened(path) == ((f"view {view} was missing: made anew",), [(1,)])
    run(path, f"DROP VIEW {view}", f"CREATE VIEW {view} AS SELECT 1")
    assert reopened(path) == ((f"view {view} was altered: made anew",), [(1,)])


def test_a_lost_search_index_is_made_anew(path: Path) -> None:
    run(path, "DROP TABLE articles_fts")
    assert reopened(path) == (
        (
            "full-text index was missing or made otherwise: made anew",
            "weights of the full-text index were missing: stored",
            "full-text index rebuilt",
        ),
        [(1,)],
    )


def test_an_index_with_the_default_tokenizer_is_made_anew(path: Path) -> None:
    run(
        path,
        "DROP TABLE articles_fts",
        "CREATE VIRTUAL TABLE articles_fts USING fts5(title, lead, body, fold, content='articles')",
    )
    assert reopened(path)[1] == [(1,)]


def test_a_fold_column_that_became_an_ordinary_one_is_generated_again(path: Path) -> None:
    run(
        path,
        *(f"DROP TRIGGER {name}" for name in schema.TRIGGERS),
        "ALTER TABLE articles DROP COLUMN fold",
        "ALTER TABLE articles ADD COLUMN fold TEXT",
    )
    repairs, found = reopened(path)
    assert ("column articles.fold was an ordinary one: generated again" in repairs, found) == (True, [(1,)])


@pytest.mark.parametrize("table", ["related_links", "listed", "absences", "media", "fixity", "runs"])
def test_a_lost_table_is_made_anew(path: Path, table: str) -> None:
    run(path, f"DROP TABLE {table}")
    assert f"table {table} was missing: made anew" in reopened(path)[0]


def test_vacuum_into_is_a_whole_archive(path: Path, tmp_path: Path) -> None:
    run(path, f"VACUUM INTO '{tmp_path / 'backup.db'}'")
    assert reopened(tmp_path / "backup.db") == ((), [(1,)])


def test_a_newer_schema_is_refused(path: Path) -> None:
    run(path, "PRAGMA user_version = 99")
    before = path.read_bytes()
    with pytest.raises(ArchiveError, match="written by a newer version of this software") as caught:
        Archive.open(path)
    assert (caught.value.code, path.read_bytes()) == (6, before)


def test_an_older_schema_is_migrated_with_a_copy_beside_it(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    step = ("ALTER TABLE articles ADD COLUMN place TEXT", "UPDATE articles SET place = 'Hà Nội'")
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, step))
    archive = Archive.open(path)
    assert archive.repairs == ("copy of the former archive: archive.db.schema-1.bak", "schema migrated from 1")
    assert archive.rows("SELECT place FROM articles") == [("Hà Nội",)]
    archive.close()
    monkeypatch.undo()
    assert reopened(path.with_name("archive.db.schema-1.bak")) == ((), [(1,)])


def test_a_failed_migration_changes_nothing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    step = ("ALTER TABLE articles ADD COLUMN place TEXT", "UPDATE nowhere SET place = 'Hà Nội'")
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, step))
    with pytest.raises(sqlite3.OperationalError, match="nowhere"):
        Archive.open(path)
    monkeypatch.undo()
    assert reopened(path) == ((), [(1,)])


def test_a_repair_that_fails_leaves_the_file_as_it_was(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The full-text index is made inside our transaction, too."""
    run(path, "DROP TABLE articles_fts", "DROP VIEW captions")
    monkeypatch.setitem(schema.VIEWS, "captions", "CREATE VIEW captions AS nonsense")
    with pytest.raises(sqlite3.OperationalError, match="nonsense"):
        Archive.open(path)
    monkeypatch.undo()
    repairs, found = reopened(path)
    assert ("full-text index was missing or made otherwise: made anew" in repairs, found) == (True, [(1,)])


def test_a_foreign_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "notes.db"
    run(path, "CREATE TABLE articles(title)")
    before = path.read_bytes()
    with pytest.raises(ArchiveError, match="not an archive of portal news"):
        Archive.open(path)
    assert path.read_bytes() == before


def test_a_lost_identity_cannot_be_repaired(path: Path) -> None:
    run(path, "DROP TABLE urls", "CREATE TABLE urls(article_id, first_seen_at)")
    with pytest.raises(ArchiveError, match="table urls has lost the column url: restore a backup"):
        Archive.open(path)
