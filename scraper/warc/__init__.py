"""Raw bytes for ever: WARC files written, read in order, indexed for replay, and verified."""

from scraper.warc.exchange import Earlier, Exchange
from scraper.warc.files import WarcError
from scraper.warc.index import Capture, Index, fetch
from scraper.warc.reading import read
from scraper.warc.writer import Writer, Written

__all__ = ["Capture", "Earlier", "Exchange", "Index", "WarcError", "Writer", "Written", "fetch", "read"]
