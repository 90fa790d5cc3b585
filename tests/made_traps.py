"""Portals that are hard to find one's way through: one full of traps, and ones whose home page shows nothing."""

from __future__ import annotations

from dataclasses import replace
from html import escape

from made_portals import NAMES, PATHS, menu_of, sitemap_of, static_pages
from sites import Answer, Made, Story, chunks, page, stories, table_of


def traps() -> Made:
    """A Liferay-like portal full of traps; every trap's address answers with a page that leads to more of them."""
    told = stories()
    bait = (
        "/vi", "/en", "/vi/en/vi", "/lich?month=4&year=2021", "/lich/2021/04", "/print/1059", "/tim-kiem?q=tin",
        "/tin-tuc-su-kien?p_p_id=59_INSTANCE_ab12&p_p_lifecycle=0", "/dang-nhap?redirect=%2Ftin-tuc-su-kien",
        "http://127.0.0.1:1/tin-tuc", "http://10.0.0.7/tin-tuc", "https://elsewhere.example/tin-tuc", "ftp://x.example/a",
        "mailto:a@example.vn", "javascript:void(0)", "file:///etc/passwd", "/tai-lieu/bao-cao.pdf",
        "/van-hoa-xa-hoi;jsessionid=0A1B2C3D", "/van-hoa-xa-hoi?redirect=%2F", "/tin-tuc-su-kien/vi/en", "http://[x",
    )  # fmt: skip
    lures = "".join(f'<li><a href="{escape(url)}">Tin tức {n}</a></li>' for n, url in enumerate(bait))
    menu = menu_of([f"/{path}" for path in PATHS], ["/gioi-thieu", "/so-do-cong"]) + f"<ul>{lures}</ul>"

    def path_of(story: Story) -> str:
        return f"/{PATHS[story.section]}/-/view_content/{story.number}-{story.slug}.html"

    def item(story: Story) -> str:
        return (
            f'<div class="asset-abstract"><h3 class="asset-title"><a href="{path_of(story)}?redirect=%2Fvi">'
            f'{story.title}</a></h3><div class="assetPublishDate">{story.at:%d/%m/%Y | %I:%M %p}</div></div>'
        )

    def article(story: Story) -> str:
        return page(
            story.title,
            f'<div class="asset-full-content-title">{story.title}</div><div class="assetPublishDate block_timer">'
            f'{story.at:%d/%m/%Y | %I:%M %p}</div><div class="journal-content-article">{story.body}</div>'
            f'<a href="/print/{story.number}">In bài</a>',
            menu=menu,
        )

    pages: dict[str, str | Answer] = {"/": page("Trang chủ", "".join(map(item, told[:4])), menu=menu)}
    listings = {"/"}
    for n, path in enumerate(PATHS):
        parts = list(chunks([s for s in told if s.section == n], 5))
        for at in range(1, 200):  # the pager never ends: beyond the last page it shows the last again
            body = "".join(map(item, parts[min(at, len(parts)) - 1]))
            after = f'<ul class="pager"><li><a href="/{path}?_101_cur={at + 1}">Tiếp theo</a></li></ul>'
            pages[f"/{path}" + (f"?_101_cur={at}" if at > 1 else "")] = page(NAMES[n], body + after, menu=menu)
        listings |= {f"/{path}"} | {f"/{path}?_101_cur={at}" for at in range(2, len(parts) + 1)}
    pages |= {path_of(s): article(s) for s in told} | static_pages(menu, "")
    known = table_of(pages)

    def answers(method: str, path: str, form: dict[str, str]) -> Answer | None:
        lure = any(word in path for word in ("/vi", "/en", "/lich", "/print", "/tim-kiem", "p_p_id=59", "jsession"))
        deeper = f'<li><a href="{path.rstrip("/")}/en/vi">Tin tức</a></li>'
        return known(method, path, form) or (Answer(page("Tin", deeper, menu=menu)) if lure else None)

    return Made(answers, [path_of(s) for s in told], listings.__contains__)


def hidden(where: str) -> Made:
    """A portal whose home page a script fills: its articles stand in a `sitemap` index (gzip) or in a `feed` only."""
    told = stories()

    def path_of(story: Story) -> str:
        return f"/bai-viet/{story.slug}-{story.number}.html"

    def article(story: Story) -> str:
        return page(
            f"{story.title} - Phường Thử Nghiệm",
            f'<article><h1>{story.title}</h1><p class="date">{story.at:%d/%m/%Y %H:%M}</p>{story.body}</article>',
        )

    pages: dict[str, str | Answer] = {
        "/": page("Phường Thử Nghiệm", '<div id="app"></div><script src="/a.js"></script>')
    }
    pages |= {path_of(s): article(s) for s in told}
    if where == "sitemap":
        pages["/robots.txt"] = Answer("User-agent: *\nSitemap: @SITE/ban-do.xml\n", kind="text/plain")
        parts = list(chunks(told, 25))
        named = "".join(f"<sitemap><loc>@SITE/ban-do-{n}.xml.gz</loc></sitemap>" for n in range(len(parts)))
        pages["/ban-do.xml"] = Answer(f"<sitemapindex>{named}</sitemapindex>", kind="text/xml")
        for n, part in enumerate(parts):
            listed = sitemap_of([path_of(s) for s in part])
            pages[f"/ban-do-{n}.xml.gz"] = replace(listed, kind="application/gzip", packed=True)
    else:
        items = "".join(f"<item><title>{s.title}</title><link>@SITE{path_of(s)}</link></item>" for s in told)
        pages["/rss.xml"] = Answer(f'<rss version="2.0"><channel>{items}</channel></rss>', kind="text/xml")
    shelves = {path for path in pages if "ban-do" in path or path == "/rss.xml"}
    return Made(table_of(pages), [path_of(s) for s in told], shelves.__contains__)
