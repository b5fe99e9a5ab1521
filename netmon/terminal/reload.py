"""What another inventory comes to: what differs, then what follows, the worst first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, Final

from netmon.locale import tr, trn

Json = Mapping[str, Any]

_SIGNS: Final = {"added": "+", "removed": "-", "changed": "~"}
#: So many consequences of one kind are printed.
_SHOWN: Final = 12


def difference_lines(differences: Sequence[Json]) -> Iterator[str]:
    """Yield one line per object that differs."""
    for one in differences:
        what = f" ({', '.join(one['what'])})" if one["what"] else ""
        yield f"{_SIGNS[one['how']]} {one['ref']}{what}"


def consequence_lines(consequences: Sequence[Json]) -> Iterator[str]:
    """Yield a line per consequence, of each kind no more than a person reads."""
    for _, group in groupby(consequences, key=lambda one: one["effect"]):
        found = list(group)
        yield from (f"! {one['message']}" for one in found[:_SHOWN])
        if rest := len(found[_SHOWN:]):
            yield "  " + trn("… and {n} more", "… and {n} more", rest)


def counts(differences: Sequence[Json]) -> str:
    """Say how much differs."""
    how = Counter(one["how"] for one in differences)
    return tr(
        "{added} added, {removed} removed, {changed} changed",
        added=how["added"],
        removed=how["removed"],
        changed=how["changed"],
    )
