"""When a known article is looked at again: often while it is young, seldom when it is old."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Checks:
    """Revisits by age: (younger than, every); the last interval is for all older ones."""

    ages: tuple[tuple[timedelta, timedelta], ...] = ((3 * _DAY, _DAY), (14 * _DAY, 3 * _DAY), (90 * _DAY, 7 * _DAY))
    older: timedelta = 90 * _DAY
    nightly: timedelta = _DAY  # after a failed check, whatever the age
    slack: timedelta = timedelta(hours=6)  # a night may begin a little earlier than the one before

    def next_after(self, checked_at: datetime, born_at: datetime) -> datetime:
        """The next check of an article that was published (or else first seen) at born_at."""
        age = checked_at - born_at
        every = next((every for limit, every in self.ages if age < limit), self.older)
        return checked_at + every - self.slack

    def next_night(self, checked_at: datetime) -> datetime:
        """The next check after a failed one."""
        return checked_at + self.nightly - self.slack
