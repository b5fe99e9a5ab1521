"""One datagram's worth of question: its template, and how its answers have been built so far."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from netmon.model.oid import Oid
from netmon.snmp.layout import Layout, learn
from netmon.snmp.pdu import Response, Template, names

#: Layouts kept for one question: a value may waver between two widths.
_KEPT: Final = 4

#: Replies parsed in full at most, before the next layout is learnt of answers that never repeat.
_PATIENCE: Final = 63


class Question:
    """A request ready to be sent, over and over."""

    __slots__ = ("_layouts", "_pause", "_skip", "count", "places", "repetitions", "template")

    def __init__(self, template: Template, places: Sequence[int], repetitions: int = 0) -> None:
        self.template = template
        self.places = places  #: Get, Rows: positions in the request; Walk: numbers of columns
        self.repetitions = repetitions  #: Walk: max-repetitions, or 1 of GETNEXT; otherwise 0
        self.count = len(places) * (repetitions or 1)  #: varbinds the answer may have
        self._layouts: dict[int, Layout] = {}
        self._pause = self._skip = 0

    def names(self) -> list[Oid]:
        """Return the names it asks for, read from its own bytes: kept twice they cost more."""
        return names(self.template)

    def recognise(self, data: bytes) -> Layout | None:
        """Return the layout of a reply that is built like one before."""
        layout = self._layouts.get(len(data))
        if layout is not None and layout.matches(data):
            self._pause = 0
            return layout
        return None

    def learn(self, data: bytes, at: int, end: int, response: Response) -> Layout | None:
        """Keep the layout of a reply that was parsed in full, unless learning has not paid."""
        if self._skip:
            self._skip -= 1
            return None
        self._skip = self._pause
        self._pause = min(2 * self._pause + 1, _PATIENCE)
        layout = learn(data, at, end, response)
        if layout is not None:
            if self.repetitions:
                layout.oids = response.oids
            if len(self._layouts) >= _KEPT:
                del self._layouts[next(iter(self._layouts))]
            self._layouts[len(data)] = layout
        return layout
