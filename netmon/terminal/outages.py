"""The outage record and its figures in the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from rich.console import Group
from rich.table import Table
from rich.text import Text

from netmon.locale import tr
from netmon.locale.figures import duration, moment
from netmon.locale.words import word_or
from netmon.model.accounting import Counted
from netmon.model.inventory import LineKind, Role
from netmon.model.outage import Clue, Confidence, ServiceState
from netmon.model.ticket import Cause
from netmon.terminal import marks

Json = Mapping[str, Any]

_NOTHING: Final = "–"
_STATE: Final = {**marks.STATE, "not_in_service": "dim"}


def _state(code: str) -> Text:
    return Text(word_or(ServiceState, code), _STATE.get(code, ""))


def _table(*heads: str, right: int = 0, wide: int | None = None) -> Table:
    """Return a table; the last ``right`` columns are figures, column ``wide`` gives way."""
    table = Table(box=None, pad_edge=False, header_style="bold", expand=wide is not None)
    for at, head in enumerate(heads):
        justify: Any = "right" if at >= len(heads) - right else "left"
        ratio = 1 if at == wide else None
        table.add_column(head, justify=justify, no_wrap=True, overflow="ellipsis", ratio=ratio)
    return table


def outage_list(outages: Iterable[Json], zone: ZoneInfo) -> Table:
    """Return outages, one in a row."""
    table = _table(
        tr("outage"),
        tr("state"),
        tr("subject"),
        tr("began"),
        tr("lasted"),
        tr("cause"),
        tr("ticket"),
        wide=5,
    )
    for one in outages:
        ticket = f"#{one['ticket']}" if one["ticket"] else ""
        began = _span(one, zone)[0]
        lasted = duration(one["duration_s"])
        lasted = lasted if one["end"] else tr("{span} so far", span=lasted)
        row = (str(one["id"]), _state(one["state"]), one["subject"], began, lasted)
        table.add_row(*row, _cause(one), ticket)
    return table


def _span(one: Json, zone: ZoneInfo) -> tuple[str, str]:
    ended = moment(datetime.fromisoformat(one["end"]), zone) if one["end"] else tr("lasts")
    return moment(datetime.fromisoformat(one["begin"]), zone), ended


def _cause(one: Json) -> str:
    """Return a cause, and whether a person said so."""
    if not one["watched"]:
        return tr("netmon did not watch")
    if one["cause"] is None:
        return _NOTHING
    cause = word_or(Cause, one["cause"])
    if one["confirmed"]:
        return tr("{cause}, confirmed", cause=cause)
    return tr("{cause}, inferred", cause=cause)


def outage_sheet(sheet: Json, zone: ZoneInfo) -> Group:
    """Return one interval: as recorded, what was amended, and as it counts."""
    original = sheet["original"]
    began, ended = _span(original, zone)
    head = Text.assemble((f"{original['id']}  {original['subject']}  ", "bold"))
    what = tr("as recorded") + ": "
    recorded = Text.assemble(what, _state(original["state"]), f"  {began} – {ended}")
    parts: list[Any] = [head, recorded]
    parts += [Text(_amendment(one, zone), "yellow") for one in sheet["amendments"]]
    parts.append(Text(tr("as it counts"), "bold underline"))
    parts.append(outage_list(sheet["effective"], zone))
    seen = [piece["inferred"] for piece in sheet["effective"] if piece["inferred"]]
    parts += [Text(_why(inferred), "dim") for inferred in seen]
    return Group(*parts)


def _amendment(one: Json, zone: ZoneInfo) -> str:
    said = [word_or(ServiceState, one["state"])] if one["state"] else []
    said += [word_or(Cause, one["cause"])] if one["cause"] else []
    if one["excluded"] is not None:
        said.append(tr("excluded") if one["excluded"] else tr("counts"))
    return tr(
        "amended {at} by {actor}: {what} ({reason})",
        at=moment(datetime.fromisoformat(one["at"]), zone),
        actor=one["actor"],
        what=", ".join(said),
        reason=one["reason"],
    )


def _why(inferred: Json) -> str:
    return tr(
        "inferred: {cause} ({confidence}): {reasons}",
        cause=word_or(Cause, inferred["cause"]),
        confidence=word_or(Confidence, inferred["confidence"]),
        reasons="; ".join(word_or(Clue, reason) for reason in inferred["reasons"]),
    )


# --- figures --------------------------------------------------------------------------------------


def figures(answer: Json, zone: ZoneInfo) -> Group:
    """Return the three figures of each row side by side, and how they were made."""
    heads = (tr("raw"), tr("without planned"), tr("contractual"), tr("as a service"))
    ratios = _table(tr("what"), tr("number"), *heads, right=5, wide=0)
    times = _table(
        tr("what"),
        tr("down"),
        tr("unknown"),
        tr("outages"),
        "MTTA",
        "MTTR",
        "MTBF",
        right=6,
        wide=0,
    )
    rows = [(_key(answer["by"], row["key"]), row, "") for row in answer["items"]]
    if len(rows) > 1:
        rows.append((tr("all"), answer["total"], "bold"))
    for key, row, style in rows:
        ratios.add_row(key, *_ratios(row), style=style)
        if row["outages"] or row["lines"]["raw"]["down_s"] or style:
            times.add_row(key, *_times(row), style=style)
    parts: list[Any] = [_period(answer, zone), ratios]
    if times.row_count:
        parts += [Text(), times]
    return Group(*parts, Text(), method(answer["method"]))


def _ratios(row: Json) -> list[str]:
    lines, services = row["lines"], row["services"]
    three = [_ratio(lines[name]["ratio"]) for name in ("raw", "planned_excluded", "contractual")]
    return [str(row["subjects"]), *three, _ratio(services["contractual"]["ratio"])]


def _times(row: Json) -> list[str]:
    raw = row["lines"]["raw"]
    means = [_long(row[name]) for name in ("mtta_s", "mttr_s", "mtbf_s")]
    return [_long(raw["down_s"]), _long(raw["unknown_s"]), str(row["outages"]), *means]


def _ratio(ratio: float | None) -> str:
    return _NOTHING if ratio is None else f"{ratio * 100:.3f} %"


def _long(seconds: float | None) -> str:
    return duration(seconds) if seconds else _NOTHING


def _key(by: str, key: str) -> str:
    if by == "kind":
        return word_or(LineKind, word_or(Role, key) if key not in set(LineKind) else key)
    return key or tr("none")


def _period(answer: Json, zone: ZoneInfo) -> Text:
    begin, end = (moment(datetime.fromisoformat(answer[k]), zone) for k in ("from", "to"))
    return Text(tr("From {begin} to {end}", begin=begin, end=end), "bold")


def method(of: Json) -> Text:
    """Return the whole accounting method in words."""
    causes = ", ".join(word_or(Cause, cause) for cause in of["excluded_causes"]) or tr("none")
    said = tr(
        "Method {name}: hours {hours}, zone {zone}; unknown {unknown}, upstream {upstream}, "
        "power {power}, force majeure {majeure}, degraded {degraded}; excluded causes: {causes}",
        name=of["name"],
        hours=of["hours"],
        zone=of["timezone"],
        unknown=word_or(Counted, of["unknown"]),
        upstream=word_or(Counted, of["upstream"]),
        power=word_or(Counted, of["power"]),
        majeure=word_or(Counted, of["force_majeure"]),
        degraded=word_or(Counted, of["degraded"]),
        causes=causes,
    )
    only = tr("inferred causes count") if of["inferred"] else tr("only confirmed causes count")
    return Text(f"{said}; {only}", "dim")


# --- statements -----------------------------------------------------------------------------------


def statement(answer: Json, zone: ZoneInfo) -> Group:
    """Return a carrier's statement."""
    table = _table(
        tr("line"),
        tr("circuit"),
        tr("outages"),
        tr("minutes"),
        tr("counted"),
        tr("availability"),
        tr("promised"),
        tr("penalty"),
        right=6,
        wide=0,
    )
    troubled = [line for line in answer["items"] if line["outages"]]
    for line in troubled:
        repeating = " (" + tr("repeating") + ")" if line["repeating"] else ""
        name = line["line"] + repeating
        table.add_row(name, line["circuit_id"] or "", *_minutes(line))
    total = answer["total"]
    table.add_row(
        tr("all"),
        "",
        str(total["outages"]),
        f"{total['minutes']:.1f}",
        f"{total['counted_minutes']:.1f}",
        "",
        "",
        f"{total['penalty_minutes']:.1f}",
        style="bold",
    )
    each = _table(tr("line"), tr("began"), tr("ended"), tr("minutes"), tr("cause"))
    for line in troubled:
        for one in line["outages"]:
            began, ended = _span(one, zone)
            cause = _cause({**one, "watched": True})
            each.add_row(line["line"], began, ended, f"{one['minutes']:.1f}", cause)
    parts: list[Any] = [Text(answer["provider"], "bold"), _period(answer, zone), table]
    if troubled:
        parts += [Text(), each]
    return Group(*parts, method(answer["method"]), Text(answer["formula"], "dim"))


def _minutes(line: Json) -> list[str]:
    return [
        str(len(line["outages"])),
        f"{line['minutes']:.1f}",
        f"{line['counted_minutes']:.1f}",
        _ratio(line["availability"]),
        _ratio(line["promised"]),
        f"{line['penalty_minutes']:.1f}",
    ]
