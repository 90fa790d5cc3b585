"""The parsed page, and the three tiers that a field's rules are tried in."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from itertools import islice
from urllib.parse import urljoin, urlsplit

from lxml import etree

from scraper import platforms
from scraper.extract.decode import utf8
from scraper.extract.selector import Element as Element
from scraper.extract.selector import Index, compiled
from scraper.items import Page
from scraper.platforms import Platform
from scraper.portals import Portal
from scraper.rules import Rules
from scraper.urls import canonical

_PARSER = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, recover=True, huge_tree=True)
_DEPTH = 300  # libxml2 stops at 2048, Python recurs 1000 deep; real pages end near 60
_WRAPPERS = re.compile(
    rb"</?(?:div|span|font|b|i|u|em|strong|table|tbody|tr|td|ul|ol|li|center|section|o:p)\b[^>]*>", re.I
)
# Elements that swallow what follows when its end is missing.
_SWALLOWERS = ("script", "style", "title", "textarea", "xmp", "iframe", "noscript")
_LARGE, _MANY = 1_000_000, 20_000  # bytes and elements; the largest page met had 1,860 elements
_PIECES, _LONGEST = 150, 10_000  # text nodes and characters of one element that text_of() reads
_ITEMPROP = re.compile(rb"item[pP]rop")
_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:")


class Document:
    """A page and the rules true for it. Scripts are set aside, comments are gone, `<br>` reads as a line feed."""

    def __init__(self, page: Page, portal: Portal, *, general: bool = False) -> None:
        self.page = page
        self.portal = portal
        self.url = canonical(page.url)
        self._joined: dict[str, str] = {}
        self._labels: dict[Element, str] = {}
        self._body, self.problems = utf8(page.body, page.charset)
        self.root, broken = _parse(self._body)
        self.problems += broken
        self.scripts: list[Element] = list(self.root.iter("script"))
        etree.strip_elements(self.root, "script", "style", "noscript", "template", "svg", with_tail=False)
        for line_break in self.root.iter("br"):
            line_break.text = "\n"
        self.index = Index(self.root)
        self.layout = None if general else portal.layout(page.fetched_at.date())
        self.platform = None if general else self._platform()

    def _platform(self) -> Platform | None:
        if self.layout and self.layout.platform:
            return platforms.load(self.layout.platform)
        return platforms.detect(lambda css: bool(compiled(css).find(self.index)))

    @cached_property
    def tiers(self) -> tuple[tuple[str, Rules], ...]:
        """Rules of the portal and of its platform, each with the name that provenance gives them."""
        found = []
        if self.layout:
            found.append((f"portal:{self.portal.name}", self.layout.rules))
        if self.platform:
            found.append((f"platform:{self.platform.name}", self.platform.rules))
        return tuple(found)

    @cached_property
    def microdata(self) -> tuple[Element, ...]:
        """Elements with an `itemprop`; most pages have none, which their bytes tell sooner than their elements."""
        return tuple(self.index.having("itemprop")) if _ITEMPROP.search(self._body) else ()

    @cached_property
    def base(self) -> str:
        """What relative links are relative to."""
        for element in self.index.tags.get("base", ()):
            if href := element.get("href"):
                return _join(self.page.url, href.strip())
        return self.page.url

    @cached_property
    def origin(self) -> str:
        """Scheme and host of the base."""
        parts = urlsplit(self.base)
        return f"{parts.scheme}://{parts.netloc}"

    @cached_property
    def folder(self) -> str:
        """The base up to its last slash; empty where only urljoin() can tell what is relative to it."""
        path = urlsplit(self.base).path
        return "" if "//" in path or "/." in path else f"{self.origin}{path[: path.rfind('/') + 1] or '/'}"

    def label(self, link: Element) -> str:
        """The text of a link: articles, listings and pagers all ask for it."""
        text = self._labels.get(link)
        if text is None:
            text = self._labels[link] = text_of(link)
        return text

    def find(self, css: str) -> list[Element]:
        """Every element that matches, in document order."""
        return compiled(css).find(self.index)

    def select(self, field: str, table: str = "article") -> Iterator[tuple[str, Element]]:
        """Elements named by the portal's, then by the platform's selectors, each with its provenance."""
        for name, rules in self.tiers:
            for css in getattr(rules, table).get(field, ()):
                for element in compiled(css).find(self.index):
                    yield f"{name} {css}", element

    def absolute(self, href: str | None) -> str | None:
        """The link's absolute URL without fragment; None where it leads nowhere (`#`, `javascript:`, `mailto:`)."""
        href = (href or "").strip()
        if not href or href[0] == "#":
            return None
        if href[0] == "/" and href[1:2] != "/" and "/." not in href:
            url = self.origin + href
        elif href.startswith(("http://", "https://")):
            url = href
        elif _SCHEME.match(href):
            return None
        elif self.folder and href[0] not in "/?.;" and "/." not in href and "//" not in href and href.isprintable():
            url = self.folder + href
        else:
            url = self._joined.get(href) or self._joined.setdefault(href, _join(self.base, href))
        if ("[" in url or "]" in url) and not _is_sound(url):
            return None
        return "".join(url.partition("#")[0].split("\n")).replace(" ", "%20") or None

    def key(self, url: str) -> str | None:
        """The portal's own article number in the URL, by the portal's and the platform's patterns."""
        for _, rules in self.tiers:
            for pattern in rules.article_url:
                if match := pattern.search(url):
                    return match["key"]
        return None


def text_of(element: Element | None) -> str:
    """The element's text in NFC on one line, at most some ten pages of it; empty when there is no element."""
    if element is None:
        return ""
    # Unclosed links hold one another: without a limit a page of them takes time by the square of its size.
    text = "".join(islice(element.itertext(), _PIECES)) if len(element) else element.text
    return line(text[:_LONGEST] if text and len(text) > _LONGEST else text)


def line(text: str | None) -> str:
    """NFC, every run of white space one space."""
    text = (text or "").strip()
    if not text.isprintable():  # white space other than a plain space, soft hyphens, zero-width marks
        text = " ".join(text.replace("\u200b", "").replace("\ufeff", "").replace("\xad", "").split())
    elif "  " in text:
        text = " ".join(text.split())
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def first_answer(
    rules: Iterable[tuple[str, Element]],
    general: Iterable[tuple[str, str | None]],
    check: Callable[[str], str | None],
    read: Callable[[Element], str] = text_of,
) -> tuple[str | None, str | None]:
    """The first value that passes `check` (which may also clean it) and its provenance."""
    for source, element in rules:
        if value := check(read(element)):
            return value, source
    for source, text in general:
        if text and (value := check(text)):
            return value, f"general:{source}"
    return None, None


def _parse(body: bytes) -> tuple[Element, tuple[str, ...]]:
    """The tree and what was wrong; an empty tree when nothing can be made of the bytes."""
    root = _tree(body)
    if root is None:
        return etree.Element("html"), ("page: empty",)
    if len(body) > _LARGE and (count := sum(1 for _ in root.iter("*"))) > _MANY:
        cut = _tree(body[: len(body) * _MANY // count])
        if cut is not None:
            return cut, (f"page: {count} elements, only the first {_MANY} or so were read",)
    last, depth = _last(root)
    if depth > _DEPTH:
        flat = _tree(_WRAPPERS.sub(b" ", body))
        return (root if flat is None else flat), ("page: nested too deep, read without its wrappers",)
    # What is never closed holds all that follows: it is the last element of the page.
    text = last.text if last.tag in _SWALLOWERS else None
    if text and len(text) * 3 > len(body) and len(text) > 200 and "</" in text:
        mended = _mend(body, last.tag)
        if mended is not None:
            return mended, (f"page: an unclosed {last.tag} swallowed the page, which was mended",)
    return root, ()


def _tree(body: bytes) -> Element | None:
    try:
        root = etree.fromstring(body, _PARSER)
    except (etree.XMLSyntaxError, ValueError, AssertionError):
        return None
    return root if isinstance(root, etree._Element) and isinstance(root.tag, str) else None


def _last(root: Element) -> tuple[Element, int]:
    """The last element of the page and how deep it stands, up to the limit."""
    depth, element = 0, root
    while len(element) and depth <= _DEPTH:
        element = element[-1]
        depth += 1
    return element, depth


def _mend(body: bytes, tag: str) -> Element | None:
    """The tree without the start tag that is never closed."""
    folded, mark = body.lower(), tag.encode()
    start = folded.rfind(b"<" + mark)
    if start < 0 or folded.find(b"</" + mark, start) >= 0:
        return None
    return _tree(body[:start] + body[body.find(b">", start) + 1 :])


def _is_sound(url: str) -> bool:
    """Whether the brackets in the URL are those of an IPv6 host."""
    try:
        urlsplit(url)
    except ValueError:
        return False
    return True


def _join(base: str, href: str) -> str:
    try:
        return urljoin(base, href)
    except ValueError:
        return ""
