"""The layout cache: read a reply without parsing it, where it is built like the one before.

An agent answers the same question with the same bytes but for the values, nearly always. A Layout
remembers all bytes of a reply that are not values (names, tags, lengths, header). A reply, read as
one big integer and XORed with them, must be zero under their mask, and then nothing but the values
is left of it, which one precompiled ``struct`` reads all at once: a number of three, five, six or
seven octets together with the zeros before it.

Rule 1: a Layout gives what the full parser gives, or nothing: it covers every bit that could change
how a value is to be read. Rule 2: what is unusual is not learnt; the full parser reads it.
"""

from __future__ import annotations

from collections.abc import Sequence
from struct import Struct
from typing import Final, NamedTuple
from weakref import WeakValueDictionary

from netmon.model.oid import Index, Oid
from netmon.model.wire import Value
from netmon.snmp import ber
from netmon.snmp.pdu import ID, Response, spans

_UNSIGNED32: Final = frozenset({ber.COUNTER32, ber.GAUGE32, ber.TIME_TICKS, ber.UINTEGER32})
_SIGNED_FORMATS: Final = {1: "b", 2: "h", 4: "i", 8: "q"}

_from_bytes = int.from_bytes


class _Draft:
    """A layout in the making: the mask, and the struct's format up to ``at``."""

    def __init__(self, size: int) -> None:
        self.mask = bytearray(b"\xff" * size)
        self.format = [">"]
        self.at = 0

    def field(self, code: str, start: int, size: int) -> None:
        """Read ``size`` octets from ``start`` on as ``code``."""
        if start > self.at:
            self.format.append(f"{start - self.at}x")
        self.format.append(code)
        self.at = start + size

    def free(self, start: int, stop: int) -> None:
        """Let these octets be of any content."""
        self.mask[start:stop] = bytes(stop - start)

    def add(self, span: tuple[int, int, int], value: Value) -> bool:
        """Take one value in; False where it must not change for the layout to match."""
        tag, start, stop = span
        size = stop - start
        if tag == ber.INTEGER and size in _SIGNED_FORMATS:
            self.free(start, stop)
            self.field(_SIGNED_FORMATS[size], start, size)
        elif tag == ber.OCTET_STRING:
            self.free(start, stop)
            self.field(f"{size}s", start, size)
        elif tag == ber.OPAQUE and isinstance(value, float):
            self.free(start + 3, stop)
            self.field("f" if size == 7 else "d", start + 3, size - 3)
        elif (tag in _UNSIGNED32 and size in (4, 5)) or (tag == ber.COUNTER64 and size in (8, 9)):
            self._whole(start, stop, 4 if size < 8 else 8)
        elif tag == ber.INTEGER or tag in _UNSIGNED32 or tag == ber.COUNTER64:
            self._part(start, stop)
        else:
            self.field("0s", self.at, 0)
            return False
        return True

    def _whole(self, start: int, stop: int, width: int) -> None:
        """Read an unsigned number that fills its type; a leading zero octet is covered."""
        self.free(stop - width, stop)
        self.field("I" if width == 4 else "Q", stop - width, width)
        self.mask[start : stop - width] = b"\xff" * (stop - width - start)

    def _part(self, start: int, stop: int) -> None:
        """Read a number of a size that struct does not have, with the octets before it.

        What lies before it is covered (its length, its tag, the end of its name), and so is its
        sign: zeros are left of it.
        """
        width = next(w for w in (1, 2, 4, 8) if w >= stop - start)
        self.free(start, stop)
        self.mask[start] = 0x80
        self.field({1: "B", 2: "H", 4: "I", 8: "Q"}[width], stop - width, width)


class Advance(NamedTuple):
    """How far one reply brings one column of a walk; it follows from the names alone."""

    indices: tuple[Index, ...]  #: its rows, in the order of the reply
    part: slice  #: its values among all of the reply
    cursor: Oid
    done: bool


class Layout:
    """How one reply to one question is built."""

    __slots__ = (
        "__weakref__", "_covered", "_fixed", "_mask", "_size", "_unpack", "advances", "oids",
    )  # fmt: skip

    def __init__(
        self, data: bytes, draft: _Draft, kept: Sequence[bool], values: Sequence[Value]
    ) -> None:
        self.oids: list[Oid] = []  #: of a walk: what every reply of this layout names
        self.advances: tuple[Advance, ...] = ()  #: of a walk: how far it brings each column
        self._mask = _from_bytes(draft.mask)
        self._covered = _from_bytes(data) & self._mask
        self._size = len(data)
        self._unpack = Struct("".join(draft.format) + f"{len(data) - draft.at}x").unpack
        self._fixed = tuple((i, v) for i, v in enumerate(values) if not kept[i])

    def shared(self) -> Layout:
        """Return a layout like this one that another agent's answers have, if there is one.

        What is shared stays in the processor's cache. It is not for walks: what an answer means to
        a walk follows from the question as well.
        """
        return _layouts.setdefault((self._mask, self._covered), self)

    def read(self, data: bytes) -> list[Value] | None:
        """Return the values of a reply as long as the one learnt from; None if it differs."""
        number = _from_bytes(data) ^ self._covered
        if number & self._mask:
            return None
        values: list[Value] = list(self._unpack(number.to_bytes(self._size)))
        for i, value in self._fixed:
            values[i] = value
        return values


_layouts: WeakValueDictionary[tuple[int, int], Layout] = WeakValueDictionary()


def learn(data: bytes, at: int, end: int, response: Response) -> Layout | None:
    """Return the layout of a reply that the full parser has read; None if it is unusual.

    Args:
        data: the datagram, or the PDU alone.
        at: where in ``data`` the Response-PDU starts.
        end: where it stops.
        response: what the full parser made of it.
    """
    if response.error_status or not response.values:
        return None
    id_at, found = spans(data, at, end)
    if data[id_at - 1] != ID.size:
        return None
    draft = _Draft(len(data))
    draft.free(id_at, id_at + ID.size)
    kept = [draft.add(span, value) for span, value in zip(found, response.values, strict=True)]
    layout = Layout(data, draft, kept, response.values)
    ours, theirs = layout.read(data), response.values  # e.g. a negative number of three octets
    alike = ours == theirs and [type(v) for v in ours] == [type(v) for v in theirs]
    return layout if alike else None
