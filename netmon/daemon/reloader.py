"""The reloader: sees that the inventory's files changed, and takes them up whole or not at all."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Final

from netmon.model.errors import ConfigError
from netmon.model.inventory import Inventory

log = logging.getLogger(__name__)

#: The files are looked at this often, seconds.
_LOOK_S: Final = 5.0

#: What tells one state of the files from another: path → (mtime in ns, size in octets).
Stamp = Mapping[str, tuple[int, int]]


def stamp_of(path: Path) -> Stamp:
    """Return the state of every file of an inventory; empty if it cannot be read."""
    found: dict[str, tuple[int, int]] = {}
    for file in sorted(path.rglob("*.yaml")):
        try:
            seen = file.stat()
        except OSError:
            continue
        found[str(file)] = (seen.st_mtime_ns, seen.st_size)
    return found


class Reloader:
    """See the module. ``run`` is its loop.

    A change is taken up once the files have kept still for one look: an editor or a checkout
    writes them one after the other.
    """

    def __init__(
        self,
        path: Path,
        load: Callable[[], Inventory],
        adopt: Callable[[Inventory], Awaitable[None]],
        refuse: Callable[[str | None], None],
    ) -> None:
        self.succeeded = True
        self.loads = 0
        self._path = path
        self._load = load
        self._adopt = adopt
        self._refuse = refuse
        self._seen = stamp_of(path)
        self._asked = asyncio.Event()

    def ask(self) -> None:
        """Load now, whether the files changed or not (SIGHUP)."""
        self._asked.set()

    async def run(self) -> None:
        """Look, for ever."""
        changed: Stamp | None = None
        while True:
            asked = await self._wait()
            stamp = await asyncio.to_thread(stamp_of, self._path)
            if not asked and stamp != self._seen and stamp != changed:
                changed = stamp
                continue
            if asked or stamp != self._seen:
                self._seen, changed = stamp, None
                await self.reload()

    async def _wait(self) -> bool:
        try:
            async with asyncio.timeout(_LOOK_S):
                await self._asked.wait()
        except TimeoutError:
            return False
        self._asked.clear()
        return True

    async def reload(self) -> None:
        """Load the files; keep what stands if anything in them is wrong."""
        self.loads += 1
        try:
            inventory = await asyncio.to_thread(self._load)
        except ConfigError as error:
            self.succeeded = False
            for mistake in error.mistakes:
                log.warning("inventory refused, the old one stays: %s", mistake)
            self._refuse(str(error.mistakes[0]))
            return
        await self._adopt(inventory)
        self.succeeded = True
        self._refuse(None)
        log.info(
            "inventory loaded targets=%d lines=%d", len(inventory.targets), len(inventory.lines)
        )
