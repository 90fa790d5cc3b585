"""Spiders: one for each portal file, all of one class."""
