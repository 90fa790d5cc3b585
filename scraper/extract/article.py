"""All fields of an article, put together from their finders."""

from __future__ import annotations

from collections.abc import Mapping

from scraper.extract import attachments, author, content, images, published, related, title
from scraper.extract.document import Document, first_answer
from scraper.extract.story import Story
from scraper.items import Article

VERSION = "1"


def find(document: Document) -> Article:
    """The article on the page, as far as it can be told."""
    sources: dict[str, str | None] = {}
    headline, sources["title"] = title.find(document)
    printed, sources["published_text"] = published.find(document)
    story = content.locate(document) or Story([], None)
    sources["body"] = story.source
    content.tidy(story, headline)
    links, sources["related_links"] = related.find(document, story)
    pictures = images.find(document, story)
    name, sources["author"] = author.find(document, story)
    lead, sources["lead"] = content.lead(document, story)
    section, sources["section"] = first_answer(document.select("section"), (), lambda text: text or None)
    body = content.body(story)
    return Article(
        url=document.url,
        key=document.key(document.page.url),
        section=section,
        title=headline,
        published_text=printed,
        lead=lead,
        body=body,
        author=name,
        lang=None,
        images=pictures,
        related_links=links,
        attachments=attachments.find(document, story.container),
        extractor=VERSION,
        provenance=_known(sources),
        problems=(*document.problems, *_missing(headline, printed, body)),
    )


def _known(sources: Mapping[str, str | None]) -> dict[str, str]:
    return {field: source for field, source in sources.items() if source}


def _missing(headline: str | None, printed: str | None, body: str | None) -> list[str]:
    fields = {"title": headline, "published_text": printed, "body": body}
    return [f"{field}: not found" for field, value in fields.items() if not value]
