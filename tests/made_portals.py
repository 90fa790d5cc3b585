"""The portals that discovery is tested on, one a family: 60 articles in 4 sections, reachable from the home page."""

from __future__ import annotations

from sites import Answer, Made, Story, chunks, page, stories, table_of

NAMES = ("Tin tức - Sự kiện", "Văn hóa - Xã hội", "Kinh tế - Đô thị", "Hoạt động Đảng bộ")
PATHS = ("tin-tuc-su-kien", "van-hoa-xa-hoi", "kinh-te-do-thi", "hoat-dong-dang-bo")
TOKENS = {"PageSize": "DxZD1w2i+8E=", "LanguageId": "jM2HDDVEz40=", "Site": "t6dK76xLcwQ="}


def vccorp(place: str, *, rendered: bool = True, sitemap: bool = False) -> Made:
    """A ward on the VCCorp platform. `place` of the tokens: script, input, data; none: nothing can be posted."""
    told = stories()
    category = {f"q{n}+/Zx{path[:9]}=": n for n, path in enumerate(PATHS)}  # Catname -> section
    menu = menu_of([f"/{path}.htm" for path in PATHS], ["/gioi-thieu.htm", "/lien-he.htm", "/thu-tuc-hanh-chinh.htm"])

    def path_of(story: Story) -> str:
        return f"/{PATHS[story.section]}/{story.slug}-2809{story.at:%y%m%d%H%M%S}{story.number}.htm"

    def item(story: Story) -> str:
        return (
            f'<div class="news-item" data-id="{story.number}"><div class="news-info"><a href=" {path_of(story)}">'
            f'<h3 class="news-title">{story.title}</h3></a><span class="news-time">{story.at:%H:%M %d/%m/%Y}</span>'
            f'<p class="news-sapo">Tóm tắt của bản tin thứ {story.number}.</p></div></div>'
        )

    def listing(section: int) -> str:
        mine = [s for s in told if s.section == section][:5] if rendered else []
        catname = next(name for name, n in category.items() if n == section)
        return page(
            NAMES[section],
            f"<h1>{NAMES[section]}</h1>{_tokens(place, {'Catname': catname, **TOKENS})}"
            f'<div class="list-news" id="zone">{"".join(map(item, mine))}</div><a class="view-more">Xem thêm</a>',
            menu=menu,
        )

    def article(story: Story) -> str:
        return page(
            story.title,
            f'<h1 data-role="title">{story.title}</h1><div class="detail-time">{story.at:%H:%M, %d/%m/%Y}</div>'
            f'<h2 data-role="sapo">Bản tin thứ {story.number} của phường về việc làm chung.</h2>'
            f'<div data-role="content" class="detail-content afcbc-body clearfix">{story.body}</div>',
            menu=menu,
        )

    home = "".join(
        f'<a class="box-link-title" data-linktype="newsdetail" data-id="1" href=" {path_of(s)}">{s.title}</a>'
        for s in told[:4]
    )
    pages: dict[str, str | Answer] = {"/": page("Phường Thử Nghiệm", f'<div class="box-item">{home}</div>', menu=menu)}
    pages |= {f"/{path}.htm": listing(n) for n, path in enumerate(PATHS)}
    pages |= {path_of(s): article(s) for s in told} | static_pages(menu, ".htm")
    if sitemap:
        pages["/sitemap.xml"] = sitemap_of([path_of(s) for s in told])
    got = table_of(pages)

    def answers(method: str, path: str, form: dict[str, str]) -> Answer | None:
        if method != "POST" or path != "/api/NewsZone/NewsZone":
            return got(method, path, form)
        if any(form.get(name) != value for name, value in TOKENS.items()) or form.get("Catname") not in category:
            return Answer("")
        mine = [s for s in told if s.section == category[form["Catname"]]]
        first = int(form["PageIndex"]) * 5
        return Answer("".join(map(item, mine[first : first + 5])))

    listings = {f"/{path}.htm" for path in PATHS}
    return Made(answers, [path_of(s) for s in told], lambda path: path in listings)


def nukeviet() -> Made:
    """NukeViet 4 with four categories, paged by /page-N/."""
    told = stories()
    menu = menu_of([f"/vi/news/{path}/" for path in PATHS], ["/vi/about/", "/vi/contact/", "/vi/laws/", "/vi/users/"])
    menu += '<a href="/vi/news/rss/">RSS</a><form action="/vi/seek/"><input name="q"></form>'

    def path_of(story: Story) -> str:
        return f"/vi/news/{PATHS[story.section]}/{story.slug}-{story.number}.html"

    def item(story: Story) -> str:
        return (
            f'<div class="news_column panel panel-default"><div class="panel-body"><h3><a href="{path_of(story)}">'
            f'{story.title}</a></h3><ul class="list-inline"><li><em class="fa fa-clock-o"></em> '
            f"{story.at:%d/%m/%Y %H:%M}</li></ul>Tóm tắt của bản tin thứ {story.number}.</div></div>"
        )

    def article(story: Story) -> str:
        tools = f'<a rel="nofollow" href="/vi/news/print/{story.slug}-{story.number}.html">In ra</a>'
        return page(
            story.title,
            f'<div class="news_column" itemtype="http://schema.org/NewsArticle"><h1 class="title" itemprop="headline">'
            f'{story.title}</h1><span class="h5">Thứ hai - {story.at:%d/%m/%Y %H:%M}</span>{tools}'
            f'<div class="hometext" itemprop="description">Bản tin thứ {story.number} của phường.</div>'
            f'<div id="news-bodyhtml" class="bodytext">{story.body}</div></div>',
            menu=menu,
        )

    pages: dict[str, str | Answer] = {"/": page("Trang nhất", "".join(map(item, told[:6])), menu=menu)}
    for n, path in enumerate(PATHS):
        parts = list(chunks([s for s in told if s.section == n], 5))
        for at, part in enumerate(parts, 1):
            links = "".join(
                f'<li class="page-item{" active" if k == at else ""}"><a class="page-link" '
                f'href="/vi/news/{path}/{f"page-{k}/" if k > 1 else ""}">{k}</a></li>'
                for k in range(1, len(parts) + 1)
            )
            where = f"/vi/news/{path}/" + (f"page-{at}/" if at > 1 else "")
            body = "".join(map(item, part)) + f'<ul class="pagination">{links}</ul>'
            pages[where] = page(NAMES[n], body, menu=menu)
    listings = set(pages)
    pages |= {path_of(s): article(s) for s in told}
    pages |= {where: page("Giới thiệu", "<p>Phường có mười hai tổ dân phố.</p>", menu=menu) for where in _STATIC_VI}
    return Made(table_of(pages), [path_of(s) for s in told], listings.__contains__)


_STATIC_VI = ("/vi/about/", "/vi/contact/", "/vi/laws/", "/vi/users/")


def plain(count: int = 60) -> Made:
    """A portal of tables without classes: menus in cells, lists of links with dates in brackets, pages by number."""
    told = stories(count)
    cells = "".join(f'<td><a href="tin.asp?muc={n}">{name}</a></td>' for n, name in enumerate(NAMES, 1))
    menu = f'<table><tr>{cells}<td><a href="lienhe.asp">Liên hệ</a></td></tr></table>'

    def path_of(story: Story) -> str:
        return f"/xemtin.asp?id={story.number}"

    def article(story: Story) -> str:
        return page(
            story.title,
            f"<table><tr><td><b>{story.title}</b><br>Ngày {story.at:%d/%m/%Y}<br>{story.body}</td></tr></table>",
            menu=menu,
        )

    def rows(part: list[Story]) -> str:
        return "".join(
            f'<tr><td><a href="xemtin.asp?id={s.number}">{s.title}</a> ({s.at:%d/%m/%Y})</td></tr>' for s in part
        )

    pages: dict[str, str | Answer] = {"/": page("Trang chủ", f"<table>{rows(told[:5])}</table>", menu=menu)}
    for n, name in enumerate(NAMES, 1):
        parts = list(chunks([s for s in told if s.section == n - 1], 6))
        for at, part in enumerate(parts, 1):
            links = " ".join(
                f"<b>{k}</b>" if k == at else f'<a href="tin.asp?muc={n}&trang={k}">{k}</a>'
                for k in range(1, len(parts) + 1)
            )
            body = f"<table>{rows(part)}<tr><td>Trang: {links}</td></tr></table>"
            pages[f"/tin.asp?muc={n}" + (f"&trang={at}" if at > 1 else "")] = page(name, body, menu=menu)
    listings = set(pages)
    pages |= {path_of(s): article(s) for s in told}
    pages["/lienhe.asp"] = page("Liên hệ", "<p>Điện thoại: 024 0000 0000</p>", menu=menu)
    return Made(table_of(pages), [path_of(s) for s in told], listings.__contains__)


def menu_of(sections: list[str], others: list[str]) -> str:
    names = ("Giới thiệu", "Liên hệ", "Thủ tục hành chính", "Đăng nhập")
    links = [*zip(sections, NAMES, strict=True), *zip(others, names, strict=False)]
    return (
        "<nav><ul>"
        + "".join(f'<li><a href="{url}" title="{name}">{name}</a></li>' for url, name in links)
        + "</ul></nav>"
    )


def static_pages(menu: str, ending: str) -> dict[str, str | Answer]:
    about = "<p>Phường nằm ở trung tâm thành phố và có mười hai tổ dân phố.</p>"
    names = ("gioi-thieu", "lien-he", "thu-tuc-hanh-chinh", "so-do-cong")
    return {f"/{name}{ending}": page("Giới thiệu", about, menu=menu) for name in names}


def _tokens(place: str, tokens: dict[str, str]) -> str:
    if place == "script":
        pairs = ", ".join(f"{name}: '{value}'" for name, value in tokens.items())
        return f"<script>var zone = {{ PageIndex: 0, {pairs} }}; loadNews('/api/NewsZone/NewsZone', zone);</script>"
    if place == "input":
        return "".join(f'<input type="hidden" id="hd{name}" value="{value}">' for name, value in tokens.items())
    if place == "data":
        return "<div id='more' " + " ".join(f'data-{n.lower()}="{v}"' for n, v in tokens.items()) + "></div>"
    return ""


def sitemap_of(paths: list[str]) -> Answer:
    urls = "".join(f"<url><loc>@SITE{path}</loc></url>" for path in paths)
    return Answer(f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>')
