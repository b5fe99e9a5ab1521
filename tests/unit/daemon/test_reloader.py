"""Files that change are taken up, unless they are wrong or remove most of what there is."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from netmon.daemon import reloader
from netmon.daemon.daemon import Daemon, Parts
from netmon.locale import use
from netmon.model.condition import ConditionId, Key
from netmon.model.errors import ConfigError, Mistake
from netmon.model.event import Event, EventKind
from netmon.model.inventory import Inventory
from netmon.model.profile import Profiles
from netmon.model.reload import Asker, Outcome, ReloadWish
from netmon.store.memory_store import MemoryStore
from tests.fakes import district
from tests.fakes.desk import FakeClock
from tests.fakes.quiet import NoPinger, SilentEngine

CONFIG = Key("netmon:self", ConditionId.NETMON_CONFIG)
MISTAKE = Mistake("lines.yaml", 3, 5, "unknown key")


class Watched:
    """A running daemon, and the files it watches."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "all.yaml"
        self.file.write_text("1")
        self.whole = district.inventory()
        self.read: Callable[[], Inventory] = lambda: self.whole
        known = Profiles({})
        parts = Parts(
            clock=FakeClock(), engine=SilentEngine(), pinger=NoPinger(), store=MemoryStore(),
            profiles=lambda: known, inventory_dir=folder, load=lambda: self.read(),
            notifier_of=lambda hook, of: None,
        )  # fmt: skip
        self.daemon = Daemon(parts, self.whole)

    def save(self, inventory: Inventory | ConfigError) -> None:
        """Have an editor save a file."""

        def read() -> Inventory:
            if isinstance(inventory, ConfigError):
                raise inventory
            return inventory

        self.read = read
        self.file.write_text(self.file.read_text() + "1")

    async def until(self, claim: Callable[[], bool]) -> None:
        async with asyncio.timeout(10):
            while not claim():  # noqa: ASYNC110 - it says nothing by itself
                await asyncio.sleep(0.01)

    async def until_said(self, kind: EventKind) -> Event:
        async with asyncio.timeout(10):
            last = 0
            while True:
                for event in await self.daemon.events_after(last, 1):
                    last = event.id
                    if event.kind is kind:
                        return event

    @property
    def problem(self) -> str | None:
        number = self.daemon.world.open_by_key.get(CONFIG)
        return None if number is None else str(self.daemon.world.faults[number].params["problem"])


@pytest.fixture
async def watched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Watched]:
    monkeypatch.setattr(reloader, "_LOOK_S", 0.02)
    made = Watched(tmp_path)
    task = asyncio.create_task(made.daemon.run())
    await made.until(lambda: not made.daemon.readiness())
    yield made
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def shorter(whole: Inventory, lines: int) -> Inventory:
    return replace(whole, lines=dict(list(whole.lines.items())[:lines]), digest=f"{lines} lines")


async def test_a_change_is_taken_up_and_recorded_with_what_it_came_to(watched: Watched):
    watched.save(shorter(watched.whole, 2))
    event = await watched.until_said(EventKind.INVENTORY_RELOADED)
    assert (event.data["by"], event.data["removed"]) == ("file", 1)
    assert (event.data["before"], event.data["after"]) == (watched.whole.digest, "2 lines")
    assert len(watched.daemon.world.inventory.lines) == 2
    assert watched.daemon.counters()["config_reload_success", ""] == 1


async def test_an_empty_file_saved_at_night_is_not_taken_up_until_somebody_says_so(
    watched: Watched, caplog: pytest.LogCaptureFixture
):
    watched.save(shorter(watched.whole, 0))
    event = await watched.until_said(EventKind.INVENTORY_REFUSED)
    assert event.data["by"] == "file"
    assert "it would remove 3 of 3 lines" in str(event.data["problem"])
    assert "it would remove 3 of 3 lines" in caplog.text
    await watched.until(lambda: watched.problem is not None)
    assert watched.problem == event.data["problem"]
    assert watched.daemon.world.inventory is watched.whole
    assert watched.daemon.counters()["config_reload_success", ""] == 0
    watched.daemon.ask_reload()
    told = await watched.until_said(EventKind.INVENTORY_RELOADED)
    assert told.data["by"] == "signal"
    assert watched.daemon.world.inventory.lines == {}
    await watched.until(lambda: watched.problem is None)


async def test_the_api_takes_it_up_with_a_yes_alone(watched: Watched):
    watched.read = lambda: shorter(watched.whole, 1)
    with use("zh"):  # who asks speaks another language than the record
        refused = await watched.daemon.reload(ReloadWish(Asker.API, "li"))
    said = await watched.until_said(EventKind.INVENTORY_REFUSED)
    assert str(said.data["problem"]).startswith("it would remove 2 of 3 lines")
    assert (refused.outcome, refused.removed, refused.there) == (Outcome.REFUSED, 2, 3)
    assert watched.daemon.world.inventory is watched.whole
    done = await watched.daemon.reload(ReloadWish(Asker.API, "li", yes=True))
    assert done.outcome is Outcome.TAKEN_UP
    event = await watched.until_said(EventKind.INVENTORY_RELOADED)
    assert (event.data["by"], event.data["actor"]) == ("api", "li")


async def test_putting_the_file_right_again_ends_the_fault(watched: Watched):
    watched.save(ConfigError([MISTAKE]))
    event = await watched.until_said(EventKind.INVENTORY_REFUSED)
    assert event.data["problem"] == str(MISTAKE)
    await watched.until(lambda: watched.problem is not None)
    watched.save(watched.whole)
    await watched.until(lambda: watched.problem is None)


async def test_a_rehearsal_changes_nothing_and_raises_nothing(watched: Watched):
    watched.read = lambda: shorter(watched.whole, 0)
    rehearsed = await watched.daemon.reload(ReloadWish(Asker.API, "li", dry_run=True))
    assert (rehearsed.outcome, rehearsed.danger) == (Outcome.DRY_RUN, "lines")
    watched.save(ConfigError([MISTAKE]))
    with pytest.raises(ConfigError):
        await watched.daemon.reload(ReloadWish(Asker.API, "li", dry_run=True))
    assert watched.problem is None
    assert watched.daemon.world.inventory is watched.whole


async def test_a_rehearsal_does_not_keep_the_watch_from_seeing_the_change(watched: Watched):
    watched.save(shorter(watched.whole, 2))
    await watched.daemon.reload(ReloadWish(Asker.API, "li", dry_run=True))
    await watched.until_said(EventKind.INVENTORY_RELOADED)


async def test_a_long_list_of_consequences_is_logged_to_a_bound(
    watched: Watched, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(reloader, "_LOGGED", 1)
    caplog.set_level("INFO")
    watched.read = lambda: shorter(watched.whole, 2)
    done = await watched.daemon.reload(ReloadWish(Asker.API, "li"))
    lines = [r.getMessage() for r in caplog.records if r.getMessage().startswith("reload ")]
    assert len(done.consequences) == 2
    assert lines == [
        "reload effect=asked_anew subject=node:core-1 what=lines",
        "reload has 1 more consequences",
    ]
