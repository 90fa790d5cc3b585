"""Saving sightings: identity, unchanged, revised and older states; captures, media, fixity."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from made import PORTAL, URL, article, iso, night, page

from scraper.archive import Archive, Saved, content_hash
from scraper.items import Image, Link


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    opened = Archive.open(tmp_path / "archive.db")
    yield opened
    opened.close()


def states(archive: Archive) -> list[tuple[str, str | None, str | None, str | None]]:
    return archive.rows("SELECT seen_at, replaced_at, body, change FROM states")


def test_a_new_article_is_one_row_with_its_lists(archive: Archive) -> None:
    assert archive.save(article(), page(0, etag='"a"'), PORTAL) == Saved("new", 1, None, 1)

    row = next(archive.db.query("SELECT * FROM articles"))
    assert row == {
        "id": 1,
        "portal": "hoankiem",
        "url": URL,
        "key": "17",
        "section": None,
        "title": "Khai mạc lễ hội",
        "published_at": "2026-10-31T18:26:00+07:00",
        "published_text": "31/10/2026 18:26",
        "published_precision": "minute",
        "author": "Bích Ngọc",
        "lang": None,
        "first_seen_at": "2026-11-01T02:00:00+00:00",
        "last_seen_at": "2026-11-01T02:00:00+00:00",
        "revised_at": None,
        "checked_at": "2026-11-01T02:00:00+00:00",
        "next_check_at": "2026-11-01T20:00:00+00:00",
        "gone_at": None,
        "content_hash": content_hash(article()),
        "extractor": "1",
        "provenance": "{}",
        "problems": "[]",
        "etag": '"a"',
        "last_modified": None,
        "lead": "Sáng nay.",
        "body": "Lễ hội được tổ chức tại hồ Hoàn Kiếm.",
        "fold": "Khai mạc lễ hội Sáng nay. Lễ hội dược tổ chức tại hồ Hoàn Kiếm.",
    }
    assert archive.rows("SELECT * FROM images") == [
        (1, 1, "https://hoankiem.example/le-hoi.jpg", "Quang cảnh lễ hội", "Ảnh: Minh Anh", None)
    ]
    assert archive.rows("SELECT * FROM related_links") == [
        (1, 1, "https://hoankiem.example/vi/view_content/16-x", "Tin cũ")
    ]
    assert archive.rows("SELECT * FROM attachments") == [
        (1, 1, "https://hoankiem.example/ke-hoach.pdf?version=1", "Kế hoạch", None)
    ]
    assert archive.rows("SELECT * FROM urls") == [(URL, 1, iso(0))]
    assert archive.rows("SELECT id, url, fetched_at, status, etag, source, article_id FROM captures") == [
        (1, URL, iso(0), 200, '"a"', "live", 1)
    ]


def test_copies_of_one_number_are_one_article(archive: Archive) -> None:
    english, printed = URL.replace("/vi/", "/en/"), URL + "?p_p_state=pop_up"
    archive.save(article(), page(0), PORTAL)
    archive.save(article(url=english), page(0.1, english), PORTAL)
    archive.save(article(url=english), page(0.2, printed), PORTAL)

    assert archive.rows("SELECT id, key, url FROM articles") == [(1, "17", english)]
    assert archive.rows("SELECT url, article_id, first_seen_at FROM urls ORDER BY first_seen_at") == [
        (URL, 1, iso(0)),
        (english, 1, iso(0.1)),
        (printed, 1, iso(0.2)),
    ]
    assert [archive.known(PORTAL, name) for name in ("17", URL, english, printed)] == [1, 1, 1, 1]
    assert archive.known("sotttt", "17") is None


def test_without_a_number_any_known_url_is_the_identity(archive: Archive) -> None:
    other = "https://hoankiem.example/tin/le-hoi.html"
    archive.save(article(key=None), page(0, other), PORTAL)
    archive.save(article(key=None, url=other), page(1, other), PORTAL)
    archive.save(article(key="17", url=other), page(2, other), PORTAL)

    assert archive.rows("SELECT id, key FROM articles") == [(1, "17")]


def test_a_url_that_is_given_to_another_number_is_another_article(archive: Archive) -> None:
    archive.save(article(key="17"), page(0), PORTAL)
    assert archive.save(article(key="18"), page(1), PORTAL) == Saved("new", 2, None, 2)


def test_text_is_stored_in_nfc(archive: Archive) -> None:
    archive.save(article(title="Đoàn kê\u0301t"), page(0), PORTAL)
    assert archive.rows("SELECT title FROM articles") == [("Đoàn kết",)]


def test_an_unchanged_article_keeps_its_first_reading(archive: Archive) -> None:
    archive.save(article(), page(0), PORTAL)
    before = archive.rows("SELECT * FROM related_links"), archive.rows("SELECT title, body FROM articles")
    same = article(related_links=(Link("https://hoankiem.example/new", "Tin mới"),), section="Tin tức")

    assert archive.save(same, page(1), PORTAL) == Saved("unchanged", 1)
    assert (archive.rows("SELECT * FROM related_links"), archive.rows("SELECT title, body FROM articles")) == before
    assert archive.rows("SELECT last_seen_at, checked_at, revised_at, next_check_at FROM articles") == [
        (iso(1), iso(1), None, iso(1.75))
    ]
    assert archive.rows("SELECT count(*) FROM captures") == [(1,)]


def test_an_unchanged_article_whose_bytes_are_kept_gets_a_capture(archive: Archive) -> None:
    archive.save(article(), page(0, warc_file="a.warc.gz", warc_offset=1), PORTAL)
    assert archive.save(article(), page(1, warc_file="a.warc.gz", warc_offset=2), PORTAL) == Saved(
        "unchanged", 1, None, 2
    )
    assert [capture.warc_offset for capture in archive.captures_of(1)] == [1, 2]


def test_the_same_crawl_again_changes_nothing(archive: Archive) -> None:
    archive.save(article(), page(0, source="warc"), PORTAL)
    before = list(archive.db.conn.iterdump())
    assert archive.save(article(), page(0, source="warc"), PORTAL) == Saved("unchanged", 1, None, 1)
    assert list(archive.db.conn.iterdump()) == before


def test_not_modified_touches_only_the_observation(archive: Archive) -> None:
    archive.save(article(), page(0, etag='"a"'), PORTAL)
    archive.unchanged(1, page(1, status=304, body=b"", etag='"b"'))
    assert archive.rows("SELECT last_seen_at, checked_at, etag, revised_at FROM articles") == [
        (iso(1), iso(1), '"b"', None)
    ]
    assert states(archive) == [(iso(0), None, article().body, None)]


def test_a_change_moves_the_former_state_to_revisions(archive: Archive) -> None:
    archive.save(article(), page(0), PORTAL)
    archive.save(article(), page(1), PORTAL)
    edited = article("Lễ hội bị hoãn.", images=(Image("https://hoankiem.example/2.jpg", "Hoãn"),), related_links=())
    assert archive.save(edited, page(2), PORTAL) == Saved("revised", 1, "rewrite", 2)

    revision = next(archive.db.query("SELECT * FROM revisions"))
    details = json.loads(revision.pop("details"))
    assert revision == {
        "id": 1,
        "article_id": 1,
        "seen_at": iso(0),
        "last_seen_at": iso(1),
        "replaced_at": iso(2),
        "title": "Khai mạc lễ hội",
        "lead": "Sáng nay.",
        "body": "Lễ hội được tổ chức tại hồ Hoàn Kiếm.",
        "author": "Bích Ngọc",
        "published_at": "2026-10-31T18:26:00+07:00",
        "captions": '["Quang cảnh lễ hội"]',
        "content_hash": content_hash(article()),
        "change": "rewrite",
        "capture_id": 1,
    }
    assert details == {
        "published_text": "31/10/2026 18:26",
        "published_precision": "minute",
        "section": None,
        "lang": None,
        "images": [["https://hoankiem.example/le-hoi.jpg", "Quang cảnh lễ hội", "Ảnh: Minh Anh"]],
        "related_links": [["https://hoankiem.example/vi/view_content/16-x", "Tin cũ"]],
        "attachments": [["https://hoankiem.example/ke-hoach.pdf?version=1", "Kế hoạch"]],
        "extractor": "1",
        "provenance": {},
        "problems": [],
    }
    assert archive.rows("SELECT body, revised_at, first_seen_at, last_seen_at FROM articles") == [
        ("Lễ hội bị hoãn.", iso(2), iso(0), iso(2))
    ]
    assert archive.rows("SELECT position, url, caption FROM images") == [(1, "https://hoankiem.example/2.jpg", "Hoãn")]
    assert archive.rows("SELECT caption, title FROM captions") == [("Hoãn", "Khai mạc lễ hội")]
    assert states(archive) == [
        (iso(0), iso(2), "Lễ hội được tổ chức tại hồ Hoàn Kiếm.", "rewrite"),
        (iso(2), None, "Lễ hội bị hoãn.", None),
    ]


def test_back_to_a_former_text_is_a_third_state(archive: Archive) -> None:
    for number, body in enumerate(("a b c", "a b d", "a b c")):
        archive.save(article(body), page(number), PORTAL)
    assert states(archive) == [
        (iso(0), iso(1), "a b c", "edit"),
        (iso(1), iso(2), "a b d", "edit"),
        (iso(2), None, "a b c", None),
    ]


def test_an_older_state_enters_in_its_place(archive: Archive) -> None:
    archive.save(article("Tin ngắn."), page(0), PORTAL)
    archive.save(article("Tin dài hơn nhiều so với trước đây, hoàn toàn mới."), page(10), PORTAL)
    older = archive.save(article("Tin ngăn."), page(-5, source="wayback"), PORTAL)
    between = archive.save(article("Tin giữa."), page(5, source="wayback"), PORTAL)

    assert (older.outcome, between.outcome) == ("older", "older")
    assert archive.rows("SELECT seen_at, replaced_at, body FROM states") == [
        (iso(-5), iso(0), "Tin ngăn."),
        (iso(0), iso(5), "Tin ngắn."),
        (iso(5), iso(10), "Tin giữa."),
        (iso(10), None, "Tin dài hơn nhiều so với trước đây, hoàn toàn mới."),
    ]
    assert archive.rows("SELECT first_seen_at, last_seen_at, revised_at FROM articles") == [(iso(-5), iso(10), iso(10))]


def test_an_older_sighting_of_the_same_state_only_moves_its_beginning(archive: Archive) -> None:
    archive.save(article(), page(0), PORTAL)
    assert archive.save(article(), page(-9, source="wayback"), PORTAL).outcome == "unchanged"
    assert archive.rows("SELECT first_seen_at, last_seen_at, revised_at FROM articles") == [(iso(-9), iso(0), None)]
    assert states(archive) == [(iso(-9), None, article().body, None)]


def test_a_state_between_two_looks_at_the_same_text_splits_it(archive: Archive) -> None:
    archive.save(article(), page(0), PORTAL)
    archive.save(article(), page(4), PORTAL)  # live without WARC: no capture, only last_seen_at
    archive.save(article("Khác."), page(2, source="wayback"), PORTAL)
    assert archive.rows("SELECT seen_at, replaced_at, body FROM states") == [
        (iso(0), iso(2), article().body),
        (iso(2), iso(4), "Khác."),
        (iso(4), None, article().body),
    ]


def test_two_payloads_in_one_second_are_two_states(archive: Archive) -> None:
    archive.save(article("Một."), page(0, body=b"1"), PORTAL)
    archive.save(article("Hai."), page(0, body=b"2"), PORTAL)
    assert archive.rows("SELECT count(*) FROM states") == [(2,)]


def test_captures_are_found_by_digest_url_and_article(archive: Archive) -> None:
    listing = page(0, "https://hoankiem.example/tin", warc_file="a.warc.gz", warc_offset=3)
    assert (archive.capture(listing), archive.capture(listing)) == (1, 1)
    digest = archive.captures_at(listing.url)[0].digest or ""
    assert archive.captured(digest) == archive.captures_at(listing.url)[0]
    assert archive.captured("sha1:NONE") is None
    assert list(archive.each_capture()) == archive.captures_at(listing.url)
    archive.save(article(), page(0.5), PORTAL)
    assert [capture.url for capture in archive.captures_of(1)] == [URL]
    assert not archive.holds_sample()
    archive.capture(page(1, source="sample"))
    assert archive.holds_sample()


def test_media_are_wanted_once_and_linked_everywhere(archive: Archive) -> None:
    picture, document = "https://hoankiem.example/le-hoi.jpg", "https://hoankiem.example/ke-hoach.pdf?version=1"
    archive.save(article(), page(0), PORTAL)
    archive.save(article(key="18", url=URL + "8"), page(0, URL + "8"), PORTAL)
    assert sorted(medium.url for medium in archive.media(PORTAL, night(0), 10)) == [document, picture]
    archive.fail_media(document, "missing", night(0))
    capture_id = archive.capture(page(0.1, picture, body=b"jpeg"))
    archive.keep_media(picture, capture_id)
    assert archive.media(PORTAL, night(0), 10) == []
    assert [medium.url for medium in archive.media(PORTAL, night(1), 10)] == [document]
    archive.save(article(key="19", url=URL + "9"), page(2, URL + "9"), PORTAL)
    assert [medium.url for medium in archive.media(PORTAL, night(2), 10)] == [document]
    assert archive.rows("SELECT article_id, capture_id FROM images") == [
        (1, capture_id),
        (2, capture_id),
        (3, capture_id),
    ]


def test_fixity_is_recorded(archive: Archive) -> None:
    archive.keep_fixity("a.warc.gz", night(0), 12, None)
    archive.keep_fixity("b.warc.gz", night(0), 3, "record at 99: digest differs")
    assert archive.rows("SELECT warc_file, checked_at, ok, records, problem FROM fixity") == [
        ("a.warc.gz", iso(0), 1, 12, None),
        ("b.warc.gz", iso(0), 0, 3, "record at 99: digest differs"),
    ]
