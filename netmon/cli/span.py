"""Durations on the command line, written as in the inventory: ``90s``, ``5m``, ``2h``."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any, Final

import click

from netmon.locale import tr

_UNITS: Final = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400}
_LONGEST_S: Final = 36_500 * 86_400
_SPAN: Final = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)")


class Span(click.ParamType):  # type: ignore[type-arg] # generic since click 8.4 alone
    """A duration."""

    name = "span"

    def convert(
        self,
        value: Any,  # noqa: ANN401 - click's own
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> timedelta:
        """Return what is written."""
        found = _SPAN.fullmatch(str(value))
        if found is None:
            text = tr('"{word}" is not a duration; write 500ms, 30s, 5m, 2h or 7d', word=value)
            self.fail(text, param, ctx)
        seconds = float(found[1]) * _UNITS[found[2]]
        if seconds > _LONGEST_S:
            self.fail(tr('"{word}" is longer than a hundred years', word=value), param, ctx)
        return timedelta(seconds=seconds)
