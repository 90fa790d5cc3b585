"""What can be an author: a person, an office or a source; and the accounts of a CMS, which cannot."""

from __future__ import annotations

import re

from scraper.extract.document import line
from scraper.extract.labels import bare

LONGEST = 80  # characters of a byline
_AND = r"\s*(?:và|,|&|-|/)\s*"
_LABELS = (
    rf"bài{_AND}ảnh", rf"ảnh{_AND}bài", rf"tin{_AND}(?:ảnh|bài)", rf"tin\s*,?\s*bài{_AND}ảnh",
    r"tin\s*,?\s*bài(?=\s*:)", r"tác giả(?: bài viết)?",
    r"người (?:viết|đăng|thực hiện)", r"nguồn(?: tin)?", r"theo", r"thực hiện", r"(?:viết |đăng )?bởi", r"biên tập",
    r"phóng viên", r"tin(?=\s*:)", r"bài(?=\s*:)", r"by(?=\s*:)", r"cộng tác viên", r"ctv", r"pv",
)  # fmt: skip
_LABEL = re.compile(rf"^[\s(\-–—*]*(?:{'|'.join(_LABELS)})(?:\s*[:\-–]\s*|\s+)(?=\S)", re.I)
# Accounts of a CMS and fillers that stand where a name should; compared after fold().
_LOGINS = (
    r"(?:pho |truong )?(?:ban|tong) bien tap(?: vien)?", r"bien tap(?: vien)?",
    r"ad ?min(?: ad ?min)?", r"administrator",
    r"(?:ban )?quan tri(?: (?:vien|he thong|website|mang))?", r"to thu ky", r"thu ky(?: toa soan)?", r"web ?master",
    r"super ?(?:admin|user)", r"system", r"user\d*", r"guest", r"test\d*", r"editor\d*", r"host", r"root", r"btv\d*",
    r"bbt", r"pv", r"author", r"khach", r"nguoi dung", r"toa soan", r"noi dung",
    r"an danh", r"unknown", r"none", r"null",
    r"tac gia", r"nguon", r"theo", r"tin bai", r"(?:viet |dang )?boi", r"by", r"nguoi (?:viet|dang|gui)",
    r"cong thong tin(?: dien tu)?", r"trang thong tin(?: dien tu)?",
    r"ban bien tap.{0,40}",
)  # fmt: skip
_LOGIN = re.compile("|".join(_LOGINS))
_OFFICES = (
    "sở|phòng|ban|ủy ban|uỷ ban|ubnd|hđnd|ubmttq|trung tâm|cổng|báo|đài|tạp chí|ttxvn|hnp|vov|vtv|văn phòng|đoàn|hội"
    "|công an"
    "|bộ|cục|tổng cục|chi cục|thanh tra|viện|trường|quận|huyện|phường|xã|ngân hàng|nhóm pv|nhóm|ttx|liên đoàn|chi bộ"
    "|đảng ủy|trạm|hạt|kho bạc|tòa án|viện kiểm sát"
    "|thành ủy|quận ủy|tổ|mttq|lđlđ|bảo tàng|website|ban quản lý|khối"
)
_OFFICE = re.compile(rf"(?:{_OFFICES})\b", re.I)
# "Tên - 07:15 15/06/2026 GMT+7" in one node.
_MOMENT = re.compile(r"\s*[-–|,(]?\s*\d{1,2}[:h]\d{2}.*$|\s*[-–|,]?\s*\d{1,2}[/-]\d{1,2}[/-]\d{4}.*$")


def check(text: str, own: frozenset[str]) -> str | None:
    """The name without its label; None when it is a login, one of the site's `own` names, or no name at all."""
    text = _MOMENT.sub("", unlabelled(line(text))).strip(" .,:;-–—|*/`")
    if text.count("(") != text.count(")"):
        text = text.strip("()")
    if text.startswith("(") and text.endswith(")"):
        text = text[1:-1]
    if not 2 <= len(text) <= LONGEST or not any(map(str.isalpha, text)) or "@" in text or "://" in text[:8]:
        return None
    folded = bare(text)
    return None if _LOGIN.fullmatch(folded) or folded in own or not plausible(text) else text


def unlabelled(text: str) -> str:
    """The text without "Tác giả:", "Nguồn:", "Bài và ảnh:" before it."""
    for _ in range(2):
        text = _LABEL.sub("", text)
    return text


def is_labelled(text: str) -> bool:
    """Whether the text begins with such a label."""
    return _LABEL.match(text) is not None


def is_login(text: str) -> bool:
    """Whether the text names an account of the CMS or fills the place of a name."""
    return _LOGIN.fullmatch(bare(text)) is not None


def is_office(text: str) -> bool:
    """Whether the text begins as an office's or a medium's name does."""
    return _OFFICE.match(text) is not None


def is_person(text: str) -> bool:
    """Two to five capitalised words and nothing else."""
    words = text.strip(" .()").split()
    return 2 <= len(words) <= 5 and all((word[:1].isupper() and word[1:].islower()) or word in "-–" for word in words)


def plausible(text: str) -> bool:
    """Whether the text can be a name: mostly capitalised words, or an office."""
    words = text.replace(",", " , ").split()
    if is_office(text):
        return len(words) <= 16
    if not words or len(words) > 14:
        return False
    capital = sum(1 for word in words if word[0].isupper() or not word[0].isalpha() or word in ("và", "tổng", "hợp)"))
    return text[0] == "(" or (words[0][0].isupper() and capital * 10 >= len(words) * 6)
