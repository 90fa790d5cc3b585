"""Names to addresses: IPv4 before IPv6, another name server if wanted, and no way into private networks."""

from __future__ import annotations

import socket
from collections.abc import Iterable
from ipaddress import ip_address
from typing import Any, Self
from urllib.parse import urlsplit
from urllib.request import getproxies

from scrapy.crawler import Crawler
from scrapy.resolver import CachingThreadedResolver
from twisted.internet.base import ReactorBase
from twisted.internet.defer import Deferred, succeed
from twisted.internet.error import DNSLookupError
from twisted.internet.threads import deferToThreadPool
from twisted.names import client, dns, error
from twisted.python.failure import Failure

from scraper import access
from scraper.middlewares.scope import private
from scraper.project import UsageError


class Names(CachingThreadedResolver):
    """Scrapy's TWISTED_DNS_RESOLVER.

    IPv6 addresses are taken only where a name has no other: many hosts of *.gov.vn publish ones that never answer.
    """

    def __init__(self, reactor: ReactorBase, cache_size: int, timeout: float) -> None:
        super().__init__(reactor, cache_size, timeout)
        self.process: Any = None
        self.servers: client.Resolver | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: ReactorBase) -> Self:
        names = super().from_crawler(crawler, reactor)
        names.process = crawler
        places = [_place(text) for text in crawler.settings.getlist("DNS_SERVERS")]
        if places:
            names.servers = client.Resolver(servers=places, timeout=(2, 5), reactor=reactor)  # type: ignore[no-untyped-call]
        return names

    def getHostByName(self, name: str, timeout: Any = ()) -> Deferred[str]:
        if _is_address(name):
            return succeed(name).addCallback(self._checked, name).addErrback(_noted, name)
        if self.servers is not None and "." in name and not name.endswith(".localhost"):
            asked = self.servers.lookupAddress(name)  # type: ignore[no-untyped-call]
            found: Deferred[str] = asked.addCallback(_first).addErrback(_explain, name)
        else:
            found = super().getHostByName(name, timeout)
            found.addErrback(self._sixth, name)
        return found.addCallback(self._checked, name).addErrback(_noted, name)

    def _sixth(self, failure: Failure, name: str) -> Any:
        """The IPv6 address of a name that has no other."""

        def ask() -> str:
            try:
                return str(socket.getaddrinfo(name, None, socket.AF_INET6, socket.SOCK_STREAM)[0][4][0])
            except OSError:
                failure.raiseException()
                raise

        return deferToThreadPool(self.reactor, self.reactor.getThreadPool(), ask)  # type: ignore[arg-type]

    def _checked(self, address: str, name: str) -> str:
        """The address, unless a public name leads into a private network: then nothing is connected to."""
        if private(f"http://[{address}]/" if ":" in address else f"http://{address}/"):
            known = self._named()
            if address not in known and not (name in known and private(f"http://{name}/")):
                raise DNSLookupError(
                    f"the name leads to the private address {address}, where no portal is read. If it is the portal's "
                    f'own, add "{address}" to domains in its TOML'
                )
        return address

    def _named(self) -> set[str]:
        """Hosts that portal files and the proxy settings of this process name."""
        runs = [getattr(crawler.spider, "run", None) for crawler in self.process.crawlers]
        domains = [domain for run in runs if run is not None for domain in run.portal.domains]
        places = [*(f"//{domain}" for domain in domains), *getproxies().values()]
        archives = [run.recovery.endpoints for run in runs if run is not None and run.recovery is not None]
        places += [url for archive in archives for url in (archive.cdx, archive.replay)]
        return {urlsplit(place if "//" in place else f"//{place}").hostname or "" for place in places}


def _noted(failure: Failure, name: str) -> Failure:
    """Keep the reason: what the endpoint makes of it says only that there is no address."""
    access.lookups[name] = failure.getErrorMessage()
    return failure


def _place(text: str) -> tuple[str, int]:
    """A name server: address, with a port where it is not 53."""
    text = text.strip()
    parts = urlsplit(f"//[{text}]" if text.count(":") > 1 and "[" not in text else f"//{text}")
    if not _is_address(parts.hostname or ""):
        raise UsageError(f"DNS_SERVERS={text} should be addresses with commas between them, as 8.8.8.8,1.1.1.1")
    return str(parts.hostname), parts.port or 53


def _first(answer: tuple[Iterable[Any], Any, Any]) -> str:
    records = list(answer[0])
    fourth = [r.payload.dottedQuad() for r in records if r.type == dns.A]
    if not fourth:
        raise DNSLookupError("the name has no address")
    return str(fourth[0])


def _explain(failure: Failure, name: str) -> Any:
    if isinstance(failure.value, error.DNSNameError):
        raise DNSLookupError(f"{name}: no such name (NXDOMAIN)")
    if isinstance(failure.value, error.DNSQueryTimeoutError | TimeoutError):
        raise DNSLookupError(f"{name}: the name server timed out")
    if isinstance(failure.value, error.DomainError):
        raise DNSLookupError(f"{name}: the name server failed (SERVFAIL)")
    return failure


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
