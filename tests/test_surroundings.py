"""Articles whose layout calls their surroundings, or themselves, by misleading names."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from scraper import extract
from scraper.extract import lines
from scraper.extract.document import Document
from scraper.items import Article, Listing, Page, Reading
from scraper.portals import UNKNOWN

NOW = datetime(2026, 3, 9, tzinfo=UTC)
URL = "https://mau.gov.vn/tin-tuc/-/view_content/77-bai-viet.html"
TITLE = "Phường ra quân tổng vệ sinh môi trường chào mừng ngày lễ lớn của đất nước"
SENTENCE = "Các lực lượng đã thu gom gần hai tấn rác thải và chỉnh trang lại ba bồn hoa trên tuyến phố trung tâm."
TEXT = "".join(f"<p>Tổ {number}: {SENTENCE}</p>" for number in range(8))
NEWS = "".join(
    f'<h3><a href="/tin-tuc/-/view_content/{number}00-tin.html">Tin thứ {number} về hoạt động của địa phương</a></h3>'
    f"<span>0{number + 1}/03/2026</span>"
    for number in range(8)
)
IMPRINT = "Bản quyền thuộc về cổng thông tin điện tử của tỉnh, ghi rõ nguồn khi phát hành lại thông tin."
DATE = "Ngày đăng: 05/03/2026 15:34"


def read(body: str, *, title: str = TITLE, url: str = URL) -> Reading:
    html = f"<html><head><title>{title}</title></head><body>{body}</body></html>"
    return extract.read(Page(url, html.encode(), NOW, charset="utf-8"), UNKNOWN)


def shown(html: str, css: str = "") -> list[str]:
    document = Document(Page(URL, html.encode(), NOW, charset="utf-8"), UNKNOWN)
    skip = frozenset(document.find(css)) if css else frozenset()
    return [line.text for line in lines.read(document.root, skip, brief=True).lines]


@pytest.mark.parametrize(
    "body",
    [
        f'<div class="menu"><ul><li><a href="/">Trang chủ</a></li></ul><h1>{TITLE}</h1><div>{DATE}</div>{TEXT}</div>',
        f'<div class="sidebar"><h1>{TITLE}</h1><p>{DATE}</p><a name="top">{TEXT}</div><div><p>{IMPRINT}</p></div>',
        f'<article><h1>{TITLE}</h1>{TEXT}<footer class="entry-footer"><p>{DATE}</p></footer></article>',
        f"<header><nav><h1>{TITLE}</h1><p>{DATE}</p></nav></header>{TEXT}",
        f'<h1>{TITLE}</h1><p>{DATE} <a href="/print">{"&nbsp;" * 8}</a></p>{TEXT}',
    ],
    ids=["menu", "open link in a side column", "footer", "header", "no-break spaces"],
)
def test_an_article_in_misleading_boxes(body: str) -> None:
    told = read(body)
    assert isinstance(told, Article)
    assert (told.title, (told.body or "").count(SENTENCE[1:]), told.published_text) == (TITLE, 8, DATE)


def test_a_section_with_an_introduction_is_no_article() -> None:
    """Its address carries a number, its name is in the window's title, and the first entry's date stands below it."""
    name, url = "Tin tức sự kiện trong tỉnh", "https://mau.gov.vn/index.php?option=com_content&id=12&Itemid=123"
    intro = "Giới thiệu về chuyên mục của cổng thông tin. " * 13
    told = read(
        f'<h1>{name}</h1><div>{intro}</div>{NEWS}<a rel="next" href="?start=8">Tiếp</a>',
        title=f"{name} - Cổng",
        url=url,
    )
    assert isinstance(told, Listing)
    assert len(told.entries) == 8


def test_what_a_rule_drops_leaves_no_trace() -> None:
    assert shown('<p>Một</p><img class="icon" src="/a.png"><p>Hai</p>', "img.icon") == ["Một", "Hai"]
    assert shown('Trước <div class="x">bỏ</div> sau', "div.x") == ["Trước sau"]


def test_only_what_is_named_a_menu_is_one() -> None:
    assert shown('<div class="menu"><h1>Tin</h1><p>abc</p><p class="z">def</p><div class="nav">Menu</div></div>') == [
        "Tin", "abc", "def"
    ]  # fmt: skip
