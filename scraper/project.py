"""What every part takes from the project: its root folder, its portal folders and its clock."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
SAMPLE = Path(__file__).with_name("sample.warc.gz")  # what `-a replay=sample` replays


LEGACY = Path(__file__).with_name("legacy.cnf")  # OpenSSL's configuration for portals with tls = "legacy"


class UsageError(ValueError):
    """The user asked for something that cannot be; the message says what to do."""


def path(settings: Mapping[str, Any], name: str) -> Path:
    """The path that a setting names; a relative one starts at the project's root."""
    return ROOT / Path(str(settings[name])).expanduser()


def given(name: str) -> Path:
    """A file or folder named on the command line: in the current folder, or else in the project's root."""
    path = Path(name).expanduser()
    return path if path.exists() or not (ROOT / path).exists() else ROOT / path


def folders(settings: Mapping[str, Any]) -> list[Path]:
    """Folders with portal files beside the bundled ones."""
    return [path(settings, "PORTALS_DIR")] if settings["PORTALS_DIR"] else []


def restart_with_legacy_tls() -> None:
    """Begin this command anew in a process whose OpenSSL is configured for old servers.

    OpenSSL reads its configuration once, and no setting of Scrapy's reaches its security level (measured with Scrapy
    2.19: Twisted expands the list of ciphers and drops @SECLEVEL).
    """
    if os.environ.get("OPENSSL_CONF") != str(LEGACY):
        sys.stdout.flush()
        os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], {**os.environ, "OPENSSL_CONF": str(LEGACY)})


def clock(settings: Mapping[str, Any]) -> Callable[[], datetime]:
    """What tells the time, aware UTC. A CLOCK is where the run starts; time then goes on from there."""
    text = settings["CLOCK"]
    if not text:
        return lambda: datetime.now(UTC)
    try:
        start = datetime.fromisoformat(str(text))
    except ValueError as error:
        raise UsageError(f"CLOCK={text} is no ISO 8601 moment like 2026-12-01T02:00:00+07:00") from error
    if start.tzinfo is None:
        raise UsageError(f"CLOCK={text} needs an offset, as in 2026-12-01T02:00:00+07:00")
    shift = start.astimezone(UTC) - datetime.now(UTC)
    return lambda: datetime.now(UTC) + shift


def moment(text: str, option: str) -> datetime:
    """The ISO 8601 date or moment given with an option; without an offset it is Vietnam's time."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"{option} {text} is no ISO 8601 date or moment like 2026-12-01T02:00") from error
    return at if at.tzinfo else at.replace(tzinfo=timezone(timedelta(hours=7)))
