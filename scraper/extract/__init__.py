"""The only door to reading pages: a page and its portal in, an article, a listing or something else out."""

from __future__ import annotations

from dataclasses import replace

from scraper.extract import article as articles
from scraper.extract import clues as clue
from scraper.extract import feeds, links
from scraper.extract import kind as kinds
from scraper.extract import listing as listings
from scraper.extract.article import VERSION
from scraper.extract.clues import Clues
from scraper.extract.document import Document
from scraper.extract.links import Ways
from scraper.items import LISTED, Article, Listing, Other, Page, Reading
from scraper.portals import Portal

__all__ = [
    "VERSION",
    "Clues",
    "Ways",
    "answer",
    "article",
    "clues",
    "feeds",
    "kind",
    "listing",
    "read",
    "sectioned",
    "ways",
]


def read(page: Page, portal: Portal, *, general: bool = False) -> Reading:
    """What the page is, read by one parse; never raises. `general` switches portal and platform rules off."""
    document = Document(page, portal, general=general)
    evidence = kinds.Evidence(document)
    guessed = kinds.guess(evidence)
    if guessed is not None:
        return _reading(document, guessed, None, None)
    told = None
    if evidence.address:
        told = articles.find(document)
        if kinds.shows(evidence, told):
            return told
    shown = listings.find(document)
    paged = len(shown.entries) > 1 and (shown.next_page or shown.form)
    # A list with a pager is seldom an article: where it is plainly a listing, no article is looked for.
    if told is None and paged and _is_listing(evidence, shown):
        return shown
    told = told or articles.find(document)
    return _reading(document, kinds.find(evidence, shown, told), shown, told)


def article(page: Page, portal: Portal, *, general: bool = False) -> Article:
    """The page read as an article, whatever it is."""
    return articles.find(Document(page, portal, general=general))


def listing(page: Page, portal: Portal, *, general: bool = False) -> Listing:
    """The page read as a listing, whatever it is."""
    return listings.find(Document(page, portal, general=general))


def answer(page: Page, portal: Portal, form: tuple[tuple[str, str], ...]) -> Listing:
    """The listing in the answer to a posted form."""
    return listings.answer(Document(page, portal), form)


def ways(page: Page, portal: Portal) -> Ways:
    """Where the page leads: sections, articles and feeds."""
    return links.find(Document(page, portal))


def clues(page: Page, portal: Portal) -> Clues:
    """What the page tells of the software behind it."""
    return clue.find(Document(page, portal))


def kind(page: Page, portal: Portal, *, general: bool = False) -> str:
    """article | listing | other | error."""
    reading = read(page, portal, general=general)
    return reading.kind if isinstance(reading, Other) else type(reading).__name__.lower()


def sectioned(article: Article, section: str | None) -> Article:
    """The article with the section's name from the listing that led to it, where the page itself names none."""
    if article.section or not section:
        return article
    return replace(article, section=section, provenance={**article.provenance, "section": LISTED})


def _is_listing(evidence: kinds.Evidence, shown: Listing) -> bool:
    """Whether nothing speaks for an article, and the page is a listing if it is none."""
    if evidence.declared:
        return False
    return kinds.find(evidence, shown, Article(shown.url))[0] == "listing"


def _reading(document: Document, kind: kinds.Kind, shown: Listing | None, told: Article | None) -> Reading:
    if kind[0] == "article":
        return told or articles.find(document)
    if kind[0] == "listing":
        return shown or listings.find(document)
    return Other(document.url, kind[0], kind[1], document.problems)
