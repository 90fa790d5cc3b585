"""One row per run of a portal: what it did, how it ended, what was wrong."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from scraper.archive.state import dumps, moment, stamp
from scraper.archive.store import Store

_COLUMNS = "id, portal, started_at, finished_at, outcome, exit_code, counts, problems"


@dataclass(frozen=True, slots=True)
class Run:
    """A row of `runs`. Without finished_at the run is at work or was killed."""

    id: int
    portal: str
    started_at: datetime
    finished_at: datetime | None
    outcome: str | None
    exit_code: int | None
    counts: Mapping[str, Any]
    problems: tuple[str, ...]


def start(archive: Store, portal: str, at: datetime) -> int:
    """A run begins; returns its id. Only one runs at a time: an earlier one without an end was killed."""
    with archive.write():
        archive.db.conn.execute(
            "UPDATE runs SET outcome = 'killed' WHERE portal = ? AND finished_at IS NULL AND outcome IS NULL", (portal,)
        )
        cursor = archive.db.conn.execute("INSERT INTO runs(portal, started_at) VALUES (?, ?)", (portal, stamp(at)))
        return int(cursor.lastrowid or 0)


def finish(
    archive: Store,
    run_id: int,
    at: datetime,
    outcome: str,
    exit_code: int,
    counts: Mapping[str, Any],
    problems: Sequence[str],
) -> None:
    """A run ended, well or not; counts are JSON values by name."""
    with archive.write():
        archive.db.conn.execute(
            "UPDATE runs SET finished_at = ?, outcome = ?, exit_code = ?, counts = ?, problems = ? WHERE id = ?",
            (stamp(at), outcome, exit_code, dumps(dict(counts)), dumps(list(problems)), run_id),
        )


def recent(archive: Store, portal: str, number: int) -> list[Run]:
    """The portal's last runs, newest first, unfinished ones among them."""
    found = archive.rows(
        f"SELECT {_COLUMNS} FROM runs WHERE portal = ? ORDER BY started_at DESC, id DESC LIMIT ?", (portal, number)
    )
    return [_run(row) for row in found]


def portals(archive: Store) -> list[str]:
    """Portals that were ever crawled into this archive."""
    return [name for (name,) in archive.rows("SELECT DISTINCT portal FROM runs ORDER BY portal")]


def _run(row: tuple[Any, ...]) -> Run:
    run_id, portal, started, finished, outcome, exit_code, counts, problems = row
    return Run(
        id=run_id,
        portal=portal,
        started_at=moment(started),
        finished_at=moment(finished) if finished else None,
        outcome=outcome,
        exit_code=exit_code,
        counts=json.loads(counts or "{}"),
        problems=tuple(json.loads(problems or "[]")),
    )
