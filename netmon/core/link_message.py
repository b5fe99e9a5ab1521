"""Messages of Huawei, H3C, Cisco and Ruijie about links: a reason to ask at once."""

from __future__ import annotations

import re
from typing import Final

from netmon.model.message import Message
from netmon.model.rule import LOOKED_AT

#: Mnemonics, small letters: Huawei's, Comware's, Cisco's and Ruijie's, NX-OS's.
_EVENTS: Final = frozenset(
    {
        *("link_state", "if_state", "linkdown_active", "linkdown_clear", "linkdown", "linkup"),
        *("phy_updown", "link_updown", "updown"),
        *("if_up", "if_down", "if_down_link_failure", "if_down_admin_down", "if_down_none"),
    }
)
_NAME: Final = r"([A-Za-z][A-Za-z-]{0,40}(?: ?\d[\w/.:-]{0,40})?)"
#: ``ifName=GE0/0/1``; else ``interface GigabitEthernet1/0/1``, ``Interface GigabitEthernet 0/1``
_PORTS: Final = (re.compile("ifName=" + _NAME), re.compile(r"\b[Ii]nterface " + _NAME))


def port_of_link(message: Message) -> str | None:
    """Return the port whose link a message speaks of; "" where it names none; None of others."""
    if message.event.lower() not in _EVENTS:
        return None
    for port in _PORTS:
        found = port.search(message.text, 0, LOOKED_AT)
        if found is not None:
            return found[1].rstrip(".:-")
    return ""
