"""What is past its retention goes; the audit trail stays for half a year, and verifies."""

from __future__ import annotations

from datetime import timedelta

from netmon.core.audit import Walk
from netmon.daemon.retention import AUDIT_KEPT, prune
from netmon.model.audit import AuditEntry, AuditHead, RecordRefusal
from netmon.model.record import RecordQuery
from tests.unit.daemon.test_writer import writing


def trail(writer) -> list[AuditEntry]:
    return writer.store.records(RecordQuery(AuditEntry, oldest_first=True))


def holds(writer) -> bool:
    [head] = writer.world.live[AuditHead].values()
    walk = Walk(head)
    if all(walk.step(entry) for entry in trail(writer)):
        walk.end()
    return walk.broken is None


async def test_old_entries_go_and_the_rest_holds():
    async with writing() as writer:
        for _ in range(4):
            await writer.act(RecordRefusal("anonymous", "request"))
            writer.clock.at += timedelta(days=100)
        kept = writer.world.inventory.policy.retention
        assert kept == timedelta(days=400)
        await prune(writer, writer.clock.at)
        assert len(trail(writer)) == 4, "400 days are not over for any"
        writer.clock.at += timedelta(days=101)
        await prune(writer, writer.clock.at)
        left = trail(writer)
        assert [e.action for e in left] == ["request", "request", "audit.prune"]
        assert holds(writer)
        await prune(writer, writer.clock.at)
        assert trail(writer) == left, "there is nothing to prune, and nothing is written"


async def test_a_short_retention_does_not_shorten_the_trail(monkeypatch):
    async with writing() as writer:
        policy = writer.world.inventory.policy
        object.__setattr__(policy, "retention", timedelta(days=7))
        try:
            await writer.act(RecordRefusal("anonymous", "request"))
            writer.clock.at += AUDIT_KEPT - timedelta(days=1)
            await prune(writer, writer.clock.at)
            assert len(trail(writer)) == 1
            writer.clock.at += timedelta(days=2)
            await prune(writer, writer.clock.at)
            assert [e.action for e in trail(writer)] == ["audit.prune"]
            assert holds(writer)
        finally:
            object.__setattr__(policy, "retention", timedelta(days=400))
