"""Judge whether a target that is there also tells what it is asked: ``no_data``."""

from __future__ import annotations

from netmon.model.condition import ConditionId, Key, Verdict
from netmon.model.inventory import Target
from netmon.model.judgement import Judgement
from netmon.model.reading import Lane
from netmon.model.world import TargetNow


def judge_data(target: Target, now: TargetNow, lane: Lane) -> Judgement:
    """Return BAD when a lane of a target that answers presence has come back empty."""
    told = now.facts.told(lane)
    key = Key(target.ref, ConditionId.NO_DATA)
    if now.misses:
        return Judgement(key, Verdict.NO_DATA)
    silence = told.silence
    if silence is None:
        other = Lane.COUNTERS if lane is Lane.STATUS else Lane.STATUS
        silence = now.facts.told(other).silence
    return Judgement(
        key,
        Verdict.BAD if silence else Verdict.GOOD,
        params={"lane": lane.value, "silence": silence.value if silence else None},
    )
