"""CSS selectors compiled once, answered from an index of the page instead of a walk over the whole tree."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import cached_property, lru_cache
from typing import TypeAlias

from cssselect import HTMLTranslator
from lxml import etree

Element: TypeAlias = etree._Element
_COMPOUND = re.compile(r"(?P<tag>[a-zA-Z][a-zA-Z0-9]*)?(?P<parts>(?:[.#][\w-]+|\[[\w:-]+(?:[~|^$*]?=[^\]]*)?\])*)")
_PART = re.compile(r"\.(?P<cls>[\w-]+)|#(?P<id>[\w-]+)|\[(?P<name>[\w:-]+)(?:(?P<op>[~|^$*]?)=(?P<value>[^\]]*))?\]")
_COMBINED = re.compile(r"\s*>\s*|\s+")
_TESTS: dict[str, Callable[[str, str], bool]] = {
    "": lambda have, want: have == want,
    "~": lambda have, want: want in have.split(),
    "|": lambda have, want: have == want or have.startswith(want + "-"),
    "^": lambda have, want: have.startswith(want),
    "$": lambda have, want: have.endswith(want),
    "*": lambda have, want: want in have,
}


_MANY = 50  # elements in which a selector goes on; more may be nested, and would be searched again and again


class Tags:
    """Elements by tag, in document order; a tag is looked for at its first question."""

    __slots__ = ("_known", "_root")

    def __init__(self, root: Element) -> None:
        self._root = root
        self._known: dict[str, list[Element]] = {}

    def get(self, tag: str, default: object = ()) -> list[Element]:
        """All elements of that tag; `default` is there to read like a mapping's."""
        if tag not in self._known:
            self._known[tag] = list(self._root.iter(tag))
        return self._known[tag]

    __getitem__ = get


class Index:
    """Where tags, classes and ids stand in a page, in document order."""

    def __init__(self, root: Element) -> None:
        self.root = root
        self.tags = Tags(root)
        self._attributes: dict[str, list[Element]] = {}
        self._classes: dict[str, dict[str, list[Element]]] = {}

    @cached_property
    def size(self) -> int:
        """Number of elements."""
        return int(_COUNT(self.root))

    def classes(self, tag: str) -> dict[str, list[Element]]:
        """Elements of that tag, of any where it is empty, by each of their classes."""
        if tag not in self._classes:
            self._classes[tag] = _by_class(self.tags[tag] if tag else self.elements)
        return self._classes[tag]

    @cached_property
    def ids(self) -> dict[str, list[Element]]:
        """Elements by id; careless pages give one to several."""
        found: dict[str, list[Element]] = {}
        for element in self.elements:
            if name := element.get("id"):
                found.setdefault(name, []).append(element)
        return found

    @cached_property
    def elements(self) -> list[Element]:
        """All elements."""
        return list(self.root.iter("*"))

    def having(self, attribute: str) -> list[Element]:
        """Elements with that attribute."""
        if attribute not in self._attributes:
            self._attributes[attribute] = [e for e in self.elements if e.get(attribute) is not None]
        return self._attributes[attribute]


_COUNT = etree.XPath("count(descendant-or-self::*)")


def _by_class(elements: Iterable[Element]) -> dict[str, list[Element]]:
    found: dict[str, list[Element]] = defaultdict(list)
    for element in elements:
        if names := element.get("class"):
            for name in set(names.split()):
                found[name].append(element)
    return found


def outermost(heads: list[Element]) -> list[Element]:
    """Those that stand in no other: what stands in a nested one stands in the outer one as well."""
    found: list[Element] = []
    inside = set(heads)
    for head in heads:
        above = head.getparent()
        while above is not None and above not in inside:
            above = above.getparent()
        if above is None:
            found.append(head)
    return found


class Selector:
    """One compiled selector: `find` for the whole page by its index, `within` for the descendants of an element."""

    __slots__ = ("_everywhere", "_id", "_inside", "_names", "_nests", "_rest", "_tag", "_tests", "css")

    def __init__(self, css: str) -> None:
        """Raise cssselect.SelectorError where `css` is no selector."""
        self.css = css
        self._inside = etree.XPath(HTMLTranslator().css_to_xpath(css, prefix="descendant::"), smart_strings=False)
        match = _COMPOUND.match(css)
        head = match.group() if match else ""
        rest = css[len(head) :]
        combinator = _COMBINED.match(rest)
        self._everywhere = "," in css or not head or (bool(rest) and (not combinator or rest.strip()[0] in "+~"))
        self._tag, self._names, self._id, self._tests = _compound(match)
        self._rest: etree.XPath | None = None
        self._nests = False
        if combinator and not self._everywhere:
            axis = "child::" if ">" in combinator.group() else "descendant::"
            self._nests = axis == "descendant::"
            path = HTMLTranslator().css_to_xpath(rest[combinator.end() :], prefix=axis)
            self._rest = etree.XPath(path, smart_strings=False)

    def find(self, index: Index) -> list[Element]:
        """Every element of the page that matches."""
        if self._everywhere:
            return self.within(index.root)
        heads = [e for e in self._candidates(index) if self._matches(e)]
        if self._rest is None or not heads:
            return heads
        if len(heads) == 1:
            return list(self._rest(heads[0]))
        if self._nests and len(heads) > _MANY:
            heads = outermost(heads)
        return list(dict.fromkeys(found for head in heads for found in self._rest(head)))

    def within(self, element: Element) -> list[Element]:
        """Every descendant of `element` that matches."""
        return list(self._inside(element))

    def _candidates(self, index: Index) -> Iterable[Element]:
        if self._id:
            return index.ids.get(self._id, ())
        if self._names:
            return index.classes(self._tag).get(self._names[0], ())
        if self._tag:
            return index.tags.get(self._tag, ())
        return index.having(self._tests[0][0]) if self._tests else index.elements

    def _matches(self, element: Element) -> bool:
        if self._tag and element.tag != self._tag:
            return False
        if len(self._names) > 1 or (self._id and self._names):
            have = (element.get("class") or "").split()
            if any(name not in have for name in self._names):
                return False
        for name, op, want in self._tests:
            value = element.get(name)
            if value is None or (want is not None and not _TESTS[op](value, want)):
                return False
        return True


def _compound(match: re.Match[str] | None) -> tuple[str, tuple[str, ...], str, tuple[tuple[str, str, str | None], ...]]:
    """Tag, classes, id and attribute tests of a compound selector."""
    names, tests, identity = [], [], ""
    for part in _PART.finditer(match["parts"] if match else ""):
        if part["cls"]:
            names.append(part["cls"])
        elif part["id"]:
            identity = part["id"]
        else:
            value = part["value"]
            tests.append((part["name"], part["op"] or "", None if value is None else value.strip().strip("\"'")))
    return (match["tag"] or "").lower() if match else "", tuple(names), identity, tuple(tests)


@lru_cache(maxsize=4096)
def compiled(css: str) -> Selector:
    """The selector of that text; compiled at its first use."""
    return Selector(css)
