"""What to do about an answer that is no page: refusals, cookie walls, maintenance, in one line each."""

from __future__ import annotations

import re
from html import unescape

from scraper.items import Page
from scraper.urls import host

_TITLE = re.compile(rb"(?is)<title[^>]*>(.{1,200}?)</title>")
_SUPPORT = re.compile(rb"(?i)support id is:?\s*(?:<[^>]+>\s*)?(\d{6,})")
SLOWER = "Ask more slowly (-s DOWNLOAD_DELAY=5) or from another network (https_proxy)"
_SAID = {
    401: "it wants a login for what should be public",
    403: f"it forbids us the page. {SLOWER}; give a CONTACT, so that its administrators can answer",
    429: "it gets too many requests. The next run is early enough; ask more slowly (-s DOWNLOAD_DELAY=5)",
}


def refusal(page: Page, cause: str | None) -> str:
    """What the portal said instead of a page, and what to do; one sentence for all pages of a host."""
    name = f"{host(page.url)}: status {page.status}"
    if cause == "cookie-wall":
        return (
            f"{name}, a cookie wall that its own cookie did not open: it wants a browser. Save pages with one and read "
            "them with `scrapy extract`, or try another network (https_proxy)"
        )
    if cause == "maintenance":
        return f"{name}, the portal says that it is under maintenance. The next run tries again"
    if support := _SUPPORT.search(page.body):
        return (
            f"{name}, 'Request Rejected' by its firewall (F5). Wait an hour. {SLOWER}; its administrators find the "
            f"reason by support ID {_text(support)}"
        )
    if page.status in _SAID:
        return f"{name}, {_SAID[page.status]}"
    if cause == "refused":
        title = _TITLE.search(page.body)
        return f"{name}, a refusal{f' ({_text(title)!r})' if title else ''}. {SLOWER}"
    if page.status >= 500:
        return f"{name}, the server is out of order. The next run tries again"
    return f"{page.url}: {cause or 'an error'} (status {page.status})"


def _text(found: re.Match[bytes]) -> str:
    return " ".join(unescape(found[1].decode("utf-8", "replace")).split())[:80]
