"""Keeps every request, redirects included, on the portal's own hosts, and media off private addresses."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Self
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler

from scraper.access import GivenUp, OutOfBounds
from scraper.responses import run_of
from scraper.run import Run
from scraper.urls import is_web


class Scope:
    """Replaces Scrapy's offsite middleware, which knows neither ports nor exact hosts and lets `dont_filter` pass."""

    def __init__(self, run: Run) -> None:
        self.run = run

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(run_of(crawler))

    def process_request(self, request: Request) -> None:
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
        if private(request.url):  # a name that leads to one is refused when it is looked up (names.py)
            raise OutOfBounds(f"{request.url[:200]} is a private address")


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


def private(url: str) -> bool:
    """Whether the URL names an address of the machine itself or of a private network."""
    name = (urlsplit(url).hostname or "").rstrip(".")
    try:
        found = ip_address(name)
        return not (getattr(found, "ipv4_mapped", None) or found).is_global
    except ValueError:
        return name == "localhost" or name.endswith((".localhost", ".local", ".internal")) or "." not in name
