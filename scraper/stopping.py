"""A crawl that is asked to stop: in order and in time, so that nothing read is lost and no process manager kills it."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from scraper.run import Run

GRACE = 8  # seconds after a signal until what is still under way is given up


@contextmanager
def graceful(run: Run, process: Any) -> Iterator[None]:
    """The first SIGINT or SIGTERM ends the run in order, in at most GRACE seconds; a second one at once."""

    def stop(signum: int, _: object) -> None:
        from twisted.internet import reactor

        second, run.interrupted = run.interrupted is not None, signum
        if second:
            reactor.callFromThread(process._stop_reactor)
        else:
            reactor.callFromThread(process._graceful_stop_reactor)
            reactor.callFromThread(reactor.callLater, GRACE, process._stop_reactor)

    former = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)
