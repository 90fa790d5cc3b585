"""A small portal on a real HTTP server on loopback: listings with a pager, articles, conditional answers, faults.

with Portal() as portal:
    portal.publish(1, "Khai mạc lễ hội đường phố", at)
    portal.write_toml(folder)               # portal file `thu.toml` for -s PORTALS_DIR=<folder>
    portal.gone[1] = "404"
    portal.faults["/robots.txt"] = Fault("status", status=503)
    portal.files["/documents/1/anh.jpg"] = "image/jpeg", b"..."
    portal.requests                         # what was asked, in order
"""

from __future__ import annotations

import hashlib
import socket
import struct
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

SITE = "Cổng thông tin điện tử quận Thử Nghiệm"
SECTION = "tin-tuc-su-kien"
BODY = (
    "Sáng nay, Ủy ban nhân dân quận tổ chức hội nghị triển khai nhiệm vụ trọng tâm của quý này trên địa bàn quận.",
    "Dự hội nghị có lãnh đạo các phòng, ban, ngành, đoàn thể cùng đại diện mười tám phường và đông đảo nhân dân.",
    "Hội nghị thống nhất chỉ tiêu của từng phường, phân công người chịu trách nhiệm và thời hạn hoàn thành.",
)


@dataclass(frozen=True, slots=True)
class Story:
    """An article as the portal has it now."""

    key: int
    title: str
    at: datetime  # printed and sorted by
    body: tuple[str, ...] = BODY
    lead: str = "Hội nghị diễn ra tại trụ sở Ủy ban nhân dân quận với sự tham gia của đông đảo cán bộ."
    author: str | None = "Bích Ngọc"
    caption: str | None = None  # of its picture
    picture: str | None = None  # another address of it
    attachment: str | None = None  # address of a document
    section: str = SECTION
    slug: str = "bai-viet"
    modified: datetime | None = None  # for Last-Modified
    plain: bool = False  # its address shows no number

    @property
    def path(self) -> str:
        if self.plain:
            return f"/{self.section}/{self.slug}"
        return f"/{self.section}/-/view_content/{self.key}-{self.slug}.html"


@dataclass(slots=True)
class Fault:
    """What goes wrong at a path: status | reset | half | hang | circle | page (one body under every URL)."""

    kind: str
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    body: str = ""
    times: int | None = None  # None: until it is taken away


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that came in, and the status it was answered with (0: none)."""

    method: str
    path: str
    headers: dict[str, str]
    status: int


@dataclass(slots=True)
class Answer:
    status: int
    body: str | bytes
    headers: dict[str, str] = field(default_factory=dict)


class Portal:
    """The portal's content; change it between two runs. `faults` and `requests` go by path with query; "*" is any."""

    def __init__(self, *, page_size: int = 20, sections: Sequence[str] = (SECTION,)) -> None:
        self.page_size = page_size
        self.sections = dict.fromkeys(sections, "Tin tức sự kiện")
        self.stories: dict[int, Story] = {}
        self.pinned: list[int] = []  # shown first, whatever their dates
        self.unlisted: set[int] = set()
        self.gone: dict[int, str] = {}  # key -> 404 | 410 | home | soft404 | empty
        self.redirects: dict[str, str] = {}
        self.files: dict[str, tuple[str, bytes]] = {}  # path -> media type and bytes
        self.faults: dict[str, Fault] = {}
        self.robots = "User-agent: *\nAllow: /\n"
        self.validators = True  # ETag and Last-Modified on articles
        self.total: int | None = None  # what the pager claims, when it is not true
        self.counter = 0  # a view counter on every page, when it is not 0
        self.date: datetime | None = None  # the server's own clock, when it is wrong
        self.requests: list[Asked] = []
        self.stopping = threading.Event()
        self.lock = threading.Condition()

    def __enter__(self) -> Self:
        portal = self

        class Handler(_Handler):
            site = portal

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self.stopping.set()
        self.server.shutdown()
        self.server.server_close()

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.server.server_port}"

    @property
    def url(self) -> str:
        return f"http://{self.host}"

    def publish(self, key: int, title: str, at: datetime, **facts: Any) -> Story:
        """Add an article, or put another in its place."""
        self.stories[key] = Story(key, title, at, **facts)
        return self.stories[key]

    def edit(self, key: int, **facts: Any) -> Story:
        """Change an article."""
        self.stories[key] = replace(self.stories[key], **facts)
        return self.stories[key]

    def address(self, key: int) -> str:
        return self.url + self.stories[key].path

    def write_toml(self, folder: Path, name: str = "thu", *, extra: str = "") -> Path:
        """The portal's file; `extra` is TOML that comes before its listings."""
        listings = "".join(f'[[listing]]\nurl = "{self.url}/{path}"\n' for path in self.sections)
        text = f'title = "{SITE}"\ndomains = ["{self.host}"]\nstart = ["{self.url}/"]\n{extra}\n{listings}'
        path = folder / f"{name}.toml"
        path.write_text(text, encoding="utf-8")
        return path

    def wait_for(self, count: int) -> None:
        """Return when so many requests have come in."""
        with self.lock:
            assert self.lock.wait_for(lambda: len(self.requests) >= count, timeout=60), len(self.requests)

    def paths(self, prefix: str = "") -> list[str]:
        """The paths that were asked for, robots.txt aside."""
        return [a.path for a in self.requests if a.path != "/robots.txt" and a.path.startswith(prefix)]

    # Answers

    def answer(self, path: str, headers: dict[str, str]) -> Answer:
        parts = urlsplit(path)
        if path in self.redirects:
            return Answer(301, "", {"Location": self.redirects[path]})
        if path in self.files:
            return Answer(200, self.files[path][1], {"Content-Type": self.files[path][0]})
        if parts.path == "/robots.txt":
            return Answer(200, self.robots, {"Content-Type": "text/plain"})
        if parts.path == "/":
            return Answer(200, self.page("Trang chủ", self.home()))
        if parts.path.strip("/") in self.sections:
            number = int((parse_qs(parts.query).get("_101_cur") or ["1"])[0])
            return Answer(200, self.page("Tin tức sự kiện", self.listing(parts.path.strip("/"), number)))
        return self.article(parts.path, headers)

    def article(self, path: str, headers: dict[str, str]) -> Answer:
        story = next((s for s in self.stories.values() if s.path == path), None)
        how = self.gone.get(story.key) if story else "404"
        if how in ("404", "410"):
            return Answer(int(how), self.page("Lỗi", "<h1>404</h1><p>Không tìm thấy trang.</p>"))
        if how == "home":
            return Answer(302, "", {"Location": "/"})
        if how == "soft404":
            return Answer(200, self.page("Thông báo", "<p>Nội dung bạn tìm không tồn tại hoặc đã bị xóa.</p>"))
        if how == "empty":
            return Answer(200, self.page("", _portlet("")))
        assert story is not None
        html = self.page(f"{story.title} - Tin tức sự kiện", self.content(story))
        return self.validated(story, html, headers) if self.validators else Answer(200, html)

    def validated(self, story: Story, html: str, headers: dict[str, str]) -> Answer:
        etag = f'"{hashlib.sha1(html.encode()).hexdigest()[:16]}"'
        changed = format_datetime((story.modified or story.at).astimezone(UTC), usegmt=True)
        own = {"ETag": etag, "Last-Modified": changed}
        asked = headers.get("if-none-match")
        same = asked == etag if asked else headers.get("if-modified-since") == changed
        return Answer(304, "", own) if same else Answer(200, html, own)

    # Pages

    def page(self, title: str, content: str) -> str:
        menu = "".join(f'<li><a href="/{path}">{name}</a></li>' for path, name in self.sections.items())
        counter = f'<p class="counter">Lượt truy cập: {self.counter}</p>' if self.counter else ""
        return f"""<!DOCTYPE html>
<html lang="vi-VN"><head><title>{escape(title)} - {SITE}</title>
<meta content="text/html; charset=UTF-8" http-equiv="content-type" /></head>
<body class="public-page site"><div id="wrapper"><header id="banner"><a class="logo" href="/">{SITE}</a>
<nav id="navigation"><ul role="menubar"><li><a href="/">Trang chủ</a></li>{menu}</ul></nav></header>
<div id="main"><div id="main-content" role="main"><div class="portlet-column" id="column-1">
{content}
</div></div></div><footer id="footer"><p>{SITE}</p>{counter}</footer></div></body></html>
"""

    def home(self) -> str:
        items = "".join(
            f'<div class="block_news"><a href="{s.path}">{escape(s.title)}</a></div>'
            for s in self.shown(next(iter(self.sections)))[:4]
        )
        return f'<div class="box_hot_news">{items}</div>'

    def shown(self, section: str) -> list[Story]:
        """The section's list: what is pinned, then newest first."""
        listed = [
            s for s in self.stories.values()
            if s.section == section and s.key not in self.unlisted and s.key not in self.gone
        ]  # fmt: skip
        listed.sort(key=lambda s: (s.at, s.key), reverse=True)
        pinned = [self.stories[key] for key in self.pinned if self.stories[key] in listed]
        return pinned + [s for s in listed if s not in pinned]

    def listing(self, section: str, number: int) -> str:
        stories = self.shown(section)
        first = (number - 1) * self.page_size
        items = "\n".join(
            f"""<div class="asset-abstract"><h3 class="asset-title"><a href="{s.path}">{escape(s.title)}</a></h3>
<div class="assetPublishDate block_timer"> {printed(s.at)} </div></div>"""
            for s in stories[first : first + self.page_size]
        )
        return _portlet(items + self.pager(section, number, len(stories)))

    def pager(self, section: str, number: int, count: int) -> str:
        last, total = -(-count // self.page_size), self.total or count
        url = f"/{section}?p_p_id=101&amp;_101_cur="
        after = f'<li><a href="{url}{number + 1}">next</a></li>' if number < last else ""
        first, end = (number - 1) * self.page_size + 1, min(number * self.page_size, count)
        return f"""<div class="taglib-page-iterator"><div class="lfr-pagination">
<small class="search-results">Hiển thị {first} - {end} of {total} kết quả.</small>
<ul class="pager lfr-pagination-buttons">{after}</ul></div></div>"""

    def content(self, story: Story) -> str:
        body = "".join(f"<p>{escape(part)}</p>\n" for part in story.body)
        if story.caption:
            picture = story.picture or f"/documents/{story.key}/anh.jpg"
            body += f'<p><img src="{picture}" width="600" /></p>\n<p><em>{story.caption}</em></p>\n'
        if story.attachment:
            body += f'<p><a href="{story.attachment}">Văn bản kèm theo</a></p>'
        if story.author:
            body += f'<p align="right" class="view-content-author"><strong>{escape(story.author)}</strong></p>\n'
        return _portlet(f"""<div class="asset-full-content-title">{escape(story.title)}</div>
<div class="assetPublishDate block_timer"> {printed(story.at)} </div>
<div class="asset-full-content"><p class="sapo"><strong>{escape(story.lead)}</strong></p>
<div class="journal-content-article">
{body}</div></div>""")


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    site: Portal

    def do_GET(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        with self.site.lock:
            fault = self.site.faults.get(self.path) or self.site.faults.get("*")
            if fault is not None and fault.times is not None:
                fault.times -= 1
                if fault.times <= 0:
                    self.site.faults = {k: f for k, f in self.site.faults.items() if f is not fault}
            answer = None if fault else self.site.answer(self.path, headers)
            status = answer.status if answer else fault.status if fault and fault.kind in ("status", "page") else 0
            self.site.requests.append(Asked(self.command, self.path, headers, status))
            self.site.lock.notify_all()
        if answer is not None:
            self.send(answer)
        elif fault is not None:
            self.fail(fault)

    do_POST = do_GET

    def fail(self, fault: Fault) -> None:
        if fault.kind in ("status", "page"):
            self.send(Answer(fault.status, fault.body, dict(fault.headers)))
        elif fault.kind == "circle":
            sign = "&" if "?" in self.path else "?"
            self.send(Answer(302, "", {"Location": self.path.partition(sign + "r=")[0] + sign + "r=1"}))
        elif fault.kind == "half":
            whole = encoded(self.site.answer(self.path, {}))
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(whole)))
            self.end_headers()
            self.wfile.write(whole[: len(whole) // 2])
            self.close_connection = True
        elif fault.kind == "reset":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
        elif fault.kind == "hang":
            self.site.stopping.wait()
            self.close_connection = True
        else:
            raise ValueError(fault.kind)

    def send(self, answer: Answer) -> None:
        body = encoded(answer)
        self.send_response_only(answer.status)
        self.send_header("Date", format_datetime(self.site.date or datetime.now(UTC), usegmt=True))
        for name, value in {"Content-Type": "text/html; charset=utf-8", **answer.headers}.items():
            self.send_header(name, value)
        if answer.status != 304:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if answer.status != 304 and self.command != "HEAD":
            self.wfile.write(body)

    def handle(self) -> None:
        try:
            super().handle()
        except (ConnectionError, ValueError):
            self.close_connection = True

    def log_message(self, *_: object) -> None:
        pass


def _portlet(content: str) -> str:
    return f"""<div class="portlet-boundary_101_ portlet-asset-publisher"><div class="portlet-body">
{content}
</div></div>"""


def encoded(answer: Answer) -> bytes:
    return answer.body.encode() if isinstance(answer.body, str) else answer.body


def printed(at: datetime) -> str:
    """A moment as the portal prints it."""
    return f"{at:%d/%m/%Y %H:%M}"
