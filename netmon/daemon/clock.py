"""The one file that reads the time of day."""

from __future__ import annotations

from datetime import UTC, datetime


class SystemClock:
    """The machine's clock; never backwards within a process, should somebody set it back."""

    def __init__(self) -> None:
        self._last = datetime.min.replace(tzinfo=UTC)

    def now(self) -> datetime:
        """Return the present instant, aware, in UTC."""
        self._last = max(self._last, datetime.now(UTC))  # noqa: TID251 - this is the one place
        return self._last
