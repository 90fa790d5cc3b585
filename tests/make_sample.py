"""Makes scraper/sample.warc.gz: a reconstruction, in the portal's layout, with our own texts (sample.toml).

PYTHONPATH=. python tests/make_sample.py [OUTPUT]
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html import escape
from pathlib import Path
from typing import Any

from scraper.warc import Exchange, Writer

HERE = Path(__file__).parent
OUTPUT = HERE.parent / "scraper" / "sample.warc.gz"
HOST = "https://hoankiem.hanoi.gov.vn"
SECTION = "/tin-tuc-su-kien"
SITE = "Cổng thông tin điện tử quận Hoàn Kiếm"
AT = datetime(2021, 1, 15, 2, 0, tzinfo=UTC)
PER_PAGE = 8
INFO = {
    "software": "vn-portal-archive, tests/make_sample.py",
    "description": "RECONSTRUCTION for demonstration: texts written by this project about well-known facts of Hoàn "
    "Kiếm, in the layout that the portal most likely had in 2021. No page of the portal itself is in this file.",
}
NOTE = (
    "Trang dựng lại để minh họa phần mềm lưu trữ, không phải trang thật của cổng thông tin. "
    "Reconstruction for demonstration; not a page of the real portal."
)
Notice = dict[str, Any]


def pages() -> Iterator[tuple[str, str]]:
    """URL and HTML of every page of the sample."""
    notices: list[Notice] = tomllib.loads((HERE / "sample.toml").read_text(encoding="utf-8"))["notice"]
    yield f"{HOST}/", page("Trang chủ", home(notices))
    yield f"{HOST}/gioi-thieu", page("Giới thiệu", ABOUT)
    for number in range(1, -(-len(notices) // PER_PAGE) + 1):
        yield listing_url(number), page("Tin tức sự kiện", listing(notices, number))
    for notice in notices:
        yield article_url(notice), page(f"{notice['title']} - Tin tức sự kiện", article(notice, notices))


def article_url(notice: Notice) -> str:
    return f"{HOST}{SECTION}/-/view_content/{notice['key']}-{notice['slug']}.html"


def listing_url(number: int) -> str:
    if number == 1:
        return HOST + SECTION
    return (
        f"{HOST}{SECTION}?p_p_id=101&p_p_lifecycle=0&p_p_state=normal&p_p_mode=view&p_p_col_id=column-1"
        f"&_101_delta={PER_PAGE}&p_r_p_564233524_resetCur=false&_101_cur={number}"
    )


def page(title: str, content: str) -> str:
    """The frame around every page: banner, menu, one portlet, footer with the note that this is a reconstruction."""
    menu = "".join(
        f'<li class="lfr-nav-item"><a href="{HOST}{path}">{name}</a></li>'
        for path, name in (("/", "Trang chủ"), ("/gioi-thieu", "Giới thiệu"), (SECTION, "Tin tức sự kiện"))
    )
    return f"""<!DOCTYPE html>
<html class="aui ltr" dir="ltr" lang="vi-VN">
<head>
<title>{escape(title)} - {SITE}</title>
<meta content="text/html; charset=UTF-8" http-equiv="content-type" />
</head>
<body class="yui3-skin-sam controls-visible guest-site signed-out public-page site">
<div id="wrapper">
<header id="banner"><div class="site-title"><a class="logo" href="{HOST}/">{SITE}</a></div>
<nav id="navigation"><ul role="menubar">{menu}</ul></nav></header>
<div id="main"><div id="main-content" role="main"><div class="portlet-column" id="column-1">
{content}
</div></div></div>
<footer id="footer"><p>{SITE}</p><p class="reconstruction-note">{NOTE}</p></footer>
</div>
</body>
</html>
"""


def portlet(content: str) -> str:
    return f"""<div class="portlet-boundary portlet-boundary_101_ portlet-asset-publisher" id="p_p_id_101_">
<section class="portlet" id="portlet_101"><div class="portlet-content"><div class="portlet-body">
{content}
</div></div></section></div>"""


ABOUT = f"""<div class="portlet-boundary portlet-journal-content"><div class="journal-content-article">
<p>Quận Hoàn Kiếm nằm ở trung tâm thành phố Hà Nội, lấy tên từ hồ Hoàn Kiếm.</p>
<p>Tin mới được đăng ở mục <a href="{HOST}{SECTION}">Tin tức sự kiện</a>.</p>
</div></div>"""


def home(notices: list[Notice]) -> str:
    items = "".join(
        f'<div class="block_news"><div class="title_news"><a href="{article_url(n)}">{escape(n["title"])}</a> '
        f'<span class="date_content_asset">({n["published_text"][:10]})</span></div>'
        f'<div class="news_lead">{escape(shortened(n["lead"]))}</div></div>\n'
        for n in notices[:4]
    )
    more = f'<div class="view_more"><a href="{HOST}{SECTION}">Xem tiếp…</a></div>'
    return f'<div class="box_hot_news">\n{items}{more}\n</div>'


def listing(notices: list[Notice], number: int) -> str:
    shown = notices[(number - 1) * PER_PAGE : number * PER_PAGE]
    items = "\n".join(
        f"""<div class="asset-bounddary"><div class="asset-abstract"><div class="asset-content normal-news">
<div class="asset-content-custom"><h3 class="asset-title"><a href="{article_url(n)}">{escape(n["title"])}</a></h3>
<div class="assetPublishDate block_timer"> {n["published_text"]} </div>
<div class="asset-summary">{escape(shortened(n["lead"]))}</div></div></div></div></div>"""
        for n in shown
    )
    return portlet(f"{items}\n{pager(number, len(notices))}")


def pager(number: int, total: int) -> str:
    last = -(-total // PER_PAGE)
    first_shown, last_shown = (number - 1) * PER_PAGE + 1, min(number * PER_PAGE, total)
    places = (("← Đầu tiên", 1), ("Trước", number - 1), ("next", number + 1), ("Cuối cùng →", last))
    buttons = "".join(
        f'<li><a href="{escape(listing_url(to))}">{name}</a></li>'
        if 1 <= to <= last and to != number
        else f'<li class="disabled"><a href="javascript:;">{name}</a></li>'
        for name, to in places
    )
    shown = f"Hiển thị {first_shown} - {last_shown} of {total} kết quả."
    return f"""<div class="taglib-page-iterator" id="_101_ocerSearchContainerPageIterator">
<div class="clearfix lfr-pagination"><small class="search-results">{shown}</small>
<ul class="pager lfr-pagination-buttons">{buttons}</ul></div></div>"""


def article(notice: Notice, notices: list[Notice]) -> str:
    place = notices.index(notice)
    others = [notices[(place + step) % len(notices)] for step in (1, 2, 3)]
    related = "".join(f'<li><a href="{article_url(n)}">{escape(n["title"])}</a></li>' for n in others)
    body = "\n".join(block(part, notice["key"]) for part in notice["body"])
    return portlet(f"""<div class="asset-full-content-title">{escape(notice["title"])}</div>
<div class="assetPublishDate block_timer"> {notice["published_text"]} </div>
<div class="asset-full-content show-asset-title"><div class="asset-content" id="_101_{notice["key"]}">
<div class="sapo-wrapper clearfix"><p class="sapo"><strong>{escape(notice["lead"])}</strong></p></div>
<div class="journal-content-article">
{body}
<p align="right" class="view-content-author"><strong><em>{escape(notice["author"])}</em></strong></p>
</div></div></div>
<div class="asset-control-detail"><span class="print-action"><a href="javascript:print()">In bài viết</a></span></div>
<div class="related_asset"><div class="related_asset_title">Các tin tức khác</div>
<ul class="related_asset_list">{related}</ul></div>""")


def block(part: str | dict[str, str], key: int) -> str:
    """A paragraph, a picture followed by its caption as a paragraph of its own, or an attached document."""
    if isinstance(part, str):
        return f'<p style="text-align: justify;">{escape(part, quote=False)}</p>'
    folder = f"/documents/51214/{key}"
    if "image" in part:
        return f"""<p style="text-align: center;"><img alt="" src="{folder}/{part["image"]}" width="600" /></p>
<p style="text-align: center;"><em>{escape(part["caption"], quote=False)}</em></p>"""
    return f'<p>Tài liệu đính kèm: <a href="{folder}/{part["file"]}">{escape(part["title"])}</a></p>'


def shortened(text: str) -> str:
    return text if len(text) <= 120 else text[:120].rsplit(" ", 1)[0] + "..."


def make(output: Path) -> None:
    """Write the file; made again, it holds the same pages under other record ids."""
    with tempfile.TemporaryDirectory() as folder:
        writer = Writer(Path(folder), "hoankiem", INFO, now=lambda: AT)
        for number, (url, html) in enumerate(pages()):
            written = writer.write(
                Exchange(
                    url=url,
                    status=200,
                    headers=[(b"Content-Type", b"text/html;charset=UTF-8")],
                    body=html.encode("utf-8"),
                    at=AT + timedelta(seconds=number),
                )
            )
        writer.close()
        shutil.copyfile(Path(folder) / written.warc_file, output)


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else OUTPUT)
