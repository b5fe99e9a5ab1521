"""The evidence of the moment at which a ticket opened, in rows of a name and a text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from netmon.locale import N_, say, tr, trn
from netmon.locale.figures import moment, quantity
from netmon.locale.messages import TITLES, title
from netmon.locale.words import word_or
from netmon.model.world import LineState, TargetState

Json = Mapping[str, Any]

#: Values of a line or a target, their names and the metric whose unit they have.
_VALUES: Final = (
    ("rtt_s", N_("round trip"), "_seconds"),
    ("loss_ratio", N_("packet loss"), "_ratio"),
    ("in_ratio", N_("inbound"), "_ratio"),
    ("out_ratio", N_("outbound"), "_ratio"),
)
_CHANGED: Final = {
    "fault": N_("fault {fault}: {title}"),
    "cleared": N_("ticket #{ticket} cleared"),
    "state": N_("became {state}"),
    "planned_work": N_("planned work {window}"),
    "inventory": N_("another inventory was taken up"),
}


def evidence_rows(evidence: Json, zone: ZoneInfo) -> list[tuple[str, str]]:
    """Return what was known when a ticket opened; empty where nothing was."""
    rows = [*_values(evidence.get("values") or {}, zone)]
    rows.append((tr("neighbours"), _neighbours(evidence.get("neighbours") or ())))
    changes = [_change(change, zone) for change in evidence.get("changes") or ()]
    rows.append((tr("changed before"), "\n".join(changes)))
    return [row for row in rows if row[1]]


def _neighbours(found: Sequence[Json]) -> str:
    """Return those that were not well by name, and how many were."""
    bad = [f"{n['ref']} {_state(n['state'])}" for n in found if n["state"] != LineState.UP]
    well = len(found) - len(bad)
    return ", ".join([*bad, trn("{n} other is up", "{n} others are up", well)] if well else bad)


def _values(values: Json, zone: ZoneInfo) -> list[tuple[str, str]]:
    rows = []
    if values.get("state"):
        since = values.get("since")
        at = f" · {moment(datetime.fromisoformat(since), zone)}" if since else ""
        rows.append((tr("last state"), _state(values["state"]) + at))
    for key, name, unit in _VALUES:
        if values.get(key) is not None:
            rows.append((say(name), quantity(unit, values[key])))
    for read in values.get("readings") or ():
        told = read["state"] or quantity(read["metric"], read["value"])
        rows.append((read["sensor"], told))
    return rows


def _change(change: Json, zone: ZoneInfo) -> str:
    fields = {**change, "state": _state(change.get("state", ""))}
    if change.get("condition") in TITLES:
        fields["title"] = title(change["condition"])
    sentence = say(_CHANGED.get(str(change["what"]), ""), **fields)
    at = moment(datetime.fromisoformat(change["at"]), zone) if change.get("at") else ""
    return "  ".join(part for part in (at, change.get("subject", ""), sentence) if part)


def _state(code: str) -> str:
    return word_or(LineState, code) or word_or(TargetState, code)
