"""The way to a listing's next page: rel=next, a label, or the number after the current one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice, pairwise
from urllib.parse import parse_qsl, urlsplit

from scraper.extract.document import Document, text_of
from scraper.extract.selector import Element
from scraper.extract.shape import clean, same_site
from scraper.text import fold

_NEXT = re.compile(
    r"(?:trang )?(?:tiep(?: theo)?|ke(?: tiep)?|sau|toi)|xem tiep|tiep tuc|next(?: page| ?\d+)?|trang ke tiep"
    r"|older(?: posts| entries)?|cac bai cu hon|bai cu hon|tin cu hon|chuyen (?:toi|den) trang (?:sau|tiep|ke)[ \w]*"
)
_BACK = re.compile(
    r"(?:trang )?(?:truoc(?: do)?|dau(?: tien)?|lui)|ve truoc|quay lai|prev(?:ious)?(?: page)?|first(?: page)?"
    r"|newer(?: posts| entries)?|back"
)
_ARROWS = "»›>→⟩❯«‹<←⟨❮|.… \xa0"
_FORWARD, _FAST, _BACKWARD = set("›>→⟩❯"), {"»", ">>", "››"}, set("‹<←⟨❮«")
_NAMED = re.compile(r"(?:^|[^a-z])(?:next|trang-?sau|tiep|pagination-next|nextpage)(?:[^a-z]|$)")
_DEAD = re.compile(r"(?:^|[^a-z])(?:disabled?|inactive|unavailable)(?:[^a-z]|$)")
_CURRENT = re.compile(r"(?:^|[^a-z])(?:active|current\w*|selected|currentpage|pagecurrent|actived|on)(?:[^a-z]|$)")
_PAGER = re.compile(
    r"(?:^|[^a-z])(?:pag\w*|phan-?trang|wp-pagenavi|nav-links|trang|page-?nav\w*|next-?page)(?:[^a-z]|$)"
)
_NUMBER = re.compile(r"(?i)(?:page|trang)?[\[\s]*(\d{1,4})[\]\s|,]*")
_STEP = re.compile(r"(?i)[/_.-]*(?:page|trang|p)?[-/_=.]?\d{1,4}(?:\.\w{2,5})?/?")
_BESIDE = 60  # links of a pager that are looked at: the list of all pages of a section may follow
_AROUND = 60  # elements around a row; more hold one another only where ends are missing
_MOST = 2000  # numbers of one row; more is no pager
_WAY = re.compile(r"(?i)(?:page|trang|cur|start|offset|paged|pageindex|p)(?:[=/_-]|$)\d*|\d")


class Pager:
    """The page's paging links."""

    def __init__(self, document: Document, entries: frozenset[str]) -> None:
        self.document = document
        self.entries = entries
        self.scripted = False  # a way on exists that only a script can go

    def next_page(self) -> str | None:
        """Absolute URL of the following page."""
        for element in self._rel():
            if url := self._url(element):
                return url
        labelled = list(self._labelled())
        for anchor, rank in labelled:
            if rank == 0 and (url := self._url(anchor)):
                return url
        if url := self._numbered():
            return url
        arrows = sorted((pair for pair in labelled if pair[1]), key=lambda pair: pair[1])
        return next((url for anchor, _ in arrows if (url := self._url(anchor))), None)

    def _rel(self) -> Iterator[Element]:
        for tag in ("link", "a"):
            for element in self.document.index.tags.get(tag, ()):
                if "next" in (element.get("rel") or "").lower().split():
                    yield element

    def _labelled(self) -> Iterator[tuple[Element, int]]:
        """Links that say 'next', with 0 for a word, 1 for a name or a single arrow, 2 for a double arrow."""
        for anchor in self.document.index.tags.get("a", ()):
            text = self.document.label(anchor)
            if len(text) > 30 or _NUMBER.fullmatch(text):
                continue
            rank = _rank(text, anchor)
            if rank is not None and not _is_dead(anchor) and (_in_pager(anchor) or self._is_variant(anchor)):
                yield anchor, rank

    def _is_variant(self, anchor: Element) -> bool:
        """Whether the link leads to this same page with another number: a lone 'next' outside any pager."""
        url = clean(self.document.absolute(anchor.get("href")))
        if url is None or not same_site(url, self.document.url):
            return (anchor.get("href") or "").lower().lstrip().startswith("javascript:__dopostback")
        here, there = urlsplit(self.document.url), urlsplit(url)
        if here.path == there.path:
            return here.query != there.query and bool(_WAY.search(there.query))
        bare, stem = here.path.rstrip("/").rpartition(".")[0] or here.path.rstrip("/"), there.path
        return stem.startswith(_stem(bare)) and bool(_STEP.fullmatch(stem[len(_stem(bare)) :]))

    def _numbered(self) -> str | None:
        """The link whose number follows the current page's."""
        for numbers in self._rows():
            current = self._current(numbers)
            anchor = numbers.get(current + 1) if current else None
            if anchor is not None and (url := self._url(anchor)):
                return url
        return None

    def _rows(self) -> Iterator[dict[int, Element]]:
        """Groups of links that are numbers: those of one parent or grandparent."""
        rows: dict[Element, dict[int, Element]] = {}
        for anchor in self.document.index.tags.get("a", ()):
            text = self.document.label(anchor)
            match = _NUMBER.fullmatch(text) if len(text) < 20 and len(anchor) < 3 else None
            if match and (place := _row(anchor)) is not None:
                rows.setdefault(place, {}).setdefault(int(match[1]), anchor)
        yield from (row for place, row in rows.items() if self._is_pager(place, row))

    def _is_pager(self, place: Element, row: dict[int, Element]) -> bool:
        if len(row) > _MOST:
            return False
        run = sorted(row)
        close = len(run) == 1 or any(b - a == 1 for a, b in pairwise(run)) or run[0] <= 2
        around = islice(place.iterancestors(), _AROUND)
        named = _PAGER.search(_names(place)) or any(_PAGER.search(_names(above)) for above in around)
        if named or fold(text_of(place)).startswith("trang"):
            return close
        return close and len(row) > 1 and any(self._is_variant(anchor) for anchor in row.values())

    def _current(self, row: dict[int, Element]) -> int | None:
        """The number of the page we are on: marked, unlinked, linked to here, or else the first."""
        for number, anchor in row.items():
            marks = _names(anchor) + " " + _names(_outer(anchor)) + " " + (anchor.get("aria-current") or "")
            url = clean(self.document.absolute(anchor.get("href")))
            if _CURRENT.search(marks.lower()) or url == self.document.url:
                return number
        place = _row(next(iter(row.values())))
        assert place is not None
        loose = [int(n) for n in re.findall(r"(?<![\d/.,])\d{1,4}(?![\d/.,])", _unlinked(place))]
        for number in loose:
            if number not in row and (number + 1 in row or number - 1 in row):
                return number
        if any(number == max(row) + 1 for number in loose):
            return None
        return self._by_parameter(row) or (1 if 2 in row else None)

    def _by_parameter(self, row: dict[int, Element]) -> int | None:
        """The number told by our own address, read as the addresses of the numbers are."""
        ours = dict(parse_qsl(urlsplit(self.document.url).query))
        for number, anchor in row.items():
            url = clean(self.document.absolute(anchor.get("href"))) or ""
            for name, value in parse_qsl(urlsplit(url).query):
                if value.isdecimal() and abs(int(value) - number) <= 1 and ours.get(name, "").isdecimal():
                    return int(ours[name]) - (int(value) - number)
        return None

    def _url(self, element: Element) -> str | None:
        href = (element.get("href") or "").strip()
        url = clean(self.document.absolute(href))
        if url is None:
            self.scripted |= href.lower().startswith("javascript:__dopostback")
            return None
        if url == self.document.url or url in self.entries or _is_dead(element):
            return None
        return url if same_site(url, self.document.url, self.document.portal.domains) else None


def _rank(text: str, anchor: Element) -> int | None:
    """How surely a label says 'next'; None where it does not, or says 'back'."""
    bare = text.strip(_ARROWS)
    word = fold(bare)
    if word:
        return 0 if _NEXT.fullmatch(word) else None
    arrows = text.replace(" ", "").replace("\xa0", "")
    if any(sign in _BACKWARD for sign in arrows):
        return None
    for part in _hints(anchor).split("\n"):
        hint = fold(part).strip(_ARROWS + " ()")
        if _BACK.fullmatch(hint):
            return None
        if _NEXT.fullmatch(hint) or _NAMED.search(hint):
            return 0 if not arrows else 1
    if arrows in _FORWARD:
        return 1
    return 2 if arrows in _FAST else None


def _hints(anchor: Element) -> str:
    """What title, label, picture and names of a link say."""
    parts = [anchor.get("title") or "", anchor.get("aria-label") or ""]
    parts += [image.get("alt") or image.get("title") or "" for image in anchor.iter("img")]
    parts += [_names(anchor), _names(_outer(anchor)), *(_names(child) for child in anchor)]
    return "\n".join(part for part in parts if part.strip())


def _names(element: Element | None) -> str:
    return "" if element is None else f"{element.get('class') or ''} {element.get('id') or ''}".lower().strip()


def _outer(anchor: Element) -> Element | None:
    """The list item or other wrapper that holds nothing but this link."""
    above = anchor.getparent()
    alone = anchor.getnext() is None and anchor.getprevious() is None
    return above if above is not None and alone and above.tag in ("li", "span", "div", "td") else None


def _row(anchor: Element) -> Element | None:
    outer = _outer(anchor)
    return anchor.getparent() if outer is None else outer.getparent()


def _is_dead(element: Element) -> bool:
    outer = _outer(element)
    return bool(
        _DEAD.search(_names(element))
        or (outer is not None and _DEAD.search(_names(outer)))
        or element.get("disabled") is not None
        or element.get("aria-disabled") == "true"
    )


def _in_pager(anchor: Element) -> bool:
    """Whether the link stands in something named a pager, or beside page numbers."""
    above: Element | None = anchor
    for _ in range(4):
        above = above.getparent() if above is not None else None
        if above is None or above.tag == "body":
            return False
        if _PAGER.search(_names(above)):
            return True
    place = _row(anchor)
    beside = () if place is None else islice(place.iter("a"), _BESIDE)
    return any(_NUMBER.fullmatch(text_of(link)) for link in beside)


def _unlinked(place: Element) -> str:
    """The text of a row of links without the links'."""
    parts = [place.text or ""]
    for child in place:
        if child.tag != "a" and next(child.iter("a"), None) is None:
            parts.append(text_of(child))
        parts.append(child.tail or "")
    return " ".join(parts)


@lru_cache(maxsize=1024)
def _stem(path: str) -> str:
    """The path without an own page number: '/tin/page-2' -> '/tin'."""
    return re.sub(r"(?i)[/_-]?(?:page|trang|p)?[-_/]?\d{1,4}/?$", "", path) or path
