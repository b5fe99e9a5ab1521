"""Everything that the doctor can find, how bad it is, and the one next step it calls for.

Law: the table is total, every code that is not good calls for one step, and of several codes the
one that comes first here counts: it lies nearest to the root.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from netmon.core.doctor.bad import BAD
from netmon.core.doctor.code import Code, Mark, Row
from netmon.core.doctor.good import OTHERS

TABLE: Final[Mapping[Code, Row]] = MappingProxyType({**BAD, **OTHERS})


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the screen."""

    code: Code
    params: Mapping[str, object] = field(default_factory=dict)

    @property
    def row(self) -> Row:
        """Return what the table says of it."""
        return TABLE[self.code]


def decisive(findings: Iterable[Finding]) -> Finding | None:
    """Return the finding whose step is the next one: the worst, and of these the first root."""
    for mark in (Mark.BAD, Mark.WARN):
        of_mark = [finding for finding in findings if finding.row.mark is mark]
        if of_mark:
            return min(of_mark, key=lambda finding: _ORDER[finding.code])
    return None


def answers_as_configured(findings: Iterable[Finding]) -> bool:
    """Whether nothing is bad."""
    return all(finding.row.mark is not Mark.BAD for finding in findings)


_ORDER: Final = {code: place for place, code in enumerate(Code)}
