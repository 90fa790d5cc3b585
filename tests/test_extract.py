"""Tiers, checks and broken input of the extraction; whole pages are read in test_pages.py."""

from __future__ import annotations

import time
import unicodedata
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from scraper import extract, platforms
from scraper.extract import decode, names
from scraper.extract.document import Document
from scraper.extract.selector import compiled
from scraper.items import Article, Listing, Other, Page
from scraper.portals import UNKNOWN, Layout, Portal
from scraper.rules import Rules, RulesError

NOW = datetime(2024, 4, 4, tzinfo=UTC)
URL = "https://mau.gov.vn/tin-tuc/-/view_content/77-ra-quan.html"
TEXT = (
    "Các lực lượng đã thu gom gần hai tấn rác thải và chỉnh trang lại ba bồn hoa trên tuyến phố trung tâm của phường. "
)
LIFERAY = (
    '<html><head><title>{title} - Tin tức</title></head><body><div class="asset-full-content-title">{title}</div>'
    '<div class="assetPublishDate">{date}</div><div class="asset-content"><p class="sapo">{lead}</p>'
    '<div class="journal-content-article">{body}'
    '<p align="right" class="view-content-author"><strong>{login}</strong></p>'
    "</div></div></body></html>"
)
FIELDS = {
    "title": "Phường ra quân tổng vệ sinh môi trường",
    "date": "12/03/2024 | 02:05 PM",
    "lead": "",
    "body": f"<p>{TEXT * 2}</p><p>{TEXT}</p>",
    "login": "admin admin",
}


def article(html: str | bytes, *, general: bool = False, portal: Portal = UNKNOWN) -> Article:
    body = html.encode() if isinstance(html, str) else html
    return extract.article(Page(URL, body, NOW), portal, general=general)


def liferay(**changes: str) -> str:
    return LIFERAY.format(**FIELDS | changes)


def test_provenance_names_the_rule() -> None:
    told = article(liferay())
    assert told.provenance == {
        "title": "platform:liferay div.asset-full-content-title",
        "published_text": "platform:liferay div.assetPublishDate",
        "body": "platform:liferay div.journal-content-article",
    }
    assert (told.key, told.problems) == ("77", ())


def test_general_rules_know_no_platform() -> None:
    told = article(liferay(), general=True)
    assert told.key is None
    assert {source.partition(":")[0] for source in told.provenance.values()} == {"general"}


def test_portal_comes_before_platform_and_its_failure_falls_through() -> None:
    rules = Rules(article={"title": ("h5.none",), "published_text": ("p.sapo",), "lead": ("div.mau",)})
    portal = Portal("mau", "Cổng mẫu", ("mau.gov.vn",), (URL,), layouts=(Layout(None, None, rules),))
    told = article(
        liferay(lead="Không có ngày nào ở đây cả").replace(
            "</body>", '<div class="mau">Đoạn mở đầu của bài viết này</div>'
        ),
        portal=portal,
    )
    assert told.title == FIELDS["title"]
    assert told.published_text == FIELDS["date"]
    assert told.lead == "Đoạn mở đầu của bài viết này"
    assert told.provenance["lead"] == "portal:mau div.mau"


def test_capture_date_chooses_the_layout() -> None:
    old = Layout(date(2020, 1, 1), None, Rules(article={"title": ("p.old",)}))
    new = Layout(None, None, Rules(article={"title": ("p.new",)}))
    portal = Portal("mau", "Cổng mẫu", ("mau.gov.vn",), (URL,), layouts=(old, new))
    body = b'<p class="old">Nhan de theo bo cuc cu</p><p class="new">Nhan de theo bo cuc moi</p>'
    titles = [extract.article(Page(URL, body, datetime(year, 1, 1, tzinfo=UTC)), portal).title for year in (2019, 2024)]
    assert titles == ["Nhan de theo bo cuc cu", "Nhan de theo bo cuc moi"]


@pytest.mark.parametrize(
    "login", ["admin admin", "Pho Ban bien tap", "Ad Min", "To Thu Ky", "Super User", "Ban biên tập", ""]
)
def test_logins_are_no_authors(login: str) -> None:
    told = article(liferay(login=login))
    assert (told.author, login in (told.body or "") and bool(login)) == (None, False)


@pytest.mark.parametrize(
    ("signature", "name"),
    [
        ('<p align="right"><b>Thu Trang</b></p>', "Thu Trang"),
        ("<p><strong>Bài và ảnh: Thu Trang</strong></p>", "Thu Trang"),
        ("<p>Nguồn: Báo Hà Nội mới</p>", "Báo Hà Nội mới"),
        ("<p>Theo TTXVN</p>", "TTXVN"),
        ('<p style="text-align:right"><em>Phòng Văn hóa và Thông tin</em></p>', "Phòng Văn hóa và Thông tin"),
        ('<p align="right"><b>Mai Dung - Kim Chi</b></p><p align="right">(Nguồn HNP)</p>', "Mai Dung - Kim Chi"),
        ("<p><b>Tổ chức thực hiện:</b></p>", None),
        ("<p>Theo đó, các phòng ban phối hợp triển khai.</p>", None),
    ],
)
def test_signatures(signature: str, name: str | None) -> None:
    told = article(liferay(body=FIELDS["body"] + signature))
    assert told.author == name
    assert name is None or name not in (told.body or "")


@pytest.mark.parametrize(
    ("after", "caption", "credit"),
    [
        ("<p align=center><em>Quang cảnh lễ ra quân</em></p>", "Quang cảnh lễ ra quân", None),
        ("<p><i>Quang cảnh lễ ra quân. Ảnh: Thu Trang</i></p>", "Quang cảnh lễ ra quân. Ảnh: Thu Trang", "Thu Trang"),
        ("<p>Quang cảnh lễ ra quân (Ảnh: Thu Trang)</p>", "Quang cảnh lễ ra quân (Ảnh: Thu Trang)", "Thu Trang"),
        ("<p>Đ/c Bí thư phường phát biểu</p>", "Đ/c Bí thư phường phát biểu", None),
        (
            "<p align=center><em>Quang cảnh</em></p><p align=center><em>Ảnh: Thu Trang</em></p>",
            "Quang cảnh Ảnh: Thu Trang",
            "Thu Trang",
        ),
        (f"<p>{TEXT}</p>", None, None),
        ("<p><b>Nhiều hoạt động thiết thực</b></p>", None, None),
    ],
)
def test_captions(after: str, caption: str | None, credit: str | None) -> None:
    told = article(liferay(body=f"<p>{TEXT * 2}</p><p><img src=/anh/1.jpg></p>{after}<p>{TEXT * 2}</p>"))
    assert [(image.caption, image.credit) for image in told.images] == [(caption, credit)]
    assert caption is None or caption not in (told.body or "")


def test_entities_that_were_escaped_twice_or_broken() -> None:
    told = article(liferay(body=f"<p>ldquo;Xanh&amp;rdquo; &amp;ndash; s&amp;aacute;ng {TEXT}</p><p>{TEXT}</p>"))
    assert (told.body or "").startswith("“Xanh” – sáng")


def test_bold_first_paragraph_is_the_lead_and_stays_first() -> None:
    first = "Sáng nay, phường tổ chức lễ ra quân tổng vệ sinh môi trường tại khu vực hồ."
    told = article(liferay(body=f"<p><b>{first}</b></p>{FIELDS['body']}"))
    assert (told.lead, (told.body or "").split("\n\n")[0]) == (first, first)


def test_lists_and_tables_stay_readable() -> None:
    rows = "<table><tr><td>Tổ 1<td>12 người<tr><td>Tổ 2<td>9 người</table>"
    body = f"<p>{TEXT}</p><ul><li>một<li>hai</ul><ol><li>ba<li>bốn</ol>{rows}"
    told = article(liferay(body=body + f"<p>{TEXT}</p>"))
    assert (told.body or "").split("\n\n")[1:4] == ["- một\n- hai", "1. ba\n2. bốn", "Tổ 1 | 12 người\nTổ 2 | 9 người"]


ACCENTED = liferay(body=f"<p>{TEXT * 3}</p>")


@pytest.mark.parametrize(
    ("raw", "header"),
    [
        (ACCENTED.encode(), "iso-8859-1"),
        (b"\xef\xbb\xbf" + ACCENTED.encode(), None),
        (ACCENTED.encode("utf-16"), None),
        (ACCENTED.encode("utf-16-le"), None),
        (ACCENTED.replace("<head>", '<head><meta charset="windows-1252">').encode(), None),
        (ACCENTED.encode().replace(b"Ph", b"P\0h"), "utf-8"),
        (unicodedata.normalize("NFD", ACCENTED).encode(), "utf-8"),
    ],
)
def test_charsets(raw: bytes, header: str | None) -> None:
    told = extract.article(Page(URL, raw, NOW, charset=header), UNKNOWN)
    assert (told.title, told.body) == (FIELDS["title"], " ".join((TEXT * 3).split()))


def test_windows_1258_declared_as_utf8() -> None:
    raw = "<p>Tr\u00e2n tr\u1ecdng".replace("\u1ecd", "o\u0323").encode("cp1258")
    assert decode.utf8(raw, "utf-8") == ("<p>Trân tro\u0323ng".encode(), ("page: read as cp1258",))


def test_one_broken_byte_is_no_other_charset() -> None:
    text, problems = decode.utf8("Trân trọng thông báo".encode() + b"\xc3", "utf-8")
    assert (text.decode(), problems) == ("Trân trọng thông báo\ufffd", ("page: 1 broken UTF-8 sequences",))


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"   ", b"\0" * 100, b"<", b"<html>", b"\xff\xfe", b"%PDF-1.4", b"<!--", b"<div>" * 50_000 + b"x",
        b"<b><i>" * 20_000 + b"x", b"<table><tr><td>" * 5_000, b"<p>" + b"a" * 3_000_000, b"<a href='x'>" * 30_000,
        b"<title>" + b"x" * 100_000, b"<script>" + b"<p>x</p>" * 10_000, b"&amp;" * 100_000,
        b"<img src='data:,'>" * 20_000,
        b"<div class='asset-abstract'><h3 class='asset-title'><a href='/x'>x</a></h3><b>1</b>" * 15_000,
        b"<title>A &amp; <![CDATA[ b</title><h1>x</h1>",
        b"<a href='http://[x]/mot-hai-ba-123.html'>mot hai ba bon nam sau bay</a>" * 9,
        b'<script type="application/ld+json">' + b"[" * 100_000 + b"</script><p>x", bytes(range(256)) * 200,
    ],
    ids=lambda raw: f"{len(raw)}-{raw[:12]!r}",
)  # fmt: skip
def test_broken_pages_are_read_quickly(raw: bytes) -> None:
    for general in (False, True):
        began = time.process_time()
        assert isinstance(extract.read(Page(URL, raw, NOW), UNKNOWN, general=general), Article | Listing | Other)
        assert isinstance(article(raw, general=general), Article)
        assert time.process_time() - began < 10  # a hang, not slowness: the benchmark measures


def test_unclosed_script_does_not_swallow_the_page() -> None:
    told = article(liferay().replace("<body>", "<body><textarea>"))
    assert (told.title, any("swallowed" in problem for problem in told.problems)) == (FIELDS["title"], True)


def test_depth_bomb_keeps_its_text() -> None:
    told = article(f"<h1>{FIELDS['title']}</h1>" + "<div>" * 20_000 + f"<p>{TEXT * 3}</p>", general=True)
    assert told.body == " ".join((TEXT * 3).split())
    assert told.problems[0] == "page: nested too deep, read without its wrappers"


@pytest.mark.parametrize(
    "css",
    ["div.a", "#b", "div.a > p", "div.a p.c", "p", "[itemprop=x]", "p[title^=t]", "div, p", "p:first-child", "h1 + p"],
)
def test_the_index_answers_as_the_whole_page_does(css: str) -> None:
    html = (
        '<h1>t</h1><p title="tt">1</p><div class="z a"><p class="c">2</p><div><p class="c" itemprop="x">3</p></div>'
        "</div>"
        '<div id="b"></div>'
    )
    document = Document(Page(URL, html.encode(), NOW), UNKNOWN)
    found = document.find(css)
    assert found
    assert set(found) == set(compiled(css).within(document.root))


def test_platform_files_are_sound() -> None:
    for platform in platforms.families():
        for css in (
            *platform.fingerprint,
            *(c for t in (platform.rules.article, platform.rules.listing) for v in t.values() for c in v),
        ):
            compiled(css)
    with pytest.raises(RulesError, match=r"no platform 'x'; known platforms: .*liferay"):
        platforms.load("x")


def test_platform_file_with_unknown_key(tmp_path: Path) -> None:
    file = tmp_path / "mau.toml"
    file.write_text('title = "M"\nfingerprint = ["a"]\n[article]\ntitel = ["h1"]\n')
    with pytest.raises(RulesError, match=r"mau\.toml: \[article\]: unknown key 'titel'"):
        platforms.read(file)


def test_names() -> None:
    own = frozenset({"cong thong tin phuong mau"})
    texts = [
        "Cổng thông tin phường Mẫu",
        "Tác giả: Thu Trang - 07:15 15/06/2026",
        "admin",
        "x@y.vn",
        "Sở Y tế",
        "các hoạt động khác nhau của phường",
    ]
    assert [names.check(text, own) for text in texts] == [None, "Thu Trang", None, None, "Sở Y tế", None]
