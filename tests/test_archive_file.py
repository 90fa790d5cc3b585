"""The file under stress: other writers, long reads, readers without rights, full disks, files that are none of ours."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from made import PORTAL, article, night, page

from scraper.archive import Archive, ArchiveError, runs, store

READ = """import os, sqlite3, sys
os.setuid(65534)
print(sqlite3.connect(sys.argv[1]).execute('SELECT count(*) FROM news').fetchone()[0])
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """An archive with one article, closed."""
    archive = Archive.open(tmp_path / "archive.db")
    archive.save(article(), page(0), PORTAL)
    archive.close()
    return tmp_path / "archive.db"


def test_a_failed_transaction_leaves_nothing(path: Path) -> None:
    archive = Archive.open(path)
    before = list(archive.db.conn.iterdump())
    with pytest.raises(ZeroDivisionError), archive.write():
        archive.save(article("Mới."), page(1), PORTAL)
        archive.save(article(key="18", url="https://hoankiem.example/18"), page(1), PORTAL)
        raise ZeroDivisionError
    assert list(archive.db.conn.iterdump()) == before
    archive.save(article("Mới."), page(1), PORTAL)
    archive.close()


def test_a_closed_archive_is_one_whole_file(path: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    copy.write_bytes(path.read_bytes())
    archive = Archive.open(copy, readonly=True)
    assert archive.rows("SELECT title FROM news") == [("Khai mạc lễ hội",)]
    archive.close()


def test_two_writers_take_turns(path: Path) -> None:
    first, second = Archive.open(path), Archive.open(path)
    with first.write():
        first.save(article("Một."), page(1), PORTAL)
    second.save(article("Hai."), page(2), PORTAL)
    first.save(article("Ba."), page(3), PORTAL)
    assert second.rows("SELECT count(*) FROM states") == [(4,)]
    first.close()
    second.close()


def test_a_writer_that_never_ends_is_told(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = Archive.open(path)
    monkeypatch.setattr(store, "_WAIT", 0.05)
    with first.write():
        with pytest.raises(ArchiveError, match="held it locked") as caught:
            Archive.open(path)
        assert caught.value.code == 6
    first.close()


def test_a_long_read_disturbs_no_run_and_no_run_disturbs_it(path: Path) -> None:
    reader = sqlite3.connect(path)
    rows = reader.execute("SELECT body FROM articles UNION ALL SELECT body FROM articles")
    assert rows.fetchone() == (article().body,)
    archive = Archive.open(path)
    archive.save(article("Mới."), page(1), PORTAL)
    archive.close()
    assert rows.fetchone() == (article().body,)
    assert sqlite3.connect(path).execute("SELECT body FROM articles").fetchone() == ("Mới.",)


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root can become a user without rights")
def test_a_user_without_rights_to_the_folder_reads_the_closed_archive() -> None:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        path = Path(folder) / "archive.db"
        archive = Archive.open(path)
        archive.save(article(), page(0), PORTAL)
        archive.close()
        done = subprocess.run([sys.executable, "-c", READ, str(path)], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("1\n", "")


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root can become a user without rights")
def test_our_own_readers_need_no_log_files() -> None:
    code = """import os, sys, pathlib
from scraper.archive import Archive
Archive.open(pathlib.Path(sys.argv[1]).with_name('other.db')).close()  # imports what that user may not read
os.setuid(65534)
archive = Archive.open(pathlib.Path(sys.argv[1]), readonly=True)
print(archive.rows('SELECT count(*) FROM news')[0][0])
archive.close()
"""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        path = Path(folder) / "archive.db"
        archive = Archive.open(path)
        archive.save(article(), page(0), PORTAL)
        archive.close()
        for suffix in ("-wal", "-shm"):
            path.with_name(path.name + suffix).unlink()
        done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("1\n", "")


def test_a_sound_archive_and_one_whose_index_lost_its_articles(path: Path) -> None:
    archive = Archive.open(path)
    assert archive.examine() == ()
    archive.db.conn.execute("DROP TRIGGER articles_au")
    archive.db.conn.execute("UPDATE articles SET body = 'Khác.'")
    assert [problem.partition(",")[0] for problem in archive.examine()] == [
        "the full-text index does not fit the articles"
    ]
    archive.close()


def test_read_only_opening_changes_nothing(path: Path) -> None:
    before = path.read_bytes()
    archive = Archive.open(path, readonly=True)
    assert [due.title for due in archive.due(PORTAL, night(5), 9)] == ["Khai mạc lễ hội"]
    with pytest.raises(ArchiveError, match="may not be written"):
        archive.save(article("Mới."), page(1), PORTAL)
    archive.close()
    assert path.read_bytes() == before


def test_read_only_opening_makes_no_file(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="there is no archive at"):
        Archive.open(tmp_path / "none.db", readonly=True)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [b"<html>not a database</html>" * 99, b"x"])
def test_a_file_that_is_no_database_is_never_overwritten(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "archive.db"
    path.write_bytes(content)
    with pytest.raises(ArchiveError, match=r"archive\.db: it is not an SQLite database; it was left as it is"):
        Archive.open(path)
    assert path.read_bytes() == content


def test_a_database_with_a_broken_body_is_told(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[100:4096] = b"\xff" * 3996
    path.write_bytes(data)
    with pytest.raises(ArchiveError, match="damaged"):
        Archive.open(path)


def test_an_empty_file_and_a_missing_folder_become_an_archive(tmp_path: Path) -> None:
    (tmp_path / "empty.db").touch()
    for path in (tmp_path / "empty.db", tmp_path / "new" / "archive.db"):
        archive = Archive.open(path)
        assert (archive.repairs, archive.rows("SELECT count(*) FROM news")) == ((), [(0,)])
        archive.close()


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="it is a folder"):
        Archive.open(tmp_path)


def test_a_full_disk_is_told_and_what_was_committed_is_safe(path: Path) -> None:
    archive = Archive.open(path)
    pages = archive.rows("PRAGMA page_count")[0][0]
    archive.db.conn.execute(f"PRAGMA max_page_count = {pages + 2}")
    with pytest.raises(ArchiveError, match="the disk is full") as caught:
        archive.save(article("Dài. " * 9000), page(1), PORTAL)
    assert caught.value.code == 6
    archive.db.conn.execute("PRAGMA max_page_count = 1000000")
    assert archive.rows("SELECT body FROM states") == [(article().body,)]
    assert archive.save(article("Dài. " * 9000), page(1), PORTAL).outcome == "revised"
    archive.close()


def test_runs_are_remembered(path: Path) -> None:
    archive = Archive.open(path)
    first = runs.start(archive, PORTAL, night(0))
    runs.finish(archive, first, night(0.1), "finished", 0, {"new": 3, "coverage": {"title": 1.0}}, ["chậm"])
    second = runs.start(archive, PORTAL, night(1))
    runs.start(archive, "sotttt", night(1))
    assert runs.recent(archive, PORTAL, 5) == [
        runs.Run(second, PORTAL, night(1), None, None, None, {}, ()),
        runs.Run(first, PORTAL, night(0), night(0.1), "finished", 0, {"new": 3, "coverage": {"title": 1.0}}, ("chậm",)),
    ]
    archive.close()


def test_a_reader_of_a_mutilated_archive_is_told(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    Archive.open(path).close()
    with sqlite3.connect(path) as other:
        other.execute("DROP TABLE listings")
    archive = Archive.open(path, readonly=True)
    with pytest.raises(ArchiveError, match=r"its schema is not whole.*the next crawl repairs it"):
        archive.sections("thu")
    archive.close()
