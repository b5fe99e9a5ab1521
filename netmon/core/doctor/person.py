"""Who the device is: its name, its clocks, the profiles that know it, the ports it has."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

from netmon.core.doctor.code import Code
from netmon.core.doctor.finding import Finding
from netmon.core.doctor.question import Ask, Asking, Begin, Clock, Discovered, Kind, Poll, Topic
from netmon.core.doctor.subject import Subject
from netmon.core.interface import find_interface
from netmon.core.match import reason
from netmon.core.poll_once import PolledTarget
from netmon.model.inventory import LineId, PortEnd
from netmon.model.oid import Oid
from netmon.model.profile import ProfileId
from netmon.model.reading import System

_HR_SYSTEM_DATE: Final = Oid.parse("1.3.6.1.2.1.25.1.2.0")
_CLOCK_MAY_BE_OFF_S: Final = 60.0
_JUMP_S: Final = 5.0  #: an engine's clock may differ from ours so much over the examination
_SPECIFIC: Final = ("object_id", "descr", "named")
_DATE_OCTETS: Final = 8
_ZONED_OCTETS: Final = 11
_DESCR_SHOWN: Final = 60  #: characters of sysDescr, which some fill with their licence


def person(subject: Subject, timeout_s: float) -> Asking[list[Finding]]:
    """Poll it once as netmon does, and read its clock."""
    yield Begin(Topic.SELF)
    polled: PolledTarget | None = yield Poll()
    if polled is None or not polled.ok:
        return []
    found = _itself(subject, polled)
    told = yield Ask(subject.peer.credential, Kind.GET, (_HR_SYSTEM_DATE,), timeout_s)
    now: datetime | None = yield Clock()
    value = told.values[0] if told.is_good and told.values else None
    zone = ZoneInfo(subject.inventory.policy.timezone) if subject.inventory else UTC
    theirs = date_and_time(value, zone) if isinstance(value, bytes) else None
    if theirs is not None and now is not None:
        off_s = abs((theirs - now).total_seconds())
        code = Code.CLOCK_OFF if off_s > _CLOCK_MAY_BE_OFF_S else Code.CLOCK_OK
        found.append(Finding(code, {"off_s": off_s}))
    return [*found, *_ledger(subject, polled)]


def date_and_time(octets: bytes, zone: tzinfo) -> datetime | None:
    """Read DateAndTime (RFC 2579); without an offset it is in ``zone``. None: it is none."""
    if len(octets) not in (_DATE_OCTETS, _ZONED_OCTETS):
        return None
    year = int.from_bytes(octets[:2], "big")
    second = min(octets[6], 59)  # 60 is a leap second
    try:
        if len(octets) == _ZONED_OCTETS:
            minutes = octets[9] * 60 + octets[10]
            zone = timezone(timedelta(minutes=-minutes if octets[8:9] == b"-" else minutes))
        return datetime(year, octets[2], octets[3], octets[4], octets[5], second, tzinfo=zone)
    except ValueError:
        return None


def _itself(subject: Subject, polled: PolledTarget) -> list[Finding]:
    system = polled.facts.system
    descr = " ".join((system.descr or "").split())
    short = descr if len(descr) <= _DESCR_SHOWN else descr[: _DESCR_SHOWN - 1] + "…"
    named = {"name": system.name or "", "descr": short, "object_id": str(system.object_id or "")}
    found = [Finding(Code.IDENTITY, named)]
    if system.uptime_s is not None:
        found.append(Finding(Code.UPTIME, {"uptime_s": system.uptime_s}))
    return [*found, _profiles(subject, polled, system)]


def _profiles(subject: Subject, polled: PolledTarget, system: System) -> Finding:
    ids = list(polled.surveyed.plan.profiles)
    known = [subject.profiles.by_id[ProfileId(id_)] for id_ in ids]
    params = {"profiles": ids, "object_id": str(system.object_id or "")}
    if any(reason(profile, system).kind in _SPECIFIC for profile in known):
        return Finding(Code.PROFILES, params)
    return Finding(Code.PROFILE_GENERIC, params)


def _ledger(subject: Subject, polled: PolledTarget) -> list[Finding]:
    """Compare with the inventory: the profile that it forces, the ports that it names."""
    target, inventory = subject.target, subject.inventory
    if target is None or inventory is None:
        return []
    found = []
    profile = subject.profiles.by_id.get(ProfileId(target.profile))
    if profile is not None and reason(profile, polled.facts.system).kind == "named":
        found.append(Finding(Code.PROFILE_FORCED, {"profile": target.profile}))
    ports = [
        (line.id, end.interface)
        for line in inventory.lines.values()
        for end in (line.a, line.z)
        if isinstance(end, PortEnd) and end.node == target.id
    ]
    return [*found, *_ports(subject, polled, ports)] if ports else found


def _ports(
    subject: Subject, polled: PolledTarget, ports: list[tuple[LineId, str]]
) -> list[Finding]:
    there = polled.facts.interfaces
    if not there.names:  # nothing was shown: that is the view's matter
        return []
    missing = [
        _missing(subject, there.names, line, port)
        for line, port in ports
        if find_interface(there.names, there.descr, port) is None
    ]
    return missing or [Finding(Code.PORTS_OK, {"count": len(ports)})]


def _missing(subject: Subject, names: Sequence[str], line: LineId, port: str) -> Finding:
    near = subject.near(port, names)
    if near is None:
        return Finding(Code.PORT_MISSING, {"line": line, "port": port})
    return Finding(Code.PORT_MISTYPED, {"line": line, "port": port, "near": near})


def engine_clock(first: Discovered, last: Discovered) -> list[Finding]:
    """Compare the engine's clock at the beginning and at the end of the examination."""
    if not first.engine_id or first.engine_id != last.engine_id or first.boots != last.boots:
        return []
    went, passed = last.time_s - first.time_s, last.at_s - first.at_s
    if abs(went - passed) <= _JUMP_S:
        return []
    return [Finding(Code.ENGINE_CLOCK, {"went_s": float(went), "passed_s": passed})]
