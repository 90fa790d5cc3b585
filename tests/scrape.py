"""Runs a command of the project as a user would: `scrapy …` in a process of its own, from the project's root."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
QUICK = {"DOWNLOAD_DELAY": 0, "AUTOTHROTTLE_ENABLED": 0}


@dataclass(frozen=True, slots=True)
class Done:
    """How a command ended."""

    code: int
    stdout: str
    stderr: str

    @property
    def line(self) -> dict[str, Any]:
        """The JSON line at the end of stdout."""
        assert self.stdout.strip(), self.stderr
        found: dict[str, Any] = json.loads(self.stdout.splitlines()[-1])
        return found


def options(folder: Path, settings: dict[str, Any]) -> list[str]:
    """`-s` options for an archive, WARC files and portal files in `folder`, without any delay."""
    own = {"ARCHIVE_PATH": folder / "archive.db", "WARC_DIR": folder / "warc", "PORTALS_DIR": folder}
    return [part for name, value in {**own, **QUICK, **settings}.items() for part in ("-s", f"{name}={value}")]


def command(*args: object, folder: Path, **settings: Any) -> list[str]:
    """The command line of `scrapy *args`; settings by name."""
    return [sys.executable, "-m", "scrapy", *map(str, args), *options(folder, settings)]


def scrapy(*args: object, folder: Path, **settings: Any) -> Done:
    """Run `scrapy *args` to its end."""
    done = subprocess.run(
        command(*args, folder=folder, **settings), cwd=ROOT, capture_output=True, text=True, timeout=300
    )
    return Done(done.returncode, done.stdout, done.stderr)
