"""What CDX servers answer, in both dialects, and where originals stand."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from scraper import wayback
from scraper.wayback import Answer, CdxError, Snapshot, Span

HEADER = ["urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length"]
URL = "http://hoankiem.gov.vn/tin-tuc/-/view_content/12-le-hoi.html"
IA = "https://web.archive.org/web/{timestamp}id_/{url}"
PYWB = "http://localhost:8080/past/{timestamp}id_/{url}"


def row(url: str = URL, stamp: str = "20150307081500", mime: str = "text/html", status: str = "200") -> list[str]:
    return ["vn,gov,hoankiem)/x", stamp, url, mime, status, "AAAA", "1234"]


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type,misc]


def test_the_internet_archives_rows() -> None:
    body = json.dumps([HEADER, row(), row("http://www.hoankiem.gov.vn:80/"), [], ["vn,gov,hoankiem)/y 20150307"]])
    assert wayback.answer(body.encode()) == Answer(
        (Snapshot(URL, at(2015, 3, 7, 8, 15)), Snapshot("http://www.hoankiem.gov.vn/", at(2015, 3, 7, 8, 15))),
        "vn,gov,hoankiem)/y 20150307",
    )


def test_the_last_part_has_no_key() -> None:
    assert wayback.answer(json.dumps([HEADER, row()]).encode()).resume_key is None
    assert wayback.answer(b"") == wayback.answer(b"[]") == wayback.answer(json.dumps([HEADER]).encode()) == Answer()


def test_columns_go_by_their_names() -> None:
    body = json.dumps([["original", "statuscode", "timestamp"], [URL, "200", "20150307"]])
    assert wayback.answer(body.encode()).snapshots == (Snapshot(URL, at(2015, 3, 7)),)


def test_pywbs_lines() -> None:
    line = {"urlkey": "x", "timestamp": "20150307081500", "url": URL, "mime": "text/html", "status": "200"}
    cdxj = f"vn,gov)/ 20160101000000 {json.dumps({'url': URL, 'mime': 'text/html', 'status': '200'})}"
    assert wayback.answer(f"{json.dumps(line)}\n{cdxj}\n".encode()).snapshots == (
        Snapshot(URL, at(2015, 3, 7, 8, 15)),
        Snapshot(URL, at(2016, 1, 1)),
    )
    assert wayback.answer(f"{json.dumps(line)}\n{json.dumps(line)}\n".encode(), limit=2).is_cut


@pytest.mark.parametrize(
    "changes", [{"mime": "image/png"}, {"status": "301"}, {"mime": "warc/revisit", "status": "-"}, {"status": "404"}]
)
def test_what_is_no_page_is_left_out(changes: dict[str, str]) -> None:
    assert wayback.answer(json.dumps([HEADER, row(**changes)]).encode()).snapshots == ()


@pytest.mark.parametrize(
    "body",
    [
        b"org.archive.util.io.RuntimeIOException: AdministrativeAccessControlException: Blocked Site Error",
        b"<html><title>504 Gateway Time-out</title></html>",
        b'[["urlkey","timestamp"],["x","20150307"]]',
        b'[["original","timestamp"],["http://x/"]]',
        b'{"message": "nothing found"}',
        b"[1, 2]",
        b'[["urlkey"',
    ],
)
def test_other_answers_are_errors(body: bytes) -> None:
    with pytest.raises(CdxError):
        wayback.answer(body)


@pytest.mark.parametrize("key", ["vn%2Cgov%2Choankiem%29%2F+20150307%21", "vn,gov,hoankiem)/ 20150307!"])
def test_queries(key: str) -> None:
    assert wayback.query("https://web.archive.org/cdx/search/cdx", "hoankiem.gov.vn", Span.of("2012..2025"), key) == (
        "https://web.archive.org/cdx/search/cdx?url=hoankiem.gov.vn&matchType=host&output=json&from=2012&to=2025"
        "&filter=statuscode%3A200&filter=mimetype%3Atext%2Fhtml&collapse=digest&limit=5000&showResumeKey=true"
        "&resumeKey=vn%2Cgov%2Choankiem%29%2F+20150307%21"
    )


@pytest.mark.parametrize("template", [IA, PYWB])
def test_addresses_lead_back(template: str) -> None:
    snapshot = Snapshot(URL + "?cur=2&x=https://a/", at(2015, 3, 7, 8, 15, 9))
    assert wayback.original(template, wayback.address(template, snapshot)) == snapshot
    assert wayback.original(template, "https://hoankiem.gov.vn/") is None


def test_addresses_of_archives_vary() -> None:
    found = Snapshot(URL, at(2015, 1, 1))
    assert wayback.original(IA, f"https://web.archive.org/web/2015id_/{URL.replace('//', '/', 1)}") == found
    assert wayback.original(IA, f"https://web.archive.org/web/2015id_/{URL.removeprefix('http://')}") == found
    assert wayback.captured_at("Sat, 07 Mar 2015 08:15:00 GMT", found) == at(2015, 3, 7, 8, 15)
    assert wayback.captured_at("yesterday", found) == found.at


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2022", at(2022, 1, 1), at(2022, 12, 31, 23, 59, 59)),
        ("2012..2025", at(2012, 1, 1), at(2025, 12, 31, 23, 59, 59)),
        ("201502..201602", at(2015, 2, 1), at(2016, 2, 29, 23, 59, 59)),
        ("20150307..20150307", at(2015, 3, 7), at(2015, 3, 7, 23, 59, 59)),
    ],
)
def test_spans(text: str, start: datetime, end: datetime) -> None:
    span = Span.of(text)
    assert (span.start, span.end, start in span, end in span) == (start, end, True, True)
    assert at(2011, 12, 31) not in span


@pytest.mark.parametrize("text", ["", "12", "2025..2012", "2012-2025", "20121", "201399", "2012..", "x"])
def test_what_is_no_span(text: str) -> None:
    with pytest.raises(ValueError):
        Span.of(text)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("120", 120.0), ("Sun, 01 Mar 2026 00:01:30 GMT", 90.0), (None, 60.0), ("soon", 60.0), ("0", 0.0)],
)
def test_retry_after(value: str | None, seconds: float) -> None:
    assert wayback.retry_after(value, at(2026, 3, 1), 60.0) == seconds


def test_headers_of_the_portals_own_answer() -> None:
    sent = [
        (b"Content-Type", b"text/html"), (b"Content-Encoding", b"gzip"), (b"Memento-Datetime", b"x"),
        (b"X-Archive-Orig-Content-Type", b"text/html;charset=UTF-8"), (b"X-Archive-Orig-Etag", b'"1"'),
        (b"X-Archive-Orig-Content-Encoding", b"br"), (b"X-Archive-Src", b"a.warc.gz"),
    ]  # fmt: skip
    assert wayback.originals(sent) == [
        (b"Content-Type", b"text/html;charset=UTF-8"), (b"Etag", b'"1"'), (b"Content-Encoding", b"gzip"),
    ]  # fmt: skip
    assert wayback.originals(sent[:3]) == sent[:2]
