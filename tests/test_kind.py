"""Kinds of pages: articles need evidence, lists of news are listings, and a refusal is one under any status."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from scraper import extract
from scraper.items import Article, Other, Page
from scraper.portals import UNKNOWN

NOW = datetime(2022, 8, 27, tzinfo=UTC)
FILL = "<p>Đây là một đoạn văn đủ dài để làm thân bài của một bản tin ngắn trên cổng thông tin điện tử của phường.</p>"
TITLE = "Phường tổ chức ngày hội đọc sách"
MENU = '<ul class="menu"><li><a href="/tin-tuc">Tin tức</a></li><li><a href="/lien-he">Liên hệ</a></li></ul>'


def read(html: str | bytes, url: str = "https://example.gov.vn/x", status: int = 200) -> tuple[str, str | None]:
    body = html.encode() if isinstance(html, str) else html
    reading = extract.read(Page(url, body, NOW, status=status), UNKNOWN, general=True)
    if isinstance(reading, Other):
        return reading.kind, reading.cause
    return type(reading).__name__.lower(), None


def framed(content: str, title: str = "Cổng thông tin điện tử") -> str:
    return f"<html><head><title>{title}</title></head><body>{MENU}<div>{content}</div></body></html>"


@pytest.mark.parametrize(
    ("html", "cause"),
    [
        ("", "empty"),
        ("  \n ", "empty"),
        ("<html><head></head><body></body></html>", "empty"),
        (
            '<html><body><script>document.cookie="D1N=0a1b2c"+"; path=/";location.reload();</script></body></html>',
            "cookie-wall",
        ),
        (
            "<html><head><title>Request Rejected</title></head><body>The requested URL was rejected. "
            "Please consult with your administrator.<br><br>Your support ID is: 123</body></html>",
            "refused",
        ),
        ("<html><head><title>403 Forbidden</title></head><body><h1>403 Forbidden</h1>nginx</body></html>", "refused"),
        ("<html><body>Truy cập của bạn đã bị chặn</body></html>", "refused"),
        ("<html><body><h1>Website đang bảo trì</h1><p>Vui lòng quay lại sau.</p></body></html>", "maintenance"),
        ("<html><head><title>Website Maintenance</title></head><body>Be back soon</body></html>", "maintenance"),
        (
            "<html><head><title>Runtime Error</title></head><body>Server Error in '/' Application.</body></html>",
            "broken",
        ),
        ("<html><head><title>404 Not Found</title></head><body><h1>Not Found</h1></body></html>", "missing"),
        (framed("<h2>Không tìm thấy</h2><p>Tài nguyên không được tìm thấy.</p>"), "missing"),
        (framed("<p>Trang bạn yêu cầu <b>không tồn tại</b> hoặc đã bị xóa.</p>"), "missing"),
        (framed("<strong>Không tìm thấy</strong> đường dẫn này"), "missing"),
    ],
)
def test_errors_under_status_200(html: str, cause: str) -> None:
    assert read(html) == ("error", cause)


@pytest.mark.parametrize(
    ("status", "cause"), [(404, "missing"), (410, "missing"), (403, "refused"), (429, "refused"), (502, "broken")]
)
def test_errors_by_status(status: int, cause: str) -> None:
    assert read(framed("<p>…</p>"), status=status) == ("error", cause)


def test_a_firewall_that_answers_500_refuses() -> None:
    html = (
        "<html><head><title>Website Maintenance</title></head><body>Access denied. Your support ID is: 9</body></html>"
    )
    assert read(html, status=500) == ("error", "refused")


@pytest.mark.parametrize(
    ("url", "html"),
    [
        (
            "https://example.gov.vn/tin-tuc/ngay-hoi-doc-sach-1234.html",
            framed(f"<h1>{TITLE}</h1><div>21/07/2022 08:30</div>{FILL * 3}", f"{TITLE} - Cổng"),
        ),
        (
            "https://example.gov.vn/bai",
            '<html><head><script type="application/ld+json">{"@type":"NewsArticle","headline":"' + TITLE + '",'
            '"datePublished":"2022-07-21T08:30:00+07:00"}</script></head>'
            f"<body>{MENU}<h1>{TITLE}</h1>{FILL * 3}</body></html>",
        ),
    ],
)
def test_articles_show_title_text_and_date(url: str, html: str) -> None:
    assert read(html, url) == ("article", None)


@pytest.mark.parametrize(
    "html",
    [
        framed(f"<h1>Chức năng, nhiệm vụ của phường</h1>{FILL * 20}", "Chức năng, nhiệm vụ của phường"),
        framed("<h1>Liên hệ</h1><p>Địa chỉ: 1 phố Huế. Điện thoại: 024 3000 0000</p>", "Liên hệ"),
        framed("<h1>Tin tức</h1><p>Không tìm thấy kết quả nào.</p>", "Tin tức"),
        b"%PDF-1.4 \xff",
        b"\xff\xd8\xff\xe0JFIF",
        b'{"status": 200}',
    ],
)
def test_what_is_neither(html: str | bytes) -> None:
    assert read(html) == ("other", None)


@pytest.mark.parametrize("general", [False, True])
def test_kinds_of_real_pages(corpus: Path, general: bool) -> None:
    wrong = {}
    for line in (corpus / "pages.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        page = Page(row["url"], (corpus / row["file"]).read_bytes(), NOW)
        reading = extract.read(page, UNKNOWN, general=general)
        kind = reading.kind if isinstance(reading, Other) else type(reading).__name__.lower()
        # A home page lists news; page 28 answers an article's address with a list (its gold is a listing's).
        wanted = "listing" if row["kind"] == "home" or row["id"] == 28 else row["kind"]
        if kind != wanted:
            wrong[row["id"]] = (kind, wanted)
    assert wrong == {}


def test_the_mission_article_is_one(corpus: Path) -> None:
    kinds = []
    with (corpus / "hoankiem-2021.warc.gz").open("rb") as file:
        for record in ArchiveIterator(file):
            if record.rec_type == "response":
                url = record.rec_headers.get_header("WARC-Target-URI")
                reading = extract.read(Page(url, record.content_stream().read(), NOW), UNKNOWN)
                kinds.append("other" if isinstance(reading, Other) else type(reading).__name__.lower())
                assert not isinstance(reading, Article) or reading.key == "2745119"
    assert kinds == ["listing", "listing", "article"]
