"""URLs as identities: one canonical form for the many addresses under which a portal shows one page."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

_SESSION = re.compile(r";jsessionid=[^/?#]*", re.I)
# Parameters that change the look of a page or the way to it, never the page. `redirect=` also sets off the
# firewall of sbv.gov.vn (portals.md of 2026-11); p_l_back_url and _redirect are its Liferay 7 forms.
_NOISE = re.compile(
    r"(?i)(utm_\w+|fbclid|gclid|zarsrc|redirect|_\w+_redirect|p_l_back_url|inheritredirect|jsessionid|sid|phpsessid)"
)
_PORTS = {"http": "80", "https": "443"}
_SAFE = "/:@!$&'()*+,;=~-._%"


@lru_cache(maxsize=2048)  # the links of some pages; more only makes a long run grow
def canonical(url: str) -> str:
    """The URL without fragment, session id, tracking and return parameters; host in lower case, no default port."""
    parts = urlsplit(url.strip())
    scheme = parts.scheme.lower()
    host = parts.netloc.lower().rpartition("@")[2]
    name, _, port = host.rpartition(":")
    if name and port == _PORTS.get(scheme):
        host = name
    query = parts.query
    if query:
        pairs = [(k, v) for k, v in parse_qsl(query, keep_blank_values=True) if not _NOISE.fullmatch(k)]
        query = urlencode(pairs, quote_via=quote, safe="/:,")
    path = quote(_SESSION.sub("", parts.path), safe=_SAFE) or "/"
    return urlunsplit((scheme, host, path, query, ""))


def host(url: str) -> str:
    """Host with port, lower case."""
    return urlsplit(url).netloc.lower().rpartition("@")[2]


def is_web(url: str) -> bool:
    """Whether the URL is http or https and names a host."""
    parts = urlsplit(url.strip())
    return parts.scheme.lower() in _PORTS and bool(parts.netloc)
