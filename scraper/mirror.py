"""Pages that a mirroring tool or a browser saved as files: whose they were, and when; pure but for reading the file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from html import unescape
from pathlib import Path

from scraper.items import Page

LARGEST = 20 * 2**20  # bytes of a file; no page is longer
# HTTrack 3: <!-- Mirrored from host/path by HTTrack Website Copier/3.x [XR&CO'2014], Sat, 27 Aug 2022 03:44:45 GMT -->
_HTTRACK = re.compile(
    rb"<!-- Mirrored from (\S+) by HTTrack Website Copier/[^,>]*, (\w{3}, \d{1,2} \w{3} \d{4} [\d:]{8} GMT) -->"
)
# Browsers: <!-- saved from url=(0042)https://host/path -->, the number being the length of the URL
_SAVED = re.compile(rb"<!-- saved from url=\(\d+\)(https?://\S+) -->", re.I)
_PAGE = re.compile(rb"<!doctype html|<html[\s>]|<head[\s>]|<body[\s>]", re.I)
_HOST = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+(:\d+)?")


def files(path: Path) -> Iterator[Path]:
    """The files of a folder in order of name, hidden ones left out; or the file itself."""
    if path.is_dir():
        yield from (
            file
            for file in sorted(path.rglob("*"))
            if file.is_file() and not any(part.startswith(".") for part in file.relative_to(path).parts)
        )
    else:
        yield path


def page(file: Path, top: Path, scheme: Callable[[str], str]) -> Page | None:
    """The page in a file below `top`; None where it is none, or nothing says whose it was.

    The comments of HTTrack and of browsers are believed first, then a folder named like a host, as wget makes it.
    `scheme` gives the scheme of a host, which neither HTTrack nor wget keeps. Only HTTrack notes the time; of other
    files it is that of their last change, to which wget sets the server's Last-Modified.
    """
    stat = file.stat()
    if not 0 < stat.st_size <= LARGEST:
        return None
    body = file.read_bytes()
    if not _PAGE.search(body[:4096]):
        return None
    changed = datetime.fromtimestamp(int(stat.st_mtime), UTC)
    mirrored, saved = _HTTRACK.search(body), _SAVED.search(body[:4096])
    if mirrored:
        place = _text(mirrored[1])
        return _page(f"{scheme(place.partition('/')[0])}://{place}", body, parsedate_to_datetime(_text(mirrored[2])))
    if saved:
        return _page(_text(saved[1]), body, changed)
    tree = _place(file, top)
    return _page(f"{scheme(tree.partition('/')[0])}://{tree}", body, changed) if tree else None


def _page(url: str, body: bytes, at: datetime) -> Page:
    return Page(url, body, at.astimezone(UTC), "import", content_type="text/html")


def _text(raw: bytes) -> str:
    return unescape(raw.decode("utf-8", "replace"))


def _place(file: Path, top: Path) -> str | None:
    """Host and path of a file in a tree that wget made: `host/folder/page.html`, a query after `?` or `@`."""
    parts = (top.name, *file.relative_to(top).parts) if file != top else file.parts[-1:]
    start = next((number for number, part in enumerate(parts[:-1]) if _HOST.fullmatch(part.lower())), None)
    if start is None:
        return None
    host, *folders, name = parts[start:]
    if "?" not in name:
        name = name.replace("@", "?", 1) if re.search(r"@[\w.-]+=", name) else name
    if "?" in name:  # --adjust-extension adds it after the query
        name = name.removesuffix(".html")
    if name == "index.html":
        name = ""
    return "/".join((host.lower(), *folders, name))
