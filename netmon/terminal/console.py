"""The terminal itself: how large it is, and printing to it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

#: What a terminal would obey: a note, a description or a device's text may have any of it.
_OBEYED: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")


class _Deaf(Console):
    """Prints texts of others as texts."""

    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Iterable[Segment]:
        for segment in super().render(renderable, options):
            if segment.control is None and _OBEYED.search(segment.text):
                yield Segment(_OBEYED.sub("", segment.text), segment.style)
            else:
                yield segment


def console() -> Console:
    """Return stdout as a terminal; colours only where it is one (and ``NO_COLOR`` is not set)."""
    return _Deaf(highlight=False)


def show(*shown: RenderableType) -> None:
    """Print to stdout."""
    out = console()
    for one in shown:
        out.print(one)
