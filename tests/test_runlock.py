"""One run of a portal at a time."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from scraper import runlock

HOLDER = """
import sys
from pathlib import Path
from scraper import runlock
with runlock.hold(Path(sys.argv[1]), "a"):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_second_run_of_a_portal_is_refused_and_another_portal_is_not(tmp_path: Path) -> None:
    archive = tmp_path / "archive.db"
    with runlock.hold(archive, "a"), runlock.hold(archive, "b"):
        with pytest.raises(runlock.Busy, match="another run of a"), runlock.hold(archive, "a"):
            pass
        with pytest.raises(runlock.Busy), runlock.exclusive(archive):
            pass
    with runlock.exclusive(archive), pytest.raises(runlock.Busy), runlock.hold(archive, "c"):
        pass


def test_the_lock_of_a_dead_process_never_blocks(tmp_path: Path) -> None:
    archive = tmp_path / "archive.db"
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(archive)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(runlock.Busy), runlock.hold(archive, "a"):
            pass
        holder.kill()
        holder.wait()
    with runlock.hold(archive, "a"):
        assert Path(f"{archive}.a.lock").exists()
