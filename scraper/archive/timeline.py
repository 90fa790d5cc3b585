"""An article's states in the order of their capture times, whatever the order in which the captures came in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

from scraper.archive.change import classify
from scraper.archive.content import Former, Known
from scraper.archive.reading import Reading, Reread
from scraper.archive.state import State, content_hash, stamp
from scraper.items import Page


@dataclass(frozen=True, slots=True, order=True)
class Sighting:
    """One look at an article. The order is total, so that captures of one second sort alike in every archive."""

    at: str
    length: int  # of the URL: the plain address before its decorated copies
    url: str
    content_hash: str
    capture_id: int | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time in which every look showed the same content."""

    content_hash: str
    seen_at: str
    last_seen_at: str
    capture_id: int | None


@dataclass(frozen=True, slots=True)
class Placed:
    """What an older sighting did to the line: outcome and change as in Saved."""

    outcome: str
    change: str | None
    capture_id: int
    is_last: bool  # no other look is later


def spans(sightings: Iterable[Sighting]) -> list[Span]:
    """The stretches of equal content, oldest first."""
    found = []
    for digest, group in groupby(sorted(sightings), key=lambda sighting: sighting.content_hash):
        looks = list(group)
        found.append(Span(digest, looks[0].at, looks[-1].at, looks[0].capture_id))
    return found


class Timeline(Reading):
    """Puts a capture that is older than the row into its place."""

    def _place(self, known: Known, state: State, page: Page, reread: Reread | None) -> Placed:
        known = self._renew_neighbour(known, state, page, reread)
        formers = self._formers(known.id)
        state = self._as_read_before(state, page, formers, reread)
        capture_id = self._observe(page, known.id, state.content_hash) or 0
        present = self._state(known.id)
        contents = {former.state.content_hash: former.state for former in formers}
        contents[known.content_hash] = present
        sightings = self._sightings(known, formers)
        first = min(look for look in sightings if look.content_hash == state.content_hash)
        if state.content_hash not in contents or first.capture_id == capture_id:
            contents[state.content_hash] = state  # a content is kept as its earliest capture showed it
        line = spans(sightings)
        changes = self._write_formers(known.id, formers, line, contents)
        self._overwrite(known.id, present, contents[line[-1].content_hash])
        self._write_times(known, line, stamp(page.fetched_at))
        change = next((change for span, change in changes if span.capture_id == capture_id), None)
        outcome = "older" if len(changes) > len(formers) else "unchanged"
        if line[-1].content_hash != known.content_hash:
            outcome = "revised"
        return Placed(outcome, change, capture_id, is_last=max(sightings).capture_id == capture_id)

    def _first_capture(self, known: Known) -> int | None:
        """The capture with which the present state began."""
        found = self.rows(
            "SELECT id FROM captures WHERE article_id = ? AND fetched_at = ? AND content_hash IS NOT NULL",
            (known.id, known.since),
        )
        if len(found) > 1:  # several addresses in one second
            return spans(self._sightings(known, self._formers(known.id)))[-1].capture_id
        return found[0][0] if found else None

    def _renew_neighbour(self, known: Known, state: State, page: Page, reread: Reread | None) -> Known:
        """The row by today's rules, if it is the state that follows or precedes the sighting."""
        formers = self.row("SELECT max(seen_at) FROM revisions WHERE article_id = ?", (known.id,))
        newest = formers[0] if formers and formers[0] else ""
        if known.content_hash == state.content_hash or stamp(page.fetched_at) < newest:
            return known
        return self._renew(known, state.extractor, reread)

    def _as_read_before(self, state: State, page: Page, formers: list[Former], reread: Reread | None) -> State:
        """The sighting as its former neighbour was read, if today's rules see no difference between the two."""
        if reread is None:
            return state
        at = stamp(page.fetched_at)
        before = [former for former in formers if former.seen_at <= at][-1:]
        after = [former for former in formers if former.seen_at > at][:1]
        for former in before + after:
            if former.state.extractor == state.extractor or former.state.content_hash == state.content_hash:
                continue
            capture = self._capture("id = ?", former.capture_id)
            article = reread(capture) if capture is not None else None
            if article is not None and content_hash(article) == state.content_hash:
                return replace(former.state)
        return state

    def _sightings(self, known: Known, formers: list[Former]) -> list[Sighting]:
        """All looks at the article: its captures, and the ends of states confirmed without a kept capture."""
        looks = [
            Sighting(at, len(url), url, digest, capture_id)
            for at, url, digest, capture_id in self.rows(
                """SELECT fetched_at, url, content_hash, id FROM captures
                WHERE article_id = ? AND content_hash IS NOT NULL ORDER BY id""",
                (known.id,),
            )
        ]
        kept = {(look.at, look.content_hash) for look in looks}
        ends = [(known.since, known.content_hash), (known.last_seen_at, known.content_hash)]
        for former in formers:
            ends += [(at, former.state.content_hash) for at in (former.seen_at, former.last_seen_at)]
        return looks + [Sighting(at, 0, "", digest) for at, digest in dict.fromkeys(ends) if (at, digest) not in kept]

    def _write_formers(
        self, article_id: int, formers: list[Former], line: list[Span], contents: dict[str, State]
    ) -> list[tuple[Span, str]]:
        """Make `revisions` what the line says, keeping the rows that are there; returns each former span's change."""
        free: dict[str, list[Former]] = {}
        for former in formers:
            free.setdefault(former.state.content_hash, []).append(former)
        changes = []
        for span, successor in pairwise(line):
            state = contents[span.content_hash]
            change = classify(state, contents[successor.content_hash])
            changes.append((span, change))
            facts = (span.seen_at, span.last_seen_at, successor.seen_at, change, span.capture_id)
            same = free.get(span.content_hash)
            held = same.pop(0) if same else None
            if held is None:
                self._insert_former(article_id, state, facts)
            elif (state, *facts) != (held.state, *_facts(held)):
                self._overwrite_former(held.id, state, facts)
        return changes

    def _write_times(self, known: Known, line: list[Span], at: str) -> None:
        """First and last look, the last revision, and the end of absences that a later look disproves."""
        first, last = line[0].seen_at, line[-1].last_seen_at
        revised = line[-1].seen_at if len(line) > 1 else None
        if (first, last, revised) != (known.first_seen_at, known.last_seen_at, known.revised_at):
            known = replace(known, first_seen_at=first)
            checked = max(known.checked_at or last, last)
            self.db.conn.execute(
                "UPDATE articles SET first_seen_at = ?, last_seen_at = ?, revised_at = ?, checked_at = ? WHERE id = ?",
                (first, last, revised, checked, known.id),
            )
        self._end_absences(known.id, at)
        self._reschedule(known.id)


def _facts(former: Former) -> tuple[str, str, str, str, int | None]:
    return former.seen_at, former.last_seen_at, former.replaced_at, former.change, former.capture_id
