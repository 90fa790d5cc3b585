"""Verdicts, evidence, and how two states are set side by side: the pure parts of a night."""

from __future__ import annotations

from datetime import timedelta

import pytest
from scrapy.http import Response

from scraper import compare, health
from scraper.archive import Checks
from scraper.compare import Piece
from scraper.evidence import ALIKE, PATIENCE, Evidence
from scraper.middlewares.retry import retry_after
from scraper.plan import checks
from scraper.project import UsageError

DAY = timedelta(days=1)


def test_a_check_is_a_stat_an_operator_a_threshold_and_a_sentence() -> None:
    stats = {"moved": 0.25, "title": 0.5, "body": 1.0}
    assert health.judge(stats, {"title": 0.95, "body": 0.9}) == [
        (5, "the portal has moved: 25% of the articles checked are not in their places; none was marked as gone"),
        (5, "only 50% of the articles have a title; expected 95%"),
    ]
    assert health.judge({}, {}) == []


@pytest.mark.parametrize(
    ("share", "number", "tells"),
    [(0.0, 1, False), (0.5, 2, False), (0.0, 3, True), (0.6, 5, False), (0.2, 5, True), (0.85, 20, True)],
)
def test_a_few_articles_without_a_date_are_chance(share: float, number: int, tells: bool) -> None:
    assert health.telling(share, number, 0.9) is tells


def test_the_last_runs_weigh_by_their_articles() -> None:
    assert health.lately([(1.0, 30), (0.5, 10)]) == 0.875
    assert health.lately([(1.0, 19)]) is None


@pytest.mark.parametrize(
    ("absent", "silent", "fine", "moved", "unfair", "lacking"),
    [
        (0, 0, 0, False, False, 0),
        (1, 0, 0, False, False, 4),  # one article is no mass, but four others must speak for it
        (1, 0, 4, False, False, 0),
        (2, 0, 8, False, False, 0),
        (3, 0, 8, True, True, 4),
        (2, 2, 8, False, True, 8),
    ],
)
def test_a_mass_of_failures_is_no_evidence(
    absent: int, silent: int, fine: int, moved: bool, unfair: bool, lacking: int
) -> None:
    evidence = Evidence(fine, set(range(absent)), set(range(100, 100 + silent)))
    assert (evidence.moved, evidence.unfair, evidence.lacking()) == (moved, unfair, lacking)


def test_a_portal_that_does_not_answer_is_left_alone() -> None:
    evidence = Evidence()
    for _ in range(PATIENCE - 1):
        evidence.missed("unreachable")
    evidence.answered()
    for _ in range(PATIENCE - 1):
        evidence.missed("refused")
    assert evidence.given_up is None
    evidence.missed("refused")
    assert evidence.given_up == "refused"


def test_one_page_under_several_articles_is_noticed() -> None:
    evidence = Evidence()
    assert [evidence.alike(b"page", str(key)) for key in range(ALIKE)] == [False] * (ALIKE - 1) + [True]
    assert not evidence.alike(b"other", "1")


def test_check_ages() -> None:
    assert checks({"CHECK_AGES": "3:1 14:3 90:7 *:90"}) == Checks()
    assert checks({"CHECK_AGES": "*:30"}) == Checks((), 30 * DAY)
    for wrong in ("", "3:1", "3:1 *", "14:3 3:1 *:9", "3:0 *:9", "3:x *:9", "*:0"):
        with pytest.raises(UsageError, match="CHECK_AGES"):
            checks({"CHECK_AGES": wrong})


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("120", 120.0), ("Tue, 01 Jan 2019 00:02:00 GMT", 90.0), ("Mon, 31 Dec 2018 00:00:00 GMT", 0.0), ("soon", None)],
)
def test_retry_after_is_read_by_the_servers_own_clock(text: str, seconds: float | None) -> None:
    date = "Tue, 01 Jan 2019 00:00:30 GMT"  # the portal's clock is years behind
    assert retry_after(Response("http://x.example/", headers={"Retry-After": text, "Date": date})) == seconds


def test_paragraphs_and_words_are_set_side_by_side() -> None:
    before = "Lễ hội khai mạc ngày 5 tháng 3.\n\nMời bà con tham dự.\n\nCuối cùng."
    after = "Lễ hội khai mạc ngày 6 tháng 3.\n\nCuối cùng.\n\nThêm một đoạn mới."
    assert compare.paragraphs(before, after) == [
        (
            "changed",
            (
                Piece("kept", "Lễ hội khai mạc ngày "),
                Piece("gone", "5"),
                Piece("come", "6"),
                Piece("kept", " tháng 3."),
            ),
        ),
        ("gone", (Piece("gone", "Mời bà con tham dự."),)),
        ("kept", (Piece("kept", "Cuối cùng."),)),
        ("come", (Piece("come", "Thêm một đoạn mới."),)),
    ]
    assert compare.paragraphs(None, "Một.") == [("come", (Piece("come", "Một."),))]


def test_the_worst_of_several_codes() -> None:
    assert health.worst([]) == 0
    assert health.worst([75, 0, 3]) == 3
    assert health.worst([143, 3]) == 143
    assert health.worst([143, 6]) == 6
