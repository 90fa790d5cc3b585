"""Pictures and documents of articles: captured after them, each payload once, and only what may be fetched."""

from __future__ import annotations

from pathlib import Path

import pytest
from archives import JPEG, PDF, fill, kept, rows
from portal_server import Portal
from scrape import scrapy


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """A folder with the archive of a portal with pictures, and what the portal was asked."""
    folder = tmp_path_factory.mktemp("media")
    with Portal() as portal:
        fill(portal)
        portal.edit(2, picture="http://127.0.0.1:9/inside.jpg")  # a port of this machine that no TOML names
        portal.edit(3, picture="/documents/3/phim.mp4")
        portal.files["/documents/3/phim.mp4"] = "video/mp4", b"film" * 1000
        portal.edit(4, picture="/documents/4/lon.jpg")
        portal.files["/documents/4/lon.jpg"] = "image/jpeg", b"\xff" * 5000
        portal.edit(5, picture="/documents/5/mat.jpg")
        portal.redirects["/documents/6/anh.jpg"] = "http://10.0.0.1/anh.jpg"
        portal.write_toml(folder)
        done = scrapy("crawl", "thu", folder=folder, MEDIA_MAXSIZE=4000)
        assert done.code == 0, done.stderr
        return folder, portal.paths("/documents")


def test_media_of_articles(crawled: tuple[Path, list[str]]) -> None:
    archive = crawled[0] / "archive.db"
    shown = rows(
        archive,
        """SELECT articles.key, c.status, replace(c.url, rtrim(c.url, replace(c.url, '/', '')), '') FROM images
        JOIN articles ON articles.id = images.article_id LEFT JOIN captures c ON c.id = capture_id ORDER BY 1""",
    )
    assert shown == [
        ("1", 200, "anh.jpg"), ("2", None, None), ("3", None, None), ("4", None, None), ("5", None, None),
        ("6", None, None),
    ]  # fmt: skip
    assert rows(archive, "SELECT count(*), count(DISTINCT capture_id) FROM attachments") == [(3, 1)]
    failed = rows(archive, "SELECT replace(url, rtrim(url, replace(url, '/', '')), ''), outcome FROM media ORDER BY 1")
    assert failed == [
        ("anh.jpg", "out_of_bounds"), ("inside.jpg", "out_of_bounds"), ("lon.jpg", "too large"), ("mat.jpg", "404"),
        ("phim.mp4", "type not wanted"),
    ]  # fmt: skip


def test_media_are_asked_for_once_and_after_the_articles(crawled: tuple[Path, list[str]]) -> None:
    assert sorted(crawled[1]) == [
        "/documents/1/anh.jpg", "/documents/3/phim.mp4", "/documents/4/lon.jpg", "/documents/5/mat.jpg",
        "/documents/6/anh.jpg", "/documents/ke-hoach.pdf",
    ]  # fmt: skip


def test_the_bytes_are_kept(crawled: tuple[Path, list[str]]) -> None:
    folder = crawled[0]
    bodies = {
        c.url.rpartition("/")[2]: body for c, body in kept(folder / "archive.db", folder / "warc") if c.status == 200
    }
    assert (bodies["anh.jpg"], bodies["ke-hoach.pdf"]) == (JPEG, PDF)
    assert "phim.mp4" not in bodies and "lon.jpg" not in bodies


def test_the_same_payload_is_kept_once(tmp_path: Path) -> None:
    with Portal() as portal:
        fill(portal, 2)
        portal.write_toml(tmp_path)
        assert scrapy("crawl", "thu", folder=tmp_path).code == 0
    packed = b"".join(path.read_bytes() for path in (tmp_path / "warc").rglob("*.warc.gz"))
    assert rows(tmp_path / "archive.db", "SELECT count(DISTINCT capture_id) FROM images") == [(2,)]
    pictures = rows(tmp_path / "archive.db", "SELECT count(DISTINCT digest) FROM captures WHERE url LIKE '%.jpg'")
    assert pictures == [(1,)]
    assert len(packed) < 60_000


@pytest.mark.parametrize("setting", ["CAPTURE_MEDIA", "CAPTURE"])
def test_media_can_be_left_out(tmp_path: Path, setting: str) -> None:
    with Portal() as portal:
        fill(portal, 2)
        portal.write_toml(tmp_path)
        assert scrapy("crawl", "thu", folder=tmp_path, **{setting: 0}).code == 0
        assert portal.paths("/documents") == []
    assert rows(tmp_path / "archive.db", "SELECT count(*), count(capture_id) FROM images") == [(2, 0)]
