"""How soon a cut line is a fault that can be read: python -m bench.detection.

Three hundred simulated agents in one process, netmon in another, a digger in this one. Lines are
cut one after the other at random instants, some without a word and some with a linkDown of the
agent; each time runs until ``GET /api/v1/faults`` shows the fault. Told as well: the CPU time of
netmon's process meanwhile, and what of it is presence.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import platform
import queue
import random
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from bench.detecting import (
    ACCESSES,
    AGGREGATIONS,
    PRESENCE_S,
    TARGETS,
    write_inventory,
    write_policy,
)
from bench.results import write_section

HERE: Final = Path(__file__).parent
GIVEN_UP_S: Final = 60.0
SETTLING_S: Final = 15.0
#: What was to be asked by the intervals of before is asked yet, once.
LAST_ROUND_S: Final = 70.0
NEVER: Final = "status: 1h, counters: 1h, names: 6h, dead: 1h"
#: What is asked: the policy's intervals.
INTERVALS: Final = {
    "everything, by the usual intervals": f"presence: {PRESENCE_S:g}s",
    "presence and far ends only": f"presence: {PRESENCE_S:g}s, {NEVER}",
    "nothing": f"presence: 1h, {NEVER}",
}
KINDS: Final = {"LN": "a line to a far end", "UP": "a line to a node", "BB": "a line to a node"}


# -- the other processes --------------------------------------------------------------------------


@contextmanager
def process(*words: object) -> Iterator[subprocess.Popen[str]]:
    """Run a process of bench.detecting until the block is left."""
    started = subprocess.Popen(
        [sys.executable, "-m", "bench.detecting", *map(str, words)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        yield started
    finally:
        started.terminate()
        started.wait(20)


def free_port(kind: socket.SocketKind) -> int:
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


# -- the digger -----------------------------------------------------------------------------------


@dataclass
class Netmon:
    """What is asked of netmon."""

    port: int
    data: Path
    pid: int
    raised: queue.Queue[tuple[str, str]] = field(default_factory=queue.Queue)

    def ask(self, path: str, method: str = "GET") -> dict[str, Any]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Content-Type": "application/json"}
        if method == "POST":
            token = (self.data / "token").read_text().strip()
            headers["Authorization"] = f"Bearer {token}"
        connection.request(method, path, "{}" if method == "POST" else None, headers)
        answer = connection.getresponse()
        found: dict[str, Any] = json.loads(answer.read())
        connection.close()
        assert answer.status == 200, found
        return found

    def wait(self) -> None:
        """Wait until everybody has answered and has been asked for all that there is."""
        until = time.monotonic() + 180
        while time.monotonic() < until:
            try:
                if self.ask("/api/v1/status")["targets"]["up"] == TARGETS:
                    return
            except OSError:
                pass
            time.sleep(0.5)
        raise AssertionError("netmon does not see everybody")

    def listen(self) -> None:
        """Have faults told as they are raised: who asks all the time takes netmon's time."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port)
        connection.request("GET", "/api/v1/events")
        answer = connection.getresponse()

        def read() -> None:
            for line in answer:
                if line.startswith(b"data:"):
                    told = json.loads(line.removeprefix(b"data:"))
                    if told["kind"] == "fault_raised":
                        self.raised.put((told["subject"], told["data"]["condition"]))

        threading.Thread(target=read, daemon=True).start()

    def shows(self, line: str) -> None:
        """Return when the fault of a cut line can be read."""
        until = time.monotonic() + GIVEN_UP_S
        while self.raised.get(timeout=until - time.monotonic()) != (f"line:{line}", "line_down"):
            pass
        shown = self.ask(f"/api/v1/faults?open=true&subject=line:{line}")["items"]
        assert [fault["condition"] for fault in shown] == ["line_down"], shown

    def cpu_s(self) -> float:
        """Return the CPU time of netmon's process so far."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@dataclass
class Dug:
    """What a series of cuts came to."""

    seconds: dict[str, float] = field(default_factory=dict)  #: by line
    wall_s: float = 0.0
    cpu_s: float = 0.0


def dig(
    netmon: Netmon,
    district: subprocess.Popen[str],
    lines: list[str],
    traps: int,
    chance: random.Random,
) -> Dug:
    """Cut lines one after the other, each at an instant of its own within a round."""
    dug = Dug()
    began_s, used_s = time.monotonic(), netmon.cpu_s()
    for line in lines:
        time.sleep(chance.uniform(0, PRESENCE_S))
        at_s = _tell(district, "cut", line, traps)
        netmon.shows(line)
        dug.seconds[line] = time.monotonic() - at_s
        _tell(district, "mend", line, 0)
    dug.wall_s, dug.cpu_s = time.monotonic() - began_s, netmon.cpu_s() - used_s
    return dug


def _tell(district: subprocess.Popen[str], deed: str, line: str, traps: int) -> float:
    assert district.stdin is not None
    assert district.stdout is not None
    district.stdin.write(f"{deed} {line} {traps}\n")
    district.stdin.flush()
    return float(district.stdout.readline())


def chosen(homes: dict[str, str], number: int, chance: random.Random) -> list[str]:
    """Return lines by chance, those of one aggregation as far apart as can be."""
    piles: dict[str, list[str]] = {}
    for line in chance.sample(sorted(homes), len(homes)):
        piles.setdefault(homes[line], []).append(line)
    return [
        pile.pop() for _, pile in zip(range(number), _round(list(piles.values())), strict=False)
    ]


def _round(piles: list[list[str]]) -> Iterator[list[str]]:
    while True:
        yield from piles


def shares(netmon: Netmon, folder: Path, seconds: float) -> dict[str, float]:
    """Return the share of a core that netmon takes, by what is asked."""
    found = {}
    for what, intervals in INTERVALS.items():
        write_policy(folder, intervals)
        netmon.ask("/api/v1/reload", "POST")
        time.sleep(LAST_ROUND_S)
        began_s, used_s = time.monotonic(), netmon.cpu_s()
        time.sleep(seconds)
        found[what] = (netmon.cpu_s() - used_s) / (time.monotonic() - began_s)
    return found


# -- what is told ---------------------------------------------------------------------------------


def quantile(values: list[float], part: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))]


def figures(dug: Dug) -> dict[str, Any]:
    by_kind: dict[str, list[float]] = {}
    for line, seconds in dug.seconds.items():
        by_kind.setdefault(KINDS[line[:2]], []).append(seconds)
    by_kind["any line"] = list(dug.seconds.values())
    return {
        "seconds": {
            kind: {"cuts": len(values), "p50": quantile(values, 0.5),
                   "p99": quantile(values, 0.99), "max": max(values)}
            for kind, values in sorted(by_kind.items())
        },
        "cpu_s": dug.cpu_s,
        "wall_s": dug.wall_s,
    }  # fmt: skip


def told(found: dict[str, Any], load: tuple[float, float], options: str) -> str:
    rows = [
        f"| {name}, {kind} | {got['cuts']} | {got['p50']:.2f} | {got['p99']:.2f} "
        f"| {got['max']:.2f} |"
        for name, series in (("by asking", found["asked"]), ("by a trap", found["trap"]))
        for kind, got in series["seconds"].items()
    ]
    parts = found["cpu_share"]
    lanes = [f"| {what} | {100 * share:.1f} % |" for what, share in parts.items()]
    all_s, only, idle = parts.values()
    return "\n".join(
        [
            f"`python -m bench.detection{options}` on {os.cpu_count()} cores, "
            f"Python {platform.python_version()}, shared by netmon, the agents and the digger: "
            f"{TARGETS} simulated targets, {AGGREGATIONS + 2 * ACCESSES} lines, {ACCESSES} of them "
            "with a far end that is asked; all by default (presence every 5 s). Load of the "
            f"machine before and after: {load[0]:.1f}, {load[1]:.1f} (about 0.5 if nobody else is "
            "at work on it).",
            "",
            "Seconds from the cut to `GET /api/v1/faults` showing it:",
            "",
            "| | cuts | p50 | p99 | most |",
            "|---|--:|--:|--:|--:|",
            *rows,
            "",
            f"CPU time of netmon meanwhile: {_cpu(found['asked'])} while it was not told, "
            f"{_cpu(found['trap'])} with traps.",
            "",
            "| what is asked | CPU, share of a core |",
            "|---|--:|",
            *lanes,
            "",
            f"So presence of {TARGETS} targets and {ACCESSES} far ends every 5 s takes "
            f"{100 * (only - idle):.1f} % of a core, of {100 * all_s:.1f} % in all.",
        ]
    )


def _cpu(series: dict[str, Any]) -> str:
    return f"{series['cpu_s']:.1f} s of {series['wall_s']:.0f} s"


def measure(cuts: int, seconds: float, seed: int) -> dict[str, Any]:
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as home, ExitStack() as stack:
        folder = Path(home) / "inventory"
        folder.mkdir()
        port, listen = free_port(socket.SOCK_DGRAM), free_port(socket.SOCK_STREAM)
        traps = free_port(socket.SOCK_DGRAM)
        homes = write_inventory(folder, port)
        district = stack.enter_context(process("district", folder, port))
        assert district.stdout is not None
        assert district.stdout.readline() == "ready\n"
        daemon = stack.enter_context(process("netmon", folder, port, listen, traps))
        netmon = Netmon(listen, Path(home) / "data", daemon.pid)
        netmon.wait()
        netmon.listen()
        time.sleep(SETTLING_S)
        lines = chosen(homes, 2 * cuts, chance)
        asked = dig(netmon, district, lines[:cuts], 0, chance)
        trap = dig(netmon, district, lines[cuts:], traps, chance)
        time.sleep(2 * SETTLING_S)  # all is well again
        everything = netmon.ask("/api/v1/faults?limit=500")["items"]
        raised = sorted((f["subject"], f["condition"]) for f in everything)
        assert raised == sorted((f"line:{line}", "line_down") for line in lines), raised
        return {
            "asked": figures(asked),
            "trap": figures(trap),
            "cpu_share": shares(netmon, folder, seconds),
        }


def main() -> None:
    """Measure and write the section."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cuts", type=int, default=50, help="without a trap, and so many with one")
    parser.add_argument("--seconds", type=float, default=60.0, help="of each look at the CPU")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    before = os.getloadavg()[0]
    found = measure(given.cuts, given.seconds, given.seed)
    options = f" --cuts {given.cuts}"
    text = told(found, (before, os.getloadavg()[0]), options)
    write_section("detection", "How soon a cut is a fault", text)
    (HERE / "detection.json").write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
