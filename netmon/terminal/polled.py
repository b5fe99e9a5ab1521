"""One polled target in one line, for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from rich.cells import cell_len, set_cell_size

from netmon.locale import tr, trn
from netmon.locale.figures import duration

#: Of the mark, the id and the time it took.
_WIDTHS: Final = (6, 24, 9)


def polled_row(polled: Mapping[str, Any]) -> str:
    """Return a target as ``netmon poll`` prints it, from its JSON (CONTRACT §3)."""
    mark = tr("ok") if polled["ok"] else tr("silent")
    cells = (mark, polled["id"], duration(polled["duration_s"]))
    padded = [_fit(cell, width) for cell, width in zip(cells, _WIDTHS, strict=True)]
    return " ".join([*padded, _found(polled)]).rstrip()


def _fit(text: str, width: int) -> str:
    return set_cell_size(text, width) if cell_len(text) < width else text


def _found(polled: Mapping[str, Any]) -> str:
    if not polled["ok"]:
        return str(polled["error"])
    parts = [
        trn("{n} interface", "{n} interfaces", len(polled["interfaces"])),
        trn("{n} reading", "{n} readings", len(polled["readings"])),
        ", ".join(polled["profiles"]),
    ]
    parts += [f"{p['part']}: {p['error']}" for p in polled["problems"]]
    return " · ".join(part for part in parts if part)
