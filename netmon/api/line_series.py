"""One line's samples, printed again only where what is known of it changed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from netmon.api import families as f
from netmon.api.sample import Block, block, labels
from netmon.model.inventory import Inventory, Line, SiteEnd
from netmon.model.totals import Totals
from netmon.model.world import LineNow, LineState

_IS_UP: Final = {
    LineState.UP: 1,
    LineState.DEGRADED: 1,
    LineState.DOWN: 0,
    LineState.UNREACHABLE: 0,
}


class LineSeries:
    """The prepared text of one line."""

    __slots__ = (
        "_in",
        "_labels",
        "_names",
        "_out",
        "_position",
        "_said",
        "_seen",
        "_states",
        "_still",
        "line",
    )

    def __init__(self, line: Line, inventory: Inventory) -> None:
        self.line = line
        self._labels = labels(line=line.id)
        self._in = labels(line=line.id, direction="receive")
        self._out = labels(line=line.id, direction="transmit")
        self._states = {state: labels(line=line.id, state=state) for state in LineState}
        self._still = (
            block(f.LINE_BANDWIDTH, [(self._labels, line.bandwidth_bps / 8)]),
            block(f.LINE_INFO, [(_info(line, inventory), 1)]),
        )
        self._names: tuple[str, ...] | None = None
        self._position: int | None = None
        self._seen: tuple[LineNow, Totals | None] | None = None
        self._said: list[Block] = []

    def blocks(self, known: LineNow, totals: Totals | None) -> list[Block]:
        """Return the line's samples by family.

        Args:
            known: what is known of it.
            totals: of end A's node, None where they are not fresh.
        """
        seen = self._seen
        if seen is None or seen[0] is not known or seen[1] is not totals:
            self._seen = (known, totals)
            self._said = [
                *self._state(known),
                *self._still,
                *self._traffic(totals),
                *self._quality(known, fresh=totals is not None),
            ]
        return self._said

    def _state(self, known: LineNow) -> Iterable[Block]:
        up = _IS_UP.get(known.state)
        if up is not None:
            yield block(f.LINE_UP, [(self._labels, up)])
        states = [(text, int(state is known.state)) for state, text in self._states.items()]
        yield block(f.LINE_STATE, states)

    def _traffic(self, totals: Totals | None) -> Iterable[Block]:
        at = self._at(totals)
        if totals is None or at is None:
            return
        for family, counter in ((f.LINE_RECEIVED, "in_octets"), (f.LINE_SENT, "out_octets")):
            column = totals.totals.get(counter)
            value = column[at] if column else None
            if value is not None:
                yield block(family, [(self._labels, value)])

    def _at(self, totals: Totals | None) -> int | None:
        """Return where end A's interface stands among the node's."""
        if totals is not None and totals.names is not self._names:
            self._names = totals.names
            name = self.line.a.interface
            self._position = totals.names.index(name) if name in totals.names else None
        return self._position

    def _quality(self, known: LineNow, *, fresh: bool) -> Iterable[Block]:
        ratios = ((self._in, known.in_ratio), (self._out, known.out_ratio))
        used = [(text, ratio) for text, ratio in ratios if ratio is not None]
        if used and fresh:
            yield block(f.LINE_USE, used)
        for family, value in (
            (f.LINE_RTT, known.rtt_s),
            (f.LINE_LOSS, known.loss_ratio),
            (f.LINE_JITTER, known.jitter_s),
            (f.LINE_FLAPS, known.flap_penalty),
        ):
            if value is not None:
                yield block(family, [(self._labels, value)])


def _info(line: Line, inventory: Inventory) -> bytes:
    tenant = inventory.tenants.get(line.tenant) if line.tenant else None
    provider = inventory.providers.get(line.provider) if line.provider else None
    far = line.z.site if isinstance(line.z, SiteEnd) else line.z.node
    return labels(
        line=line.id,
        kind=line.kind,
        name=line.name.en,
        name_zh=line.name.zh,
        tenant=line.tenant,
        tenant_name=tenant and tenant.name.en,
        tenant_name_zh=tenant and tenant.name.zh,
        provider=line.provider,
        provider_name=provider and provider.name.en,
        provider_name_zh=provider and provider.name.zh,
        circuit_id=line.circuit_id,
        target=line.a.node,
        interface=line.a.interface,
        far_end=far,
        group=line.group and line.group[0],
    )
