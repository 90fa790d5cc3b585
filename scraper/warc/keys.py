"""Index keys of URLs: the same for http and https, with and without www, as readers of archives expect."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

from scraper import urls


def key(url: str) -> str:
    """The canonical URL as an index key with the host's parts reversed: `vn,gov,hanoi,hoankiem)/tin-tuc?cur=2`."""
    try:
        parts = urlsplit(urls.canonical(url))
    except ValueError:  # no URL in the sense of RFC 3986: it is still found under what it is
        return quote(url, safe=_SAFE)
    name, colon, port = parts.netloc.partition(":")
    host = ",".join(reversed(name.removeprefix("www.").split(".")))
    query = f"?{parts.query}" if parts.query else ""
    return quote(f"{host}{colon}{port}){parts.path}{query}", safe=_SAFE)


_SAFE = "/:@!$&'()*+,;=~-._%?"


def posted(url: str, form: bytes) -> str:
    """The address by which the answer to a posted form is indexed, as pywb does it: no resource of its own has it."""
    return f"{url}{'&' if '?' in url else '?'}{POSTED}&{form.decode('utf-8', 'replace')}"


POSTED = "__wb_method=POST"
