"""What WARC files cost, and which library to trust: `python tests/bench/warc.py [PAGES]` prints ratios from one run.

Pages are those of the corpus (CORPUS_DIR) where it is at hand, else invented ones of like size. The libraries are used
as their manuals say: warcio's ArchiveIterator, WARCWriter; FastWARC's ArchiveIterator, WarcRecord.write and GzipWriter.
"""

from __future__ import annotations

import io
import os
import random
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

from fastwarc.stream_io import GzipWriter
from fastwarc.warc import ArchiveIterator as FastIterator
from fastwarc.warc import WarcRecord, WarcRecordType
from warcio.archiveiterator import ArchiveIterator as WarcioIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from scraper import warc
from scraper.items import Page

AT = datetime(2026, 11, 1, 2, tzinfo=UTC)
CUTS, KILLS = 200, 20
ROOT = Path(__file__).parents[2]


def bodies(number: int) -> list[tuple[str, bytes]]:
    corpus = Path(os.environ.get("CORPUS_DIR", ROOT.parent / "shared" / "corpus")) / "sotttt-2022-news.warc.gz"
    if corpus.is_file():
        found = [(page.url, page.body) for page in warc.read(corpus)]
    else:
        words = random.Random(1)
        found = [(f"https://a.vn/{n}", " ".join(words.choices(DIV, k=9000)).encode()) for n in range(number)]
    return (found * (number // len(found) + 1))[:number]


DIV = ['<div class="asset-content">', "quận", "Hoàn", "Kiếm", "nhân", "dân", "</div>", "<p>", "2026", "ủy", "ban"]


def exchange(url: str, body: bytes) -> warc.Exchange:
    headers = [(b"Content-Type", b"text/html; charset=UTF-8")]
    return warc.Exchange(url=url, status=200, headers=headers, body=body, at=AT, request_headers=[(b"Accept", b"*/*")])


def write_ours(folder: Path, pages: Iterable[tuple[str, bytes]], *, sync: bool = False) -> Path:
    pen = warc.Writer(folder, "bench", {"software": "bench"}, now=lambda: AT)
    for url, body in pages:
        written = pen.write(exchange(url, body))
        if sync:
            pen.sync()
    pen.close()
    return folder / written.warc_file


def write_warcio(folder: Path, pages: Iterable[tuple[str, bytes]]) -> Path:
    path = folder / "warcio.warc.gz"
    with path.open("wb") as out:
        pen = WARCWriter(out, gzip=True, warc_version="1.1")
        for url, body in pages:
            head = StatusAndHeaders("200 OK", [("Content-Type", "text/html; charset=UTF-8")], protocol="HTTP/1.1")
            asked = StatusAndHeaders("GET / HTTP/1.1", [("Host", "a.vn"), ("Accept", "*/*")])
            record = pen.create_warc_record(url, "response", payload=io.BytesIO(body), http_headers=head)
            pen.write_request_response_pair(pen.create_warc_record(url, "request", http_headers=asked), record)
    return path


def write_fastwarc(folder: Path, pages: Iterable[tuple[str, bytes]]) -> Path:
    path = folder / "fastwarc.warc.gz"
    with path.open("wb") as out:
        pen = GzipWriter(out, 6)
        for url, body in pages:
            head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=UTF-8\r\n\r\n"
            asked = b"GET / HTTP/1.1\r\nHost: a.vn\r\nAccept: */*\r\n\r\n"
            for kind, block in ((WarcRecordType.response, head + body), (WarcRecordType.request, asked)):
                record = WarcRecord()
                record.init_headers(kind)
                record.headers["WARC-Target-URI"] = url
                record.set_bytes_content(block)
                record.write(pen, checksum_data=True)
                pen.finish()
    return path


def whole_by_fastwarc(data: bytes) -> list[tuple[str, int]]:
    """URL and size of every response that is given without complaint."""
    found = []
    try:
        for record in FastIterator(io.BytesIO(data), record_types=WarcRecordType.response):
            found.append((record.headers.get("WARC-Target-URI") or "", len(record.reader.read())))
    except OSError:
        pass
    return found


def whole_by_warcio(data: bytes) -> list[tuple[str, int]]:
    found = []
    try:
        for record in WarcioIterator(io.BytesIO(data), check_digests=False):
            if record.rec_type == "response":
                found.append((record.rec_headers["WARC-Target-URI"], len(record.content_stream().read())))
    except Exception:  # the library raises several kinds; each is an honest end
        return found
    return found


def whole_by_us(path: Path, problems: list[str]) -> list[tuple[str, int]]:
    return [(page.url, len(page.body)) for page in warc.read(path, problems=problems)]


def seconds(work: Callable[[], object]) -> float:
    best = 1e9
    for _ in range(3):
        begun = perf_counter()
        work()
        best = min(best, perf_counter() - begun)
    return best


def speed(folder: Path, pages: list[tuple[str, bytes]]) -> None:
    size = sum(len(body) for _, body in pages) / 1e6
    number = iter(range(99))

    def fresh() -> Path:
        path = folder / f"{next(number)}"
        path.mkdir()
        return path

    ways: dict[str, Callable[[], object]] = {
        "warcio": lambda: write_warcio(fresh(), pages),
        "FastWARC alone": lambda: write_fastwarc(fresh(), pages),
        "Writer": lambda: write_ours(fresh(), pages),
        "Writer, fsync each": lambda: write_ours(fresh(), pages, sync=True),
    }
    took = {name: seconds(way) for name, way in ways.items()}
    path = write_ours(fresh(), pages)
    data = path.read_bytes()
    ways = {
        "warcio": lambda: whole_by_warcio(data),
        "FastWARC alone": lambda: whole_by_fastwarc(data),
        "read, all digests": lambda: whole_by_us(path, []),
    }
    read = {name: seconds(way) for name, way in ways.items()}
    for title, table in (("write (response and request)", took), ("read", read)):
        for name, spent in table.items():
            ratio = table["warcio"] / spent
            print(f"{title:29} {name:19} {size / spent:6.0f} MB/s of HTML, {ratio:4.1f} x warcio")
    print(f"on disk {len(data) / 1e6:.1f} MB for {size:.1f} MB of HTML: {size * 1e6 / len(data):.1f} x smaller")


def cuts(folder: Path, pages: list[tuple[str, bytes]]) -> None:
    data = write_ours(folder, pages[:50]).read_bytes()
    sizes = dict(exchange_sizes(pages[:50]))
    wrong = dict.fromkeys(("warcio", "FastWARC", "ours"), 0)
    silent = 0
    path = folder / "cut.warc.gz"
    for cut in random.Random(200).sample(range(400, len(data)), CUTS):
        path.write_bytes(data[:cut])
        problems: list[str] = []
        given = whole_by_us(path, problems)
        silent += not problems
        answers = {"warcio": whole_by_warcio(data[:cut]), "FastWARC": whole_by_fastwarc(data[:cut]), "ours": given}
        for name, found in answers.items():
            wrong[name] += any(sizes.get(url) != size for url, size in found)
    print(f"{CUTS} cuts: half a page given by " + ", ".join(f"{name} {n}" for name, n in wrong.items()), end="; ")
    print(f"cuts that `read` did not report: {silent}")


def exchange_sizes(pages: list[tuple[str, bytes]]) -> Iterable[tuple[str, int]]:
    return ((url, len(body)) for url, body in pages)


def index(folder: Path, pages: list[tuple[str, bytes]]) -> None:
    write_ours(folder, pages)
    begun = perf_counter()
    warc.Index.open(folder)
    built = perf_counter() - begun
    begun = perf_counter()
    found = warc.Index.open(folder)
    opened = perf_counter() - begun
    begun = perf_counter()
    hits = sum(isinstance(found.page(url), Page) for url, _ in pages)
    looked = (perf_counter() - begun) / len(pages)
    print(
        f"index of {hits} captures: built {built:.2f} s, opened again {opened * 1e3:.1f} ms, page {looked * 1e3:.2f} ms"
    )


KILLED = """
import sys
from pathlib import Path
sys.path.insert(0, str(Path(sys.argv[2]) / "tests" / "bench"))
from warc import AT, bodies, exchange
from scraper import warc
pages = bodies(200)
pen = warc.Writer(Path(sys.argv[1]), "bench", {}, now=lambda: AT)
print("ready", flush=True)
for url, body in pages * 50:
    written = pen.write(exchange(url, body))
    pen.sync()
    print(written.offset, flush=True)
"""


def kills(folder: Path) -> None:
    """A run is killed at a random moment: every response told as written must be there and verify."""
    lost = cut = 0
    for number in range(KILLS):
        place = folder / str(number)
        command = [sys.executable, "-c", KILLED, str(place), str(ROOT)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as run:
            assert run.stdout is not None
            run.stdout.readline()
            for _ in range(random.Random(number).randint(1, 60)):
                run.stdout.readline()
            run.send_signal(signal.SIGKILL)
            told = [int(line) for line in run.stdout.read().splitlines() if line]
        (source,) = warc.files(place)
        result = warc.verify(source, dict.fromkeys(told))
        lost += len(result.problems)
        cut += result.note is not None
    print(
        f"{KILLS} runs killed: {lost} responses lost, {cut} files end in a half-written record that nothing points to"
    )


def main(number: int) -> None:
    pages = bodies(number)
    with tempfile.TemporaryDirectory() as temporary:
        parts = [Path(temporary) / name for name in ("speed", "cuts", "index", "kills")]
        for part in parts:
            part.mkdir()
        speed(parts[0], pages)
        cuts(parts[1], pages)
        index(parts[2], pages)
        kills(parts[3])


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1597)
