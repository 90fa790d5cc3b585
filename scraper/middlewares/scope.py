"""Keeps every request, redirects included, on the portal's own hosts, and media off private addresses."""

from __future__ import annotations

import socket
from ipaddress import ip_address
from typing import Self
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.utils.defer import maybe_deferred_to_future
from twisted.internet.threads import deferToThread

from scraper.access import GivenUp, OutOfBounds
from scraper.responses import run_of
from scraper.run import Run
from scraper.urls import is_web


class Scope:
    """Replaces Scrapy's offsite middleware, which knows neither ports nor exact hosts and lets `dont_filter` pass."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.private: dict[str, bool] = {}  # host name -> whether it leads to a private address

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(run_of(crawler))

    async def process_request(self, request: Request) -> None:
        if self.run.evidence.given_up:
            raise GivenUp(f"{request.url[:200]} waits for the next run")
        request.meta["asked_at"] = self.run.now()
        if not is_web(request.url):
            raise OutOfBounds(f"{request.url[:200]} is no web address")
        if self.run.mine(request.url):
            return
        if self.run.recovery is not None and self.run.recovery.endpoints.serve(request.url):
            return
        if not request.meta.get("offsite") and not _is_robots(request):
            raise OutOfBounds(_strayed(request))
        if private(request.url) or await self._leads_inside(urlsplit(request.url).hostname or ""):
            raise OutOfBounds(f"{request.url[:200]} is a private address")

    async def _leads_inside(self, name: str) -> bool:
        """Whether the name server gives the name an address of this machine or a private network."""
        if name not in self.private:
            self.private[name] = await maybe_deferred_to_future(deferToThread(_is_inside, name))
        return self.private[name]


def _strayed(request: Request) -> str:
    """What leads off the portal's domains; it is recorded and not followed."""
    url, sources = request.url[:200], request.meta.get("redirect_urls")
    if not sources:
        return f"{url} is not on the portal's domains"
    return (
        f"{sources[0][:200]} redirects to {url}, which is not on the portal's domains and was not followed. If the "
        f'portal moved there, add "{urlsplit(url).netloc}" to domains in its TOML'
    )


def _is_robots(request: Request) -> bool:
    """Whether the robots middleware asks: for a request that was let through here before."""
    return bool(request.meta.get("dont_obey_robotstxt")) and urlsplit(request.url).path == "/robots.txt"


def _is_inside(name: str) -> bool:
    try:
        found = socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return False  # the downloader will tell, or a proxy knows the name
    return any(not ip_address(str(address[4][0]).partition("%")[0]).is_global for address in found)


def private(url: str) -> bool:
    """Whether the URL names an address of the machine itself or of a private network."""
    name = (urlsplit(url).hostname or "").rstrip(".")
    try:
        return not ip_address(name).is_global
    except ValueError:
        return name == "localhost" or name.endswith((".localhost", ".local", ".internal")) or "." not in name
