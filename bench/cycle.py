"""One whole cycle over many 52-port switches, stage by stage: python -m bench.cycle.

Request, decode, judge, commit, exposition: CPU time of this process per switch, the responder's own
(responder.c, on the other core) not counted. Both value lanes are asked as the daemon asks them:
admin and oper status, twelve counters and their discontinuity, of every port.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import os
import platform
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import uvloop

from bench.engine import responder
from bench.results import write_section
from netmon.api.exposition import Exposition
from netmon.config.inventory import load_inventory
from netmon.config.profiles import load_profiles
from netmon.core.decode import decode
from netmon.core.present import absorb, awaken
from netmon.core.step import Polled, SurveyEnded, advance
from netmon.core.survey import survey
from netmon.daemon.poller import peer_of
from netmon.model.oid import Oid
from netmon.model.plan import Surveyed
from netmon.model.reading import Lane
from netmon.model.wire import Get, Reply, Request, Rows, Value, Walk
from netmon.model.world import World
from netmon.snmp.engine import SnmpEngine
from netmon.store.sql_store import open_store

PORTS: Final = 52
LANES: Final = (Lane.STATUS, Lane.COUNTERS)
STAGES: Final = ("request", "decode", "judge", "commit", "exposition")
BUDGET_MS: Final = 1.0
#: The responder tells no names; a survey is answered here.
_TEXTS: Final = {
    Oid.parse("1.3.6.1.2.1.2.2.1.2"): "GigabitEthernet0/0/{}",
    Oid.parse("1.3.6.1.2.1.31.1.1.1.1"): "GigabitEthernet0/0/{}",
    Oid.parse("1.3.6.1.2.1.31.1.1.1.18"): "LN-{:04}",
}
_NUMBERS: Final = (
    *(Oid.parse(f"1.3.6.1.2.1.2.2.1.{n}") for n in (7, 8, 13, 14, 19, 20)),
    *(Oid.parse(f"1.3.6.1.2.1.31.1.1.1.{n}") for n in (6, 7, 8, 9, 10, 11, 12, 13, 15, 19)),
)


def write_inventory(folder: Path, count: int, port: int) -> None:
    """Write an inventory of ``count`` switches, each on an address of its own."""
    nodes = [
        {
            "id": f"sw-{i:04}",
            "name": f"switch {i}",
            "site": "room",
            "role": "access",
            "address": f"127.{1 + i // 62500}.{i // 250 % 250}.{1 + i % 250}",
            "port": port,
            "credential": "public",
            "ports": "all",
        }
        for i in range(count)
    ]
    content = {
        "sites": [{"id": "room", "name": "room", "kind": "machine-room"}],
        "credentials": [{"id": "public", "version": "2c", "community": "public"}],
        "nodes": nodes,
    }
    (folder / "inventory.yaml").write_text(json.dumps(content), encoding="utf-8")


def answered(request: Request) -> Reply:
    """Return what a 52-port switch tells of its names."""
    if isinstance(request, Get):
        uptime = Oid.parse("1.3.6.1.2.1.1.3.0")
        return Reply(request, [100 if oid == uptime else None for oid in request.oids])
    rows = tuple((row,) for row in range(1, PORTS + 1))
    if isinstance(request, Rows):
        rows = request.rows
    elif isinstance(request, Walk) and not any(map(_known, request.columns)):
        rows = ()
    columns = [[_cell(column, row[0]) for row in rows] for column in request.columns]
    return Reply(request, rows=rows, columns=columns)


def _known(column: Oid) -> bool:
    return column in _TEXTS or column in _NUMBERS


def _cell(column: Oid, row: int) -> Value:
    if column in _TEXTS:
        return _TEXTS[column].format(row).encode()
    return 1 if column in _NUMBERS else None


class District:
    """The switches, their plans, and one engine to ask them with."""

    def __init__(self, world: World, engine: SnmpEngine, plans: dict[str, Surveyed]) -> None:
        self.world, self.engine, self.plans = world, engine, plans
        self.now = datetime(2026, 1, 1, tzinfo=UTC)

    async def ask(self) -> list[Polled]:
        """Send all questions of a cycle and wait for all answers."""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[None] = loop.create_future()
        polled: list[Polled] = []
        waiting = len(self.plans) * len(LANES)

        def submit(target: str, lane: Lane) -> None:
            plan = self.plans[target].plan
            requests = plan.requests(lane)
            replies: list[Reply] = []

            def deliver(batch: Sequence[Reply]) -> None:
                nonlocal waiting
                replies.extend(batch)
                if len(replies) == len(requests):
                    polled.append(Polled(target, plan, lane, replies, 0.01))  # type: ignore[arg-type]
                    waiting -= 1
                    if not waiting:
                        done.set_result(None)

            self.engine.submit(requests, deliver)

        for target in self.plans:
            for lane in LANES:
                submit(target, lane)
        await done
        return polled


def machine() -> str:
    """Say what this was measured on."""
    return f"{os.cpu_count()} cores, Python {platform.python_version()}"


def timed(work: Callable[[], object]) -> float:
    """Return the CPU seconds that something took."""
    begun = time.process_time()
    work()
    return time.process_time() - begun


async def measure(count: int, rounds: int, port: int, folder: Path) -> dict[str, list[float]]:
    """Return CPU milliseconds per switch, by stage, of each round."""
    write_inventory(folder, count, port)
    profiles = load_profiles()
    inventory = load_inventory(folder, None)
    inventory = replace(inventory, policy=replace(inventory.policy))
    store = open_store(None, folder / "data")
    start = datetime(2026, 1, 1, tzinfo=UTC)
    world = awaken(store.load(), inventory, start)
    plans: dict[str, Surveyed] = {}
    for target in inventory.targets.values():
        stage = survey(peer_of(target, inventory), target, profiles)
        while not isinstance(stage, Surveyed):
            stage = stage.feed([answered(request) for request in stage.requests])
        plans[target.id] = stage
    change = advance(world, [SurveyEnded(t, s, 0.1) for t, s in plans.items()], start)  # type: ignore[arg-type]
    store.commit(change.step)
    absorb(world, change)
    engine = SnmpEngine()
    await engine.start()
    district = District(world, engine, plans)
    exposition = Exposition()
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    found: dict[str, list[float]] = {stage: [] for stage in (*STAGES, "wall", "series", "bytes")}
    for turn in range(-3, rounds):
        figures = await one_round(district, store, exposition, start + timedelta(minutes=turn + 4))
        if turn >= 0:
            for stage, value in figures.items():
                found[stage].append(value)
    await engine.close()
    store.close()
    return found


async def one_round(
    district: District, store: object, exposition: Exposition, now: datetime
) -> dict[str, float]:
    """Poll every switch once; return what it cost."""
    count = len(district.plans)
    wall = time.perf_counter()
    begun = time.process_time()
    polled = await district.ask()
    request = time.process_time() - begun
    world = district.world
    known = {p.target: world.targets[p.target].facts for p in polled}
    told = timed(lambda: [decode(p.plan, p.lane, p.replies, known[p.target]) for p in polled])
    changes: list[object] = []
    judged = timed(lambda: changes.append(advance(world, polled, now)))
    change = changes[0]
    commit = timed(lambda: change.step.is_empty or store.commit(change.step))  # type: ignore[attr-defined]
    absorbed = timed(lambda: absorb(world, change))  # type: ignore[arg-type]
    pages: list[bytes] = []
    shown = timed(lambda: pages.append(exposition.page(world, now, {}).body))
    total_wall = time.perf_counter() - wall
    per = 1000.0 / count
    return {
        "request": request * per,
        "decode": told * per,
        "judge": (judged - told + absorbed) * per,
        "commit": commit * per,
        "exposition": shown * per,
        "wall": (total_wall - told) * per,
        "series": sum(1 for line in pages[0].splitlines() if not line.startswith(b"#")) / count,
        "bytes": len(pages[0]) / count,
    }


def main() -> None:
    """Measure and write the section."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--switches", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=7)
    given = parser.parse_args()
    with responder(1) as port, tempfile.TemporaryDirectory() as folder:
        os.sched_setaffinity(0, {0})
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            found = runner.run(measure(given.switches, given.rounds, port, Path(folder)))
    medians = {stage: statistics.median(values) for stage, values in found.items()}
    total = sum(medians[stage] for stage in STAGES)
    rows = [
        f"| {stage} | {medians[stage]:.3f} | {min(found[stage]):.3f}–{max(found[stage]):.3f} |"
        for stage in STAGES
    ]
    write_section(
        "cycle",
        "One cycle, request to exposition",
        "\n".join(
            [
                f"`python -m bench.cycle --switches {given.switches} --rounds {given.rounds}`"
                f" on {machine()}: {given.switches} switches of {PORTS} ports; 2 + 13 columns each,"
                f" {medians['series']:.0f} series and {medians['bytes'] / 1024:.0f} KiB of text per"
                " switch and cycle. CPU milliseconds per switch, medians, least and most.",
                "",
                "| stage | median | min–max |",
                "|---|---|---|",
                *rows,
                f"| **all** | **{total:.3f}** | budget {BUDGET_MS:.0f} |",
                "",
                f"Wall time per switch {medians['wall']:.3f} ms. In the steady state nothing"
                " changes, so nothing is committed; decode is measured by itself once more and"
                " taken from the step that contains it.",
            ]
        ),
    )


if __name__ == "__main__":
    main()
