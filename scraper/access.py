"""What can stand between us and a portal: recognised, and named in a line that says what to do."""

from __future__ import annotations

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)

from scraper.urls import host


class Barred(IgnoreRequest):
    """A request that is not made; the message says why."""

    kind = "barred"


class NotCaptured(Barred):
    """The replayed files do not hold the URL."""

    kind = "not captured"


class Forbidden(Barred):
    """robots.txt forbids the URL, or could not be had, which forbids everything (RFC 9309 2.3.1.4)."""

    kind = "forbidden"


class Unreachable(Barred):
    """The host gave no answer to an earlier question; the message says why."""

    kind = "unreachable"


class OutOfBounds(Barred):
    """The URL is no web address, not on the portal's domains, or private."""

    kind = "out_of_bounds"


def outage(error: BaseException, url: str) -> str:
    """One line: why nothing came back from the URL, and what to do."""
    name = host(url)
    text = str(error)
    if isinstance(error, CannotResolveHostError):
        return (
            f"{name}: the name lookup failed: the portal's name is gone, or this network's resolver does not know it. "
            "Try another resolver or network"
        )
    if isinstance(error, DownloadConnectionRefusedError):
        return f"{name}: the connection was refused: the server is there, but offers nothing at this port"
    if isinstance(error, DownloadTimeoutError):
        return (
            f"{name}: timed out without an answer: the portal is down, or drops this network (portals of *.gov.vn "
            "drop foreign and cloud networks). Try from a network in Vietnam, or set https_proxy"
        )
    if any(word in text.lower() for word in ("ssl", "tls", "certificate", "handshake")):
        return f'{name}: TLS failed ({_short(text)}). An old server may need tls = "legacy" in the portal\'s TOML'
    if isinstance(error, ResponseDataLossError):
        return f"{name}: the answer was cut off"
    return f"{name}: {type(error).__name__}: {_short(text)}"


def _short(text: str) -> str:
    return " ".join(text.split())[:160]
