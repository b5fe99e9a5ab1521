"""Who loses service if something is taken down, for people on call."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from netmon.locale import N_, Lang, lang, say, tr, trn
from netmon.locale.words import word_or
from netmon.model.impact import Why
from netmon.model.inventory import LineKind, Role

Json = Mapping[str, Any]

_TENANTS: Final = (
    ("service", N_("Lose service"), "bold red"),
    ("part", N_("Lose service at one of their places"), "yellow"),
    ("redundancy", N_("Lose only redundancy"), "cyan"),
)
#: Nobody but its own organisation hangs on such a thing, and most districts have hundreds.
_FEW: Final = 1


def impact_sheet(told: Json) -> Group:
    """Return what is lost."""
    parts = [*_head(told), "", _counts(told), *_tenants(told)]
    parts += [*_nodes(told), *_lines(told), *_ways(told), *_services(told), *_doubts(told)]
    return Group(*parts)


def _name(named: Json) -> str:
    return str(named["zh" if lang() is Lang.ZH else "en"])


def _label(ident: str, named: Json) -> str:
    name = _name(named)
    return ident if name == ident else f"{ident} {name}"


def _head(told: Json) -> Iterator[RenderableType]:
    what = _label(told["ref"], told["name"])
    yield Text.assemble((tr("If this is taken down:"), "dim"), " ", (what, "bold"))
    yield Text(_counted_from(told), "dim")
    if told["ref"].startswith("device:"):
        said = tr("No line ends on a device, and what it feeds is not in the inventory.")
        yield Text(said, "yellow")
    if already := [*told["already"]["nodes"], *told["already"]["lines"]]:
        yield Text(tr("Down already: {what}", what=", ".join(already)), "yellow")


def _counted_from(told: Json) -> str:
    if told["root"]:
        return tr("Seen from {node}, where netmon is plugged in.", node=told["root"])
    if told["monitor"] is None:
        return tr(
            "The inventory has no monitor: counted from the core, or the largest part, that stays."
        )
    return tr("netmon itself is cut off then ({node}): counted from the core that stays, if any.",
              node=told["monitor"])  # fmt: skip


def _counts(told: Json) -> Text:
    losses = Counter(tenant["loss"] for tenant in told["tenants"])
    cut = sum(node["why"] == "cut_off" for node in told["nodes"])
    hurt = losses["service"] + losses["part"]
    parts = [
        (trn("{n} organisation loses service", "{n} organisations lose service", hurt), hurt),
        (trn("{n} loses only redundancy", "{n} lose only redundancy", losses["redundancy"]), 0),
        (trn("{n} line is out", "{n} lines are out", len(told["lines"])), 0),
        (trn("{n} node is cut off", "{n} nodes are cut off", cut), cut),
    ]
    return Text(" · ").join(Text(text, "bold red" if bad else "") for text, bad in parts)


def _section(title: str, style: str, rows: Sequence[tuple[str, ...]]) -> Iterator[RenderableType]:
    if not rows:
        return
    table = Table.grid(padding=(0, 2, 0, 0))
    for at in range(len(rows[0])):
        table.add_column(overflow="fold", ratio=None if at else 1)
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    yield ""
    yield Text(title, style)
    yield table


def _tenants(told: Json) -> Iterator[RenderableType]:
    for loss, title, style in _TENANTS:
        hurt = [tenant for tenant in told["tenants"] if tenant["loss"] == loss]
        rows = [(_label(t["id"], t["name"]), _out(t), _contact(t)) for t in hurt]
        yield from _section(say(title), style, rows)


def _out(lost: Json) -> str:
    """Return which lines are out, and which carry on."""
    out = ", ".join(lost["lines"])
    if not lost["left"]:
        return out
    return tr("{out} out, {left} left", out=out, left=", ".join(lost["left"]))


def _contact(tenant: Json) -> str:
    contact = tenant["contact"]
    return f"{contact['name']} {contact['phone']}" if contact else ""


def _nodes(told: Json) -> Iterator[RenderableType]:
    off = [node for node in told["nodes"] if node["why"] == "cut_off"]
    rows = [(_label(node["id"], node["name"]), word_or(Role, node["role"])) for node in off]
    yield from _section(tr("Nodes cut off"), "bold red", rows)
    narrow = [node["id"] for node in told["nodes"] if node["why"] == "narrow"]
    if narrow:
        yield from _section(tr("Nodes left with one way in"), "cyan", [(", ".join(narrow),)])


def _lines(told: Json) -> Iterator[RenderableType]:
    """Yield the lines that no organisation owns: what they carry, and what carries it now."""
    own = [line for line in told["lines"] if line["tenant"] is None]
    rows = [
        (_label(line["id"], line["name"]), word_or(LineKind, line["kind"]), _carried(line))
        for line in own
    ]
    yield from _section(tr("Lines of the network itself that are out"), "bold", rows)


def _carried(line: Json) -> str:
    if line["carried_by"]:
        return tr("{left} carries on", left=", ".join(line["carried_by"]))
    return word_or(Why, line["why"]) if line["loss"] == "service" else ""


def _ways(told: Json) -> Iterator[RenderableType]:
    rows = [
        (
            _label(way["site"], way["name"]),
            word_or(LineKind, way["kind"]),
            _out(way) if way["left"] else tr("{out} out, nothing left", out=_out(way)),
        )
        for way in told["ways"]
    ]
    yield from _section(tr("Ways out of the district"), "bold", rows)


def _services(told: Json) -> Iterator[RenderableType]:
    rows = [(_label(s["id"], s["name"]), word_or(Why, s["why"])) for s in told["services"]]
    yield from _section(tr("Services"), "bold red", rows)


def _doubts(told: Json) -> Iterator[RenderableType]:
    rows = [
        (doubt["line"], f"{seen['node']} {seen['interface']} → {', '.join(seen['sees'])}")
        for doubt in told["doubts"]
        for seen in doubt["evidence"]
    ]
    yield from _section(tr("LLDP contradicts the ledger here"), "bold yellow", rows)


# --- single points of failure ---------------------------------------------------------------------


def points_sheet(told: Json, *, whole: bool) -> Group:
    """Return single points of failure; ``whole``: also those that one organisation hangs on."""
    items = told["items"]
    shown = [item for item in items if whole or _is_wide(item)]
    rest = Counter(item["ref"].partition(":")[0] for item in items if item not in shown)
    count = trn("{n} single point of failure", "{n} single points of failure", len(items))
    parts: list[RenderableType] = [Text(count, "bold"), Text(_seen_from(told), "dim")]
    if already := [*told["already"]["nodes"], *told["already"]["lines"]]:
        parts.append(Text(tr("Down already: {what}", what=", ".join(already)), "yellow"))
    parts += ["", _points(shown)]
    if rest:
        parts += ["", Text(_rest(rest), "dim")]
    return Group(*parts, *_false_pairs(items))


def _seen_from(told: Json) -> str:
    if told["root"] is None:
        return tr(
            "The inventory has no monitor: counted from the core, or the largest part, that stays."
        )
    return tr("Seen from {node}, where netmon is plugged in.", node=told["root"])


def _is_wide(item: Json) -> bool:
    more = len(item["nodes"]) > len(item["tenants"])
    return bool(more or item["ways"] or item["despite"]) or len(item["tenants"]) > _FEW


def _points(items: Iterable[Json]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column(tr("what fails"), overflow="fold")
    for head in (tr("lines"), tr("organisations"), tr("nodes cut off")):
        table.add_column(head, justify="right", no_wrap=True)
    table.add_column(tr("way out lost"), overflow="fold")
    for item in items:
        counts = (len(item[key]) for key in ("lines", "tenants", "nodes"))
        ways = ", ".join(_name(way["name"]) for way in item["ways"])
        table.add_row(_label(item["ref"], item["name"]), *map(str, counts), ways)
    return table


def _rest(rest: Mapping[str, int]) -> str:
    lines, others = rest.get("line", 0), sum(rest.values()) - rest.get("line", 0)
    said = [trn("{n} line", "{n} lines", lines)] if lines else []
    if others:
        said.append(trn("{n} node or place", "{n} nodes or places", others))
    return tr("Beside these {what} that one organisation hangs on; --all names them.",
              what=" · ".join(said))  # fmt: skip


def _false_pairs(items: Iterable[Json]) -> Iterator[RenderableType]:
    """Yield who has several lines and hangs on one thing all the same."""
    rows = [
        (_label(tenant["id"], tenant["name"]), _label(item["ref"], item["name"]))
        for item in items
        if not item["ref"].startswith("site:")
        for tenant in item["tenants"]
        if tenant["id"] in item["despite"]
    ]
    yield from _section(tr("Several lines, and yet all of them hang on"), "bold yellow", rows)
