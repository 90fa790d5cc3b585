"""Which requests leave the machine: the portal's own, public media, the web archive; never a private address."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from scrapy import Request

from scraper.access import OutOfBounds
from scraper.archive import Archive
from scraper.middlewares.scope import Scope
from scraper.portals import Portal
from scraper.recovery import Endpoints, Recovery
from scraper.run import Run
from scraper.wayback import Span

PORTAL = Portal("quan", "Quận", ("quan.gov.vn", "10.1.2.3:8080"), ("https://quan.gov.vn/",))


@pytest.fixture
def scope(tmp_path: Path) -> Scope:
    return Scope(Run(PORTAL, Archive.open(tmp_path / "archive.db"), lambda: datetime(2026, 3, 1, tzinfo=UTC)))


@pytest.mark.parametrize(
    ("url", "meta"),
    [
        ("https://quan.gov.vn/a", {}),
        ("http://www.quan.gov.vn/a", {}),
        ("http://10.1.2.3:8080/a.jpg", {}),  # private, and named by the portal's file
        ("https://cdn.example.org/a.jpg", {"offsite": True}),
        ("https://cdn.example.org/robots.txt", {"dont_obey_robotstxt": True}),
    ],
)
def test_let_through(scope: Scope, url: str, meta: dict[str, bool]) -> None:
    scope.process_request(Request(url, meta=meta))


@pytest.mark.parametrize(
    ("url", "meta"),
    [
        ("https://cdn.example.org/a.jpg", {}),
        ("https://web.archive.org/web/2015id_/http://quan.gov.vn/", {}),
        ("ftp://quan.gov.vn/a.pdf", {"offsite": True}),
        ("file:///etc/passwd", {"offsite": True}),
        ("http://10.1.2.3/a.jpg", {"offsite": True}),
        ("http://127.0.0.1/a.jpg", {"offsite": True}),
        ("http://[::1]/a.jpg", {"offsite": True}),
        ("http://169.254.169.254/latest/meta-data/", {"offsite": True}),
        ("http://localhost/a.jpg", {"offsite": True}),
        ("http://2130706433/a.jpg", {"offsite": True}),
        ("http://printer/a.jpg", {"offsite": True}),
        ("http://127.0.0.1/robots.txt", {"dont_obey_robotstxt": True}),
    ],
)
def test_refused(scope: Scope, url: str, meta: dict[str, bool]) -> None:
    with pytest.raises(OutOfBounds):
        scope.process_request(Request(url, meta=meta))


def test_a_recovery_asks_the_web_archive_it_was_told(scope: Scope) -> None:
    endpoints = Endpoints("http://127.0.0.1:8080/past/cdx", "http://127.0.0.1:8080/past/{timestamp}id_/{url}")
    run = scope.run
    run.recovery = Recovery(PORTAL, run.archive, Span.of("2015"), endpoints, run.now)
    scope.process_request(Request("http://127.0.0.1:8080/past/2015id_/http://quan.gov.vn/"))
    with pytest.raises(OutOfBounds):
        scope.process_request(Request("http://127.0.0.1:9090/past/2015id_/http://quan.gov.vn/"))
