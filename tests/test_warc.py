"""WARC files written: what was captured is read again, nothing is rewritten, other tools agree."""

from __future__ import annotations

import gzip
from datetime import timedelta
from pathlib import Path

import pytest
from warcs import AT, HTML, URL, exchange, pages, sha1, write, writer

from scraper import warc
from scraper.items import Page


def test_a_written_response_is_the_page_that_was_captured(tmp_path: Path) -> None:
    body = gzip.compress(HTML, mtime=0)
    headers = [(b"Content-Type", b"text/html; charset=UTF-8"), (b"Content-Encoding", b"gzip"), (b"ETag", b'"7"')]
    (written,) = write(tmp_path, exchange(headers=headers, body=body))
    assert pages(tmp_path) == [
        Page(
            url=URL,
            body=HTML,
            fetched_at=AT,
            source="warc",
            status=200,
            charset="utf-8",
            content_type="text/html",
            etag='"7"',
            digest=sha1(body),
            warc_file="hoankiem/2026/hoankiem-20260301T190005Z-00000.warc.gz",
            warc_offset=written.offset,
        )
    ]
    assert written.warc_file == "hoankiem/2026/hoankiem-20260301T190005Z-00000.warc.gz"
    assert written.digest == sha1(body)


def test_the_records_of_a_file(tmp_path: Path) -> None:
    (written,) = write(tmp_path, exchange())
    text = gzip.decompress((tmp_path / written.warc_file).read_bytes()).decode()
    kept = [line for line in text.splitlines() if not line.startswith(("WARC-Record-ID", "WARC-Warcinfo-ID", "<p>"))]
    concurrent = [line for line in kept if line.startswith("WARC-Concurrent-To")]
    assert len(concurrent) == 1
    assert "software: test/1\noperator: Thư viện\nformat: WARC File Format 1.1" in "\n".join(kept)
    assert "WARC-Protocol: http/1.1" in kept and "WARC-IP-Address: 127.0.0.1" in kept
    asked = text[text.index("GET ") :]
    assert asked == (
        "GET /tin-tuc?cur=2 HTTP/1.1\r\nHost: hoankiem.hanoi.gov.vn\r\nUser-Agent: archive\r\nAccept: text/html\r\n"
        "\r\n\r\n\r\n"
    )


def test_a_payload_seen_before_becomes_a_revisit(tmp_path: Path) -> None:
    pen = writer(tmp_path)
    first = pen.write(exchange())
    earlier = warc.Earlier(URL, AT, first.digest)
    later = AT + timedelta(days=1)
    pen.write(exchange(at=later, url=URL + "0"), earlier)
    same = pen.write(exchange(at=later + timedelta(days=1), status=304, body=b"", headers=[(b"ETag", b'"7"')]), earlier)
    other = pen.write(exchange(at=later + timedelta(days=2), body=b"<p>other"), earlier)
    pen.close()
    kinds = gzip.decompress((tmp_path / first.warc_file).read_bytes()).splitlines()
    assert [line for line in kinds if line.startswith(b"WARC-Type: re")] == [
        *(b"WARC-Type: response", b"WARC-Type: request"),
        *(b"WARC-Type: revisit", b"WARC-Type: request"),
        *(b"WARC-Type: revisit", b"WARC-Type: request"),
        *(b"WARC-Type: response", b"WARC-Type: request"),
    ]
    assert same.digest == first.digest
    seen = [(p.url, p.fetched_at, p.status, p.body, p.etag, p.digest) for p in pages(tmp_path)]
    assert seen == [
        (URL, AT, 200, HTML, '"7"', first.digest),
        (URL + "0", later, 200, HTML, '"7"', first.digest),
        (URL, later + timedelta(days=1), 200, HTML, '"7"', first.digest),
        (URL, later + timedelta(days=2), 200, b"<p>other", '"7"', other.digest),
    ]
    assert warc.fetch(tmp_path, same.warc_file, same.offset) == pages(tmp_path)[2]
    assert warc.head(tmp_path, same.warc_file, same.offset) == (
        b'HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=UTF-8\r\nETag: "7"\r\n\r\n'
    )
    beside = b'response: HTTP/1.1 304 Not Modified\r\nETag: "7"\r\n'
    assert beside in gzip.decompress((tmp_path / first.warc_file).read_bytes())


def test_a_revisit_may_refer_to_another_file_or_come_first(tmp_path: Path) -> None:
    first = write(tmp_path, exchange())[0]
    pen = writer(tmp_path)
    second = pen.write(exchange(at=AT + timedelta(days=1)), warc.Earlier(URL, AT, first.digest))
    pen.close()
    assert second.warc_file.endswith("-00001.warc.gz")
    (tmp_path / first.warc_file).rename(tmp_path / "z.warc.gz")
    assert [(p.fetched_at, p.body) for p in pages(tmp_path)] == [(AT, HTML), (AT + timedelta(days=1), HTML)]
    assert [c.at for c in warc.Index.open(tmp_path).captures(URL)] == [AT, AT + timedelta(days=1)]
    problems: list[str] = []
    assert list(warc.read(tmp_path / second.warc_file, problems=problems)) == []
    assert problems == [
        f"hoankiem-20260301T190005Z-00001.warc.gz at {second.offset}: "
        "the response that this revisit refers to is not here"
    ]


def test_each_run_opens_a_new_file_and_rolls_over(tmp_path: Path) -> None:
    write(tmp_path, exchange())
    before = {path: path.read_bytes() for path in tmp_path.rglob("*.warc.gz")}
    pen = writer(tmp_path, limit=1)
    for day in range(3):
        pen.write(exchange(at=AT + timedelta(days=day)))
        pen.sync()
    pen.close()
    names = sorted(path.name[-13:] for path in tmp_path.rglob("*.warc.gz"))
    assert names == [f"0000{n}.warc.gz" for n in range(4)]
    assert {path: path.read_bytes() for path in before} == before
    assert len(pages(tmp_path)) == 4


def test_nothing_is_written_before_the_first_response(tmp_path: Path) -> None:
    pen = writer(tmp_path / "warc")
    pen.sync()
    pen.close()
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "hoankiem").write_text("a file in the way")
    with pytest.raises(warc.WarcError, match="cannot write to"):
        writer(tmp_path).write(exchange())


def test_header_lines_cannot_be_smuggled_in(tmp_path: Path) -> None:
    write(tmp_path, exchange(headers=[(b"X", b"a\r\nLocation: /evil\r\n\r\n<p>")]))
    (page,) = pages(tmp_path)
    assert (page.location, page.body) == (None, HTML)
