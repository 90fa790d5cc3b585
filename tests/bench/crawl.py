"""Target 2: the crawl of a portal into SQLite with its index, against a bare Scrapy spider that stores nothing.

Both fetch the same pages of the corpus over HTTP from one server on loopback, in turn, with the same concurrency.
`--capture` keeps WARC records too. Prints pages a second and the ratio of each pair of runs.

    python tests/bench/crawl.py [--runs 3] [--capture] [--corpus FOLDER]
"""

from __future__ import annotations

import argparse
import gzip
import json
import multiprocessing
import os
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.connection import Connection
from pathlib import Path

ROOT = Path(__file__).parents[2]
ORIGIN = b"https://sotttt.hanoi.gov.vn"
OPTIONS = {
    "DOWNLOAD_DELAY": 0,
    "AUTOTHROTTLE_ENABLED": 0,
    "CONCURRENT_REQUESTS": 16,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 16,
    "CONCURRENT_ITEMS": 4,
}
BARE = """
import json, sys, scrapy
from scrapy.crawler import CrawlerProcess
class Bare(scrapy.Spider):
    name = "bare"
    async def start(self):
        for url in open(sys.argv[1]):
            yield scrapy.Request(url.strip(), dont_filter=True)
    def parse(self, response):
        pass
process = CrawlerProcess({**json.loads(sys.argv[2]), "LOG_LEVEL": "ERROR", "TELNETCONSOLE_ENABLED": False})
process.crawl(Bare)
process.start()
"""


def serve(corpus: Path, pipe: Connection, *, packed: bool = False) -> None:
    """The corpus file as a web site: every page under its path, its own links leading back here; gzip if `packed`."""
    from scraper import warc

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            body = pages.get(self.path)
            self.send_response(404 if body is None else 200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            if packed and body is not None:
                self.send_header("Content-Encoding", "gzip")
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    here = f"http://127.0.0.1:{server.server_port}".encode()
    pages = {
        page.url.removeprefix(ORIGIN.decode()): page.body.replace(ORIGIN, here)
        for page in warc.read(corpus / "sotttt-2022-news.warc.gz")
    }
    if packed:
        pages = {path: gzip.compress(body, 6) for path, body in pages.items()}
    pipe.send(here.decode())
    server.serve_forever()


def portal(folder: Path, here: str) -> None:
    """The portal file of the site."""
    host = here.removeprefix("http://")
    listings = "".join(
        f'[[listing]]\nurl = "{here}/{path}"\n' for path in ("vi/tin-tuc-su-kien", "hoat-ong-ang-oan-the")
    )
    text = f'title = "Bench"\ndomains = ["{host}"]\nstart = ["{here}/"]\n{listings}'
    (folder / "bench.toml").write_text(text, encoding="utf-8")


def crawl(folder: Path, number: int, capture: bool) -> tuple[float, dict[str, object]]:
    """Seconds and the JSON line of one crawl into a new archive."""
    settings = {
        **OPTIONS,
        "ARCHIVE_PATH": folder / f"{number}.db",
        "WARC_DIR": folder / f"warc{number}",
        "PORTALS_DIR": folder,
        "CAPTURE": int(capture),
        "CAPTURE_MEDIA": 0,
        "LOG_LEVEL": "ERROR",
    }
    options = [part for name, value in settings.items() for part in ("-s", f"{name}={value}")]
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "scrapy", "crawl", "bench", *options], cwd=ROOT, capture_output=True, text=True
    )
    seconds = time.perf_counter() - began
    if done.returncode:
        sys.exit(f"the crawl ended with {done.returncode}: {done.stdout[-600:]} {done.stderr[-600:]}")
    return seconds, json.loads(done.stdout.splitlines()[-1])


def bare(folder: Path) -> float:
    """Seconds of a spider that fetches the same URLs and does nothing with them."""
    began = time.perf_counter()
    options = json.dumps({**OPTIONS, "ROBOTSTXT_OBEY": False})
    subprocess.run([sys.executable, "-c", BARE, str(folder / "urls"), options], cwd=folder, check=True)
    return time.perf_counter() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--capture", action="store_true")
    parser.add_argument("--corpus", type=Path, default=os.environ.get("CORPUS_DIR", ROOT.parent / "shared" / "corpus"))
    args = parser.parse_args()
    near, far = multiprocessing.Pipe()
    server = multiprocessing.Process(target=serve, args=(args.corpus, far), daemon=True)
    server.start()
    far.close()
    try:
        here = near.recv()
    except EOFError:
        sys.exit(f"the corpus could not be served; is it in {args.corpus}?")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        portal(folder, here)
        _, line = crawl(folder, 0, args.capture)  # warms up, and tells which pages a crawl asks for
        urls = fetched(folder / "0.db")
        (folder / "urls").write_text("\n".join(urls), encoding="utf-8")
        ratios, shares = [], []
        for number in range(1, args.runs + 1):
            began = cpu()
            ours, line = crawl(folder, number, args.capture)
            between = cpu()
            theirs = bare(folder)
            ratios.append(theirs / ours)
            shares.append((cpu() - between) / (between - began))
            print(
                f"ours {len(urls) / ours:6.0f} pages/s   bare {len(urls) / theirs:6.0f}   "
                f"ratio {ratios[-1]:.3f} of wall time, {shares[-1]:.3f} of CPU time"
            )
        print(f"median ratio {statistics.median(ratios):.3f} of wall time, {statistics.median(shares):.3f} of CPU time")
        print(f"{len(urls)} pages, {line['counts']}")
    print(f"peak RSS of any child {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024:.0f} MiB")
    server.terminate()


def cpu() -> float:
    """Seconds of CPU that ended child processes used; less noisy than the clock on a shared machine."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def fetched(archive: Path) -> list[str]:
    """The URLs that a crawl fetched, as its archive tells."""
    import sqlite3

    rows = sqlite3.connect(archive).execute("SELECT url FROM captures ORDER BY id").fetchall()
    return [url for (url,) in rows if not re.search(r"robots\.txt$", url)]


if __name__ == "__main__":
    main()
