"""Target 5: what keeping the bytes costs, and what reading them again does; ratios from one run.

    python tests/bench/capture.py [cost] [reextract] [nights] [kill] [--runs 3] [--corpus FOLDER]

cost       a crawl of the corpus from a server on loopback that sends gzip, with capture and without, in turn
reextract  `reextract` of that crawl's bytes against WARC read + lxml parse of the same, on one core and on two
nights     bytes on disk per article and night over 30 simulated nights of a portal with view counters on its pages
kill       20 crawls ended by kill -9: every stored article's bytes must be there and verify
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import lxml.html

sys.path.insert(0, str(Path(__file__).parents[1]))
from archives import fill, kept, rows
from crawl import ROOT, cpu, crawl, portal, serve
from portal_server import Portal
from scrape import command, scrapy

from scraper import warc
from scraper.archive import Archive
from scraper.rereading import Shelves, reread


@contextmanager
def site(corpus: Path) -> Iterator[Path]:
    """A folder with a portal file whose server sends the corpus, compressed."""
    near, far = multiprocessing.Pipe()
    server = multiprocessing.Process(target=partial(serve, packed=True), args=(corpus, far), daemon=True)
    server.start()
    far.close()
    with tempfile.TemporaryDirectory() as name:
        portal(Path(name), near.recv())
        yield Path(name)
    server.terminate()


def cost(folder: Path, runs: int) -> None:
    """Crawls with and without capture."""
    pages = int(str(crawl(folder, 0, True)[1]["counts"]["responses"]))  # type: ignore[index]
    wall, used = [], []
    for number in range(1, runs + 1):
        times = []
        for capture in (False, True):
            began = cpu()
            seconds, _ = crawl(folder, 2 * number + capture, capture)
            times.append((seconds, cpu() - began))
        (plain, plain_cpu), (captured, captured_cpu) = times
        wall.append(1 - plain / captured)
        used.append(1 - plain_cpu / captured_cpu)
        print(
            f"without {pages / plain:6.0f} pages/s   with capture {pages / captured:6.0f}   "
            f"cost {wall[-1]:.1%} of wall throughput, {used[-1]:.1%} of CPU throughput"
        )
    print(f"median cost {statistics.median(wall):.1%} of wall, {statistics.median(used):.1%} of CPU throughput")


def reextract(folder: Path, runs: int) -> None:
    """The first crawl's bytes, read again."""
    shelves = Shelves(folder / "warc0", portals=(folder,))
    with closing(Archive.open(folder / "0.db")) as archive:
        captures = list(archive.kept())
        shares, gains = [], []
        for _ in range(runs):
            began = time.process_time()
            for one in captures:
                page = warc.fetch(folder / "warc0", one.capture.warc_file or "", one.capture.warc_offset or 0)
                lxml.html.document_fromstring(page.body)
            floor = time.process_time() - began
            walls = []
            for workers in (1, 2):
                began, clock = time.process_time(), time.perf_counter()
                outcome = reread(archive, captures, shelves, workers=workers)
                walls.append(time.perf_counter() - clock)
                if workers == 1:
                    shares.append(floor / (time.process_time() - began))
            gains.append(walls[0] / walls[1])
            assert (outcome.articles, outcome.changed) == (len(captures), 0), outcome
            print(
                f"{len(captures)} articles: floor {len(captures) / floor:5.0f} pages/s   reextract "
                f"{len(captures) / walls[0]:5.0f} on one core, {len(captures) / walls[1]:5.0f} on two   "
                f"share {shares[-1]:.3f} of the floor (CPU)   gain {gains[-1]:.2f}"
            )
    print(
        f"median share {statistics.median(shares):.3f} of WARC read + lxml parse, gain {statistics.median(gains):.2f}"
    )


def nights(corpus: Path, *, counters: bool, count: int = 30, start: int = 200, daily: int = 5) -> None:
    """A portal of `start` articles with `daily` new ones each night; pages as long as real ones.

    With view counters every check brings a whole new page, as on the real portals; without them a 304.
    """
    real = next(page.body for page in warc.read(corpus / "sotttt-2022-news.warc.gz") if "view_content" in page.url)
    filler = "<!-- " + real.decode().replace("--", "- ") + " -->"

    class Long(Portal):
        def page(self, title: str, content: str) -> str:
            return super().page(title, content).replace("</body>", filler + "</body>")

    with tempfile.TemporaryDirectory() as name, Long() as portal:
        folder = Path(name)
        portal.write_toml(folder)
        portal.validators = not counters
        began = datetime(2026, 3, 1, 19, 0, tzinfo=UTC)
        for key in range(1, start + 1):
            portal.publish(key, f"Bài viết thứ {key} của quận", began - timedelta(hours=8 * (start - key) + 12))
        sizes = []
        for night in range(count + 1):
            for number in range(daily if night else 0):
                key = start + (night - 1) * daily + number + 1
                portal.publish(key, f"Bài viết thứ {key} của quận", began + timedelta(days=night, hours=-number - 2))
            portal.counter = night + 1 if counters else 0
            clock = (began + timedelta(days=night)).isoformat()
            done = scrapy("crawl", "thu", folder=folder, CLOCK=clock, CAPTURE_MEDIA=0)
            assert done.code == 0, done.stderr
            sizes.append((_size(folder / "warc"), _size(folder / "archive.db"), len(portal.requests)))
    first, last = sizes[0], sizes[-1]
    total = start + count * daily
    for label, part in (("WARC", 0), ("archive.db", 1)):
        grown = last[part] - first[part]
        print(
            f"{label:10} {first[part] / start:8.0f} bytes an article in the first night, then "
            f"{grown / count / 1024:6.0f} KiB a night: {grown / count / total:6.0f} bytes per article and night"
        )
    print(
        f"{total} articles, {(last[2] - first[2]) / count:.0f} requests a night, pages of {len(filler)} bytes and more"
    )


def _size(path: Path) -> int:
    return sum(p.stat().st_size for p in path.rglob("*") if p.is_file()) if path.is_dir() else path.stat().st_size


def kill(times: int = 20) -> None:
    """Crawls that are killed at a random request, and one that is not."""
    random.seed(5)
    with tempfile.TemporaryDirectory() as name, Portal() as portal:
        folder = Path(name)
        fill(portal, 28)
        portal.write_toml(folder)
        stored = []
        for number in range(times):
            before = len(portal.requests)
            process = subprocess.Popen(
                command("crawl", "thu", "-a", "full=1", folder=folder),
                cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )  # fmt: skip
            portal.wait_for(before + random.randint(2, 28))
            process.send_signal(signal.SIGKILL)
            process.wait()
            if not (folder / "archive.db").exists():
                continue
            kept(folder / "archive.db", folder / "warc")  # raises where a capture's bytes are not there and whole
            without = (
                "SELECT id FROM articles WHERE id NOT IN (SELECT article_id FROM captures WHERE article_id NOT NULL)"
            )
            assert rows(folder / "archive.db", without) == [], number
            stored += rows(folder / "archive.db", "SELECT count(*) FROM articles")[0]
        done = scrapy("verify", folder=folder)
        assert done.code == 0, done.stderr
        print(f"{times} kills; articles stored after each: {stored}")
        print(done.stdout.splitlines()[-1], done.stderr.strip(), sep="\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", default=["cost", "reextract", "nights", "kill"])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--corpus", type=Path, default=os.environ.get("CORPUS_DIR", ROOT.parent / "shared" / "corpus"))
    args = parser.parse_args()
    with site(args.corpus) as folder:
        if "cost" in args.parts:
            cost(folder, args.runs)
        if "reextract" in args.parts:
            if not (folder / "0.db").exists():
                crawl(folder, 0, True)
            reextract(folder, args.runs)
    if "nights" in args.parts:
        nights(args.corpus, counters=True)
        nights(args.corpus, counters=False)
    if "kill" in args.parts:
        kill()


if __name__ == "__main__":
    main()
