"""Messages of Huawei, H3C, Cisco and Ruijie about links: a reason to ask at once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from netmon.model.message import Message
from netmon.model.rule import LOOKED_AT

#: Mnemonics, small letters: Huawei's; Comware's, Cisco's and Ruijie's; NX-OS's. True: the link is
#: up by it; None: the text says.
_EVENTS: Final[dict[str, bool | None]] = {
    **dict.fromkeys(("link_state", "if_state"), None),
    "linkdown_active": False,
    "linkdown_clear": True,
    "linkdown": False,
    "linkup": True,
    **dict.fromkeys(("phy_updown", "link_updown", "updown"), None),
    **dict.fromkeys(("if_down_link_failure", "if_down_admin_down", "if_down_none"), False),
    "if_down": False,
    "if_up": True,
}
_NAME: Final = r"([A-Za-z][A-Za-z-]{0,40}(?: ?\d[\w/.:-]{0,40})?)"
#: ``ifName=GE0/0/1``; else ``interface GigabitEthernet1/0/1``, ``Interface GigabitEthernet 0/1``
_PORTS: Final = (re.compile("ifName=" + _NAME), re.compile(r"\b[Ii]nterface " + _NAME))
#: ``changed state to down``, ``has entered the UP state``
_STATE: Final = re.compile(r"\b(up|down)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class LinkSaid:
    """What a message says of a link."""

    port: str | None = None  #: as the device calls it; None = it names none
    is_up: bool | None = None  #: None = it cannot be told


def link_said(message: Message) -> LinkSaid | None:
    """Return what a message says of a link; None where it speaks of something else."""
    event = message.event.lower()
    if event not in _EVENTS:
        return None
    for port in _PORTS:
        found = port.search(message.text, 0, LOOKED_AT)
        if found is not None:
            is_up = _EVENTS[event] if _EVENTS[event] is not None else _state(message, found.end())
            return LinkSaid(found[1].rstrip(".:-"), is_up)
    return LinkSaid()


def _state(message: Message, behind: int) -> bool | None:
    found = _STATE.search(message.text, behind, LOOKED_AT)
    return None if found is None else found[1].lower() == "up"
