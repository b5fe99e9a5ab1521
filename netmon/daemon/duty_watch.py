"""Say once a day what is amiss with the duty of the next weeks: years end without a reload."""

from __future__ import annotations

import asyncio
import logging
from typing import Final

from netmon.core.duty_ahead import amiss
from netmon.daemon.writer import Writer
from netmon.model.roster import CalendarEnds
from netmon.ports import Clock

log = logging.getLogger(__name__)

_DAILY_S: Final = 86_400.0


async def watch_duty(writer: Writer, clock: Clock) -> None:
    """Look now and every day, for ever."""
    while True:
        for one in amiss(writer.world.inventory, clock.now()):
            if isinstance(one, CalendarEnds):
                log.warning("statutory calendar is known through=%s only", one.through)
            else:
                first = one.times[0].begins.isoformat()
                log.warning(
                    "nobody on call rota=%s times=%d first=%s", one.rota, len(one.times), first
                )
        await asyncio.sleep(_DAILY_S)
