"""What a run comes to: facts of the run against the portal's expectations, a sentence and an exit code."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass

DONE, INTERNAL, USAGE, UNREACHABLE, REFUSED, CHANGED, ARCHIVE, BUSY = 0, 1, 2, 3, 4, 5, 6, 75
ORDER = (130, 143, ARCHIVE, INTERNAL, CHANGED, REFUSED, UNREACHABLE, USAGE, BUSY, DONE)  # worst first
OUTCOMES = {
    DONE: "done",
    INTERNAL: "internal error",
    USAGE: "usage",
    UNREACHABLE: "unreachable",
    REFUSED: "refused",
    CHANGED: "layout changed",
    ARCHIVE: "archive",
    BUSY: "busy",
    130: "interrupted",
    143: "interrupted",
}
ENOUGH = 20  # articles of a run from which a share says something


@dataclass(frozen=True, slots=True)
class Check:
    """A fact of the run that is wrong when `operator(stat, threshold)` holds."""

    stat: str
    operator: Callable[[float, float], bool]
    threshold: float
    code: int
    sentence: str  # may name {stat} and {threshold}


CHECKS = (
    Check(
        "unread",
        operator.eq,
        1,
        UNREACHABLE,
        "the portal could not be reached; `scrapy crawl hoankiem -a replay=sample` works without it",
    ),
    Check("shut", operator.eq, 1, REFUSED, "the portal refuses us"),
    Check(
        "barren", operator.eq, 1, CHANGED, "pages were read, but no listing showed an article: the layout has changed"
    ),
    Check("title", operator.lt, 0, CHANGED, "only {stat:.0%} of the articles have a title; expected {threshold:.0%}"),
    Check(
        "published_at", operator.lt, 0, CHANGED, "only {stat:.0%} of the articles have a date; expected {threshold:.0%}"
    ),
    Check("body", operator.lt, 0, CHANGED, "only {stat:.0%} of the articles have a body; expected {threshold:.0%}"),
)


def worst(codes: list[int]) -> int:
    """The code that speaks for several runs or causes."""
    return min(codes, key=lambda code: ORDER.index(code) if code in ORDER else ORDER.index(INTERNAL), default=DONE)


def judge(stats: Mapping[str, float], expected: Mapping[str, float]) -> list[tuple[int, str]]:
    """(exit code, sentence) of every check that fails; a stat that is absent is not checked."""
    found = []
    for check in CHECKS:
        threshold = expected.get(check.stat, check.threshold)
        stat = stats.get(check.stat)
        if stat is not None and check.operator(stat, threshold):
            found.append((check.code, check.sentence.format(stat=stat, threshold=threshold)))
    return found
