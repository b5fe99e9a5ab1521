"""Tell a webhook: every notice as one JSON object.

::

    {"key": "desk:17", "event": {"id": 17, "at": "2026-11-23T08:00:00Z", "kind": "fault_raised",
     "subject": "line:LN-0001", "data": {"fault": 7, "condition": "line_down", …}},
     "message": {"en": "…", "zh": "…"}}

``message`` is null where the event is neither of a fault nor of planned work.

``key`` is also the header ``Idempotency-Key``: the same key may come twice and means the same.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from datetime import UTC, datetime

from netmon.model.event import Delivery, Event, Notice
from netmon.notify.post import TIMEOUT_S, Postman
from netmon.notify.told_fault import fault_of
from netmon.notify.wording import Label, of_planned_work, sentences


class JsonWebhook:
    """A Notifier."""

    def __init__(self, receiver: str, url: str, label: Label, timeout_s: float = TIMEOUT_S) -> None:
        self._postman = Postman(receiver, url, timeout_s)
        self._label = label

    async def notify(self, notice: Notice) -> Delivery:
        """Post the notice."""
        fault = fault_of(notice.event)
        message = (
            sentences(fault, self._label) if fault else of_planned_work(notice.event, self._label)
        )
        told = {"key": notice.key, "event": _event(notice.event), "message": message}
        body = json.dumps(_json(told), allow_nan=False).encode("ascii")
        return await self._postman.post(body, notice.key)

    async def close(self) -> None:
        """Nothing is held open between notices."""


def rfc3339(at: datetime) -> str:
    """Return an instant as in RFC 3339, in UTC."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _event(event: Event) -> dict[str, object]:
    return {
        "id": event.id,
        "at": rfc3339(event.at),
        "kind": event.kind.value,
        "subject": event.subject,
        "data": event.data,
    }


def _json(value: object) -> object:
    """Return what JSON can say of a value: what is not a number (RFC 8259 §6) becomes null."""
    match value:
        case Mapping():
            return {str(key): _json(inner) for key, inner in value.items()}
        case list() | tuple():
            return [_json(inner) for inner in value]
        case float() if not math.isfinite(value):
            return None
        case None | str() | int() | float():
            return value
        case datetime():
            return rfc3339(value)
    return str(value)
