"""`scrapy extract`: odd sources are told in a line, and a reader that leaves is no failure."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
COMMAND = [sys.executable, "-m", "scrapy", "extract"]


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("numbers.jsonl", b'{"url": 5, "file": "a.html"}\n', "line 1: should be a JSON object with url and file"),
        ("latin.jsonl", b'\xff\xfe{"url": ""}\n', "line 1: should be a JSON object with url and file"),
        ("empty.jsonl", b"", "holds no page"),
        ("text.warc", b"hello\n", "this is no WARC file"),
        ("page.html", b"<p>", "say with --url where this page was saved from"),
    ],
)
def test_odd_sources_are_told_in_a_line(name: str, content: bytes, told: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    done = subprocess.run([*COMMAND, str(tmp_path / name)], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_a_reader_that_leaves_is_no_failure() -> None:
    """As in `scrapy extract FILE | head -1`."""
    with subprocess.Popen(
        [*COMMAND, "scraper/sample.warc.gz"], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        process.stdout.close()
        told = process.stderr.read()
    assert (process.returncode, told) == (0, b"")
