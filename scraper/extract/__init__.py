"""The only door to reading pages: a page and its portal in, an article, a listing or something else out."""
