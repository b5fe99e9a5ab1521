"""Say what follows from putting another inventory under the present, before it is done.

Rule 1: only what changes is told; what was wrong before and stays so is no consequence.
Rule 2: everything is reckoned by the rules that will do it (``present``, ``maintenance``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from netmon.core.changes import changes, differing
from netmon.core.checks.line import in_service
from netmon.core.cuts import cuts_of, net_of
from netmon.core.estimate import estimate, series_of
from netmon.core.maintenance import is_active, maintenance_of
from netmon.core.present import asked_anew, subjects, why_ended
from netmon.core.rules import has_lost_its_rule
from netmon.core.topology import connected, topology_of
from netmon.model.condition import ConditionId
from netmon.model.fault import Ended, Fault, FaultId
from netmon.model.inventory import Inventory, Line, LineId, TargetId
from netmon.model.reload import Consequence, Effect, How, Outcome, Reloaded, ReloadWish
from netmon.model.ticket import TicketState
from netmon.model.topology import Topology
from netmon.model.world import World

#: A reload that removes a greater share of the lines, or of the targets, needs a person's yes.
#: Half: a district is rebuilt piece by piece; what an editor or a checkout loses is most or all.
MOST: Final = 0.5


def danger(old: Inventory, new: Inventory) -> tuple[str, int, int] | None:
    """Return what most is removed of, how many of them and of how many; None where nothing is."""
    for name, before, after in (
        ("lines", set(old.lines), set(new.lines)),
        ("targets", set(old.targets), set(new.targets)),
    ):
        removed = len(before - after)
        if removed > MOST * len(before):
            return name, removed, len(before)
    return None


def consequences(
    old: Inventory, new: Inventory, now: datetime, live: World | None = None
) -> tuple[Consequence, ...]:
    """Return what follows, the worst first.

    Args:
        old: the inventory that stands.
        new: the one that is to.
        now: by which windows and terms are looked at.
        live: the present under ``old``; without it nothing is said of faults and tickets.
    """
    both = _Both(old, new, topology_of(old), topology_of(new), now)
    found = [*_ways(both), *_partners(both), *_tenants(both), *_rules(both, live)]
    found += [*_windows(both), *_asked(both), *_series(both)]
    if live is not None:
        found += _faults(both, live)
    order = list(Effect)
    return tuple(sorted(found, key=lambda one: order.index(one.effect)))


@dataclass(frozen=True, slots=True)
class _Both:
    """Both inventories and their graphs."""

    old: Inventory
    new: Inventory
    before: Topology
    after: Topology
    now: datetime

    def today(self, of: Inventory) -> date:
        return self.now.astimezone(ZoneInfo(of.policy.timezone)).date()

    def serving(self, of: Inventory) -> list[Line]:
        """Return the lines in service today."""
        today = self.today(of)
        return [line for line in of.lines.values() if in_service(line, today)]


# --- ways -----------------------------------------------------------------------------------------


def _ways(both: _Both) -> Iterator[Consequence]:
    if both.after.root is None:
        if both.before.root is not None:
            yield Consequence(Effect.ROOT_GONE, f"node:{both.before.root}")
        return
    before, after = connected(both.before), connected(both.after)
    yield from _lines_cut_off(both, before, after)
    nodes = [t.id for t in both.new.targets.values() if t.kind == "node" and t.id in before]
    for node in nodes:
        if node not in after:
            yield Consequence(Effect.NODE_CUT_OFF, f"node:{node}")
    narrow_before, narrow_after = _narrow(both.before), _narrow(both.after)
    for node in nodes:
        if node in after and node in narrow_after and node not in narrow_before:
            yield Consequence(Effect.NODE_SINGLE, f"node:{node}")


def _lines_cut_off(
    both: _Both, before: Set[TargetId], after: Set[TargetId]
) -> Iterator[Consequence]:
    for line in both.new.lines.values():
        was = both.old.lines.get(line.id)
        if line.a.node in after:
            continue
        if was is None:
            yield Consequence(Effect.LINE_WITHOUT_PARENT, line.ref, {"node": line.a.node})
        elif was.a.node in before:
            yield Consequence(Effect.LINE_CUT_OFF, line.ref, {"node": line.a.node})


def _narrow(topology: Topology) -> frozenset[TargetId]:
    """Return the nodes that one node or one line alone severs from netmon."""
    return cuts_of(net_of(topology)).narrow & connected(topology)


# --- partners -------------------------------------------------------------------------------------


def _partners(both: _Both) -> Iterator[Consequence]:
    before = Counter(line.group[0] for line in both.serving(both.old) if line.group)
    serving = both.serving(both.new)
    after = Counter(line.group[0] for line in serving if line.group)
    for line in serving:
        if line.group and after[line.group[0]] == 1 and before[line.group[0]] > 1:
            yield Consequence(Effect.LINE_SINGLE, line.ref, {"group": line.group[0]})


def _tenants(both: _Both) -> Iterator[Consequence]:
    before, after = _owned(both.serving(both.old)), _owned(both.serving(both.new))
    for tenant in both.new.tenants:
        had, has = before.get(tenant, ()), after.get(tenant, ())
        if had and not has:
            yield Consequence(Effect.TENANT_WITHOUT_LINE, f"tenant:{tenant}")
        elif len(had) > 1 and len(has) == 1:
            yield Consequence(Effect.TENANT_SINGLE, f"tenant:{tenant}", {"line": has[0]})


def _owned(lines: list[Line]) -> Mapping[str, tuple[LineId, ...]]:
    found: dict[str, tuple[LineId, ...]] = {}
    for line in lines:
        if line.tenant is not None:
            found[line.tenant] = (*found.get(line.tenant, ()), line.id)
    return found


# --- what is judged, asked, exported --------------------------------------------------------------


def _rules(both: _Both, live: World | None) -> Iterator[Consequence]:
    for condition in ConditionId:
        was = both.old.policy.rule(condition).enabled
        if was is both.new.policy.rule(condition).enabled:
            continue
        open_ = sum(f.condition is condition for f in live.faults.values()) if live else None
        if was:
            yield Consequence(Effect.RULE_OFF, condition.value, {"faults": open_})
        else:
            yield Consequence(Effect.RULE_ON, condition.value)


def _windows(both: _Both) -> Iterator[Consequence]:
    for window in both.old.maintenance.values():
        after = both.new.maintenance.get(window.id)
        if not is_active(window, both.now, both.old.policy.timezone):
            continue
        if after is None or not is_active(after, both.now, both.new.policy.timezone):
            yield Consequence(Effect.WINDOW_ENDS, f"maintenance:{window.id}")


def _asked(both: _Both) -> Iterator[Consequence]:
    for target in asked_anew(both.old, both.new, both.before, both.after):
        was = both.old.targets.get(target.id)
        if was is not None:
            what = [*differing(was, target)]
            if both.before.bound.get(target.id) != both.after.bound.get(target.id):
                what.append("lines")
            yield Consequence(Effect.ASKED_ANEW, target.ref, {"what": ", ".join(what)})


def _series(both: _Both) -> Iterator[Consequence]:
    old, new = _exported(both.old), _exported(both.new)
    gone = sum(max(0, n - new.get(of, 0)) for of, n in old.items())
    more = sum(max(0, n - old.get(of, 0)) for of, n in new.items())
    if gone or more:
        yield Consequence(Effect.SERIES, "netmon:self", {"gone": gone, "new": more})


def _exported(inventory: Inventory) -> Mapping[str, int]:
    found: dict[str, int] = {one.target: one.series for one in estimate(inventory)}
    found |= {line.ref: series_of(line) for line in inventory.lines.values()}
    return found


# --- faults and tickets ---------------------------------------------------------------------------


def _faults(both: _Both, live: World) -> Iterator[Consequence]:
    ended = _ended(both, live)
    for number, why in ended.items():
        fault = live.faults[number]
        yield Consequence(Effect.FAULT_ENDS, fault.subject, {**_said(fault), "why": why.value})
    for ticket in live.tickets.values():
        open_ = [fault for fault in ticket.faults if fault in live.faults]
        if ticket.state is not TicketState.CLOSED and open_ and ended.keys() >= set(open_):
            yield Consequence(Effect.TICKET_RESTORED, f"ticket:{ticket.id}")
    for fault in live.faults.values():
        if fault.id not in ended:
            yield from _covered(both, fault)


def _ended(both: _Both, live: World) -> Mapping[FaultId, Ended]:
    known = subjects(both.new)
    serving = {line.ref for line in both.serving(both.new)}
    ended: dict[FaultId, Ended] = {}
    for fault in live.faults.values():
        why = why_ended(both.new, both.after, fault.key, known)
        if why is None and fault.subject.startswith("line:") and fault.subject not in serving:
            why = Ended.LINE_ENDED
        if why is None and has_lost_its_rule(both.new, both.after, fault):
            why = Ended.RULE_DISABLED
        if why is not None:
            ended[fault.id] = why
    return ended


def _covered(both: _Both, fault: Fault) -> Iterator[Consequence]:
    """Yield that a fault goes under planned work, or comes out from under it."""
    window = maintenance_of(both.new, fault.about, both.now)
    if (fault.suppressed_by or "").startswith("maintenance:"):
        if window is None:
            yield Consequence(Effect.FAULT_HEARD, fault.subject, _said(fault))
    elif window is not None and maintenance_of(both.old, fault.about, both.now) is None:
        params = {**_said(fault), "window": window.partition(":")[2]}
        yield Consequence(Effect.FAULT_COVERED, fault.subject, params)


def _said(fault: Fault) -> dict[str, str | int | float | bool | None]:
    return {"fault": fault.id, "condition": fault.condition.value, "ticket": fault.ticket}


def weighed(world: World, inventory: Inventory, wish: ReloadWish, now: datetime) -> Reloaded:
    """Say what putting an inventory under the present comes to, and whether it may be."""
    old = world.inventory
    too_much = danger(old, inventory)
    outcome = Outcome.TAKEN_UP
    if wish.dry_run:
        outcome = Outcome.DRY_RUN
    elif too_much is not None and not wish.yes:
        outcome = Outcome.REFUSED
    name, removed, there = too_much or (None, 0, 0)
    return Reloaded(
        outcome=outcome,
        before=old.digest,
        after=inventory.digest,
        differences=changes(old, inventory),
        consequences=consequences(old, inventory, now, world),
        danger=name,
        removed=removed,
        there=there,
    )


def told(reloaded: Reloaded, wish: ReloadWish) -> dict[str, object]:
    """Return a reload as the event stream tells it: who asked, and how much of what."""
    how = Counter(one.how for one in reloaded.differences)
    effects = Counter(one.effect for one in reloaded.consequences)
    return {
        "by": wish.by.value,
        "actor": wish.actor,
        "before": reloaded.before,
        "after": reloaded.after,
        **{kind.value: how[kind] for kind in How},
        "consequences": {effect.value: effects[effect] for effect in Effect if effects[effect]},
    }
