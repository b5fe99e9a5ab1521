"""What a waiting person sees: after two seconds, how far it is. On stderr, on a terminal only."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

#: Nobody minds to wait so long for nothing.
_PATIENCE_S: Final = 2.0
_LOOK_S: Final = 0.2


@dataclass(slots=True)
class Work:
    """How far it is."""

    what: str
    total: int | None  #: None = nobody knows
    done: int = field(default=0)
    over: bool = False  #: what was waited for is there, though its context lasts
    said: Console | None = None  #: where lines go while the bar stands

    def finish(self) -> None:
        """Take the bar away."""
        self.over = True

    def print(self, line: str) -> None:
        """Print a line on stdout, above the bar if there is one on the same terminal."""
        if self.said is not None:
            self.said.out(line, highlight=False)
        else:
            sys.stdout.write(f"{line}\n")
            sys.stdout.flush()  # a reader behind a pipe gets each as it is done


@asynccontextmanager
async def progress(work: Work) -> AsyncIterator[Work]:
    """Show ``work`` while within, where it lasts."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield work
        return
    task = asyncio.create_task(_show(work, console))
    try:
        yield work
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        work.said = None


async def _show(work: Work, console: Console) -> None:
    await asyncio.sleep(_PATIENCE_S)
    if work.over:
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeElapsedColumn(), console=console, transient=True) as bar:
        if Console().is_terminal:
            work.said = console
        shown = bar.add_task(work.what, total=work.total)
        while not work.over:
            bar.update(shown, description=work.what, completed=work.done)
            await asyncio.sleep(_LOOK_S)
