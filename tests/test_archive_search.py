"""The stock sqlite-utils command finds Vietnamese text with and without accents; the index follows content only."""

from __future__ import annotations

import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
from made import PORTAL, article, index_of, page

from scraper.archive import Archive

# key → what only this article has
ARTICLES = {
    "1": {"title": "Đoàn kết trong đô thị", "lead": "Sáng nay.", "body": "Kế hoạch số 09-TT/QU của Quận ủy."},
    "2": {"title": "So kết phong trào", "lead": "Phòng chống Covid-19.", "body": "Các tuyến đường phố sạch."},
    "3": {"title": "Hoà bình", "lead": None, "body": "Chữ cũ: hoà."},
    "4": {"title": "Hòa bình", "lead": None, "body": "Chữ mới: hòa."},
    "5": {"title": unicodedata.normalize("NFD", "Đoàn kết quốc tế"), "lead": None, "body": "Tổ hợp."},
    "6": {"title": "Đường một chiều", "lead": "Cấm phố.", "body": "Doan trang, ket noi."},
    "7": {"title": "Tin khác", "lead": "Chỉ riêng sapo có chữ nghiêm túc.", "body": "Hòa bình ở cuối bài, một lần."},
}


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("search") / "archive.db"
    archive = Archive.open(found)
    for key, text in ARTICLES.items():
        url = f"https://hoankiem.example/{key}"
        archive.save(article(key=key, url=url, images=(), author=None, **text), page(0, url), PORTAL)
    archive.close()
    return found


def search(path: Path, *arguments: str) -> list[str]:
    """Ids in the order of their rank."""
    command = [sys.executable, "-m", "sqlite_utils", "search", str(path), "articles", *arguments, "-c", "id", "--csv"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()[1:]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        (["đoàn kết"], {"1", "5"}),
        (["doan ket"], {"1", "5", "6"}),
        (['"doan ket"'], {"1", "5"}),
        (['"đoàn kết"'], {"1", "5"}),
        ([unicodedata.normalize("NFD", "đoàn kết")], {"1", "5"}),
        (["ĐÔ THỊ"], {"1"}),
        (["do thi"], {"1"}),
        (["đường phố"], {"2", "6"}),
        (["duong pho"], {"2", "6"}),
        (["đoàn*"], {"1", "5"}),
        (['title:"so ket"'], {"2"}),
        (["Covid-19", "--quote"], {"2"}),
        (["09-TT/QU", "--quote"], {"1"}),
        (["nghiêm túc"], {"7"}),
        (["nghiem tuc"], {"7"}),
        (["hoà bình"], {"3", "4", "7"}),
        (["hòa bình"], {"3", "4", "7"}),
        (["hoa binh"], {"3", "4", "7"}),
        (["đoàn OR covid"], {"1", "2", "5"}),
        (["khong co"], set()),
    ],
)
def test_stock_search(path: Path, query: list[str], found: set[str]) -> None:
    assert set(search(path, *query)) == found


def test_the_stored_weights_put_title_before_body(path: Path) -> None:
    assert search(path, "hòa bình")[-1] == "7"


def test_an_unchanged_article_writes_nothing_to_the_index_and_does_not_let_the_file_grow(path: Path) -> None:
    before, size = index_of(path), path.stat().st_size
    for number in (1, 2, 3):
        archive = Archive.open(path)
        for key, text in ARTICLES.items():
            url = f"https://hoankiem.example/{key}"
            archive.save(article(key=key, url=url, images=(), author=None, **text), page(number, url), PORTAL)
        archive.close()
    assert (index_of(path), path.stat().st_size) == (before, size)


def test_the_index_follows_an_edit_and_passes_its_integrity_check(tmp_path: Path) -> None:
    archive = Archive.open(tmp_path / "archive.db")
    archive.save(article("Cầu Long Biên."), page(0), PORTAL)
    archive.save(article("Cầu Chương Dương."), page(1), PORTAL)
    archive.save(article("Phà Đen."), page(-1), PORTAL)
    archive.db.conn.execute("INSERT INTO articles_fts(articles_fts, rank) VALUES ('integrity-check', 1)")
    archive.close()
    assert search(tmp_path / "archive.db", "chuong duong") == ["1"]
    assert search(tmp_path / "archive.db", "long bien") == []
    assert search(tmp_path / "archive.db", "pha den") == []
