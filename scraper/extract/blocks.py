"""Repeated structure of a page: its blocks of titled links, what each item shows, and which block is the main list."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from scraper.extract.document import Document, line, text_of
from scraper.extract.region import FURNITURE, PLAIN, Regions
from scraper.extract.selector import Element
from scraper.extract.shape import clean, is_numbered, is_page, same_site, shape
from scraper.extract.titled import HEADINGS, Item, is_title, judge, merge, title_of
from scraper.text import fold

_OTHERS = re.compile(
    r"(doc|xem|quan tam|binh luan) nhieu|nhieu nguoi doc|moi nhat|tin moi\b|lien quan|quang cao|video|co the ban"
    r"|dang quan tam|thong bao|lien ket|van ban|hinh anh|thu vien anh|chu de|hoi dap"
    r"|most (read|viewed|popular)|latest|popular"
)
# Columns of tables of procedures and legal documents, which no table of news has.
_COLUMNS = re.compile(
    r"\b(?:stt|so (?:va )?ky hieu|trich yeu|ten thu tuc|ten van ban|ngay ban hanh|co quan ban hanh|linh vuc)\b"
)
_LABEL = 60  # characters of the heading of a box
_MOST = 5000  # titled links of one page; no listing has more
_REPEATED = 3  # an address met this often on one page is a section's, not an article's
_TALL = 1500  # characters that one item may hold: title, date and summary


@dataclass(slots=True, eq=False)
class Block:
    """Items that stand side by side."""

    parent: Element
    region: Element | None  # of a side column or box, None in the open page
    items: list[Item]
    weight: float = 1.0

    @property
    def worth(self) -> float:
        """How much news the block shows: the sum over its items, less in side columns."""
        return self.weight * sum(item.worth for item in self.items)

    @property
    def mean(self) -> float:
        """What a single item shows."""
        return sum(item.worth for item in self.items) / len(self.items)


class Blocks:
    """Every block of a page, found in one walk over its links."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.regions = Regions()
        self.order = {element: place for place, element in enumerate(document.index.tags.get("a", ()))}

    @cached_property
    def all(self) -> list[Block]:
        """Blocks in document order."""
        found: dict[tuple[Element, str, Element | None], list[Item]] = defaultdict(list)
        items = self._items()
        counts = self._counts(items)
        for item in items:
            item.node = self._top(item.anchor, counts)
            parent = item.node.getparent()
            rows = parent if parent is not None else item.node
            above = rows.getparent() if len(counts.get(rows, ())) <= 4 else None
            # Cards in rows of two or three: the rows of one grid are one block.
            place = (above, rows.tag + (rows.get("class") or ""), self.regions.of(item.anchor)[1])
            alone = (rows, "", self.regions.of(item.anchor)[1])
            found[place if above is not None and self._is_row(rows) else alone].append(item)
        blocks = [Block(key[0], key[2], items) for key, items in found.items()]
        for block in blocks:
            self._weigh(block)
        return blocks

    @cached_property
    def main(self) -> Block | None:
        """The block that shows most news."""
        return max(self.all, key=lambda block: block.worth, default=None)

    def chosen(self) -> list[Item]:
        """The main list in order: its block, and the blocks of the same column that show the same kind of links."""
        main = self.main
        if main is None or not main.worth:
            return []
        form = _form(main)
        chosen = [item for block in self.all if self._joins(block, main, form) for item in block.items]
        chosen = _most(chosen, lambda item: shape(item.url) == form, 0.7)
        chosen = _most(chosen, lambda item: is_numbered(item.url), 0.7)
        chosen = _most(chosen, lambda item: item.key is not None, 0.5)
        return sorted(chosen, key=lambda item: self.order[item.anchor])

    def _items(self) -> list[Item]:
        """Titled links in document order; neighbours with one address are one."""
        items: list[Item] = []
        untitled: dict[str, Element] = {}
        for anchor in self.document.index.tags.get("a", ()):
            url = self._address(anchor)
            if url is None or self.regions.of(anchor)[0] == FURNITURE:
                continue
            if items and items[-1].url == url:
                merge(self.document, items[-1], anchor)
            elif title := title_of(self.document, anchor):
                if len(items) >= _MOST:
                    break
                items.append(Item(url, title, anchor, self.document.key(url), anchor))
            else:
                untitled.setdefault(url, anchor)
        places = Counter(item.url for item in items)
        return [item for item in items if places[item.url] <= _REPEATED and is_title(item)]

    def _address(self, anchor: Element) -> str | None:
        url = clean(self.document.absolute(anchor.get("href")))
        if url is None:
            return None
        wanted = is_page(url) and same_site(url, self.document.url, self.document.portal.domains)
        return url if wanted and url != self.document.url else None

    def _counts(self, items: list[Item]) -> dict[Element, set[str]]:
        """Element -> addresses of the titled links in it, counted up to the border of their own region."""
        counts: dict[Element, set[str]] = defaultdict(set)
        for item in items:
            border = self.regions.of(item.anchor)[1]
            for element in (item.anchor, *item.anchor.iterancestors()):
                counts[element].add(item.url)
                if element is border:
                    break
        return counts

    def _top(self, anchor: Element, counts: dict[Element, set[str]]) -> Element:
        node, border = anchor, self.regions.of(anchor)[1]
        for above in anchor.iterancestors():
            if len(counts.get(above, ())) > 1 or node is border or above.tag in ("body", "html"):
                break
            if node is not anchor and sum(map(len, above.itertext())) > _TALL:
                break
            node = above
        return node

    def _is_row(self, rows: Element) -> bool:
        """Whether a sibling looks the same: then it is one row of several."""
        look = rows.tag, rows.get("class")
        near = (*islice(rows.itersiblings(), 4), *islice(rows.itersiblings(preceding=True), 4))
        return any((sibling.tag, sibling.get("class")) == look for sibling in near)

    def _weigh(self, block: Block) -> None:
        if self.regions.of(block.items[0].anchor)[0] != PLAIN:
            block.weight = 0.3
        elif self._is_other(block):
            block.weight = 0.4
        if _is_register(block):
            block.weight = 0.0
        nodes = {item.node for item in block.items}
        for item in block.items:
            item.nodes = [item.node]
            for follower in item.node.itersiblings():
                if follower in nodes or len(item.nodes) > 6 or follower.tag in HEADINGS:
                    break
                item.nodes.append(follower)
            judge(item)

    def _is_other(self, block: Block) -> bool:
        """Whether the block stands under a heading of its own, such as 'Đọc nhiều', that is not the page's subject."""
        label = fold(heading(block))
        if not label or not _OTHERS.search(label):
            return False
        return label not in fold(self._subject)

    @cached_property
    def _subject(self) -> str:
        return text_of(next(iter(self.document.index.tags.get("title", ())), None))

    def _joins(self, block: Block, main: Block, form: tuple[object, ...]) -> bool:
        if block is main:
            return True
        if block.region is not main.region or block.weight < main.weight:
            return False
        alike = sum(shape(item.url) == form for item in block.items)
        if alike * 2 < len(block.items):
            return False
        if block.mean >= 0.6 * main.mean or _path(block.items[0]) == _path(main.items[0]):
            return True
        return any(above is main.parent for above in block.items[0].anchor.iterancestors())


def _form(block: Block) -> tuple[object, ...]:
    """How most addresses of the block are built."""
    return Counter(shape(item.url) for item in block.items).most_common(1)[0][0]


def _most(items: list[Item], test: Callable[[Item], bool], share: float) -> list[Item]:
    """The items that pass, where they are the rule; else all: what differs from the rule is no article of the list."""
    passed = [item for item in items if test(item)]
    return passed if passed and len(passed) >= share * len(items) else items


def heading(block: Block) -> str:
    """The short text right above a block; empty when there is none."""
    node = block.items[0].node
    for _ in range(5):
        for before in node.itersiblings(preceding=True):
            if text := text_of(before):
                return text if len(text) <= _LABEL else ""
        above = node.getparent()
        if above is None or above.tag == "body":
            return ""
        if own := line(above.text):
            return own if len(own) <= _LABEL else ""
        node = above
    return ""


def _is_register(block: Block) -> bool:
    """Whether the items are rows of a table whose head names the columns of documents or procedures."""
    table = next((e for e in block.items[0].anchor.iterancestors() if e.tag == "table"), None)
    row = None if table is None else next(table.iter("tr"), None)
    return row is not None and len(row) > 1 and bool(_COLUMNS.search(fold(" ".join(map(text_of, row)))))


def _path(item: Item) -> tuple[str, ...]:
    """Tags and first classes from the link up to its item: what repeats from one item to the next."""
    names = []
    for element in (item.anchor, *item.anchor.iterancestors()):
        names.append(f"{element.tag}.{(element.get('class') or '').partition(' ')[0]}")
        if element is item.node or len(names) > 6:
            break
    return tuple(names)
