"""The way through an unknown portal: which links may be sections, where sitemaps and feeds usually are."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise
from urllib.parse import parse_qsl, urljoin, urlsplit

from scraper import platforms
from scraper.extract.links import Way, Ways
from scraper.extract.shape import is_page, looks_like_article, same_site
from scraper.items import Entry
from scraper.portals import Portal
from scraper.text import fold
from scraper.urls import canonical, host, is_web

SECTIONS = 200  # of one portal
DEPTH = 3  # of sections below the home page
SITEMAPS = ("/sitemap.xml", "/sitemap_index.xml")
# NukeViet's and the VCCorp family's own places come after the general ones (portals.md of 2026-11, §1.2 and §2).
FEEDS = ("/rss.xml", "/feed/", "/rss/home.rss", "/vi/news/rss/")

_NEWS = re.compile(
    r"\b(?:tin|tin tuc|su kien|hoat dong|thong bao|thoi su|chi dao|dieu hanh|kinh te|van hoa|xa hoi|chinh tri|giao duc"
    r"|y te|an ninh|quoc phong|cai cach|chuyen doi so|nong thon|moi truong|du lich|phap luat|the thao|doi song"
    r"|xay dung dang|cong tac dang|dang (?:bo|uy)|doan the|mat tran"
    r"|hoi nghi|diem bao|bao chi|thong tin|tuyen truyen|nguoi tot"
    r"|news|events?|activities)\b"
)
_UNLIKELY = re.compile(
    r"\b(?:lien he|so do|dang nhap|dang ky|tim kiem|hoi dap|hoi - dap|gop y|gioi thieu|co cau|to chuc bo may|bo may"
    r"|chuc nang|nhiem vu|lanh dao|phong ban"
    r"|don vi|thu tuc|dich vu cong|van ban|cong bao"
    r"|lich (?:cong tac|tiep|lam viec)|lich su"
    r"|thu vien|hinh anh|anh|video|clip|phim|audio|media|radio|danh ba|duong day|ban do|thoi tiet|lien ket|rss"
    r"|trang chu|home|english|contact|about|login|sitemap|search|album|khao sat|binh chon|tra cuu|e-?mail|thu dien tu"
    r"|thong ke|truy cap|dieu khoan|chinh sach bao mat|faq|phan anh|kien nghi|mot cua|bieu mau|mau don|cong dan hoi)\b"
)
_SCRIPT = re.compile(
    r"(?i)/(?:search|tim-?kiem|print|in-bai|inbai|savefile|sendmail|mailto|login|dang-?nhap|logout|register|dang-?ky|account"
    r"|captcha|calendar|lich-van-nien|wp-login|wp-admin|wp-json|cart|tag|tags|tu-khoa|rss|feed|amp|cdn-cgi|api)(?:[./?]|$)"
)
_QUERY = re.compile(
    r"(?i)[?&](?:q|s|keyword|keywords|key|search|searchtext|tukhoa|tu_khoa|replytocom|print|tmpl=component|format=pdf"
    r"|sort|orderby|order|filter\w*|returnurl|return|date|day|month|year|ngay|thang|nam|tungay|denngay|share|op=search)(?:=|&|$)"
)
_EMPTY = re.compile(r"(?i)[?&](?:date|keywords?|search|q)=(?=&|$)")
_MORE = re.compile(
    r"(?:xem|doc)(?: them| tiep| tat ca| het| toan bo| chi tiet)?|chi tiet|tat ca|more|view (?:all|more)|read more|all"
)
_HOME = re.compile(
    r"(?i)/?(?:(?:vi|vn|en|web/guest|pages|portal)/)?(?:vi|vn|en|home|homepage|trang-?(?:chu|nhat)|index|default|guest)?"
    r"(?:\.\w{3,5})?/?"
)
_LANGUAGE = re.compile(r"(?i)vi|vn|vie|en|eng|english|fr|cn|zh|ja|jp|ru|ko|kr|lo|km|de|vi-vn|en-us|vi_vn|en_us")
_ARCHIVE = re.compile(r"/(?:19|20)\d\d(?:/[01]?\d)?(?:/[0-3]?\d)?/?$")
_PAGED = re.compile(
    r"(?i)[?&](?:\w*_)?(?:page|cur|pageindex|start|paged|trang)=\d+|/(?:page|trang)[-/]?\d+(?:\.\w+)?/?$"
)


def sections(ways: Ways) -> tuple[Way, ...]:
    """Candidates for sections in the order in which they are worth a try: news and menus first, at most SECTIONS.

    A 'Xem thêm' link leads to the section of the box that it closes, but names none: its title is empty.
    """
    found: dict[str, Way] = {}
    for way in ways.sections:
        if trap(way.url, ways.url, ways.domains) is None and not looks_like_one(way):
            named = replace(way, title="") if _MORE.fullmatch(fold(way.title).strip(_MARKS)) else way
            found.setdefault(bare(way.url), named)
    ranked = sorted(found.values(), key=lambda way: (likelihood(way), _PLACES[way.place]))
    return tuple(way for way in ranked if likelihood(way) < 3)[:SECTIONS]


_MARKS = " .…»›>+[]()"
_PLACES = {"menu": 0, "box": 0, "text": 1, "footer": 2}


def likelihood(way: Way) -> int:
    """0: named like news; 1: may be anything; 2: hardly news, or another language; 3: not worth a request."""
    name = fold(way.title) or urlsplit(way.url).path.replace("-", " ").replace("/", " ").lower()
    if other_language(way.url):
        return 2
    if _UNLIKELY.search(name):
        return 2 if _NEWS.search(name) else 3
    if _NEWS.search(name):
        return 0
    return 1 if way.place in ("menu", "box") or not way.title else 2


def trap(url: str, home: str, domains: tuple[str, ...] = ()) -> str | None:
    """Why the address is no section of the portal, in a word or two; None when nothing speaks against it."""
    if not is_web(url):
        return "not http"
    if host(url).removeprefix("www.") not in {name.removeprefix("www.") for name in (host(home), *domains)}:
        return "off-site"
    if is_private(url) and urlsplit(url).netloc not in (urlsplit(home).netloc, *domains):
        return "private address"
    if canonical(url) == canonical(home):
        return "the home page itself"
    if not is_page(url):
        return "a file"
    return _by_path(urlsplit(url).path) or _by_query(url)


def _by_path(path: str) -> str | None:
    if _SCRIPT.search(path):
        return "search, print, login or another service"
    parts = [part for part in path.split("/") if part]
    codes = [part for part in parts if _LANGUAGE.fullmatch(part)]
    if len(codes) > 1 or (codes and len(parts) > 1 and parts[-1] == codes[0]):
        return "nested languages"
    if any(parts.count(part) > 2 for part in parts) or any(a == b for a, b in pairwise(parts)):
        return "repeating path"
    if len(parts) > 6:
        return "too deep"
    return "calendar" if _ARCHIVE.search(path) else None


def _by_query(url: str) -> str | None:
    query = dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))
    portlet = query.get("p_p_id", "")
    if portlet.startswith("59") or "poll" in portlet.lower():
        return "poll"
    if query.get("p_p_lifecycle", "0") not in ("0", "2") or query.get("p_p_state") in ("pop_up", "exclusive"):
        return "an action or a pop-up"
    if _QUERY.search(_EMPTY.sub("", url)):
        return "search, calendar, print or order"
    if _PAGED.search(url):
        return "a further page"
    return "too many parameters" if len(query) > 8 else None


def looks_like_one(way: Way) -> bool:
    """Whether the link is an article: its address is one's, under a text longer than a section's name."""
    tail = urlsplit(way.url).path.rstrip("/").rpartition("/")[2]
    long_number = re.search(r"\d{8,}", tail) is not None
    return looks_like_article(way.url) and (len(way.title.split()) > 6 or (long_number and way.place == "text"))


def other_language(url: str) -> bool:
    """Whether the address names a language that is not Vietnamese."""
    parts = [part for part in urlsplit(url).path.lower().split("/") if part][:2]
    return any(_LANGUAGE.fullmatch(part) and not part.startswith("v") for part in parts)


def is_private(url: str) -> bool:
    """Whether the host is an address of this machine or of a private network."""
    name = urlsplit(url).hostname or ""
    if name == "localhost" or name.endswith((".localhost", ".local", ".internal")):
        return True
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return False
    return not address.is_global


def sitemaps(robots: str, home: str) -> tuple[str, ...]:
    """Where sitemaps are: as robots.txt says, then the usual places."""
    named = re.findall(r"(?im)^\s*sitemap\s*:\s*(\S+)", robots)
    places = [urljoin(home, url) for url in (*named, *SITEMAPS)]
    return tuple(dict.fromkeys(url for url in places if is_web(url) and same_site(url, home)))


def feeds(ways: Ways) -> tuple[str, ...]:
    """Where feeds are: as the home page says, or else the usual places."""
    return ways.feeds or tuple(urljoin(ways.url, place) for place in FEEDS)


def articles(entries: Iterable[Entry], home: str, domains: tuple[str, ...] = ()) -> tuple[Entry, ...]:
    """Entries of a sitemap or feed that are articles of the portal by their addresses."""
    kept = (e for e in entries if same_site(e.url, home, domains) and is_page(e.url))
    return tuple(entry for entry in kept if entry.key or entry.title or looks_like_article(entry.url))


def keyed(entries: Iterable[Entry], portal: Portal, platform: str | None) -> tuple[Entry, ...]:
    """Entries with their article numbers, by the patterns of the portal's layouts and of its CMS family."""
    patterns = [pattern for layout in portal.layouts for pattern in layout.rules.article_url]
    patterns += platforms.load(platform).rules.article_url if platform else ()
    matches = ((entry, next(filter(None, (p.search(entry.url) for p in patterns)), None)) for entry in entries)
    return tuple(replace(entry, key=match["key"]) if match else entry for entry, match in matches)


def pages(entries: Iterable[Entry], home: str, domains: tuple[str, ...] = ()) -> Ways:
    """What a sitemap names besides articles, as ways that may lead to sections."""
    listed = [entry.url for entry in entries]
    ways = (Way(url, "", "text") for url in listed if not looks_like_article(url) and same_site(url, home, domains))
    return Ways(canonical(home), domains, tuple(ways), (), ())


def same_page(url: str, other: str) -> bool:
    """Whether two addresses may be one page: one path, and the parameters of one among those of the other."""
    (path, _, query), (other_path, _, other_query) = (bare(u).partition("?") for u in (url, other))
    ours, theirs = set(parse_qsl(query)), set(parse_qsl(other_query))
    return path == other_path and (ours <= theirs or theirs <= ours)


def is_home(url: str) -> bool:
    """Whether the address is one that home pages have: then its list, though it may have a pager, is no section."""
    return _HOME.fullmatch(urlsplit(url).path) is not None


def quarter(url: str) -> str:
    """The part of the portal that an address is in: host and first folder. Its pages share their menus."""
    parts = urlsplit(url)
    return f"{parts.netloc}/{parts.path.split('/')[1]}" if parts.path.count("/") > 1 else parts.netloc


def bare(url: str) -> str:
    """One form for `/tin`, `/tin/`, `/tin.html`, `/vi/tin` and http or https of one page."""
    parts = urlsplit(url)
    path = re.sub(r"(?i)^/(?:vi|vn)(?=/)|(?:/index)?\.(?:html?|aspx|php)$|/$", "", parts.path)
    return parts.netloc.removeprefix("www.") + path + "?" + parts.query
