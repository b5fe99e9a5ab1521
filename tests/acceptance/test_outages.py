"""The outage record of a story: what was up and down, from the first bad look to the first good."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest

from netmon.core import ledger
from netmon.model.inventory import LineId, Maintenance, Ref
from netmon.model.outage import Clue, Interval, PlannedWork, ServiceState
from netmon.model.record import RecordQuery
from netmon.model.ticket import Cause
from netmon.model.world import FaultQuery
from tests.acceptance.district import START, inventory
from tests.acceptance.timeline import Story


def of(story: Story, subject: str) -> list[Interval]:
    """Return a subject's intervals in order; that they tile is looked at in passing."""
    found = story.store.records(
        RecordQuery(Interval, equal={"subject": subject}, oldest_first=True)
    )
    found.sort(key=lambda one: one.begin)
    for one, following in pairwise(found):
        assert one.end == following.begin, (one, following)
    assert all(one.end is None or one.begin < one.end for one in found)
    return found


def states(story: Story, subject: str) -> list[str]:
    return [one.state.value for one in of(story, subject)]


def minutes(one: Interval) -> tuple[float, float]:
    assert one.end is not None
    return tuple((at - START) / timedelta(minutes=1) for at in (one.begin, one.end))  # type: ignore[return-value]


def test_an_outage_is_from_the_first_bad_look_to_the_first_good_one():
    story = Story()
    story.at(min=5).cut("L-1")
    story.at(min=20).mend("L-1")
    story.tell(min=30)
    [fault] = story.store.faults(FaultQuery())
    unknown, up, down, again = of(story, "line:L-1")
    assert [one.state.value for one in (unknown, up, down, again)] == [
        "unknown",
        "up",
        "down",
        "up",
    ]
    assert (down.begin, down.end) == (fault.began_at, fault.ended_at)
    assert (down.fault, down.ticket) == (fault.id, fault.ticket)
    begin, end = minutes(down)
    assert 5.0 <= begin <= 5.6
    assert 20.0 <= end <= 20.6
    assert again.is_live
    assert (again.begin - START) / timedelta(minutes=1) == end


def test_what_hangs_behind_a_cut_line_is_unreachable_meanwhile():
    story = Story()
    story.at(min=5).cut("L-A")
    story.at(min=20).mend("L-A")
    story.tell(min=30)
    assert states(story, "node:acc-1") == ["unknown", "up", "unreachable", "up"]
    begin, end = minutes(of(story, "node:acc-1")[2])
    assert 5.0 <= begin <= 5.6
    assert 20.0 <= end <= 20.7


def test_what_is_believed_only_for_a_moment_is_no_outage():
    story = Story()
    story.at(min=5).cut("L-1")
    story.at(min=5, s=1.0).mend("L-1")
    story.tell(min=10)
    assert states(story, "line:L-1") == ["unknown", "up"]


def test_a_restart_within_a_minute_leaves_no_trace():
    story = Story()
    story.at(min=5).cut("L-1")
    story.at(min=8).restart(away_s=50.0)
    story.at(min=12).restart(away_s=1.0)
    story.at(min=20).mend("L-1")
    story.tell(min=30)
    assert states(story, "line:L-1") == ["unknown", "up", "down", "up"]
    assert states(story, "line:L-2") == ["unknown", "up"]


def test_where_netmon_was_away_nobody_knows():
    story = Story()
    story.at(min=5).cut("L-1")
    story.at(min=10).restart(away_s=600.0)
    story.at(min=30).mend("L-1")
    story.tell(min=40)
    assert states(story, "line:L-1") == ["unknown", "up", "down", "unknown", "down", "up"]
    gap = of(story, "line:L-1")[3]
    assert not gap.watched
    begin, end = minutes(gap)
    assert 9.3 <= begin <= 10.0, "it notes every half minute that it watches"
    assert 20.0 <= end <= 20.6
    assert states(story, "line:L-2") == ["unknown", "up", "unknown", "up"]


def test_what_was_mended_while_netmon_was_away_is_up_from_the_first_look():
    story = Story()
    story.at(min=5).cut("L-1")
    story.at(min=10).restart(away_s=600.0)
    story.at(min=15).mend("L-1")
    story.tell(min=40)
    assert states(story, "line:L-1") == ["unknown", "up", "down", "unknown", "up"]
    assert 20.0 <= minutes(of(story, "line:L-1")[3])[1] <= 20.6


def test_a_quiet_netmon_notes_that_it_watches():
    story = Story()
    story.tell(min=10)
    before = story.world.last_step
    story.tell(min=20)
    assert 14 <= story.world.last_step - before <= 21
    assert story.now - story.store.load().saved_at <= ledger.NOTED_EVERY + timedelta(seconds=10)


def test_a_line_that_serves_badly_is_degraded():
    story = Story()
    story.at(min=5).carries("L-1", 9.8e7)
    story.tell(min=20)
    assert states(story, "line:L-1")[:2] == ["unknown", "up"]


def test_while_netmon_is_cut_off_itself_nobody_knows():
    story = Story()
    story.at(min=5).isolate()
    story.at(min=15).plug_in()
    story.tell(min=30)
    for subject in ("node:acc-1", "line:L-1"):
        assert set(states(story, subject)) == {"unknown", "up"}, subject
        begin, end = minutes(of(story, subject)[2])
        assert 5.0 <= begin <= 5.8
        assert 15.0 <= end <= 16.7


def _dated(ident: str, **days: date):
    whole = inventory()
    line = replace(whole.lines[LineId(ident)], **days)
    return replace(whole, lines={**whole.lines, line.id: line})


def test_a_line_begins_and_ends_at_midnight_in_the_district():
    # 23:50 of 23 November in Shanghai.
    start = datetime(2026, 11, 23, 15, 50, tzinfo=UTC)
    whole = _dated("L-1", in_service=date(2026, 11, 24))
    story = Story(whole, start=start)
    story.tell(min=30)
    midnight = datetime(2026, 11, 23, 16, tzinfo=UTC)
    first, *rest = of(story, "line:L-1")
    assert (first.state, first.end) == (ServiceState.NOT_IN_SERVICE, midnight)
    assert rest[-1].state is ServiceState.UP

    story = Story(_dated("L-1", ends=date(2026, 11, 23)), start=start)
    story.tell(min=30)
    assert of(story, "line:L-1")[-1].begin == midnight
    assert states(story, "line:L-1") == ["unknown", "up", "not_in_service"]


def test_the_history_of_a_removed_line_stays():
    story = Story()
    story.at(min=5).cut("L-1")
    story.at(min=10).reload(
        lambda whole: replace(whole, lines={k: v for k, v in whole.lines.items() if k != "L-1"})
    )
    story.tell(min=20)
    assert states(story, "line:L-1") == ["unknown", "up", "down"]
    assert minutes(of(story, "line:L-1")[2])[1] == pytest.approx(10.0)
    assert "line:L-1" not in story.world.running


def test_a_line_that_is_given_to_another_begins_anew_with_whose_it_is():
    story = Story()
    story.at(min=5).cut("L-1")

    def give(whole):
        line = replace(whole.lines[LineId("L-1")], circuit_id="C-NEW")
        return replace(whole, lines={**whole.lines, line.id: line})

    story.at(min=10).reload(give)
    story.at(min=20).mend("L-1")
    story.tell(min=30)
    _, _, before, after, up = of(story, "line:L-1")
    assert [one.state.value for one in (before, after, up)] == ["down", "down", "up"]
    assert (before.fault, before.ticket) == (after.fault, after.ticket)
    told = [one.about["circuit_id"] for one in (before, after, up)]
    assert told[1:] == ["C-NEW", "C-NEW"] != told[:2]
    assert minutes(after)[0] == pytest.approx(10.0)
    assert len(of(story, "line:L-2")) == 2


def _window(begin: float, end: float) -> Maintenance:
    return Maintenance(
        "M-1",
        (Ref("line:L-1"),),
        "splicing",
        START + timedelta(minutes=begin),
        START + timedelta(minutes=end),
    )


def works(story: Story) -> list[tuple[tuple[str, ...], float, float | None]]:
    def at(when: datetime | None) -> float | None:
        return None if when is None else round((when - START) / timedelta(minutes=1), 2)

    found = story.store.records(RecordQuery(PlannedWork, oldest_first=True))
    return [(work.subjects, at(work.begin) or 0.0, at(work.end)) for work in found]


def test_planned_work_is_recorded_as_it_was():
    story = Story(replace(inventory(), maintenance={"M-1": _window(10, 30)}))
    story.at(min=20).reload(lambda whole: replace(whole, maintenance={}))
    story.tell(min=40)
    assert works(story) == [(("line:L-1",), 10.0, 20.0)]


def test_planned_work_written_down_afterwards_covers_nothing_of_the_past():
    story = Story()
    story.at(min=20).reload(lambda whole: replace(whole, maintenance={"M-1": _window(10, 30)}))
    story.tell(min=40)
    assert works(story) == [(("line:L-1",), 20.0, 30.0)]


def test_planned_work_that_ended_while_netmon_was_away_ended_as_planned():
    story = Story(replace(inventory(), maintenance={"M-1": _window(10, 30)}))
    story.at(min=25).restart(away_s=600.0)
    story.tell(min=40)
    assert works(story) == [(("line:L-1",), 10.0, 30.0)]


def test_an_outage_in_planned_work_is_inferred_to_be_planned():
    story = Story(replace(inventory(), maintenance={"M-1": _window(4, 30)}))
    story.at(min=5).cut("L-1")
    story.at(min=20).mend("L-1")
    story.tell(min=30)
    down = of(story, "line:L-1")[2]
    assert (down.state, down.cause) == (ServiceState.DOWN, Cause.PLANNED)
    assert Clue.PLANNED_WORK in down.clues
