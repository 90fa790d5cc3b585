"""Crawl-delay is the least that lies between two requests, whatever autothrottle makes of it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from scrapy import Request
from scrapy.extensions.throttle import AutoThrottle
from scrapy.robotstxt import ProtegoRobotParser

from scraper.middlewares.robots import Robots


def slowed(begun: float, delay: str, minimum: float = 1.0) -> tuple[Any, Any]:
    """Slot and autothrottle after a robots.txt with that Crawl-delay was read; the host has a port."""
    slot = SimpleNamespace(delay=begun, jitter=0.5)
    throttle = SimpleNamespace(mindelay=minimum, maxdelay=3.0)
    downloader = SimpleNamespace(slots={"127.0.0.1": slot}, get_slot_key=lambda request: "127.0.0.1")
    crawler = SimpleNamespace(
        engine=SimpleNamespace(downloader=downloader),
        get_extension=lambda kind: throttle if kind is AutoThrottle else None,
    )
    robots = Robots.__new__(Robots)
    robots.crawler = crawler  # type: ignore[assignment]
    robots._default_useragent, robots._robotstxt_useragent = "archive", None
    text = f"User-agent: *\nCrawl-delay: {delay}\n".encode()
    robots.slow_down(ProtegoRobotParser(text, None), Request("http://127.0.0.1:8000/tin"))
    return slot, throttle


@pytest.mark.parametrize(("begun", "kept"), [(1.0, 2.0), (5.0, 5.0)])
def test_crawl_delay_is_a_floor_from_the_first_request_on(begun: float, kept: float) -> None:
    slot, throttle = slowed(begun, "2")
    assert (slot.delay, slot.jitter) == (kept, 0.0)
    assert (throttle.mindelay, throttle.maxdelay) == (2.0, 3.0)


def test_a_crawl_delay_above_autothrottles_greatest_delay_wins() -> None:
    slot, throttle = slowed(1.0, "10")
    assert (slot.delay, throttle.mindelay, throttle.maxdelay) == (10.0, 10.0, 10.0)


def test_a_shorter_crawl_delay_lets_our_own_stand() -> None:
    _, throttle = slowed(1.0, "0.5")
    assert throttle.mindelay == 1.0
