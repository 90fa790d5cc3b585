"""Documents that an article links to."""

from __future__ import annotations

import re

from scraper.extract.document import Document, text_of
from scraper.extract.selector import Element
from scraper.items import Link

_DOCUMENT = re.compile(r"\.(?:pdf|docx?|xlsx?|pptx?|rtf|zip|rar|7z|odt|ods|csv)(?:$|[/?#])", re.I)
_ENTRY = re.compile(r"/(?:c/document_library/get_file|documents/\d+/|dlfileentry|download(?:file)?\b|get_file)", re.I)


def find(document: Document, container: Element | None) -> tuple[Link, ...]:
    """Linked files of the article, in order."""
    found: dict[str, Link] = {}
    elements = [element for _, element in document.select("attachments")]
    if container is not None:
        elements.append(container)
    for element in elements:
        for link in element.iter("a"):
            href = link.get("href") or ""
            if (_DOCUMENT.search(href) or _ENTRY.search(href)) and (url := document.absolute(href)):
                found.setdefault(url, Link(url, text_of(link) or None))
    return tuple(found.values())
