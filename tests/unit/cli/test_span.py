"""Durations on the command line."""

from __future__ import annotations

from datetime import timedelta

import click
import pytest

from netmon.cli.span import Span


@pytest.mark.parametrize("wrong", ["99999999999d", "9" * 400 + "s", "9999999d"])
def test_a_duration_that_no_clock_reaches_is_refused_in_one_line(wrong: str) -> None:
    with pytest.raises(click.BadParameter, match="longer than a hundred years"):
        Span().convert(wrong, None, None)


def test_a_duration_is_as_in_the_inventory() -> None:
    assert Span().convert("1.5h", None, None) == timedelta(minutes=90)
