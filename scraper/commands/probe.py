"""`scrapy probe URL|NAME`: a dozen polite requests, then a page that says what a crawl would find, and a TOML."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies

from OpenSSL import SSL
from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from scraper import health, portals, project, tls
from scraper.archive import Archive
from scraper.portals import Portal
from scraper.run import Run
from scraper.spiders.probe import ProbeSpider
from scraper.survey import Survey
from scraper.survey.report import COLOURS, Ink, Reached, facts, page
from scraper.survey.toml import portal_file
from scraper.urls import host
from scraper.warc import Index, WarcError


class Command(ScrapyCommand):
    requires_project = True

    def syntax(self) -> str:
        return "[options] [URL|NAME]"

    def short_desc(self) -> str:
        return "Look at a portal with a dozen requests and say what a crawl would find"

    def long_desc(self) -> str:
        return (
            "Look at a portal with a dozen requests: how it is reached, its CMS family, sections and sample articles "
            "with the rule behind every field, what is missing, and a portal file. Nothing is stored in the archive."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--replay", metavar="FILE", help="look at WARC files instead of the network")
        parser.add_argument(
            "--write", metavar="NAME", help="write the portal file: into PORTALS_DIR, or the bundled ones"
        )
        parser.add_argument("--json", action="store_true", help="print JSON instead of a page")

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        super().process_options(args, opts)
        assert self.settings is not None
        self.settings.set("RETRY_TIMES", 1, priority="cmdline")
        self.settings["EXTENSIONS"].set("scraper.extensions.Progress", None, priority="cmdline")  # it tells of articles
        if not opts.loglevel:  # the page says what there is to say
            self.settings.set("LOG_LEVEL", "CRITICAL", priority="cmdline")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if len(args) > 1 or not (args or opts.replay):
            raise UsageError("name one portal or URL, or WARC files with --replay")
        try:
            self.exitcode = self._probe(args[0] if args else None, opts)
        except (portals.PortalError, project.UsageError, WarcError, OSError) as error:
            print(f"probe: {error}", file=sys.stderr)
            self.exitcode = health.USAGE

    def _probe(self, target: str | None, opts: argparse.Namespace) -> int:
        assert self.settings is not None
        agent = str(self.settings["USER_AGENT"]).format(contact=self.settings["CONTACT"] or "not given")
        self.settings.set("USER_AGENT", agent, priority="cmdline")
        index = Index.open(Path(opts.replay).expanduser()) if opts.replay else None
        portal = _portal(target, project.folders(self.settings), index)
        path = _destination(self.settings, opts.write) if opts.write else None
        if portal.tls == "legacy" and index is None:
            project.restart_with_legacy_tls()
        survey = Survey(portal, replay=index is not None)
        survey.start(index.urls() if index is not None else ())
        reached = self._crawl(survey, index)
        if opts.json:
            print(json.dumps(facts(survey, reached), ensure_ascii=False, indent=2))
        else:
            colours = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
            print(page(survey, reached, COLOURS if colours else Ink()))
        _offer(survey, path, opts.json)
        return reached.code

    def _crawl(self, survey: Survey, index: Index | None) -> Reached:
        assert self.crawler_process is not None and self.settings is not None
        with tempfile.TemporaryDirectory() as folder:
            archive = Archive.open(Path(folder) / "probe.db")
            run = Run(survey.portal, archive, project.clock(self.settings), replay=index)
            crawler = self.crawler_process.create_crawler(ProbeSpider)
            self.crawler_process.crawl(crawler, run=run, survey=survey)
            self.crawler_process.start()
            archive.close()
        if run.failure is not None:
            raise run.failure
        return _reached(survey, run, getattr(crawler.spider, "address", None))


def _portal(target: str | None, folders: list[Path], index: Index | None) -> Portal:
    """The portal of that name or URL; without either, the one that most pages of the replay are of."""
    known = portals.names(folders)
    if target in known:
        return portals.load(str(target), folders)
    if target is None and index is not None:
        homes = [f"{parts.scheme}://{parts.netloc}/" for parts in map(urlsplit, index.urls())]
        target = max(set(homes), key=homes.count) if homes else None
    if target is None or ("://" not in target and "." not in target):
        raise portals.PortalError(
            f"there is no portal {target!r}; known portals: {', '.join(sorted(known))}; or name a URL"
        )
    url = target if "://" in target else f"https://{target}/"
    if urlsplit(url).scheme not in ("http", "https") or not host(url):
        raise project.UsageError(f"{target} is no web address")
    found = portals.find(url, portals.known(folders)[0])
    return (
        found
        if found.domains
        else Portal("probe", host(url), (host(url),), (url if urlsplit(url).path else f"{url}/",))
    )


def _destination(settings: Any, name: str) -> Path:
    folder = (project.folders(settings) or [portals.BUNDLED])[-1]
    path = folder / f"{name}.toml"
    if not portals.is_name(name):
        raise portals.PortalError(f"{name!r}: a portal's name is lower-case letters, digits, - and _")
    if path.exists():
        raise portals.PortalError(f"{path} exists; choose another name, or remove it first")
    return path


def _offer(survey: Survey, path: Path | None, quiet: bool) -> None:
    """Write the portal file, or show it."""
    if path is not None and survey.home is not None:
        path.write_text(portal_file(survey), encoding="utf-8")
        portals.read(path)
        print(f"\n{path} is written; `scrapy crawl {path.stem}` crawls it", file=sys.stderr if quiet else sys.stdout)
    elif path is not None:
        print(f"{path} is not written: the portal was not reached", file=sys.stderr)
    elif survey.home is not None and not quiet:
        print(f"\nPortal file (--write NAME keeps it)\n\n{portal_file(survey)}", end="")


def _reached(survey: Survey, run: Run, address: str | None) -> Reached:
    code = _code(survey, run)
    home = survey.home
    problems = tuple(run.problems)
    if home is None:
        return Reached(code, health.OUTCOMES[code], run.counts["requests"], problems=problems)
    live = run.replay is None
    return Reached(
        code,
        health.OUTCOMES[code],
        run.counts["requests"],
        home.url,
        home.status,
        address,
        (_tls(home.url) if live else "not asked: a replay") if home.url.startswith("https://") else None,
        _robots(run, home.url),
        problems,
    )


def _code(survey: Survey, run: Run) -> int:
    """A crawl's exit code."""
    if survey.home is None:
        kinds = {"refused": health.REFUSED, "forbidden": health.REFUSED, "out_of_bounds": health.CHANGED}
        return next((code for kind, code in kinds.items() if run.counts[kind]), health.UNREACHABLE)
    return health.DONE if survey.sections and survey.samples else health.CHANGED


def _tls(url: str) -> str:
    if getproxies().get("https"):
        return "through a proxy"
    parts = urlsplit(url)
    try:
        seen = tls.examine(parts.hostname or "", parts.port or 443)
    except (OSError, SSL.Error):
        return "works for the crawl, but a second look at it failed"
    return seen.problem or f"{seen.version}, verified; issued by {seen.issuer}, valid until {seen.expires_at:%d/%m/%Y}"


def _robots(run: Run, url: str) -> str:
    text = run.robots_txt(url)
    if not text.strip():
        return "none, which allows everything"
    lines = [line.split("#")[0].strip().lower() for line in text.splitlines()]
    forbids = sum(line.startswith("disallow:") and line != "disallow:" for line in lines)
    delay = next((line.partition(":")[2].strip() for line in lines if line.startswith("crawl-delay:")), None)
    maps = sum(line.startswith("sitemap:") for line in lines)
    said = [f"{forbids} rules that forbid" if forbids else "forbids nothing"]
    said += [f"Crawl-delay {delay} s"] if delay else []
    said += [f"names {maps} sitemaps"] if maps else []
    return ", ".join(said)
