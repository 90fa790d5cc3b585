"""The archive of Vietnam's local-government news: a Scrapy project that fills `archive.db`."""

__version__ = "0.1.0"
