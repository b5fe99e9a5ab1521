"""Who is on call, for people on call."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from rich.console import Group
from rich.table import Table
from rich.text import Text

from netmon.locale import N_, lang, say, tr

Json = Mapping[str, Any]

_WEEKDAYS: Final = (
    N_("Mon"),
    N_("Tue"),
    N_("Wed"),
    N_("Thu"),
    N_("Fri"),
    N_("Sat"),
    N_("Sun"),
)


def weekday(day: date) -> str:
    """Return the short name of a day of the week."""
    return say(_WEEKDAYS[day.weekday()])


def duty_list(rotas: Iterable[Json], zone: ZoneInfo) -> Table:
    """Return the rotas, one in a row: who, until when, who is next."""
    table = _table(tr("rota"), tr("on call"), tr("telephone"), tr("until"), tr("next"))
    for rota in rotas:
        person, later = rota["person"], rota["next"]
        table.add_row(
            rota["rota"],
            _who(person),
            (person or {}).get("phone") or "",
            _at(rota["until"], zone),
            _next(later, rota["until"], zone),
        )
    return table


def _next(later: Json | None, until: str | None, zone: ZoneInfo) -> str:
    if later is None:
        return ""
    name = _name(later["person"])
    if later["begins_at"] == until:
        return name
    return f"{name} {_at(later['begins_at'], zone)}"


def schedule_list(shifts: Iterable[Json], zone: ZoneInfo) -> Table:
    """Return who is on call from when to when, one in a row."""
    table = _table(tr("rota"), tr("from"), tr("to"), tr("on call"))
    for shift in shifts:
        span = (_at(shift["begins_at"], zone), _at(shift["ends_at"], zone))
        table.add_row(shift["rota"], *span, _who(shift["person"]))
    return table


def on_call_line(rotas: Iterable[Json]) -> Text:
    """Return who is on call, in one line."""
    line = Text.assemble((tr("on call"), "bold"))
    for rota in rotas:
        name = rota["name"]
        line.append(" ").append(name[lang().value] if name else tr("nobody"), "" if name else "red")
        line.append(f" ({rota['rota']})", "dim")
    return line


def calendar_sheet(told: Json) -> Group:
    """Return a year of the statutory calendar."""
    table = _table(tr("day"), "", "", tr("holiday"))
    for day in told["days"]:
        when = date.fromisoformat(day["date"])
        kind = (
            Text(tr("off"), "green") if day["kind"] == "off" else Text(tr("working day"), "yellow")
        )
        table.add_row(day["date"], weekday(when), kind, day["name"] or "")
    if told["known"]:
        return Group(table)
    return Group(*([table] if told["days"] else []), Text(calendar_end(told), "yellow"))


def calendar_end(told: Json) -> str:
    """Say of which days the statutory calendar is not known."""
    if told["through"] is None:
        return tr("No statutory calendar is used; days are as the week says.")
    return tr(
        "The statutory calendar is known through {day}; later days are as the week says.",
        day=told["through"],
    )


def _table(*heads: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    times = (tr("from"), tr("to"), tr("until"), tr("day"))
    for head in heads:
        table.add_column(head, overflow="fold", no_wrap=head in times)
    return table


def _name(person: Json | None) -> str:
    return "" if person is None else str(person["name"][lang().value])


def _who(person: Json | None) -> Text:
    if person is None:
        return Text(tr("nobody"), "bold red")
    return Text.assemble((_name(person), "bold"), f" ({person['id']})")


def _at(text: str | None, zone: ZoneInfo) -> str:
    if text is None:
        return ""
    local = datetime.fromisoformat(text).astimezone(zone)
    return f"{local:%Y-%m-%d} {weekday(local)} {local:%H:%M}"
