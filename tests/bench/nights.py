"""What a night costs: time and requests at growing archives, a quiet night in detail, memory of a first run, kills.

python tests/bench/nights.py [--sizes 1000 10000 100000]      a night with five new articles, nothing else due
python tests/bench/nights.py --quiet                          5,000 articles in 250 listing pages, nothing new
python tests/bench/nights.py --memory 20000                   peak and course of memory of a first run
python tests/bench/nights.py --kills 100                      `kill -9` at random moments, then compared
"""

from __future__ import annotations

import argparse
import random
import re
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

TESTS = Path(__file__).parents[1]
sys.path.insert(0, str(TESTS))

from portal_server import SECTION, Answer, Portal, Story, printed  # noqa: E402
from scrape import ROOT, command, scrapy  # noqa: E402
from test_kills import content, fill, killed, undisturbed  # noqa: E402

from scraper.archive import Archive  # noqa: E402
from scraper.items import Article, Entry, Page  # noqa: E402
from scraper.walk import Walk  # noqa: E402

AT = datetime(2026, 1, 1, 8, 30, tzinfo=UTC)  # older than 90 days: nothing is due in the nights measured
FIRST = datetime(2026, 11, 30, 19, tzinfo=UTC)
SETTINGS = {"CAPTURE_MEDIA": 0, "LOG_LEVEL": "ERROR"}
OBSERVED = re.compile(r"^(last_seen_at|checked_at|next_check_at|etag|last_modified)$")


class Large(Portal):
    """A portal that finds its pages at once, however many they are."""

    def ready(self) -> None:
        self.order = sorted(self.stories.values(), key=lambda s: (s.at, s.key), reverse=True)
        self.places = {story.path: story for story in self.order}

    def shown(self, section: str) -> list[Story]:
        return self.order

    def article(self, path: str, headers: dict[str, str]) -> Answer:
        story = self.places.get(path)
        if story is None:
            return Answer(404, self.page("Lỗi", "<h1>404</h1>"))
        return self.validated(story, self.page(story.title, self.content(story)), headers)


def stories(portal: Large, number: int, *, first: int = 1, at: datetime = AT) -> None:
    for key in range(first, first + number):
        portal.publish(key, f"Hội nghị lần thứ {key} về chuyển đổi số", at + timedelta(minutes=key % 1000, seconds=key))
    portal.ready()


def archived(portal: Large, path: Path) -> None:
    """The archive as a first run would have left it: filled directly, which takes minutes less."""
    archive = Archive.open(path)
    listing = f"{portal.url}/{SECTION}"
    walk = Walk(listing)
    for start in range(0, len(portal.order), 1000):
        chunk = portal.order[start : start + 1000]
        with archive.write():
            entries = [Entry(portal.url + s.path, str(s.key), s.title, printed(s.at)) for s in chunk]
            archive.enter("thu", listing, entries, FIRST, None)
            for story in chunk:
                url = portal.url + story.path
                archive.save(_article(story, url), Page(url, b"", FIRST, digest=f"sha1:{story.key}"), "thu")
    walk.seen.update(portal.places)
    walk.step(False, None)
    archive.progress("thu", walk, FIRST, len(portal.order))
    archive.close()


def _article(story: Story, url: str) -> Article:
    return Article(
        url=url,
        key=str(story.key),
        title=story.title,
        published_text=printed(story.at),
        published_at=story.at,
        published_precision="minute",
        lead=story.lead,
        body="\n\n".join(story.body),
        author=story.author,
        lang="vi",
        extractor="bench",
    )


def night(folder: Path, number: int, *arguments: str) -> tuple[float, dict[str, Any]]:
    """Seconds of the whole process, and the line that it ends with."""
    began = time.perf_counter()
    clock = (FIRST + timedelta(days=number)).isoformat()
    done = scrapy("crawl", "thu", *arguments, folder=folder, **SETTINGS, CLOCK=clock)
    seconds = time.perf_counter() - began
    if done.code:
        sys.exit(f"the crawl ended with {done.code}: {done.stdout[-500:]} {done.stderr[-500:]}")
    return seconds, done.line


def sizes(numbers: list[int], nights: int = 3) -> None:
    print("articles   seconds of a night   requests   file")
    for number in numbers:
        with tempfile.TemporaryDirectory() as name, Large(page_size=20) as portal:
            folder = Path(name)
            stories(portal, number)
            portal.write_toml(folder)
            archived(portal, folder / "archive.db")
            measured = []
            for count in range(1, nights + 1):
                stories(portal, 5, first=10**6 * count, at=AT + timedelta(days=count))
                measured.append(night(folder, count))
            size = (folder / "archive.db").stat().st_size / 2**20
            seconds = " ".join(f"{taken:.2f}" for taken, _ in measured)
            requests = " ".join(str(line["requests"]) for _, line in measured)
            print(f"{number:>8}   {seconds:>18}   {requests:>8}   {size:.0f} MiB", flush=True)


def snapshot(path: Path) -> dict[str, Any]:
    """Everything that a quiet night may not touch."""
    archive = sqlite3.connect(path)
    columns = [row[1] for row in archive.execute("PRAGMA table_info(articles)") if not OBSERVED.match(row[1])]
    found: dict[str, Any] = {
        "articles": archive.execute(f"SELECT {', '.join(columns)} FROM articles ORDER BY id").fetchall(),
        "revisions": archive.execute("SELECT * FROM revisions").fetchall(),
        "index": archive.execute("SELECT id, block FROM articles_fts_data ORDER BY id").fetchall(),
    }
    archive.close()
    return found


def quiet(articles: int, page_size: int) -> dict[str, Any]:
    """A first run, then a night without any change: its requests, their bound, and what it touched."""
    with tempfile.TemporaryDirectory() as name, Large(page_size=page_size) as portal:
        folder = Path(name)
        stories(portal, articles)
        portal.write_toml(folder)
        night(folder, 0)
        before = snapshot(folder / "archive.db")
        seconds, line = night(folder, 1)
        after = snapshot(folder / "archive.db")
    touched = [part for part in before if before[part] != after[part]]
    return {
        "articles": len(before["articles"]),
        "requests": line["requests"],
        "bound": 1 * (2 + 2) + 5,
        "touched": touched,
        "seconds": round(seconds, 2),
    }


def course(process: subprocess.Popen[bytes]) -> Iterator[float]:
    """Resident memory in MiB, five times a second."""
    while process.poll() is None:
        try:
            status = Path(f"/proc/{process.pid}/status").read_text(encoding="ascii")
        except OSError:
            return
        if found := re.search(r"VmRSS:\s+(\d+)", status):
            yield int(found[1]) / 1024
        time.sleep(0.2)


def memory(articles: int) -> None:
    with tempfile.TemporaryDirectory() as name, Large(page_size=20) as portal:
        folder = Path(name)
        stories(portal, articles)
        portal.write_toml(folder)
        began = time.perf_counter()
        line = command("crawl", "thu", folder=folder, **SETTINGS, CLOCK=FIRST.isoformat())
        process = subprocess.Popen(line, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        used = list(course(process))
        process.communicate()
        seconds = time.perf_counter() - began
    tenths = [f"{max(used[len(used) * n // 10 : len(used) * (n + 1) // 10]):.0f}" for n in range(10)]
    print(f"{articles} articles in {seconds:.0f} s; peak {max(used):.0f} MiB; by tenths of the run: {' '.join(tenths)}")


def kills(number: int) -> None:
    chance = random.Random(1)
    with tempfile.TemporaryDirectory() as name, Portal(page_size=10) as portal:
        fill(portal, 12 * number)
        expected = undisturbed(portal, Path(name) / "calm")
        folder = Path(name) / "storm"
        folder.mkdir()
        portal.write_toml(folder)
        hit = sum(killed(folder, portal, chance.randint(1, 14), chance.random() * 0.05) for _ in range(number))
        done = scrapy("crawl", "thu", folder=folder, **SETTINGS, CLOCK="2026-12-02T02:00:00+07:00")
        found = content(folder / "archive.db")
    differing = {name: sorted(set(found[name]) ^ set(expected[name]), key=repr)[:6] for name in found}
    differing = {name: rows for name, rows in differing.items() if rows}
    print(f"{number} kills, {hit} of them at work; next run: {done.code}; differs from an undisturbed one: {differing}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1000, 10_000])
    parser.add_argument("--quiet", action="store_true")
    parser.add_argument("--memory", type=int, metavar="ARTICLES")
    parser.add_argument("--kills", type=int, metavar="NUMBER")
    args = parser.parse_args()
    if args.quiet:
        print(quiet(5000, 20))
    elif args.memory:
        memory(args.memory)
    elif args.kills:
        kills(args.kills)
    else:
        sizes(args.sizes)


if __name__ == "__main__":
    main()
