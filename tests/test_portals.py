"""Portal files are read strictly: what nobody understands is an error that names file and key."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from scraper import portals
from scraper.portals import Expect, Layout, Portal, PortalError, Section
from scraper.rules import Rules

MINIMAL = 'title = "Phường Một"\ndomains = ["127.0.0.1:8000"]\nstart = ["http://127.0.0.1:8000/"]\n'


def written(folder: Path, text: str, name: str = "one") -> Path:
    (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    return folder


def test_bundled_portals() -> None:
    assert set(portals.names()) >= {"hoankiem", "sotttt"}
    assert portals.load("hoankiem").start == ("https://hoankiem.hanoi.gov.vn/",)
    assert [s.url for s in portals.load("sotttt").listings] == [
        "https://sotttt.hanoi.gov.vn/vi/tin-tuc-su-kien",
        "https://sotttt.hanoi.gov.vn/hoat-ong-ang-oan-the",
    ]


def test_a_whole_file(tmp_path: Path) -> None:
    text = MINIMAL + (
        'month_first = true\nclosed = 2025-06-30\ntls = "legacy"\n'
        '[[listing]]\nurl = "http://127.0.0.1:8000/tin"\nsection = "Tin"\n'
        '[[layout]]\nplatform = "vccorp"\n'
        '[[layout]]\nuntil = 2025-06-30\nplatform = "liferay"\n[layout.article]\ntitle = ["h1.t"]\n'
        "[expect]\nnew_per_week = 3\nbody = 0.5\n"
    )
    old = Layout(date(2025, 6, 30), "liferay", Rules(article={"title": ("h1.t",)}))
    portal = portals.load("one", [written(tmp_path, text)])
    assert portal == Portal(
        name="one",
        title="Phường Một",
        domains=("127.0.0.1:8000",),
        start=("http://127.0.0.1:8000/",),
        listings=(Section("http://127.0.0.1:8000/tin", "Tin"),),
        layouts=(old, Layout(platform="vccorp")),
        expect=Expect(new_per_week=3, body=0.5),
        month_first=True,
        closed=date(2025, 6, 30),
        tls="legacy",
    )
    assert portal.layout(date(2025, 6, 30)) == old
    assert portal.layout(date(2025, 7, 1)).platform == "vccorp"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("titel = 1", "one.toml: unknown key 'titel'"),
        ('title = "x"', "one.toml: domains is missing"),
        (MINIMAL + "month_first = 1", "month_first = 1 should be true or false"),
        (MINIMAL + 'start = ["http://other.vn/"]'.replace("start", "listing"), "[[listing]]"),
        (MINIMAL.replace("http://127", "ftp://127"), "should start with http"),
        (MINIMAL.replace("/127.0.0.1:8000/", "/other.vn/"), "is on none of the portal's domains"),
        (MINIMAL + "[expect]\nbody = 2", "body = 2 should be from 0 to 1"),
        (MINIMAL + "[expect]\nbodies = 1", "unknown key 'bodies'"),
        (MINIMAL + "[[layout]]\nhost = 1", "unknown key 'host'"),
        (MINIMAL + "[[layout]]\n[layout.article]\ntitel = []", "unknown key 'titel'"),
        (MINIMAL + 'tls = "off"', 'should be "legacy"'),
        (MINIMAL + "[[layout]]\narticle_url = ['[']", "is no regular expression"),
        (MINIMAL + "[[layout]]\narticle_url = ['a']", "needs a group"),
        ("= 1", "not a TOML file"),
    ],
)
def test_faults_name_file_and_key(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(PortalError) as error:
        portals.load("one", [written(tmp_path, text)])
    assert message in str(error.value)
    assert "one.toml" in str(error.value)


def test_unknown_portal_names_the_known_ones() -> None:
    with pytest.raises(PortalError, match=r"there is no portal 'hoan'; known portals: .*hoankiem"):
        portals.load("hoan")


def test_a_portal_is_found_by_host() -> None:
    known = [portals.load("hoankiem"), portals.load("sotttt")]
    assert portals.find("https://www.sotttt.hanoi.gov.vn/x", known).name == "sotttt"
    assert portals.find("https://example.org/", known) is portals.UNKNOWN


def test_one_faulty_file_hinders_no_other_portal(tmp_path: Path) -> None:
    written(tmp_path, "titel = 1", "broken")
    found, problems = portals.known([written(tmp_path, MINIMAL)])
    assert {"hoankiem", "sotttt", "one"} <= {portal.name for portal in found}
    assert [problem.partition(":")[0].rpartition("/")[2] for problem in problems] == ["broken.toml"]
