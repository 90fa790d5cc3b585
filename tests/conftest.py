"""What several tests share: the corpus of real pages, which is data beside the project and may be absent."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The folder of real portal pages; the test is skipped where it is absent."""
    folder = Path(os.environ.get("CORPUS_DIR", ROOT.parent / "shared" / "corpus"))
    if not (folder / "pages.jsonl").is_file():
        pytest.skip(f"the corpus of real pages is not at {folder}; set CORPUS_DIR to its folder")
    return folder
