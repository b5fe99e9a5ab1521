"""The shares of recordings as a table, for the terminal and for the docs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import Final

from tests.peers.compare import KINDS, Share, compare
from tests.peers.doubts import DOUBTS
from tests.peers.expected import Expected, load, with_doubts
from tests.peers.poll import Polled


@dataclass(frozen=True, slots=True)
class Row:
    """One recording: its class, what share of it was read, and what that took."""

    name: str
    shares: dict[str, Share]
    readings: int
    polled: Polled

    @property
    def kind(self) -> str:
        """Return the class of equipment."""
        return self.name.split("/")[0]


_EMPTY: Final = "–"


def row_of(polled: Polled) -> Row:
    """Hold one poll against the peer's file beside the recording, where there is one."""
    name = f"{polled.path.parent.name}/{polled.path.name.split('.snmprec')[0]}"
    file = polled.path.parent / f"{name.split('/')[1]}.expected.json"
    expected = load(file) if file.exists() else Expected()
    expected = with_doubts(expected, DOUBTS.get(name, {}))
    shares = compare(polled.target, expected)
    return Row(name, shares, len(polled.target.facts.readings), polled)


def total(rows: Iterable[Row]) -> dict[str, Share]:
    """Return the shares of several recordings together."""
    rows = list(rows)
    return {kind: reduce(add, (row.shares[kind] for row in rows), Share()) for kind in KINDS}


def table(rows: Sequence[Row]) -> str:
    """Return the table for a terminal: a line per recording, class and in all."""
    lines = [_line("", [*KINDS, "readings", "profiles"])]
    for kind in dict.fromkeys(row.kind for row in rows):
        own = [row for row in rows if row.kind == kind]
        for row in own:
            profiles = " ".join(row.polled.target.surveyed.plan.profiles)
            lines.append(_line(row.name, [*_cells(row.shares), str(row.readings), profiles]))
        lines.append(_line(f"= {kind}", _cells(total(own))))
    lines.append(_line("= all", _cells(total(rows))))
    return "\n".join(lines)


def _cells(shares: dict[str, Share]) -> list[str]:
    return [
        f"{share.read}/{share.expected}" if share.expected else _EMPTY
        for share in (shares[kind] for kind in KINDS)
    ]


def _line(name: str, cells: Sequence[str]) -> str:
    return f"{name:40}" + "".join(f"{cell:>11}" for cell in cells[:6]) + "  " + "".join(cells[6:])


def page(rows: Sequence[Row]) -> str:
    """Return the page of the docs: shares per class and in all, and what the polls took."""
    head = ["class", "recordings", *KINDS, "readings", "slowest poll"]
    lines = [_INTRODUCTION, "| " + " | ".join(head) + " |", "|---|" + "---:|" * (len(head) - 1)]
    for kind in dict.fromkeys(row.kind for row in rows):
        lines.append(_page_row(kind, [row for row in rows if row.kind == kind]))
    lines.append(_page_row("**all**", rows))
    doubted = [(name, oid, why) for name, oids in DOUBTS.items() for oid, why in oids.items()]
    lines += [_DOUBTED, *(f"| `{name}` | `{oid}` | {why} |" for name, oid, why in doubted)]
    return "\n".join(lines) + "\n"


def _page_row(name: str, rows: Sequence[Row]) -> str:
    shares = [_percent(share) for share in total(rows).values()]
    slowest = f"{max(row.polled.seconds for row in rows):.1f} s"
    readings = str(sum(row.readings for row in rows))
    return "| " + " | ".join([name, str(len(rows)), *shares, readings, slowest]) + " |"


def _percent(share: Share) -> str:
    if share.ratio is None:
        return _EMPTY
    return f"{share.ratio:.1%} of {share.expected}"


_INTRODUCTION: Final = """\
# What is read of real devices

Recordings of real devices, served by the simulator and polled by the engine over UDP, eight at a
time. The recordings, and another monitoring system's reading of them, are that project's test data
and not part of this one. A value counts where the same instance is read with the same value, within
1 %, in the metric's base unit; a port where its states and octets are; model, version and serial
number where one says what the other does. `make profiles` makes this page where the recordings are
to be had (`NETMON_RECORDINGS` names their folder).
"""
_DOUBTED: Final = """
## Where the other system is wrong

These are left out of the count: netmon reads something else there, or nothing, and why.

| recording | instance | why |
|---|---|---|"""
