"""The main job: a portal's pages go down the whole line into an archive, and a researcher finds them."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
LISTINGS = "https://sotttt.hanoi.gov.vn/vi/tin-tuc-su-kien", "https://sotttt.hanoi.gov.vn/hoat-ong-ang-oan-the"


def crawl(*arguments: str) -> tuple[int, dict[str, Any], str]:
    """Exit code, the JSON line (empty without one) and what was told on stderr."""
    command = [sys.executable, "-m", "scrapy", "crawl", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    return done.returncode, json.loads(lines[-1]) if lines else {}, done.stderr


def rows(archive: Path, sql: str) -> list[tuple[Any, ...]]:
    connection = sqlite3.connect(f"file:{archive}?mode=ro", uri=True)
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


def contents(archive: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Everything that a second look at unchanged pages must leave as it is, the index's own tables included."""
    observed = "last_seen_at checked_at next_check_at"
    columns = [c for _, c, *_ in rows(archive, "PRAGMA table_info(articles)") if c not in observed.split()]
    wanted = {"articles": ", ".join(columns)}
    wanted |= dict.fromkeys(("urls", "images", "related_links", "attachments", "revisions", "captures"), "*")
    wanted |= dict.fromkeys(("articles_fts_data", "articles_fts_idx", "articles_fts_docsize"), "*")
    return {table: rows(archive, f"SELECT {names} FROM {table} ORDER BY 1, 2") for table, names in wanted.items()}


def search(archive: Path, *query: str) -> list[int]:
    command = [
        str(Path(sys.executable).with_name("sqlite-utils")),
        "search",
        str(archive),
        "articles",
        *query,
        "-c",
        "id",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return [row["id"] for row in json.loads(done.stdout or "[]")]


@pytest.fixture(scope="module")
def mission(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of the mission's own article, from its home page on."""
    archive = tmp_path_factory.mktemp("mission") / "archive.db"
    code, line, _ = crawl(
        "hoankiem", "-a", f"replay={corpus / 'hoankiem-2021.warc.gz'}", "-s", f"ARCHIVE_PATH={archive}"
    )
    assert (code, line["outcome"], line["counts"]["new"], line["counts"]["not captured"]) == (0, "done", 1, 1)
    return archive


def test_the_missions_article_has_all_its_fields(mission: Path, corpus: Path) -> None:
    lines = (corpus / "hoankiem-article.txt").read_text(encoding="utf-8").splitlines()
    printed = [" ".join(line.split()) for line in lines]
    article = rows(mission, "SELECT id, key, title, published_text, published_at, lead, author, body FROM articles")
    [(number, key, title, text, at, lead, author, body)] = article
    captions = [
        "Đ/c Hoàng Thị Ánh Hồng – Phó Chủ tịch Ủy ban MTTQ Việt Nam quận trình bày báo cáo tổng kết đợt vận động "
        "ủng hộ các loại quỹ năm 2020",
        "Lãnh đạo quận trao thưởng các tập thể xuất sắc",
    ]
    assert (title, text, at) == (printed[0], "04/01/2021 - 06:26 PM", "2021-01-04T18:26:00+07:00")
    assert (lead, author, key) == (printed[3], "Bích Ngọc", "2745119")
    assert rows(mission, f"SELECT caption FROM images WHERE article_id = {number}") == [(c,) for c in captions]
    assert rows(mission, "SELECT title FROM related_links") == [(printed[-1],)]
    apart = {printed[0], printed[2], lead, author, printed[-1], "Các tin tức khác", *captions}
    assert body.split("\n\n") == [line for line in printed[4:] if line and line not in apart]


def test_what_a_replay_lacks_is_not_captured_and_no_error(mission: Path) -> None:
    found = rows(mission, "SELECT key, outcome, article_id FROM entries ORDER BY key")
    assert found == [("2744870", "not captured", None), ("2745119", "stored", 1)]
    assert rows(mission, "SELECT count(*) FROM absences") == [(0,)]


def test_a_replay_lives_in_the_time_of_its_captures(mission: Path) -> None:
    assert rows(mission, "SELECT first_seen_at, last_seen_at FROM articles") == [("2021-01-05T02:00:00+00:00",) * 2]


@pytest.mark.parametrize(
    "query",
    [
        "đoàn kết", "doan ket", '"doan ket"', "ĐÔ THỊ", "do thi", "đường phố", "duong pho", "đoàn*", 'title:"so ket"',
        "Covid-19 --quote", "09-TT/QU --quote", "Hội trường tầng 4", "hoi truong", "hoà", "hòa", "hoà",
    ],
)  # fmt: skip
def test_the_stock_tool_finds_it(mission: Path, query: str) -> None:
    text, quote, _ = query.partition(" --quote")
    assert search(mission, text, *(["--quote"] if quote else [])) == [1]


def test_another_word_is_not_found(mission: Path) -> None:
    assert search(mission, "sầu riêng") == []


def test_a_second_crawl_of_the_same_pages_changes_nothing(mission: Path, corpus: Path) -> None:
    before = contents(mission)
    code, line, _ = crawl(
        "hoankiem", "-a", f"replay={corpus / 'hoankiem-2021.warc.gz'}", "-s", f"ARCHIVE_PATH={mission}"
    )
    assert (code, line["counts"]["unchanged"]) == (0, 1)
    assert contents(mission) == before


def test_a_real_portal_whole_and_once_more(corpus: Path, tmp_path: Path) -> None:
    archive = tmp_path / "archive.db"
    arguments = "sotttt", "-a", f"replay={corpus / 'sotttt-2022-news.warc.gz'}", "-s", f"ARCHIVE_PATH={archive}"
    code, line, _ = crawl(*arguments)
    assert (code, line["counts"]["new"], line["counts"]["articles"]) == (0, 1409, 1409)
    assert rows(archive, "SELECT count(*), count(DISTINCT key) FROM articles") == [(1409, 1409)]
    assert rows(archive, "SELECT count(*) FROM entries WHERE outcome = 'not captured'") == [(8,)]
    assert rows(archive, "SELECT url FROM listings ORDER BY rowid") == [(url,) for url in LISTINGS]
    before = contents(archive)
    code, line, _ = crawl(*arguments)
    assert (code, line["counts"]["unchanged"], line["counts"].get("new", 0)) == (0, 1409, 0)
    assert contents(archive) == before


def test_the_sample_never_mixes_with_real_news(corpus: Path, tmp_path: Path) -> None:
    archive = tmp_path / "try.db"
    code, line, _ = crawl("hoankiem", "-a", "replay=sample", "-s", f"ARCHIVE_PATH={archive}")
    assert (code, line["counts"]["new"]) == (0, 12)
    assert rows(archive, "SELECT DISTINCT source FROM captures") == [("sample",)]
    for arguments in ([], ["-a", f"replay={corpus / 'hoankiem-2021.warc.gz'}"]):
        code, line, told = crawl("hoankiem", *arguments, "-s", f"ARCHIVE_PATH={archive}")
        assert (code, line["outcome"]) == (2, "usage")
        assert "holds the sample, which is a reconstruction; choose another file" in told


def test_nor_does_real_news_mix_with_the_sample(mission: Path) -> None:
    code, _, told = crawl("hoankiem", "-a", "replay=sample", "-s", f"ARCHIVE_PATH={mission}")
    assert code == 2
    assert "holds real news" in told


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["hoankiem", "-a", "reply=sample"], "unknown argument -a reply; known: replay, full, wayback"),
        (["hoankiem", "-a", "full=yes"], "-a full=yes should be 1 or 0"),
        (["hoan"], "there is no portal 'hoan'"),
        (["hoankiem", "-a", "replay=nothing-here"], "nothing-here"),
        (["hoankiem", "-s", "CLOCK=tomorrow"], "CLOCK=tomorrow is no ISO 8601 moment"),
        (["hoankiem", "-s", "CLOCK=2026-12-01T02:00:00"], "needs an offset"),
        (["hoankiem", "-s", "PORTALS_DIR=nowhere"], "PORTALS_DIR: there is no folder"),
    ],
)
def test_bad_usage_is_told_in_a_line(arguments: list[str], message: str, tmp_path: Path) -> None:
    code, _, told = crawl(*arguments, "-s", f"ARCHIVE_PATH={tmp_path / 'a.db'}")
    assert code == 2
    assert message in told
    assert "Traceback" not in told


def test_files_that_hold_nothing_of_the_portal_are_no_success(tmp_path: Path) -> None:
    (tmp_path / "empty.warc.gz").touch()
    arguments = "-a", f"replay={tmp_path / 'empty.warc.gz'}", "-s", f"ARCHIVE_PATH={tmp_path / 'a.db'}"
    code, line, _ = crawl("hoankiem", *arguments)
    assert (code, line["outcome"]) == (2, "usage")
    assert line["problems"] == [
        "the replayed files hold no page that this portal's crawl begins with",
        "empty.warc.gz at 0: the file is empty",
    ]


def test_damage_in_replayed_files_is_told(corpus: Path, tmp_path: Path) -> None:
    whole = (corpus / "hoankiem-2021.warc.gz").read_bytes()
    (tmp_path / "cut.warc.gz").write_bytes(whole[: len(whole) - 500])
    arguments = "-a", f"replay={tmp_path / 'cut.warc.gz'}", "-s", f"ARCHIVE_PATH={tmp_path / 'a.db'}"
    code, line, _ = crawl("hoankiem", *arguments)
    assert code == 0
    assert [problem.partition(" at ")[0] for problem in line["problems"]] == ["cut.warc.gz"]


def test_private_portals_are_spiders_too(tmp_path: Path) -> None:
    text = 'title = "Thử"\ndomains = ["127.0.0.1:8000"]\nstart = ["http://127.0.0.1:8000/"]\n'
    (tmp_path / "thu.toml").write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "scrapy", "list", "-s", f"PORTALS_DIR={tmp_path}"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert {"hoankiem", "sotttt", "thu"} <= set(done.stdout.split())


@pytest.mark.parametrize("form", ["copy", "folder", "nothing"])
def test_the_sample_is_known_by_its_content(tmp_path: Path, form: str) -> None:
    """A renamed copy or the package's folder is the sample still; it never enters an archive as real news."""
    copy = tmp_path / "news.warc.gz"
    copy.write_bytes((ROOT / "scraper" / "sample.warc.gz").read_bytes())
    replayed = {"copy": copy, "folder": tmp_path, "nothing": ""}[form]
    archive = tmp_path / "archive.db"
    code, _, told = crawl("hoankiem", "-a", f"replay={replayed}", "-s", f"ARCHIVE_PATH={archive}")
    assert code == 2
    assert ("names no file" if form == "nothing" else "holds the sample, a reconstruction") in told
    assert not archive.exists()
