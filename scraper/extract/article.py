"""All fields of an article, put together from their finders."""

from __future__ import annotations

from collections.abc import Mapping

from scraper.extract import attachments, author, content, density, images, lang, lead, published, related, title
from scraper.extract.document import Document, first_answer
from scraper.extract.sight import Sight
from scraper.extract.story import Story
from scraper.items import Article

VERSION = "1"


def find(document: Document) -> Article:
    """The article on the page, as far as it can be told."""
    sight = Sight(document)
    sources: dict[str, str | None] = {}
    headline, sources["title"] = title.find(document, sight)
    story = content.locate(document) or density.locate(sight) or Story([], None)
    sources["body"] = story.source
    printed, sources["published_text"], doubts = published.find(document, sight, story)
    # The order matters: each finder marks its lines, and the next looks at what is left.
    content.tidy(story, headline, printed)
    links, sources["related_links"] = related.find(document, sight, story)
    files = attachments.find(document, sight, story)
    pictures = images.find(document, story)
    name, sources["author"] = author.find(document, sight, story)
    opening, sources["lead"] = lead.find(document, sight, story)
    section, sources["section"] = first_answer(document.select("section"), (), lambda text: text or None)
    body = content.body(story)
    return Article(
        document.url,
        document.key(document.page.url),
        section,
        headline,
        printed,
        lead=opening,
        body=body,
        author=name,
        lang=lang.find(document, body),
        images=pictures,
        related_links=links,
        attachments=files,
        extractor=VERSION,
        provenance=_known(sources),
        problems=(*document.problems, *doubts, *_missing(headline, printed, body)),
    )


def _known(sources: Mapping[str, str | None]) -> dict[str, str]:
    return {field: source for field, source in sources.items() if source}


def _missing(headline: str | None, printed: str | None, body: str | None) -> list[str]:
    fields = {"title": headline, "published_text": printed, "body": body}
    return [f"{field}: not found" for field, value in fields.items() if not value]
