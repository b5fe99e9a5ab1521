"""Tickets as the JSON of ``ticket_schemas``: no rule of the trade stands here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from netmon.api.schemas import ClockOut, ClocksOut
from netmon.api.ticket_schemas import ContactOut, Impact, JournalOut, TicketOut
from netmon.core import clocks
from netmon.core.contact import masked
from netmon.locale import name_of
from netmon.locale.journal import journal_text
from netmon.locale.messages import title
from netmon.locale.runbooks import runbook
from netmon.locale.subjects import label
from netmon.model.alert import ALERT
from netmon.model.inventory import Contact, Inventory, LineId, ProviderId, TenantId
from netmon.model.ticket import JournalEntry, Ticket
from netmon.model.world import World


def ticket_title(ticket: Ticket, inventory: Inventory) -> str:
    """Return a ticket's title: a person's, or in the current language."""
    if ticket.title or not ticket.condition:
        return ticket.title
    what, who = title(ticket.condition), label(ticket.subject, inventory)
    # Of an alert its own name says what it is.
    return f"{who} · {what}" if ticket.subject.startswith(ALERT) else f"{what} · {who}"


def ticket_out(
    ticket: Ticket,
    journal: Sequence[JournalEntry],
    world: World,
    now: datetime,
    *,
    in_full: bool = False,
) -> TicketOut:
    """Return a ticket with its journal.

    Args:
        ticket: it.
        journal: of it.
        world: the present.
        now: to which its clocks are read.
        in_full: whether contacts are not masked.
    """
    inventory = world.inventory
    return TicketOut(
        id=ticket.id,
        title=ticket_title(ticket, inventory),
        state=ticket.state,
        priority=ticket.priority,
        subject=ticket.subject,
        condition=ticket.condition,
        origin=ticket.origin,
        opened_at=ticket.opened_at,
        acknowledged_at=ticket.acknowledged_at,
        cleared_at=ticket.cleared_at,
        restored_at=ticket.restored_at,
        closed_at=ticket.closed_at,
        assignee=ticket.assignee,
        waiting_for=ticket.waiting_for,
        faults=list(ticket.faults),
        impact=Impact(
            lines=list(ticket.lines),
            tenants=list(ticket.tenants),
            contacts=list(_contacts(ticket, inventory, in_full=in_full)),
        ),
        clocks=clocks_out(ticket, inventory, now),
        cause=ticket.cause,
        inferred_cause=ticket.inferred_cause,
        clues=list(ticket.clues),
        remedy=ticket.remedy,
        review=ticket.review,
        parent=ticket.parent,
        children=sorted(t.id for t in world.tickets.values() if t.parent == ticket.id),
        merged_into=ticket.merged_into,
        runbook=runbook(ticket.condition, inventory.policy.runbooks),
        evidence=dict(ticket.evidence),
        journal=[_entry(entry) for entry in journal],
    )


def clocks_out(ticket: Ticket, inventory: Inventory, now: datetime) -> ClocksOut:
    """Return what a ticket's clocks show."""
    shown = {
        name: ClockOut(
            target_s=read.target.total_seconds(),
            spent_s=read.spent.total_seconds(),
            due_at=read.due_at,
            state=read.state,
        )
        for name, read in clocks.readings(ticket, inventory.policy, now).items()
    }
    return ClocksOut(response=shown.get("response"), restore=shown.get("restore"))


def _contacts(ticket: Ticket, inventory: Inventory, *, in_full: bool) -> Iterator[ContactOut]:
    """Yield whom to call: the carriers of the lines first, then the organisations."""
    yield from _carriers(ticket.lines, inventory)
    for ident in ticket.tenants:
        tenant = inventory.tenants.get(TenantId(ident))
        if tenant is None or tenant.contact is None:
            continue
        who: Contact = tenant.contact if in_full else masked(tenant.contact)
        yield ContactOut(
            ref=f"tenant:{ident}",
            name=name_of(tenant.name),
            person=who.name,
            phone=who.phone,
            circuit_ids=[],
        )


def _carriers(lines: Iterable[str], inventory: Inventory) -> Iterator[ContactOut]:
    circuits: dict[ProviderId, list[str]] = {}
    for ident in lines:
        line = inventory.lines.get(LineId(ident))
        if line is not None and line.provider is not None:
            circuits.setdefault(line.provider, []).extend([line.circuit_id or line.id])
    for which, numbers in circuits.items():
        provider = inventory.providers[which]
        yield ContactOut(
            ref=f"provider:{which}",
            name=name_of(provider.name),
            person=None,
            phone=provider.phone,  # of a hotline, and no person's
            circuit_ids=numbers,
        )


def _entry(entry: JournalEntry) -> JournalOut:
    return JournalOut(
        seq=entry.seq,
        at=entry.at,
        actor=entry.actor,
        action=entry.action,
        text=journal_text(entry),
        before=dict(entry.before),
        after=dict(entry.after),
    )
