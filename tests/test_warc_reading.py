"""WARC files of any crawler: encodings undone, what is no page passed by."""

from __future__ import annotations

import gzip
import io
import zlib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastwarc.stream_io import BrotliWriter, ZstdWriter
from warcs import HTML, URL, pages, record, response

from scraper import warc


def compressed(kind: type, data: bytes) -> bytes:
    out = io.BytesIO()
    pen = kind(out)
    pen.write(data)
    pen.close()
    return out.getvalue()


def chunked(data: bytes) -> bytes:
    pieces = [data[:20], data[20:]]
    return b"".join(b"%X;x=y\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\nA: b\r\n\r\n"


RAW = zlib.compressobj(wbits=-15)
ENCODED = {
    "gzip": (gzip.compress(HTML), ("Content-Encoding: gzip",)),
    "x-gzip, two members": (gzip.compress(HTML[:9]) + gzip.compress(HTML[9:]), ("Content-Encoding: x-gzip",)),
    "deflate": (zlib.compress(HTML), ("Content-Encoding: deflate",)),
    "raw deflate": (RAW.compress(HTML) + RAW.flush(), ("Content-Encoding: deflate",)),
    "br": (compressed(BrotliWriter, HTML), ("Content-Encoding: br",)),
    "zstd": (compressed(ZstdWriter, HTML), ("Content-Encoding: zstd",)),
    "chunked": (chunked(HTML), ("Transfer-Encoding: chunked",)),
    "chunked gzip": (chunked(gzip.compress(HTML)), ("Transfer-Encoding: chunked", "Content-Encoding: gzip")),
    "undone already": (HTML, ("Transfer-Encoding: chunked", "Content-Encoding: gzip")),
    "undone br": (HTML, ("Content-Encoding: br",)),
    "identity": (HTML, ("Content-Encoding: identity",)),
}


@pytest.mark.parametrize("name", ENCODED)
def test_encodings_are_undone(tmp_path: Path, name: str) -> None:
    payload, headers = ENCODED[name]
    (tmp_path / "a.warc").write_bytes(response(payload, *headers))
    assert [page.body for page in pages(tmp_path)] == [HTML]


@pytest.mark.parametrize("name", ["gzip", "deflate", "br", "zstd", "chunked", "chunked gzip"])
def test_half_a_payload_is_never_given(tmp_path: Path, name: str) -> None:
    payload, headers = ENCODED[name]
    (tmp_path / "a.warc").write_bytes(response(payload[:-12], *headers))
    problems: list[str] = []
    assert list(warc.read(tmp_path, problems=problems)) == []
    assert len(problems) == 1


def test_a_bomb_is_told_and_not_unfolded(tmp_path: Path) -> None:
    bomb = zlib.compressobj(9, wbits=31)
    payload = b"".join(bomb.compress(bytes(2**20)) for _ in range(130)) + bomb.flush()
    (tmp_path / "a.warc").write_bytes(response(payload, "Content-Encoding: gzip"))
    problems: list[str] = []
    assert list(warc.read(tmp_path, problems=problems)) == []
    assert problems == ["a.warc at 0: its payload unfolds to more than 128 MB"]


def test_other_crawlers_records(tmp_path: Path) -> None:
    info = record("warcinfo", b"software: Heritrix\r\n")
    dns = record("response", b"20200501\na.vn. 5 IN A 1.2.3.4", "WARC-Target-URI: dns:a.vn", "WARC-Date: 2020-05-01")
    kinds = ("request", "metadata", "resource", "conversion", "continuation")
    others = [record(kind, b"x", f"WARC-Target-URI: {URL}") for kind in kinds]
    wget = response(HTML, url="<http://a.vn/>", at="2020-05-01T00:00:00.123456Z")
    truncated = response(HTML).replace(b"WARC-Date", b"WARC-Truncated: length\r\nWARC-Date")
    at = ("WARC-Date: 2020-05-01T00:00:00Z", f"WARC-Target-URI: {URL}")
    lf_only = record("response", b"HTTP/1.0 404\nContent-Type: text/html\n\n" + HTML, *at)
    path = tmp_path / "other.warc.gz"
    path.write_bytes(b"".join(gzip.compress(one) for one in (info, dns, *others, wget, truncated, lf_only)))
    problems: list[str] = []
    seen = [(p.url, p.fetched_at, p.status, p.content_type, p.body) for p in warc.read(path, problems=problems)]
    assert seen == [
        ("http://a.vn/", datetime(2020, 5, 1, 0, 0, 0, 123456, tzinfo=UTC), 200, "text/html", HTML),
        (URL, datetime(2020, 5, 1, tzinfo=UTC), 404, "text/html", HTML),
    ]
    assert len(problems) == 1 and problems[0].endswith("the record holds a payload that the crawler cut short")


def test_revisits_of_other_crawlers(tmp_path: Path) -> None:
    digest = "WARC-Payload-Digest: sha1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    original = response(HTML)
    profile = "WARC-Profile: http://netpreserve.org/warc/1.0/revisit/"
    by_time = record(
        "revisit",
        b"",
        "WARC-Target-URI: https://a.vn/",
        "WARC-Date: 2020-06-01T00:00:00Z",
        f"WARC-Refers-To-Target-URI: {URL}",
        "WARC-Refers-To-Date: 2020-05-01T00:00:00Z",
        profile + "server-not-modified",
    )
    lost = record(
        "revisit",
        b"",
        "WARC-Target-URI: https://a.vn/",
        "WARC-Date: 2020-06-02T00:00:00Z",
        profile + "identical-payload-digest",
        digest,
    )
    (tmp_path / "a.warc").write_bytes(original + by_time + lost)
    problems: list[str] = []
    seen = [(p.url, p.fetched_at.month, p.status, p.body) for p in warc.read(tmp_path, problems=problems)]
    assert seen == [(URL, 5, 200, HTML), ("https://a.vn/", 6, 200, HTML)]
    place = len(original) + len(by_time)
    assert problems == [f"a.warc at {place}: the response that this revisit refers to is not here"]
    index = warc.Index.open(tmp_path)
    assert [capture.at.day for capture in index.captures("https://a.vn/")] == [1]


@pytest.mark.parametrize(
    ("name", "data", "problem"),
    [
        ("a.warc.gz", b"", "the file is empty"),
        ("a.warc", b"hello", "this is no WARC file"),
        ("a.warc.gz", gzip.compress(response(HTML * 90) * 2), "the file is compressed as one piece"),
    ],
)
def test_files_that_hold_nothing_readable_are_told(tmp_path: Path, name: str, data: bytes, problem: str) -> None:
    (tmp_path / name).write_bytes(data)
    problems: list[str] = []
    assert list(warc.read(tmp_path, problems=problems)) == []
    assert len(problems) == 1 and problem in problems[0]
