"""Every trouble of access, played by a local server: what is overcome, and the line that a user reads otherwise."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import made_portals
import pytest
from scrape import Done, scrapy
from sites import Answer, Answers, Made, Site
from troubles import AIA, Pair, context, free_port, issue, name_server, old, silence, slammed

QUICK = {"DOWNLOAD_TIMEOUT": 1, "RETRY_TIMES": 0, "RETRY_PAUSE": 0}
PLAIN = made_portals.plain(8)


def told(done: Done) -> str:
    """What the user reads about a run, on one line each."""
    return "\n".join([*done.line["problems"], *done.line.get("verdict", ())]) + done.stderr


def crawl(folder: Path, **settings: object) -> Done:
    return scrapy("crawl", "thu", folder=folder, **{**QUICK, **settings})


def titles(folder: Path) -> list[str]:
    db = sqlite3.connect(folder / "archive.db")
    try:
        return [row[0] for row in db.execute("SELECT title FROM articles ORDER BY title")]
    finally:
        db.close()


def always(answer: Answer, robots: Answer | None = None) -> Made:
    """A portal that says one thing to everything but robots.txt."""
    allowed = robots or Answer("User-agent: *\nAllow: /\n", kind="text/plain")
    return replace(PLAIN, answers=lambda _m, path, _h: allowed if path == "/robots.txt" else answer)


def first(times: int, answer: Answer, answers: Answers = PLAIN.answers) -> Answers:
    """The portal that answers otherwise so many times before it answers well."""
    left = [times]

    def reply(method: str, path: str, fields: dict[str, str]) -> Answer | None:
        if path != "/robots.txt" and left[0] > 0:
            left[0] -= 1
            return answer
        return answers(method, path, fields)

    return reply


# Walls, firewalls, refusals

WALL = (
    '<html><body><script>document.cookie="D1N=4f2c8a1e0b"+"; expires=Fri, 31-Dec-2027 23:55:55 GMT; path=/";'
    "window.location.reload(true);</script></body></html>"
)
F5 = (
    "<html><head><title>Request Rejected</title></head><body>The requested URL was rejected. Please consult with your "
    "administrator.<br><br>Your support ID is: 1234567890123456789</body></html>"
)
DENIED = "<html><head><title>Truy cập bị từ chối</title></head><body>Truy cập của bạn đã bị từ chối.</body></html>"


def test_the_cookie_wall_opens_to_its_own_cookie(tmp_path: Path) -> None:
    def answers(method: str, path: str, fields: dict[str, str]) -> Answer | None:
        return PLAIN.answers(method, path, fields) if fields.get("cookie") == "D1N=4f2c8a1e0b" else Answer(WALL)

    with Site(replace(PLAIN, answers=answers)) as site:
        site.write_toml(tmp_path)
        done = crawl(tmp_path)
    assert (done.code, len(titles(tmp_path))) == (0, 8), told(done)
    assert site.cookies == [None] + ["D1N=4f2c8a1e0b"] * (len(site.cookies) - 1)


AGAIN = Answer("", 429, headers={"Retry-After": "7200"})
REFUSALS = {
    "wall": (always(Answer(WALL)), "a cookie wall that its own cookie did not open|Save pages with one|https_proxy"),
    "f5": (always(Answer(F5)), "'Request Rejected' by its firewall (F5)|Wait an hour|1234567890123456789"),
    "refusal under 200": (always(Answer(DENIED)), "status 200, a refusal ('Truy cập bị từ chối')|-s DOWNLOAD_DELAY=5"),
    "refusal under 500": (always(Answer(DENIED, 500)), "status 500, a refusal ('Truy cập bị từ chối')|https_proxy"),
    "403": (always(Answer("", 403)), "status 403, it forbids us the page|CONTACT|https_proxy"),
    "429": (always(AGAIN), "status 429, it gets too many requests|The next run is early enough"),
    "robots.txt": (always(Answer(DENIED, 500), Answer(DENIED, 500)), "status 500, a refusal|https_proxy"),
}


@pytest.fixture(scope="module")
def refused(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Site, Done]]:
    """What comes of each refusal, two at a time."""

    def ask(name: str) -> tuple[Site, Done]:
        with Site(REFUSALS[name][0]) as site:
            site.write_toml(folders[name])
            return site, crawl(folders[name])

    folders = {name: tmp_path_factory.mktemp("refused") for name in REFUSALS}
    with ThreadPoolExecutor(2) as pool:
        return dict(zip(REFUSALS, pool.map(ask, REFUSALS), strict=True))


@pytest.mark.parametrize("name", REFUSALS)
def test_a_refusal_is_named_with_what_to_do(name: str, refused: dict[str, tuple[Site, Done]]) -> None:
    site, done = refused[name]
    assert (done.code, done.line["outcome"]) == (4, "refused")
    assert [word for word in REFUSALS[name][1].split("|") if word not in told(done)] == []
    assert len(site.asked) <= 12


@pytest.mark.parametrize("status", [403, 429, 503])
def test_retry_after_is_waited_for(status: int, tmp_path: Path) -> None:
    soon = Answer("", status, headers={"Retry-After": "0"})
    with Site(replace(PLAIN, answers=first(1, soon))) as site:
        site.write_toml(tmp_path)
        done = crawl(tmp_path, RETRY_TIMES=1)
    assert (done.code, len(titles(tmp_path))) == (0, 8), told(done)


# Networks and names


def test_a_network_that_is_dropped(tmp_path: Path) -> None:
    with silence() as port:
        toml(tmp_path, f"http://127.0.0.1:{port}/")
        done = crawl(tmp_path)
    assert done.code == 3
    assert "timed out without an answer: the portal is down, or drops this network" in told(done)
    assert "set https_proxy" in told(done)


def test_nothing_listens(tmp_path: Path) -> None:
    toml(tmp_path, f"http://127.0.0.1:{free_port()}/")
    done = crawl(tmp_path)
    assert (done.code, "the connection was refused: the server is there" in told(done)) == (3, True), told(done)


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("SERVFAIL", ("the name server did not answer the lookup", "-s DNS_SERVERS=8.8.8.8", "https_proxy")),
        (None, ("no such name: the portal is gone or has another name", "-s DNS_SERVERS=8.8.8.8")),
        ("10.1.2.3", ("leads to the private address 10.1.2.3", 'add "10.1.2.3" to domains')),
        ("127.0.0.1", ("leads to the private address 127.0.0.1", 'add "127.0.0.1" to domains')),
    ],
    ids=["servfail", "nxdomain", "private", "loopback"],
)
def test_names_that_lead_nowhere(address: str | None, words: tuple[str, ...], tmp_path: Path) -> None:
    toml(tmp_path, "http://phuong.example.vn/")
    with name_server({"phuong.example.vn": address} if address else {}) as server:
        done = crawl(tmp_path, DNS_SERVERS=server)
    assert done.code == 3
    assert all(word in told(done) for word in words), told(done)


def test_a_name_server_that_is_none(tmp_path: Path) -> None:
    toml(tmp_path, "http://phuong.example.vn/")
    done = crawl(tmp_path, DNS_SERVERS="google")
    assert (done.code, "DNS_SERVERS=google should be addresses" in done.stderr) == (2, True), done.stderr


def test_a_private_address_that_the_portal_names(tmp_path: Path) -> None:
    with Site(PLAIN, name="phuong.example.vn") as site, name_server({"phuong.example.vn": "127.0.0.1"}) as server:
        toml(tmp_path, f"{site.url}/", '"127.0.0.1"')
        done = crawl(tmp_path, DNS_SERVERS=server)
    assert (done.code, len(titles(tmp_path))) == (0, 8), told(done)


def test_ipv6_is_not_tried_where_there_is_ipv4(tmp_path: Path) -> None:
    with Site(PLAIN, name="localhost") as site:  # has ::1 too, where nothing listens
        site.write_toml(tmp_path)
        done = crawl(tmp_path)
    assert (done.code, len(titles(tmp_path))) == (0, 8), told(done)


def test_a_proxy_that_leads_nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{free_port()}")
    monkeypatch.setenv("no_proxy", "")
    toml(tmp_path, "http://phuong.example.vn/")
    done = crawl(tmp_path)
    assert (done.code, "the proxy 127.0.0.1:" in told(done)) == (3, True), told(done)
    assert "cannot be reached: check https_proxy" in told(done)


def test_a_connection_that_is_cut(tmp_path: Path) -> None:
    with slammed() as port:
        toml(tmp_path, f"http://127.0.0.1:{port}/")
        done = crawl(tmp_path)
    assert (done.code, "the connection was cut before an answer came" in told(done)) == (3, True), told(done)


# TLS


@pytest.fixture(scope="module")
def authority() -> Pair:
    return issue("Cơ quan chứng thực thử nghiệm", authority=True)


@pytest.fixture(scope="module")
def between(authority: Pair) -> Pair:
    return issue("Cơ quan trung gian thử nghiệm", authority, authority=True)


@pytest.fixture
def folder(tmp_path: Path, authority: Pair, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where the run happens; the authority is trusted."""
    (tmp_path / "ca.pem").write_bytes(authority.pem)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    yield tmp_path


def test_a_whole_chain_is_verified(folder: Path, authority: Pair, between: Pair) -> None:
    with Site(PLAIN, context(folder, issue("127.0.0.1", between), between)) as site:
        site.write_toml(folder)
        done = crawl(folder)
    assert (done.code, len(titles(folder))) == (0, 8), told(done)


Make = Callable[[Pair, Pair], Pair]


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (
            lambda root, between: issue("127.0.0.1", between),
            ("chain is incomplete", "'Cơ quan trung gian thử nghiệm' is missing", AIA, "SSL_CERT_FILE"),
        ),
        (lambda root, between: issue("127.0.0.1", root, days=-3), ("was valid only until", "has to renew it")),
        (lambda root, between: issue("127.0.0.1"), ("is signed by '127.0.0.1', which nobody here vouches for",)),
        (lambda root, between: issue("khac.example.vn", root), ("its certificate is not for 127.0.0.1",)),
    ],
    ids=["incomplete chain", "expired", "self-signed", "another name"],
)  # fmt: skip
def test_certificates_that_are_not_trusted(
    make: Make, words: tuple[str, ...], folder: Path, authority: Pair, between: Pair
) -> None:
    with Site(PLAIN, context(folder, make(authority, between))) as site:
        site.write_toml(folder)
        done = crawl(folder)
    assert (done.code, site.asked) == (3, [])
    assert all(word in told(done) for word in (*words, "Pages are never read unverified")), told(done)


def test_a_missing_link_of_the_chain_is_supplied(folder: Path, authority: Pair, between: Pair) -> None:
    (folder / "ca.pem").write_bytes(authority.pem + between.pem)
    with Site(PLAIN, context(folder, issue("127.0.0.1", between))) as site:
        site.write_toml(folder)
        done = crawl(folder)
    assert (done.code, len(titles(folder))) == (0, 8), told(done)


def test_old_tls_is_named(folder: Path, authority: Pair) -> None:
    with Site(PLAIN, old(context(folder, issue("127.0.0.1", authority)), folder)) as site:
        site.write_toml(folder)
        done = crawl(folder)
    assert done.code == 3
    assert "too old for today's OpenSSL (dh key too small)" in told(done), told(done)
    assert 'Set tls = "legacy"' in told(done)


def test_old_tls_in_a_process_of_its_own(folder: Path, authority: Pair) -> None:
    with Site(PLAIN, old(context(folder, issue("127.0.0.1", authority)), folder)) as site:
        site.write_toml(folder, extra='tls = "legacy"')
        done = crawl(folder)
    assert (done.code, len(titles(folder))) == (0, 8), told(done)


def test_old_tls_is_verified_too(folder: Path) -> None:
    with Site(PLAIN, old(context(folder, issue("127.0.0.1")), folder)) as site:
        site.write_toml(folder, extra='tls = "legacy"')
        done = crawl(folder)
    assert (done.code, "which nobody here vouches for" in told(done)) == (3, True), told(done)


def test_a_host_that_knows_http_only(tmp_path: Path) -> None:
    with Site(PLAIN) as site:
        site.write_toml(tmp_path, start=f"https://{site.host}/")
        done = crawl(tmp_path)
    assert (done.code, len(titles(tmp_path))) == (0, 8), told(done)
    assert "the port speaks no TLS: try http:// in the portal's TOML" in told(done)


# Redirects and charsets


def test_redirects_on_the_portal_are_followed(tmp_path: Path) -> None:
    with Site(PLAIN, name="www.phuong.example.vn") as site:

        def answers(method: str, path: str, fields: dict[str, str]) -> Answer | None:
            if not fields.get("host", "").startswith("www."):
                return Answer(status=301, headers={"Location": f"{site.url}{path}"})
            return PLAIN.answers(method, path, fields)

        site.made = replace(PLAIN, answers=answers)
        start = site.url.replace("www.", "")
        toml(tmp_path, f"{start}/", '"127.0.0.1"')
        with name_server(dict.fromkeys(("www.phuong.example.vn", "phuong.example.vn"), "127.0.0.1")) as server:
            done = crawl(tmp_path, DNS_SERVERS=server)
    assert (done.code, len(titles(tmp_path))) == (0, 8), told(done)


def test_a_redirect_to_https_is_followed(folder: Path, authority: Pair) -> None:
    with Site(PLAIN, context(folder, issue("127.0.0.1", authority))) as safe, Site(PLAIN) as site:
        site.made = replace(PLAIN, answers=lambda _m, p, _f: Answer(status=301, headers={"Location": safe.url + p}))
        toml(folder, f"{site.url}/", f'"{safe.host}"')
        done = crawl(folder)
    assert (done.code, len(titles(folder))) == (0, 8), told(done)


def test_a_redirect_off_the_portal_is_told_and_not_followed(tmp_path: Path) -> None:
    with Site(always(Answer(status=302, headers={"Location": "http://elsewhere.example/tin"}))) as site:
        site.write_toml(tmp_path)
        done = crawl(tmp_path)
    assert done.code == 5
    assert f"{site.url}/ redirects to http://elsewhere.example/tin" in told(done), told(done)
    assert 'add "elsewhere.example" to domains' in told(done)


def test_wrong_charset_headers(tmp_path: Path) -> None:
    charsets = ("iso-8859-1", "windows-1258", "utf-16", "nonsense")

    def answers(method: str, path: str, fields: dict[str, str]) -> Answer | None:
        answer = PLAIN.answers(method, path, fields)
        charset = charsets[sum(map(ord, path)) % len(charsets)]
        return replace(answer, kind=f"text/html; charset={charset}") if answer else None

    with Site(replace(PLAIN, answers=answers)) as site:
        site.write_toml(tmp_path)
        done = crawl(tmp_path)
    assert (done.code, len(titles(tmp_path))) == (0, 8), told(done)
    assert all("tại tổ dân phố số" in title for title in titles(tmp_path)), titles(tmp_path)


def toml(folder: Path, start: str, *further: str) -> None:
    domain = start.split("/")[2]
    domains = ", ".join([f'"{domain}"', *further])
    (folder / "thu.toml").write_text(f'title = "Thử"\ndomains = [{domains}]\nstart = ["{start}"]\n', encoding="utf-8")
