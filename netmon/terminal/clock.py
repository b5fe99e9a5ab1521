"""The district's time, as the running netmon tells it."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from netmon.terminal.client import Client


def zone_of(client: Client) -> tuple[ZoneInfo, datetime]:
    """Return the zone of the district, and what time it is to netmon."""
    status = client.get("status")
    return ZoneInfo(status["timezone"]), datetime.fromisoformat(status["at"])
