"""WARC files in the field's tools: warcio checks ours, pywb replays them, and we read wget's."""

from __future__ import annotations

import gzip
import importlib.util
import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace

import pytest
from warcs import AT, HTML, URL, exchange, pages, writer

from scraper import warc

PICTURE = "https://hoankiem.hanoi.gov.vn/documents/1/ho-guom.jpg"
PYWB = """
import json, logging, sys
from gevent import monkey
monkey.patch_all()
from pywb.apps.frontendapp import FrontEndApp
from pywb.manager.manager import main as manager
from werkzeug.test import Client
manager(["init", "a"])
manager(["add", "a", *sys.argv[1:]])
client = Client(FrontEndApp(config_file=None))
logging.disable()
answers = {}
for line in sys.stdin:
    answer = client.get(f"/a/{line.strip()}")
    answers[line.strip()] = [answer.status_code, answer.headers.get("Content-Type"), len(answer.data)]
print("ANSWERS", json.dumps(answers))
"""


@pytest.fixture
def captured(tmp_path: Path) -> list[Path]:
    """The files of three nights: a page with its picture, the page's payload again, a 304."""
    pen = writer(tmp_path / "warc", limit=1)
    page = exchange(headers=[(b"Content-Type", b"text/html"), (b"Content-Encoding", b"gzip")], body=gzip.compress(HTML))
    earlier = warc.Earlier(URL, AT, pen.write(page).digest)
    pen.write(exchange(url=PICTURE, headers=[(b"Content-Type", b"image/jpeg")], body=b"\xff\xd8" * 400))
    pen.write(exchange(headers=page.headers, body=page.body, at=AT + timedelta(days=1)), earlier)
    pen.write(exchange(status=304, body=b"", headers=[], at=AT + timedelta(days=2)), earlier)
    pen.write(exchange(url="https://hoankiem.hanoi.gov.vn/", status=404, body=b"", ip=None, protocol="h2"))
    pen.close()
    return sorted((tmp_path / "warc").rglob("*.warc.gz"))


def test_warcio_finds_nothing_wrong(captured: list[Path]) -> None:
    checker = pytest.importorskip("warcio.checker", reason="warcio is not installed")

    check = checker.Checker(SimpleNamespace(inputs=[str(path) for path in captured], verbose=False))
    check.process_all()
    assert len(captured) == 5 and check.exit_value == 0


@pytest.mark.skipif(importlib.util.find_spec("pywb") is None, reason="pywb is not installed")
def test_pywb_replays_pages_with_pictures(captured: list[Path], tmp_path: Path) -> None:
    nights = [f"{AT + timedelta(days=day):%Y%m%d%H%M%S}id_/{URL}" for day in range(3)]
    picture = f"{AT:%Y%m%d%H%M%S}id_/{PICTURE}"
    done = subprocess.run(
        [sys.executable, "-c", PYWB, *map(str, captured)],
        cwd=tmp_path,
        input="\n".join([*nights, picture]),
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    (answers,) = [line.removeprefix("ANSWERS ") for line in done.stdout.splitlines() if line.startswith("ANSWERS")]
    assert json.loads(answers) == {
        **{night: [200, "text/html", len(HTML)] for night in nights},
        picture: [200, "image/jpeg", 800],
    }


class Portal(BaseHTTPRequestHandler):
    """A page that comes chunked, with a redirect to it."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if self.path == "/":
            self.send_response(302)
            self.send_header("Location", "/tin")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=UTF-8")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for part in (HTML[:99], HTML[99:]):
            self.wfile.write(b"%x\r\n%s\r\n" % (len(part), part))
        self.wfile.write(b"0\r\n\r\n")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def portal() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Portal)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.skipif(shutil.which("wget") is None, reason="wget is not installed")
def test_wgets_files_are_read(portal: str, tmp_path: Path) -> None:
    command = ["wget", "-q", "--no-proxy", f"--warc-file={tmp_path / 'wget'}", "-O", "/dev/null", f"{portal}/"]
    subprocess.run(command, cwd=tmp_path, check=True, timeout=60)
    seen = [(page.url, page.status, page.location, page.body) for page in pages(tmp_path)]
    assert seen == [(f"{portal}/", 302, "/tin", b""), (f"{portal}/tin", 200, None, HTML)]
