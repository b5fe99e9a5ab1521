"""Correct the outage record: what a person says beside what was recorded, which stays."""

from __future__ import annotations

from datetime import datetime

from netmon.core.draft import Draft
from netmon.locale import N_
from netmon.model.errors import UsageError
from netmon.model.event import EventKind
from netmon.model.outage import Amend, Amendment


def amend(draft: Draft, act: Amend) -> Amendment:
    """Record a person's correction.

    Raises:
        UsageError: it says nothing, or of a time that is not past.
    """
    subject, begin, end = _span(draft, act)
    if act.state is None and act.cause is None and act.excluded is None:
        raise UsageError(N_("an amendment says another state, a cause, or that it is excluded"))
    if not act.reason.strip():
        raise UsageError(N_("an amendment needs a reason"))
    amendment = Amendment(
        draft.next_record(),
        at=draft.now,
        actor=act.actor,
        reason=act.reason.strip(),
        subject=subject,
        begin=begin,
        end=end,
        interval=act.interval,
        state=act.state,
        cause=act.cause,
        excluded=act.excluded,
    )
    draft.keep(amendment)
    draft.happened(EventKind.OUTAGE_AMENDED, subject, amendment_data(amendment))
    return amendment


def _span(draft: Draft, act: Amend) -> tuple[str, datetime, datetime]:
    original = act.original
    if original is not None:
        if original.end is None:
            raise UsageError(
                N_("interval {id} still lasts; amend it when it is over"), id=original.id
            )
        begin, end = act.begin or original.begin, act.end or original.end
        if begin >= end:
            raise UsageError(N_("the span of an amendment ends before it begins"))
        return original.subject, begin, end
    if act.subject is None or act.begin is None or act.end is None:
        raise UsageError(N_("an amendment is of an interval, or of a subject from when to when"))
    if act.begin >= act.end:
        raise UsageError(N_("the span of an amendment ends before it begins"))
    if act.end > draft.now:
        raise UsageError(N_("only what is past can be amended"))
    return act.subject, act.begin, act.end


def amendment_data(amendment: Amendment) -> dict[str, object]:
    """Return an amendment as the event stream tells it."""
    return {
        "amendment": amendment.id,
        "interval": amendment.interval,
        "actor": amendment.actor,
        "reason": amendment.reason,
        "begin": amendment.begin.isoformat(),
        "end": amendment.end.isoformat(),
        "state": amendment.state.value if amendment.state else None,
        "cause": amendment.cause.value if amendment.cause else None,
        "excluded": amendment.excluded,
    }
