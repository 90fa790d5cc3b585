"""The sample that ships with the package: as made from its texts, and marked as a reconstruction."""

from __future__ import annotations

import gzip
import unicodedata
from pathlib import Path

import make_sample

from scraper import extract, portals, warc
from scraper.items import Article, Listing


def test_the_shipped_file_is_what_the_script_makes(tmp_path: Path) -> None:
    make_sample.make(tmp_path / "sample.warc.gz")
    problems: list[str] = []

    def content(path: Path) -> list[tuple[object, ...]]:
        return [(p.url, p.fetched_at, p.status, p.body) for p in warc.read(path, problems=problems)]

    assert content(make_sample.OUTPUT) == content(tmp_path / "sample.warc.gz")
    assert problems == []
    assert make_sample.OUTPUT.stat().st_size < 60_000


def test_every_page_says_that_it_is_a_reconstruction() -> None:
    pages = list(warc.read(make_sample.OUTPUT))
    assert len(pages) == 16
    for page in pages:
        text = page.body.decode("utf-8")
        assert make_sample.NOTE in text and text == unicodedata.normalize("NFC", text)
    first = gzip.decompress(make_sample.OUTPUT.read_bytes())[:1000].decode()
    assert "description: RECONSTRUCTION for demonstration" in first


def test_the_home_page_leads_to_every_notice() -> None:
    index = warc.Index.open(make_sample.OUTPUT)
    portal = portals.load("hoankiem")
    found: list[str] = []
    url: str | None = make_sample.listing_url(1)
    while url is not None:
        page = index.page(url)
        assert page is not None
        listing = extract.read(page, portal)
        assert isinstance(listing, Listing) and listing.total == 12
        found += [entry.url for entry in listing.entries]
        url = listing.next_page
    assert len(set(found)) == 12
    home = index.page(f"{make_sample.HOST}/")
    assert home is not None and make_sample.SECTION in home.body.decode()
    for url in found:
        page = index.page(url)
        assert page is not None
        article = extract.read(page, portal)
        assert isinstance(article, Article) and article.problems == ()
        assert make_sample.NOTE not in (article.body or "")


def test_a_notice_is_read_with_all_its_fields() -> None:
    index = warc.Index.open(make_sample.OUTPUT)
    (url,) = [url for url in index.urls() if "den-ngoc-son" in url]
    page = index.page(url)
    assert page is not None
    article = extract.read(page, portals.load("hoankiem"))
    assert isinstance(article, Article)
    assert article.title == "Đền Ngọc Sơn và cụm di tích Tháp Bút, Đài Nghiên"
    assert article.published_text == "06/01/2021 - 10:20 AM"
    assert article.author == "Ban Quản lý phố cổ"
    assert [image.caption for image in article.images] == ["Tháp Bút bên bờ hồ Hoàn Kiếm"]
    assert [link.title for link in article.attachments] == ["Nội quy tham quan di tích.docx"]
    assert [link.title for link in article.related_links] == [
        "Ba mươi sáu phố phường – nét xưa giữa lòng Hà Nội",
        "Nhà hát Lớn Hà Nội: hơn một thế kỷ ánh đèn sân khấu",
        "Chợ Đồng Xuân – phiên chợ của khu phố cổ",
    ]
