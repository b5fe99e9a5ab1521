"""A district that runs: its agents served, its scenario played, until it is closed."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path
from typing import Final

from netmon.config.scenario import Scenario, load_scenario
from netmon.locale import N_
from netmon.model.errors import UsageError
from netmon.model.inventory import Inventory
from netmon.simulator.build import build
from netmon.simulator.district import District
from netmon.simulator.server import Simulator
from netmon.simulator.stage import play
from netmon.simulator.traps import TrapSender

SCENARIOS: Final = Path(__file__).parent / "scenarios"
_HERE: Final = "127.0.0.1"
_LONGEST_S: Final = 3600.0  # between two looks at the agenda


def shipped_scenarios() -> list[str]:
    """Return the names of the scenarios that come with netmon."""
    return sorted(path.stem for path in SCENARIOS.glob("*.yaml"))


def find_scenario(name: str, inventory: Inventory) -> Scenario:
    """Return a shipped scenario by its name, or one of a file by its path.

    Raises:
        ConfigError: the file is not a scenario of this inventory.
        UsageError: there is none of this name.
    """
    if name in shipped_scenarios():
        return load_scenario(SCENARIOS / f"{name}.yaml", inventory)
    if not Path(name).is_file():
        known = ", ".join(shipped_scenarios())
        raise UsageError(
            N_('there is no scenario "{name}"; there are: {known}'), name=name, known=known
        )
    return load_scenario(Path(name), inventory)


class Simulation:
    """An inventory's simulated district on one port, with or without a scenario."""

    def __init__(
        self,
        inventory: Inventory,
        port: int,
        scenario: Scenario | None = None,
        traps: int | None = None,
    ) -> None:
        """Make a simulation; ``traps`` is the port of loopback where its agents' traps go."""
        self._inventory, self._port, self._scenario = inventory, port, scenario
        self._traps = traps
        self._task: asyncio.Task[None] | None = None
        self.simulator: Simulator | None = None
        self.district: District | None = None

    async def start(self) -> Simulator:
        """Build the district, serve it, begin the scenario; return what serves.

        Raises:
            OSError: the port is taken.
        """
        loop = asyncio.get_running_loop()
        begun_s = loop.time()
        self.district = build(self._inventory, lambda: loop.time() - begun_s)
        agents, paths = self.district.by_address()
        self.simulator = Simulator(agents, self._port, paths)
        await self.simulator.start()
        if self._traps is not None:
            to = (_HERE, self._traps)
            self.district.told = TrapSender(partial(self.simulator.tell, to)).changed
        if self._scenario is not None:
            play(self.district, self._scenario)
        self._task = loop.create_task(_follow(self.district), name="scenario")
        return self.simulator

    async def wait(self) -> None:
        """Wait until it is closed; what breaks the scenario is raised here."""
        if self._task is not None:
            await self._task

    async def close(self) -> None:
        """Stop serving."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        if self.simulator is not None:
            await self.simulator.close()


async def _follow(district: District) -> None:
    """Do what is on the agenda when it is due."""
    while True:
        wait_s = district.agenda.run()
        await asyncio.sleep(_LONGEST_S if wait_s is None else min(wait_s, _LONGEST_S))
