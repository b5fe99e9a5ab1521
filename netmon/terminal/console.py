"""The terminal itself: how large it is, and printing to it."""

from __future__ import annotations

from rich.console import Console, RenderableType


def console() -> Console:
    """Return stdout as a terminal; colours only where it is one (and ``NO_COLOR`` is not set)."""
    return Console(highlight=False)


def show(*shown: RenderableType) -> None:
    """Print to stdout."""
    out = console()
    for one in shown:
        out.print(one)
