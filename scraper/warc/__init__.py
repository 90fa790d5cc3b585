"""Raw bytes for ever: WARC files written, read in order, indexed for replay, and verified.

The library is FastWARC, chosen by measurement (tests/bench/warc.py, November 2026; FastWARC 2.0.1, warcio 1.8.1):
its files pass `warcio check` and replay in pywb 2.10 as warcio's do (tests/test_warc_tools.py); it writes a request and
response 2.3 times and reads 3.2 times as fast as warcio; and it undoes br and zstd, for which warcio needs more packages.
Neither tells a cut record from a whole one: of 200 files cut at random, 185 gave half a page by warcio and 192 by FastWARC.
So files.py finds the ends of records itself, with zlib, and every digest is checked: 0 of 200, at 0.6 times warcio's speed.
"""

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
