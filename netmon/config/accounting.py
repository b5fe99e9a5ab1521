"""Read ``policies: accounting``: how the contractual figure is counted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from netmon.config.fields import Fields, list_of
from netmon.config.hours import named
from netmon.config.values import boolean, duration, integer, member, text
from netmon.model.accounting import STANDARD, AccountingMethod, Counted
from netmon.model.hours import ALWAYS, Hours
from netmon.model.ticket import Cause

_DAY: Final = timedelta(days=1)


def accounting(fields: Fields, hours: Mapping[str, Hours] | None) -> AccountingMethod:
    """Read the method; what it leaves out is as in the standard one."""
    usual = STANDARD
    counted = member(Counted)
    known = None if hours is None else {usual.hours: ALWAYS, **hours}
    causes = fields.may("excluded_causes", list_of(member(Cause)))
    return AccountingMethod(
        name=fields.may("name", text, usual.name),
        hours=fields.may("hours", named(known), usual.hours),
        unknown=fields.may("unknown", counted, usual.unknown),
        upstream=fields.may("upstream", counted, usual.upstream),
        power=fields.may("power", counted, usual.power),
        force_majeure=fields.may("force_majeure", counted, usual.force_majeure),
        degraded=fields.may("degraded", counted, usual.degraded),
        excluded_causes=usual.excluded_causes if causes is None else frozenset(causes),
        inferred=fields.may("inferred", boolean, usual.inferred),
        repeats=fields.may("repeats", integer(2, 100), usual.repeats),
        repeats_within=fields.may("repeats_within", duration(_DAY), usual.repeats_within),
    )
