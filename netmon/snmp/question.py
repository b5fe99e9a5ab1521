"""One datagram's worth of question: its template, and how its answers have been built so far."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from netmon.model.oid import Oid
from netmon.snmp.layout import Layout, learn
from netmon.snmp.pdu import Response, Template, names

#: Layouts kept for one question: a value may waver between two widths.
_KEPT: Final = 4

#: Misses in a row after which a layout is learnt in any case.
_PATIENCE: Final = 64


class Question:
    """A request ready to be sent, over and over."""

    __slots__ = ("count", "layouts", "misses", "places", "repetitions", "template")

    def __init__(self, template: Template, places: Sequence[int], repetitions: int = 0) -> None:
        self.template = template
        self.places = places  #: Get, Rows: positions in the request; Walk: numbers of columns
        self.repetitions = repetitions  #: Walk: max-repetitions, or 1 of GETNEXT; otherwise 0
        self.count = len(places) * (repetitions or 1)  #: varbinds the answer may have
        self.layouts: dict[int, Layout] = {}  #: of its answers, by their length in octets
        self.misses = 0  #: answers in a row that were not built like one before

    def names(self) -> list[Oid]:
        """Return the names it asks for, read from its own bytes: kept twice they cost more."""
        return names(self.template)

    def learn(self, data: bytes, at: int, end: int, response: Response) -> None:
        """Keep the layout of a reply that was parsed in full.

        Where answers never repeat, learning does not pay: of misses in a row only the first, the
        second, the fourth and so on are learnt from.
        """
        self.misses += 1
        if self.misses & (self.misses - 1) and self.misses % _PATIENCE:
            return
        layout = learn(data, at, end, response)
        if layout is None:
            return
        if self.repetitions:
            layout.oids = response.oids
        else:
            layout = layout.shared()
        if len(self.layouts) >= _KEPT:
            del self.layouts[next(iter(self.layouts))]
        self.layouts[len(data)] = layout
