"""Which parts of a page are furniture (menus, footers) and which are side columns and boxes, by tag, name and width."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import islice

from scraper.extract.selector import Element

PLAIN, SIDE, FURNITURE = 0, 1, 2
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_FURNITURE = re.compile(
    r"(?:^|[^a-z])(?:nav|navs|navbar\w*|navigation|\w*menus?|menucategory|menubar|breadcrumbs?|crumbs?|breakumb|footer\w*"
    r"|foot|pagination|pager|paging|phan-?trang|copyright|login|share|social|language|weblinks?|lien-?ket|banners?|quang-?cao"
    r"|advert\w*|ads|popup|modal|tags|hamburger|skip-?links?)(?:[^a-z]|$)"
)
_SIDE = re.compile(
    r"(?:^|[^a-z])(?:sidebar\w*|aside|side|right|rightcol|cot-?phai|related\w*|relate|tin-?lien-?quan|lien-?quan|most\w*"
    r"|xem-?nhieu|doc-?nhieu|popular|widgets?|gadget|videos?|gallery|slider|slideshow|carousel|swiper|marquee|ticker|poll"
    r"|survey|comments?|calendar|fchoice|trending|choice|sub-?right)(?:[^a-z]|$)"
)
_OPEN = {"html", "body", "form"}
_ITEM = {"article", "li", "section", "main"}
_COLUMN = re.compile(r"(?:^|\s)(?:col|span|grid|large|medium)[-_]?(?:xs|sm|md|lg|xl)?[-_]?(\d{1,2})(?=\s|$)")
_WIDTH = re.compile(r"(?:^|;)\s*width\s*:\s*(\d+)(?:\.\d+)?\s*(px|%)|^(\d+)(%?)$")


class Regions:
    """Judgement of elements, remembered: asked for every link of a page, whose ancestors are mostly the same."""

    def __init__(self) -> None:
        self._known: dict[Element, tuple[int, Element | None]] = {}

    def of(self, element: Element) -> tuple[int, Element | None]:
        """PLAIN, SIDE or FURNITURE, and the innermost side box or furniture that the element is in."""
        chain = []
        verdict: tuple[int, Element | None] = (PLAIN, None)
        above: Element | None = element
        while above is not None:
            if (known := self._known.get(above)) is not None:
                verdict = known
                break
            chain.append(above)
            above = above.getparent()
        for one in reversed(chain):
            own = _judge(one)
            if own != PLAIN and verdict[0] != FURNITURE:
                verdict = (max(own, verdict[0]), one)
            self._known[one] = verdict
        return verdict


def _judge(element: Element) -> int:
    tag = element.tag
    if tag in _OPEN or tag == "a":
        return PLAIN
    names = f"{element.get('class') or ''} {element.get('id') or ''}"
    verdict = PLAIN if names == " " else _named(names)
    if tag in ("nav", "footer", "select", "button"):
        return FURNITURE
    if tag in ("aside", "marquee"):
        return max(SIDE, verdict)
    if tag == "header":
        above = element.getparent()
        return verdict if above is not None and above.tag in _ITEM else FURNITURE
    return verdict if verdict != PLAIN or not _is_narrow(element) else SIDE


@lru_cache(maxsize=2048)
def _named(names: str) -> int:
    """What class and id say."""
    text = _CAMEL.sub("-", names).lower().replace("_", "-")
    if re.search(r"(?:has|with|no|without)-(?:side|nav|menu)", text):
        return PLAIN
    if _FURNITURE.search(text):
        return FURNITURE
    return SIDE if _SIDE.search(text) else PLAIN


def _is_narrow(element: Element) -> bool:
    """A column of at most a third, beside one of at least half of the page."""
    own = _share(element)
    if own is None or own > 34:
        return False
    above = element.getparent()
    return above is not None and any(share >= 50 for share in map(_share, islice(above, 8)) if share is not None)


def _share(element: Element) -> int | None:
    """Width in per cent of the row."""
    share = _width(element.get("class") or "", (element.get("style") or "")[:300], element.get("width") or "")
    return 100 if share is None and element.tag == "td" else share


@lru_cache(maxsize=2048)
def _width(names: str, style: str, width: str) -> int | None:
    """Share in per cent by grid class, style or attribute; a page is taken as 1000 pixels wide."""
    if match := _COLUMN.search(names):
        return int(match[1]) * 100 // 12
    match = _WIDTH.search(style.lower()) or _WIDTH.search(width)
    if match:
        number = int(match[1] or match[3])
        return number if (match[2] or match[4]) == "%" else number // 10
    return None
