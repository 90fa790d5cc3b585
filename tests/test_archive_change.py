"""Typo, edit or rewrite."""

from __future__ import annotations

from typing import Any

import pytest
from made import article, night

from scraper.archive import classify, state_of
from scraper.items import Image

LONG = "Sáng nay, Ủy ban nhân dân quận tổ chức hội nghị sơ kết công tác sáu tháng đầu năm, có 120 đại biểu dự. " * 12


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        (LONG + "hội nghi", LONG + "hội nghị", "typo"),
        (LONG + "hoà bình", LONG + "hòa bình", "typo"),
        (LONG + "Kết thúc.", LONG + "Kết thúc!", "typo"),
        (LONG + "trongkhi đó", LONG + "trong khi đó", "typo"),
        (LONG + "ngày 12", LONG + "ngày 15", "edit"),
        (LONG + "được phép", LONG + "không được phép", "edit"),
        (LONG + "ông Nam", LONG + "ông Hùng", "edit"),
        (LONG, LONG + "Thêm một câu.", "edit"),
        ("Một hai ba bôn.", "Một hai ba bốn.", "edit"),  # 1 letter of 41: over 1 %
        (LONG, "Bài đã được thay bằng một thông báo khác hẳn.", "rewrite"),
        (LONG, None, "rewrite"),
        (None, LONG, "rewrite"),
    ],
)
def test_classes(before: str | None, after: str | None, change: str) -> None:
    assert classify(state_of(article(before)), state_of(article(after))) == change


@pytest.mark.parametrize(
    ("facts", "change"),
    [
        ({"published_at": night(0)}, "edit"),
        ({"attachments": ()}, "edit"),
        ({"title": "Khai mac lễ hội"}, "typo"),
        ({"author": "Bích Ngoc"}, "typo"),
        ({"author": None}, "edit"),
        ({"images": (Image("https://hoankiem.example/le-hoi.jpg", "Quang cảnh lê hội", "Ảnh: Minh Anh"),)}, "typo"),
        ({"images": ()}, "edit"),
    ],
)
def test_every_hashed_field_counts(facts: dict[str, Any], change: str) -> None:
    assert classify(state_of(article(LONG)), state_of(article(LONG, **facts))) == change


def test_an_article_without_any_text_is_no_division_by_zero() -> None:
    empty = state_of(article(None, title=None, lead=None, author=None, images=()))
    assert classify(empty, empty) == "edit"
