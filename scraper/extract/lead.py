"""The lead (sapo) of an article: by its element, by its place above the text, or by its bold first paragraph."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import islice

from scraper.extract.document import Document, first_answer
from scraper.extract.lines import Line
from scraper.extract.sight import Sight
from scraper.extract.story import Story
from scraper.text import fold

_NAMED = re.compile(
    r"(?:^|[\s_-])(?:\w*sapo\w*|lead|summary|\w*hometext|intro(?:text|duction)?|description|descriptive|desc|excerpt|teaser|trich-?dan|trichyeu|"
    r"mo-?ta|tom-?tat|standfirst|deck|chapeau|des|subtitle|sub-title|headlines?-lead)(?:$|[\s_-])",
    re.I,
)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_LEAST, _MOST = 25, 1500
_NEARLY = 40  # characters in which a lead and its repetition may differ


def find(document: Document, sight: Sight, story: Story) -> tuple[str | None, str | None]:
    """The lead and the rule that found it; its lines are marked unless only their look tells them apart."""
    value, source = first_answer(document.select("lead"), (), check)
    if value is not None:
        drop_repeat(story, value)
        return value, source
    if story.source and story.source.startswith("general:"):
        for rule in (_named, _described, _above, _classed):
            if taken := rule(sight, story):
                value = " ".join(shown.text for shown in taken)
                if rule is not _described or _stands_apart(taken[0], story):
                    for shown in taken:
                        shown.role = "lead"
                    drop_repeat(story, value)
                return value, f"general:{_SOURCES[rule.__name__]}"
    return bold_first(story)


_SOURCES = {
    "_named": "element named as lead",
    "_described": "line equal to the description",
    "_above": "text above the body",
    "_classed": "first paragraph with a class of its own",
}


def check(text: str) -> str | None:
    """A lead is a sentence or more."""
    return text if _LEAST <= len(text) <= 4000 else None


def _named(sight: Sight, story: Story) -> list[Line]:
    """The lines of an element that is called lead, sapo, summary."""
    taken: list[Line] = []
    inside = 0
    for number, shown in enumerate(story.lines):
        if shown.text and shown.role in ("", "title") and _is_named(shown, story):
            taken.append(shown)
        elif taken or inside > 3 or (number > story.body_from + 2 and not shown.role and len(shown.text) > 80):
            break
        inside += number >= story.body_from and not shown.role
    size = sum(len(shown.text) for shown in taken)
    rest = sum(len(shown.text) for shown in story.lines if not shown.role) - size
    return taken if _LEAST <= size <= _MOST and (rest > size / 2 or not rest) else []


def _is_named(shown: Line, story: Story) -> bool:
    element = shown.element
    for _ in range(3):
        if element is None or element is story.container:
            return False
        if element.get("itemprop") == "description" or element.get("data-role") == "sapo":
            return True
        if _names_lead(f"{element.get('class') or ''} {element.get('id') or ''}"):
            return True
        element = element.getparent()
    return False


@lru_cache(maxsize=2048)
def _names_lead(names: str) -> bool:
    return _NAMED.search(_CAMEL.sub("-", names)) is not None


def _described(sight: Sight, story: Story) -> list[Line]:
    """A line that the head gives as the page's description, where it does not look like the paragraphs below."""
    wanted = {fold(text).rstrip(" .…") for text in _descriptions(sight)}
    if not wanted:
        return []
    running = [shown for shown in story.lines[: story.body_from + 4] if shown.text and not shown.role]
    for shown in running[:6]:
        folded = fold(shown.text).rstrip(" .…")
        if len(folded) < _LEAST or not any(_same(folded, text) for text in wanted):
            continue
        return [shown] if _stands_out(shown) or _stands_apart(shown, story) else []
    return []


def _stands_apart(shown: Line, story: Story) -> bool:
    """Whether the line is above the text, or of another kind than its paragraphs: not one of them."""
    index = story.lines.index(shown)
    return index < story.body_from or shown.level > 0 or _differs(shown, story.lines[index + 1 :])


def _descriptions(sight: Sight) -> list[str]:
    head = sight.head
    found = (head.text("description"), head.first("og:description"), head.first("description", "twitter:description"))
    return [text for text in found if len(text) >= _LEAST]


def _same(line: str, description: str) -> bool:
    """Equal, or the description is the line cut short, or the line with a place or agency before it."""
    if line == description or line.endswith(description):
        return True
    return len(description) > 60 and (line.startswith(description[:-4]) or description.startswith(line))


def _differs(shown: Line, below: list[Line]) -> bool:
    """Whether the line's block is of another kind than the paragraphs'."""
    paragraphs = [line.element for line in below if len(line.text) > 60][:3]
    if not paragraphs:
        return False
    look = (shown.element.tag, shown.element.get("class"), shown.element.getparent())
    return all((e.tag, e.get("class")) != look[:2] and e.getparent() is not look[2] for e in paragraphs)


def _above(sight: Sight, story: Story) -> list[Line]:
    """One paragraph between the title and the text."""
    above = [s for s in story.lines[: story.body_from] if s.text and not s.role and len(s.text) >= 60 and not s.aside]
    if len(above) == 1 and len(above[0].text) <= _MOST and not above[0].is_link and above[0].text.count(" ") > 8:
        return above
    return []


def _classed(sight: Sight, story: Story) -> list[Line]:
    """The first paragraph, where all that follow share another class."""
    running = [shown for number, shown in story.running() if number >= story.body_from and len(shown.text) >= 60][:4]
    names = [shown.element.get("class") or "" for shown in running]
    if len(running) < 3 or not all(names) or names[0] == names[1] or len(set(names[1:])) > 1:
        return []
    return running[:1] if len({shown.element.tag for shown in running}) == 1 else []


def bold_first(story: Story) -> tuple[str | None, str | None]:
    """The first paragraph when it is bold or italic and the next is not."""
    running = [shown for number, shown in story.running() if number >= story.body_from]
    if len(running) < 2 or not _stands_out(running[0]) or len(running[0].text) < 60 or running[0].item is not None:
        return None, None
    if all(_stands_out(shown) for shown in running):
        return None, None
    # Its editors wrote it as the text's first paragraph: it is the lead by its look only, and stays in the body.
    return running[0].text, "general:bold first paragraph"


def _stands_out(shown: Line) -> bool:
    return shown.is_bold or shown.is_italic


def drop_repeat(story: Story, value: str) -> None:
    """Some portals print the lead once more as first paragraph."""
    wanted = value.lower().strip(" .")
    for _, shown in islice(story.running(), 4):
        if abs(len(shown.text) - len(value)) > _NEARLY + 10:
            continue
        text = shown.text.lower().strip(" .")
        near = len(text) > 60 and abs(len(text) - len(wanted)) < _NEARLY
        if text == wanted or (near and (text in wanted or wanted in text)):
            shown.role = "lead"
