"""Transfer and content encodings of HTTP payloads, undone; what does not end as it should is refused."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable

from fastwarc.stream_io import BrotliReader, ZstdReader

from scraper.warc.files import LARGEST, Damage


def decode(payload: bytes, transfer: str, content: str) -> bytes:
    """The payload as its publisher wrote it. `transfer` and `content` are the two headers' values.

    Crawlers often keep the header and undo the encoding (Heritrix with chunks, Browsertrix with gzip): a payload that
    does not begin as its header says is taken as it is. Raises Damage for one that begins so and is cut short.
    """
    if "chunked" in transfer.lower():
        payload = dechunk(payload)
    for name in reversed(content.lower().replace("x-gzip", "gzip").split(",")):
        undo = _CODINGS.get(name.strip())
        payload = undo(payload) if undo and payload else payload
    return payload


def dechunk(payload: bytes) -> bytes:
    """RFC 9112 §7.1; a payload that does not begin with a chunk's size was dechunked before."""
    parts: list[bytes] = []
    position = 0
    while True:
        end = payload.find(b"\n", position, position + 1024)
        size = _chunk_size(payload[position:end]) if end >= 0 else None
        if size is None:
            if position == 0:
                return payload
            raise Damage("its chunked payload is cut short or damaged")
        if size == 0:
            return b"".join(parts)
        chunk = payload[end + 1 : end + 1 + size]
        if len(chunk) < size:
            raise Damage("its chunked payload is cut short or damaged")
        parts.append(chunk)
        position = end + 1 + size
        position += 2 if payload[position : position + 2] == b"\r\n" else 1


def _chunk_size(line: bytes) -> int | None:
    digits = line.split(b";")[0].strip()
    if not digits or len(digits) > 8 or digits.strip(b"0123456789abcdefABCDEF"):
        return None
    return int(digits, 16)


def _inflate(payload: bytes, wbits: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    while payload:
        decoder = zlib.decompressobj(wbits)
        parts.append(decoder.decompress(payload, LARGEST + 1 - size))
        size += len(parts[-1])
        if size > LARGEST:
            raise Damage(f"its payload unfolds to more than {LARGEST // 2**20} MB")
        if not decoder.eof:
            raise Damage("its compressed payload is cut short")
        payload = decoder.unused_data if decoder.unused_data.startswith(b"\x1f\x8b") else b""
    return b"".join(parts)


def _gzip(payload: bytes) -> bytes:
    if not payload.startswith(b"\x1f\x8b"):
        return payload
    try:
        return _inflate(payload, 31)
    except zlib.error as error:
        raise Damage("its gzip payload is damaged") from error


def _deflate(payload: bytes) -> bytes:
    for wbits in (15, -15):  # RFC 9110 means zlib's format; some servers send raw deflate
        try:
            return _inflate(payload, wbits)
        except zlib.error:
            continue
    return payload


def _by(reader: Callable[..., BrotliReader | ZstdReader], magic: bytes) -> Callable[[bytes], bytes]:
    def undo(payload: bytes) -> bytes:
        if not payload.startswith(magic):
            return payload
        try:
            out = reader(io.BytesIO(payload)).read(LARGEST + 1)
        except OSError as error:
            if not magic and payload.lstrip()[:1] in (b"<", b"{"):  # brotli has no magic number
                return payload
            raise Damage(f"its compressed payload cannot be read: {error}") from error
        if len(out) > LARGEST:
            raise Damage(f"its payload unfolds to more than {LARGEST // 2**20} MB")
        return out

    return undo


_CODINGS = {
    "gzip": _gzip,
    "deflate": _deflate,
    "br": _by(BrotliReader, b""),
    "zstd": _by(ZstdReader, b"\x28\xb5\x2f\xfd"),
}
