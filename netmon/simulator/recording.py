"""Recordings as agents: each file an address of its own, every instance as it was recorded."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from ipaddress import IPv4Address
from pathlib import Path
from typing import Final

from netmon.config.collector import no_collection
from netmon.locale import N_
from netmon.model.errors import UsageError
from netmon.model.oid import Oid
from netmon.model.wire import Value
from netmon.simulator.agent import Agent
from netmon.simulator.authority import Authority
from netmon.simulator.mib import Cell, Mib
from netmon.simulator.snmprec import load
from netmon.snmp.ber import encode_value

FIRST: Final = IPv4Address("127.30.0.1")  #: the address of the first recording
SUFFIXES: Final = (".snmprec", ".snmprec.bz2")


def agent_from_recording(
    path: Path,
    community: str = "public",
    authority: Authority | None = None,
) -> Agent:
    """Return an agent that answers as the recorded one did.

    Raises:
        ConfigError: the file cannot be read or is not a recording.
    """
    values: dict[tuple[int, Value], bytes] = {}  # most are the same few numbers
    cells: dict[Oid, Cell] = {}
    with no_collection():
        for oid, tag, value in load(path):
            known = values.get((tag, value))
            if known is None:
                known = values[tag, value] = encode_value(value, tag)
            cells[oid] = known
        return Agent(Mib(cells), (community,), authority)


def find_recordings(path: Path) -> list[Path]:
    """Return a file itself, or all recordings below a directory, in order.

    Raises:
        UsageError: there is none.
    """
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise UsageError(N_("there is no file {path}"), path=path)
    found = sorted(p for p in path.rglob("*") if p.name.endswith(SUFFIXES) and p.is_file())
    if not found:
        raise UsageError(N_("there is no recording (*.snmprec) below {path}"), path=path)
    return found


def addresses(count: int) -> Iterator[str]:
    """Yield loopback addresses from ``FIRST`` on, none that ends in 0 or 255."""
    number = int(FIRST)
    while count > 0:
        if number & 0xFF not in (0, 0xFF):
            yield str(IPv4Address(number))
            count -= 1
        number += 1


def agents_from_recordings(
    paths: Sequence[Path],
    community: str = "public",
    progress: Callable[[int, int], None] | None = None,
) -> dict[str, Agent]:
    """Return an agent for each file, by address; ``progress`` is told how many are read of all.

    Raises:
        ConfigError: a file cannot be read or is not a recording.
    """
    agents = {}
    for done, (path, address) in enumerate(zip(paths, addresses(len(paths)), strict=True), 1):
        agents[address] = agent_from_recording(path, community)
        if progress is not None:
            progress(done, len(paths))
    return agents
