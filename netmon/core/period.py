"""Periods as people write them: a year, a month, a day or an instant, in the district's zone."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from netmon.locale import N_
from netmon.model.errors import UsageError

_EDGE: Final = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


def edge(word: str, zone: str) -> datetime:
    """Return the instant at which a year, month or day begins; or the instant that is written.

    Raises:
        UsageError: it is none of these.
    """
    wrong = UsageError(
        N_('"{word}" is no time; write 2026, 2026-01, 2026-01-31 or 2026-01-31T08:00:00Z'),
        word=word,
    )
    found = _EDGE.fullmatch(word)
    try:
        if found is not None:
            year, month, day = (int(part or 1) for part in found.groups())
            return datetime(year, month, day, tzinfo=ZoneInfo(zone)).astimezone(UTC)
        at = datetime.fromisoformat(word)
        return (at if at.tzinfo else at.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise wrong from error


def month_of(now: datetime, zone: str) -> tuple[datetime, datetime]:
    """Return the month that an instant lies in, up to that instant."""
    here = now.astimezone(ZoneInfo(zone))
    begin = here.replace(day=1, hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)
    return begin, now
