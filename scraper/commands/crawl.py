"""`scrapy crawl NAME`: one run of one portal, and an exit code that tells the truth about it."""

from __future__ import annotations

import argparse
import json
import logging
import sys
from pathlib import Path

import scrapy
from scrapy.commands import BaseRunSpiderCommand
from scrapy.exceptions import UsageError
from scrapy.settings import SETTINGS_PRIORITIES, BaseSettings

from scraper import __version__, health, portals, project, runlock, stopping
from scraper.archive import Archive, ArchiveError, Captured, Kept, Reread
from scraper.items import Article
from scraper.plan import Plan, checks
from scraper.portals import Portal
from scraper.recovery import Endpoints, Recovery
from scraper.report import report, summary
from scraper.rereading import Desk, Shelves
from scraper.run import Run
from scraper.warc import Index, WarcError, Writer
from scraper.wayback import Span

ARGUMENTS = ("replay", "full", "wayback")
TOLD = (  # what these report with tracebacks the run tells in a line
    "scrapy.downloadermiddlewares.retry",
    "scrapy.downloadermiddlewares.robotstxt",
)


logger = logging.getLogger("scraper.crawl")


class Command(BaseRunSpiderCommand):
    requires_project = True

    def syntax(self) -> str:
        return "[options] PORTAL"

    def short_desc(self) -> str:
        return "Crawl a portal's news into the archive"

    def long_desc(self) -> str:
        return (
            "Crawl a portal's news into the archive. Arguments (-a): replay=FILE_OR_FOLDER|sample reads WARC files "
            "instead of the network; full=1 pages every listing to its end and checks every article."
        )

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        super().process_options(args, opts)
        if not opts.loglevel and sys.stderr.isatty():  # a terminal shows progress instead
            self.settings.set("LOG_LEVEL", "WARNING", priority="cmdline")  # type: ignore[union-attr]

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if len(args) != 1:
            raise UsageError("name one portal; `scrapy list` shows them")
        if not opts.loglevel:  # Scrapy tells of its middlewares; a crontab mail should tell of the portal
            logging.getLogger("scrapy").setLevel(logging.WARNING)
            for name in TOLD:
                logging.getLogger(name).setLevel(logging.CRITICAL)
        try:
            self.exitcode = self._crawl(args[0], opts.spargs)
        except (portals.PortalError, project.UsageError, WarcError) as error:
            self.exitcode = _tell(args[0], health.USAGE, f"{error}")
        except runlock.Busy as error:
            self.exitcode = _tell(args[0], health.BUSY, f"{error}")
        except (ArchiveError, OSError) as error:
            self.exitcode = _tell(args[0], health.ARCHIVE, f"{error}")

    def _crawl(self, name: str, arguments: dict[str, str]) -> int:
        assert self.settings is not None
        unknown = sorted(set(arguments) - set(ARGUMENTS))
        if unknown:
            raise project.UsageError(f"unknown argument -a {unknown[0]}; known: {', '.join(ARGUMENTS)}")
        if len({"replay", "wayback"} & set(arguments)) == 2:
            raise project.UsageError("a run reads WARC files (-a replay) or a web archive (-a wayback), not both")
        _introduce(self.settings)
        portal = portals.load(name, project.folders(self.settings))
        index = _index(arguments.get("replay"))
        if portal.tls == "legacy" and index is None:
            project.restart_with_legacy_tls()
        path = _archive_path(self.settings, arguments.get("replay"))
        if portal.closed and not {"replay", "wayback"} & set(arguments):
            return _tell(name, health.DONE, f"{name} is closed since {portal.closed}: it is not crawled", "closed")
        if Archive.outdated(path):
            with runlock.exclusive(path):
                Archive.open(path).close()
        with runlock.hold(path, portal.name):
            archive = Archive.open(path, checks=checks(self.settings))
            try:
                _unmixed(archive, path, arguments.get("replay"))
                run = _run(self.settings, portal, archive, index, arguments)
                return self._perform(run)
            finally:
                archive.close()

    def _perform(self, run: Run) -> int:
        assert self.crawler_process is not None
        run.start()
        with stopping.graceful(run, self.crawler_process):
            self.crawler_process.crawl(self.crawler_process.create_crawler(run.portal.name), run=run)
            self.crawler_process.start(install_signal_handlers=False)
        if self.crawler_process.bootstrap_failed and not run.failure:
            run.failure = RuntimeError("the crawl could not be started; the log says why")
        run.settle()
        result = report(run)
        run.finish(result.outcome, result.exit_code, result.line(), (*result.verdict, *result.problems))
        for sentence in result.verdict:
            logger.error("%s", sentence)
        print(summary(run, result) if sys.stdout.isatty() else json.dumps(result.line(), ensure_ascii=False))
        return result.exit_code


def _tell(name: str, code: int, sentence: str, outcome: str | None = None) -> int:
    """Say why there was no run: in words, and as the line that ends every run."""
    print(sentence, file=sys.stderr)
    if not sys.stdout.isatty():
        line = {"portal": name, "outcome": outcome or health.OUTCOMES[code], "exit_code": code, "problems": [sentence]}
        print(json.dumps(line, ensure_ascii=False))
    return code


def _introduce(settings: BaseSettings) -> None:
    """Put the contact into the User-Agent that every request carries."""
    agent = str(settings["USER_AGENT"]).format(contact=settings["CONTACT"] or "not given")
    settings.set("USER_AGENT", agent, priority="cmdline")


def _index(replay: str | None) -> Index | None:
    if replay is None:
        return None
    if not replay:
        raise project.UsageError("-a replay= names no file; `sample` is the sample that ships with the project")
    sample = Index.open(project.SAMPLE)
    if _is_sample(replay):
        return sample
    index = Index.open(project.given(replay))
    if index.shares(sample):
        raise project.UsageError(
            f"{replay} holds the sample, a reconstruction; it is replayed by -a replay=sample only"
        )
    return index


def _is_sample(replay: str | None) -> bool:
    if not replay:
        return False
    return replay == "sample" or project.given(replay).resolve() == project.SAMPLE.resolve()


def _archive_path(settings: BaseSettings, replay: str | None) -> Path:
    """ARCHIVE_PATH; the sample, which is invented news, has a file of its own unless the user names one."""
    explicit = (settings.getpriority("ARCHIVE_PATH") or 0) > SETTINGS_PRIORITIES["project"]
    if _is_sample(replay) and not explicit:
        return project.ROOT / "sample.db"
    return project.path(settings, "ARCHIVE_PATH")


def _unmixed(archive: Archive, path: Path, replay: str | None) -> None:
    """Invented news never mixes with real."""
    if not _is_sample(replay) and archive.holds_sample():
        raise project.UsageError(
            f"{path} holds the sample, which is a reconstruction; choose another file with -s ARCHIVE_PATH=…"
        )
    if _is_sample(replay) and archive.holds_real():
        raise project.UsageError(f"{path} holds real news; the sample is a reconstruction and never mixes with it")


def _run(
    settings: BaseSettings, portal: Portal, archive: Archive, index: Index | None, arguments: dict[str, str]
) -> Run:
    clock = project.clock(settings)
    plan = Plan.of(settings, full=_flag("full", arguments.get("full", "0")))
    writer = None
    if index is None and settings.getbool("CAPTURE"):
        writer = Writer(project.path(settings, "WARC_DIR"), portal.name, _info(settings, portal), now=clock)
    return Run(
        portal,
        archive,
        clock,
        plan,
        index,
        recovery=_recovery(settings, portal, archive, arguments.get("wayback")),
        sample=_is_sample(arguments.get("replay")),
        writer=writer,
        reread=_reread(settings, portal, arguments.get("replay")),
    )


def _recovery(settings: BaseSettings, portal: Portal, archive: Archive, years: str | None) -> Recovery | None:
    """What reads a web archive instead of the portal, at its own pace."""
    if years is None:
        return None
    try:
        span = Span.of(years)
    except ValueError as error:
        raise project.UsageError(f"-a wayback={error}") from error
    settings.set("DOWNLOAD_DELAY", settings["WAYBACK_DELAY"], priority="cmdline")
    settings.set("RANDOMIZE_DOWNLOAD_DELAY", False, priority="cmdline")  # it is the least, not the mean
    settings.set("USER_AGENT", settings["WAYBACK_AGENT"] or settings["USER_AGENT"], priority="cmdline")
    settings.set("ROBOTSTXT_OBEY", False, priority="cmdline")  # that is for its web pages, not for its interfaces
    return Recovery(portal, archive, span, Endpoints.of(settings), project.clock(settings))


def _reread(settings: BaseSettings, portal: Portal, replay: str | None) -> Reread:
    """What reads an earlier capture by today's rules, where these have changed since."""
    others = (project.given(replay),) if replay and not _is_sample(replay) else ()
    shelves = Shelves(project.path(settings, "WARC_DIR"), others, tuple(project.folders(settings)))
    desks: list[Desk] = []  # made when it is first asked for: in most nights never

    def reread(capture: Captured) -> Article | None:
        if not desks:
            desks.append(Desk(shelves))
        return desks[0].read(Kept(capture.article_id or 0, portal.name, None, capture)).article

    return reread


def _info(settings: BaseSettings, portal: Portal) -> dict[str, str]:
    """What the warcinfo record of every file says."""
    return {
        "software": f"vn-portal-archive/{__version__} (Scrapy {scrapy.__version__})",
        "isPartOf": portal.name,
        "description": portal.title,
        "operator": settings["OPERATOR"] or "not given",
        "http-header-user-agent": settings["USER_AGENT"],
        "http-header-from": settings["CONTACT"] or "not given",
        "robots": "obey" if settings.getbool("ROBOTSTXT_OBEY") else "ignore",
        "tls": portal.tls or "default",
        "settings": json.dumps({name: settings[name] for name in ("DOWNLOAD_DELAY", "DOWNLOAD_MAXSIZE", "OVERLAP")}),
    }


def _flag(name: str, value: str) -> bool:
    if value not in ("0", "1"):
        raise project.UsageError(f"-a {name}={value} should be 1 or 0")
    return value == "1"
