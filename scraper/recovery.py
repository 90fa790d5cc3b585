"""A portal's past from a web archive: what to list, what to fetch, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from scraper import wayback
from scraper.archive import Archive, Wanted
from scraper.items import Entry, Listing
from scraper.portals import Portal
from scraper.project import UsageError
from scraper.urls import host, is_web
from scraper.walk import place
from scraper.wayback import Snapshot, Span

CHUNK = 50  # requests handed out at a time: a stop waits for what is queued


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Where a web archive is asked."""

    cdx: str
    replay: str  # with {timestamp} and {url}

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> Endpoints:
        """WAYBACK_CDX and WAYBACK_REPLAY; UsageError where they cannot be meant."""
        cdx, replay = str(settings["WAYBACK_CDX"]), str(settings["WAYBACK_REPLAY"])
        if not is_web(cdx):
            raise UsageError(f"WAYBACK_CDX={cdx} should be the URL of a CDX server")
        if not is_web(replay) or not all(mark in replay for mark in ("{timestamp}", "{url}")):
            raise UsageError(f"WAYBACK_REPLAY={replay} should be a URL with {{timestamp}} and {{url}}")
        return cls(cdx, replay)

    def serve(self, url: str) -> bool:
        """Whether the URL is on the web archive's own hosts."""
        return host(url) in (host(self.cdx), host(self.replay))


@dataclass(slots=True)
class Recovery:
    """The work of a run that reads a web archive. All of its state is in the archive, so that a killed run goes on."""

    portal: Portal
    archive: Archive
    span: Span
    endpoints: Endpoints
    now: Callable[[], datetime]
    limit: int = wayback.LIMIT  # captures an answer
    finished: list[tuple[Wanted, str]] = field(default_factory=list)  # not yet in the archive
    asked: set[tuple[str, datetime]] = field(default_factory=set)
    snapshots: int = 0  # new ones that the web archive listed in this run

    # The list

    def queries(self) -> Iterator[tuple[str, str]]:
        """(host, URL of the query): lists that are not complete; all of them once nothing is left to fetch."""
        complete = bool(self._wanted(1))
        for domain in self.portal.domains:
            harvest = self.archive.harvest(self.portal.name, domain, str(self.span))
            if harvest is not None and harvest.listed_at is None:
                yield domain, self._query(domain, harvest.resume_key)
            elif harvest is None or not complete:
                yield domain, self._query(domain, None)

    def _query(self, domain: str, resume_key: str | None, *, limited: bool = True) -> str:
        limit = self.limit if limited else None
        return wayback.query(self.endpoints.cdx, domain, self.span, resume_key, limit=limit)

    def listed(self, domain: str, body: bytes, *, limited: bool = True) -> str | None:
        """Keep a part of the list; the URL of the next part. Raises CdxError where the answer is none."""
        answer = wayback.answer(body, self.limit if limited else None)
        if answer.is_cut:
            return self._query(domain, None, limited=False)
        found = [(s.url, s.at) for s in answer.snapshots if s.at in self.span and self._own(s.url)]
        with self.archive.write():
            self.snapshots += self.archive.keep_snapshots(self.portal.name, found)
            self.archive.keep_harvest(self.portal.name, domain, str(self.span), answer.resume_key, self.now())
        return None if answer.resume_key is None else self._query(domain, answer.resume_key)

    # The captures

    def waiting(self) -> list[Wanted]:
        """Captures to fetch next. Whatever was handed out before is stored by now."""
        self._note()
        wanted: list[Wanted] = []
        while not wanted and (found := self._wanted(CHUNK + len(self.asked))):
            fresh = [one for one in found if (one.url, one.at) not in self.asked]
            if not fresh:
                break
            for one in fresh[:CHUNK]:
                self.asked.add((one.url, one.at))
                if one.is_listed and self.archive.known(self.portal.name, one.key or one.url) is not None:
                    self.finished.append((one, "known"))
                else:
                    wanted.append(one)
            self._note()
        return wanted

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all is known of the portal's past in this span."""
        return not self.archive.recalls(self.portal.name, self.span.start, self.span.end)

    def _wanted(self, limit: int) -> list[Wanted]:
        return self.archive.wanted(self.portal.name, self.span.start, self.span.end, limit)

    def _note(self) -> None:
        with self.archive.write():
            for wanted, outcome in self.finished:
                self.archive.recalled(self.portal.name, wanted, outcome, self.now())
        if self.finished:
            gone = {(wanted.url, wanted.at) for wanted, outcome in self.finished if outcome != "failed"}
            self.asked -= gone
        self.finished = []

    def shown(self, listing: Listing, at: datetime) -> None:
        """A listing page leads to pages that the web archive may have and did not list."""
        entries = [Entry(entry.url, entry.key) for entry in listing.entries if self._own(entry.url)]
        following = place(listing)
        if following and listing.form is None and self._own(following):
            entries.append(Entry(following))
        self.archive.keep_shown(self.portal.name, entries, at)

    def done(self, wanted: Wanted, outcome: str) -> None:
        """What came of a capture; it is noted when its article is stored."""
        self.finished.append((wanted, outcome))

    def address(self, url: str, at: datetime) -> str:
        return wayback.address(self.endpoints.replay, Snapshot(url, at))

    def original(self, url: str) -> Snapshot | None:
        return wayback.original(self.endpoints.replay, url)

    def _own(self, url: str) -> bool:
        return host(url).removeprefix("www.") in {domain.removeprefix("www.") for domain in self.portal.domains}
