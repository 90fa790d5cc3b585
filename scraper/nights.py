"""One night of several portals: a process each, several at a time, and what they came to."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from scraper import health, project

COLUMNS = ("new", "revised", "gone")


@dataclass(frozen=True, slots=True)
class Ended:
    """What a portal's process left."""

    portal: str
    code: int
    line: dict[str, Any]

    @property
    def outcome(self) -> str:
        return str(self.line.get("outcome") or health.OUTCOMES.get(self.code, f"ended with {self.code}"))


@dataclass(slots=True)
class Night:
    """Runs `scrapy crawl` for each portal; a signal ends those at work in order and begins no other."""

    options: Sequence[str]  # handed on to every crawl
    at_once: int = 4
    interrupted: int | None = None
    processes: list[subprocess.Popen[str]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def run(self, names: Sequence[str]) -> list[Ended]:
        """All portals' ends, in the order of the names."""
        with self._signals(), ThreadPoolExecutor(self.at_once) as pool:
            return list(pool.map(self._crawl, names))

    def _crawl(self, name: str) -> Ended:
        with self.lock:
            if self.interrupted is not None:
                return Ended(name, 128 + self.interrupted, {"outcome": "not begun"})
            process = subprocess.Popen(
                [sys.executable, "-m", "scrapy", "crawl", name, *self.options],
                cwd=project.ROOT,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                errors="replace",
                start_new_session=True,  # Ctrl-C reaches us alone, and each crawl once
            )
            self.processes.append(process)
        told = threading.Thread(target=self._tell, args=(name, process), daemon=True)
        told.start()
        assert process.stdout is not None
        lines = process.stdout.read().splitlines()
        code = process.wait()
        told.join(1)
        with self.lock:
            self.processes.remove(process)
        return Ended(name, code if code >= 0 else 128 - code, _line(lines))

    def _tell(self, name: str, process: subprocess.Popen[str]) -> None:
        """What the crawl says on stderr, each line under the portal's name."""
        assert process.stderr is not None
        for line in process.stderr:
            print(f"[{name}] {line}", end="", file=sys.stderr)

    @contextmanager
    def _signals(self) -> Iterator[None]:
        def stop(number: int, _: object) -> None:
            self.interrupted = number
            for process in list(self.processes):
                if process.poll() is None:
                    process.send_signal(signal.SIGTERM)

        former = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in former.items():
                signal.signal(number, handler)


def code(ends: Sequence[Ended]) -> int:
    """The worst of all codes; one that a crawl never gives (a kill, a crash) counts as an internal error."""
    return health.worst(end.code if end.code in health.ORDER else health.INTERNAL for end in ends)


def table(ends: Sequence[Ended]) -> str:
    """One line a portal, and below it what was wrong."""
    head = ("portal", "outcome", "code", *COLUMNS, "requests", "seconds")
    rows: list[tuple[str, ...]] = [head]
    for end in ends:
        counts = end.line.get("counts", {})
        rest = (end.line.get("requests", ""), end.line.get("seconds", ""))
        rows.append((end.portal, end.outcome, *map(str, (end.code, *(counts.get(c, "") for c in COLUMNS), *rest))))
    widths = [max(len(row[number]) for row in rows) for number in range(len(head))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    for end, place in zip(reversed(ends), range(len(ends), 0, -1), strict=True):
        problems = end.line.get("problems", [])
        if end.code != health.DONE and problems:
            lines.insert(place + 1, f"  ! {problems[0]}")
    return "\n".join(lines)


def _line(lines: Sequence[str]) -> dict[str, Any]:
    """The JSON line at the end of what a crawl printed."""
    try:
        found = json.loads(lines[-1])
    except (IndexError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
