"""What is amiss with the duty of the next weeks: times when nobody is on call, days not known."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from netmon.core.roster import gaps
from netmon.model.inventory import Inventory
from netmon.model.roster import CalendarEnds, Days, NobodyOnCall, Rota

#: So far ahead it is looked.
AHEAD: Final = timedelta(days=28)
#: The calendar of the next year is published in November.
_NOTICE: Final = timedelta(days=60)


def amiss(inventory: Inventory, now: datetime) -> Iterator[NobodyOnCall | CalendarEnds]:
    """Yield what somebody should see to."""
    policy = inventory.policy
    for rota in inventory.rotas.values():
        found = gaps(rota, policy.calendar, policy.timezone, now, now + AHEAD)
        if found:
            yield NobodyOnCall(rota.id, found, now + AHEAD)
    through = policy.calendar.through
    last = (now + _NOTICE).astimezone(ZoneInfo(policy.timezone)).date()
    if through is not None and through < last and _is_used(inventory):
        yield CalendarEnds(through)


def _is_used(inventory: Inventory) -> bool:
    if any(hours.statutory for hours in inventory.policy.hours.values()):
        return True
    return any(_looks_at_it(rota) for rota in inventory.rotas.values())


def _looks_at_it(rota: Rota) -> bool:
    return any(
        layer.days is not Days.ALL
        or layer.hours.statutory
        or (layer.outside is not None and layer.outside.statutory)
        for layer in rota.layers
    )
