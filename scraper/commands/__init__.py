"""The commands of `scrapy`: flags only; the work is done below."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

from scraper import portals
from scraper.portals import Portal


def readable(folders: Iterable[Path]) -> list[Portal]:
    """All portals; what is wrong with a file among them is told, and hinders no other."""
    known, faults = portals.known(folders)
    for fault in faults:
        print(fault, file=sys.stderr)
    return known
