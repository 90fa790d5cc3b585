"""What every rule of the extraction stands on: lines of text, addresses of links, the index of a page."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime
from urllib.parse import urljoin

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from scraper.extract.document import Document, line
from scraper.extract.selector import compiled
from scraper.extract.shape import clean
from scraper.extract.titled import date_in
from scraper.items import Page
from scraper.portals import UNKNOWN

NOW = datetime(2026, 3, 9, tzinfo=UTC)
_HIDDEN = "\u200b\ufeff\xad"


def document(html: str, url: str = "https://mau.gov.vn/tin-tuc/bai.html") -> Document:
    return Document(Page(url, html.encode(), NOW, charset="utf-8"), UNKNOWN, general=True)


@given(st.text(alphabet=st.sampled_from("aếe\u0302\u0301đ \t\n\r\xa0\u2003\u3000\x1c" + _HIDDEN), max_size=30))
@example("\u200b a\xad  b\ufeff")
def test_a_line_is_nfc_with_single_spaces_and_without_hidden_marks(text: str) -> None:
    visible = "".join(" " if c.isspace() else c for c in text if c not in _HIDDEN)
    assert line(text) == unicodedata.normalize("NFC", " ".join(visible.split()))


_PARTS = st.text(alphabet=st.sampled_from("ab/.?=&#-_"), min_size=1, max_size=12)


@given(
    href=_PARTS, base=st.sampled_from(["https://mau.gov.vn/tin/bai.html", "https://mau.gov.vn", "http://a.vn/x/?p=/y"])
)
def test_a_link_leads_where_a_browser_goes(href: str, base: str) -> None:
    assume("//" not in href)  # urljoin() takes two slashes for one, browsers do not
    led = document("<p>", base).absolute(href)
    assert clean(led) == (None if href[0] == "#" else clean(urljoin(base, href)))


def test_links_that_lead_nowhere() -> None:
    page = document("<p>")
    assert [page.absolute(href) for href in (None, "", " ", "#top", "javascript:void(0)", "mailto:a@b.vn")] == [
        None
    ] * 6


@pytest.mark.parametrize("css", ["div.a", "p.a", ".a", "div.a.b", "div.a p", "DIV.a"])
def test_an_index_finds_what_a_walk_finds(css: str) -> None:
    page = document(
        '<div class="a b"><p class=a>x<div class=" b\ta"><p>y</div></div><DIV CLASS="A">z</DIV><p class="">w'
    )
    assert page.find(css) == compiled(css.lower()).within(page.root)


@pytest.mark.parametrize("name", ["itemprop", "itemProp"])
def test_microdata_is_found_however_its_attribute_is_spelled(name: str) -> None:
    page = document(f'<div {name}="articleBody">x</div>')
    assert [element.get("itemprop") for element in page.microdata] == ["articleBody"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Đăng ngày 12/3/2024", True), ("12-03-24", True), ("2024-03-12", True), ("5 tháng Giêng, năm 2024", True),
        ("Hôm nay 08:30", True), ("HÔM QUA", True), ("5 giờ trước", True), ("xhôm nay", False),
        ("số 112/3/2024x", False), ("QĐ1/2/2024", False), ("12/3", False), ("hôm kia", False),
    ],
)  # fmt: skip
def test_a_date_line_of_an_entry(text: str, told: bool) -> None:
    assert (date_in(document(f"<p>{text}</p>").root, "Tiêu đề") is not None) is told
