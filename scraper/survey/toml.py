"""A portal file made of a survey: ready to crawl, and to be read by the next person who edits it."""

from __future__ import annotations

import json
from urllib.parse import urlsplit

from scraper.survey import Survey


def portal_file(survey: Survey) -> str:
    """The TOML text. Sections stand in comments: the crawl finds them and those that the survey did not try."""
    portal, home = survey.portal, survey.home
    url = home.url if home is not None else portal.start[0]
    hosts = dict.fromkeys([urlsplit(url).netloc.lower(), *portal.domains])
    start = [url, *(one for one in portal.start[1:] if one != url)]
    lines = [
        f"title = {_string(survey.title)}",
        f"domains = [{', '.join(map(_string, hosts))}]",
        f"start = [{', '.join(map(_string, start))}]   # sections are discovered from here",
    ]
    lines += [f"tls = {_string(portal.tls)}"] if portal.tls else []
    if survey.clues and survey.clues.platform:
        lines += ["", f"# CMS family: {survey.clues.platform}, told by {survey.clues.evidence}"]
    if survey.sections:
        lines += ["", "# Found by `scrapy probe`. To crawl these sections and no others, take the # away."]
    for section in survey.sections:
        size = f"   # {section.articles} articles" if section.articles else ""
        lines += ["# [[listing]]", f"# url = {_string(section.url)}", f"# section = {_string(section.title)}{size}"]
    weekly = sum(section.weekly or 0 for section in survey.sections)
    if weekly:
        lines += ["", "[expect]", f"# new_per_week = {weekly:.0f}   # as the dates of the first pages go"]
    return "\n".join(lines) + "\n"


def _string(text: str) -> str:
    """A TOML basic string; JSON's escapes are a part of TOML's."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
