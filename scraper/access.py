"""What can stand between us and a portal: recognised, and named in a line that says what to do."""

from __future__ import annotations

import re
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)

from scraper.tls import complaint
from scraper.urls import host


class Barred(IgnoreRequest):
    """A request that is not made; the message says why."""

    kind = "barred"


class NotCaptured(Barred):
    """The replayed files do not hold the URL."""

    kind = "not captured"


class GivenUp(Barred):
    """The portal did not answer, or refused us, several times in a row: it is left alone until the next run."""

    kind = "given up"


class Forbidden(Barred):
    """robots.txt forbids the URL, or could not be had, which forbids everything (RFC 9309 2.3.1.4)."""

    kind = "forbidden"


class Unreachable(Barred):
    """The host gave no answer to an earlier question; the message says why."""

    kind = "unreachable"


class Closed(Unreachable):
    """Nothing listens at the port, or it speaks no TLS: a host that may know http only."""


class Refused(Barred):
    """The host refused an earlier question; the message says how."""

    kind = "refused"


class OutOfBounds(Barred):
    """The URL is no web address, not on the portal's domains, or private."""

    kind = "out_of_bounds"


def is_too_large(error: BaseException | None) -> bool:
    """Whether the answer was refused by us: longer than DOWNLOAD_MAXSIZE, as it came or unpacked."""
    return isinstance(error, DownloadCancelledError | IgnoreRequest) and any(sign in str(error) for sign in _LARGE)


_LARGE = ("larger than download max size", "exceeded DOWNLOAD_MAXSIZE")  # as Scrapy 2.19 words it


lookups: dict[str, str] = {}  # name -> why its lookup failed; Twisted's own error does not say


def outage(error: BaseException, url: str) -> str:
    """One line: why nothing came back from the URL, and what to do."""
    name, text = host(url), " ".join(str(error).split())
    proxy = None if proxy_bypass(urlsplit(url).hostname or "") else getproxies().get(urlsplit(url).scheme)
    if proxy and isinstance(error, DownloadConnectionRefusedError | CannotResolveHostError):
        return f"{name}: the proxy {_bare(proxy)} cannot be reached: check https_proxy and http_proxy, or unset them"
    if isinstance(error, CannotResolveHostError):
        return f"{name}: {_unnamed(lookups.get(urlsplit(url).hostname or '', text))}"
    if isinstance(error, DownloadConnectionRefusedError):
        return (
            f"{name}: the connection was refused: the server is there, but offers nothing at this port. "
            "Try http:// instead of https:// in the portal's TOML, or the other way round"
        )
    if isinstance(error, DownloadTimeoutError):
        return (
            f"{name}: timed out without an answer: the portal is down, or drops this network (portals of *.gov.vn drop "
            "foreign and cloud networks). Try from a network in Vietnam, or through a proxy there: set https_proxy"
        )
    if any(word in text.lower() for word in ("ssl", "tls", "certificate", "handshake", "service_identity")):
        return f"{name}: TLS failed: {_untrusted(text, url)}"
    if isinstance(error, ResponseDataLossError):
        return f"{name}: the answer was cut off"
    if "tunnel" in text.lower():
        return f"{name}: the proxy in https_proxy does not lead there: {text[:160]}"
    if any(sign in text for sign in ("ConnectionLost", "ConnectionDone", "ConnectionReset", "ResponseNeverReceived")):
        return (
            f"{name}: the connection was cut before an answer came: a firewall does that to networks it does not want, "
            "and servers do it when they are overloaded. Try again later, or from another network (https_proxy)"
        )
    return f"{name}: {type(error).__name__}: {text[:160]}"


def _bare(proxy: str) -> str:
    """A proxy's address without user and password."""
    return urlsplit(proxy if "//" in proxy else f"//{proxy}").netloc.rpartition("@")[2]


def is_closed(error: BaseException | None) -> bool:
    """Whether a host may know http only: nothing listens at the port of https, or what does speaks no TLS."""
    if isinstance(error, Closed | DownloadConnectionRefusedError):
        return True
    return any(sign in str(error) for sign in ("wrong version number", "http request", "packet length too long"))


def _unnamed(text: str) -> str:
    """Why a name has no address."""
    if "private address" in text:
        return text
    if any(sign in text for sign in ("Temporary failure", "Errno -3", "SERVFAIL", "timed out", "timeout")):
        return (
            "the name server did not answer the lookup: that says nothing about the portal. Ask another one, for "
            "example -s DNS_SERVERS=8.8.8.8 (hanoi.gov.vn failed at 1.1.1.1 and worked at 8.8.8.8 in 2026), or try "
            "another network (https_proxy)"
        )
    return (
        "no such name: the portal is gone or has another name, or this network's name server hides it. Check the "
        "spelling, ask another name server (-s DNS_SERVERS=8.8.8.8), or look where the portal went"
    )


def _untrusted(text: str, url: str) -> str:
    """What is wrong with a server's TLS."""
    legacy = 'Set tls = "legacy" in the portal\'s TOML: old ciphers and keys, in a process of its own'
    if any(sign in text for sign in _OLD):
        return f"the server is too old for today's OpenSSL ({_reason(text)}). {legacy}"
    if "certificate verify failed" in text or "VerificationError" in text or "CertificateError" in text:
        parts = urlsplit(url)
        told = None if getproxies().get("https") else complaint(parts.hostname or "", parts.port or 443)
        return f"{told or 'its certificate cannot be verified'}. Pages are never read unverified"
    if "wrong version number" in text or "http request" in text:
        return "the port speaks no TLS: try http:// in the portal's TOML"
    return f"{_reason(text)}. If the server is an old one: {legacy}"


# What OpenSSL 3 and 4 say of servers that tls = "legacy" is for.
_OLD = (
    "dh key too small", "ee key too small", "ca md too weak", "ca key too small", "unsafe legacy renegotiation",
    "unsupported protocol", "legacy sigalg", "bad signature", "wrong signature type", "no shared cipher",
    "modulus too small",
)  # fmt: skip


def _reason(text: str) -> str:
    """OpenSSL's own words."""
    said = re.findall(r"\('[^']*', '[^']*', '([^']+)'\)", text)
    return ", ".join(dict.fromkeys(said)) or text[:160]
