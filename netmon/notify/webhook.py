"""Tell a webhook: every notice as one JSON object.

::

    {"key": "desk:17", "event": {"id": 17, "at": "2026-11-23T08:00:00Z", "kind": "fault_raised",
     "subject": "line:LN-0001", "data": {"fault": 7, "condition": "line_down", …}},
     "message": {"en": "…", "zh": "…"}}

``message`` is null where the event is neither of a fault nor of planned work.

``key`` is also the header ``Idempotency-Key``: the same key may come twice and means the same.

With a secret each try is signed as Standard Webhooks 1.0.0 says: ``webhook-id`` is the key,
``webhook-timestamp`` the time of the try (seconds of Unix), ``webhook-signature`` the HMAC-SHA256
of ``id.timestamp.body``. Who checks all three and the age of the second cannot be fooled by a
replay.
"""

from __future__ import annotations

import base64
import hmac
import json
import math
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final
from urllib.parse import quote

from netmon.model.event import Attempt, Event, Notice
from netmon.model.secret import Secret
from netmon.notify.post import NO_TRUST, TIMEOUT_S, Postman, Trust
from netmon.notify.told_fault import fault_of
from netmon.notify.wording import Label, of_planned_work, sentences
from netmon.ports import Clock

#: How a secret begins that is written in base64, by Standard Webhooks.
_ENCODED: Final = "whsec_"


class JsonWebhook:
    """A Notifier."""

    def __init__(
        self,
        receiver: str,
        url: str,
        label: Label,
        clock: Clock,
        secret: Secret | None = None,
        timeout_s: float = TIMEOUT_S,
        *,
        trust: Trust = NO_TRUST,
    ) -> None:
        self._postman = Postman(receiver, url, timeout_s, trust=trust)
        self._label = label
        self._clock = clock
        self._secret = secret

    async def notify(self, notice: Notice) -> Attempt:
        """Post the notice."""
        fault = fault_of(notice.event)
        message = (
            sentences(fault, self._label) if fault else of_planned_work(notice.event, self._label)
        )
        told = {"key": notice.key, "event": _event(notice.event), "message": message}
        body = json.dumps(_json(told), allow_nan=False).encode("ascii")
        headers = {}
        if self._secret is not None:
            headers = signature(self._secret, notice.key, self._clock.now(), body)
        return await self._postman.post(body, notice.key, headers)

    async def close(self) -> None:
        """Nothing is held open between notices."""


def signature(secret: Secret, key: str, at: datetime, body: bytes) -> dict[str, str]:
    """Return the headers by which the far side knows that a body is netmon's, and of now."""
    stamp, ident = str(int(at.timestamp())), quote(key, safe=":")
    signed = f"{ident}.{stamp}.".encode() + body
    mac = hmac.digest(signing_key(secret), signed, "sha256")
    return {
        "webhook-id": ident,
        "webhook-timestamp": stamp,
        "webhook-signature": f"v1,{base64.b64encode(mac).decode('ascii')}",
    }


def signing_key(secret: Secret) -> bytes:
    """Return the octets of a secret: base64 behind ``whsec_``, else the text itself.

    Raises:
        ValueError: what stands behind ``whsec_`` is no base64; it is not repeated.
    """
    text = secret.reveal()
    if not text.startswith(_ENCODED):
        return text.encode()
    try:
        return base64.b64decode(text.removeprefix(_ENCODED), validate=True)
    except ValueError:
        raise ValueError("not base64") from None


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
