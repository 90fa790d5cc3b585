"""The README is what a newcomer types: its commands are run, in order, and its names are checked."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from scraper import settings
from scraper.archive.tables import TABLES
from scraper.portals import read

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
SETUP = "python3 -m venv"


def blocks(kind: str) -> list[str]:
    """Fenced blocks of one kind, in order."""
    return re.findall(rf"^```{kind}\n(.*?)^```", README, re.M | re.S)


COMMANDS = [line for block in blocks("sh") for line in block.splitlines() if line.strip()]


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project without what runs leave in it; the commands find this environment, but the copy's code."""
    folder = tmp_path_factory.mktemp("clone") / "project"
    everywhere = shutil.ignore_patterns("*.db*", "__pycache__", ".*_cache", "*.egg-info", ".hypothesis")
    top = {".git", ".venv", "warc", "build"}

    def left_out(place: str, names: list[str]) -> set[str]:
        return everywhere(place, names) | (top & set(names) if Path(place) == ROOT else set())

    shutil.copytree(ROOT, folder, ignore=left_out)
    return folder


def run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """A line as the shell of a newcomer runs it after activating the environment; our code is the copy's."""
    env = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "PYTHONPATH": str(folder)}
    return subprocess.run(["bash", "-c", command], cwd=folder, env=env, capture_output=True, text=True, timeout=300)


def test_first_screen_has_the_two_commands_that_set_everything_up() -> None:
    setup = [command for command in COMMANDS if command.startswith(SETUP)]
    assert [command.rpartition("&& ")[2] for command in setup] == [
        ".venv/bin/scrapy crawl hoankiem -a replay=sample",
        ".venv/bin/pytest",
    ]
    assert README.index(setup[1]) < 2200


def test_ci_runs_the_test_command_of_the_readme() -> None:
    assert next(c for c in COMMANDS if c.endswith("pytest")) in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


@pytest.mark.skipif("CI" not in os.environ, reason="builds an environment of its own, which takes a minute: set CI=1")
def test_the_first_command_works_in_a_fresh_environment(clone: Path) -> None:
    done = subprocess.run(["bash", "-c", COMMANDS[0]], cwd=clone, capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, done.stderr
    assert '"new": 12' in done.stdout


def test_every_other_command_works(clone: Path) -> None:
    assert run("scrapy crawl hoankiem -a replay=sample", clone).returncode == 0
    for command in COMMANDS:
        if not command.startswith(SETUP):
            done = run(command, clone)
            assert done.returncode == 0, f"{command}: {done.stdout} {done.stderr}"
            assert done.stdout.strip() or "Covid" in command, f"{command} prints nothing"


def test_the_example_portal_is_one(tmp_path: Path) -> None:
    path = tmp_path / "vidu.toml"
    path.write_text(blocks("toml")[0], encoding="utf-8")
    assert read(path).name == "vidu"


def test_every_table_and_every_named_setting_is_told() -> None:
    assert [table for table in TABLES if f"`{table}`" not in README] == []
    named = re.findall(r"^\| `([A-Z_]+)` \|", README, re.M)
    assert [name for name in named if not hasattr(settings, name)] == []
