"""Author, office or source of an article: its byline or its signature, and nothing rather than a guess."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scraper.extract.document import Document, first_answer, line
from scraper.extract.labels import bare
from scraper.extract.lines import Line
from scraper.extract.sight import Sight
from scraper.extract.story import Story
from scraper.text import fold

LABEL = re.compile(
    r"^[\s(\-–—*]*(?:bài\s*(?:và|,|&|-|/)\s*ảnh|ảnh\s*(?:và|,|&|-|/)\s*bài|tin\s*(?:và|,|&|-|/)\s*(?:ảnh|bài)|tin\s*,?\s*bài\s*(?:và|,)?\s*ảnh|tác giả(?: bài viết)?|"
    r"người (?:viết|đăng|thực hiện)|nguồn(?: tin)?|theo|thực hiện|(?:viết |đăng )?bởi|biên tập|phóng viên|tin(?=\s*:)|bài(?=\s*:)|by(?=\s*:)|cộng tác viên|ctv|pv)\s*[:\-–]?\s+(?=\S)",
    re.I,
)
_LABEL_TIGHT = re.compile(
    r"^[\s(\-–—*]*(?:bài và ảnh|tin và ảnh|tin, ảnh|bài, ảnh|tác giả|nguồn(?: tin)?|theo|thực hiện|nguồn tin)\s*:\s*",
    re.I,
)
# Accounts of a CMS and fillers that stand where a name should: never a person.
_LOGIN = re.compile(
    r"(?:(?:pho |truong )?(?:ban|tong) bien tap(?: vien)?|bien tap(?: vien)?|ad ?min(?: ad ?min)?|administrator|(?:ban )?quan tri(?: (?:vien|he thong|website|mang))?|"
    r"to thu ky|thu ky(?: toa soan)?|web ?master|super ?(?:admin|user)|system|user\d*|guest|test\d*|editor\d*|host|root|btv\d*|bbt|pv|author|khach|nguoi dung|"
    r"toa soan|noi dung|an danh|unknown|none|null|tac gia|nguon|theo|tin bai|cong thong tin(?: dien tu)?|trang thong tin(?: dien tu)?|ban bien tap.{0,40})"
)
_OFFICE = re.compile(
    r"(?:sở|phòng|ban|ủy ban|uỷ ban|ubnd|hđnd|ubmttq|trung tâm|cổng|báo|đài|tạp chí|ttxvn|hnp|vov|vtv|vnexpress|văn phòng|đoàn|hội|"
    r"công an|bộ|cục|tổng cục|chi cục|thanh tra|viện|trường|quận|huyện|phường|xã|ngân hàng|nhóm pv|nhóm|ttx|liên đoàn|chi bộ|đảng ủy|thành ủy|quận ủy|tổ|mttq|lđlđ|bảo tàng|website|theo|ban quản lý|khối)\b",
    re.I,
)
_WORD = re.compile(r"[A-ZÀ-ỴĐ][\w.'’]*|&|-|–|,|và|/|\([^)]*\)|\|")
_BYLINE = re.compile(r"(?:^|[\s_-])(?:\w*author\w*|byline|tac-?gia|writer|nguoi-?viet|source|nguon)(?:$|[\s_-])", re.I)
_TAIL = re.compile(r"\s*[-–|,(]?\s*\d{1,2}[:h]\d{2}.*$|\s*[-–|,]?\s*\d{1,2}[/-]\d{1,2}[/-]\d{4}.*$")
_LONGEST = 80


def find(document: Document, sight: Sight, story: Story) -> tuple[str | None, str | None]:
    """The author as printed, and the rule that found it; the signature is marked in the story."""
    own = {fold(document.portal.title)} if document.portal.title else set()
    signed = _signature(story)
    value, source = first_answer(document.select("author"), (), lambda text: check(text, own))
    if value is None and signed:
        value, source = check(signed, own), "general:signature"
    if value is None and (story.source or "").startswith("general:"):
        own |= sight.site_names
        value, source = first_answer((), _general(document, sight, story), lambda text: check(text, own))
    return value, source if value else None


def check(text: str, own: set[str]) -> str | None:
    """The name without its label; None when it is a login, the site's name, or no name at all."""
    text = line(text)
    for _ in range(2):
        text = _LABEL_TIGHT.sub("", text) if _LABEL_TIGHT.match(text) else LABEL.sub("", text)
    text = _TAIL.sub("", text).strip(" .,:;-–—|*/")
    if text.count("(") != text.count(")"):
        text = text.strip("()")
    if not 2 <= len(text) <= _LONGEST or not any(c.isalpha() for c in text):
        return None
    folded = bare(text)
    if _LOGIN.fullmatch(folded) or folded in own or "@" in text or "://" in text[:8]:
        return None
    return text if plausible(text) else None


def plausible(text: str) -> bool:
    """Whether the text can be a name: capitalised words, or an office that begins like one."""
    if _OFFICE.match(text):
        return len(text.split()) <= 16
    words = text.replace(",", " , ").split()
    if not words:
        return False
    capital = sum(1 for word in words if word[0].isupper() or not word[0].isalpha() or word in ("và", "tổng", "hợp)"))
    return (len(words) <= 14 and capital * 10 >= len(words) * 6 and words[0][0].isupper()) or text[0] == "("


def _signature(story: Story) -> str | None:
    """The name on the last lines of the text; takes CMS logins below it away as well."""
    running = [shown for _, shown in story.running()]
    found: list[Line] = []
    for shown in reversed(running[-5:]):
        marked = shown.align == "right" or shown.is_bold or shown.is_italic
        if marked and len(shown.text) < 40 and is_login(shown.text):
            shown.role = "login"
        elif _is_signature(shown) and len(found) < 2 and (not found or _names_source(found[0].text)):
            found.append(shown)
        else:
            break
    if not found:  # an appendix may follow the signature: then only a right-aligned name is taken for one
        late = (s for s in reversed(running[len(running) // 2 :]) if s.align == "right" and s.is_bold and not s.role)
        found = [shown for shown in late if _is_person(shown.text)][:1]
    for shown in found:
        shown.role = "signature"
    return found[-1].text if found else None


def _names_source(text: str) -> bool:
    """Whether a signature line only adds where the text comes from: a person may stand above it."""
    return text.startswith("(") or fold(text).startswith(("nguon", "theo", "anh"))


def is_login(text: str) -> bool:
    """Whether the text names an account of the CMS or fills the place of a name."""
    return bool(_LOGIN.fullmatch(bare(text)))


def _is_signature(shown: Line) -> bool:
    """Right-aligned, bold, italic or labelled; short; no sentence."""
    text = shown.text
    if len(text) > _LONGEST or text.endswith(("./.", ":", ";", "?", "!")) or shown.item is not None:
        return False
    labelled = LABEL.match(text) or _LABEL_TIGHT.match(text)
    if labelled:
        return plausible(_strip(text)) and len(text.split()) <= 14
    marked = shown.align == "right" or shown.is_bold or shown.is_italic
    if text.endswith(".") and not text.endswith(("TP.", "PV.")):
        text = text[:-1]
        marked = marked and len(text.split()) <= 4
    if any(c.isdigit() for c in text) or len(text.split()) > (12 if marked else 5):
        return False
    if not marked:
        return _is_person(text)
    return (plausible(text) and not text.isupper()) or (
        text.isupper() and bool(_OFFICE.match(text)) and shown.align == "right"
    )


def _is_person(text: str) -> bool:
    """Two to five capitalised words and nothing else."""
    words = re.split(r"\s+", text.strip(" .()"))
    return 2 <= len(words) <= 5 and all((word[:1].isupper() and word[1:].islower()) or word in "-–" for word in words)


def _strip(text: str) -> str:
    return LABEL.sub("", _LABEL_TIGHT.sub("", text)) or text


def _general(document: Document, sight: Sight, story: Story) -> Iterator[tuple[str, str | None]]:
    """Bylines by label, by markup beside the title or the text's end, then what the head says."""
    beside = [*story.lines[: story.body_from + 1], *story.lines[-6:], *story.after[:6]]
    for shown in beside:
        text = shown.text
        if (
            text
            and len(text) <= _LONGEST
            and (LABEL.match(text) or _LABEL_TIGHT.match(text))
            and shown.role != "caption"
        ):
            yield "byline label", text
    for shown in beside:
        if shown.text and len(shown.text) <= _LONGEST and _is_byline(shown):
            yield "byline element", shown.text
    for name in ("author", "article:author", "dc.creator", "creator"):
        text = sight.head.text("author") if name == "author" and sight.head.article else sight.head.first(name)
        if text and "/" not in text and _is_person(text):
            yield f"head {name}", text


def _is_byline(shown: Line) -> bool:
    """Whether the line's element, or one of those around it, is named as the author's."""
    element = shown.element
    for link in shown.links:
        if link.get("rel") == "author" or _BYLINE.search(link.get("class") or ""):
            return True
    for _ in range(2):
        if element is None:
            return False
        if element.get("itemprop") == "author" or element.get("data-role") == "author":
            return True
        if _BYLINE.search(f"{element.get('class') or ''} {element.get('id') or ''}"):
            return True
        element = element.getparent()
    return False
