"""What an address alone tells: whether it is a page, of this site, an article's, and which are built alike."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import parse_qsl, urlsplit

from scraper.urls import canonical

_FILES = re.compile(
    r"\.(?:pdf|docx?|xlsx?|pptx?|odt|rtf|zip|rar|7z|gz|jpe?g|png|gif|bmp|webp|svg|ico|mp[34]|avi|wmv|flv|mov|wav|exe|apk|css"
    r"|js|xml|rss|txt|csv)$",
    re.I,
)
_ID = re.compile(r"(?:^|[-_/.])(?:[a-z]{0,4})(\d{3,})(?:\.\w{2,5})?/?$", re.I)
_SOME_ID = re.compile(r"(?:^|[-_/.])(?:[a-z]{0,4})(\d+)(?:\.\w{2,5})?/?$", re.I)
_INSIDE = re.compile(r"/(?:view_content/|content/|-/|detail/|post/|news/|tin/|c\d+/t)?(\d{4,})(?:[-/]|$)")
_NUMBERED = re.compile(
    r"(?i)(?:.*_)?(?:item|news|article|art|tin|bai|post|content|detail|n|t)?_?id|idtin|tinid|itm|uid"
)
_SECTION = re.compile(
    r"(?i)/(?:chuyen-?muc|danh-?muc|category|categories|chu-?de|the-?loai|topic|tag|tags|event|su-kien)s?/"
)
_PAGED = re.compile(
    r"(?i)/(?:page|trang|p)[-/]?\d+(?:\.\w+)?/?$|[?&](?:\w*_)?(?:page|trang|cur|p|pageindex|start|paged)=\d+"
)
_REMEMBERED = 2048  # addresses: those of some pages; more only makes a long run grow


def clean(url: str | None) -> str | None:
    """The canonical form of a web address; None for what is none, or is broken ('http://[x')."""
    if not url or not url.startswith(("http://", "https://")):
        return None
    try:
        return canonical(url)
    except ValueError:
        return None


@lru_cache(maxsize=_REMEMBERED)
def is_page(url: str) -> bool:
    """Whether the address can be a page of text, by its file name."""
    return not _FILES.search(urlsplit(url).path)


@lru_cache(maxsize=_REMEMBERED)
def looks_like_article(url: str) -> bool:
    """Whether the address carries a number or a sentence, as those of articles do and those of sections do not."""
    parts = urlsplit(url)
    tail = parts.path.rstrip("/").rpartition("/")[2]
    if _SECTION.search(parts.path) and tail.count("-") < 6:
        return False
    if _PAGED.search(url) and not _INSIDE.search(parts.path):
        return False
    if tail.count("-") >= 6 or (_ID.search(parts.path) and tail.count("-") >= 2) or _INSIDE.search(parts.path):
        return True
    return any(_NUMBERED.fullmatch(name) and value[-3:].isdigit() for name, value in parse_qsl(parts.query))


@lru_cache(maxsize=_REMEMBERED)
def shape(url: str) -> tuple[object, ...]:
    """What addresses made by one rule share: extension and names of parameters."""
    parts = urlsplit(url)
    tail = parts.path.rstrip("/").rpartition("/")[2]
    extension = tail.rpartition(".")[2] if "." in tail[-6:] else ""
    names = tuple(sorted(name for name, _ in parse_qsl(parts.query, keep_blank_values=True)))
    return extension, names


@lru_cache(maxsize=_REMEMBERED)
def is_numbered(url: str) -> bool:
    """Whether a number ends the path or stands in it as a part."""
    path = urlsplit(url).path
    return bool(_SOME_ID.search(path) or _INSIDE.search(path))


def same_site(url: str, other: str, domains: tuple[str, ...] = ()) -> bool:
    """Whether the hosts are equal but for `www.`, one is under the other, or the portal names it."""
    a, b = _site(url), _site(other)
    return a == b or a.endswith("." + b) or b.endswith("." + a) or a in domains


@lru_cache(maxsize=_REMEMBERED)
def _site(url: str) -> str:
    return urlsplit(url).netloc.lower().removeprefix("www.")
