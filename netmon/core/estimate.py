"""What an inventory will cost to poll, reckoned before anything is asked."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import Final

from netmon.core.topology import topology_of
from netmon.model.inventory import Inventory, Line, Role, SiteEnd, Target
from netmon.model.plan import TargetPlan
from netmon.model.reading import Lane
from netmon.model.wire import Get, Request, Rows

#: A datagram of at most 1,472 octets holds so many values (12 columns × 5 rows).
_VALUES_PER_DATAGRAM: Final = 60
_COUNTERS: Final = 12
#: Ports of a network element nobody has asked yet, where all are wanted.
_PORTS_GUESSED: Final = 52
#: Sensors of machine-room equipment nobody has asked yet.
_SENSORS_GUESSED: Final = 40
#: Series of a line, and more of one whose far end is asked.
_OF_LINE: Final = 14
_OF_FAR_END: Final = 3
_NETWORK: Final = frozenset(
    {Role.CORE, Role.AGGREGATION, Role.ACCESS, Role.ROUTER, Role.FIREWALL, Role.GAP}
)


def datagrams(plan: TargetPlan) -> dict[Lane, int]:
    """Return how many datagrams a surveyed target is sent per round of each lane, at most."""
    size = min(plan.peer.max_varbinds, _VALUES_PER_DATAGRAM)
    lanes = (Lane.PRESENCE, Lane.STATUS, Lane.COUNTERS)
    return {lane: sum(_datagrams(r, size) for r in plan.requests(lane)) for lane in lanes}


def _datagrams(request: Request, size: int) -> int:
    match request:
        case Get():
            return ceil(len(request.oids) / size)
        case Rows():
            return ceil(len(request.columns) * len(request.rows) / size)
        case _:
            return 1  # the table of the alarms that stand: hardly any rows


@dataclass(frozen=True, slots=True)
class Estimate:
    """What one target costs: datagrams per round of each lane, and exported series."""

    target: str
    datagrams: dict[Lane, int]
    series: int
    per_s: float  #: datagrams per second, all lanes together


def estimate(inventory: Inventory) -> list[Estimate]:
    """Return what each target will cost.

    What an agent has is known only when it is asked: where the inventory does not list the ports,
    a 52-port switch is assumed. Polling itself uses exact rows and costs at most this, as a rule.
    """
    bound = topology_of(inventory).bound
    return [
        _of(target, len(bound.get(target.id, ())), inventory)
        for target in inventory.targets.values()
    ]


def series_of(line: Line) -> int:
    """Return how many series a line has, at most."""
    is_asked = isinstance(line.z, SiteEnd) and line.z.address is not None
    return _OF_LINE + (_OF_FAR_END if is_asked else 0)


def _of(target: Target, bound: int, inventory: Inventory) -> Estimate:
    ports = _PORTS_GUESSED if target.role in _NETWORK else 2
    if target.ports == "none":
        counted = 0
    elif target.ports == "all":
        counted = ports
    else:
        counted = bound if target.ports == "lines" else max(bound, len(target.ports))
    sensors = _SENSORS_GUESSED if target.kind == "device" else 10
    datagrams = {
        Lane.PRESENCE: 1,
        Lane.STATUS: ceil((2 * max(ports, counted) + 3) / _VALUES_PER_DATAGRAM),
        Lane.COUNTERS: ceil((_COUNTERS * counted + sensors) / _VALUES_PER_DATAGRAM),
    }
    every = inventory.policy.intervals
    periods = {
        Lane.PRESENCE: target.presence or every.presence,
        Lane.STATUS: every.status,
        Lane.COUNTERS: target.interval or every.counters,
    }
    per_s = sum(count / periods[lane].total_seconds() for lane, count in datagrams.items())
    series = 8 + 4 * max(ports, counted) + _COUNTERS * counted + sensors
    return Estimate(target.id, datagrams, series, per_s)
