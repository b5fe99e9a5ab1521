"""Expressions that are quick for any text pass; those that could hang netmon are refused."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netmon.config.fields import Reading, Wrong
from netmon.config.pattern import pattern
from netmon.config.strict_yaml import ScalarNode


def read(written: str):
    return pattern(ScalarNode("f.yaml", 1, 1, written, plain=False), Reading(Path(), {}))


@pytest.mark.parametrize(
    "written",
    [
        r"LOOPBACK.*on interface (?P<interface>\S+)",
        r"OSPF.*neighbor .*state.*from (\S+) to (\S+)",
        r"slot \d+.*temperature \d+.*exceeds",
        r"(?i)loop.*port (?P<interface>\S+) detected",
        r"(?:\d{1,3}\.){3}\d{1,3} is down",
        r"ifName=(?P<interface>[^,]+), .*OperStatus=DOWN",
        r"interface (?P<interface>\S++).*CRC.*errors.*(\d+)",
        r"user (\S+) from ([\d.]+) failed (\d+) times",
        r"^.*(?:up|down)$",
        r"\bdown\b",
        r"(?:\w+\.)++local",
        r"(?:[a-z]\d)+x",
        "端口.*环路",
    ],
)
def test_what_people_write_passes(written):
    assert read(written).pattern == written


@pytest.mark.parametrize(
    "written",
    [
        r"(a+)+b",
        r"(?:\w+\.)+x",
        r"(x+x+)+y",
        r"(?:ab|a)*c",
        r"(a?){20}a{20}",
        r"(.*)*x",
        r"(?:(?:ab)*c?)*x",
        r"(?>(?:a+)+)b",
        r"(?=(?:a+)+b)c",
    ],
)
def test_a_repeat_in_a_repeat_does_not(written):
    with pytest.raises(Wrong, match="repeat within a repeat"):
        read(written)


@pytest.mark.parametrize(
    "written",
    [
        r"a.*b.*c.*d.*e",
        r"\d+.*\d+.*\d+x",
        r"\s+.*\s+\S+\s+down",
        "a?" * 40 + "b",
        "(?:ab|a)" * 30 + "c",
        r"(?i)a.*b.*c.*d.*e",
        r"x.*?y.*?z.*?w.*?v",
        r"(?=.*a.*b.*c.*d)(?=.*b)c",
    ],
)
def test_too_many_ways_do_not(written):
    with pytest.raises(Wrong, match="too many ways"):
        read(written)


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("a(b", "at character 2"),
        ("a{99999999999}", "not a regular expression"),
        ("a*", "matches every text"),
        ("|x", "matches every text"),
        (r"(a)\1", "refers back"),
        (r"(a)?(?(1)b|c)", "refers back"),
        ("a" * 501, "too long"),
        ("(" * 200 + "a" + ")" * 200, None),
    ],
)
def test_other_mistakes_are_said(written, why):
    if why is None:
        read(written)
        return
    with pytest.raises(Wrong, match=why):
        read(written)


PIECES = st.sampled_from(
    [".*", "a", "b", "(", ")", "|", "+", "*", "?", "++", "{2,9}", "{2,90}", "[a-c]", "[^x]", "\\d",
     "\\S", "\\w+", "(?:", "(?P<interface>", "(?=", "(?!", "(?>", "^", "$", "\\b", "(?i)", "\\1",
     "[[a]", "口"]
)  # fmt: skip


@given(st.one_of(st.lists(PIECES, max_size=12).map("".join), st.text(max_size=12)))
def test_whatever_is_written_passes_or_is_a_mistake(written):
    with suppress(Wrong):
        assert read(written).search("") is None
