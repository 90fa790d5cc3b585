"""Date lines: every form that a portal was seen to print, and all that looks like a date and is none."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.dates import LONGEST, Moment, looks_dated, normalise, parse, read
from scraper.items import Article, Page
from scraper.portals import UNKNOWN

VIETNAM = timezone(timedelta(hours=7))
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=VIETNAM)  # a Monday
DAY = "2021-01-04"  # a Monday
MORNING, EVENING = f"{DAY} 08:30", f"{DAY} 18:26"

MINUTES = {
    # Hanoi's portals, era A and B
    "04/01/2021 - 06:26 PM": EVENING,
    "04/01/2021 | 6:26 PM": EVENING,
    "12/11/2020 | 12:23 PM": "2020-11-12 12:23",
    "31/12/2018 | 12:49 AM": "2018-12-31 00:49",
    "18:26, 04/01/2021": EVENING,
    "18:26 04/01/2021": EVENING,
    "- 18:26 04/01/2021": EVENING,
    "18:26 | 04/01/2021": EVENING,
    # other families
    "Thứ hai - 04/01/2021 18:26": EVENING,
    "04/01/2021 18:26:00": EVENING,
    "04-01-2021 18:26": EVENING,
    "04 - 01 - 2021 18:26": EVENING,
    "18:26 04.01.2021": EVENING,
    "6:26 4 1 2021 CH": EVENING,
    "06:26 CH 04/01/2021": EVENING,
    "4 Tháng Mười Hai 2021 - 18:26:00": "2021-12-04 18:26",
    "18:26:00 4 Tháng Mười Hai 2021": "2021-12-04 18:26",
    "04-01-2021 - 18:26 PM": EVENING,
    "07-03-2026 - 00:01 AM": "2026-03-07 00:01",
    "04/01/2021 18:26 GMT+7": EVENING,
    "04/01/2021 18:26 (GMT+7)": EVENING,
    "04/01/2021 18:26 (GMT+07:00)": EVENING,
    "04/01/2021 18:26 UTC+7": EVENING,
    "04/01/2021 18:26 ICT": EVENING,
    "04/01/2021 18:26 +0700": EVENING,
    "04/01/2021 18:26 (giờ Việt Nam)": EVENING,
    "Thứ hai, 04/01/2021, 18:26 (GMT+7)": EVENING,
    "(Thứ hai, 04/01/2021 18:26)": EVENING,
    # times in words
    "8 giờ 30 phút ngày 04/01/2021": MORNING,
    "8 giờ 30 phút, ngày 4 tháng 1 năm 2021": MORNING,
    "14 giờ 30, ngày 04/01/2021": f"{DAY} 14:30",
    "10 giờ ngày 04/01/2021": f"{DAY} 10:00",
    "14 giờ 04/01/2021": f"{DAY} 14:00",
    "10 giờ 4 tháng 1 năm 2021": f"{DAY} 10:00",
    "04/01/2021 lúc 8 giờ 30": MORNING,
    "04/01/2021 lúc 8 giờ rưỡi": MORNING,
    "8h30 04/01/2021": MORNING,
    "8h30 - 04-01-2021": MORNING,
    "08h30' ngày 04/01/2021": MORNING,
    "08g30 04/01/2021": MORNING,
    "18 giờ 26 phút 00 giây ngày 4/1/2021": EVENING,
    "8:30SA 04/01/2021": MORNING,
    "12:05 SA 04/01/2021": f"{DAY} 00:05",
    "8:30 sáng 04/01/2021": MORNING,
    "6 giờ 26 chiều ngày 04/01/2021": EVENING,
    "7h tối 04/01/2021": f"{DAY} 19:00",
    "1 giờ trưa 04/01/2021": f"{DAY} 13:00",
    "12h trưa 04/01/2021": f"{DAY} 12:00",
    "11 giờ đêm 04/01/2021": f"{DAY} 23:00",
    "1 giờ đêm 04/01/2021": f"{DAY} 01:00",
    "6:26 p.m. 04/01/2021": EVENING,
    # machines
    "2021-01-04T18:26:00+07:00": EVENING,
    "2021-01-04T18:26:00+0700": EVENING,
    "2021-01-04T18:26:00+07": EVENING,
    "2021-01-04T11:26:00+00:00": EVENING,
    "2021-01-04T06:26-05:00": EVENING,
    "2021-01-04T11:26:00.000Z": EVENING,
    "2021-01-04 18:26": EVENING,
    "Mon, 04 Jan 2021 08:30:00 +0700": MORNING,
    "Mon, 04 Jan 2021 01:30:00 GMT": MORNING,
    "Thu, 19 May 2022 21:41:15 GMT+7": "2022-05-19 21:41:15",
    "/Date(1609723800000)/": MORNING,
    "24:00 04/01/2021": "2021-01-05 00:00",
    # what stands around it
    "Ngày đăng: 04/01/2021 08:30": MORNING,
    "Cập nhật lúc: 08:30 | 04/01/2021": MORNING,
    "Ngày đăng\n" + "\t" * 300 + "04/01/2021 | 08:30 AM": MORNING,
    "Cập nhật lúc 08h30 ngày 04/01/2021": MORNING,
    "Ngày đăng 04/01/2021 | 06:26 PM \xa0|\xa0View count: 15": EVENING,
    "04/01/2021 18:26 | 1.234 lượt xem | 5 bình luận": EVENING,
    "04/01/2021 18:26  120": EVENING,
    "Đăng lúc 18:26 04/01/2021 bởi Admin": EVENING,
    "04/01/2021 18:26 | Tác giả: Bích Ngọc": EVENING,
    "Bích Ngọc - 18:26 04/01/2021 GMT+7": EVENING,
    "Ngày đăng: 04/01/2021 08:30 - Cập nhật: 05/01/2021 09:00": MORNING,
    "Cập nhật: 05/01/2021 09:00 | Xuất bản: 04/01/2021 08:30": MORNING,
    "０４/０１/２０２１ 08:30": MORNING,
    # relative to NOW
    "6 giờ trước": "2026-11-23 04:00",
    "một giờ trước": "2026-11-23 09:00",
    "5 phút trước": "2026-11-23 09:55",
    "Cách đây 3 giờ": "2026-11-23 07:00",
    "3 giờ trước | 120 lượt xem": "2026-11-23 07:00",
    "vừa xong": "2026-11-23 10:00",
    "0h01 T7, 02/01/2021": "2021-01-02 00:01",
    "hôm qua lúc 18:26": "2026-11-22 18:26",
    "8h30 sáng nay": "2026-11-23 08:30",
}

DAYS = {
    "04/01/2021": DAY,
    "4/1/2021": DAY,
    "(04/01/2021)": DAY,
    "04/01/2021 |": DAY,
    "04 - 01 - 2021": DAY,
    "04-01-2021": DAY,
    "04.01.2021": DAY,
    "04/01/21": DAY,
    "2021-01-04": DAY,
    "2021/01/04": DAY,
    "20210104": DAY,
    "ngày 4 tháng 1 năm 2021": DAY,
    "ngay 4 thang 1 nam 2021": DAY,
    "NGÀY 04 THÁNG 01 NĂM 2021": DAY,
    "4 tháng 1, 2021": DAY,
    "4/1 năm 2021": DAY,
    "mùng 4 tháng 1 năm 2021": DAY,
    "ngày 4 tháng Giêng năm 2021": DAY,
    "ngày 4 tháng Tư năm 2021": "2021-04-04",
    "4 tháng Bốn 2021": "2021-04-04",
    "4 Tháng Năm 2021": "2021-05-04",
    "ngày 5 tháng năm năm 2021": "2021-05-05",
    "4 Tháng Mười 2021": "2021-10-04",
    "4 Tháng Mười Một 2021": "2021-11-04",
    "ngày 4 tháng Chạp năm 2021": "2021-12-04",
    "04 Tháng M. hai 2021": "2021-12-04",
    "04 Tháng M. một 2021": "2021-11-04",
    "4 Th8 2021": "2021-08-04",
    "04 Th01 2021": DAY,
    "04/Th1/2021": DAY,
    "4 T1 2021": DAY,
    "4 thg 1, 2021": DAY,
    "4 Thg 1 2021": DAY,
    "Tháng Một 4, 2021": DAY,
    "January 4, 2021": DAY,
    "4 Jan 2021": DAY,
    "Thứ hai, 04/01/2021": DAY,
    "Thứ Hai ngày 4/1/2021": DAY,
    "Thứ 2, 04/01/2021": DAY,
    "T2, 04/01/2021": DAY,
    "04/01/2021, thứ hai": DAY,
    "Monday, 04/01/2021": DAY,
    "Thứ Năm 06/05/2021": "2021-05-06",
    "Thứ Bẩy, 02/01/2021": "2021-01-02",
    "Chủ nhật, 03/01/2021": "2021-01-03",
    "CN 03/01/2021": "2021-01-03",
    "Hà Nội, ngày 4 tháng 1 năm 2021": DAY,
    "TP. Hồ Chí Minh, ngày 04 tháng 01 năm 2021": DAY,
    "Hà Nội ngày 4 tháng 1 năm 2021": DAY,
    "hôm nay": "2026-11-23",
    "Hôm qua": "2026-11-22",
    "hôm kia": "2026-11-21",
    "2 ngày trước": "2026-11-21",
    "3 tuần trước": "2026-11-02",
    "9 tháng trước": "2026-02-23",
    "thứ 5 tuần trước": "2026-11-19",
}

NONE = [
    *("31/02/2021", "29/02/2021", "01/13/2021", "13/13/2021", "2021-13-01", "00/00/0000", "32/01/2021", "04/01/20211"),
    *("25:00 04/01/2021", "08:60 04/01/2021", "01/01/0001 12:00:00 SA", "01/01/1970", "02/09/1945"),
    *("20/11", "4 tháng 1", "ngày 4", "tháng 1 năm 2021", "01/2021", "2021", "Năm 2021", "mùng 4 tháng 1", "thứ hai"),
    *("08:30", "8h30", "12 giờ", "5 ngày", "3 tuần", "30 phút", "5 ngày làm việc", "3 tuần sau", "tuần trước"),
    *(
        "21/01/04",
        "01-02-03",
        "10/11/12",
        "3.12.10",
        "v1.2.2021",
        "2021.1.4",
        "192.168.1.1",
        "10.12.20.21",
        "1.2.2021.5",
    ),
    *("0912345678", "0912.345.678", "024 3825 3536", "+84 912 345 678", "1900.1009", "19001009", "1609723800"),
    *("Lượt xem: 1234", "View count: 15", "120 lượt xem", "Lượt xem: 20210104", "1.250.000 đồng", "1.250.000"),
    *("12/2021/QĐ-UBND", "01/12/2021/QĐ-UBND", "09-TT/QU", "Số 123/QĐ-UBND ngày 04/01/2021", "2020-2021", "T12/2021"),
    *("01/01/2021 - 05/01/2021", "từ ngày 01/01/2021 đến ngày 05/01/2021", "04-05/01/2021", "4, 5/1/2021"),
    *("08:00-11:00 04/01/2021", "04/01/2021 08:00-11:00", "08:00 - 11:00, 04/01/2021", "04/01/2021 05/01/2021"),
    *("Hôm nay, ngày 04/01/2021", "Từ ngày 04/01/2021", "Sinh ngày 04/01/2021", "Hạn nộp: 04/01/2021"),
    *("Ngày 04/01/2021, UBND quận Hoàn Kiếm tổ chức hội nghị", "hội nghị ngày 4 tháng 1 năm 2021", "trước 04/01/2021"),
    *(
        "Trước ngày 4 tháng 1 năm 2021",
        "trong ngày 4 tháng 1 năm 2021",
        "ngày 4 - 5 tháng 1 năm 2021",
        "4, 5 tháng 1, 2021",
    ),
    *("tháng 10 năm 2021, 12", "tháng 10 năm 2021 8 giờ", "6 tháng đầu năm 2021", "10 năm trước", "5 phút đọc"),
    *("", " ", "Các tin tức khác", "Hoàn Kiếm", "120 04/01/2021", "04/01/2021 15", "04/01/2021 " + "x" * LONGEST),
]


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


@pytest.mark.parametrize(("text", "at"), MINUTES.items())
def test_a_moment(text: str, at: str) -> None:
    found = read(text, NOW)
    assert found is not None
    assert (found.at, found.precision) == (moment(at), "minute")


@pytest.mark.parametrize(("text", "on"), DAYS.items())
def test_a_day(text: str, on: str) -> None:
    found = read(text, NOW)
    assert found is not None
    assert (found.at, found.precision) == (moment(on), "day")


@pytest.mark.parametrize("text", NONE)
def test_no_date(text: str) -> None:
    assert parse(text, NOW) is None


@pytest.mark.parametrize("text", [*MINUTES, *DAYS])
def test_nfd_reads_the_same_and_looks_dated(text: str) -> None:
    assert read(unicodedata.normalize("NFD", text), NOW) == read(text, NOW)
    assert looks_dated(text)
    assert looks_dated(unicodedata.normalize("NFD", text))


@pytest.mark.parametrize(
    "text", ["Các tin tức khác", "Lượt xem: 120", "5 ngày", "20/11", "2021", "x" * LONGEST + "04/01/2021"]
)
def test_looks_undated(text: str) -> None:
    assert not looks_dated(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "21/12/2012 | 12:00 AM",
            Moment(moment("2012-12-21"), "day", ("printed as midnight: the time of day is unknown",)),
        ),
        (
            "2021-01-03T17:00:00Z",
            Moment(moment(DAY), "day", ("printed as midnight: the time of day is unknown",)),
        ),
        ("Thứ ba, 04/01/2021 18:26", Moment(moment(EVENING), "minute", ("the weekday contradicts the date",))),
        ("12 giờ đêm 04/01/2021", Moment(moment(DAY), "day", ("12:00 is not clear in its part of the day",))),
        ("04/01/2021 18:26 AM", Moment(moment(EVENING), "minute", ("18:26 contradicts its part of the day",))),
        ("3 giờ trước", Moment(moment("2026-11-23 07:00"), "minute", ("a relative date, rounded to the hour",))),
        ("tháng 1 ngày 4 năm 2021", Moment(moment(DAY), "day", ("read by dateparser",))),
    ],
)
def test_what_is_doubtful_is_said(text: str, found: Moment) -> None:
    assert read(text, NOW) == found


def test_month_first_only_when_told() -> None:
    assert parse("1/4/2021 6:26:00 PM", month_first=True) == moment(EVENING)
    assert parse("1/4/2021 6:26:00 PM") == moment("2021-04-01 18:26")
    assert parse("01/13/2021", month_first=True) == moment("2021-01-13")
    assert parse("13/01/2021", month_first=True) is None
    assert parse("2021-01-04", month_first=True) == moment(DAY)


def test_relative_words_use_the_vietnamese_day() -> None:
    late = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)  # 01:00 on the 23rd in Hanoi
    assert parse("hôm nay", late) == moment("2026-11-23")
    assert parse("31 ngày trước", datetime(2026, 3, 31, 12)) == moment("2026-02-28")
    assert parse("1 tháng trước", datetime(2026, 3, 31, 12)) == moment("2026-02-28")
    assert parse("12 tháng trước", datetime(2026, 12, 5)) == moment("2025-12-05")


def test_relative_words_without_now_use_the_clock() -> None:
    before = datetime.now(VIETNAM)
    found = parse("5 phút trước")
    assert found is not None
    assert before <= found + timedelta(minutes=5) <= datetime.now(VIETNAM)


moments = st.datetimes(datetime(1990, 1, 2), datetime(2099, 12, 31, 23, 59)).map(
    lambda at: at.replace(second=0, microsecond=0, tzinfo=VIETNAM)
)
WEEKDAYS = ["Thứ hai", "Thứ ba", "Thứ Tư", "thứ năm", "Thứ 6", "T7", "CN"]
CLOCKS: list[Callable[[datetime], str]] = [
    lambda at: f"{at:%H:%M}",
    lambda at: f"{at.hour}:{at:%M}",
    lambda at: f"{at:%H:%M:%S}",
    lambda at: f"{at:%I:%M %p}",
    lambda at: f"{at:%H:%M} {'PM' if at.hour > 11 else 'AM'}",
    lambda at: f"{at:%I:%M} {'CH' if at.hour > 11 else 'SA'}",
    lambda at: f"{at.hour}h{at:%M}",
    lambda at: f"{at.hour} giờ {at.minute} phút",
    lambda at: f"{at:%H:%M} (GMT+7)",
    lambda at: f"{at:%H:%M:%S} GMT+07:00",
]
DATES: list[Callable[[datetime], str]] = [
    lambda at: f"{at:%d/%m/%Y}",
    lambda at: f"{at.day}/{at.month}/{at.year}",
    lambda at: f"{at:%d-%m-%Y}",
    lambda at: f"{at:%d.%m.%Y}",
    lambda at: f"{at:%d - %m - %Y}",
    lambda at: f"{at:%Y-%m-%d}",
    lambda at: f"ngày {at.day} tháng {at.month} năm {at.year}",
    lambda at: f"{at.day} Th{at.month}, {at.year}",
    lambda at: f"{WEEKDAYS[at.weekday()]}, {at:%d/%m/%Y}",
    lambda at: f"{WEEKDAYS[at.weekday()]} ngày {at.day}/{at.month}/{at.year}",
]
JOINTS = [" ", " - ", " | ", ", ", "\xa0", " – ", " • ", "\n"]
LABELS = [
    "",
    "Ngày đăng: ",
    "Đăng ngày ",
    "Đăng lúc: ",
    "Cập nhật: ",
    "Cập nhật lúc ",
    "Xuất bản: ",
    "Ngày: ",
    "Publish date ",
]
COUNTERS = [
    "",
    " | Lượt xem: 120",
    "\xa0|\xa0View count: 15",
    " (1.234 lượt xem)",
    " - 5 bình luận",
    " | In bài viết",
    " |",
]


@given(
    moments,
    st.sampled_from(DATES),
    st.sampled_from(CLOCKS),
    st.booleans(),
    st.sampled_from(JOINTS),
    st.sampled_from(LABELS),
    st.sampled_from(COUNTERS),
)
def test_what_is_printed_is_read(
    at: datetime,
    day: Callable[[datetime], str],
    clock: Callable[[datetime], str],
    day_first: bool,
    joint: str,
    label: str,
    counter: str,
) -> None:
    parts = [day(at), clock(at)]
    line = label + joint.join(parts if day_first else reversed(parts)) + counter
    for text in (line, unicodedata.normalize("NFD", line), line.upper()):
        found = read(text, NOW)
        assert found is not None, text
        assert found.at == at, text
        assert found.precision == ("minute" if at.hour or at.minute else "day")
        assert looks_dated(text)


@given(moments, st.integers(-12 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes))))
def test_any_offset_is_the_same_instant(at: datetime, zone: timezone) -> None:
    abroad = at.astimezone(zone)
    assert parse(abroad.isoformat()) == at
    assert parse(f"{abroad:%a, %d %b %Y %H:%M:%S %z}") == at


@given(st.text(alphabet=st.sampled_from("0123456789/-.: ,|()ngàytháămôrưtớcT+AMPZ\u0301\xa0"), max_size=40))
def test_no_text_raises_and_what_is_read_looked_dated(text: str) -> None:
    found = parse(text, NOW)
    assert found is None or (looks_dated(text) and found.utcoffset() == timedelta(hours=7))


def published(text: str | None, *problems: str, month_first: bool = False) -> Article:
    page = Page(url="https://a.gov.vn/1", body=b"", fetched_at=NOW.astimezone(UTC))
    portal = UNKNOWN if not month_first else type(UNKNOWN)("a", "", (), (), month_first=True)
    return normalise(Article(url=page.url, published_text=text, problems=problems), page, portal)


def test_normalise_fills_the_date() -> None:
    assert published("04/01/2021 - 06:26 PM", "lead: missing") == Article(
        url="https://a.gov.vn/1",
        published_text="04/01/2021 - 06:26 PM",
        published_at=moment(EVENING),
        published_precision="minute",
        problems=("lead: missing",),
    )
    assert published("01/04/2021", month_first=True).published_at == moment(DAY)
    assert published("2 ngày trước").published_at == moment("2026-11-21")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("31/02/2021", "published_at: no date in '31/02/2021'"),
        ("25/11/2026 08:00", "published_at: 2026-11-25 is after the capture"),
        ("01/01/1970", "published_at: no date in '01/01/1970'"),
    ],
)
def test_normalise_never_guesses(text: str, problem: str) -> None:
    article = published(text)
    assert (article.published_at, article.published_precision, article.problems) == (None, None, (problem,))


def test_normalise_keeps_a_day_of_doubt_and_forgets_an_earlier_reading() -> None:
    article = published("21/12/2012 | 12:00 AM", "published_at: no date in 'x'")
    assert (article.published_at, article.published_precision) == (moment("2012-12-21"), "day")
    assert article.problems == ("published_at: printed as midnight: the time of day is unknown",)
    assert published("23/11/2026 23:00").published_at == moment("2026-11-23 23:00")  # a portal's clock may be fast
    assert published(None).problems == ()


def test_a_portal_line_needs_no_dateparser() -> None:
    code = (
        "import sys; from scraper.dates import parse; "
        "assert parse('04/01/2021 - 06:26 PM') and not parse('Hà Nội') and not parse('04/01/2021/QĐ'); "
        "sys.exit('dateparser' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[1])


def test_gold_of_real_portals(corpus: Path) -> None:
    with gzip.open(corpus / "gold" / "sotttt-2022-news.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    rows += [json.loads(path.read_text(encoding="utf-8")) for path in (corpus / "gold" / "articles").glob("*.json")]
    printed = [row for row in rows if row.get("published_raw")]
    assert len(printed) > 1500
    wrong = [
        (row["published_raw"], found)
        for row in printed
        if (found := parse(row["published_raw"])) != datetime.fromisoformat(row["published_at"])
    ]
    assert wrong == []
