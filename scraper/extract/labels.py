"""Words that Vietnamese sites put around an article: labels, headings, furniture; all compared after fold()."""

from __future__ import annotations

import re

from scraper.text import fold

# Headings of the block of related news (portals.md §3 of 2026-11, and their English sessions).
_RELATED = (
    r"(?:cac |nhung )?(?:tin|bai)(?: tuc| viet| bao)?(?: da dua| da dang| cung loai)?"
    r" (?:khac|lien quan|cu hon|moi hon|cung chuyen muc|cung chu de|cung loai|moi nhat|moi dang|moi|da dua|da dang|tiep theo)(?: (?:khac|cua chuyen muc))?"
    r"|(?:cac |nhung )?(?:tin|bai)(?: tuc| viet)? (?:cung|trong) (?:chuyen muc|chu de|danh muc)(?: khac)?"
    r"|(?:cac |nhung )?tin(?: tuc)? (?:da dua|da dang)|theo dong su kien|dong su kien|(?:cung )?(?:chuyen muc|chu de)|lien quan"
    r"|cung chuyen muc(?: khac)?|tham khao them|doc them|doc tiep|xem tiep|xem them|co the ban quan tam|ban (?:co the )?quan tam|tin doc them|bai doc them"
    r"|other (?:news|articles|stories)|related (?:news|articles|posts|stories)|see also|read more|more news|video lien quan|nen doc|moi ban doc"
)
_HEADING = re.compile(rf"(?:{_RELATED})")
# Lines that belong to the page, never to an article.
_FURNITURE = re.compile(
    r"(?:luot xem|so lan xem|so luot (?:xem|truy cap)|da xem|luot doc|luot truy cap|view count|views?|hits)\b[: ]*[\d.,]*"
    r"|[\d.,]+ (?:luot (?:xem|doc)|views?)"
    r"|(?:in|print)(?: (?:trang|tin|bai|bai viet|ra may in|this page))?(?: nay)?|ban in|gui (?:mail|e-?mail|qua email|cho ban be|bai viet|tin qua e-?mail)(?: .{0,30})?|send (?:e-?mail|mail)|e-?mail"
    r"|chia se(?: bai viet| tin nay| qua.*| len.*| tren.*)?|share(?: on)?.{0,20}|tweet|like|facebook|zalo|twitter|google\+?|pinterest|linkedin|messenger|copy link|sao chep lien ket|link bai goc|lay link"
    r"|(?:ve|len) dau trang|(?:quay|tro) (?:lai|ve)(?: trang (?:chu|truoc))?|quay lai|back(?: to top)?|trang truoc|trang sau|trang chu"
    r"|co chu|tang giam co chu|aa?|a[+-]|doc bai viet|nghe (?:doc )?(?:bai|tin|noi dung).{0,20}|theo doi .{0,40}(?:tren|google news).{0,30}|luu (?:bai|tin)(?: viet)?|bao cao|thich|phong to|thu nho|doi mau|xem anh lon|xem the?m anh"
    r"|danh gia(?: bai viet)?.{0,20}|dong|mo rong|thu gon|0|\d{1,3}|[|/»«>•·\-–—*.]+|xem cac bai viet cua tac gia|theo doi|gop y|bao loi"
)
_STOP = re.compile(
    r"(?:tu khoa|tags?|the|chu de|tu khoa tim kiem|tieu de lien quan)\b ?[:|].*|(?:tu khoa|tags?|tin tag)"
    r"|(?:y kien |gui )?binh luan.{0,30}|y kien(?: ban doc| cua ban)?.{0,20}|phan hoi.{0,20}|comments?(?: \(\d+\))?|viet binh luan.*|gui y kien.*|leave a (?:reply|comment)"
    r"|(?:chiu trach nhiem (?:chinh|noi dung)|tong bien tap|pho tong bien tap|truong ban bien tap|giay phep (?:so|thiet lap|xuat ban)|ban quyen (?:thuoc|cua)|(?:®|©|copyright)).*"
    r"|tong so (?:diem|luot).{0,60}|xep hang.{0,40}|click de danh gia.*|danh gia\b.*|ghi ro nguon .{0,120}"
)


def heading(text: str) -> bool:
    """Whether the text is the heading of a block of related news."""
    return len(text) < 48 and bool(_HEADING.fullmatch(bare(text)))


def furniture(text: str) -> bool:
    """Whether the line is a tool of the page: print, mail, share, counter."""
    return len(text) < 80 and bool(_FURNITURE.fullmatch(bare(text)))


def stops(text: str) -> bool:
    """Whether an article is over where this line stands: tags, comments, imprint."""
    return len(text) < 300 and bool(_STOP.fullmatch(bare(text)))


def bare(text: str) -> str:
    """Folded, without the punctuation and marks that sites put around a label."""
    return " ".join(fold(text).split()).strip(" :.…>»«<|-–—+*•◦▪()[]\"'“”")
