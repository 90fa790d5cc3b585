"""Which response a revisit record stands for."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from scraper.warc import records
from scraper.warc.files import Damage
from scraper.warc.keys import key
from scraper.warc.records import Record

NOT_MODIFIED = "server-not-modified"
Place = TypeVar("Place")


@dataclass(frozen=True, slots=True)
class Reference:
    """What a revisit record says about its original."""

    url: str
    at: datetime  # of the revisit itself
    target: str  # WARC-Refers-To-Target-URI, or the revisit's own URL
    target_at: datetime | None  # WARC-Refers-To-Date
    digest: str | None  # None for a 304: its digest, if any, is of an empty payload


def reference(record: Record) -> Reference:
    """Read from the header of a revisit."""
    get = record.headers.get
    modified = NOT_MODIFIED in (get("WARC-Profile") or "")
    target_at = get("WARC-Refers-To-Date")
    return Reference(
        url=record.url,
        at=record.at,
        target=(get("WARC-Refers-To-Target-URI") or record.url).strip("<> "),
        target_at=records.parse_time(target_at) if target_at else None,
        digest=None if modified else get("WARC-Payload-Digest"),
    )


class Originals(Generic[Place]):
    """The places of responses, to be found by what a revisit says.

    An equal digest is proof and comes first; then URL and time; for a 304 the newest response before it will do.
    """

    def __init__(self) -> None:
        self._by_digest: dict[str, Place] = {}
        self._by_url: defaultdict[str, list[tuple[datetime, Place]]] = defaultdict(list)

    def add(self, url: str, at: datetime, digest: str, place: Place) -> None:
        self._by_digest.setdefault(digest, place)
        self._by_url[key(url)].append((at.replace(microsecond=0), place))

    def find(self, wanted: Reference) -> Place | None:
        if wanted.digest in self._by_digest:
            return self._by_digest[wanted.digest]
        captures = sorted(self._by_url.get(key(wanted.target), ()), key=lambda capture: capture[0])
        moments = [at for at, _ in captures]
        if wanted.target_at is not None:
            target_at = wanted.target_at.replace(microsecond=0)
            return next((place for at, place in captures if at == target_at), None)
        position = bisect_right(moments, wanted.at)
        return captures[position - 1][1] if position and wanted.digest is None else None


def confirm(revisit: Record, original: Record) -> Record:
    """The original, when its payload is what the revisit says."""
    wanted = reference(revisit).digest
    if wanted and original.kind == "response" and wanted.startswith("sha1:") and records.digest(original) != wanted:
        found = records.sha1(records.message(original).payload)
        if found != wanted:
            raise Damage("the response it refers to has another payload")
    return original
