"""What to look at first and whom to call, by condition: short texts for three in the morning."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from netmon.locale import N_, name_of, say
from netmon.model.condition import ConditionId
from netmon.model.name import Name

_C = ConditionId

#: Every condition has one: a test proves it.
RUNBOOKS: Final[Mapping[ConditionId, str]] = MappingProxyType(
    {
        _C.NODE_DOWN: N_(
            "Neither SNMP nor ping answers. Look whether its neighbours and the UPS at the "
            "site are well: if they are silent too, it is the power or the way there. If it "
            "is alone, have somebody on the site look at its lamps, and switch it off and on "
            "only after reading its console. If lines of a carrier are out too, call the "
            "carrier."
        ),
        _C.AGENT_SILENT: N_(
            "The machine answers ping, so traffic probably flows. Check the community or "
            "user, the access list for netmon's address and the load of its processor. "
            "Restart the SNMP agent, not the machine."
        ),
        _C.NODE_REBOOTED: N_(
            "Find out why it started anew: its log, its power, a change somebody made. If it "
            "has happened before within days, suspect the power supply or the memory and plan "
            "a replacement."
        ),
        _C.INTERFACE_DOWN: N_(
            "Ask whether somebody is working there. Look at the cable, the module and the far "
            "end; change the module before you change the card. If the port is no longer "
            "used, switch it off in the configuration."
        ),
        _C.INTERFACE_ERRORS: N_(
            "Errors come from a dirty connector, a bad cable or module, or two ends that do "
            "not agree on duplex. Compare both ends' counters and their optical power. Clean "
            "and reseat first, then replace."
        ),
        _C.LINE_DOWN: N_(
            "Look at the port of ours: if it is down there is no light or no carrier, if it "
            "is up the far end does not answer. Look whether other lines of the same carrier "
            "or the same site are out at the same moment. Ask at the site whether there is "
            "power, then call the carrier with the circuit id and note the number of the "
            "report."
        ),
        _C.LINE_DEGRADED: N_(
            "The line works badly or another one carries its traffic. Look at loss, round "
            "trip and errors of the port at both ends, and whether the line is full. If it "
            "stays, report it to the carrier with the time and the loss seen: the backup is "
            "no reason to wait."
        ),
        _C.LINE_SATURATED: N_(
            "Find out who fills the line: the port's counters, and the firewall's or the "
            "probe's top talkers. A backup or an update may wait until the night. If it is "
            "every day's work, note it for a larger bandwidth; if nobody knows the traffic, "
            "treat it as a security matter."
        ),
        _C.LINE_FLAPPING: N_(
            "Something is loose: a connector, a module, a power plug, or a splice in the "
            "wind. Look at the optical power and at the times of the changes. Report it to "
            "the carrier as unstable, with those times, though it may be up when they test "
            "it."
        ),
        _C.TEMPERATURE_HIGH: N_(
            "Look at once whether the air conditioning runs and whether its doors and filters "
            "are free. If it rises further, open the doors, bring fans and switch off what "
            "can be spared, the test machines first. Call the maintenance of the air "
            "conditioning."
        ),
        _C.TEMPERATURE_LOW: N_(
            "Check the set point of the air conditioning and whether a window or a door is "
            "open. Look for condensation on cold surfaces."
        ),
        _C.HUMIDITY_HIGH: N_(
            "Look for water under the raised floor and at the air conditioning's drain. Check "
            "the dehumidifier, and keep the doors closed."
        ),
        _C.HUMIDITY_LOW: N_(
            "Dry air charges people and cards. Check the humidifier and its water; wear a "
            "wrist strap before you touch a card."
        ),
        _C.DEW_POINT_HIGH: N_(
            "Water may condense on what is cold. Do not lower the temperature; dry the air "
            "first. Look for a leak and for outside air coming in."
        ),
        _C.TEMPERATURE_RISING: N_(
            "The room warms faster than it should, so cooling has failed or is about to. Look "
            "at the air conditioning and its power now, before the limit is reached. The "
            "ticket says how long is left."
        ),
        _C.UPS_ON_BATTERY: N_(
            "Ask whether the whole building or the street has no mains, and call the power "
            "company or the building's duty room. Look how long the battery lasts. When it "
            "nears its end, shut down in the agreed order: hosts first, storage last."
        ),
        _C.UPS_ON_BYPASS: N_(
            "The load hangs on the mains without protection. Find out whether somebody "
            "switched it for maintenance. If not, read the UPS's own alarms and call its "
            "maintenance before you touch it."
        ),
        _C.BATTERY_LOW: N_(
            "There are only minutes left. Shut down in the agreed order now, hosts before "
            "storage, or bring the generator in. Tell the organisations that will be cut off."
        ),
        _C.BATTERY_REPLACE: N_(
            "The battery will not last as long as it says. Order a replacement and write down "
            "the date of the old one. Until then treat a mains failure as a shutdown at once."
        ),
        _C.UPS_OVERLOAD: N_(
            "Find out what was plugged in last and take it off. If the load stays above the "
            "limit the UPS goes to bypass or switches off. Check how the load is spread over "
            "the phases."
        ),
        _C.MAINS_FAILED: N_(
            "Ask whether the building or the street is without power, and call the power "
            "company or the building's duty room. Look at the battery's time left and at the "
            "temperature: nothing cools now. If a generator is there, see that it has "
            "started."
        ),
        _C.WATER_LEAK: N_(
            "Go and look, with a torch and not alone; do not step into water near live parts. "
            "Close the valve of the air conditioning or the pipe above. Move or cover what "
            "stands below, and call the building's maintenance."
        ),
        _C.SMOKE: N_(
            "Call the fire brigade if there is any sign of fire, and get people out. Do not "
            "go in alone, and mind the gas of the extinguishing system. When it is safe, cut "
            "the power of the room."
        ),
        _C.DOOR_OPEN: N_(
            "Look at the visitors' list and the camera. If nobody is announced, call the "
            "guard and have the door closed. An open door also warms the room."
        ),
        _C.FAN_FAILED: N_(
            "Look at the temperatures of the machine: with one fan gone the others may hold "
            "for hours. Order the part, and clean the filters. If it grows hot, move its "
            "traffic before it switches itself off."
        ),
        _C.POWER_SUPPLY_FAILED: N_(
            "Look whether the other supply carries the machine and whether both hang on "
            "different circuits. Check the plug and the fuse before you order the part. Until "
            "it is replaced nobody works on the remaining circuit."
        ),
        _C.COOLING_FAILED: N_(
            "Look at the unit's own alarm, its power and its drain, and switch the spare unit "
            "on. Watch the temperature: the room may be too hot within a quarter of an hour. "
            "Call the maintenance of the air conditioning."
        ),
        _C.HARDWARE_STATE: N_(
            "Read the machine's own log to see which part it means. If it is redundant, order "
            "the part and replace it in a planned window. If it is not, prepare to move what "
            "runs on it."
        ),
        _C.OPTICAL_POWER_LOW: N_(
            "Too little light comes in: a dirty or bent fibre, a bad splice or an ageing "
            "module. Compare with the far end's sending power. Clean and reseat first; then "
            "have the carrier measure the fibre before it breaks."
        ),
        _C.CPU_HIGH: N_(
            "Find the process: routing changes, a loop, an attack, or too many SNMP requests. "
            "Look whether traffic still flows. Do not start debugging commands on a machine "
            "that is full."
        ),
        _C.MEMORY_HIGH: N_(
            "Look whether it grows steadily, which means a leak, or came at once, which means "
            "a table is full. Plan a restart within a window before it restarts by itself. "
            "Ask the vendor for a fixed version."
        ),
        _C.STORAGE_FULL: N_(
            "Find what grows: logs, dumps, backups. Move or delete the old before you "
            "enlarge. A full disk may stop the database, so do it today."
        ),
        _C.SERVICE_DOWN: N_(
            "Try it yourself, from another place too. Look whether the machine, the line and "
            "DNS are well, then the service's own log. Tell the hotline at once, people are "
            "already calling."
        ),
        _C.CERTIFICATE_EXPIRING: N_(
            "Order the new certificate today and write down who installs it. After the change "
            "look at the whole chain from outside."
        ),
        _C.DNS_WRONG: N_(
            "Compare the answers of all name servers. Look who changed the zone last. If "
            "nobody did, treat it as a security matter: names may be hijacked."
        ),
        _C.LEDGER_MISMATCH: N_(
            "Something was plugged elsewhere or the ledger is old. Find out on the site which "
            "of both is right, and correct the inventory or the cable."
        ),
        _C.NO_DATA: N_(
            "netmon is answered but learns nothing, so it may be blind to a fault here. Look "
            "at the profile with netmon doctor, and at what the account may read."
        ),
        _C.AUTHENTICATION_FAILURES: N_(
            "Find the address that asks with a wrong password. If it is a tool of ours, "
            "correct it; if nobody knows it, tell the security officer and close its way."
        ),
        _C.DEVICE_REPORTED: N_(
            "The device itself says something is wrong. Read its message and its log around "
            "that time. Look up the message in the vendor's manual before you act."
        ),
        _C.NETMON_STORE: N_(
            "Look whether the disk of the data directory is full or the database is away. "
            "netmon goes on watching and keeps what it has in memory; it writes it all as "
            "soon as it can."
        ),
        _C.NETMON_CONFIG: N_(
            "The files of the inventory have mistakes and the old ones stay in force. Run "
            "netmon check, which names file and line, mend them and reload."
        ),
        _C.NETMON_OVERRUN: N_(
            "netmon cannot ask as often as it should. Look at the load of its machine and at "
            "targets that time out. Lengthen the intervals of slow targets."
        ),
        _C.NETMON_ISOLATED: N_(
            "Nothing answers netmon at all: look at its own network port, switch and routes "
            "before you believe that the district is dark. Call somebody who can see the core "
            "from elsewhere."
        ),
        _C.NETMON_STORM: N_(
            "A device sends far more notifications than netmon takes, and others' may be "
            "lost. Find the source named here and stop its repetition: a loop, a flapping "
            "port, a wrong log level."
        ),
        _C.EXTERNAL_ALERT: N_(
            "Another tool reports this, so look there first: its message and its link. "
            "Compare with what netmon sees of the same object at the same time."
        ),
        _C.NETMON_DELIVERY: N_(
            "Messages do not reach somebody: netmon outbox list says whom and why. "
            "Telephone those who should have been told, then mend the channel and send again."
        ),
    }
)


def runbook(condition: str, own: Mapping[ConditionId, Name]) -> str:
    """Return what to do about a condition, in the current language; empty where it has none.

    Args:
        condition: of a ticket; empty while it has none.
        own: the district's own texts or URLs, which come first.
    """
    if not condition:
        return ""
    which = ConditionId(condition)
    if which in own:
        return name_of(own[which])
    return say(RUNBOOKS[which])
