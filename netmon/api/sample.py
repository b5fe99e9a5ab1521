"""Lines of the exposition as bytes: escaped labels, numbers, and rows printed at once.

The text of a label set is made once; a row of values is then one ``%`` of one template, for that
is the cheapest way Python knows to print fifty numbers between fifty constant texts.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import compress

from netmon.api.families import Family

#: What a part of the page is handed over as: a family and whole lines of its samples.
Block = tuple[Family, bytes]


def escaped(value: str) -> str:
    r"""Return a label value as it stands between quotes: ``\\``, ``\"`` and ``\n`` escaped."""
    if "\\" in value or '"' in value or "\n" in value:
        return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
    return value


def labels(**values: object) -> bytes:
    """Return ``{a="1",b="2"}``; empty values are left out, as Prometheus takes them for absent."""
    pairs = [f'{k}="{escaped(str(v))}"' for k, v in values.items() if v is not None and v != ""]
    return ("{" + ",".join(pairs) + "}").encode("utf-8", "replace") if pairs else b""


def number(value: float) -> bytes:
    """Return a number as both formats write it."""
    if math.isfinite(value):
        return repr(value).encode()
    return b"NaN" if math.isnan(value) else (b"+Inf" if value > 0 else b"-Inf")


def line(name: str, label_set: bytes, value: float) -> bytes:
    """Return one sample."""
    return b"%b%b %b\n" % (name.encode(), label_set, number(value))


def block(family: Family, samples: Iterable[tuple[bytes, float]]) -> Block:
    """Return a family's samples by label set."""
    return family, b"".join([line(family.name, label_set, value) for label_set, value in samples])


def template(name: str, label_sets: Iterable[bytes], verb: bytes) -> bytes:
    """Return lines with a place for each value: ``%d`` for integers, ``%r`` for all numbers."""
    head, end = name.encode(), b" " + verb + b"\n"
    return b"".join([head + one.replace(b"%", b"%%") + end for one in label_sets])


class Rows:
    """A family's samples of one object whose label sets stay: a column in, lines out.

    Columns are of integers, which print fastest; None makes no line.
    """

    __slots__ = ("_all", "_label_sets", "_name", "_present", "_template")

    def __init__(self, family: Family, label_sets: Sequence[bytes]) -> None:
        self._name = family.name
        self._label_sets = label_sets
        self._present = [True] * len(label_sets)
        self._all = True
        self._template = template(self._name, label_sets, b"%d")

    def lines(self, values: Sequence[int | None]) -> bytes:
        """Return the lines of the values that are known; aligned with the label sets."""
        if self._all:
            try:
                return self._template % tuple(values)
            except TypeError:  # None is not a number: a row has gone quiet
                pass
        present = [value is not None for value in values]
        if present != self._present:
            self._present, self._all = present, all(present)
            known = compress(self._label_sets, present)
            self._template = template(self._name, known, b"%d")
        return self._template % tuple(compress(values, present))
