"""Words that Vietnamese sites put around an article: headings, tools, imprint; all compared after fold()."""

from __future__ import annotations

import re
from functools import lru_cache

from scraper.text import fold

# Headings of the block of related news (portals.md §3 of 2026-11, and their English sessions).
_WHICH = (
    "khac|lien quan|cu hon|moi hon|cung chuyen muc|cung chu de|cung loai|cung danh muc|cung linh vuc|moi nhat|moi dang"
    "|moi|da dua|da dang|tiep theo|noi bat khac|trong ngay"
)
_HEADINGS = (
    rf"(?:cac |nhung |mot so )?(?:tin,? bai|tin|bai|thong bao|su kien|muc)(?: tuc| viet| bai| bao)?"
    rf"(?: da dua| da dang| moi)? (?:{_WHICH})(?: khac| \(theo the\))?",
    r"(?:cac |nhung |xem them )?(?:tin|bai|trong)(?: tuc| viet)?(?: cung| trong)? (?:chuyen muc|chu de|danh muc|muc)"
    r"(?: nay| khac)?",
    r"theo dong su kien|dong su kien|cung (?:chuyen muc|chu de|danh muc)(?: khac)?|chu de lien quan|tham khao them",
    r"doc them|doc tiep|doc nhieu hon|xem tiep|xem them|nen doc|moi ban doc|(?:co the )?ban (?:co the )?quan tam",
    r"tin doc them|bai doc them|video lien quan|noi dung lien quan|thong tin lien quan|van ban lien quan",
    r"(?:(?:other|related|more|recent) (?:news|articles|posts|stories)|related|see also|read more)",
)
_TOOLS = (
    r"(?:so )?(?:luot|lan) (?:xem|doc|truy cap)(?: bai viet)?[: ]*[\d.,]*|da xem[: ]*[\d.,]*",
    r"(?:view count|views?|hits)[: ]*[\d.,]*",
    r"[\d.,]+ (?:luot|lan) (?:xem|doc)|[\d.,]+ views?|(?:viewed|luot nguoi xem)[: ]*[\d.,]+",
    r"(?:in|print)(?: (?:trang|tin|bai|bai viet|ra|ra may in|an|this page))?(?: nay)?|ban in",
    r"e-?mail|send (?:e-?mail|mail)",
    r"gui (?:mail|e-?mail|qua email|bai viet|tin qua e-?mail|cho ban(?: be)?)(?: .{0,30})?",
    r"chia se(?: (?:bai viet|tin nay|qua|len|tren|voi).{0,40})?|share(?: (?:on|this).{0,20})?|tweet|like|thich|0 thich",
    r"facebook|zalo|twitter|google\+?|pinterest|linkedin|messenger|telegram|copy link|sao chep(?: lien ket)?|lay link",
    r"link bai goc.{0,20}|(?:ve|len) dau trang|(?:quay|tro) (?:lai|ve)(?: trang (?:chu|truoc))?|back(?: to top)?",
    r"trang truoc|trang sau|trang chu|co chu.{0,10}|tang giam co chu|a[+-]?|aa|mac dinh|doc bai viet|doc bai|tam dung",
    r"nghe (?:doc )?(?:bai|tin|noi dung).{0,20}|theo doi .{0,40}(?:tren|google news).{0,30}|theo doi|luu (?:bai"
    r"|tin).{0,8}",
    r"phong to|thu nho|xem anh lon|xem them anh|dong|mo rong|thu gon|gop y|bao loi|xem cac bai viet cua tac gia",
    r"\*?moi (?:ban doc|quy (?:vi|doc gia|ban doc)|cac ban)(?: .{1,40})? (?:vao|xem|doc|theo doi|don doc) .{0,80}",
    r"(?:moi )?(?:ban doc|quy ban doc|y kien|thong tin|moi y kien)(?: .{1,40})? (?:gui|lien he)(?: .{0,30})? ve"
    r" .{4,60}",
    r"\d{1,3}|chon co chu|tai ve|quay lai|click (?:vao day )?de .{0,30}|loading\W*|dang tai\W*|quang cao|advertisement",
)
_ENDS = (
    r"(?:gui )?(?:y kien )?binh luan(?: (?:ve|cua|bai|\(?\d).{0,30})?|y kien (?:ban doc|cua ban)|phan hoi"
    r"|comments?(?: \(?\d+\)?)?",
    r"viet binh luan.{0,20}|leave a (?:reply|comment)|danh gia(?: (?:bai viet|tin nay|noi dung).{0,20})?|tu khoa"
    r"|tags?|the tag",
    r"xep hang .{0,40}|tong so diem cua bai viet .{0,40}|click de danh gia.{0,30}|nhung tin (?:moi|cu) hon",
)
_IMPRINT = re.compile(
    r"(?:chiu trach nhiem (?:chinh|noi dung)|(?:pho )?tong bien tap|(?:pho )?truong ban bien tap|giay phep (?:so"
    r"|xuat ban|hoat dong)"
    r"|so giay phep|giay phep|ban quyen (?:thuoc|cua)|copyright|thiet ke boi)\s*[:©(].*|(?:®|©).*|ban quyen (?:thuoc"
    r"|cua) .*|giay phep (?:so|thiet lap) .*"
)
_TAGS = re.compile(r"(?:tu khoa(?: tim kiem)?|tags?|the|chu de|tieu de lien quan) ?[:|].*")
_HEADING = re.compile("|".join(_HEADINGS))
_TOOL = re.compile("|".join(_TOOLS))
_END = re.compile("|".join(_ENDS))


def heading(text: str) -> bool:
    """Whether the text is the heading of a block of related news."""
    return 4 < len(text) < 48 and _is_heading(text)


@lru_cache(maxsize=2048)
def _is_heading(text: str) -> bool:
    return _HEADING.fullmatch(bare(text)) is not None


def tool(text: str) -> bool:
    """Whether the line is a tool of the page: print, mail, share, counter; or nothing but marks."""
    if len(text) > 80:
        return False
    plain = bare(text)
    return bool(_TOOL.fullmatch(plain)) if plain else not any(map(str.isalnum, text))


def ends(text: str, linked: bool) -> bool:
    """Whether an article is over where this line stands: tags, comments, imprint."""
    return len(text) <= 300 and _is_end(text, linked)


@lru_cache(maxsize=2048)
def _is_end(text: str, linked: bool) -> bool:
    plain = bare(text)
    if len(text) < 70 and _END.fullmatch(plain):
        return True
    return bool(_IMPRINT.fullmatch(plain)) or (linked and bool(_TAGS.fullmatch(plain)))


@lru_cache(maxsize=2048)
def bare(text: str) -> str:
    """Folded, without the punctuation and marks that sites put around a label."""
    return " ".join(fold(text).split()).strip(" :.…>»«<|-–—+*•◦▪()[]\"'“”/\\#")
