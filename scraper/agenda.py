"""What a run has to do: listings to page, articles to fetch, known ones to check again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from scraper.archive import Archive, Due, Medium, SectionState
from scraper.evidence import Evidence
from scraper.items import Entry
from scraper.plan import Plan
from scraper.portals import Portal
from scraper.recovery import Recovery
from scraper.urls import canonical
from scraper.walk import Walk
from scraper.warc import Index, Writer

SLACK = timedelta(hours=6)  # a night may begin a little earlier than the one before
MEDIA = 200  # pictures and documents handed out at a time
CHUNK = 50  # requests handed out at a time: a stop waits for what is queued


@dataclass(slots=True)
class Agenda:
    """The work of a run, asked for piece by piece, so that the queue stays short."""

    portal: Portal
    archive: Archive
    now: Callable[[], datetime]
    plan: Plan = field(default_factory=Plan)
    replay: Index | None = None
    writer: Writer | None = None  # of WARC records; None: nothing is captured
    recovery: Recovery | None = None  # the run reads a web archive, not the portal
    sample: bool = False  # the replay is the shipped reconstruction
    id: int = 0
    started_at: datetime = field(init=False)
    counts: Counter[str] = field(default_factory=Counter)
    asked: set[str] = field(default_factory=set)  # numbers or URLs of the articles requested in this run
    evidence: Evidence = field(default_factory=Evidence)
    replayed_at: datetime | None = None  # newest capture of a replay that was read

    def __post_init__(self) -> None:
        self.started_at = self.now()

    def walks(self) -> list[Walk]:
        """The listings to page in this run: those that the portal's file names, and those once discovered."""
        known = self.archive.sections(self.portal.name)  # a start page is walked too where it was paged as a section
        states = {state.url: state for state in known if not state.searched_at or state.settled_at}
        named = {canonical(s.url): s.section for s in self.portal.listings}
        urls = list(dict.fromkeys([*named, *states]))
        return [self._walk(url, states.get(url), named.get(url)) for url in urls]

    def _walk(self, url: str, state: SectionState | None, section: str | None) -> Walk:
        if state is None:
            return Walk(url, section, overlap=self.plan.overlap)
        stale = state.walked_at is None or self._is_over(state.walked_at, self.plan.walk)
        return Walk(
            url,
            section or state.section,
            to_end=self.plan.full or self.replay is not None or stale,
            cursor=None if self.plan.full or self.replay else state.cursor,
            overlap=self.plan.overlap,
            settled_at=state.settled_at,
            usual=state.counted or 0,
        )

    def _is_over(self, since: datetime, period: timedelta) -> bool:
        return self.started_at - since >= period - SLACK

    def searching(self) -> bool:
        """Whether the home page is to be searched for sections again."""
        if self.portal.listings:
            return False
        last = self.archive.searched_at(self.portal.name)
        return self.plan.full or self.replay is not None or last is None or self._is_over(last, self.plan.search)

    def waiting(self) -> list[Entry]:
        """Articles that were seen somewhere and never stored, and are due for a try."""
        limit = CHUNK + self.counts["not captured"]  # those come again, since a replay's clock stands in the past
        entries = self.archive.waiting(self.portal.name, self.clock(), limit, before=self.started_at)
        return [entry for entry in entries if self.ask(entry)]

    def due(self) -> list[Due]:
        """Known articles to check again, most overdue first, within the budget."""
        left = self.plan.check_budget - self.counts["checks"]
        if self.replay or (left <= 0 and not self.plan.full):
            return []
        limit = CHUNK if self.plan.full else min(CHUNK, left)
        before = self.started_at if self.plan.full else None
        limit += len(self.evidence.silent)  # a full run meets those again
        found = self.archive.due(self.portal.name, self.clock(), limit, before=before)
        found = [due for due in found if self.ask(Entry(due.url, due.key))]
        self.counts["checks"] += len(found)
        return found

    def witnesses(self) -> list[Due]:
        """Articles that were well when they were last seen, asked because checks failed.

        Without them a night on which only a removed article is due could not tell its removal from a portal that
        has moved. No more are asked where all of the former ones failed too.
        """
        asked = self.counts["witnesses"]
        lacking = min(self.evidence.lacking(), self.plan.check_budget - asked, CHUNK)
        if self.replay or lacking <= 0 or (asked >= CHUNK and not self.evidence.fine):
            return []
        found = self.archive.witnesses(self.portal.name, self.started_at, lacking + self.evidence.failed)
        found = [due for due in found if self.ask(Entry(due.url, due.key))][:lacking]
        self.counts["witnesses"] += len(found)
        return found

    def media(self) -> list[Medium]:
        """Pictures and documents without bytes; nothing when their bytes would not be kept anyway."""
        if not self.plan.media or (self.writer is None and self.replay is None):
            return []
        limit = 10**9 if self.replay else MEDIA
        found = self.archive.media(self.portal.name, self.clock(), limit)
        if self.replay:  # what it does not hold is not asked for: that would be thousands of misses
            found = [medium for medium in found if self.replay.captures(medium.url)]
        return [medium for medium in found if self.ask(Entry(medium.url))]

    def clock(self) -> datetime:
        """The time by which the archive goes: now, or in a replay that of the newest capture read."""
        return self.replayed_at or self.now()

    def ask(self, entry: Entry) -> bool:
        """Whether the article was not asked for in this run; it counts as asked from now on."""
        name = entry.key or entry.url
        if name in self.asked:
            return False
        self.asked.add(name)
        return True

    def expired(self) -> bool:
        """Whether the run asks for nothing more: its time budget is used up, or the portal does not answer."""
        return self.evidence.given_up is not None or self.late()

    def late(self) -> bool:
        """Whether the time budget is used up."""
        return self.plan.budget is not None and self.now() - self.started_at >= self.plan.budget
