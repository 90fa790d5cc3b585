"""Portals of other families on loopback, made for tests: each one is a table of answers, and keeps what was asked.

with Site(vccorp("script")) as site:
    site.write_toml(folder)     # portal file `thu.toml` that knows nothing but the home page
    site.asked                  # ("GET", "/tin-tuc", 200), … in order
"""

from __future__ import annotations

import gzip
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import parse_qs

HTML = "text/html; charset=utf-8"
_WHO = ("Ủy ban nhân dân phường", "Hội Liên hiệp Phụ nữ", "Đoàn Thanh niên", "Công an phường", "Trạm Y tế phường")
_DOES = ("tổ chức ra quân", "phát động phong trào", "tổng kết đợt", "kiểm tra công tác", "hướng dẫn nhân dân")
_WHAT = ("làm sạch lòng đường", "trồng cây đầu xuân", "phòng cháy trong khu dân cư", "tiêm chủng cho trẻ nhỏ")
_TEXT = (
    "Sáng nay, hơn một trăm người dân cùng cán bộ các tổ dân phố đã có mặt từ sớm để tham gia công việc chung.",
    "Theo kế hoạch, các tổ sẽ làm lần lượt từng ngõ, ghi lại những chỗ còn vướng và báo về phường trước cuối tuần.",
    "Nhiều hộ gia đình cho biết sẽ tiếp tục giữ nếp làm này trong những tháng tới, kể cả khi đợt vận động đã kết thúc.",
)


@dataclass(frozen=True, slots=True)
class Story:
    """An article: its number counts up with time."""

    number: int
    title: str
    at: datetime
    section: int

    @property
    def slug(self) -> str:
        return f"tin-bai-ve-viec-lam-chung-cua-phuong-so-{self.number}"

    @property
    def body(self) -> str:
        return "\n".join(f"<p>{part}</p>" for part in (*_TEXT, f"Đây là bản tin thứ {self.number} của phường."))


def stories(count: int = 60, sections: int = 4) -> list[Story]:
    """Articles in their order, newest first, dealt out to the sections in turn."""
    newest = datetime(2026, 10, 20, 9, 30)
    made = []
    for n in range(count):
        title = f"{_WHO[n % 5]} {_DOES[n // 5 % 5]} {_WHAT[n // 25 % 4]} tại tổ dân phố số {n + 1}"
        made.append(Story(1000 + count - n, title, newest - timedelta(hours=7 * n), n % sections))
    return made


@dataclass(slots=True)
class Answer:
    """What the server sends; `headers` are added to Content-Type and Content-Length."""

    body: str | bytes = ""
    status: int = 200
    kind: str = HTML
    packed: bool = False  # the body is sent as a gzip file
    headers: dict[str, str] = field(default_factory=dict)


Answers = Callable[[str, str, dict[str, str]], Answer | None]  # method, path with query, form or request headers


@dataclass(slots=True)
class Made:
    """A portal as it was made: its answers, its articles' paths, and the paths of its listings."""

    answers: Answers
    articles: list[str]
    is_listing: Callable[[str], bool]
    title: str = "Cổng thông tin điện tử phường Thử Nghiệm"


class Site:
    """Serves a made portal on a port of its own, with TLS when a context is given."""

    def __init__(self, made: Made, tls: ssl.SSLContext | None = None, name: str = "127.0.0.1") -> None:
        self.made, self.tls, self.name = made, tls, name
        self.asked: list[tuple[str, str, int]] = []
        self.cookies: list[str | None] = []
        self.stopping = threading.Event()

    def __enter__(self) -> Self:
        site = self

        class Handler(_Handler):
            owner = site

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        if self.tls is not None:
            self.server.socket = self.tls.wrap_socket(
                self.server.socket, server_side=True, do_handshake_on_connect=False
            )
        self.server.daemon_threads = True
        self.server.handle_error = lambda *_: None  # type: ignore[method-assign]  # a broken handshake is the test
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self.stopping.set()
        self.server.shutdown()
        self.server.server_close()

    @property
    def host(self) -> str:
        return f"{self.name}:{self.server.server_port}"

    @property
    def url(self) -> str:
        return f"{'https' if self.tls else 'http'}://{self.host}"

    def write_toml(self, folder: Path, name: str = "thu", *, extra: str = "", start: str = "") -> Path:
        """A portal file with nothing but the home page."""
        path = folder / f"{name}.toml"
        start = start or f"{self.url}/"
        path.write_text(
            f'title = "{self.made.title}"\ndomains = ["{self.host}"]\nstart = ["{start}"]\n{extra}\n', encoding="utf-8"
        )
        return path

    def useless(self) -> list[tuple[str, str, int]]:
        """Requests that brought nothing: neither home page, robots.txt, a listing's page nor an article, or again."""
        seen: set[tuple[str, str]] = set()
        found = []
        for method, path, status in self.asked:
            page = method, path if method == "GET" else f"{path} {len(seen)}"
            good = path in ("/", "/robots.txt", *self.made.articles) or self.made.is_listing(path) or method == "POST"
            if not good or page in seen or status != 200:
                found.append((method, path, status))
            seen.add(page)
        return found


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    owner: Site

    def do_GET(self) -> None:
        self.reply({name.lower(): value for name, value in self.headers.items()})

    def do_POST(self) -> None:
        text = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        self.reply({name: values[0] for name, values in parse_qs(text, keep_blank_values=True).items()})

    def reply(self, fields: dict[str, str]) -> None:
        answer = self.owner.made.answers(self.command, self.path, fields)
        if answer is None:
            answer = Answer(page("Lỗi 404", "<p>Trang không tồn tại.</p>"), 404)
        self.owner.asked.append((self.command, self.path, answer.status))
        self.owner.cookies.append(self.headers.get("Cookie"))
        body = answer.body.encode() if isinstance(answer.body, str) else answer.body
        body = body.replace(b"@SITE", self.owner.url.encode())
        body = gzip.compress(body) if answer.packed else body
        self.send_response(answer.status)
        for name, value in {"Content-Type": answer.kind, "Content-Length": str(len(body)), **answer.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def handle(self) -> None:
        try:
            super().handle()
        except (OSError, ValueError):
            self.close_connection = True

    def log_message(self, *_: object) -> None:
        pass


def page(title: str, content: str, head: str = "", menu: str = "") -> str:
    return (
        f'<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>{escape(title)}</title>{head}</head>'
        f"<body>{menu}\n{content}\n<footer><p>Bản quyền thuộc về phường Thử Nghiệm</p></footer></body></html>"
    )


def table_of(pages: dict[str, str | Answer]) -> Answers:
    """Answers that are one page a path."""

    def answers(method: str, path: str, _: dict[str, str]) -> Answer | None:
        found = pages.get(path) if method == "GET" else None
        return Answer(found) if isinstance(found, str) else found

    return answers


def chunks(items: list[Story], size: int) -> Iterator[list[Story]]:
    for first in range(0, len(items), size):
        yield items[first : first + size]
