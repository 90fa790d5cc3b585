"""Listings that page by POST (VCCorp's NewsZone): the tokens in the category page, and the forms made of them."""

from __future__ import annotations

import html
import re
from urllib.parse import unquote, urljoin

from scraper.extract.document import Document
from scraper.extract.selector import Element

Form = tuple[tuple[str, str], ...]

PATH = "/api/NewsZone/NewsZone"
INDEX = "PageIndex"
# Other spellings of the fields that such pages may use for the same value; the first is what is posted.
_FIELDS = {
    "PageSize": ("pagesize",),
    "Catname": ("catname", "categoryname"),
    "LanguageId": ("languageid", "langid", "language"),
    "Site": ("site", "siteid", "sitename"),
}
_NAMES = {alias: name for name, aliases in _FIELDS.items() for alias in aliases}
_PREFIX = re.compile(
    r"(?i)^(?:data|hdf?n?|hidden|txt|input|zone|news|listnews|js|var|list|ctl\d+|hf|hid|str|s)[-_]?(?=[a-z])"
)
# name, then : = , or "value=", then a quoted or bare value; quotes may be escaped once (JSON inside a string).
_PAIR = re.compile(
    r"""(?P<name>[A-Za-z_][\w.-]*)\\?["']?\s*\]?\s*(?::|=(?!=)|,)\s*(?:\\?["'](?P<quoted>[^"'<>\s\\]*(?:\\[u/][^"'<>\s\\]*)*)\\?["']|(?P<bare>\d+)\b)"""
)
_QUERY = re.compile(r"(?i)[?&\"'](?P<name>PageSize|Catname|LanguageId|Site)=(?P<value>[\w%+/=.-]+?)(?=[&\"'\s]|$)")
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")


def is_posted(document: Document) -> bool:
    """Whether the page belongs to the family whose listings are paged by POST."""
    return document.platform is not None and document.platform.name == "vccorp"


def first(document: Document) -> tuple[str | None, Form | None, str | None]:
    """Address and form of the page after the one shown, or the problem that keeps us from it."""
    tokens = _tokens(document)
    missing = [name for name in ("Catname", "Site", "PageSize", "LanguageId") if name not in tokens]
    if "Catname" in missing:
        return None, None, f"next_page: the page holds no {', '.join(missing)} to ask {PATH} for more"
    problem = f"next_page: the page holds no {', '.join(missing)}; asked without" if missing else None
    form = ((INDEX, "0"), *((name, tokens[name]) for name in _FIELDS if name in tokens))
    return urljoin(document.origin, PATH), form, problem


def following(form: Form) -> Form:
    """The form that asks for the page after the one that `form` asked for."""
    return tuple((name, str(int(value) + 1) if name == INDEX and value.isdecimal() else value) for name, value in form)


def _tokens(document: Document) -> dict[str, str]:
    """Field -> value, from the place that tells most of them; other places fill what it lacks."""
    places = [_of_text(script.text or "") for script in document.scripts]
    inputs: dict[str, str] = {}
    for element in document.index.elements:
        if element.tag == "input":
            _add(inputs, element.get("name") or element.get("id") or "", element.get("value") or "")
            _add(inputs, element.get("id") or "", element.get("value") or "")
        elif any(name.startswith("data-") or name.startswith("on") for name in element.attrib):
            places.append(_of_attributes(element))
    places.append(inputs)
    places = sorted((p for p in places if p), key=lambda place: ("Catname" not in place, -len(place)))
    found: dict[str, str] = {}
    for place in places:
        for name, value in place.items():
            found.setdefault(name, value)
    return found


def _of_attributes(element: Element) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in element.attrib.items():
        if name.startswith("data-"):
            _add(found, name, value)
        if (name.startswith("data-") or name.startswith("on")) and "atname" in value:
            for field, token in _of_text(html.unescape(value)).items():
                found.setdefault(field, token)
    return found


def _of_text(text: str) -> dict[str, str]:
    """Fields that a script or a query string names."""
    found: dict[str, str] = {}
    if "atname" not in text and "atName" not in text and "at_name" not in text and "NewsZone" not in text:
        return found
    for match in _QUERY.finditer(text):
        _add(found, match["name"], unquote(match["value"]))
    for match in _PAIR.finditer(text):
        _add(found, match["name"], match["quoted"] if match["quoted"] is not None else match["bare"])
    return found


def _add(found: dict[str, str], name: str, value: str) -> None:
    bare = name.rpartition(".")[2]
    while (shorter := _PREFIX.sub("", bare, count=1)) != bare and bare.lower().replace("-", "").replace(
        "_", ""
    ) not in _NAMES:
        bare = shorter
    field = _NAMES.get(bare.lower().replace("-", "").replace("_", ""))
    value = _ESCAPE.sub(lambda m: chr(int(m[1], 16)), value).replace("\\/", "/").strip()
    if field and value:
        found.setdefault(field, value)
