"""The chain: what came in, one after the other, becomes one step.

decode → judge → confirm → correlate → decide. Called by the one writer; everything it says goes to
the store in one transaction before anybody sees it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from netmon.core import acts, audit, decide, escalation, external, follow, ledger, notified, rules
from netmon.core.draft import Change, Draft
from netmon.model.act import Act
from netmon.model.event import EventKind
from netmon.model.inventory import TargetId
from netmon.model.judgement import Judgement
from netmon.model.notification import Notification
from netmon.model.plan import Surveyed, TargetPlan
from netmon.model.reading import Lane
from netmon.model.wire import Reply
from netmon.model.world import World


@dataclass(frozen=True, slots=True, eq=False)
class Polled:
    """One lane's answers, all of them."""

    target: TargetId
    plan: TargetPlan
    lane: Lane
    replies: Sequence[Reply]
    duration_s: float


@dataclass(frozen=True, slots=True, eq=False)
class SurveyEnded:
    """A target said who it is and what it has."""

    target: TargetId
    surveyed: Surveyed
    duration_s: float


@dataclass(frozen=True, slots=True)
class Pinged:
    """An address was asked by ICMP."""

    address: str
    rtt_s: float | None  #: None: silence
    again: bool = False  #: of a train asked upon a miss: it is not the line's loss ratio


@dataclass(frozen=True, slots=True)
class Ticked:
    """Time went by: what depends on it alone is looked at."""


@dataclass(frozen=True, slots=True)
class Noticed:
    """netmon judged something of itself."""

    judgement: Judgement


@dataclass(frozen=True, slots=True)
class Notified:
    """A target spoke unasked."""

    notification: Notification


@dataclass(frozen=True, slots=True)
class Happened:
    """Something about netmon itself is to be recorded."""

    kind: EventKind
    data: Mapping[str, object]


Unasked = Notified | rules.Logged
Input = Polled | SurveyEnded | Pinged | Ticked | Noticed | Unasked | Happened | Act[object]


def advance(world: World, inputs: Iterable[Input], now: datetime) -> Change:
    """Return what the inputs, in order, change at the instant ``now``."""
    draft = Draft(world, now)
    ticked = False
    for given in inputs:
        _one(draft, given)
        ticked = ticked or isinstance(given, Ticked)
    escalation.settle(draft, ticked=ticked)
    ledger.follow(draft)
    return draft.change()


def _one(draft: Draft, given: Input) -> None:
    match given:
        case Polled() | SurveyEnded():
            _answered(draft, given)
        case Pinged():
            follow.pinged(draft, given.address, given.rtt_s, again=given.again)
        case Ticked():
            follow.ticked(draft)
            notified.ticked(draft)
            external.ticked(draft)
            ledger.ticked(draft)
        case Noticed():
            decide.settle(draft, given.judgement)
        case Notified() | rules.Logged():
            _unasked(draft, given)
        case Happened():
            _happened(draft, given)
        case Act():
            acts.carry_out(draft, given)


def _happened(draft: Draft, given: Happened) -> None:
    draft.happened(given.kind, "netmon:self", given.data)
    if given.kind is EventKind.INVENTORY_REFUSED:
        audit.record_reload(draft, given.data, ok=False)


def _answered(draft: Draft, given: Polled | SurveyEnded) -> None:
    if given.target not in draft.inventory.targets:
        return  # removed while it was being asked
    if isinstance(given, Polled):
        follow.polled(draft, given.target, given.plan, given.lane, given)
    else:
        follow.surveyed(draft, given.target, given.surveyed, given.duration_s)


def _unasked(draft: Draft, given: Unasked) -> None:
    if isinstance(given, Notified):
        notified.heard(draft, given.notification)
    else:
        rules.judge_message(draft, given)
