"""Listings: the main list in order, the next page, and the forms of listings that page by POST."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from scraper import extract
from scraper.extract import posting
from scraper.extract.document import Document
from scraper.items import Listing, Page
from scraper.portals import UNKNOWN

NOW = datetime(2022, 8, 27, tzinfo=UTC)
TOKENS = {
    "PageSize": "DxZD1w2i+8E=",
    "Catname": "tcSrMdFF/kh9g8+0",
    "LanguageId": "jM2HDDVEz40=",
    "Site": "t6dK76xLcwQ=",
}
FORM = (("PageIndex", "0"), *TOKENS.items())


def page(html: str | bytes, url: str = "https://example.gov.vn/tin-tuc") -> Page:
    return Page(url, html.encode() if isinstance(html, str) else html, NOW)


def listing(html: str | bytes, url: str = "https://example.gov.vn/tin-tuc") -> Listing:
    return extract.listing(page(html, url), UNKNOWN, general=True)


def next_page(pager: str, url: str = "https://example.gov.vn/tin-tuc") -> str | None:
    items = (f'<li><a href="/tin/mot-tin-ngan-{i}00{i}">Một tin ngắn số {i}</a> 0{i}/07/2022</li>' for i in range(1, 6))
    news = "".join(items)
    return listing(f"<body><ul>{news}</ul>{pager}</body>", url).next_page


def test_entries_keep_order_title_and_date_as_listed() -> None:
    items = "".join(
        f'<div class="item"><a href=" /tin/ngay-hoi-doc-sach-{n}"><img src="/{n}.jpg"></a>'
        f'<h3><a href=" /tin/ngay-hoi-doc-sach-{n}">Ngày hội đọc sách lần thứ {n}</a></h3>'
        f"<span>{n % 28 + 1:02d}/07/2022</span><p>Người dân tham dự đông đủ.</p></div>"
        for n in (1009, 1008, 1007)
    )
    found = listing(f'<nav><a href="/gioi-thieu">Giới thiệu về phường của chúng ta</a></nav><div>{items}</div>')
    assert [(e.url, e.title, e.date_text) for e in found.entries] == [
        ("https://example.gov.vn/tin/ngay-hoi-doc-sach-1009", "Ngày hội đọc sách lần thứ 1009", "02/07/2022"),
        ("https://example.gov.vn/tin/ngay-hoi-doc-sach-1008", "Ngày hội đọc sách lần thứ 1008", "01/07/2022"),
        ("https://example.gov.vn/tin/ngay-hoi-doc-sach-1007", "Ngày hội đọc sách lần thứ 1007", "28/07/2022"),
    ]


@pytest.mark.parametrize(
    "pager",
    [
        '<a href="?page=2">Tiếp</a>',
        '<a href="?page=2">Trang sau »</a>',
        '<a href="?page=1">Trước</a> | <a href="?page=2">Sau</a>',
        '<div class="pager"><a href="?page=2">Xem tiếp</a></div>',
        '<div class="paging"><a href="?page=2">›</a><a href="?page=9">»</a></div>',
        '<p>Trang: 1 <a href="?page=2">2</a> <a href="?page=3">3</a></p>',
        '<ul><li class="active"><a href="#">1</a></li><li><a href="?page=2">2</a></li><li><a href="?page=9">»</a></ul>',
        '<div class="phan-trang"><strong>1</strong><a href="?page=2">[2]</a></div>',
        '<link rel="next" href="?page=2">',
        '<ul class="pagination"><li><a title="Trang sau" href="?page=2"><i></i></a></li></ul>',
        '<div class="pages"><a href="?page=2"><img src="n.gif" alt="Next"></a></div>',
    ],
)
def test_next_page(pager: str) -> None:
    assert next_page(pager) == "https://example.gov.vn/tin-tuc?page=2"


@pytest.mark.parametrize(
    "pager",
    [
        "",
        '<a href="?page=3">Trang trước</a> <a href="javascript:;">Tiếp</a>',
        '<ul class="pager"><li class="disabled"><a href="?page=5">next</a></li></ul>',
        '<div class="paging"><a href="?page=2">2</a><a href="?page=3">3</a><b>4</b></div>',
        '<div class="paging"><a href="?page=3">«</a> <a href="?page=1">Đầu</a></div>',
        '<div class="paging"><a href="?page=4">Sau</a></div>',
        '<a href="/tin/mot-tin-ngan-1001">Xem tiếp</a>',
        '<a href="/van-hoa/2">Tiếp</a>',
        '<a href="https://other.example.com/?page=5">Tiếp</a>',
    ],
)
def test_last_page_leads_nowhere(pager: str) -> None:
    assert next_page(pager, "https://example.gov.vn/tin-tuc?page=4") is None


def test_a_pager_of_scripts_is_a_problem() -> None:
    found = listing("<div class=\"paging\"><span>1</span><a href=\"javascript:__doPostBack('g','Page$2')\">2</a></div>")
    assert (found.next_page, found.problems) == (None, ("next_page: the pager works by script only",))


@pytest.mark.parametrize(
    ("text", "total"),
    [
        ("Hiển thị 1 - 20 of 26 kết quả.", 26),
        ("Hiển thị 2 kết quả.", 2),
        ("Hiển thị 7 - 12 trong số 1.234 kết quả", 1234),
        ("Tổng số bài viết: 97", 97),
        ("Không có kết quả", None),
    ],
)
def test_total(text: str, total: int | None) -> None:
    assert listing(f"<body><small>{text}</small></body>").total == total


@pytest.mark.parametrize(
    "markup",
    [
        "<script>var z = {{ PageIndex: 0, PageSize: '{PageSize}', Catname: \"{Catname}\", LanguageId: '{LanguageId}', "
        "Site: '{Site}' }}; $.post('/api/NewsZone/NewsZone', z)</script>",
        '<script>zone = {{"Catname":"{Catname}","Site":"{Site}","PageSize":"{PageSize}",'
        '"LanguageId":"{LanguageId}"}}</script>',
        '<script>var j = "{{\\"Catname\\":\\"{Catname}\\",\\"Site\\":\\"{Site}\\",\\"PageSize\\":\\"{PageSize}\\",'
        '\\"LanguageId\\":\\"{LanguageId}\\"}}"</script>',
        "<script>f.append('Catname', '{Catname}'); f.append('Site', '{Site}'); f.append('PageSize', '{PageSize}');"
        "f.append('LanguageId', '{LanguageId}')</script>",
        "<script>var catname = '{Catname}'; let site='{Site}'; pageSize = '{PageSize}';"
        "var languageId = '{LanguageId}'; post('/api/NewsZone/NewsZone')</script>",
        '<input type="hidden" id="hdCatname" value="{Catname}"><input type="hidden" name="Site" value="{Site}">'
        '<input type="hidden" id="hdPageSize" value="{PageSize}"><input id="hdLanguageId" value="{LanguageId}">',
        '<div data-catname="{Catname}" data-site="{Site}" data-page-size="{PageSize}" data-language-id="{LanguageId}">',
    ],
)
def test_form_wherever_its_tokens_stand(markup: str) -> None:
    document = Document(page(f"<body><p>Tin</p>{markup.format(**TOKENS)}</body>"), UNKNOWN, general=True)
    assert posting.first(document) == ("https://example.gov.vn/api/NewsZone/NewsZone", FORM, None)


def test_form_of_a_query_string() -> None:
    query = "PageSize=DxZD1w2i%2B8E%3D&Catname=tcSrMdFF%2Fkh9g8%2B0&LanguageId=jM2HDDVEz40%3D&Site=t6dK76xLcwQ%3D"
    document = Document(page(f"<script>load('/api/NewsZone/NewsZone?{query}')</script>"), UNKNOWN, general=True)
    assert posting.first(document)[1] == FORM


def test_lost_tokens_are_a_problem() -> None:
    document = Document(page("<script>$.post('/api/NewsZone/NewsZone')</script>"), UNKNOWN, general=True)
    assert posting.first(document) == (
        None,
        None,
        "next_page: the page holds no Catname, Site, PageSize, LanguageId to ask /api/NewsZone/NewsZone for more",
    )


def test_answers_carry_the_form_on_until_one_is_empty() -> None:
    url = "https://example.gov.vn/api/NewsZone/NewsZone"
    item = (
        '<div class="news-item" data-id="2809260721081510{0}"><div class="news-info">'
        '<a href="/x/mot-tin-{0}-2809260721081510{0}.htm"><h3 class="news-title">Một tin ngắn số {0}</h3></a>'
        '<span class="news-time">15:28 28/08/2026</span></div></div>'
    )
    first = extract.answer(page("".join(item.format(n) for n in (1, 2)), url), UNKNOWN, FORM)
    assert [entry.title for entry in first.entries] == ["Một tin ngắn số 1", "Một tin ngắn số 2"]
    assert (first.next_page, first.form) == (url, (("PageIndex", "1"), *TOKENS.items()))
    last = extract.answer(page(b"", url), UNKNOWN, FORM)
    assert (last.entries, last.next_page, last.form) == ((), None, None)


MADE = sorted((Path(__file__).parent / "pages" / "unknown").glob("made-listing-*.html"))


@pytest.mark.parametrize("path", MADE, ids=lambda path: path.stem)
def test_made_listings_without_any_rules(path: Path) -> None:
    """What test_pages reads with rules, read by the look of the page alone; posting is a rule of a platform."""
    golden = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    found = listing(path.read_bytes(), golden["url"])
    posted = "/api/" in (golden["next_page"] or "")
    assert [entry.url for entry in found.entries] == golden["article_urls"]
    assert found.next_page == (None if posted else golden["next_page"])


@pytest.mark.parametrize("body", [b"", b"\0", b"<a href=", b"<a href='http://[x'>Tin hay</a>", b"{}"])
def test_odd_bytes_are_an_empty_listing(body: bytes) -> None:
    assert listing(body).entries == ()


@pytest.mark.parametrize("general", [False, True])
def test_real_listings(corpus: Path, general: bool) -> None:
    """Every listing of the recorded portal: its list in order, and its next page."""
    with gzip.open(corpus / "gold" / "sotttt-2022-news.jsonl.gz", "rt", encoding="utf-8") as lines:
        gold = {g["url"]: g for g in map(json.loads, lines) if "article_urls" in g}
    seen, wrong = 0, []
    with (corpus / "sotttt-2022-news.warc.gz").open("rb") as file:
        for record in ArchiveIterator(file):
            url = record.rec_headers.get_header("WARC-Target-URI")
            if url in gold and record.rec_type == "response":
                seen += 1
                found = extract.listing(page(record.content_stream().read(), url), UNKNOWN, general=general)
                want = gold[url]
                if ([e.url for e in found.entries], found.next_page) != (want["article_urls"], want["next_page"]):
                    wrong.append(url)
    assert (seen, wrong) == (len(gold), [])


@pytest.mark.parametrize("general", [False, True])
def test_listings_of_other_sites(corpus: Path, general: bool) -> None:
    """Hand gold: mean F1 over the hosts, no right next page missed, nothing taken that is no article."""
    scores: dict[str, list[float]] = {}
    for line in (corpus / "pages.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        gold_file = corpus / "gold" / "listings" / f"{row['id']:03d}.json"
        if not gold_file.exists():
            continue
        gold = json.loads(gold_file.read_text(encoding="utf-8"))
        found = extract.listing(page((corpus / row["file"]).read_bytes(), row["url"]), UNKNOWN, general=general)
        got, want = {e.url for e in found.entries}, set(gold["article_urls"])
        accepted = gold["next_page"] if isinstance(gold["next_page"], list) else [gold["next_page"]]
        assert found.next_page in accepted, row["id"]
        assert not got & set(gold["not_articles"]), row["id"]
        counted = len(got - set(gold.get("may_include", ())) - want) + len(got & want) + len(want)
        if counted:
            scores.setdefault(row["host"], []).append(2 * len(got & want) / counted)
    means = [sum(values) / len(values) for values in scores.values()]
    assert sum(means) / len(means) >= 0.95
