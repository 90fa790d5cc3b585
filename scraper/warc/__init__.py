"""Raw bytes for ever: WARC files written, read in order, indexed for replay, and verified."""

from scraper.warc.exchange import Earlier, Exchange
from scraper.warc.fetching import fetch, head
from scraper.warc.files import WarcError
from scraper.warc.fixity import Fixity, files, verify
from scraper.warc.index import Capture, Index
from scraper.warc.reading import read
from scraper.warc.wacz import Selection, pack
from scraper.warc.writer import Writer, Written

__all__ = [
    "Capture",
    "Earlier",
    "Exchange",
    "Fixity",
    "Index",
    "Selection",
    "WarcError",
    "Writer",
    "Written",
    "fetch",
    "files",
    "head",
    "pack",
    "read",
    "verify",
]
