"""The engine side by side with its peers in one run: python -m bench.engine [--rounds N].

A responder of our own (responder.c, compiled here) runs on one core, one contender after the other
on another, in turns, so that a noisy machine treats them alike. The figure is polls per second of
CPU time of the contender's process, which is what a core can do; wall time is beside it.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import socket
import statistics
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Final

from bench.contenders import CONTENDERS
from bench.results import write_section

HERE: Final = Path(__file__).parent
LOADS: Final = {
    "switch": "polls/s of a switch (52 × 12 values, exact GETs, ≤ 1,472 octets)",
    "walk": "polls/s of a switch by GETBULK (≤ 1,472 octets)",
    "ups": "GETs/s of ten scalars, 1,000 targets",
}
#: What netmon is to reach on one core.
GOALS: Final = {"switch": 3500, "ups": 60_000}
BASE: Final = "gufo-snmp"
PACKAGES: Final = {"gufo-snmp": "gufo-snmp", "pysnmp": "pysnmp", "net-snmp": "ezsnmp"}

Figures = dict[str, dict[str, dict[str, float]]]  #: load → contender → figure


def compiled() -> Path:
    """Return the responder's program, compiled if its source is newer."""
    source, program = HERE / "responder.c", HERE / "build" / "responder"
    if not program.exists() or program.stat().st_mtime < source.stat().st_mtime:
        program.parent.mkdir(exist_ok=True)
        subprocess.run(["cc", "-O2", "-o", str(program), str(source)], check=True)
    return program


def free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


@contextmanager
def responder(core: int) -> Iterator[int]:
    """Run the responder; give its port."""
    port = free_port()
    process = subprocess.Popen(
        ["taskset", "-c", str(core), str(compiled()), str(port)], stdout=subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        if process.stdout.readline() != b"ready\n":
            raise RuntimeError("the responder did not start")
        yield port
    finally:
        process.terminate()
        process.wait()


def measure(name: str, load: str, seconds: float, port: int, core: int) -> dict[str, float]:
    """Run one contender once; return its polls per second of wall and of CPU time."""
    done = subprocess.run(
        ["taskset", "-c", str(core), sys.executable, "-m", "bench.contenders", name, load,
         str(seconds)],
        env={**os.environ, "NETMON_BENCH_PORT": str(port)}, cwd=HERE.parent,
        stdout=subprocess.PIPE, check=True,
    )  # fmt: skip
    found = json.loads(done.stdout.splitlines()[-1])
    return {
        "per_wall_s": found["polls"] / found["wall_s"],
        "per_cpu_s": found["polls"] / found["cpu_s"],
    }


def run(seconds: float, rounds: int) -> Figures:
    """Measure everything in turns; keep the median and the best of the rounds."""
    ours, theirs = sorted(os.sched_getaffinity(0))[:1], sorted(os.sched_getaffinity(0))[-1:]
    figures: Figures = {}
    with responder(theirs[0]) as port:
        for load in LOADS:
            rows: dict[str, list[dict[str, float]]] = {name: [] for name in CONTENDERS}
            for _ in range(rounds):
                for name, found in rows.items():
                    found.append(measure(name, load, seconds, port, ours[0]))
                    print(f"{load:7}{name:10}{found[-1]['per_cpu_s']:10,.0f}/s", flush=True)
            figures[load] = {name: summary(found) for name, found in rows.items()}
    return figures


def summary(rounds: list[dict[str, float]]) -> dict[str, float]:
    cpu = [found["per_cpu_s"] for found in rounds]
    wall = [found["per_wall_s"] for found in rounds]
    return {
        "cpu_median": statistics.median(cpu),
        "cpu_best": max(cpu),
        "wall_median": statistics.median(wall),
        "wall_best": max(wall),
    }


def table(load: str, figures: Mapping[str, Mapping[str, float]]) -> list[str]:
    lines = [
        f"**{LOADS[load]}**",
        "",
        f"| engine | per s of CPU, median | best | per s of wall, median | best | to {BASE} |",
        "|---|--:|--:|--:|--:|--:|",
    ]
    base = figures[BASE]["cpu_median"]
    for name, found in figures.items():
        package = PACKAGES.get(name)
        label = f"{name} ({package} {version(package)})" if package else f"**{name}**"
        numbers = " | ".join(f"{found[key]:,.0f}" for key in
                             ("cpu_median", "cpu_best", "wall_median", "wall_best"))  # fmt: skip
        lines.append(f"| {label} | {numbers} | {found['cpu_median'] / base:.2f} × |")
    if load in GOALS:
        ours, goal = figures["netmon"], GOALS[load]
        reached = (
            "reached" if ours["cpu_median"] >= goal
            else "reached in the best round only" if ours["cpu_best"] >= goal
            else "missed"
        )  # fmt: skip
        lines.append(f"\nGoal for netmon: {goal:,}/s on one core — {reached}.")
    return [*lines, ""]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    before = os.getloadavg()[0]
    figures = run(asked.seconds, asked.rounds)
    machine = (
        f"{os.cpu_count()} cores, Linux {platform.release()}, Python {platform.python_version()}"
    )
    text = [
        f"`python -m bench.engine`: {asked.rounds} rounds of {asked.seconds:g} s in turns; "
        f"{machine}; uvloop {version('uvloop')}; responder and contender on a core each; loopback. "
        f"Load of the machine before and after: {before:.1f}, {os.getloadavg()[0]:.1f} (0 and "
        "about 1.5 if nobody else is at work on it); on a busy one all are slower alike.",
        "",
        *(line for load in LOADS for line in table(load, figures[load])),
    ]
    write_section("engine", "The SNMP engine and its peers", "\n".join(text))
    (HERE / "engine.json").write_text(json.dumps(figures, indent=1) + "\n")


if __name__ == "__main__":
    main()
