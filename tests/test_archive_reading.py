"""What counts as a change, and what happens when our rules and not the page changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made import PORTAL, article, iso, night, page

from scraper.archive import Archive, Captured, Saved, content_hash
from scraper.items import Article, Image, Link
from scraper.text import squeeze


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    opened = Archive.open(tmp_path / "archive.db")
    yield opened
    opened.close()


def states(archive: Archive) -> list[tuple[str, str | None, str | None, str | None]]:
    return archive.rows("SELECT seen_at, replaced_at, body, change FROM states")


def test_other_rules_are_no_revision_where_the_page_did_not_change(archive: Archive) -> None:
    asked: list[Captured] = []

    def reread(capture: Captured) -> Article:
        asked.append(capture)
        return article("Lễ hội được tổ chức.", extractor="2")

    archive.save(article(), page(0), PORTAL)
    assert archive.save(article("Lễ hội được tổ chức.", extractor="2"), page(1), PORTAL, reread) == Saved(
        "unchanged", 1
    )
    assert [capture.fetched_at for capture in asked] == [night(0)]
    assert states(archive) == [(iso(0), None, "Lễ hội được tổ chức.", None)]
    assert archive.rows("SELECT extractor FROM articles") == [("2",)]
    assert archive.last_capture(1) == archive.read_from(1) == asked[0]


def test_other_rules_and_another_page_are_a_revision_between_readings_by_the_same_rules(archive: Archive) -> None:
    archive.save(article(), page(0), PORTAL)
    edited = article("Lễ hội bị hoãn.", extractor="2")
    saved = archive.save(edited, page(1), PORTAL, lambda _: article("Lễ hội được tổ chức.", extractor="2"))
    assert saved.outcome == "revised"
    assert archive.rows("SELECT body FROM states") == [("Lễ hội được tổ chức.",), ("Lễ hội bị hoãn.",)]


def test_an_older_sighting_by_other_rules_joins_the_state_it_equals(archive: Archive) -> None:
    archive.save(article("Một."), page(0), PORTAL)
    archive.save(article("Hai."), page(2), PORTAL)
    older = article("MỘT.", extractor="2")
    assert archive.save(older, page(-3, source="wayback"), PORTAL, lambda _: older).outcome == "unchanged"
    assert archive.rows("SELECT seen_at, body FROM states") == [(iso(-3), "Một."), (iso(2), "Hai.")]


def test_the_very_same_bytes_read_otherwise_correct_the_row(archive: Archive) -> None:
    archive.save(article(), page(0, source="warc"), PORTAL)
    assert archive.save(article("Đọc lại.", extractor="2"), page(0, source="warc"), PORTAL) == Saved(
        "reread", 1, None, 1
    )
    assert states(archive) == [(iso(0), None, "Đọc lại.", None)]


def test_reread_changes_only_what_differs(archive: Archive) -> None:
    archive.save(article(), page(0, warc_file="a.warc.gz", warc_offset=7), PORTAL)
    better = article(author=None, section="Tin tức", extractor="2", provenance={"author": "general"})
    differences = archive.differences(1, better)
    assert [(found.field, found.kind) for found in differences] == [("section", "filled"), ("author", "emptied")]
    assert [kept.capture.warc_offset for kept in archive.kept([PORTAL])] == [7]

    assert archive.reread(1, better) == ("section", "author")
    assert archive.reread(1, better) == ()
    assert archive.rows("SELECT author, section, extractor, provenance FROM articles") == [
        (None, "Tin tức", "2", '{"author":"general"}')
    ]
    assert archive.rows("SELECT count(*) FROM revisions") == [(0,)]
    assert archive.save(better, page(1), PORTAL).outcome == "unchanged"
    assert list(archive.kept(["sotttt"])) == list(archive.kept(since=night(2))) == []


@pytest.mark.parametrize(
    "change",
    [
        {"related_links": ()},
        {"section": "Tin tức"},
        {"published_text": "3 giờ trước"},
        {"images": (Image("https://hoankiem.example/le-hoi.jpg?t=9", "Quang cảnh lễ hội", "Ảnh: Minh Anh"),)},
        {"attachments": (Link("https://hoankiem.example/ke-hoach.pdf?version=2", "Tải về"),)},
        {"body": "Lễ hội  được tổ chức\n\ntại hồ Hoàn Kiếm."},
        {"extractor": "2", "provenance": {"body": "x"}, "problems": ("lead: missing",)},
    ],
)
def test_what_is_no_change_of_content(change: dict[str, object]) -> None:
    assert content_hash(replace(article(), **change)) == content_hash(article())  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Khai mạc lễ hội!"},
        {"lead": None},
        {"body": "Lễ hội được tổ chức tại hồ Hoàn Kiêm."},
        {"author": "Bích ngọc"},
        {"published_at": night(0)},
        {"images": (Image("https://hoankiem.example/le-hoi.jpg", "Quang cảnh", "Ảnh: Minh Anh"),)},
        {"attachments": ()},
    ],
)
def test_what_is_a_change_of_content(change: dict[str, object]) -> None:
    assert content_hash(replace(article(), **change)) != content_hash(article())  # type: ignore[arg-type]


@given(
    st.text(alphabet="aế\u0301 \n\t\r\u00a0\u200b\u2003\u3000\x1c", max_size=12),
    st.text(alphabet="aế\u0301 \n", max_size=12),
)
def test_the_content_hash_evens_text_out_as_squeeze_does(one: str, two: str) -> None:
    for text in (one, f"  {one}", one.replace("\n", "\u00a0")):
        assert content_hash(article(text)) == content_hash(article(squeeze(text)))
    assert (content_hash(article(one)) == content_hash(article(two))) == (squeeze(one) == squeeze(two))


def test_a_304_confirms_the_record_that_holds_the_bytes(archive: Archive) -> None:
    first, again = replace(page(0), warc_file="a.warc.gz", warc_offset=1), replace(page(1), warc_file="b.warc.gz")
    for one in (replace(first, digest="sha1:A"), replace(again, digest="sha1:A", warc_offset=2)):
        archive.capture(one)  # the second is a revisit of the first
    held = archive.confirmed(first.url)
    assert held is not None and (held.warc_file, held.warc_offset) == ("a.warc.gz", 1)
    archive.capture(replace(page(2), warc_file="c.warc.gz", warc_offset=3, digest="sha1:B"))
    held = archive.confirmed(first.url)
    assert held is not None and held.warc_file == "c.warc.gz"
