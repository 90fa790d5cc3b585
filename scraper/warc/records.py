"""One WARC record: its header, its bytes checked against length and digests, and the page in it."""

from __future__ import annotations

import base64
import binascii
import hashlib
import io
from dataclasses import dataclass
from datetime import UTC, datetime

from fastwarc.warc import HeaderMap, WarcRecord

from scraper.items import Page
from scraper.warc import encodings
from scraper.warc.files import Damage, Member

HEADER = 64 * 1024  # no HTTP header is longer: servers refuse and the library ends sooner
_DIGESTS = {"sha1": "sha1", "sha-1": "sha1", "sha256": "sha256", "sha-256": "sha256", "sha512": "sha512", "md5": "md5"}


@dataclass(frozen=True, slots=True)
class Record:
    """A whole record of any type; `head` and `payload` are the HTTP message of a response, revisit or request."""

    kind: str  # WARC-Type
    headers: HeaderMap
    block: bytes
    file: str
    offset: int
    length: int  # bytes in the file

    @property
    def url(self) -> str:
        return (self.headers.get("WARC-Target-URI") or "").strip("<> ")  # wget writes it in angle brackets

    @property
    def at(self) -> datetime:
        return parse_time(self.headers.get("WARC-Date") or "")

    @property
    def is_page(self) -> bool:
        """Whether it is a web resource's response or a revisit of one."""
        return self.kind in ("response", "revisit") and self.url[:4].lower() == "http"


@dataclass(frozen=True, slots=True)
class Message:
    """An HTTP response as captured."""

    head: HeaderMap
    payload: bytes


def parse(member: Member, file: str) -> Record:
    """The record in a piece of a file; Damage when it is not whole."""
    if member.problem is not None:
        raise Damage(member.problem)
    assert member.end is not None
    try:
        record = WarcRecord.from_reader(io.BytesIO(member.data), quirks_mode=True)
    except OSError as error:
        raise Damage("the record is damaged: it has no WARC header") from error
    declared = record.headers.get("Content-Length") or ""
    block = record.reader.read()
    if not declared.isdigit():
        raise Damage("the record is damaged: it has no Content-Length")
    if len(block) < int(declared):
        raise Damage(f"the record is cut short: {len(block)} bytes of {declared}")
    if len(member.data) - len(block) > 65536 and b"\nWARC/" in member.data:
        raise Damage("the file is compressed as one piece, not record by record: use `warcio recompress` first")
    kind = record.headers.get("WARC-Type") or ""
    return Record(kind, record.headers, block, file, member.offset, member.end - member.offset)


def parse_time(text: str) -> datetime:
    """A WARC-Date (W3C profile of ISO 8601, UTC); WARC/1.1 allows fractions of seconds."""
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise Damage(f"its WARC-Date {text!r} is no time") from error
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)


def message(record: Record) -> Message:
    """The HTTP response in the block of a record. A revisit may have none: its head is then empty."""
    head = HeaderMap("latin1")
    if record.kind == "revisit" and not record.block.strip():
        return Message(head, b"")
    ends = [at + len(mark) for mark in (b"\r\n\r\n", b"\n\n") if (at := record.block.find(mark, 0, HEADER)) >= 0]
    end = min(ends, default=len(record.block))
    if not record.block.startswith(b"HTTP/"):
        raise Damage("the record holds no HTTP response")
    try:  # the library reads CRLF only; some servers end lines with LF
        head.parse(io.BytesIO(b"\r\n".join(record.block[:end].splitlines()) + b"\r\n\r\n"))
    except OSError as error:
        raise Damage("its HTTP header cannot be read") from error
    return Message(head, record.block[end:])


def check(record: Record) -> None:
    """Damage when a digest that the record carries is not that of its bytes."""
    block_digest = record.headers.get("WARC-Block-Digest")
    if block_digest and not _matches(block_digest, record.block):
        raise Damage("the record fails its block digest")
    payload_digest = record.headers.get("WARC-Payload-Digest")
    if payload_digest and record.kind == "response" and record.block.startswith(b"HTTP/"):
        got = message(record)
        if not _matches(payload_digest, got.payload) and not _matches(payload_digest, *_decoded(got)):
            raise Damage("the record fails its payload digest")


def _decoded(got: Message) -> list[bytes]:
    # ISO 28500 means the payload without transfer encoding; crawlers differ in what they leave on.
    transfer, content = got.head.get("Transfer-Encoding") or "", got.head.get("Content-Encoding") or ""
    return [encodings.decode(got.payload, transfer, ""), encodings.decode(got.payload, transfer, content)]


def _matches(labelled: str, *candidates: bytes) -> bool:
    name, _, value = labelled.partition(":")
    algorithm = _DIGESTS.get(name.strip().lower())
    if algorithm is None:
        return True  # a digest nobody here can compute proves nothing
    return any(_value(value) == hashlib.new(algorithm, data).digest() for data in candidates)


def _value(text: str) -> bytes:
    """Digest bytes, written in base32 as is the custom, or in hexadecimal."""
    text = text.strip()
    try:
        if not text.strip("0123456789abcdefABCDEF") and len(text) in (32, 40, 64, 128):
            return bytes.fromhex(text)
        return base64.b32decode(text.upper() + "=" * (-len(text) % 8))
    except (binascii.Error, ValueError):
        return b""


def sha1(data: bytes) -> str:
    """The digest as WARC files label it."""
    return "sha1:" + base64.b32encode(hashlib.sha1(data, usedforsecurity=False).digest()).decode("ascii")


def page(record: Record, original: Record | None = None) -> Page:
    """The page of a response, or of a revisit with the response that has its payload."""
    own = message(record)
    source = message(original) if original is not None else own
    head = own.head if own.head.status_code not in (None, 304) else source.head
    if record.headers.get("WARC-Truncated"):
        raise Damage("the record holds a payload that the crawler cut short")
    if record.headers.get("WARC-Segment-Number"):
        raise Damage("the record is one segment of several")
    transfer, content = source.head.get("Transfer-Encoding") or "", source.head.get("Content-Encoding") or ""
    media, _, parameters = (head.get("Content-Type") or "").partition(";")
    return Page(
        url=record.url,
        body=encodings.decode(source.payload, transfer, content),
        fetched_at=record.at,
        source="warc",
        status=head.status_code or 0,
        charset=_charset(parameters),
        content_type=media.strip().lower() or None,
        location=head.get("Location"),
        etag=own.head.get("ETag") or source.head.get("ETag"),
        last_modified=own.head.get("Last-Modified") or source.head.get("Last-Modified"),
        digest=digest(original or record),
        warc_file=record.file,
        warc_offset=record.offset,
    )


def digest(record: Record) -> str:
    """The payload digest of a response or revisit as its record says it, else computed."""
    return record.headers.get("WARC-Payload-Digest") or sha1(message(record).payload)


def _charset(parameters: str) -> str | None:
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            return value.strip(" \"'").lower() or None
    return None
