"""The audit trail: to read, and to prove whole. Nothing here, or elsewhere, alters it."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query
from pydantic import Field

from netmon.api.access_schemas import AuditOut, BreakOut, VerificationOut
from netmon.api.caller import live
from netmon.api.deps import Asked, DeskDep, Paged, below, cut_newest
from netmon.api.schemas import Instant, Listing
from netmon.core.audit import Walk
from netmon.locale import say
from netmon.model.audit import GENESIS, AuditEntry, AuditHead
from netmon.model.record import RecordQuery
from netmon.ports import Desk, Store

router = APIRouter(prefix="/api/v1/audit", tags=["access"])

_PAGE: Final = 1000


class AuditFilter(Paged):
    """Which entries to list, the newest first."""

    actor: str | None = None
    action: str | None = None
    subject: str | None = None
    ok: bool | None = None
    since: Instant | None = Field(None, alias="from")
    until: Instant | None = Field(None, alias="to")


@router.get("")
async def audit(desk: DeskDep, asked: Annotated[AuditFilter, Query()]) -> Listing[AuditOut]:
    """List what was done, and what was refused."""
    before = below(asked)
    query = RecordQuery(
        AuditEntry,
        equal=_given(actor=asked.actor, action=asked.action, subject=asked.subject, ok=asked.ok),
        at_least=_given(at=asked.since),
        below=_given(at=asked.until, id=before),
        limit=asked.limit + 1,
    )
    found = await desk.read(lambda store: store.records(query))
    return Listing(
        items=[_out(entry) for entry in found[: asked.limit]],
        next=cut_newest(found, lambda entry: entry.id, asked),
    )


@router.get("/verification")
async def verification(desk: DeskDep, _asked: Annotated[Asked, Query()]) -> VerificationOut:
    """Walk along the whole chain, from the oldest entry that is kept, and say if it holds."""
    heads = live(desk, AuditHead)
    walk = Walk(heads[0] if heads else None)
    await _walk(desk, walk)
    return VerificationOut(
        ok=walk.broken is None,
        entries=walk.seen,
        last=walk.last or None,
        digest=walk.head.digest if walk.head else GENESIS,
        broken=BreakOut(entry=walk.broken.entry, why=say(walk.broken.why)) if walk.broken else None,
    )


async def _walk(desk: Desk, walk: Walk) -> None:
    """Read page by page: the writer needs the store in between. What is newer is not looked at."""
    last = walk.head.last if walk.head else 0
    begin = 0
    while True:
        entries = await desk.read(lambda store, begin=begin: _page(store, begin, last))  # type: ignore[misc]
        for entry in entries:
            if not walk.step(entry):
                return
        if len(entries) < _PAGE:
            break
        begin = entries[-1].id + 1
    walk.end()


def _page(store: Store, begin: int, last: int) -> list[AuditEntry]:
    window = {"at_least": {"id": begin}, "below": {"id": last + 1}}
    return store.records(RecordQuery(AuditEntry, **window, oldest_first=True, limit=_PAGE))


def _given(**conditions: Any) -> dict[str, Any]:  # noqa: ANN401 - whatever the field is
    return {name: value for name, value in conditions.items() if value is not None}


def _out(entry: AuditEntry) -> AuditOut:
    return AuditOut(
        id=entry.id,
        at=entry.at,
        actor=entry.actor,
        action=entry.action,
        subject=entry.subject,
        ok=entry.ok,
        data=dict(entry.data),
        previous=entry.previous,
        digest=entry.digest,
    )
