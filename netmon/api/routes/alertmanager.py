"""Alertmanager's webhook, version 4: alerts of other tools come in."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.exceptions import RequestValidationError
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from netmon.api.deps import Asked, DeskDep
from netmon.api.schemas import Out
from netmon.locale import tr
from netmon.model.alert import Alert, AlertOutcome, TellAlerts

router = APIRouter(prefix="/api/v1/alertmanager", tags=["alertmanager"])

#: Some 5,000 alerts with long texts.
_BYTES: Final = 16 << 20
_ALERTS: Final = 10_000
#: So many go into one step; between two others have their turn.
_AT_ONCE: Final = 50
#: Nothing that watches is older; Go writes "no time" as the year 1.
_OLDEST: Final = datetime(2000, 1, 1, tzinfo=UTC)

Words = dict[str, str]


class _In(BaseModel):
    """What else is told is passed over: Alertmanager adds fields from version to version."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class AlertIn(_In):
    """One alert of the group."""

    status: Literal["firing", "resolved"]
    fingerprint: str = Field(pattern=r"^[0-9A-Za-z_-]+$", max_length=64)
    starts_at: AwareDatetime = Field(alias="startsAt", ge=_OLDEST)
    ends_at: AwareDatetime | None = Field(default=None, alias="endsAt")
    labels: Words
    annotations: Words = Field(default_factory=dict)
    generator_url: str = Field(default="", alias="generatorURL")


class AlertsIn(_In):
    """What Alertmanager posts for one group of alerts."""

    version: Literal["4"]
    alerts: list[AlertIn] = Field(max_length=_ALERTS)
    truncated_alerts: int = Field(default=0, alias="truncatedAlerts", ge=0, lt=1 << 32)


class AlertsOut(Out):
    """What became of them."""

    raised: int  #: new faults
    repeated: int  #: known already
    cleared: int
    ignored: int  #: the sum of what follows
    own: int  #: pushed by netmon itself
    unknown: int  #: resolved, and not known to fire
    late: int  #: overtaken by its own end
    unwanted: int  #: of a severity that the policy does not take
    truncated: int  #: left out by Alertmanager (its max_alerts); netmon knows nothing of them
    tickets: list[int]  #: which the new ones opened or joined


_BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": AlertsIn.model_json_schema()}},
    }
}


@router.post("", responses={413: {}, 422: {}}, openapi_extra=_BODY)
async def alerts(request: Request, desk: DeskDep, _asked: Annotated[Asked, Query()]) -> AlertsOut:
    """Take in alerts of other tools; they are on record when this answers."""
    told = _read(await _body(request))
    found = [_alert(one) for one in told.alerts]
    counts: Counter[AlertOutcome] = Counter()
    tickets: dict[int, None] = {}
    last = None
    truncated = told.truncated_alerts
    for start in range(0, len(found), _AT_ONCE):
        some = tuple(found[start : start + _AT_ONCE])
        taken = await desk.act(TellAlerts("alertmanager", some, last, truncated))
        truncated = 0
        counts.update(taken.counts)
        tickets |= dict.fromkeys(taken.tickets)
        last = taken.tickets[-1] if taken.tickets else last
    return _out(counts, told.truncated_alerts, list(tickets))


async def _body(request: Request) -> bytes:
    """Return the body, and stop reading where it is too long."""
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > _BYTES:
            raise HTTPException(
                413,
                tr("the body is longer than {mib} MiB; set max_alerts", mib=_BYTES >> 20),
                {"Connection": "close"},
            )
        parts.append(part)
    return b"".join(parts)


def _read(body: bytes) -> AlertsIn:
    try:
        return AlertsIn.model_validate_json(body)
    except ValidationError as error:
        mistakes = error.errors(include_url=False, include_input=False)
        placed = [{**mistake, "loc": ("body", *mistake["loc"])} for mistake in mistakes[:10]]
        raise RequestValidationError(placed) from error


def _alert(told: AlertIn) -> Alert:
    return Alert(
        fingerprint=told.fingerprint,
        starts_at=told.starts_at.astimezone(UTC),
        ends_at=_end(told),
        labels=told.labels,
        annotations=told.annotations,
        url=told.generator_url,
    )


def _end(told: AlertIn) -> datetime | None:
    if told.status == "firing":
        return None
    ends_at = told.ends_at
    if ends_at is None or ends_at < _OLDEST:
        return datetime.max.replace(tzinfo=UTC)  # it does not say when: now
    return ends_at.astimezone(UTC)


def _out(counts: Counter[AlertOutcome], truncated: int, tickets: list[int]) -> AlertsOut:
    ignored = (
        AlertOutcome.OWN,
        AlertOutcome.UNKNOWN,
        AlertOutcome.LATE,
        AlertOutcome.UNWANTED,
    )
    return AlertsOut(
        **{outcome.value: counts[outcome] for outcome in AlertOutcome},
        ignored=sum(counts[outcome] for outcome in ignored),
        truncated=truncated,
        tickets=tickets,
    )
