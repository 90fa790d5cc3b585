"""Scrapy's seams between spider and network: what may be asked, and what answers."""
