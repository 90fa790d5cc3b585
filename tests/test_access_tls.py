"""Certificates, old TLS, hosts of http only, redirects and charsets, played by a local server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from runs import PLAIN, always, crawl, titles, told, toml
from sites import Answer, Site
from troubles import AIA, Pair, context, issue, name_server, old


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
