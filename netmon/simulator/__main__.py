"""``python -m netmon.simulator``: the demo's district in a process of its own.

It says on one line of JSON where it serves, and ends with its standard input: when whoever started
it is gone, however it went, the pipe is closed.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import gc
import json
import signal
import sys
from pathlib import Path

from netmon.config.inventory import load_inventory
from netmon.model.errors import ConfigError, UsageError
from netmon.simulator.simulation import Simulation, find_scenario


def main() -> int:
    """Serve until standard input ends; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m netmon.simulator")
    parser.add_argument("--inventory", type=Path, required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--scenario", default="story")
    parser.add_argument("--traps", type=int, help="the port of 127.0.0.1 that traps are sent to")
    asked = parser.parse_args()
    try:
        inventory = load_inventory(asked.inventory, None)
        scenario = find_scenario(asked.scenario, inventory)
        simulation = Simulation(inventory, asked.port, scenario, asked.traps)
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(_serve(simulation))
    except (ConfigError, UsageError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except OSError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


async def _serve(simulation: Simulation) -> None:
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, ended.set)
    simulator = await simulation.start()
    gc.collect()
    gc.freeze()
    sys.stdout.write(json.dumps({"port": simulator.port, "addresses": len(simulator)}) + "\n")
    sys.stdout.flush()
    waits = [
        loop.create_task(_until_end_of_input()),
        loop.create_task(simulation.wait()),
        loop.create_task(ended.wait()),
    ]
    done, _ = await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    for wait in waits:
        wait.cancel()
    await simulation.close()
    for wait in done:
        wait.result()  # what broke the scenario is an error of this process


async def _until_end_of_input() -> None:
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while await reader.read(4096):
        pass


if __name__ == "__main__":
    sys.exit(main())
