"""One request with its response, and the WARC/1.1 records that keep it."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from http.client import responses
from urllib.parse import urlsplit

from fastwarc.stream_io import GzipWriter
from fastwarc.warc import WarcRecord, WarcRecordType

from scraper.warc import records

# Level 6: 133 MB/s of portal HTML, 0.7 % larger than level 9 at 75 MB/s (tests/bench/warc.py).
LEVEL = 6
_TYPES = {"request": "application/http; msgtype=request", "metadata": "application/warc-fields"}
_IDENTICAL = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
_NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
Headers = tuple[tuple[bytes, bytes], ...] | list[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A request and its response as the downloader had them."""

    url: str
    status: int
    headers: Headers  # of the response, in order
    body: bytes  # still content-encoded, no longer chunked
    at: datetime  # aware: when the request was sent
    method: str = "GET"
    request_headers: Headers = ()
    request_body: bytes = b""
    reason: str | None = None  # None: the standard phrase of the status
    protocol: str | None = None  # "HTTP/1.1", "h2"
    ip: str | None = None
    source_uri: str | None = None  # where a copy was taken from: a web archive's address, a saved file; no request then
    created_at: datetime | None = None  # when it was taken from there; `at` is when the page was captured

    @property
    def digest(self) -> str:
        """Of the payload, "sha1:<base32>": what a later revisit is recognised by."""
        return records.sha1(self.body)


@dataclass(frozen=True, slots=True)
class Earlier:
    """A capture whose payload the new one repeats, or that a 304 confirms."""

    url: str
    at: datetime  # its WARC-Date
    digest: str


def encode(exchange: Exchange, earlier: Earlier | None, warcinfo_id: str) -> tuple[list[WarcRecord], str]:
    """The response or revisit, then what stands beside it, its request last; and the payload's digest."""
    digest, head = exchange.digest, _response_head(exchange)
    beside: list[WarcRecord] = []
    if earlier is not None and exchange.status == HTTPStatus.NOT_MODIFIED:
        # pywb 2.10 answers with a 304, a blank page, when the block of such a revisit has one; with an empty block it
        # shows the page that was not modified. So the header lines of the 304 stand in a metadata record beside it.
        digest = earlier.digest
        record = _record("revisit", exchange, b"", warcinfo_id)
        _refer(record, earlier, _NOT_MODIFIED)
        beside = [_record("metadata", exchange, b"response: " + head.removesuffix(b"\r\n"), warcinfo_id)]
    elif earlier is not None and earlier.digest == digest and exchange.body:
        record = _record("revisit", exchange, head, warcinfo_id)
        _refer(record, earlier, _IDENTICAL)
        record.headers["WARC-Payload-Digest"] = digest
    else:
        record = _record("response", exchange, head + exchange.body, warcinfo_id)
        record.headers["WARC-Payload-Digest"] = digest
    if exchange.ip:
        record.headers["WARC-IP-Address"] = exchange.ip
    if exchange.protocol:
        record.headers["WARC-Protocol"] = exchange.protocol.lower()
    if exchange.source_uri is not None:  # as pywb writes what it takes from other archives
        record.headers["WARC-Source-URI"] = exchange.source_uri
        record.headers["WARC-Creation-Date"] = stamp(exchange.created_at or exchange.at)
        return [record], digest
    beside.append(_record("request", exchange, _request_block(exchange), warcinfo_id))
    for other in beside:
        other.headers["WARC-Concurrent-To"] = record.headers["WARC-Record-ID"]
    return [record, *beside], digest


def warcinfo(filename: str, at: datetime, fields: Iterable[tuple[str, str]]) -> WarcRecord:
    """The first record of a file."""
    record = WarcRecord()
    record.init_headers(WarcRecordType.warcinfo)
    block = "".join(f"{name}: {' '.join(value.split())}\r\n" for name, value in fields).encode()
    record.headers["WARC-Date"] = stamp(at)
    record.headers["WARC-Filename"] = filename
    record.headers["WARC-Block-Digest"] = records.sha1(block)
    record.headers["Content-Type"] = "application/warc-fields"
    record.set_bytes_content(block)
    return record


class Packer:
    """Makes gzip members; one for a whole file, because a compressor is expensive to set up."""

    def __init__(self) -> None:
        self._out = io.BytesIO()
        self._pen = GzipWriter(self._out, LEVEL)

    def pack(self, record: WarcRecord) -> bytes:
        """The record as one member, so that a reader can begin at it."""
        self._out.seek(0)
        self._out.truncate()
        record.write(self._pen)
        self._pen.finish()
        return self._out.getvalue()


def stamp(at: datetime) -> str:
    """A WARC-Date in whole seconds, as the archive keeps times and as 14-digit indexes can hold."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _record(kind: str, exchange: Exchange, block: bytes, warcinfo_id: str) -> WarcRecord:
    record = WarcRecord()
    record.init_headers(getattr(WarcRecordType, kind))
    record.headers["WARC-Date"] = stamp(exchange.at)
    record.headers["WARC-Target-URI"] = exchange.url
    record.headers["WARC-Warcinfo-ID"] = warcinfo_id
    record.headers["WARC-Block-Digest"] = records.sha1(block)
    record.headers["Content-Type"] = _TYPES.get(kind, "application/http; msgtype=response")
    record.set_bytes_content(block)
    return record


def _refer(record: WarcRecord, earlier: Earlier, profile: str) -> None:
    record.headers["WARC-Profile"] = profile
    record.headers["WARC-Refers-To-Target-URI"] = earlier.url
    record.headers["WARC-Refers-To-Date"] = stamp(earlier.at)


def _response_head(exchange: Exchange) -> bytes:
    # HTTP/2 has no status line: it is written as readers of WARC files expect one, and WARC-Protocol says the truth.
    version = exchange.protocol.upper() if exchange.protocol in ("HTTP/1.0", "http/1.0") else "HTTP/1.1"
    kept = [(name, value) for name, value in exchange.headers if name.lower() != b"transfer-encoding"]
    return _head(f"{version} {exchange.status} {_phrase(exchange)}".rstrip(), kept)


def _phrase(exchange: Exchange) -> str:
    return exchange.reason if exchange.reason is not None else responses.get(exchange.status, "")


def _request_block(exchange: Exchange) -> bytes:
    parts = urlsplit(exchange.url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    headers = list(exchange.request_headers)
    if not any(name.lower() == b"host" for name, _ in headers):
        headers.insert(0, (b"Host", parts.netloc.rpartition("@")[2].encode("idna")))
    return _head(f"{exchange.method} {target} HTTP/1.1", headers) + exchange.request_body


def _head(first: str, headers: Headers) -> bytes:
    lines = [first.encode("utf-8"), *(name + b": " + b" ".join(value.split(b"\r\n")) for name, value in headers)]
    return b"\r\n".join(b" ".join(line.splitlines()) for line in lines) + b"\r\n\r\n"
