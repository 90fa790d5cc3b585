"""What the user and the settings ask of a run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from scraper.archive import Checks
from scraper.project import UsageError


@dataclass(frozen=True, slots=True)
class Plan:
    """How far a run goes."""

    full: bool = False
    overlap: int = 2
    check_budget: int = 500
    search: timedelta = timedelta(days=7)
    walk: timedelta = timedelta(days=30)
    budget: timedelta | None = None
    media: bool = True  # pictures and documents are fetched, too

    @classmethod
    def of(cls, settings: Mapping[str, Any], *, full: bool) -> Plan:
        """The plan that the settings make; UsageError where one of them is no number."""
        hours = _number(settings, "MAX_HOURS")
        return cls(
            full=full,
            overlap=int(_number(settings, "OVERLAP", least=1)),
            check_budget=int(_number(settings, "CHECK_BUDGET")),
            search=timedelta(days=_number(settings, "SEARCH_DAYS")),
            walk=timedelta(days=_number(settings, "WALK_DAYS")),
            budget=timedelta(hours=hours) if hours else None,
            media=str(settings["CAPTURE_MEDIA"]) in ("True", "1"),
        )


def checks(settings: Mapping[str, Any]) -> Checks:
    """CHECK_AGES: `3:1 14:3 90:7 *:90` checks an article younger than 3 days every day, …, all older ones every 90."""
    text = str(settings["CHECK_AGES"])
    try:
        pairs = [part.split(":") for part in text.split()]
        ages = tuple((timedelta(days=float(age)), timedelta(days=float(every))) for age, every in pairs[:-1])
        rest, older = pairs[-1]
        limits = [limit for limit, _ in ages]
        if rest != "*" or limits != sorted(set(limits)) or not all(every for _, every in ages) or float(older) <= 0:
            raise ValueError
    except (ValueError, IndexError) as error:
        raise UsageError(
            f"CHECK_AGES={text} should be like '3:1 14:3 90:7 *:90': rising ages, the last one *"
        ) from error
    return Checks(ages, timedelta(days=float(older)))


def _number(settings: Mapping[str, Any], name: str, least: float = 0) -> float:
    try:
        number = float(settings[name])
    except (TypeError, ValueError) as error:
        raise UsageError(f"{name}={settings[name]} should be a number") from error
    if number < least:
        raise UsageError(f"{name}={settings[name]} should be at least {least:g}")
    return number
