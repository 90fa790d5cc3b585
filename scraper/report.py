"""The end of a run in words: its verdict, one JSON line for machines, a summary for people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from scraper import health
from scraper.run import FIELDS, Run

PROBLEMS = 20  # named in the line; the rest is counted


@dataclass(frozen=True, slots=True)
class Result:
    """What a run came to."""

    portal: str
    exit_code: int
    counts: Mapping[str, int]
    seconds: float
    coverage: Mapping[str, float] = field(default_factory=dict)  # field -> share of this run's articles that have it
    verdict: tuple[str, ...] = ()  # why the exit code is not 0
    problems: tuple[str, ...] = ()

    @property
    def outcome(self) -> str:
        return health.OUTCOMES[self.exit_code]

    def line(self) -> dict[str, Any]:
        """The JSON line, and what `runs` keeps."""
        return {
            "portal": self.portal,
            "outcome": self.outcome,
            "exit_code": self.exit_code,
            "requests": self.counts.get("requests", 0),
            "bytes": self.counts.get("bytes", 0),
            "seconds": round(self.seconds, 1),
            "counts": dict(self.counts),
            "coverage": {name: round(share, 3) for name, share in self.coverage.items()},
            "problems": [*self.verdict, *self.problems],
        }


def report(run: Run) -> Result:
    """The verdict on a run that has ended."""
    articles = run.counts["articles"]
    coverage = {name: run.covered[name] / articles for name in FIELDS} if articles else {}
    verdicts = health.judge(_stats(run, coverage), _expected(run))
    codes = [code for code, _ in verdicts]
    sentences = [sentence for _, sentence in verdicts]
    if run.failure is not None:
        codes.append(health.ARCHIVE if run.doomed else health.INTERNAL)
        sentences.append(f"{type(run.failure).__name__}: {run.failure}")
    if run.interrupted is not None:
        codes.append(128 + run.interrupted)
        sentences.append(f"interrupted; {run.left()} articles seen were not read yet, the next run goes on")
    named = [f"{text} ({n} times)" if n > 1 else text for text, n in run.problems.most_common(PROBLEMS)]
    return Result(
        run.portal.name,
        health.worst(codes),
        run.counts,
        (run.now() - run.started_at).total_seconds(),
        coverage,
        tuple(sentences),
        tuple(named),
    )


def _stats(run: Run, coverage: Mapping[str, float]) -> dict[str, float]:
    counts = run.counts
    read = counts["listing_pages"] + counts["articles"] + counts["not_modified"]
    asked = counts["requests"] or counts["responses"] or read
    stats: dict[str, float] = {
        "unread": bool(asked and not read and counts["unreachable"]),
        "shut": bool(asked and not read and counts["refused"] + counts["forbidden"]),
        "barren": bool(counts["pages_read"] and not counts["entries"] and not counts["not_modified"]),
    }
    if counts["articles"] >= health.ENOUGH:
        stats |= coverage
    return stats


def _expected(run: Run) -> dict[str, float]:
    expect = run.portal.expect
    return {"title": expect.title, "published_at": expect.published_at, "body": expect.body}


def summary(run: Run, result: Result) -> str:
    """What a person reads on a terminal when the run is over."""
    counts = result.counts
    lines = [
        f"{run.portal.title} ({run.portal.name}): {result.outcome}, {result.seconds:.0f} s",
        f"  listings   {counts.get('listing_pages', 0)} pages with {counts.get('entries', 0)} entries",
        f"  articles   {counts.get('new', 0)} new, {counts.get('revised', 0)} revised, "
        f"{counts.get('unchanged', 0) + counts.get('not_modified', 0)} unchanged, "
        f"{counts.get('not_captured', 0)} not captured",
        f"  requests   {counts.get('requests', 0)}, {counts.get('bytes', 0) / 2**20:.1f} MiB",
    ]
    if result.coverage:
        lines.append("  fields     " + ", ".join(f"{name} {share:.0%}" for name, share in result.coverage.items()))
    lines += [f"  ! {problem}" for problem in (*result.verdict, *result.problems)]
    return "\n".join([*lines, f"  archive    {run.archive.path}"])
