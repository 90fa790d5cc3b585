"""The end of a run in words: its verdict, one JSON line for machines, a summary for people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from scraper import health
from scraper.archive import runs
from scraper.run import FIELDS, Run

PROBLEMS = 20  # named in the line; the rest is counted
ALWAYS = ("new", "revised", "unchanged", "not_modified", "gone")  # said even where there was none
RUNS = 14  # good runs that coverage is compared with


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
            "counts": dict.fromkeys(ALWAYS, 0) | dict(self.counts),
            "coverage": {name: round(share, 3) for name, share in self.coverage.items()},
            "problems": [*self.verdict, *self.problems],
        }


def report(run: Run) -> Result:
    """The verdict on a run that has ended."""
    articles = run.counts["articles"]
    coverage = {name: run.covered[name] / articles for name in FIELDS} if articles else {}
    expected = _expected(run)
    verdicts = health.judge(_stats(run) | _coverage(coverage, articles, expected), expected)
    if run.replay is not None and not run.counts["responses"]:
        verdicts.append((health.USAGE, "the replayed files hold no page that this portal's crawl begins with"))
    if run.failure is not None:
        code = health.ARCHIVE if run.doomed else health.INTERNAL
        verdicts.append((code, f"{type(run.failure).__name__}: {run.failure}"))
    if run.interrupted is not None:
        verdicts.append((128 + run.interrupted, f"interrupted; {_left(run)}"))
    code = health.worst(code for code, _ in verdicts)
    verdicts.sort(key=lambda verdict: verdict[0] != code)  # what the exit code says comes first
    named = [f"{text} ({n} times)" if n > 1 else text for text, n in run.problems.most_common(PROBLEMS)]
    if len(run.problems) > PROBLEMS:
        named.append(f"and {len(run.problems) - PROBLEMS} more problems")
    if run.replay is not None:
        named[:0] = run.replay.problems[:PROBLEMS]  # damage in the files
    if run.late() and run.interrupted is None:
        named.insert(0, f"the time budget (MAX_HOURS) is used up; {_left(run)}")
    seconds = (run.now() - run.started_at).total_seconds()
    sentences = tuple(sentence for _, sentence in verdicts)
    return Result(run.portal.name, code, run.counts, seconds, coverage, sentences, tuple(named))


def _left(run: Run) -> str:
    """What the next run will do."""
    if run.doomed:
        return "the next run goes on"
    unfinished = [state for state in run.archive.sections(run.portal.name) if state.cursor]
    listings = f", {len(unfinished)} listings not paged to their end" if unfinished else ""
    return f"{run.left()} articles seen were not read yet{listings}; the next run goes on"


def _stats(run: Run) -> dict[str, float]:
    counts, evidence = run.counts, run.evidence
    read = counts["listing_pages"] + counts["articles"] + counts["not_modified"]
    asked = counts["requests"] or counts["responses"] or read
    checked = evidence.fine + evidence.failed
    stats: dict[str, float] = {
        "unread": bool(asked and not read and counts["unreachable"]),
        "shut": bool(asked and not read and counts["refused"] + counts["forbidden"]),
        "astray": bool(asked and not read and counts["out_of_bounds"]),
        "left": bool(read and evidence.given_up == "unreachable"),
        "thrown_out": bool(read and evidence.given_up == "refused"),
        "barren": bool(counts["pages_read"] and not counts["entries"] and not counts["not_modified"])
        and not (counts["shelved"] and counts["articles"])  # a sitemap or feed stands in for listings
        and bool(counts["listings"] or not counts["unreachable"] + counts["refused"]),
        "same": counts["same page"],
        "moved": len(evidence.absent) / checked if evidence.moved else 0.0,
    }
    if counts["unreachable"] > 1 and read:
        stats["silent"] = counts["unreachable"] / max(asked, counts["unreachable"])
    if counts["refused"] > 1 and read:
        stats["denied"] = counts["refused"] / max(asked, counts["refused"])
    if counts["listings"]:
        stats["emptied"] = counts["empty_listings"] / counts["listings"]
    if counts["other"] > 2:
        stats["strange"] = counts["other"] / (counts["other"] + counts["articles"] + counts["not_modified"])
    return stats


def _coverage(coverage: Mapping[str, float], articles: int, expected: Mapping[str, float]) -> dict[str, float]:
    """The shares that say something, each once more for the comparison with the last runs."""
    return {
        name: coverage[field]
        for field in (health.MEASURED if articles else ())
        for name in (field, f"{field}_since")
        if name in expected and health.telling(coverage[field], articles, expected[name])
    }


def _expected(run: Run) -> dict[str, float]:
    """What the portal's file expects, and what the last good runs make expect."""
    expect = run.portal.expect
    expected = {"title": expect.title, "published_at": expect.published_at, "body": expect.body}
    if run.doomed:
        return expected
    good = [past for past in runs.recent(run.archive, run.portal.name, 10 * RUNS) if past.exit_code == health.DONE]
    shown = [(past.counts["coverage"], past.counts["counts"].get("articles", 0)) for past in good if past.counts]
    shown = [(coverage, number) for coverage, number in shown if coverage][:RUNS]
    for name in health.MEASURED:
        usual = health.lately((coverage.get(name, 0), number) for coverage, number in shown)
        if usual is not None:
            expected[f"{name}_since"] = usual - health.FALL
    return expected


def summary(run: Run, result: Result) -> str:
    """What a person reads on a terminal when the run is over."""
    counts = result.counts
    lines = [
        f"{run.portal.title} ({run.portal.name}): {result.outcome}, {result.seconds:.0f} s",
        f"  listings   {counts.get('listing_pages', 0)} pages with {counts.get('entries', 0)} entries",
        f"  articles   {counts.get('new', 0)} new, {counts.get('revised', 0)} revised, "
        f"{counts.get('unchanged', 0) + counts.get('not_modified', 0)} unchanged, {counts.get('gone', 0)} gone, "
        f"{counts.get('not captured', 0)} not captured",
        f"  {'requests' if run.replay is None else 'replayed'}   "
        f"{counts.get('requests' if run.replay is None else 'responses', 0)}, {counts.get('bytes', 0) / 2**20:.1f} MiB",
    ]
    if result.coverage:
        lines.append("  fields     " + ", ".join(f"{name} {share:.0%}" for name, share in result.coverage.items()))
    lines += [f"  ! {problem}" for problem in (*result.verdict, *result.problems)]
    return "\n".join([*lines, f"  archive    {run.archive.path}"])
