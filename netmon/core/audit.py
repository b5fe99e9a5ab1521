"""Keep the audit trail: every entry carries the digest of the one before, so none can be missing.

The chain is of SHA-256 over the entries' canonical JSON. Its two ends are in the one AuditHead;
what is past its retention may go, and the rest still verifies from the digest that is kept of it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC
from types import MappingProxyType
from typing import Final

from netmon.core.draft import Draft
from netmon.locale import N_
from netmon.model.act import Act, Detail
from netmon.model.audit import GENESIS, NONE, AuditEntry, AuditHead, PruneAudit, RecordRefusal
from netmon.model.record import RecordId
from netmon.model.ticket import MACHINE

_NOTHING: Final[Mapping[str, Detail]] = MappingProxyType({})
_LONGEST: Final = 200

#: Why a chain does not hold.
GONE: Final = N_("what stood before it is gone, or another")
ALTERED: Final = N_("it is not as it was written")
CUT: Final = N_("what was written after it is gone")


def digest_of(entry: AuditEntry) -> str:
    """Return the digest of an entry's content, the digest of the entry before included."""
    content = {
        "id": entry.id,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor": entry.actor,
        "action": entry.action,
        "subject": entry.subject,
        "ok": entry.ok,
        "data": dict(entry.data),
        "previous": entry.previous,
    }
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def record(
    draft: Draft,
    actor: str,
    action: str,
    subject: str = "",
    *,
    ok: bool = True,
    data: Mapping[str, Detail] = _NOTHING,
) -> None:
    """Append an entry; it is committed with all else of the step."""
    head = next(iter(draft.live(AuditHead)), None)
    entry = AuditEntry(
        id=draft.next_record(),
        at=draft.now,
        actor=plain(actor),
        action=plain(action),
        subject=plain(subject),
        ok=ok,
        data=MappingProxyType({key: _detail(value) for key, value in data.items()}),
        previous=head.digest if head else GENESIS,
    )
    entry = replace(entry, digest=digest_of(entry))
    draft.keep(entry)
    if head is None:
        draft.keep(AuditHead(draft.next_record(), entry.id, entry.digest))
    else:
        draft.keep(replace(head, last=entry.id, digest=entry.digest))


def plain(text: str) -> str:
    """Return a text that every database takes and that fits on a line."""
    kept = "".join(c for c in text if c.isprintable())
    return kept if len(kept) <= _LONGEST else kept[: _LONGEST - 1] + "…"


def _detail(value: Detail) -> Detail:
    return plain(value) if isinstance(value, str) else value


def record_act(draft: Draft, act: Act[object], refused: str | None = None) -> None:
    """Append what somebody did, or why they were not let; nothing where it is not to be told."""
    if act.called is None:
        return
    data: dict[str, Detail] = dict(act.details)
    if act.via:
        data["via"] = act.via
    if refused is not None:
        data["reason"] = refused
    record(draft, act.by, act.called, act.about, ok=refused is None, data=data)


def record_reload(draft: Draft, told: Mapping[str, object], *, ok: bool = True) -> None:
    """Append that the inventory was taken up, or was not: who asked, by what, which files."""
    data = {
        key: value
        for key, value in told.items()
        if key != "actor" and isinstance(value, str | int | None)
    }
    actor = str(told.get("actor") or told.get("by") or MACHINE)
    record(draft, actor, "reload", "netmon:self", ok=ok, data=data)


def refusal(draft: Draft, act: RecordRefusal) -> None:
    """Append that somebody was not let do something."""
    data = {**act.data, **({"via": act.via} if act.via else {})}
    record(draft, act.actor, act.what, act.subject, ok=False, data=data)


def prune(draft: Draft, act: PruneAudit) -> None:
    """Let entries go: the digest of the last of them is kept, as the chain's new beginning."""
    head = next(iter(draft.live(AuditHead)), None)
    if head is not None and head.pruned < act.last <= head.last:
        draft.keep(replace(head, pruned=act.last, pruned_digest=act.digest))


@dataclass(frozen=True, slots=True)
class Break:
    """Where a chain does not hold, and why."""

    entry: RecordId
    why: str


@dataclass(slots=True)
class Walk:
    """A look along the chain, entry by entry from the oldest."""

    head: AuditHead | None
    seen: int = 0
    last: RecordId = NONE
    broken: Break | None = None
    _digest: str = ""

    def __post_init__(self) -> None:
        self._digest = self.head.pruned_digest if self.head else GENESIS

    def step(self, entry: AuditEntry) -> bool:
        """Look at the next entry; False = the chain is broken here, or ended already."""
        if self.head is not None and entry.id <= self.head.pruned:
            return True  # let go of, and only not deleted yet
        if entry.previous != self._digest:
            self.broken = Break(entry.id, GONE)
        elif entry.digest != digest_of(entry):
            self.broken = Break(entry.id, ALTERED)
        self.seen += 1
        self.last, self._digest = entry.id, entry.digest
        return self.broken is None

    def end(self) -> None:
        """Say that there are no more."""
        expected = self.head.digest if self.head else GENESIS
        if self.broken is None and self._digest != expected and not self._all_pruned():
            self.broken = Break(self.last, CUT)

    def _all_pruned(self) -> bool:
        return self.head is not None and self.head.last == self.head.pruned
