"""Documents that an article links to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice

from scraper.extract.document import Document, text_of
from scraper.extract.labels import bare, heading
from scraper.extract.lines import Line
from scraper.extract.selector import Element
from scraper.extract.sight import Sight
from scraper.extract.story import Story
from scraper.items import Link

_FILE = re.compile(
    r"\.(?:pdf|docx?|xlsx?|pptx?|rtf|zip|rar|7z|odt|ods|csv)(?:$|[/?#])"
    r"|/(?:c/document_library/get_file|documents/\d+/|dlfileentry|download(?:file)?\b|get_file)",
    re.I,
)
_LABEL = re.compile(
    r"(?:cac )?(?:tep|file|tap)(?: tin)?(?: van ban)? (?:dinh kem|kem theo)|(?:tai lieu|van ban) (?:dinh kem|kem theo)"
)
_ADDRESS = 500  # last characters of an address that are looked at: a `data:` one is as long as its file
_BELOW = 14  # lines below the text in which its attachments are listed


def find(document: Document, sight: Sight, story: Story) -> tuple[Link, ...]:
    """Linked files of the article, in order; the lines that only name them are marked: a signature stands above."""
    _mark(story.lines)
    elements = [element for _, element in document.select("attachments")]
    if story.container is not None:
        elements.append(story.container)
    found: dict[str, Link] = {}
    for element in elements:
        _collect(document, element.iter("a"), found)
    links = document.index.tags.get("a", ())
    if story.after or len({link.get("href") for link in links if _is_file(link)}) > len(found):
        _collect(document, _labelled(story.after or sight.below(story.container)), found)
    return tuple(found.values())


def _collect(document: Document, links: Iterable[Element], found: dict[str, Link]) -> None:
    for link in links:
        if _is_file(link) and (url := document.absolute(link.get("href"))):
            found.setdefault(url, Link(url, text_of(link) or None))


def _is_file(link: Element) -> bool:
    return _names_file((link.get("href") or "")[-_ADDRESS:])


@lru_cache(maxsize=2048)  # most links of a page are those of its portal's frame
def _names_file(href: str) -> bool:
    return _FILE.search(href) is not None


def _mark(lines: list[Line]) -> None:
    """'Tệp đính kèm:' with the files on the same line, or on those that follow."""
    labelled = False
    for shown in lines:
        if not shown.text or shown.role:
            continue
        if not labelled and "kèm" not in shown.text[:60].lower():
            continue
        files = bool(shown.links) and all(map(_is_file, shown.links))
        if _LABEL.match(bare(shown.text)):
            labelled = files or len(shown.text) < 40
            shown.role = "attachment" if labelled else ""
        elif labelled and files and shown.is_link:
            shown.role = "attachment"
        else:
            labelled = False


def _labelled(lines: list[Line]) -> Iterator[Element]:
    """Links below a label of attachments that follows the text."""
    labelled = False
    for shown in islice(lines, _BELOW):
        if heading(shown.text):
            return
        labelled = labelled or bool(_LABEL.match(bare(shown.text)))
        if labelled:
            yield from shown.links
