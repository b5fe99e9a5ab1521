"""Watch for flapping: what comes and goes too often is one fault, and not forty."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Final

from netmon.core import flap
from netmon.core.draft import Draft
from netmon.core.maintenance import maintenance_of
from netmon.model.condition import ConditionId, Key, Verdict
from netmon.model.flap import Flap
from netmon.model.judgement import Judgement

_UP: Final = {Verdict.GOOD: True, Verdict.BAD: False}


def watch(draft: Draft, subject: str, *, is_up: bool | None, counts: bool = True) -> bool:
    """Take in a look at a subject, or that time went by; say whether it flaps.

    Args:
        draft: the step in the making.
        subject: a line's or an interface's ref.
        is_up: what was seen; None = nothing can be said.
        counts: False while something else explains what is seen.
    """
    before = draft.flap(subject)
    if before is None and is_up is None:
        return False
    if is_calm(before, is_up):
        return False
    if counts and maintenance_of(draft.inventory, subject, draft.now) is not None:
        counts = False
    after = _after(before, draft.now, is_up=is_up, counts=counts)
    if after is None:
        return False
    if after is not before:
        draft.put_flap(subject, after)
    return after.flapping


def is_calm(before: Flap | None, is_up: bool | None) -> bool:  # noqa: FBT001 - as it was seen
    """Say whether a look tells nothing new of a subject that has not changed for long."""
    if before is None or is_up not in (None, before.is_up):
        return False
    return not before.count and not before.flapping


def _after(before: Flap | None, now: datetime, *, is_up: bool | None, counts: bool) -> Flap | None:
    if not counts and before is not None:
        return flap.frozen(before, now, is_up=is_up)
    told = before if is_up is None else flap.seen(before, is_up=is_up, now=now)
    return None if told is None else flap.rested(told, now)


def up(verdict: Verdict) -> bool | None:
    """Return what a verdict on a port or a line says of its being up."""
    return _UP.get(verdict)


def judge_flapping(draft: Draft, subject: str, *, flapping: bool) -> Judgement:
    """Return whether a line comes and goes too often."""
    known = draft.flap(subject)
    return Judgement(
        Key(subject, ConditionId.LINE_FLAPPING),
        Verdict.BAD if flapping else Verdict.GOOD,
        params={"changes": known.count if known else 0, "penalty": penalty(draft, subject)},
    )


def penalty(draft: Draft, subject: str) -> float:
    """Return a subject's penalty now, to a tenth; 0 where it is calm."""
    known = draft.flap(subject)
    left = flap.penalty_of(known, draft.now) if known is not None else 0.0
    return round(left, 1) if left >= flap.CALM else 0.0


def is_flapping(draft: Draft, subject: str) -> bool:
    """Say whether a subject is held to flap."""
    known = draft.flap(subject)
    return known is not None and known.flapping


def damped(draft: Draft, judgement: Judgement) -> Judgement:
    """Return what a port's verdict counts for: a port that flaps is down, whatever it is now."""
    if judgement.key.condition is not ConditionId.INTERFACE_DOWN:
        return judgement
    is_up = up(judgement.verdict)
    if not watch(draft, judgement.key.subject, is_up=is_up, counts=is_up is not None):
        return judgement
    params = {**judgement.params, "flapping": True}
    return replace(judgement, verdict=Verdict.BAD, params=params)
