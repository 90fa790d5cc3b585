"""Raw bytes for ever: WARC files written, read in order, indexed for replay, and verified.

The library is FastWARC, chosen by measurement (tests/bench/warc.py; November 2026, FastWARC 2.0.1, warcio 1.8.1).
What we write with it passes `warcio check` and replays in pywb 2.10 (tests/test_warc_tools.py). Alone it writes 2.3
and reads 3.2 times as fast as warcio; with header blocks, digests and checks of our own it is 1.8 and 0.6 times. It
undoes br and zstd, for which warcio needs further packages. Neither library tells a cut record from a whole one: of
200 files cut at random places warcio gave half a page from 185 and FastWARC from 192. So files.py finds the ends of
records itself, with zlib, and reading checks every digest: half a page from none of the 200.
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
