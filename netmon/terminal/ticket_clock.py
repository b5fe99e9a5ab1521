"""Clocks of a ticket in the terminal: what is due next, in a few columns."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from rich.text import Text

from netmon.locale import tr
from netmon.locale.figures import duration, moment
from netmon.locale.words import word_or
from netmon.model.clock import ClockState

Json = Mapping[str, Any]

_MISSED = "bold red"
_SOON = "yellow"
#: A time of which so much is spent is shown as one that is nearly over.
_NEARLY = 0.8


def due(ticket: Json, zone: ZoneInfo, now: datetime) -> Text:
    """Return what is due next of a ticket: the answer, or the restoration; empty = nothing."""
    clocks = ticket.get("clocks") or {}  # an older netmon does not say
    for name in ("response", "restore"):
        clock = clocks.get(name)
        if clock and clock["state"] in (ClockState.RUNNING, ClockState.PAUSED, ClockState.MISSED):
            if name == "response" and ticket["state"] not in ("open",):
                continue
            if ticket["state"] in ("restored", "closed"):
                continue
            return _of(name, clock, zone, now)
    return Text("")


def _of(name: str, clock: Json, zone: ZoneInfo, now: datetime) -> Text:
    if clock["state"] == ClockState.MISSED:
        over = duration(clock["spent_s"] - clock["target_s"])
        return Text(tr("late by {span}", span=over), _MISSED)
    if clock["due_at"] is None:
        return Text(tr("clock stands"), "dim")
    then = datetime.fromisoformat(clock["due_at"]).astimezone(zone)
    same_day = then.date() == now.astimezone(zone).date()
    at = then.strftime("%H:%M" if same_day else "%m-%d %H:%M")
    style = _SOON if clock["spent_s"] >= _NEARLY * clock["target_s"] else ""
    sentence = tr("answer by {at}", at=at) if name == "response" else tr("back by {at}", at=at)
    return Text(sentence, style)


def sheet_row(clock: Json | None, zone: ZoneInfo) -> str:
    """Return one clock in full, for the sheet of a ticket; empty where it has none."""
    if not clock:
        return ""
    spent = tr(
        "{spent} of {target} spent",
        spent=duration(clock["spent_s"]),
        target=duration(clock["target_s"]),
    )
    parts = [word_or(ClockState, clock["state"]), spent]
    if clock["due_at"]:
        parts.append(tr("due {at}", at=moment(datetime.fromisoformat(clock["due_at"]), zone)))
    return " · ".join(parts)
