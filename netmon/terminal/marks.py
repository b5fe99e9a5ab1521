"""Colours and words of states in the terminal. Nothing is told by colour alone."""

from __future__ import annotations

from typing import Final

from rich.text import Text

from netmon.locale.words import word_or
from netmon.model.condition import Severity
from netmon.model.reading import StateSeverity
from netmon.model.ticket import TicketState
from netmon.model.world import LineState, TargetState

SEVERITY: Final = {
    "critical": "bold white on red",
    "major": "bold red",
    "minor": "yellow",
    "warning": "cyan",
}
STATE: Final = {
    "up": "green",
    "degraded": "yellow",
    "down": "bold red",
    "unreachable": "magenta",
    "unknown": "dim",
    "planned": "dim",
}
TICKET: Final = {"open": "bold red", "acknowledged": "yellow", "working": "yellow"}
_SENSOR: Final = {"ok": "green", "unknown": "dim", **SEVERITY}


def severity(code: str) -> Text:
    """Return a fault's severity."""
    return Text(word_or(Severity, code), SEVERITY.get(code, ""))


def target_state(code: str) -> Text:
    """Return a target's state."""
    return Text(word_or(TargetState, code), STATE.get(code, ""))


def line_state(code: str) -> Text:
    """Return a line's state."""
    return Text(word_or(LineState, code), STATE.get(code, ""))


def ticket_state(code: str) -> Text:
    """Return a ticket's state."""
    return Text(word_or(TicketState, code), TICKET.get(code, ""))


def sensor_style(code: str | None) -> str:
    """Return the style of a sensor's state."""
    return _SENSOR.get(code or "", "")


def sensor_word(code: str) -> str:
    """Return what a sensor's severity is called."""
    return word_or(StateSeverity, code)
