"""Raw bytes for ever: WARC files written, read in order, indexed for replay, and verified."""

from scraper.warc.files import WarcError
from scraper.warc.index import Capture, Index, fetch
from scraper.warc.reading import read

__all__ = ["Capture", "Index", "WarcError", "fetch", "read"]
