"""The archive of one SQLite file: the only writer, and the only user of sqlite-utils.

`with archive.write():` makes one transaction of everything inside it; each method is one of its own otherwise. Every
datetime that goes in is aware. Whatever keeps the file from being read or written is an ArchiveError (exit code 6).

    Archive.open(path, checks=Checks(), readonly=False); archive.repairs; archive.close()      store.py
    write() · rows(sql, parameters) · row(sql, parameters) · examine() · db (sqlite_utils.Database)
    capture(page) · captured(digest) · captures_of(id) · captures_at(url) · each_capture()      captures.py
    last_capture(id) · read_from(id) · holds_sample()
    absent(id, page, cause, run_id) · settle(portal, run_id, now, moved=)                       absences.py
    differences(id, article) · reread(id, article) · kept(portals, since=)                      reading.py
    save(article, page, portal, reread=None) · unchanged(id, page) · known(portal, url_or_key)  articles.py
    enter(portal, listing, entries, seen_at, settled_at) · tried(portal, entry, outcome, at)    frontier.py
    waiting(portal, now, limit, before=) · due(portal, now, limit, before=) · unread(portal)
    sections(portal) · keep_section(portal, url, section, at) · progress(portal, walk, …)       sections.py
    searched(portal, url, at) · searched_at(portal)
    media(portal, now, limit) · keep_media(url, capture_id) · fail_media(url, outcome, at)      media.py
    keep_fixity(warc_file, at, records, problem)
    harvest(portal, domain, span) · keep_harvest(…, resume_key, at) · wanted(portal, …, limit)  recovery.py
    keep_snapshots(portal, snapshots) · keep_shown(portal, entries, at) · recalled(portal, wanted, outcome, at)
    runs.start, runs.finish, runs.recent                                                        runs.py
"""

from __future__ import annotations

from scraper.archive.absences import Gone
from scraper.archive.articles import Saved
from scraper.archive.captures import Captured
from scraper.archive.change import classify
from scraper.archive.checks import Checks
from scraper.archive.errors import ArchiveError
from scraper.archive.frontier import Due, Entered
from scraper.archive.media import Medium
from scraper.archive.reading import Difference, Kept, Reread
from scraper.archive.recovery import Recovery, Wanted
from scraper.archive.sections import SectionState
from scraper.archive.state import content_hash, state_of

__all__ = [
    "Archive",
    "ArchiveError",
    "Captured",
    "Checks",
    "Difference",
    "Due",
    "Entered",
    "Gone",
    "Kept",
    "Medium",
    "Reread",
    "Saved",
    "SectionState",
    "Wanted",
    "classify",
    "content_hash",
    "state_of",
]


class Archive(Recovery):
    """An open archive with everything that can be done to it; the parts are its ancestors, one file each."""
