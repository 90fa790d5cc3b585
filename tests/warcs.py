"""What the tests of WARC files share: exchanges to write, and records as other crawlers write them."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from scraper import warc
from scraper.items import Page

AT = datetime(2026, 3, 1, 19, 0, 5, tzinfo=UTC)
HTML = "<!DOCTYPE html><p>Quận Hoàn Kiếm</p>\n".encode() * 40
URL = "https://hoankiem.hanoi.gov.vn/tin-tuc?cur=2"


def exchange(**changes: object) -> warc.Exchange:
    found = warc.Exchange(
        url=URL,
        status=200,
        headers=[(b"Content-Type", b"text/html; charset=UTF-8"), (b"ETag", b'"7"')],
        body=HTML,
        at=AT,
        request_headers=[(b"User-Agent", b"archive"), (b"Accept", b"text/html")],
        protocol="HTTP/1.1",
        ip="127.0.0.1",
    )
    return replace(found, **changes)  # type: ignore[arg-type]


def writer(folder: Path, **options: int) -> warc.Writer:
    return warc.Writer(folder, "hoankiem", {"software": "test/1", "operator": "Thư viện"}, now=lambda: AT, **options)


def write(folder: Path, *exchanges: warc.Exchange) -> list[warc.Written]:
    pen = writer(folder)
    written = [pen.write(one) for one in exchanges]
    pen.close()
    return written


def pages(path: Path) -> list[Page]:
    problems: list[str] = []
    found = list(warc.read(path, problems=problems))
    assert problems == []
    return found


def record(kind: str, block: bytes, *headers: str) -> bytes:
    lines = ["WARC/1.0", f"WARC-Type: {kind}", *headers, f"Content-Length: {len(block)}"]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + block + b"\r\n\r\n"


def response(payload: bytes, *http: str, url: str = URL, at: str = "2020-05-01T00:00:00Z") -> bytes:
    head = "\r\n".join(("HTTP/1.1 200 OK", "Content-Type: text/html", *http)).encode()
    block = head + b"\r\n\r\n" + payload
    return record("response", block, f"WARC-Target-URI: {url}", f"WARC-Date: {at}", "Content-Type: application/http")


def sha1(data: bytes) -> str:
    return "sha1:" + base64.b32encode(hashlib.sha1(data).digest()).decode()
