"""Every trouble of access, played by a local server: what is overcome, and the line that a user reads otherwise."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from runs import PLAIN, always, crawl, titles, told, toml
from scrape import Done
from sites import Answer, Answers, Site
from troubles import free_port, name_server, silence, slammed


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
