"""The screen that stays: drawn anew in place, and honest about a lost connection."""

from __future__ import annotations

import time
from collections.abc import Callable

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.text import Text

from netmon.locale import tr
from netmon.terminal.client import Client, Json, Unreachable
from netmon.terminal.status import screen

#: Between two looks.
PERIOD_S = 2.0


def watch(client: Client, console: Console, wait: Callable[[float], None] = time.sleep) -> None:
    """Show the status until interrupted; a lost connection leaves the last screen, marked.

    Raises:
        Unreachable: at the very start.
    """
    status = client.get("status")
    live = Live(_drawn(status, console), console=console, screen=True, auto_refresh=False)
    try:
        with live:
            _keep_drawing(live, client, status, wait)
    finally:
        if console.is_alt_screen:  # interrupted while the screen was just being taken
            console.set_alt_screen(enable=False)
            console.show_cursor()


def _keep_drawing(live: Live, client: Client, status: Json, wait: Callable[[float], None]) -> None:
    while True:
        live.refresh()
        wait(PERIOD_S)
        try:
            status = client.get("status")
            live.update(_drawn(status, live.console))
        except Unreachable as lost:
            live.update(_lost(status, live.console, lost))


def _drawn(status: Json, console: Console) -> RenderableType:
    return screen(status, console.width, console.height)


def _lost(status: Json, console: Console, lost: Unreachable) -> RenderableType:
    said = Text(tr("{problem}; what follows is old", problem=lost), "bold white on red")
    said.truncate(console.width, overflow="ellipsis")
    return Group(said, screen(status, console.width, console.height - 1))
