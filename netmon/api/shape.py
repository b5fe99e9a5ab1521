"""Model values as the JSON of ``schemas``: no rule of the trade stands here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from netmon.api.schemas import (
    FaultOut,
    InterfaceOut,
    LineOut,
    NameOut,
    ReadingOut,
    SystemOut,
    TargetDetail,
    TargetOut,
    TroubleOut,
)
from netmon.locale.messages import fault_message, title
from netmon.locale.subjects import label
from netmon.locale.words import word
from netmon.model.fault import Fault
from netmon.model.inventory import Inventory, Line, Name, PortEnd, Target
from netmon.model.reading import Interfaces, Reading, System
from netmon.model.world import LineNow, TargetNow, World

UNASKED = TargetNow()
UNSEEN = LineNow()


def name_out(name: Name) -> NameOut:
    """Return a name in both languages."""
    return NameOut(zh=name.zh, en=name.en)


def open_faults(world: World) -> dict[str, list[int]]:
    """Return the ids of open faults by subject; an interface's are also its node's."""
    found: dict[str, list[int]] = defaultdict(list)
    for fault in world.faults.values():
        found[fault.subject].append(fault.id)
        if fault.subject.startswith("interface:"):
            node = fault.subject.removeprefix("interface:").partition("/")[0]
            found[f"node:{node}"].append(fault.id)
    return found


def target_out(target: Target, known: TargetNow, faults: Sequence[int]) -> TargetOut:
    """Return a target."""
    return TargetOut(
        id=target.id,
        kind=target.kind,
        name=name_out(target.name),
        site=target.site,
        role=target.role,
        address=target.address,
        state=known.state,
        since=known.since,
        last_reply_at=known.last_reply_at,
        profiles=list(known.profiles),
        open_faults=list(faults),
    )


def target_detail(target: Target, known: TargetNow, faults: Sequence[int]) -> TargetDetail:
    """Return a target with all that is known of it."""
    facts = known.facts
    return TargetDetail(
        **target_out(target, known, faults).model_dump(),
        system=_system(facts.system),
        interfaces=_interfaces(facts.interfaces),
        readings=[reading_out(reading) for reading in facts.readings],
        problems=[TroubleOut(part=t.part, error=word(t.silence)) for t in facts.troubles],
    )


def _system(system: System) -> SystemOut:
    return SystemOut(
        descr=system.descr,
        object_id=str(system.object_id) if system.object_id else None,
        name=system.name,
        uptime_s=system.uptime_s,
        vendor=system.vendor,
        model=system.model,
        version=system.version,
        serial=system.serial,
    )


def _interfaces(seen: Interfaces) -> list[InterfaceOut]:
    columns = (
        seen.index,
        seen.names,
        seen.alias,
        seen.type,
        seen.admin,
        seen.oper,
        seen.speed_bps,
    )
    fields = ("index", "name", "alias", "type", "admin", "oper", "speed_bps")
    return [
        InterfaceOut.model_validate(dict(zip(fields, row, strict=True)))
        for row in zip(*columns, strict=True)
    ]


def reading_out(reading: Reading) -> ReadingOut:
    """Return a reading."""
    return ReadingOut(
        metric=reading.sensor.metric,
        sensor=reading.sensor.name,
        value=reading.value,
        oid=str(reading.sensor.oid),
        state=reading.state,
        severity=reading.severity,
        worked_out_of=[str(oid) for oid in reading.sensor.worked_out_of],
    )


def line_out(line: Line, known: LineNow, faults: Sequence[int]) -> LineOut:
    """Return a line."""
    far = f"{line.z.node}/{line.z.interface}" if isinstance(line.z, PortEnd) else line.z.site
    return LineOut(
        id=line.id,
        name=name_out(line.name),
        kind=line.kind,
        tenant=line.tenant,
        provider=line.provider,
        circuit_id=line.circuit_id,
        bandwidth_bps=line.bandwidth_bps,
        state=known.state,
        since=known.since,
        in_ratio=known.in_ratio,
        out_ratio=known.out_ratio,
        rtt_s=known.rtt_s,
        loss_ratio=known.loss_ratio,
        open_faults=list(faults),
        in_bps=known.in_bps,
        flap_penalty=known.flap_penalty,
        out_bps=known.out_bps,
        jitter_s=known.jitter_s,
        a=f"{line.a.node}/{line.a.interface}",
        z=far,
    )


def fault_out(fault: Fault, inventory: Inventory) -> FaultOut:
    """Return a fault, its message in the current language."""
    who = label(fault.about, inventory)
    return FaultOut(
        id=fault.id,
        title=f"{title(fault.condition)} · {who}",
        subject=fault.subject,
        condition=fault.condition,
        severity=fault.severity,
        raised_at=fault.raised_at,
        began_at=fault.began_at,
        cleared_at=fault.cleared_at,
        ended_at=fault.ended_at,
        ended_by=fault.ended_by,
        root=fault.root,
        suppressed_by=fault.suppressed_by,
        flapping=fault.flapping,
        message=fault_message(fault.condition, who, fault.params),
        ticket=fault.ticket,
    )
