"""Words in class and id that mark what surrounds an article, and the columns that they must not take away."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache

from scraper.extract.selector import Element

_ASIDE = re.compile(
    r"(?:^|[\s_-])(?:footer|aside|sidebar|side-bar|menu|navbar|nav|navigation|\w*breadcrumbs?|bread-crumb|banner|advert\w*|ads?|"
    r"quangcao|copyright|toolbar|topbar|login|search\w*|weather|dropdown|pagination|paging|pager|carousel|"
    r"subscribe|newsletter|rating|vote)(?:$|[\s_-])|(?:^|\s)widget(?:$|[\s_-])",
    re.I,
)
# These hold no article, however much text they hold.
_NEVER = re.compile(
    r"(?:^|[\s_-])(?:comments?|binhluan|binh-luan|popup|modal|cookie|hidden|d-none|sr-only)(?:$|[\s_-])", re.I
)
_MENU = re.compile(
    r"(?:^|\s)(?:(?:main|top|mega|site|left|header|footer)?[-_]?(?:menu|navbar|nav|navigation|footer)|breadcrumbs?)(?:\s|$)",
    re.I,
)
PROSE = 60  # characters of running text in one piece
_NO_PROSE = {"a", "script", "style", "option", "textarea", "title", "button", "label"}


@lru_cache(maxsize=1024)
def is_aside(names: str) -> bool:
    """Whether class and id name what surrounds an article on any site."""
    return bool(_ASIDE.search(names) or _NEVER.search(names))


@lru_cache(maxsize=1024)
def is_never(names: str) -> bool:
    """Whether they name what is none of the article even where it holds most of the page's text."""
    return bool(_NEVER.search(names))


@lru_cache(maxsize=1024)
def is_menu(tag: str, name: str, identity: str) -> bool:
    """Whether an element is by its tag or whole name a menu, a path or a footer."""
    return tag in ("nav", "footer") or bool(_MENU.search(name) or _MENU.search(identity))


def columns(elements: Iterable[Element]) -> frozenset[Element]:
    """What holds half of the page's running text: there the article is, whatever its layout calls it.

    'sidebar-1' may be the main column, every part of a page builder is a 'widget', and a menu that is never closed
    holds the whole page.
    """
    own: dict[Element, int] = defaultdict(int)  # characters of long text that stand in the element itself
    for element in elements:
        text, tail = element.text, element.tail
        if text and len(text) >= PROSE and element.tag not in _NO_PROSE:
            own[element] += len(text)
        if tail and len(tail) >= PROSE and (above := element.getparent()) is not None and above.tag not in _NO_PROSE:
            own[above] += len(tail)
    masses, whole = own.copy(), sum(own.values())
    for element, size in own.items():
        for above in element.iterancestors():
            masses[above] += size
    return frozenset(element for element, mass in masses.items() if mass * 2 >= whole)
