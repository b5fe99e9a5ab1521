"""Propose by what a device is recognised, and where it says who it is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from netmon.core.match import SYS_DESCR, SYS_OBJECT_ID
from netmon.core.proposal.seen import TEXT, Seen
from netmon.core.proposal.shape import Found, ScalarSeen
from netmon.core.proposal.yaml_text import flow, remark
from netmon.core.text import text
from netmon.locale import tr
from netmon.model.oid import Oid

ENTERPRISES: Final = Oid.parse("1.3.6.1.4.1")
#: Agents that run on anything: their sysObjectID says nothing of the device.
GENERIC: Final = frozenset({8072, 2021, 311})
_PRODUCT: Final = 6  #: arcs below the enterprise that tell a product; more tell a firmware

_VERSION: Final = re.compile(r"[Vv]?(er(sion)?)?[ .:]?\d+\.\d[\w.()-]*|V\d{3}R\d{3}\w*")
_SERIAL: Final = re.compile(r"(?=(?:\D*\d){4})(?=.*[A-Z])[A-Z0-9][A-Z0-9-]{7,23}")
_MODEL: Final = re.compile(r"(?=.*[A-Za-z])(?=.*\d)[A-Z][\w/+.() -]{2,39}")
#: Dates, addresses: neither versions nor serial numbers.
_NEITHER: Final = re.compile(
    r"\d+\.\d+\.\d+\.\d+|([0-9A-Fa-f]{2}[-:]){5}|"
    r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}|\d+:\d\d|\bGMT\b|[Jj]an|[Dd]ec"
)
_DESCR_VERSION: Final = re.compile(
    r"\b(?:version|firmware|fw|sw)[: ]*v?(?P<value>\d[\w.()]*)", re.I
)
_FIELDS: Final = (("version", _VERSION), ("serial", _SERIAL), ("model", _MODEL))
_MOST: Final = 3  #: candidates for a field


def enterprise_of(oid: Oid) -> int | None:
    """Return the enterprise's number (IANA), or None for an OID that is nobody's."""
    return (
        oid[len(ENTERPRISES)] if ENTERPRISES.covers(oid) and len(oid) > len(ENTERPRISES) else None
    )


def vendor_of(seen: Seen) -> int | None:
    """Return the enterprise that sysObjectID names, unless it is a generic agent's."""
    told = seen.value(SYS_OBJECT_ID)
    number = enterprise_of(told) if isinstance(told, Oid) else None
    return None if not number or number in GENERIC else number


def match_lines(seen: Seen, scalars: Sequence[Oid]) -> Iterator[str]:
    """Yield ``match:``.

    Args:
        seen: the recording.
        scalars: of the vendors' subtrees, to tell a device by where nothing else does.
    """
    told = seen.value(SYS_OBJECT_ID)
    if isinstance(told, Oid) and vendor_of(seen) is not None:
        product = _product(told)
        yield "match:"
        why, family = tr("sysObjectID is {oid}", oid=told), tr("its whole family?")
        yield f"  - object_id: {product} # {why}"
        if len(product) > len(ENTERPRISES) + 2:
            yield f"  # - object_id: {Oid(product[:-1])} # {family}"
        return
    descr = _descr_word(text(seen.value(SYS_DESCR)))
    if scalars:
        yield "match:"
        why = tr("sysObjectID says nothing of the device")
        yield f"  - has: [{scalars[0]}] # {why}"
        if descr:
            yield f"  # - descr: [{descr}]"
    else:
        why = tr("nothing tells this device; name it by profile: in the inventory")
        yield f"abstract: true # {why}"
        if descr:
            yield f"# match: [{{descr: [{descr}]}}]"


def _product(told: Oid) -> Oid:
    while told[-1] == 0:
        told = Oid(told[:-1])
    return Oid(told[: len(ENTERPRISES) + 1 + _PRODUCT])


def _descr_word(descr: str) -> str:
    found = re.search(r"[A-Za-z][\w-]{2,}( [A-Za-z][\w-]+)?", descr)
    return found[0] if found else ""


def identity_lines(seen: Seen, shapes: Sequence[Found], vendor: int | None) -> Iterator[str]:
    """Yield ``identity:`` with candidates, the first of each field active."""
    candidates = _candidates(shapes)
    descr = text(seen.value(SYS_DESCR))
    lines = [f"  # vendor: NAME # enterprise {vendor}"] if vendor else []
    for field in ("model", "version", "serial"):
        for i, scalar in enumerate(candidates.get(field, ())[:_MOST]):
            source = flow({"oid": str(scalar.oid)})
            lines.append(f"  {'# ' if i else ''}{field}: {source} # {remark(text(scalar.value))}")
    if "version" not in candidates and (found := _DESCR_VERSION.search(descr)):
        words = "'\\b(?:version|firmware|fw|sw)[: ]*v?(?P<value>\\d[\\w.()]*)'"
        lines.append(f"  version: {{descr: {words}}} # {remark(found['value'])}")
    if "model" not in candidates and descr:
        lines.append(f"  # model: {{descr: '^(\\S+)'}} # sysDescr: {remark(descr)}")
    if any(not line.startswith("  #") for line in lines):
        yield "identity:"
        yield from lines
    elif lines:
        yield "# identity:"
        yield from (f"#{line.replace('# ', '', 1)}" for line in lines)


def _candidates(shapes: Sequence[Found]) -> dict[str, list[ScalarSeen]]:
    found: dict[str, list[ScalarSeen]] = {}
    for shape in shapes:
        if isinstance(shape, ScalarSeen) and shape.tag == TEXT:
            told = text(shape.value)
            field = next((f for f, pattern in _FIELDS if pattern.fullmatch(told)), None)
            if field is not None and not _NEITHER.search(told):
                found.setdefault(field, []).append(shape)
    return found
