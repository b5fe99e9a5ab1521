"""Counters made continuous: what netmon itself has seen pass, which never goes down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType


@dataclass(frozen=True, slots=True, eq=False)
class Baseline:
    """The last poll as the agent told it: what the next one is compared with."""

    at: datetime
    names: tuple[str, ...]
    counters: Mapping[str, list[int | None]]
    totals: Mapping[str, list[int]]  #: sums so far, of rows that tell nothing at present too
    discontinuity: list[int | None]  #: ifCounterDiscontinuityTime; empty = not read
    wide: tuple[bool, ...]
    uptime_ticks: int | None
    engine_boots: int | None
    parked: Mapping[str, Mapping[str, int]] = field(
        default_factory=lambda: MappingProxyType({})
    )  #: sums of interfaces that are gone, should they come back


@dataclass(frozen=True, slots=True, eq=False)
class Totals:
    """Monotonic totals and rates of a target's interfaces, aligned with ``names``.

    None: the agent does not tell, or nothing can be said since the last discontinuity.
    """

    names: tuple[str, ...] = ()
    totals: Mapping[str, list[int | None]] = field(default_factory=lambda: MappingProxyType({}))
    rates: Mapping[str, list[float | None]] = field(
        default_factory=lambda: MappingProxyType({})
    )  #: per second, by the same names
    discontinuities: int = 0  #: intervals that were dropped and not guessed
    baseline: Baseline | None = None
