"""WARC files that are cut, damaged or lie: whole records are read, the others are told and never given."""

from __future__ import annotations

import gzip
import hashlib
import os
import random
import signal
import subprocess
import sys
import zlib
from itertools import pairwise
from pathlib import Path

import pytest
from warcs import HTML, exchange, pages, response, sha1, write

from scraper import warc

KILLED = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from scraper import warc
now = datetime(2026, 3, 1, tzinfo=UTC)
pen = warc.Writer(Path(sys.argv[1]), "hoankiem", {}, now=lambda: now)
for number in range(20):
    body = str(number).encode() * 50
    pen.write(warc.Exchange(url=f"https://a.vn/{number}", status=200, headers=[], body=body, at=now))
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_killed_run_leaves_whole_records(tmp_path: Path) -> None:
    root = Path(__file__).parents[1]
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path)], cwd=root, env={**os.environ, "PYTHONPATH": "."}
    )
    assert done.returncode == -signal.SIGKILL
    assert [page.url for page in pages(tmp_path)] == [f"https://a.vn/{number}" for number in range(20)]


def ends_of_members(data: bytes) -> list[int]:
    ends = [0]
    while len(ends) == 1 or ends[-1] < len(data):
        unpacker = zlib.decompressobj(31)
        unpacker.decompress(data[ends[-1] :])
        ends.append(len(data) - len(unpacker.unused_data))
    return ends


@pytest.mark.parametrize("packed", [True, False])
def test_a_cut_file_gives_its_whole_records_and_tells_the_cut_one(tmp_path: Path, packed: bool) -> None:
    sizes = random.Random(6)
    given = [exchange(url=f"https://a.vn/{n}", body=sizes.randbytes(sizes.randint(0, 900))) for n in range(12)]
    whole = (tmp_path / write(tmp_path, *given)[0].warc_file).read_bytes()
    ends = ends_of_members(whole)
    if not packed:
        members = [gzip.decompress(whole[a:b]) for a, b in pairwise(ends)]
        whole = b"".join(members)
        ends = [len(b"".join(members[:n])) for n in range(len(members) + 1)]
    path = tmp_path / ("cut.warc.gz" if packed else "cut.warc")
    spare = 0 if packed else 4  # an uncompressed record is whole without the two line ends that close it
    for cut in [*sizes.sample(range(10, len(whole)), 40), *ends[2:], *(end - 1 for end in ends[2:])]:
        path.write_bytes(whole[:cut])
        problems: list[str] = []
        found = list(warc.read(path, problems=problems))
        expected = given[: sum(end <= cut + spare for end in ends[1:]) // 2]
        assert [(page.url, page.body) for page in found] == [(one.url, one.body) for one in expected]
        at_border = any(0 <= end - cut <= spare for end in ends)
        assert [problem.partition(": ")[2] for problem in problems] == (
            [] if at_border else ["the record is cut short: the file ends in it"]
        )


def test_a_damaged_record_is_told_and_the_next_is_read(tmp_path: Path) -> None:
    first, second, third = write(tmp_path, *(exchange(url=f"https://a.vn/{n}") for n in range(3)))
    path = tmp_path / first.warc_file
    data = bytearray(path.read_bytes())
    data[second.offset + 60] ^= 0xFF
    path.write_bytes(data)
    problems: list[str] = []
    assert [page.url for page in warc.read(path, problems=problems)] == ["https://a.vn/0", "https://a.vn/2"]
    assert len(problems) == 1 and problems[0].startswith(f"{path.name} at {second.offset}: the record ")
    index = warc.Index.open(path)
    assert index.page("https://a.vn/1") is None and index.problems == problems
    with pytest.raises(warc.WarcError, match=f"at {second.offset}"):
        warc.fetch(tmp_path, second.warc_file, second.offset)
    expected = {one.offset: one.digest for one in (first, second, third)}
    (checked,) = [warc.verify(source, expected) for source in warc.files(tmp_path)]
    assert (checked.records, len(checked.problems), checked.note) == (6, 1, None)
    assert checked.problems[0].startswith(f"at {second.offset}: the record ")


def test_damage_that_comes_after_the_index_was_built(tmp_path: Path) -> None:
    older, newer = write(tmp_path, exchange(body=b"older"), exchange(body=b"newer"))
    path = tmp_path / newer.warc_file
    index = warc.Index.open(path)
    data = bytearray(path.read_bytes())
    data[newer.offset + 60] ^= 0xFF
    path.write_bytes(data)
    page = index.page("https://hoankiem.hanoi.gov.vn/tin-tuc?cur=2")
    assert page is not None and page.body == b"older" and page.warc_offset == older.offset
    assert [problem.partition(": ")[0] for problem in index.problems] == [f"{path.name} at {newer.offset}"]


@pytest.mark.parametrize("digest", ["WARC-Block-Digest", "WARC-Payload-Digest"])
def test_a_failing_digest_is_told_and_its_page_not_given(tmp_path: Path, digest: str) -> None:
    text = response(HTML).replace(b"WARC-Date", f"{digest}: {sha1(b'other')}\r\nWARC-Date".encode())
    path = tmp_path / "a.warc"
    path.write_bytes(text + response(HTML, url="https://a.vn/"))
    problems: list[str] = []
    assert [page.url for page in warc.read(path, problems=problems)] == ["https://a.vn/"]
    assert problems == [f"a.warc at 0: the record fails its {digest.split('-')[1].lower()} digest"]


def test_digests_in_other_forms(tmp_path: Path) -> None:
    for value in (f"sha256:{hashlib.sha256(HTML).hexdigest()}", f"md5:{hashlib.md5(HTML).hexdigest()}", "crc64:00"):
        text = response(HTML).replace(b"WARC-Date", f"WARC-Payload-Digest: {value}\r\nWARC-Date".encode())
        (tmp_path / "a.warc").write_bytes(text)
        assert [(page.body, page.digest) for page in pages(tmp_path / "a.warc")] == [(HTML, value)]


def test_a_half_written_last_record_is_a_loss_only_when_something_points_to_it(tmp_path: Path) -> None:
    first, second = write(tmp_path, exchange(), exchange(url="https://a.vn/"))
    path = tmp_path / first.warc_file
    path.write_bytes(path.read_bytes()[: second.offset + 50])
    (source,) = warc.files(tmp_path)
    cut = f"at {second.offset}: the record is cut short: the file ends in it"
    assert warc.verify(source, {first.offset: first.digest}) == warc.Fixity(first.warc_file, 3, (), cut)
    assert warc.verify(source, {second.offset: None}) == warc.Fixity(first.warc_file, 3, (cut,), None)


def test_captures_that_point_elsewhere_are_told(tmp_path: Path) -> None:
    (written,) = write(tmp_path, exchange())
    (source,) = warc.files(tmp_path)
    assert warc.verify(source, {written.offset: sha1(b"x"), 7: None}).problems == (
        "at 7: no response begins here, but a capture points to it",
        f"at {written.offset}: the payload is {written.digest}, but the capture says {sha1(b'x')}",
    )
