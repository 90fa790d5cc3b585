"""Discovery: sections of menus and boxes in a useful order, no traps, feeds and sitemaps read safely."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from scraper import discover, extract
from scraper.extract import feeds
from scraper.extract.links import Way, Ways
from scraper.items import Entry, Page
from scraper.portals import UNKNOWN

HOME = "https://phuong.example.gov.vn/"
NOW = datetime(2022, 8, 27, tzinfo=UTC)


def ways(html: str, url: str = HOME) -> Ways:
    return extract.ways(Page(url, html.encode(), NOW), UNKNOWN)


def sections(html: str) -> list[str]:
    return [way.url.removeprefix(HOME) for way in discover.sections(ways(html))]


def test_nested_menus_with_and_without_nav() -> None:
    html = (
        '<nav><ul><li><a href="/">Trang chủ</a></li><li><a href="/tin-tuc">Tin tức</a>'
        '<ul><li><a href="/tin-tuc/kinh-te">Kinh tế</a></li></ul></li>'
        '<li><a href="/lien-he">Liên hệ</a></li></ul></nav>'
        '<div class="left"><ul><li><a href="/thong-bao">Thông báo</a></li></ul></div>'
        '<table><tr><td><a href="/quy-hoach.asp">Quy hoạch</a></td></tr></table>'
        '<div><h2><a href="/van-hoa">Văn hóa</a></h2><a href="/the-thao">Xem thêm »</a></div>'
        '<a href="/tin-tuc/le-hoi-mua-xuan-ho-tay-nam-nay-1234.html">Lễ hội mùa xuân Hồ Tây năm nay khai mạc</a>'
    )
    found = discover.sections(ways(html))
    assert [(w.url.removeprefix(HOME), w.title, w.place, w.depth) for w in found] == [
        ("tin-tuc", "Tin tức", "menu", 0),
        ("tin-tuc/kinh-te", "Kinh tế", "menu", 1),
        ("thong-bao", "Thông báo", "menu", 0),
        ("van-hoa", "Văn hóa", "box", 0),
        ("the-thao", "", "text", 0),
        ("quy-hoach.asp", "Quy hoạch", "menu", 0),
    ]
    assert ways(html).articles == (f"{HOME}tin-tuc/le-hoi-mua-xuan-ho-tay-nam-nay-1234.html",)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("https://phuong.example.gov.vn/tin-tuc", None),
        ("https://www.phuong.example.gov.vn/tin-tuc", None),
        ("https://phuong.example.gov.vn/vi/tin-tuc", None),
        ("https://phuong.example.gov.vn/Pages/tin.aspx?CateID=12&date=&Page=", None),
        ("https://phuong.example.gov.vn/index.php?language=vi&nv=news&op=hoat-dong", None),
        ("mailto:a@example.gov.vn", "not http"),
        ("javascript:void(0)", "not http"),
        ("https://other.gov.vn/tin-tuc", "off-site"),
        ("https://example.gov.vn/tin-tuc", "off-site"),
        ("https://phuong.example.gov.vn", "the home page itself"),
        ("https://phuong.example.gov.vn/;jsessionid=AB12", "the home page itself"),
        ("https://phuong.example.gov.vn/tai-lieu/bao-cao.pdf", "a file"),
        ("https://phuong.example.gov.vn/vi/en/vi", "nested languages"),
        ("https://phuong.example.gov.vn/vi/tin-tuc/vi", "nested languages"),
        ("https://phuong.example.gov.vn/tin/tin/tin", "repeating path"),
        ("https://phuong.example.gov.vn/a/b/c/d/e/f/g", "too deep"),
        ("https://phuong.example.gov.vn/lich/2021/04", "calendar"),
        ("https://phuong.example.gov.vn/lich?month=4&year=2021", "search, calendar, print or order"),
        ("https://phuong.example.gov.vn/tin?p_p_id=59_INSTANCE_ab12&p_p_lifecycle=0", "poll"),
        ("https://phuong.example.gov.vn/tin?p_p_id=101&p_p_lifecycle=1", "an action or a pop-up"),
        ("https://phuong.example.gov.vn/tin?p_p_id=101&p_p_state=pop_up", "an action or a pop-up"),
        ("https://phuong.example.gov.vn/print/12", "search, print, login or another service"),
        ("https://phuong.example.gov.vn/tim-kiem?q=tin", "search, print, login or another service"),
        ("https://phuong.example.gov.vn/?s=tin", "search, calendar, print or order"),
        ("https://phuong.example.gov.vn/dang-nhap", "search, print, login or another service"),
        ("https://phuong.example.gov.vn/tin-tuc?page=2", "a further page"),
        ("https://phuong.example.gov.vn/tin-tuc/page-2/", "a further page"),
    ],
)
def test_traps(url: str, reason: str | None) -> None:
    assert discover.trap(url, HOME) == reason


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "10.0.0.7", "192.168.1.1", "169.254.169.254", "[::1]"])
def test_private_addresses_only_where_the_portal_names_them(host: str) -> None:
    url = f"http://{host}/tin-tuc"
    assert discover.is_private(url)
    assert discover.trap(url, HOME) == "off-site"
    assert discover.trap(url, HOME, (host,)) is None


def test_one_page_is_one_candidate() -> None:
    menu = (
        "/tin-tuc",
        "/tin-tuc/",
        "/vi/tin-tuc",
        "/tin-tuc?utm_source=x",
        "/tin-tuc#dau",
        "/tin-tuc;jsessionid=1F",
        "/tin-tuc.html",
    )
    assert sections("".join(f'<li><a href="{href}">Tin tức</a></li>' for href in menu)) == ["tin-tuc"]


def test_never_more_than_the_limit() -> None:
    html = "".join(f'<li><a href="/muc-{n}">Mục {n}</a></li>' for n in range(1000))
    assert len(sections(html)) == discover.SECTIONS


def test_feeds_of_the_page_or_the_usual_places() -> None:
    html = (
        '<link rel="alternate" type="application/rss+xml" href="/rss/tin.rss"><a href="/vi/news/rss/thong-bao/">RSS</a>'
    )
    assert discover.feeds(ways(html)) == (f"{HOME}rss/tin.rss", f"{HOME}vi/news/rss/thong-bao/")
    assert discover.feeds(ways("")) == tuple(HOME[:-1] + place for place in discover.FEEDS)


def test_sitemaps_of_robots_txt_come_first() -> None:
    robots = (
        "User-agent: *\nDisallow: /admin\nSitemap: https://phuong.example.gov.vn/sm/index.xml.gz\nsitemap:/tin.xml\n"
    )
    assert discover.sitemaps(robots + "Sitemap: https://elsewhere.com/s.xml\n", HOME) == (
        f"{HOME}sm/index.xml.gz",
        f"{HOME}tin.xml",
        f"{HOME}sitemap.xml",
        f"{HOME}sitemap_index.xml",
    )


URLSET = (
    '<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
    f"<url><loc> {HOME}tin/le-hoi-mua-xuan-1234.html </loc><lastmod>2022-07-21</lastmod></url>"
    f"<url><loc>{HOME}gioi-thieu</loc></url><url><loc>javascript:x</loc></url></urlset>"
).encode()
PAGES = (Entry(f"{HOME}tin/le-hoi-mua-xuan-1234.html", None, None, "2022-07-21"), Entry(f"{HOME}gioi-thieu"))


@pytest.mark.parametrize("body", [URLSET, gzip.compress(URLSET), b"\xef\xbb\xbf\n" + URLSET])
def test_sitemap(body: bytes) -> None:
    assert feeds.sitemap(body) == feeds.Sitemap(PAGES)
    assert discover.articles(PAGES, HOME) == PAGES[:1]


def test_sitemap_index_and_plain_list() -> None:
    named = f"<sitemap><loc>{HOME}a.xml</loc></sitemap>"
    index = f"<sitemapindex>{named}{named}</sitemapindex>"
    assert feeds.sitemap(index.encode()) == feeds.Sitemap((), (f"{HOME}a.xml",))
    assert feeds.sitemap(f"{HOME}a\n{HOME}b\n".encode()) == feeds.Sitemap((Entry(f"{HOME}a"), Entry(f"{HOME}b")))


def test_rss_and_atom() -> None:
    rss = (
        '<rss version="2.0"><channel><link>https://phuong.example.gov.vn/</link><item>'
        "<title><![CDATA[Lễ hội &quot;xuân&quot;]]></title>"
        f"<link>{HOME}tin/1</link><pubDate>Thu, 21 Jul 2022 21:41:15 GMT+7</pubDate></item></channel></rss>"
    )
    atom = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>Lễ hội</title>'
        f'<link rel="self" href="{HOME}x"/><link href="{HOME}tin/1"/>'
        "<updated>2022-07-21T08:00:00Z</updated></entry></feed>"
    )
    assert feeds.feed(rss.encode()) == (
        Entry(f"{HOME}tin/1", None, "Lễ hội &quot;xuân&quot;", "Thu, 21 Jul 2022 21:41:15 GMT+7"),
    )
    assert feeds.feed(atom.encode()) == (Entry(f"{HOME}tin/1", None, "Lễ hội", "2022-07-21T08:00:00Z"),)


def test_bombs_and_entities_do_no_harm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds, "LIMIT", 100_000)
    assert len(feeds.unpacked(gzip.compress(b"<" * 5_000_000))) == 100_000
    laughs = '<!DOCTYPE u [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;"><!ENTITY f SYSTEM "file:///etc/passwd">]>'
    body = f"{laughs}<urlset><url><loc>{HOME}&b;&f;</loc></url></urlset>".encode()
    assert feeds.sitemap(body) == feeds.Sitemap((Entry(f"{HOME}&b;&f;"),))


@pytest.mark.parametrize(
    "body", [b"", b"\x1f\x8b broken", b"<", b"<html><body>404</body></html>", b"{}", b"\xff\xfe\x00", b"<h:t:p: x/>"]
)
def test_what_is_no_sitemap_is_empty(body: bytes) -> None:
    assert feeds.sitemap(body) == feeds.Sitemap()
    assert feeds.feed(body) == ()


def home(file: Path) -> Ways:
    with file.open("rb") as stream:
        for record in ArchiveIterator(stream):
            url = record.rec_headers.get_header("WARC-Target-URI") or ""
            if record.rec_type == "response" and url.endswith(".vn/"):
                return extract.ways(Page(url, record.content_stream().read(), NOW), UNKNOWN)
    raise AssertionError("no home page")


def test_sections_of_a_real_home_page(corpus: Path) -> None:
    found = [way.url.rpartition("/")[2] for way in discover.sections(home(corpus / "sotttt-2022-news.warc.gz"))]
    assert found == [
        "tin-tuc-su-kien",
        "bao-chi-xuat-ban",
        "cong-nghe-thong-tin",
        "thong-tin-dt",
        "hoat-ong-ang-oan-the",
        "thong-tin-du-an",
        "buu-chinh-vien-thong",
        "thanh-tra",
        "ke-hoach-tai-chinh",
        "-au-thau-mua-sam-cong",
        "chien-luoc-quy-hoach",
        "ke-hoach",
    ]


def test_sections_of_the_mission_portal(corpus: Path) -> None:
    found = discover.sections(home(corpus / "hoankiem-2021.warc.gz"))
    assert found == (Way("https://hoankiem.hanoi.gov.vn/tin-tuc-su-kien", "Tin tức sự kiện", "menu", 0),)


@pytest.mark.parametrize(
    ("path", "home"),
    [
        ("", True), ("/", True), ("/vi", True), ("/vi/", True), ("/trang-chu", True), ("/trangchu.html", True),
        ("/web/guest/home", True), ("/Pages/default.aspx", True), ("/index.php", True), ("/vi/trang-chu", True),
        ("/vi/tin-tuc-su-kien", False), ("/tin-tuc", False), ("/vinh-danh", False), ("/index.php/tin-tuc", False),
    ],
)  # fmt: skip
def test_home_pages_by_their_address(path: str, home: bool) -> None:
    assert discover.is_home("https://phuong.example.gov.vn" + path) is home


def test_entries_get_their_numbers() -> None:
    urls = (f"{HOME}tin/-/view_content/123-le-hoi.html", f"{HOME}gioi-thieu")
    assert [entry.key for entry in discover.keyed(map(Entry, urls), UNKNOWN, "liferay")] == ["123", None]
    assert [entry.key for entry in discover.keyed(map(Entry, urls), UNKNOWN, None)] == [None, None]


def test_what_a_sitemap_names_besides_articles() -> None:
    urls = (f"{HOME}tin-tuc", f"{HOME}tin/le-hoi-mua-xuan-1234.html", "https://other.gov.vn/tin-tuc")
    assert [way.url for way in discover.pages(map(Entry, urls), HOME).sections] == [f"{HOME}tin-tuc"]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("tin-tuc", "vi/tin-tuc.html", True),
        ("tin-tuc", "tin-tuc?view=print", True),
        ("tin.asp?muc=1", "tin.asp?muc=1&sid=3&x=2", True),
        ("tin.asp?muc=1", "tin.asp?muc=2", False),
        ("tin-tuc", "thong-bao", False),
    ],
)
def test_one_page_under_two_addresses(one: str, other: str, same: bool) -> None:
    assert discover.same_page(HOME + one, HOME + other) is same
