"""Bytes of a page to text: byte order mark, declared charsets and what the bytes themselves show."""

from __future__ import annotations

import codecs
import re

_HEAD = 40_000  # bytes in which text that was encoded twice shows itself
LIMIT = 12_000_000  # bytes read of one page; the rest of a larger one is left out, and a problem says so
_META = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]+)""", re.I)
_XML = re.compile(rb"""^\s*<\?xml[^>]{0,100}encoding\s*=\s*["']([\w.:-]+)""", re.I)
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF32_LE, "utf-32-le"), (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)  # fmt: skip
# What a page declares by habit and seldom means: the WHATWG reads it as windows-1252, Vietnamese pages as 1258.
_LATIN = {"iso8859-1", "ascii", "cp1252", "latin-1", "us-ascii"}
# What "ế", "ộ" and their like begin with when UTF-8 is taken for windows-1252 and encoded once more.
_TWICE = "á»".encode()


def utf8(body: bytes, header: str | None) -> tuple[bytes, tuple[str, ...]]:
    """The page as UTF-8 without NUL bytes and byte order mark, and what was wrong with it."""
    problems: list[str] = []
    if len(body) > LIMIT:
        problems.append(f"page: {len(body)} bytes long, only the first {LIMIT} were read")
        body = body[:LIMIT]
    charset = next((name for mark, name in _MARKS if body.startswith(mark)), None) or _wide(body)
    if charset == "utf-8":
        body = body[3:]
    elif charset:
        return _encoded(body, charset, problems)
    if b"\0" in body:
        problems.append("page: NUL bytes")
        body = body.replace(b"\0", b"")
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return _foreign(body, header, problems)
    # Escape sequences of ISO-2022 and pages in UTF-7 are pure ASCII; no portal was met that sends them.
    first = body.find(_TWICE[2:3], 0, _HEAD)  # one byte is found at once, and most pages have none
    if first >= 0 and body.count(_TWICE, first - 2, _HEAD) > 10:
        return _untwisted(body, text, problems)
    return body, tuple(problems)


def declared(body: bytes, header: str | None) -> list[str]:
    """Charsets that header and page declare, as Python's codec names, without those it does not know."""
    found = [header or ""]
    for pattern in (_XML, _META):
        if match := pattern.search(body[:8192]):
            found.append(match[1].decode("ascii", "replace"))
    names = []
    for name in filter(None, found):
        try:
            names.append(codecs.lookup(name.strip().strip("\"'")).name)
        except LookupError:
            continue
    return names


def _foreign(body: bytes, header: str | None, problems: list[str]) -> tuple[bytes, tuple[str, ...]]:
    """Not valid UTF-8: nearly valid, in a declared charset, or in windows-1258."""
    loose = body.decode("utf-8", "replace")
    wrong = loose.count("\ufffd")
    if wrong * 4 <= len(body) - len(loose):  # multi-byte letters outweigh the broken ones: a cut or patched page
        problems.append(f"page: {wrong} broken UTF-8 sequences")
        return loose.encode(), tuple(problems)
    names = [name for name in declared(body, header) if name != "utf-8"]
    return _encoded(body, next((n for n in names if n not in _LATIN), "cp1258"), problems)


def _encoded(body: bytes, charset: str, problems: list[str]) -> tuple[bytes, tuple[str, ...]]:
    try:
        text = body.decode(charset, "replace")
    except (LookupError, UnicodeError):
        text = body.decode("cp1258", "replace")
    return text.replace("\0", "").lstrip("\ufeff").encode("utf-8", "replace"), (*problems, f"page: read as {charset}")


def _untwisted(body: bytes, text: str, problems: list[str]) -> tuple[bytes, tuple[str, ...]]:
    """Undo UTF-8 that was encoded twice, where the whole page is so."""
    try:
        once = text.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return body, (*problems, "page: some text looks encoded twice")
    return once.encode(), (*problems, "page: was encoded twice")


def _wide(body: bytes) -> str | None:
    """UTF-16 without a byte order mark: every second byte of markup is zero."""
    head = body[:400]
    if len(head) < 40 or head.count(0) * 3 < len(head):
        return None
    return "utf-16-le" if head[1::2].count(0) > head[::2].count(0) else "utf-16-be"
