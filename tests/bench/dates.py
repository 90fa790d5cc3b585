"""How many times faster than dateparser portals' date lines are read: `python tests/bench/dates.py [ROUNDS]`."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import datetime
from time import perf_counter

import dateparser

from scraper.dates import parse

FORMS = ("%d/%m/%Y | %I:%M %p", "%d/%m/%Y - %I:%M %p")  # of sotttt.hanoi.gov.vn and of hoankiem.hanoi.gov.vn
SETTINGS = {"TIMEZONE": "Asia/Ho_Chi_Minh", "RETURN_AS_TIMEZONE_AWARE": True}


def theirs(text: str) -> datetime | None:
    return dateparser.parse(text, languages=["vi"], settings=SETTINGS)


def microseconds(read: Callable[[str], datetime | None], lines: list[str]) -> tuple[float, list[datetime | None]]:
    """Mean time for a line, and what was read."""
    start = perf_counter()
    found = [read(line) for line in lines]
    return (perf_counter() - start) / len(lines) * 1e6, found


def main(rounds: int) -> int:
    """Print a row for each form; 1 when a result differs."""
    differences = 0
    for form in FORMS:
        moments = (datetime(2010 + n % 15, n % 12 + 1, n % 28 + 1, n % 24, (n * 7 + 1) % 60) for n in range(rounds))
        lines = [moment.strftime(form) for moment in moments]
        theirs(lines[0]), parse(lines[0])  # dateparser loads its languages on the first call
        own, ours = microseconds(parse, lines)
        other, expected = microseconds(theirs, lines)
        differences += sum(a != b for a, b in zip(ours, expected, strict=True))
        print(f"{lines[0]!r}: own {own:.1f} µs, dateparser {other:.0f} µs, ratio {other / own:.0f}; {rounds} lines")
    print(f"different results: {differences}")
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000))
