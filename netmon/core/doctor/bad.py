"""What keeps a device from answering as configured, and the one next step of each."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from netmon.core.doctor.code import Code, Mark, Row
from netmon.core.doctor.question import Topic
from netmon.locale import N_

_REACH, _ACCESS, _VIEW, _SIZE, _SPEED, _SELF, _INVENTORY = Topic

#: What stands in braces is in ``Finding.params`` (``*_s``: seconds).
BAD: Final[Mapping[Code, Row]] = MappingProxyType(
    {
        Code.NO_ROUTE: Row(
            _REACH, Mark.BAD,
            N_("there is no way to {address}: host or network unreachable"),
            N_(
                "Find the router that says so (traceroute {address}): a link, a route or a filter "
                "is missing there."
            ),
        ),
        Code.PORT_REFUSED: Row(
            _REACH, Mark.BAD,
            N_("the host says that nothing listens on UDP {port}"),
            N_(
                "Switch the SNMP agent on at {address}, or correct the port: the host is up, UDP "
                "{port} is closed."
            ),
        ),
        Code.HOST_DEAD: Row(
            _REACH, Mark.BAD,
            N_("{address} answers neither ping nor SNMP"),
            N_("Check power, cable and address of {address}: nothing at all comes back from it."),
        ),
        Code.AGENT_SILENT: Row(
            _REACH, Mark.BAD,
            N_("no SNMP answer of any version on UDP {port}"),
            N_(
                "Switch SNMP on at the device and let this machine in (access list, firewall, UDP "
                "{port}); then check the community."
            ),
        ),
        Code.MAYBE_DEAD: Row(
            _REACH, Mark.BAD,
            N_("no SNMP answer of any version on UDP {port}, and ping may not be tried"),
            N_(
                "Ping {address} from a machine that may: if it answers, look at the agent, its "
                "access list and the community."
            ),
        ),
        Code.NOT_SNMP: Row(
            _REACH, Mark.BAD,
            N_("what comes back from UDP {port} is not SNMP, or answers something else"),
            N_("Check the port: something other than an SNMP agent answers on UDP {port}."),
        ),
        Code.ANSWERS_LATE: Row(
            _REACH, Mark.BAD,
            N_("it answers only after {took_s}; netmon waits {timeout_s}"),
            N_(
                "Raise the timeout in the inventory's policies above {took_s}, or find out what "
                "keeps the agent busy."
            ),
        ),
        Code.V1_ONLY: Row(
            _ACCESS, Mark.BAD,
            N_("it answers version 1 with this community, but not version 2c"),
            N_("Set the credential to version 1, or switch version 2c on at the device."),
        ),
        Code.V2C_NOT_V1: Row(
            _ACCESS, Mark.BAD,
            N_("it answers version 2c with this community, but not version 1"),
            N_("Set the credential to version 2c."),
        ),
        Code.V3_NOT_SPOKEN: Row(
            _ACCESS, Mark.BAD,
            N_("it answers version 2c, but not version 3"),
            N_("Switch version 3 on at the device, or use a credential of version 2c."),
        ),
        Code.COMMUNITY_WRONG: Row(
            _ACCESS, Mark.BAD,
            N_("an agent is there (it speaks version 3), but it ignores this community"),
            N_(
                "Compare the community with the device's, and its access list; if it admits "
                "version 3 only, use a version 3 credential."
            ),
        ),
        Code.ENGINE_ID_WRONG: Row(
            _ACCESS, Mark.BAD,
            N_("the engine ID in the credential is not the agent's, which is {engine_id}"),
            N_("Take engine_id out of the credential, or set it to {engine_id}."),
        ),
        Code.USER_UNKNOWN: Row(
            _ACCESS, Mark.BAD,
            N_('the agent does not know the user "{user}"'),
            N_('Create the user "{user}" at the device, or correct its name in the credential.'),
        ),
        Code.AUTH_PROTOCOL_WRONG: Row(
            _ACCESS, Mark.BAD,
            N_(
                "the password is right, but with {works} and not {configured} "
                "(other protocols tried: {tries})"
            ),
            N_("Set the credential's authentication protocol to {works}."),
        ),
        Code.AUTH_WRONG: Row(
            _ACCESS, Mark.BAD,
            N_(
                "the authentication password is wrong: no protocol takes it "
                "(others tried: {tries})"
            ),
            N_(
                'Set the authentication password of "{user}" anew, at the device or in the '
                'credential.'
            ),
        ),
        Code.LEVEL_LOWER_WORKS: Row(
            _ACCESS, Mark.BAD,
            N_('the user "{user}" is not set up for {configured}; {works} works'),
            N_(
                'Give "{user}" keys for {configured} at the device, or set the credential to '
                '{works}.'
            ),
        ),
        Code.LEVEL_UNSUPPORTED: Row(
            _ACCESS, Mark.BAD,
            N_('the user "{user}" may not ask at {configured}, nor at a lower level'),
            N_('Look at the security level of "{user}" and of its group at the device.'),
        ),
        Code.BOOTS_STUCK: Row(
            _ACCESS, Mark.BAD,
            N_("the agent's snmpEngineBoots has reached its end (2147483647): it is mute by rule"),
            N_(
                "Set the engine ID of the device anew, and then its users: RFC 3414 allows nothing"
                " less."
            ),
        ),
        Code.TIME_WINDOW: Row(
            _ACCESS, Mark.BAD,
            N_("the agent refuses its own clock (usmStatsNotInTimeWindows)"),
            N_(
                "Restart the agent; where it comes again, its boots or time are not kept: update "
                "its firmware."
            ),
        ),
        Code.PRIV_PROTOCOL_WRONG: Row(
            _ACCESS, Mark.BAD,
            N_(
                "authentication is right, but privacy is {works} and not {configured} "
                "(others tried: {tries})"
            ),
            N_("Set the credential's privacy protocol to {works}."),
        ),
        Code.PRIV_WRONG: Row(
            _ACCESS, Mark.BAD,
            N_(
                "authentication is right, the privacy password is wrong: no protocol takes it "
                "(others tried: {tries})"
            ),
            N_('Set the privacy password of "{user}" anew, at the device or in the credential.'),
        ),
        Code.CONTEXT_WRONG: Row(
            _ACCESS, Mark.BAD,
            N_('the agent has no context "{context}"; without one it answers'),
            N_("Take the context out of the credential, or create it at the device."),
        ),
        Code.UNAUTHENTIC: Row(
            _ACCESS, Mark.BAD,
            N_("its replies are not authentic: they were dropped"),
            N_(
                "Find out who answers for {address}: an address given twice, a proxy, or somebody "
                "in between."
            ),
        ),
        Code.V3_SILENT: Row(
            _ACCESS, Mark.BAD,
            N_('the agent speaks version 3, but does not answer the user "{user}"'),
            N_(
                'Look at the access list and the group of "{user}" at the device: some agents drop'
                ' in silence what others refuse.'
            ),
        ),
        Code.ACCESS_REFUSED: Row(
            _ACCESS, Mark.BAD,
            N_("it lets us in, but refuses to tell anything (authorizationError or noAccess)"),
            N_(
                "Give the user's group, or the community, a read view at the device, for the "
                "security level that is asked."
            ),
        ),
        Code.ACCESS_ERROR: Row(
            _ACCESS, Mark.BAD,
            N_("it answers the simplest question with error-status {status}"),
            N_("Restart the agent; where it comes again, update the device's firmware."),
        ),
        Code.VIEW_EMPTY: Row(
            _VIEW, Mark.BAD,
            N_("it answers, but shows nothing, not even the system group"),
            N_(
                "Give the community, or the user's group, a read view at the device that covers "
                "1.3.6.1."
            ),
        ),
        Code.VIEW_SYSTEM_ONLY: Row(
            _VIEW, Mark.BAD,
            N_("it shows the system group and nothing behind it"),
            N_("Widen the read view at the device to 1.3.6.1: now it ends after the system group."),
        ),
        Code.VIEW_REFUSED: Row(
            _VIEW, Mark.BAD,
            N_("it refuses access to {parts}"),
            N_("Widen the read view at the device by {parts}."),
        ),
        Code.PORT_MISTYPED: Row(
            _INVENTORY, Mark.BAD,
            N_('line {line} ends on "{port}", which the device does not have; it has "{near}"'),
            N_('Correct the port of line {line} in the inventory: "{near}" and not "{port}".'),
        ),
        Code.PORT_MISSING: Row(
            _INVENTORY, Mark.BAD,
            N_('line {line} ends on "{port}", and the device has nothing like it'),
            N_("Correct the node or the port of line {line} in the inventory."),
        ),
    }
)  # fmt: skip
