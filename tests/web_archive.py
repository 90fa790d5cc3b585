"""A web archive on loopback that speaks the Internet Archive's dialect: CDX rows under a header, originals by `id_`.

with WebArchive([Held(url, at, body)]) as archive:
    archive.hidden.add(url)                # held, and not in the CDX answers
    archive.missing.add((url, stamp))      # in the CDX answers, and answered with 404
    archive.refusals.append(1)             # the next answer is 429 with Retry-After: 1
    archive.broken = True                  # no original is to be had
    archive.requests                       # (moment, path, status), in order
    archive.settings                       # for `scrapy crawl … -s`
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, quote, quote_plus, urlsplit

from scraper import warc
from scraper.urls import canonical


@dataclass(frozen=True, slots=True)
class Held:
    """A capture that the archive has."""

    url: str
    at: datetime
    body: bytes
    mime: str = "text/html"
    status: int = 200

    @property
    def stamp(self) -> str:
        return f"{self.at.astimezone(UTC):%Y%m%d%H%M%S}"

    @property
    def slug(self) -> bytes:
        return self.url.rpartition("/")[2].encode()

    @property
    def key(self) -> str:
        parts = urlsplit(canonical(self.url))
        return f"{','.join(reversed(parts.netloc.removeprefix('www.').split('.')))}){parts.path}?{parts.query}"

    @property
    def row(self) -> list[str]:
        digest = base64.b32encode(hashlib.sha1(self.body).digest()).decode()
        return [self.key, self.stamp, self.url, self.mime, str(self.status), digest, str(len(self.body))]


HEADER = ["urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length"]


def held(path: Path, limit: int | None = None) -> list[Held]:
    """The captures of a WARC file."""
    found: list[Held] = []
    for page in warc.read(path):
        found.append(Held(page.url, page.fetched_at, page.body, page.content_type or "text/html", page.status))
        if len(found) == limit:
            break
    return found


class WebArchive:
    """Its content and its moods; change them between two runs."""

    def __init__(self, captures: Iterable[Held] = ()) -> None:
        self.captures: list[Held] = []
        self.by_url: dict[str, list[Held]] = {}
        self.hidden: set[str] = set()
        self.missing: set[tuple[str, str]] = set()
        self.refusals: list[int] = []
        self.broken = False
        self.requests: list[tuple[float, str, int]] = []
        self.asked = threading.Condition()
        self.add(*captures)

    def add(self, *captures: Held) -> None:
        self.captures += captures
        for one in captures:
            self.by_url.setdefault(canonical(one.url).partition("://")[2], []).append(one)
        self.captures.sort(key=lambda one: (one.key, one.stamp))

    def __enter__(self) -> Self:
        archive = self

        class Handler(_Handler):
            site = archive

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self.server.shutdown()
        self.server.server_close()

    @property
    def settings(self) -> dict[str, Any]:
        url = f"http://127.0.0.1:{self.server.server_port}"
        return {
            "WAYBACK_CDX": f"{url}/cdx/search/cdx",
            "WAYBACK_REPLAY": f"{url}/web/{{timestamp}}id_/{{url}}",
            "WAYBACK_DELAY": 0,
        }

    def wait_for(self, count: int) -> None:
        """Return when so many requests have come in."""
        with self.asked:
            assert self.asked.wait_for(lambda: len(self.requests) >= count, timeout=60), len(self.requests)

    def paths(self, prefix: str) -> list[str]:
        return [path for _, path, _ in self.requests if path.startswith(prefix)]

    # Answers: status, headers, body

    def answer(self, path: str) -> tuple[int, dict[str, str], bytes]:
        if self.broken and path.startswith("/web/"):
            return 502, {}, b"Bad Gateway"
        if self.refusals:
            return 429, {"Retry-After": str(self.refusals.pop(0))}, b"Too Many Requests"
        if path.startswith("/cdx/search/cdx?"):
            rows = self.listed(parse_qs(urlsplit(path).query))
            return 200, {"Content-Type": "application/json"}, json.dumps(rows).encode()
        found = re.fullmatch(r"/web/(\d{4,14})id_/(.+)", path)
        return self.original(found[1], found[2]) if found else (404, {}, b"")

    def listed(self, asked: dict[str, list[str]]) -> list[list[str]]:
        (domain,), (first,), (last,) = asked["url"], asked["from"], asked["to"]
        assert asked["matchType"] == ["host"] and asked["output"] == ["json"]
        rows = [
            one.row
            for one in self.captures
            if urlsplit(one.url).netloc.removeprefix("www.") == domain
            and first <= one.stamp
            and one.stamp[: len(last)] <= last
            and one.url not in self.hidden
        ]
        for rule in asked.get("filter", []):
            field, _, pattern = rule.partition(":")
            rows = [row for row in rows if re.fullmatch(pattern, row[HEADER.index(field)])]
        if asked.get("collapse") == ["digest"]:
            rows = [row for i, row in enumerate(rows) if not i or (row[0], row[5]) != (rows[i - 1][0], rows[i - 1][5])]
        keys = [f"{row[0]} {row[1]}!" for row in rows]
        begin = keys.index(asked["resumeKey"][0]) + 1 if "resumeKey" in asked else 0
        end = begin + int((asked.get("limit") or ["150000"])[0])
        rest = [[], [quote_plus(keys[end - 1])]] if "showResumeKey" in asked and end < len(rows) else []
        return [HEADER, *rows[begin:end], *rest] if rows[begin:end] else []

    def original(self, digits: str, url: str) -> tuple[int, dict[str, str], bytes]:
        captures = self.by_url.get(canonical(url).partition("://")[2], [])
        if not captures:
            return 404, {"Content-Type": "text/html"}, b"<h1>Wayback Machine has not archived that URL.</h1>"
        wanted = digits + "00000101000000"[len(digits) :]
        best = min(captures, key=lambda one: abs(_moment(one.stamp) - _moment(wanted)))
        if (best.url, best.stamp) in self.missing:
            return 404, {"Content-Type": "text/html"}, b"<h1>Not found</h1>"
        if best.stamp != wanted:
            return 302, {"Location": f"/web/{best.stamp}id_/{quote(best.url, safe=':/?&=%')}"}, b""
        headers = {
            "Content-Type": best.mime,
            "Memento-Datetime": format_datetime(best.at.astimezone(UTC), usegmt=True),
            "X-Archive-Orig-Content-Type": f"{best.mime};charset=UTF-8",
            "X-Archive-Orig-Server": "Apache-Coyote/1.1",
            "X-Archive-Orig-Content-Encoding": "gzip",
            "Content-Encoding": "gzip",
        }
        return best.status, headers, gzip.compress(best.body, 1)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    site: WebArchive

    def do_GET(self) -> None:
        with self.site.asked:
            status, headers, body = self.site.answer(self.path)
            self.site.requests.append((time.monotonic(), self.path, status))
            self.site.asked.notify_all()
        self.send_response_only(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def handle(self) -> None:
        try:
            super().handle()
        except ConnectionError:
            self.close_connection = True

    def log_message(self, *_: object) -> None:
        pass


def _moment(stamp: str) -> datetime:
    return datetime.strptime(stamp, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
