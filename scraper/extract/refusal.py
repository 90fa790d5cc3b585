"""Pages that say no: missing ones under status 200, refusals, cookie walls, maintenance, broken servers."""

from __future__ import annotations

import re

from scraper.extract.document import Document, line, text_of
from scraper.text import fold

_THING = (
    r"(?:trang|duong dan|dia chi|url|noi dung|bai viet|tai nguyen|tin(?: bai)?|lien ket|chuyen muc|du lieu"
    r"|tap tin|file)"
)
_GONE = (
    r"(?:khong (?:con )?ton tai|khong (?:the )?(?:duoc )?tim thay|khong co san|khong hop le|da bi (?:xoa|go)"
    r"|khong con)"
)
_MISSING = re.compile(
    rf"\b{_THING}(?: \S+){{0,8}} {_GONE}\b|khong tim thay(?: \S+){{0,3}} {_THING}\b|trang nay khong (?:con )?ton tai"
    r"|^(?:loi )?404\b|\b(?:error|loi|http|status|code):? ?404\b|\b404 ?[-:|] ?(?:not found|khong)"
    r"|\bpage (?:not found|cannot be found|you (?:requested|are looking for))"
    r"|(?:resource|url|file or directory)(?: \S+){0,4} (?:was )?not found|^not found\.?$|^khong tim thay\.?$"
)
_HINT = re.compile(r"404|kh[oô]ng|not found|cannot be found|looking for", re.I)
_RESULT = re.compile(r"khong tim thay (?:ket qua|du lieu|ban ghi|tin|bai)|(?:ket qua|ban ghi) nao")
_REFUSED = re.compile(
    r"request rejected|support id is|access denied|403 forbidden|^forbidden|attention required.{0,5}cloudflare"
    r"|just a moment|checking your browser|web application firewall|incapsula incident|you have been blocked"
    r"|truy cap (?:cua ban |nay )?(?:da )?bi (?:tu choi|chan)|khong (?:co|du) quyen truy cap"
    r"|dia chi ip.{0,40}bi (?:chan|khoa)|unauthorized|too many requests"
)
_MAINTENANCE = re.compile(
    r"(?:dang|tam)(?: \S+){0,4} (?:bao tri|nang cap)|bao tri (?:he thong|website|dinh ky)"
    r"|(?:under|scheduled|for|website|site) (?:construction|maintenance)|service unavailable|temporarily unavailable"
    r"|tam (?:ngung|dung)(?: \S+){0,3} (?:hoat dong|phuc vu|truy cap|de)|back soon"
)
_BROKEN = re.compile(
    r"server error in|runtime error|internal server error|fatal error|uncaught (?:error|exception)|database connection"
    r"|http (?:status|error) 50\d|bad gateway|gateway time-?out|stack trace|unhandled exception|an error occurred"
    r"|loi (?:he thong|may chu|ket noi)|^(?:error|loi) 50\d"
)
_WALL = re.compile(rb"document\.cookie\s*=")
_SMALL = 2500  # characters of text that a bare message has at most; a page of a portal has more
_STATUS = {404: "missing", 410: "missing", 401: "refused", 403: "refused", 429: "refused"}


def plain(document: Document) -> str | None:
    """The cause where status or the bare bytes tell it; None where the page has to be read."""
    body, status = document.page.body, document.page.status
    if status < 300 and (not body or body.isspace()):
        return "empty"
    if len(body) < 6000 and _WALL.search(body) and len(_text(document)) < 400 and not document.index.tags.get("a"):
        return "cookie-wall"
    bare = fold(_text(document)) if document.index.size < 120 else ""
    if 0 < len(bare) < _SMALL and (cause := _cause(bare, document)):
        return cause
    if status in _STATUS:
        return _STATUS[status]
    if status >= 500:
        return "broken"
    if not bare and document.index.size < 120 and not document.find("img, iframe, a, input"):
        return "empty"
    return None


def find(document: Document, body: int) -> str | None:
    """The cause that a page in the portal's own frame tells in a short line, where it has no text of its own."""
    if body >= 1500:
        return None
    for element in document.index.elements:
        text = element.text
        if not text or len(text) > 200 or not _HINT.search(text) or element.tag in ("script", "option", "input", "a"):
            continue
        above = element.getparent()
        for part in (element, above if above is not None and element.tag in _INLINE else None):
            said = fold(text_of(part)) if part is not None else ""
            if 0 < len(said) < 300 and _MISSING.search(said) and not _RESULT.search(said):
                return "missing"
    return None


_INLINE = {"strong", "b", "em", "i", "span", "font", "u"}


def _cause(bare: str, document: Document) -> str | None:
    title = fold(text_of(next(iter(document.index.tags.get("title", ())), None)))
    for pattern, cause in (
        (_REFUSED, "refused"), (_MISSING, "missing"), (_MAINTENANCE, "maintenance"), (_BROKEN, "broken"),
    ):  # fmt: skip
        if pattern.search(title) or pattern.search(bare[:1200]):
            return None if cause == "missing" and _RESULT.search(bare) else cause
    return None


def _text(document: Document) -> str:
    """The visible text; the title stands outside it."""
    bodies = document.index.tags.get("body", ())
    return line(" ".join("".join(body.itertext()) for body in bodies) if bodies else text_of(document.root))
