"""How a portal's archive is doing over weeks, from its runs and articles: facts, and what is red about them."""

from __future__ import annotations

import operator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from scraper import health
from scraper.archive import Archive, figures, runs
from scraper.archive.runs import Run
from scraper.health import Check
from scraper.portals import Portal

RUNS = 14  # shown of coverage
BACK = 400  # runs that are looked through for the last good one

CHECKS = (
    Check("internal", operator.eq, 1, health.CHANGED, "the last run ended with an internal error"),
    Check("archive", operator.eq, 1, health.CHANGED, "the last run could not write the archive"),
    Check("changed", operator.eq, 1, health.CHANGED, "the last run found the layout changed, or the portal moved"),
    Check("unseen", operator.gt, 3, health.CHANGED, "no good run for {stat:.0f} days"),
    Check("never", operator.eq, 1, health.CHANGED, "no run was good so far"),
    Check(
        "weekly", operator.lt, 0, health.CHANGED, "{stat:.1f} articles a week; at least {threshold:.1f} were expected"
    ),
    Check(
        "short", operator.gt, 0.05, health.CHANGED, "a listing shows {stat:.0%} fewer articles than the portal reports"
    ),
)
SHARE = 0.25  # of the articles expected a week, below which something is wrong


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A listing that does not show what the portal reports."""

    url: str
    reported: int
    counted: int


@dataclass(frozen=True, slots=True)
class Condition:
    """A portal's state, as `scrapy health` tells it."""

    portal: str
    closed: bool
    last_run: datetime | None
    last_outcome: str | None
    last_good: datetime | None
    articles: int
    gone: int
    per_week: float
    expected: float | None
    silence_days: float
    longest_silence_days: float
    coverage: tuple[dict[str, float], ...]  # of the last runs that read articles, newest first
    disagreements: tuple[Disagreement, ...]
    red: tuple[str, ...]

    def line(self) -> dict[str, Any]:
        """The same as JSON values."""
        return {
            name: value.isoformat(timespec="seconds") if isinstance(value, datetime) else value
            for name, value in asdict(self).items()
        }


def condition(archive: Archive, portal: Portal, now: datetime) -> Condition:
    """The portal's condition at that time."""
    found = [run for run in runs.recent(archive, portal.name, BACK) if run.finished_at is not None]
    good = next((run for run in found if run.exit_code == health.DONE), None)
    output = figures.output(archive, portal.name, now)
    disagreements = tuple(_disagreements(archive, portal.name))
    stats: dict[str, float] = {"short": max((1 - d.counted / d.reported for d in disagreements), default=0.0)}
    if found:
        stats |= _of_runs(found[0], good, now)
    if output.articles and portal.expect.new_per_week:
        stats["weekly"] = output.recent / 4
    expected = {"weekly": SHARE * portal.expect.new_per_week} if portal.expect.new_per_week else {}
    red = () if portal.closed else tuple(text for _, text in health.judge(stats, expected, CHECKS))
    return Condition(
        portal=portal.name,
        closed=portal.closed is not None,
        last_run=found[0].finished_at if found else None,
        last_outcome=found[0].outcome if found else None,
        last_good=good.finished_at if good else None,
        articles=output.articles,
        gone=output.gone,
        per_week=output.recent / 4,
        expected=portal.expect.new_per_week,
        silence_days=round(output.silence, 1),
        longest_silence_days=round(output.longest, 1),
        coverage=tuple(run.counts["coverage"] for run in found if run.counts.get("coverage"))[:RUNS],
        disagreements=disagreements,
        red=red,
    )


def _of_runs(last: Run, good: Run | None, now: datetime) -> dict[str, float]:
    return {
        "internal": last.exit_code == health.INTERNAL,
        "archive": last.exit_code == health.ARCHIVE,
        "changed": last.exit_code == health.CHANGED,
        "never": good is None,
        "unseen": (now - good.started_at).total_seconds() / 86400 if good else 0.0,
    }


def _disagreements(archive: Archive, portal: str) -> list[Disagreement]:
    """Listings that showed fewer articles than reported; one walked in several nights is counted over all of them."""
    found = []
    for state in archive.sections(portal):
        if state.total_reported is None or state.walked_at is None:
            continue
        counted = state.listed if state.counted is None else state.counted
        if counted < state.total_reported:
            found.append(Disagreement(state.url, state.total_reported, counted))
    return found
