"""What is well, what is only strange, and what could not be found out."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from netmon.core.doctor.code import Code, Mark, Row
from netmon.core.doctor.question import Topic
from netmon.locale import N_

_REACH, _ACCESS, _VIEW, _SIZE, _SPEED, _SELF, _INVENTORY = Topic

#: What stands in braces is in ``Finding.params`` (``*_s``: seconds).
OTHERS: Final[Mapping[Code, Row]] = MappingProxyType(
    {
        Code.VIEW_PARTLY: Row(
            _VIEW, Mark.WARN,
            N_("it shows {shown}, but not {parts}"),
            N_("Widen the read view at the device by {parts}, if the device has them."),
        ),
        Code.FRAGMENTS_LOST: Row(
            _SIZE, Mark.WARN,
            N_("replies up to {largest} octets arrive, of {silent} none: fragments are lost"),
            N_(
                "Look for the firewall or tunnel that drops IP fragments; netmon itself asks for "
                "no more than 1,472 octets."
            ),
        ),
        Code.LARGE_SILENT: Row(
            _SIZE, Mark.WARN,
            N_("replies up to {largest} octets arrive, of {silent} none"),
            N_(
                "Give its profile the quirk max_varbinds, 10 to begin with: it, or the way to it, "
                "loses replies above {largest} octets."
            ),
        ),
        Code.TOO_BIG: Row(
            _SIZE, Mark.WARN,
            N_("it says tooBig to {silent} octets; {largest} arrive"),
            N_("Nothing is to be done: netmon asks for less where an agent says tooBig."),
        ),
        Code.ORDER_BROKEN: Row(
            _SPEED, Mark.WARN,
            N_("its tables run in circles: {after} comes after {before}"),
            N_(
                "Update the device's firmware; until then give its profile the quirk "
                '"in_order: false".'
            ),
        ),
        Code.BULK_BROKEN: Row(
            _SPEED, Mark.WARN,
            N_("GETNEXT is answered, GETBULK is not"),
            N_(
                "Update the device's firmware; until then give its profile the quirk "
                '"bulk: false".'
            ),
        ),
        Code.LOSS: Row(
            _SPEED, Mark.WARN,
            N_(
                "{lost} of {sent} questions were not answered; {min_s} / {median_s} / {max_s} (min"
                " / median / max)"
            ),
            N_(
                "Look for loss on the way (ping {address}, error counters); if ping loses nothing,"
                " the agent is overloaded."
            ),
        ),
        Code.NEAR_TIMEOUT: Row(
            _SPEED, Mark.WARN,
            N_(
                "answers take {min_s} / {median_s} / {max_s} (min / median / max); netmon waits "
                "{timeout_s}"
            ),
            N_(
                "Raise the timeout in the inventory's policies: the slowest answers are near to "
                "it."
            ),
        ),
        Code.ENGINE_DUPLICATE: Row(
            _ACCESS, Mark.WARN,
            N_("its engine ID is also that of {others}"),
            N_(
                "Set the engine ID anew on all but one of them, and then their users: version 3 "
                "tells engines apart by it."
            ),
        ),
        Code.ENGINE_CLOCK: Row(
            _ACCESS, Mark.WARN,
            N_("the engine's clock went {went_s} while {passed_s} passed"),
            N_("Update the device's firmware: version 3 refuses an engine whose clock jumps."),
        ),
        Code.PROFILE_FORCED: Row(
            _INVENTORY, Mark.WARN,
            N_('the inventory says profile "{profile}", but the device does not look like one'),
            N_('Set "profile: auto" in the inventory, or make sure that this is the right device.'),
        ),
        Code.PROFILE_GENERIC: Row(
            _SELF, Mark.WARN,
            N_("only general profiles match: {profiles}"),
            N_("Record it (netmon record) and write a profile for sysObjectID {object_id}."),
        ),
        Code.CLOCK_OFF: Row(
            _SELF, Mark.WARN,
            N_("the device's clock is off by {off_s}"),
            N_("Set up NTP at the device: its logs tell wrong times."),
        ),
        Code.SHUFFLED: Row(
            _SPEED, Mark.WARN,
            N_("answers come back in another order than they were asked"),
            N_(
                "Nothing is to be done for netmon; two ways of unlike length, or a busy agent, "
                "shuffle them."
            ),
        ),
        Code.PING_SILENT: Row(
            _REACH, Mark.WARN,
            N_("no answer to ping, though SNMP is answered"),
            N_("Let ping through to {address} if netmon is to measure round trips and loss."),
        ),
        Code.PING_OK: Row(
            _REACH, Mark.GOOD,
            N_("answers ping in {rtt_s}"),
        ),
        Code.PING_NOT_PERMITTED: Row(
            _REACH, Mark.NONE,
            N_("ping not tried: this process may not (net.ipv4.ping_group_range)"),
        ),
        Code.ENGINE_FOUND: Row(
            _REACH, Mark.GOOD,
            N_("an agent of version 3 answers: engine {engine_id}, boot {boots}"),
        ),
        Code.ENGINE_SILENT: Row(
            _REACH, Mark.NONE,
            N_("version 3 is not answered"),
        ),
        Code.ENGINE_UNIQUE: Row(
            _ACCESS, Mark.GOOD,
            N_("no other target has its engine ID ({answered} of {asked} answered)"),
        ),
        Code.ACCESS_OK: Row(
            _ACCESS, Mark.GOOD,
            N_("answers {how}"),
        ),
        Code.VIEW_OK: Row(
            _VIEW, Mark.GOOD,
            N_("shows {shown}"),
        ),
        Code.SIZE_OK: Row(_SIZE, Mark.GOOD, N_("replies of {largest} octets arrive")),
        Code.SIZE_ENOUGH: Row(
            _SIZE, Mark.GOOD,
            N_("replies of {largest} octets arrive, of {silent} none; netmon needs 1,472"),
        ),
        Code.AGENT_CUTS: Row(
            _SIZE, Mark.GOOD,
            N_("replies of {largest} octets arrive; the agent makes no longer ones"),
        ),
        Code.SIZE_UNTRIED: Row(
            _SIZE, Mark.NONE,
            N_("replies of {largest} octets arrive; it has nothing longer to say"),
        ),
        Code.BULK_OK: Row(
            _SPEED, Mark.GOOD,
            N_("best max-repetitions {best}: {best_s} a row ({one_s} at 1; {octets} octets)"),
        ),
        Code.BULK_NONE: Row(
            _SPEED, Mark.NONE,
            N_("no table to measure max-repetitions with"),
        ),
        Code.SPEED: Row(
            _SPEED, Mark.GOOD,
            N_("answers in {min_s} / {median_s} / {max_s} (min / median / max of {sent})"),
        ),
        Code.IDENTITY: Row(
            _SELF, Mark.GOOD,
            N_("{name}: {descr} ({object_id})"),
        ),
        Code.UPTIME: Row(
            _SELF, Mark.GOOD,
            N_("up for {uptime_s}"),
        ),
        Code.CLOCK_OK: Row(
            _SELF, Mark.GOOD,
            N_("its clock is right within {off_s}"),
        ),
        Code.PROFILES: Row(
            _SELF, Mark.GOOD,
            N_("profiles: {profiles}"),
        ),
        Code.PORTS_OK: Row(
            _INVENTORY, Mark.GOOD,
            N_("the ports of its {count} lines are all there"),
        ),
        Code.OUT_OF_TIME: Row(
            _SPEED, Mark.NONE,
            N_("time was up: what is not listed was not looked into"),
        ),
    }
)  # fmt: skip
