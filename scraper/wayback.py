"""Web archives: what their CDX servers are asked and answer, and where they keep originals; pure."""

from __future__ import annotations

import json
import re
from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote_plus, urlencode

LIMIT = 5000  # captures an answer
# The Internet Archive's names (wayback-cdx-server, README) and pywb's (pywb/warcserver/index/cdxobject.py).
_NAMES = {"original": "url", "mimetype": "mime", "statuscode": "status"}
_ENCODED = re.compile(r"[\w%+.*~-]*", re.A).fullmatch
_PAGES = ("text/html", "application/xhtml+xml")
_DIGITS = r"(\d{4}(?:\d\d){0,5})"
_SPAN = re.compile(rf"{_DIGITS}(?:\.\.{_DIGITS})?")


class CdxError(Exception):
    """An answer that is no list of captures; the message quotes it."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time, as the digits of years or longer timestamps; both ends belong to it."""

    first: str
    last: str

    @classmethod
    def of(cls, text: str) -> Span:
        """`2012..2025` or `2022`; ValueError for anything else."""
        found = _SPAN.fullmatch(text.strip())
        if found is None:
            raise ValueError(f"{text} should be a year or years like 2012..2025")
        span = cls(found[1], found[2] or found[1])
        if span.start > span.end:
            raise ValueError(f"{text} should name the earlier year first")
        return span

    @property
    def start(self) -> datetime:
        return moment(self.first)

    @property
    def end(self) -> datetime:
        """The last second of the span."""
        digits = self.last if len(self.last) > 4 else f"{self.last}12"
        if len(digits) == 6:
            digits += str(monthrange(int(digits[:4]), int(digits[4:]))[1])
        return moment(digits + "235959"[len(digits) - 8 :])

    def __contains__(self, at: datetime) -> bool:
        return self.start <= at <= self.end

    def __str__(self) -> str:
        return self.first if self.first == self.last else f"{self.first}..{self.last}"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One capture of a page in a web archive."""

    url: str  # original URL
    at: datetime  # aware, UTC: when it was captured


@dataclass(frozen=True, slots=True)
class Answer:
    """What a CDX server answered: the captures of pages, and the way to the rest."""

    snapshots: tuple[Snapshot, ...] = ()
    resume_key: str | None = None
    is_cut: bool = False  # as many rows as were asked for, and no key to go on with: ask without a limit


def query(endpoint: str, domain: str, span: Span, resume_key: str | None = None, *, limit: int | None = LIMIT) -> str:
    """The URL that lists a host's pages. Equal neighbours are folded into the first: they show nothing else."""
    parameters = [("url", domain), ("matchType", "host"), ("output", "json"), ("from", span.first), ("to", span.last)]
    parameters += [("filter", "statuscode:200"), ("filter", "mimetype:text/html"), ("collapse", "digest")]
    if limit is not None:
        parameters += [("limit", str(limit)), ("showResumeKey", "true")]
    # The Internet Archive prints its key encoded, to be sent as it is: org%2Carchive%29%2F+19980109140106%21
    rest = "" if resume_key is None else f"&resumeKey={resume_key if _ENCODED(resume_key) else quote_plus(resume_key)}"
    return f"{endpoint}?{urlencode(parameters)}{rest}"


def answer(body: bytes, limit: int | None = LIMIT) -> Answer:
    """Read an answer in either dialect: one array of rows under a header, or an object a line.

    What a server did not filter is filtered here: pywb folds nothing, and not every server knows every parameter.
    """
    text = body.decode("utf-8", "replace").strip()
    if not text:
        return Answer()
    if not text.startswith("["):
        rows = list(_lines(text))
        return Answer(_snapshots(rows), is_cut=limit is not None and len(rows) >= limit)
    try:
        table: list[list[str]] = json.loads(text)
        header, *found = table or [[]]
        key = None
        if len(found) >= 2 and found[-2] == []:  # an empty row comes before the key
            key, found = found[-1][0], found[:-2]
        rows = [dict(zip(header, row, strict=True)) for row in found if row]
    except (ValueError, TypeError, IndexError) as error:
        raise CdxError(f"no list of captures: {text[:200]!r}") from error
    return Answer(_snapshots(rows), key)


def _lines(text: str) -> Iterator[dict[str, Any]]:
    for line in text.splitlines():
        at = line.find("{")
        try:
            row: dict[str, Any] = json.loads(line[at:]) if at >= 0 else {}
        except ValueError as error:
            raise CdxError(f"no list of captures: {text[:200]!r}") from error
        if not row:
            raise CdxError(f"no list of captures: {text[:200]!r}")
        yield row if at == 0 else {"timestamp": line.split(" ")[1], **row}  # CDXJ: key, time, the rest


def _snapshots(rows: Iterable[Mapping[str, str]]) -> tuple[Snapshot, ...]:
    found: dict[tuple[str, str], Snapshot] = {}
    for row in rows:
        told = {_NAMES.get(name, name): value for name, value in row.items()}
        if "url" not in told or not told.get("timestamp", "").isdigit():
            raise CdxError(f"a capture without url or timestamp: {json.dumps(dict(row))[:200]}")
        mime = told.get("mime", "-").partition(";")[0].strip()
        if told.get("status", "-") == "200" and mime in (*_PAGES, "unk", "-", ""):
            snapshot = Snapshot(_without_port(told["url"]), moment(told["timestamp"]))
            found.setdefault((snapshot.url, told["timestamp"]), snapshot)
    return tuple(found.values())


def address(template: str, snapshot: Snapshot) -> str:
    """Where the original bytes of a capture are; the template has {timestamp} and {url}."""
    return template.replace("{timestamp}", stamp(snapshot.at)).replace("{url}", snapshot.url)


def original(template: str, url: str) -> Snapshot | None:
    """The capture that stands at an address; None where it is no address of this archive."""
    pattern = re.escape(template).replace(r"\{timestamp\}", r"(?P<at>\d{4,14})").replace(r"\{url\}", r"(?P<url>.+)")
    found = re.fullmatch(pattern, url)
    if found is None:
        return None
    target = re.sub(r"^(https?):/+", r"\1://", found["url"])
    return Snapshot(_without_port(target if "://" in target else f"http://{target}"), moment(found["at"]))


def _without_port(url: str) -> str:
    """Crawlers of former years wrote http://host:80/."""
    return re.sub(r"^(http://[^/?#]+):80(?=[/?#]|$)|^(https://[^/?#]+):443(?=[/?#]|$)", r"\1\2", url)


def captured_at(memento: str | None, snapshot: Snapshot) -> datetime:
    """The capture time by the header Memento-Datetime (RFC 7089), or as the address has it."""
    try:
        return parsedate_to_datetime(memento).astimezone(UTC) if memento else snapshot.at
    except ValueError:
        return snapshot.at


def originals(headers: Sequence[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """The header lines of the portal's own answer, as far as the archive passes them on.

    The Internet Archive sends them as X-Archive-Orig-…; the body's encoding is that of its own answer.
    """
    prefix = b"x-archive-orig-"
    kept = [(name[len(prefix) :], value) for name, value in headers if name.lower().startswith(prefix)]
    kept = [(name, value) for name, value in kept if name.lower() not in _BODY]
    own = [(name, value) for name, value in headers if name.lower() not in _ARCHIVES]
    if not kept:
        return [(name, value) for name, value in own if not name.lower().startswith(b"x-archive-")]
    known = {name.lower() for name, _ in kept}
    return kept + [(n, v) for n, v in own if n.lower() in (*_BODY, b"content-type") and n.lower() not in known]


_BODY = (b"content-encoding", b"content-length", b"transfer-encoding", b"connection")
_ARCHIVES = (b"memento-datetime", b"link", b"content-location", b"transfer-encoding", b"connection", b"server-timing")


def retry_after(value: str | None, now: datetime, usual: float) -> float:
    """Seconds to wait by a Retry-After header (RFC 9110 10.2.3: seconds or a date); `usual` where it says nothing."""
    if value is None:
        return usual
    if value.strip().isdigit():
        return float(value)
    try:
        return max(0.0, (parsedate_to_datetime(value) - now).total_seconds())
    except (ValueError, TypeError):
        return usual


def stamp(at: datetime) -> str:
    """The 14 digits that web archives name a moment by."""
    return at.astimezone(UTC).strftime("%Y%m%d%H%M%S")


def moment(digits: str) -> datetime:
    """The moment that up to 14 digits name; a shorter name is its beginning. ValueError where there is none."""
    whole = digits + "00000101000000"[len(digits) :]
    return datetime.strptime(whole, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
