"""The commands of `scrapy`: flags only; the work is done below."""
