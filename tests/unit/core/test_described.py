"""A description names a line by whole words, and never one that is not meant."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netmon.core.described import named, names_itself, words_of
from netmon.model.inventory import Line, LineId
from tests.acceptance import district

TEMPLATE = district.tail("LN-1", "agg-1", None)


def line(ident: str, circuit: str | None = None) -> Line:
    return replace(TEMPLATE, id=LineId(ident), circuit_id=circuit)


def words(*lines: Line):
    whole = district.inventory()
    return words_of(replace(whole, lines={one.id: one for one in lines}))


LINES = (
    line("LN-1", "XL-YZ-20102"),
    line("LN-10", "CT/2024/001"),
    line("LN-100", "20102077"),
    line("uplink", "777"),
    line("agg-2"),
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("LN-1", ["LN-1"]),
        ("ln-1 Archive", ["LN-1"]),
        ("to:LN-1.", ["LN-1"]),
        ("LN-10", ["LN-10"]),
        ("LN-1档案馆", ["LN-1"]),
        ("(LN-1/LN-10)", ["LN-1", "LN-10"]),
        ("xl-yz-20102", ["LN-1"]),
        ("old ct/2024/001 fibre", ["LN-10"]),
        ("20102077", ["LN-100"]),
        ("XLN-1", []),
        ("LN-1-backup", []),
        ("LN_1", []),
        ("LN-11", []),
        ("CT/2024/0011", []),
        ("uplink to the city", []),
        ("room 777", []),
        ("to agg-2", []),
        ("", []),
        ("备用", []),
        ("LN-9999", []),
    ],
)
def test_which_lines_a_description_names(text: str, found: list[str]):
    assert sorted(named(words(*LINES), text)) == sorted(found)


@pytest.mark.parametrize(
    ("text", "itself"),
    [
        ("LN-1", True),
        ("ln1 archive", True),
        ("XL YZ 20102", True),
        ("LN-1-backup", True),
        ("LN-10, was LN-1", True),
        ("LN-10", False),
        ("", False),
    ],
)
def test_a_line_finds_itself_however_loosely_it_is_written(text: str, itself: bool):
    assert names_itself(LINES[0], text) is itself


IDENTS = st.from_regex(r"[A-Z]{2}-[0-9]{1,4}", fullmatch=True)


@given(st.sets(IDENTS, min_size=2, max_size=6), st.data())
def test_only_a_whole_identifier_is_found(idents: set[str], data):
    known = words(*(line(ident) for ident in idents))
    told = data.draw(IDENTS)
    around = data.draw(st.sampled_from(["{}", "to {} here", "({})", "{},", "线路{}主用", "[{}]"]))
    assert set(named(known, around.format(told))) == idents & {told}
    assert set(named(known, around.format(told.lower()))) == idents & {told}


@given(IDENTS, st.text(max_size=10), st.text(max_size=10))
def test_a_line_that_is_named_apart_is_never_missed(ident: str, before: str, after: str):
    assert names_itself(line(ident), f"{before} {ident} {after}")
