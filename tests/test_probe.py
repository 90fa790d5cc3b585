"""`scrapy probe`: what it says of portals, to people and to machines, and the portal file it makes."""

from __future__ import annotations

import gzip
import json
import os
import pty
import re
import subprocess
from pathlib import Path
from typing import Any

import made_portals
import pytest
from scrape import Done, command, scrapy
from sites import Answer, Made, Site
from troubles import free_port

from scraper import portals
from scraper.text import fit, width

WARC = "sotttt-2022-news.warc.gz"


def json_of(done: Done) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def gold(corpus: Path, urls: list[str]) -> dict[str, dict[str, Any]]:
    with gzip.open(corpus / "gold" / "sotttt-2022-news.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = (json.loads(line) for line in lines)
        return {row["url"]: row for row in rows if row.get("url") in urls}


def test_the_recorded_portal(corpus: Path, tmp_path: Path) -> None:
    done = scrapy("probe", "--json", "--replay", corpus / WARC, folder=tmp_path)
    found = json_of(done)
    assert (done.code, found["platform"], found["evidence"]) == (
        0, "liferay", "div.asset-abstract div.assetPublishDate",
    )  # fmt: skip
    sections = {(s["title"], s["articles"], s["pages"], s["paging"]) for s in found["sections"]}
    assert sections == {
        ("Tin tức - Sự kiện", 2952, 148, "by link"),
        ("Hoạt động Đảng - Đoàn thể", 263, 27, "by link"),
    }
    truth = gold(corpus, [sample["url"] for sample in found["samples"]])
    assert len(truth) == 3
    for sample in found["samples"]:
        true = truth[sample["url"]]
        assert sample["title"]["value"] == true["title"]
        assert sample["published_at"]["value"][:16] == true["published_at"][:16]
        assert sample["body"]["rule"] == "platform:liferay div.journal-content-article"


def test_both_sections_without_a_portal_file(corpus: Path, tmp_path: Path) -> None:
    """The same portal as one that nobody has heard of: its sections are among the pages of the file."""
    (tmp_path / "sotttt.toml").write_text(
        'title = "x"\ndomains = ["sotttt.hanoi.gov.vn"]\nstart = ["https://sotttt.hanoi.gov.vn/"]\n', encoding="utf-8"
    )
    found = json_of(scrapy("probe", "sotttt", "--json", "--replay", corpus / WARC, folder=tmp_path))
    paths = {section["url"].rpartition("/")[2] for section in found["sections"]}
    assert paths == {"tin-tuc-su-kien", "hoat-ong-ang-oan-the"}


@pytest.fixture(scope="module")
def probed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Site, Done]:
    with Site(made_portals.vccorp("script")) as site:
        done = scrapy("probe", f"{site.url}/", folder=tmp_path_factory.mktemp("probe"))
    return site, done


def test_the_page(probed: tuple[Site, Done]) -> None:
    site, done = probed
    assert (done.code, done.stderr) == (0, "")
    assert f"Reached      yes, {site.url}/ at 127.0.0.1, status 200, {len(site.asked)} requests\n" in done.stdout
    assert "TLS          none: plain http\n" in done.stdout
    assert "Platform     vccorp: VCCorp IMS" in done.stdout
    assert re.search(r"^  Tin tức - Sự kiện +> 5 +\? +20/10/2026  by POST, tried$", done.stdout, re.M)
    assert "section        Tin tức - Sự kiện " in done.stdout
    assert "  - author: in 0 of 3 samples\n" in done.stdout
    assert "\x1b" not in done.stdout


def test_a_dozen_requests(probed: tuple[Site, Done]) -> None:
    assert len(probed[0].asked) <= 13  # robots.txt among them
    assert sum("/tin-bai-" in path for _, path, _ in probed[0].asked) == 3


def test_columns_stand_below_each_other(probed: tuple[Site, Done]) -> None:
    rows = [line for line in probed[1].stdout.splitlines() if "  platform:" in line]
    assert {width(line.partition("  platform:")[0].rstrip()) <= 77 for line in rows} == {True}
    assert {width(line[: line.index("platform:")]) for line in rows} == {79}


def test_colour_on_a_terminal_only(tmp_path: Path) -> None:
    with Site(made_portals.plain(8)) as site:
        leader, follower = pty.openpty()
        process = subprocess.Popen(
            command("probe", f"{site.url}/", folder=tmp_path),
            stdout=follower,
            stderr=subprocess.PIPE,
            cwd=tmp_path.cwd(),
        )
        os.close(follower)
        shown = b""
        while True:
            try:
                part = os.read(leader, 65536)
            except OSError:  # Linux's way to say that the other end was closed
                break
            if not part:
                break
            shown += part
        process.communicate()
        os.close(leader)
    assert process.returncode == 0
    assert b"\x1b[1mSections\x1b[0m" in shown


def test_a_portal_file_that_crawls(tmp_path: Path) -> None:
    with Site(made_portals.nukeviet()) as site:
        done = scrapy("probe", f"{site.url}/", "--write", "phuong", folder=tmp_path)
        portal = portals.read(tmp_path / "phuong.toml")
        again = scrapy("probe", f"{site.url}/", "--write", "phuong", folder=tmp_path)
        crawled = scrapy("crawl", "phuong", folder=tmp_path)
    assert (done.code, portal.domains, portal.start) == (0, (site.host,), (f"{site.url}/",))
    assert "# [[listing]]" in (tmp_path / "phuong.toml").read_text(encoding="utf-8")
    assert (again.code, "exists; choose another name" in again.stderr) == (2, True)
    assert (crawled.code, crawled.line["counts"]["new"]) == (0, 60)


def only(answer: Answer) -> Made:
    return Made(lambda _m, path, _f: None if path == "/robots.txt" else answer, [], lambda _: False)


@pytest.mark.parametrize(
    ("made", "code", "words"),
    [
        (only(Answer("", 403)), 4, "status 403, it forbids us the page"),
        (only(Answer("<p>x</p>", 302, headers={"Location": "http://else.example/"})), 5, 'add "else.example"'),
        (only(Answer("<title>Phường</title><p>Xin chào.</p>")), 5, "no section was found"),
    ],
    ids=["refused", "moved", "nothing"],
)  # fmt: skip
def test_exit_codes_of_a_crawl(made: Made, code: int, words: str, tmp_path: Path) -> None:
    with Site(made) as site:
        done = scrapy("probe", f"{site.url}/", folder=tmp_path)
    assert (done.code, words in done.stdout) == (code, True), done.stdout


def test_nobody_there(tmp_path: Path) -> None:
    done = scrapy("probe", f"http://127.0.0.1:{free_port()}/", "--write", "x", folder=tmp_path, RETRY_PAUSE=0)
    assert (done.code, "Reached      no: unreachable" in done.stdout) == (3, True), done.stdout
    assert "the connection was refused: the server is there" in done.stdout
    assert ("is not written: the portal was not reached" in done.stderr, (tmp_path / "x.toml").exists()) == (
        True,
        False,
    )


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("khongco",), "there is no portal 'khongco'; known portals: "),
        (("ftp://x.example/",), "is no web address"),
        (("--replay", "khong-co.warc.gz"), "khong-co.warc.gz"),
    ],
)
def test_usage(arguments: tuple[str, ...], words: str, tmp_path: Path) -> None:
    done = scrapy("probe", *arguments, folder=tmp_path)
    assert (done.code, words in done.stderr) == (2, True), done.stderr


@pytest.mark.parametrize(
    ("text", "columns"),
    [("Hoàn Kiếm", 9), ("Hoa\u0300n Kie\u0302\u0301m", 9), ("河内", 4), ("a\u200bb", 2), ("", 0)],
)
def test_width(text: str, columns: int) -> None:
    assert width(text) == columns
    assert [width(fit(text, n)) for n in (1, 3, 20)] == [1, 3, 20]
