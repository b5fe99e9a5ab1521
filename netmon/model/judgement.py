"""What one look at one object says of one condition."""

from __future__ import annotations

from dataclasses import dataclass, field

from netmon.model.condition import Key, Severity, Verdict
from netmon.model.fault import NO_PARAMS, Params


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict with what a person needs to know of it, should it be believed."""

    key: Key
    verdict: Verdict
    severity: Severity | None = None  #: None = the rule's
    params: Params = field(default_factory=lambda: NO_PARAMS)  #: evidence, of a bad verdict
