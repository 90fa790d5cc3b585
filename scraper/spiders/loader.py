"""One spider for each portal file, bundled or in PORTALS_DIR."""

from __future__ import annotations

import sys
from typing import Self

from scrapy import Request, Spider
from scrapy.settings import BaseSettings

from scraper import portals, project
from scraper.spiders.portal import PortalSpider


class PortalLoader:
    """Scrapy's SPIDER_LOADER_CLASS. A faulty file of another portal never hinders a run."""

    def __init__(self, settings: BaseSettings) -> None:
        self._folders = project.folders(settings)

    @classmethod
    def from_settings(cls, settings: BaseSettings) -> Self:
        return cls(settings)

    def load(self, spider_name: str) -> type[Spider]:
        if spider_name not in self.list():
            raise KeyError(spider_name)
        portal = portals.load(spider_name, self._folders)
        hosts = [domain.rpartition("]")[2].partition(":")[0] or domain for domain in portal.domains]
        return type("PortalSpider", (PortalSpider,), {"name": portal.name, "portal": portal, "allowed_domains": hosts})

    def list(self) -> list[str]:
        try:
            return sorted(portals.names(self._folders))
        except portals.PortalError as error:
            print(error, file=sys.stderr)
            raise SystemExit(2) from error

    def find_by_request(self, request: Request) -> list[str]:  # type: ignore[valid-type]
        owner = portals.find(request.url, portals.known(self._folders)[0])
        return [owner.name] if owner.domains else []
