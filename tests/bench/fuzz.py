"""Mutated corpus pages: no exception, none over two seconds. `python tests/bench/fuzz.py --minutes 10`."""

from __future__ import annotations

import argparse
import json
import os
import random
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from scraper import dates, extract
from scraper.items import Article, Page
from scraper.portals import UNKNOWN

CORPUS = Path(os.environ.get("CORPUS_DIR", Path(__file__).parents[2].parent / "shared" / "corpus"))
SLOWEST = 2.0  # seconds of CPU for one page
NOW = datetime(2026, 3, 9, tzinfo=UTC)
_TEXT = "<div> </div> <table> </td> <p> <a\fhref='#'> </a> <!-- --> <script> </script> <textarea> <select> <title> <b>"
TAGS = [tag.encode() for tag in (*_TEXT.split(" "), "<font>", "<li>", "<br>", "<img src=x>", "&amp;amp;", "<![CDATA[")]


def main() -> None:
    """Mutate until the time is over, then say how many pages were read and which was the slowest."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=0.2)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    chance = random.Random(args.seed)
    pages = [
        (CORPUS / json.loads(line)["file"]).read_bytes() for line in (CORPUS / "pages.jsonl").open(encoding="utf-8")
    ]
    until, count, slowest = time.monotonic() + args.minutes * 60, 0, (0.0, "")
    while time.monotonic() < until:
        body, told = mutate(chance, pages)
        spent = read(body, general=count % 2 == 0)
        count += 1
        slowest = max(slowest, (spent, f"mutation {count}: {told}, {len(body)} bytes"))
        if spent > SLOWEST:
            raise SystemExit(f"{spent:.2f} s: {slowest[1]}, seed {args.seed}")
    print(f"{count} mutated pages read without an exception; slowest {slowest[0]:.2f} s ({slowest[1]})")


def read(body: bytes, *, general: bool) -> float:
    """Seconds of CPU that a page takes, read both as what it is and as an article."""
    page = Page("https://mau.gov.vn/tin-tuc/-/view_content/77-bai.html", body, NOW, charset="utf-8")
    began = time.process_time()
    extract.read(page, UNKNOWN, general=general)
    spent = time.process_time() - began
    article = extract.article(page, UNKNOWN, general=general)
    assert isinstance(dates.normalise(article, page, UNKNOWN), Article)
    return spent


def mutate(chance: random.Random, pages: list[bytes]) -> tuple[bytes, str]:
    """A page after one to four mutations, and their names."""
    body, names = chance.choice(pages), []
    for mutation in chance.choices(MUTATIONS, k=chance.randint(1, 4)):
        body = mutation(chance, body)
        names.append(mutation.__name__)
    return body[:6_000_000], "+".join(names)


def cut(chance: random.Random, body: bytes) -> bytes:
    """Only the beginning."""
    return body[: chance.randrange(len(body) + 1)]


def hole(chance: random.Random, body: bytes) -> bytes:
    """A piece is missing."""
    start = chance.randrange(len(body) + 1)
    return body[:start] + body[start + chance.randrange(5000) :]


def noise(chance: random.Random, body: bytes) -> bytes:
    """Bytes are changed."""
    changed = bytearray(body)
    for _ in range(min(len(changed), chance.randrange(1, 400))):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def tags(chance: random.Random, body: bytes) -> bytes:
    """Tags at places where none belongs."""
    for _ in range(chance.randrange(1, 60)):
        place = chance.randrange(len(body) + 1)
        body = body[:place] + chance.choice(TAGS) + body[place:]
    return body


def unclosed(chance: random.Random, body: bytes) -> bytes:
    """No element of one kind is closed."""
    return body.replace(
        chance.choice([b"</div>", b"</p>", b"</a>", b"</table>", b"</td>", b"</li>", b"</script>", b"</ul>"]), b""
    )


def repeated(chance: random.Random, body: bytes) -> bytes:
    """A piece many times over: large pages and depth bombs."""
    start = chance.randrange(len(body) + 1)
    piece = body[start : start + chance.choice([20, 200, 4000])]
    return body[:start] + piece * chance.choice([10, 100, 2000]) + body[start:]


def recoded(chance: random.Random, body: bytes) -> bytes:
    """Another charset than declared."""
    return body.decode("utf-8", "replace").encode(
        chance.choice(["utf-16", "cp1258", "latin-1", "utf-16-le", "ascii"]), "replace"
    )


MUTATIONS: list[Callable[[random.Random, bytes], bytes]] = [cut, hole, noise, tags, unclosed, repeated, recoded]

if __name__ == "__main__":
    main()
