"""What is past its retention goes; the audit trail stays for half a year at least, whatever is set.

Its newest entry that may go is remembered in the chain before any is deleted, so that what stays
still verifies.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from netmon.daemon.writer import Writer
from netmon.model.audit import AuditEntry, PruneAudit
from netmon.model.record import RecordQuery
from netmon.model.ticket import MACHINE

#: Logs of a network's operation are to be kept for six months (GB/T 22239; Cybersecurity Law).
AUDIT_KEPT: Final = timedelta(days=180)


async def prune(writer: Writer, now: datetime) -> None:
    """Delete what was closed or happened before its retention.

    Raises:
        StoreError: the database cannot be had.
    """
    policy = writer.world.inventory.policy
    before = now - policy.retention
    history = min(before, now - policy.history)
    limit = min(before, now - AUDIT_KEPT)
    query = RecordQuery(AuditEntry, below={"at": limit}, limit=1)
    for entry in await writer.read(lambda store: store.records(query)):
        await writer.act(PruneAudit(MACHINE, entry.id, entry.digest))
    await writer.read(lambda store: store.prune(before, history))
