"""The archive is the same whatever the order in which sightings come in."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from made import PORTAL, URL, article, dump, page

from scraper.archive import Archive
from scraper.items import Link

BODIES = ("Một.", "Hai hai hai.", "Ba ba.")
COPY = URL + "?print=1"
# One sighting of each address a moment; related lists change daily without an edit.
SIGHTINGS = st.dictionaries(
    st.tuples(st.integers(0, 6), st.sampled_from([URL, COPY])),
    st.tuples(st.sampled_from(BODIES), st.integers(0, 2), st.sampled_from(["live", "wayback"])),
    min_size=1,
    max_size=8,
)


def fill(sightings: list[tuple[tuple[int, str], tuple[str, int, str]]]) -> dict[str, list[tuple[object, ...]]]:
    with tempfile.TemporaryDirectory() as folder:
        archive = Archive.open(Path(folder) / "archive.db")
        for (number, url), (body, related, source) in sightings:
            links = tuple(Link(f"https://hoankiem.example/{index}") for index in range(related))
            found = page(number, url, source=source, warc_file="a.warc.gz", warc_offset=number)
            archive.save(article(body, url=url, related_links=links), found, PORTAL)
        rows = dump(archive)
        archive.close()
        return rows


@settings(deadline=None, max_examples=60)
@given(SIGHTINGS.flatmap(lambda seen: st.tuples(st.just(sorted(seen.items())), st.permutations(list(seen.items())))))
def test_states_do_not_depend_on_the_order_of_saves(orders: tuple[list, list]) -> None:  # type: ignore[type-arg]
    assert fill(orders[1]) == fill(orders[0])


@settings(deadline=None, max_examples=40)
@given(SIGHTINGS, st.randoms(use_true_random=False))
def test_states_are_the_stretches_of_equal_content(seen: dict, random: object) -> None:  # type: ignore[type-arg]
    """Against a model of three lines."""
    expected: list[str] = []
    for _, (body, _, _) in sorted(seen.items(), key=lambda item: (item[0][0], len(item[0][1]))):
        if not expected or expected[-1] != body:
            expected.append(body)
    items = list(seen.items())
    random.shuffle(items)  # type: ignore[attr-defined]
    rows = sorted(fill(items)["states"], key=lambda row: (row[1], row[2] is None, row[2] or ""))
    bodies = [row[5] for row in rows]
    if len({number for number, _ in seen}) == len(seen):
        assert bodies == expected
    assert sorted(map(str, bodies)) == sorted(expected)
