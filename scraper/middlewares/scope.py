"""Keeps every request, redirects included, on the portal's own hosts."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Self
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler

from scraper.access import OutOfBounds
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
        if not is_web(request.url):
            raise OutOfBounds(f"{request.url[:200]} is no web address")
        if self.run.mine(request.url):
            return
        if not request.meta.get("offsite"):
            raise OutOfBounds(f"{request.url[:200]} is not on the portal's domains")
        if private(request.url):
            raise OutOfBounds(f"{request.url[:200]} is a private address")


def private(url: str) -> bool:
    """Whether the URL names an address of the machine itself or of a private network."""
    name = (urlsplit(url).hostname or "").rstrip(".")
    try:
        return not ip_address(name).is_global
    except ValueError:
        return name == "localhost" or name.endswith((".localhost", ".local", ".internal")) or "." not in name
