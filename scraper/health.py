"""What a run comes to: facts of the run against the portal's expectations, a sentence and an exit code."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from math import comb

DONE, INTERNAL, USAGE, UNREACHABLE, REFUSED, CHANGED, ARCHIVE, BUSY = 0, 1, 2, 3, 4, 5, 6, 75
ORDER = (ARCHIVE, INTERNAL, 130, 143, CHANGED, REFUSED, UNREACHABLE, USAGE, BUSY, DONE)  # worst first
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
ENOUGH = 20  # articles of a run from which a share speaks for itself
CHANCE = 0.01  # a share of fewer articles counts where it is less likely than this
FALL = 0.2  # so far under the last runs is no accident
MEASURED = ("title", "published_at", "body")  # fields whose coverage decides


@dataclass(frozen=True, slots=True)
class Check:
    """A fact that is wrong when `operator(stat, threshold)` holds."""

    stat: str
    operator: Callable[[float, float], bool]
    threshold: float  # where the portal's file or its history has no other one
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
    Check(
        "astray", operator.eq, 1, CHANGED, "the portal's pages lead off its domains: it has moved, or its TOML is wrong"
    ),
    Check("left", operator.eq, 1, UNREACHABLE, "the portal stopped answering: the run ended, the next one goes on"),
    Check(
        "silent", operator.gt, 0.2, UNREACHABLE, "{stat:.0%} of the requests got no answer, or an error of the server"
    ),
    Check("shut", operator.eq, 1, REFUSED, "the portal refuses us"),
    Check("thrown_out", operator.eq, 1, REFUSED, "the portal began to refuse us: the run ended, the next one goes on"),
    Check("denied", operator.gt, 0.2, REFUSED, "the portal refused {stat:.0%} of the requests"),
    Check(
        "barren", operator.eq, 1, CHANGED, "pages were read, but no listing showed an article: the layout has changed"
    ),
    Check("emptied", operator.gt, 0.2, CHANGED, "{stat:.0%} of the listings show no article any more"),
    Check(
        "moved",
        operator.gt,
        0.2,
        CHANGED,
        "the portal has moved: {stat:.0%} of the articles checked are not in their places; none was marked as gone",
    ),
    Check("strange", operator.gt, 0.5, CHANGED, "{stat:.0%} of the pages that listings lead to read as no article"),
    Check("same", operator.gt, 0, CHANGED, "different articles' addresses show one and the same page"),
    Check("title", operator.lt, 0, CHANGED, "only {stat:.0%} of the articles have a title; expected {threshold:.0%}"),
    Check(
        "published_at", operator.lt, 0, CHANGED, "only {stat:.0%} of the articles have a date; expected {threshold:.0%}"
    ),
    Check("body", operator.lt, 0, CHANGED, "only {stat:.0%} of the articles have a body; expected {threshold:.0%}"),
    Check(
        "title_since", operator.lt, 0, CHANGED, "only {stat:.0%} of the articles have a title, far fewer than lately"
    ),
    Check(
        "published_at_since",
        operator.lt,
        0,
        CHANGED,
        "only {stat:.0%} of the articles have a date, far fewer than lately",
    ),
    Check("body_since", operator.lt, 0, CHANGED, "only {stat:.0%} of the articles have a body, far fewer than lately"),
)


def worst(codes: Iterable[int]) -> int:
    """The code that speaks for several runs or causes."""
    return min(codes, key=lambda code: ORDER.index(code) if code in ORDER else ORDER.index(INTERNAL), default=DONE)


def judge(
    stats: Mapping[str, float], expected: Mapping[str, float], checks: Iterable[Check] = CHECKS
) -> list[tuple[int, str]]:
    """(exit code, sentence) of every check that fails; a stat that is absent is not checked."""
    found = []
    for check in checks:
        threshold = expected.get(check.stat, check.threshold)
        stat = stats.get(check.stat)
        if stat is not None and check.operator(stat, threshold):
            found.append((check.code, check.sentence.format(stat=stat, threshold=threshold)))
    return found


def telling(share: float, number: int, expected: float) -> bool:
    """Whether a share of so few articles says something, or may be chance: one article without a date is no fact."""
    if number >= ENOUGH:
        return True
    hits, odds = round(share * number), min(expected, 0.99)
    below = sum(comb(number, k) * odds**k * (1 - odds) ** (number - k) for k in range(hits + 1))
    return below < CHANCE


def lately(shares: Iterable[tuple[float, int]]) -> float | None:
    """The share over several runs of so many articles each; None where they say too little."""
    pairs = list(shares)
    total = sum(number for _, number in pairs)
    return sum(share * number for share, number in pairs) / total if total >= ENOUGH else None
