"""The district of bench.detection, who serves it, and the netmon that watches it.

A process each, started by bench.detection: python -m bench.detecting.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from itertools import count
from pathlib import Path
from typing import Any, Final

AGGREGATIONS: Final = 19
ACCESSES: Final = 280
TARGETS: Final = 1 + AGGREGATIONS + ACCESSES
PRESENCE_S: Final = 5.0
COMMUNITY: Final = "reading"


# -- the district ---------------------------------------------------------------------------------


def write_inventory(folder: Path, port: int) -> dict[str, str]:
    """Write a tree of nodes and its lines; return the aggregation of each line."""
    nodes = [_node("core-1", "core", "127.30.0.1", port)]
    lines, homes = [], {}
    for n in range(AGGREGATIONS):
        agg = f"agg-{n:02}"
        nodes.append(_node(agg, "aggregation", f"127.30.1.{n + 1}", port))
        lines.append(_line(f"BB-{n:02}", ("core-1", f"XGE0/0/{n + 1}"), (agg, "XGE0/0/1")))
        homes[f"BB-{n:02}"] = agg
    for n in range(ACCESSES):
        acc, agg = f"acc-{n:03}", f"agg-{n % AGGREGATIONS:02}"
        nodes.append(_node(acc, "access", f"127.30.{2 + n // 200}.{n % 200 + 1}", port))
        uplink = (agg, f"GE0/0/{n // AGGREGATIONS + 1}")
        lines.append(_line(f"UP-{n:03}", uplink, (acc, "GE0/0/1")))
        far = {"site": "room", "address": f"127.31.{n // 200}.{n % 200 + 1}"}
        lines.append(_line(f"LN-{n:03}", (acc, "GE0/0/2"), far))
        homes |= {f"UP-{n:03}": agg, f"LN-{n:03}": agg}
    content = {
        "sites": [{"id": "room", "name": "room", "kind": "machine-room"}],
        "credentials": [{"id": "v2c", "version": "2c", "community": COMMUNITY}],
        "nodes": nodes,
        "lines": lines,
        "monitor": {"node": "core-1"},
    }
    (folder / "district.yaml").write_text(json.dumps(content), encoding="utf-8")
    write_policy(folder, f"presence: {PRESENCE_S:g}s")
    return homes


def _node(ident: str, role: str, address: str, port: int) -> dict[str, Any]:
    where = {"site": "room", "address": address, "port": port, "credential": "v2c"}
    return {"id": ident, "name": ident, "role": role, **where}


def _line(ident: str, a: tuple[str, str], z: tuple[str, str] | dict[str, str]) -> dict[str, Any]:
    ends = [end if isinstance(end, dict) else {"node": end[0], "interface": end[1]}
            for end in (a, z)]  # fmt: skip
    what = {"id": ident, "name": ident, "kind": "access", "bandwidth": "100M"}
    return {**what, "a": ends[0], "z": ends[1]}


def write_policy(folder: Path, intervals: str) -> None:
    """Say how often things are asked; all else is as it is by default."""
    text = f"policies:\n  intervals: {{{intervals}}}\n"
    (folder / "policy.yaml").write_text(text, encoding="utf-8")


# -- the other processes --------------------------------------------------------------------------


async def serve_district(folder: Path, port: int) -> None:
    """Serve the agents, and do what is asked for on standard input: ``cut LINE TRAPS``, ``mend``.

    The answer is the instant it was done; a trap goes out at once, to the port TRAPS unless 0.
    """
    from netmon.config.inventory import load_inventory
    from netmon.config.scenario import Deed, Step
    from netmon.model.inventory import LineId
    from netmon.simulator.simulation import Simulation
    from netmon.simulator.stage import do
    from tests.agents.traps import notification, sender

    simulation = Simulation(load_inventory(folder, None), port)
    await simulation.start()
    district = simulation.district
    assert district is not None
    reader, numbers = asyncio.StreamReader(), count(1)
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    print("ready", flush=True)
    while words := (await reader.readline()).decode().split():
        deed, line, traps = words
        do(district, Step(0.0, Deed.CUT if deed == "cut" else Deed.RESTORE, line))
        at_s = time.monotonic()
        if int(traps):
            cable = district.cables[LineId(line)]
            with sender(cable.a.target.address) as sock:
                index, community = cable.port_a.index, COMMUNITY.encode()
                datagram = notification(next(numbers), community=community, index=index)
                sock.sendto(datagram, ("127.0.0.1", int(traps)))
        print(at_s, flush=True)
    await simulation.close()


def watch(folder: Path, port: int, listen: int, traps: int) -> None:
    """Run netmon as ``netmon demo`` does, over agents that somebody else serves."""
    from netmon import app
    from netmon.config.loader import Loader
    from netmon.config.settings import Listen, Settings
    from netmon.simulator.pinger import SimulatedPinger

    loader = Loader(folder)
    settings = Settings(
        inventory=folder, data=folder.parent / "data", listen=Listen("127.0.0.1", listen),
        traps=Listen("127.0.0.1", traps), syslog="off",
    )  # fmt: skip
    app.on_loop(app._serve(settings, loader, loader.load, SimulatedPinger(port), None))  # noqa: SLF001


def main() -> None:
    """Be one of the processes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("role", choices=("district", "netmon"))
    parser.add_argument("folder", type=Path)
    parser.add_argument("ports", type=int, nargs="+")
    given = parser.parse_args()
    if given.role == "district":
        asyncio.run(serve_district(given.folder, *given.ports))
    else:
        watch(given.folder, *given.ports)


if __name__ == "__main__":
    main()
