"""The only settings, each with its why; override any of them with `-s NAME=VALUE`."""

BOT_NAME = "vn-portal-archive"
SPIDER_MODULES = ["scraper.spiders"]
SPIDER_LOADER_CLASS = "scraper.spiders.loader.PortalLoader"  # one spider per TOML file
COMMANDS_MODULE = "scraper.commands"

# Where things are kept; relative paths start at the project's root.
ARCHIVE_PATH = "archive.db"
WARC_DIR = "warc"
CAPTURE = True  # of every live response into WARC_DIR
CAPTURE_MEDIA = True  # pictures in bodies and attached documents, too
MEDIA_MAXSIZE = 50 * 2**20  # of one of them
MEDIA_TYPES = "image/ application/ text/"  # beginnings of media types: no films; documents come as octet-stream, too
PORTALS_DIR = ""  # a folder with portal files of your own
CLOCK = ""  # ISO 8601 moment with offset: the run takes it for now (simulations, tests)
OPERATOR = ""  # who runs this archive; written into every WARC file
CONTACT = ""  # e-mail or URL for the portal's administrators; part of the User-Agent

# Politeness: small servers of public offices.
ROBOTSTXT_OBEY = True
USER_AGENT = "vn-portal-archive/0.1 (archive of local-government news; contact: {contact})"
DOWNLOAD_DELAY = 1.0  # seconds; a longer Crawl-delay of robots.txt wins
CONCURRENT_REQUESTS = 1  # a stop waits for what was handed to the downloader (lessons: 17 s with 16)
CONCURRENT_REQUESTS_PER_DOMAIN = 1
CONCURRENT_ITEMS = 4  # 2.19 starts that many tasks a response: 440 → 853 pages/s
AUTOTHROTTLE_ENABLED = True
AUTOTHROTTLE_MAX_DELAY = 30.0
COOKIES_ENABLED = False
DOWNLOAD_MAXSIZE = 20 * 2**20  # Scrapy's default of 1 GB is a gift to compression bombs
DOWNLOAD_WARNSIZE = 0
DOWNLOAD_TIMEOUT = 60
RETRY_TIMES = 2
REDIRECT_MAX_TIMES = 6  # in a circle; Scrapy's 20 for each of its addresses is a burden
DOWNLOAD_VERIFY_CERTIFICATES = True  # Scrapy's default reads pages from whoever answers
TWISTED_DNS_RESOLVER = "scraper.middlewares.names.Names"
DNS_SERVERS = ""  # "8.8.8.8" or several with commas: asked instead of this machine's (portals.md, section 5)
RETRY_PAUSE = 5.0  # seconds before the first retry, three times as long before the next; Retry-After goes before
HTTPERROR_ALLOW_ALL = True  # what a portal answers under any status is read and recorded
TELNETCONSOLE_ENABLED = False
WARN_ON_GENERATOR_RETURN_VALUE = False  # it reads our source at every start
REMOTE_CONTROL_ENABLED = False  # new in 2.19: a server that runs code sent to it
LOG_VERSIONS: list[str] = []
DOWNLOAD_HANDLERS = {"data": None, "file": None, "ftp": None, "s3": None}  # a page must not make us read local files

# A web archive (`-a wayback=2012..2025`): the Internet Archive, or a pywb of your own.
WAYBACK_CDX = "https://web.archive.org/cdx/search/cdx"
WAYBACK_REPLAY = "https://web.archive.org/web/{timestamp}id_/{url}"  # id_: the bytes as they were captured
WAYBACK_DELAY = 1.0  # seconds between two requests; a Retry-After is honoured besides
WAYBACK_AGENT = ""  # User-Agent there; empty: the same as everywhere

# A night.
OVERLAP = 2  # whole pages of settled entries after which a listing is not paged further
MAX_HOURS = 0.0  # time budget of a run; 0: none
CHECK_BUDGET = 500  # known articles checked again in one run
CHECK_AGES = "3:1 14:3 90:7 *:90"  # younger than … days: check every … days
SEARCH_DAYS = 7  # the home page is searched for sections again
WALK_DAYS = 30  # listings are walked to their end again

DOWNLOADER_MIDDLEWARES = {
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "scraper.middlewares.replay.Replay": 10,
    "scraper.middlewares.scope.Scope": 50,
    "scraper.middlewares.robots.Robots": 100,
    "scraper.middlewares.media.MediaTypes": 110,
    "scraper.middlewares.recall.Recall": 560,  # above Retry, below Redirect and HttpCompression
    "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,
    "scraper.middlewares.retry.Retry": 550,
    "scraper.middlewares.wall.CookieWall": 560,
    "scraper.middlewares.capture.Capture": 950,
}
ITEM_PIPELINES = {"scraper.pipelines.DatePipeline": 100, "scraper.pipelines.ArchivePipeline": 200}
EXTENSIONS = {"scraper.extensions.Watch": 0, "scraper.extensions.Progress": 10}
LOG_LEVEL = "INFO"
LOG_FORMAT = "%(asctime)s %(levelname)s %(message)s"
