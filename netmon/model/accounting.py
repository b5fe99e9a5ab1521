"""How availability is counted: a named object, printed whole with every figure it makes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum, unique

from netmon.model.ticket import Cause


@unique
class Counted(StrEnum):
    """What a kind of time counts as."""

    UP = "up"
    DOWN = "down"
    EXCLUDED = "excluded"


@dataclass(frozen=True, slots=True)
class AccountingMethod:
    """The method of the contractual figure. The raw one and that without planned work need none."""

    name: str = "standard"
    hours: str = "always"  #: the service hours, by their name in ``policies.hours``
    unknown: Counted = Counted.EXCLUDED  #: nobody knows how it was
    upstream: Counted = Counted.EXCLUDED  #: it was down because something upstream was
    power: Counted = Counted.EXCLUDED  #: cause ``site_power``
    force_majeure: Counted = Counted.EXCLUDED  #: what an amendment excludes
    degraded: Counted = Counted.UP
    excluded_causes: frozenset[Cause] = frozenset({Cause.PLANNED, Cause.SUBSCRIBER_EQUIPMENT})
    inferred: bool = False  #: whether an inferred cause excludes, before a person confirmed it
    repeats: int = 3  #: so many outages of a line …
    repeats_within: timedelta = timedelta(days=30)  #: … within so long are repeats


STANDARD = AccountingMethod()
