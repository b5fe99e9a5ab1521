"""Who the device is: clocks, profiles that fit or do not, ports that are there or not."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from types import SimpleNamespace

import pytest

from netmon.config.explain import near
from netmon.core.doctor.code import Code
from netmon.core.doctor.person import date_and_time
from netmon.core.poll_once import PolledTarget
from netmon.model.inventory import LineId, Name, PortEnd, Role, SiteEnd, SiteId, Target, TargetId
from netmon.model.oid import Oid
from netmon.model.profile import Match, Profile, ProfileId, Profiles
from netmon.model.reading import Facts, Interfaces, System
from tests.unit.core.doctor.device import DATE, V2C, Device, examined, mib, subject

SYSTEM = System("Acme  Switch\r\nCopyright", Oid.parse("1.3.6.1.4.1.99999.7"), "sw-1", 86400.0)
PORTS = Interfaces(names=("GE0/0/1", "GE0/0/2"), descr=("port one", "port two"))
ACME = Profile(ProfileId("acme"), match=(Match(object_ids=(Oid.parse("1.3.6.1.4.1.99999"),)),))
OTHER = Profile(ProfileId("other"), match=(Match(regex=(re.compile("Other"),)),))
IF_MIB = Profile(ProfileId("if-mib"), match=(Match(has=(Oid.parse("1.3.6.1.2.1.2.1.0"),)),))
PROFILES = Profiles({p.id: p for p in (ACME, OTHER, IF_MIB)})
TARGET = Target(
    TargetId("sw-1"), "node", Name("sw", "sw"), SiteId("room"), Role.ACCESS, "192.0.2.1", V2C
)


def inventory(*ports: str):
    lines = {
        f"LN-{i}": SimpleNamespace(
            id=LineId(f"LN-{i}"), a=PortEnd(TargetId("sw-1"), port), z=SiteEnd(SiteId("village"))
        )
        for i, port in enumerate(ports)
    }
    return SimpleNamespace(lines=lines, policy=SimpleNamespace(timezone="Asia/Shanghai"))


def polled(*profiles: str, interfaces: Interfaces = PORTS) -> PolledTarget:
    surveyed = SimpleNamespace(silent=None, plan=SimpleNamespace(profiles=profiles))
    return PolledTarget(TARGET, surveyed, Facts(system=SYSTEM, interfaces=interfaces))  # type: ignore[arg-type]


def found(device: Device, target: Target | None = None, ports: tuple[str, ...] = ()) -> dict:
    whom = replace(subject(), profiles=PROFILES, near=near)
    if target is not None:
        whom = replace(whom, target=target, inventory=inventory(*ports))
    return {f.code: f.params for f in examined(device, whom).findings}


def test_who_it_is():
    told = found(Device(polled=polled("if-mib", "acme")))
    assert told[Code.IDENTITY]["descr"] == "Acme Switch Copyright"
    assert told[Code.UPTIME] == {"uptime_s": 86400.0}
    assert told[Code.PROFILES]["profiles"] == ["if-mib", "acme"]
    assert Code.PORTS_OK not in told


def test_only_general_profiles():
    told = found(Device(polled=polled("if-mib")))
    assert told[Code.PROFILE_GENERIC]["object_id"] == "1.3.6.1.4.1.99999.7"


def test_a_poll_that_failed_says_nothing():
    assert Code.IDENTITY not in found(Device(polled=None))


def test_a_profile_that_is_forced_and_does_not_fit():
    forced = replace(TARGET, profile="other")
    assert found(Device(polled=polled("other")), forced)[Code.PROFILE_FORCED] == {
        "profile": "other"
    }
    right = replace(TARGET, profile="acme")
    assert Code.PROFILE_FORCED not in found(Device(polled=polled("acme")), right)


def test_ports_of_lines():
    device = Device(polled=polled("acme"))
    ports = ("GE0/0/1", "GigabitEthernet0/0/2", "port one")
    assert found(device, TARGET, ports)[Code.PORTS_OK] == {"count": 3}
    mistyped = found(Device(polled=polled("acme")), TARGET, ("GE0/0/3", "GE0/0/1"))
    assert mistyped[Code.PORT_MISTYPED]["line"] == "LN-0"
    assert mistyped[Code.PORT_MISTYPED]["near"] == "GE0/0/1"
    unlike = found(Device(polled=polled("acme")), TARGET, ("wlan7",))
    assert unlike[Code.PORT_MISSING] == {"line": "LN-0", "port": "wlan7"}


def test_ports_are_not_missed_where_none_is_shown():
    told = found(Device(polled=polled("acme", interfaces=Interfaces())), TARGET, ("GE0/0/1",))
    assert not {Code.PORT_MISSING, Code.PORT_MISTYPED, Code.PORTS_OK} & set(told)


def test_the_clock_of_the_device():
    late = mib()
    late[DATE] = bytes([0x07, 0xEA, 11, 24, 9, 0, 5, 0, 0x2B, 0, 0])
    assert found(Device(polled=polled("acme")))[Code.CLOCK_OK] == {"off_s": 5.0}
    assert found(Device(polled=polled("acme"), mib=late))[Code.CLOCK_OFF] == {"off_s": 3605.0}


@pytest.mark.parametrize(
    ("octets", "when"),
    [
        ("07ea0b18080005002b0000", datetime(2026, 11, 24, 8, 0, 5, tzinfo=UTC)),
        ("07ea0b18080005002b0800", datetime(2026, 11, 24, 0, 0, 5, tzinfo=UTC)),
        ("07ea0b18080005002d0130", datetime(2026, 11, 24, 9, 48, 5, tzinfo=UTC)),
        ("07ea0b1808003c00", datetime(2026, 11, 24, 0, 0, 59, tzinfo=UTC)),
        ("07ea0d1808000500", None),
        ("0000000000000000", None),
        ("07ea", None),
        ("", None),
        ("07ea0b18080005002bff00", None),
    ],
)
def test_date_and_time(octets: str, when: datetime | None):
    zone = timezone(timedelta(hours=8))
    assert date_and_time(bytes.fromhex(octets), zone) == when
