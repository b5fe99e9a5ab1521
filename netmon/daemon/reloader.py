"""The reloader: takes up the inventory's files when they change or when it is asked to.

Rule 1: whole or not at all. What is wrong changes nothing, nor does what removes most of what there
is, unless a person says yes. Rule 2: one reload at a time.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Final, Protocol

from netmon.locale import lang, use
from netmon.locale.reload import refusal
from netmon.model.errors import ConfigError
from netmon.model.inventory import Inventory
from netmon.model.reload import Asker, Outcome, Reloaded, ReloadWish

log = logging.getLogger(__name__)

#: The files are looked at this often, seconds.
_LOOK_S: Final = 5.0
#: So many consequences of one reload are logged one by one.
_LOGGED: Final = 50

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


class Present(Protocol):
    """Whose inventory it is."""

    def weigh(self, inventory: Inventory, wish: ReloadWish) -> Awaitable[Reloaded]:
        """Say what taking up an inventory comes to, and whether it may be."""
        ...

    def adopt(self, inventory: Inventory, wish: ReloadWish, reloaded: Reloaded) -> Awaitable[None]:
        """Take it up, whole, and record it."""
        ...

    def refuse(self, problem: str, wish: ReloadWish) -> None:
        """Say that the old one stays, and record it."""
        ...


class Reloader:
    """See the module. ``run`` is its loop.

    A change is taken up once the files have kept still for one look: an editor or a checkout
    writes them one after the other.
    """

    def __init__(self, path: Path, load: Callable[[], Inventory], present: Present) -> None:
        self.succeeded = True
        self.loads = 0
        self._path = path
        self._load = load
        self._present = present
        self._seen = stamp_of(path)
        self._asked = asyncio.Event()
        self._one = asyncio.Lock()
        self._lang = lang()  #: the daemon's, whoever asks

    def ask(self) -> None:
        """Load now, whether the files changed or not (SIGHUP): a person wants it so."""
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
                changed = None
                by = ReloadWish(Asker.SIGNAL, yes=True) if asked else ReloadWish(Asker.FILE)
                await self._reload_quietly(by)

    async def _wait(self) -> bool:
        try:
            async with asyncio.timeout(_LOOK_S):
                await self._asked.wait()
        except TimeoutError:
            return False
        self._asked.clear()
        return True

    async def _reload_quietly(self, wish: ReloadWish) -> None:
        try:
            await self.reload(wish)
        except ConfigError:
            return  # said already; nobody waits for an answer

    async def reload(self, wish: ReloadWish) -> Reloaded:
        """Load the files; keep what stands if anything in them is wrong, or if it is not to be.

        Raises:
            ConfigError: with every mistake.
        """
        async with self._one:
            return await self._reload(wish)

    async def _reload(self, wish: ReloadWish) -> Reloaded:
        stamp = await asyncio.to_thread(stamp_of, self._path)
        try:
            inventory = await asyncio.to_thread(self._load)
        except ConfigError as error:
            if not wish.dry_run:
                self._wrong(error, wish, stamp)
            raise
        reloaded = await self._present.weigh(inventory, wish)
        if reloaded.outcome is not Outcome.DRY_RUN:
            self._seen = stamp
            self.loads += 1
        if reloaded.outcome is Outcome.REFUSED:
            with use(self._lang):
                problem = refusal(reloaded)
            self._refuse(problem, wish)
        elif reloaded.outcome is Outcome.TAKEN_UP:
            await self._present.adopt(inventory, wish, reloaded)
            self.succeeded = True
            _log(inventory, wish, reloaded)
        return reloaded

    def _wrong(self, error: ConfigError, wish: ReloadWish, stamp: Stamp) -> None:
        self._seen = stamp
        self.loads += 1
        for mistake in error.mistakes:
            log.warning("inventory refused, the old one stays: %s", mistake)
        self._refuse(str(error.mistakes[0]), wish, logged=True)

    def _refuse(self, problem: str, wish: ReloadWish, *, logged: bool = False) -> None:
        self.succeeded = False
        if not logged:
            log.warning("inventory refused, the old one stays: %s", problem)
        self._present.refuse(problem, wish)


def _log(inventory: Inventory, wish: ReloadWish, reloaded: Reloaded) -> None:
    log.info(
        "inventory loaded targets=%d lines=%d by=%s actor=%s",
        len(inventory.targets),
        len(inventory.lines),
        wish.by,
        wish.actor,
    )
    for one in reloaded.consequences[:_LOGGED]:
        params = " ".join(f"{key}={value}" for key, value in one.params.items())
        log.info("reload effect=%s subject=%s %s", one.effect, one.subject, params)
    left = len(reloaded.consequences) - _LOGGED
    if left > 0:
        log.info("reload has %d more consequences", left)
