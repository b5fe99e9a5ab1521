"""The Prometheus page: prepared text of every object, joined family by family.

Law: a scrape prints only what changed since the last one. The label text of an object is made
once; a family's lines of one target are one piece of bytes, replaced when the target's facts are
(compared by identity: facts are replaced whole, never changed); ``/metrics`` joins the pieces.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from netmon.api.families import FAMILIES, Family
from netmon.api.freshness import freshness, periods
from netmon.api.line_series import LineSeries
from netmon.api.own_series import ProcessSeries, own_blocks
from netmon.api.sample import Block
from netmon.api.target_series import TargetSeries
from netmon.model.inventory import Inventory, LineId, TargetId
from netmon.model.totals import Totals
from netmon.model.world import LineNow, TargetNow, World

TEXT: Final = "text/plain; version=0.0.4; charset=utf-8"
OPENMETRICS: Final = "application/openmetrics-text; version=1.0.0; charset=utf-8"

_UNASKED: Final = TargetNow()
_UNSEEN: Final = LineNow()


@dataclass(frozen=True, slots=True)
class Page:
    """A rendered page."""

    content_type: str
    body: bytes


class Exposition:
    """The page of one netmon. Not shared between threads: it keeps what it printed."""

    def __init__(self) -> None:
        self._inventory: Inventory | None = None
        self._targets: dict[TargetId, TargetSeries] = {}
        self._lines: dict[LineId, LineSeries] = {}
        self._process = ProcessSeries()
        self._heads = {
            openmetrics: {family: family.head(openmetrics=openmetrics) for family in FAMILIES}
            for openmetrics in (False, True)
        }

    def page(
        self,
        world: World,
        now: datetime,
        counters: Mapping[tuple[str, str], float],
        *,
        openmetrics: bool = False,
    ) -> Page:
        """Return everything."""
        self._follow(world.inventory)
        pieces: dict[Family, list[bytes]] = {}
        for target_id, target_series in self._targets.items():
            known = world.targets.get(target_id, _UNASKED)
            _collect(pieces, target_series.blocks(known, now))
        for line_id, line_series in self._lines.items():
            totals = self._totals(world, line_series, now)
            _collect(pieces, line_series.blocks(world.lines.get(line_id, _UNSEEN), totals))
        _collect(pieces, own_blocks(world, counters, world.started_at))
        body = self._join(pieces, openmetrics=openmetrics)
        body.append(self._process.text(openmetrics=openmetrics))
        return _page(body, openmetrics=openmetrics)

    def target_page(
        self, world: World, target_id: TargetId, now: datetime, *, openmetrics: bool = False
    ) -> Page | None:
        """Return what is known of one target, None where the inventory has no such target."""
        self._follow(world.inventory)
        series = self._targets.get(target_id)
        if series is None:
            return None
        pieces: dict[Family, list[bytes]] = {}
        _collect(pieces, series.blocks(world.targets.get(target_id, _UNASKED), now))
        return _page(self._join(pieces, openmetrics=openmetrics), openmetrics=openmetrics)

    def _join(self, pieces: Mapping[Family, list[bytes]], *, openmetrics: bool) -> list[bytes]:
        joined: list[bytes] = []
        for family, head in self._heads[openmetrics].items():
            of_family = pieces.get(family)
            if of_family:
                joined.append(head)
                joined.extend(of_family)
        return joined

    def _totals(self, world: World, series: LineSeries, now: datetime) -> Totals | None:
        node = series.line.a.node
        known = world.targets.get(node)
        if known is None or known.totals is None:
            return None
        limits = periods(world.inventory.targets[node], world.inventory.policy.intervals)
        return known.totals if freshness(known, limits, now).counters else None

    def _follow(self, inventory: Inventory) -> None:
        """Take a new inventory over; what did not change keeps its text."""
        if inventory is self._inventory:
            return
        before = self._inventory
        same = before is not None and before.policy.intervals == inventory.policy.intervals
        old = self._targets if same else {}
        self._targets = {
            ident: old[ident]
            if ident in old and old[ident].target == target
            else TargetSeries(target, inventory.policy.intervals)
            for ident, target in inventory.targets.items()
        }
        self._lines = {
            ident: LineSeries(line, inventory) for ident, line in inventory.lines.items()
        }
        self._inventory = inventory


def _collect(pieces: dict[Family, list[bytes]], blocks: Iterable[Block]) -> None:
    for family, text in blocks:
        if not text:
            continue
        of_family = pieces.get(family)
        if of_family is None:
            pieces[family] = [text]
        else:
            of_family.append(text)


def _page(body: list[bytes], *, openmetrics: bool) -> Page:
    if openmetrics:
        body.append(b"# EOF\n")
    return Page(OPENMETRICS if openmetrics else TEXT, b"".join(body))
