"""What flows down the line: pages in, articles and listings out. Every field is explained here and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Page:
    """One response, the same whatever brought it: the network, a WARC file, a web archive or a saved file."""

    url: str  # original URL of the resource; never a web archive's own address
    body: bytes  # payload with transfer and content encodings undone; charset not yet decoded
    fetched_at: datetime  # aware, UTC: when the capture was made (not when it was replayed)
    source: str = "live"  # live | warc | wayback | import | sample
    status: int = 200  # HTTP status
    charset: str | None = None  # as declared by the Content-Type header; it may be wrong
    content_type: str | None = None  # media type without parameters, lower case
    location: str | None = None  # of a redirect, as sent
    etag: str | None = None
    last_modified: str | None = None  # as sent, an HTTP date
    digest: str | None = None  # "sha1:<base32>" of the payload, as in its WARC record
    warc_file: str | None = None  # relative to WARC_DIR (live) or as named to the replay
    warc_offset: int | None = None  # byte offset of the response or revisit record in warc_file


@dataclass(frozen=True, slots=True)
class Image:
    """A picture in the body of an article, in order of appearance."""

    url: str  # absolute
    caption: str | None = None
    credit: str | None = None  # "Ảnh: Minh Anh": the photographer or source, when it is told apart from the caption


@dataclass(frozen=True, slots=True)
class Link:
    """A titled link: an entry of the related block, or an attached document."""

    url: str  # absolute
    title: str | None = None
    key: str | None = None  # of a related article: the portal's own number, where the URL shows it


@dataclass(frozen=True, slots=True)
class Article:
    """One state of one article, as extracted from one page. `None` means: the page has no such thing."""

    url: str  # canonical
    key: str | None = None  # the portal's own article number; identity together with the portal
    section: str | None = None
    title: str | None = None
    published_text: str | None = None  # the timestamp exactly as printed
    published_at: datetime | None = None  # aware, +07:00; set by dates.normalise, never by extract
    published_precision: str | None = None  # "minute" | "day"
    lead: str | None = None  # sapo
    body: str | None = None  # paragraphs separated by a blank line
    author: str | None = None  # byline, office or source as printed
    lang: str | None = None  # BCP 47 primary subtag, "vi"
    images: tuple[Image, ...] = ()
    related_links: tuple[Link, ...] = ()
    attachments: tuple[Link, ...] = ()
    extractor: str = ""  # version of the rules that made this reading
    provenance: Mapping[str, str] = field(default_factory=dict)  # field -> rule that found it, "platform:liferay div.x"
    problems: tuple[str, ...] = ()  # "field: what is missing or doubtful"


@dataclass(frozen=True, slots=True)
class Entry:
    """An article as a listing shows it."""

    url: str  # canonical
    key: str | None = None
    title: str | None = None  # as listed, often shortened
    date_text: str | None = None  # as listed


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a section: its main list in order, and the way to the next page."""

    url: str
    entries: tuple[Entry, ...] = ()
    next_page: str | None = None  # absolute URL
    form: tuple[tuple[str, str], ...] | None = None  # fields to POST to next_page; None: a plain GET
    total: int | None = None  # number of articles that the portal says the section has
    section: str | None = None
    platform: str | None = None  # CMS family that was recognised, None for general rules
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Other:
    """A page that is neither article nor listing."""

    url: str
    kind: str  # "other" | "error"
    cause: str | None = None  # of an error: "missing" | "refused" | "cookie-wall" | "maintenance" | "empty" | "broken"
    problems: tuple[str, ...] = ()


Reading = Article | Listing | Other
LISTED = "listing"  # provenance of a section that the page does not name: the listing that led to it did


@dataclass(frozen=True, slots=True)
class Found:
    """What a spider yields: an article beside the page it was read from."""

    page: Page
    article: Article
    former: str | None = None  # the URL that was asked for, where a redirect led to another
