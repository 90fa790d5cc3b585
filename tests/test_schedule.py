"""What the README says about cron, systemd and backups works, as far as a machine without cron can tell."""

from __future__ import annotations

import re
import shutil
import sqlite3
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from portal_server import Portal
from scrape import ROOT, options

README = (ROOT / "README.md").read_text(encoding="utf-8")
PLACE = "/srv/archive"


def blocks(kind: str) -> list[str]:
    """Fenced blocks of one kind, in order."""
    return re.findall(rf"^```{kind}\n(.*?)^```", README, re.M | re.S)


def cron(line: str, home: Path) -> subprocess.CompletedProcess[str]:
    """Run a crontab line as cron does: by sh, from the home folder, with next to no environment."""
    command = line.split(None, 5)[5].replace(r"\%", "%")
    assert "%" not in line.replace(r"\%", "")  # a bare one would end the command
    environment = {"HOME": str(home), "PATH": "/usr/bin:/bin", "SHELL": "/bin/sh"}
    return subprocess.run(["/bin/sh", "-c", command], cwd=home, env=environment, capture_output=True, text=True)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """The project at another place, with an environment that is this one."""
    place = tmp_path / "srv"
    place.mkdir()
    (place / ".venv" / "bin").mkdir(parents=True)
    for name in ("scrapy", "sqlite-utils"):
        (place / ".venv" / "bin" / name).symlink_to(ROOT / ".venv" / "bin" / name)
    shutil.copy(ROOT / "scrapy.cfg", place)
    shutil.copytree(ROOT / "scraper", place / "scraper", ignore=shutil.ignore_patterns("__pycache__"))
    return place


@pytest.mark.skipif(not (ROOT / ".venv" / "bin" / "scrapy").exists(), reason="the environment is not at .venv")
def test_the_crontab_crawls_and_backs_up(place: Path) -> None:
    nightly, backup = (line.replace(PLACE, str(place)) for line in blocks("crontab")[0].splitlines())
    with Portal() as portal:
        for key in range(1, 4):
            portal.publish(key, f"Hội nghị lần thứ {key} về chuyển đổi số", datetime.now(UTC) - timedelta(days=key))
        portal.write_toml(place)
        own = " ".join(options(place, {"CAPTURE_MEDIA": 0}))
        done = cron(nightly.replace("scrapy nightly", f"scrapy nightly thu {own}"), place.parent)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")  # nothing is mailed after a good night
        assert "thu     done     0     3" in (place / "nightly.log").read_text(encoding="utf-8")
    done = cron(nightly.replace("scrapy nightly", f"scrapy nightly thu {own}"), place.parent)
    assert "unreachable" in done.stdout  # and the end of the log after a bad one
    done = cron(backup, place.parent)
    assert done.returncode == 0, done.stderr
    (copy,) = (place / "backup").iterdir()
    assert sqlite3.connect(copy).execute("SELECT count(*) FROM articles").fetchone() == (3,)
    assert sqlite3.connect(copy).execute("PRAGMA integrity_check").fetchone() == ("ok",)


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not on this machine")
def test_the_units_are_valid(tmp_path: Path) -> None:
    service, timer = blocks("ini")
    executable = re.search(r"^ExecStart=(\S+)", service, re.M)
    assert executable is not None
    service = service.replace(executable[1], "/bin/true").replace(PLACE, "/").replace("User=archive\n", "")
    (tmp_path / "portal-news.service").write_text(service, encoding="utf-8")
    (tmp_path / "portal-news.timer").write_text(timer, encoding="utf-8")
    units = [str(tmp_path / f"portal-news.{kind}") for kind in ("service", "timer")]
    done = subprocess.run(["systemd-analyze", "verify", *units], capture_output=True, text=True)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
