"""The outage record of whatever befalls a district: it tiles the time, and figures stay figures."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from netmon.core.availability import Account, Ask, accounts, figures, service, three
from netmon.core.intervals import Spans
from netmon.core.outages import amended, history
from netmon.model.accounting import AccountingMethod, Counted
from netmon.model.outage import Amendment, Finding, Interval, PlannedWork, ServiceState
from netmon.model.record import RecordId, RecordQuery
from netmon.model.ticket import Cause
from tests.acceptance.district import START
from tests.acceptance.timeline import Moment, Story

LINES = ("L-1", "L-2", "L-A", "L-B")
BEFALLS = st.one_of(
    st.tuples(st.just("cut"), st.sampled_from(LINES)),
    st.tuples(st.just("mend"), st.sampled_from(LINES)),
    st.tuples(st.just("power_off"), st.sampled_from(("acc-1", "agg-1"))),
    st.tuples(st.just("power_on"), st.sampled_from(("acc-1", "agg-1"))),
    st.tuples(st.just("restart"), st.sampled_from((1.0, 45.0, 240.0))),
    st.tuples(st.just("isolate"), st.just("")),
    st.tuples(st.just("plug_in"), st.just("")),
    st.tuples(st.just("remove"), st.sampled_from(LINES)),
)


def _befall(moment: Moment, what: str, whom) -> None:
    if what == "restart":
        moment.restart(away_s=whom)
    elif what in ("isolate", "plug_in"):
        getattr(moment, what)()
    elif what == "remove":
        moment.reload(
            lambda whole: replace(whole, lines={k: v for k, v in whole.lines.items() if k != whom})
        )
    else:
        getattr(moment, what)(whom)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.integers(1, 11), BEFALLS), max_size=6, unique_by=lambda e: e[0]))
def test_the_intervals_of_a_subject_tile_the_time_since_it_was_known(events):
    story = Story()
    for minute, (what, whom) in sorted(events):
        _befall(story.at(min=float(minute), s=minute / 7), what, whom)
    story.tell(min=18)
    found = story.store.records(RecordQuery(Interval, oldest_first=True))
    by_subject: dict[str, list[Interval]] = {}
    for one in sorted(found, key=lambda i: (i.begin, i.id)):
        by_subject.setdefault(one.subject, []).append(one)
    inventory = story.world.inventory
    refs = {line.ref for line in inventory.lines.values()}
    refs |= {target.ref for target in inventory.targets.values()}
    assert refs <= by_subject.keys()
    for subject, some in by_subject.items():
        assert some[0].begin == START
        for one, following in pairwise(some):
            assert one.end == following.begin, (subject, one, following)
        assert all(one.end is None or one.begin < one.end <= story.now for one in some), subject
        assert (some[-1].end is None) == (subject in refs)
        running = story.world.running.get(subject)
        assert running == (some[-1] if subject in refs else None)


# --- figures --------------------------------------------------------------------------------------

BEGIN = datetime(2026, 11, 1, tzinfo=UTC)
S = "line:L-1"


@st.composite
def tiles(draw):
    """Return intervals that tile a time, as the record has them."""
    cuts = sorted(draw(st.sets(st.integers(1, 200), max_size=8)) | {0})
    ends = [*cuts[1:], None]
    found = []
    for number, (begin, end) in enumerate(zip(cuts, ends, strict=True), 1):
        found.append(
            Interval(
                RecordId(number),
                S,
                draw(st.sampled_from(ServiceState)),
                BEGIN + timedelta(minutes=begin),
                None if end is None else BEGIN + timedelta(minutes=end),
                ticket=draw(st.sampled_from((None, 1, 2))),
            )
        )
    return found


@st.composite
def spans(draw):
    edges = draw(st.lists(st.tuples(st.integers(0, 220), st.integers(0, 60)), max_size=4))
    return [
        (BEGIN + timedelta(minutes=begin), BEGIN + timedelta(minutes=begin + length))
        for begin, length in edges
    ]


@st.composite
def corrections(draw):
    return [
        Amendment(
            RecordId(1000 + number),
            BEGIN,
            "li",
            "a reason",
            S,
            begin,
            end,
            state=draw(st.sampled_from((None, *ServiceState))),
            cause=draw(st.sampled_from((None, *Cause))),
            excluded=draw(st.sampled_from((None, True, False))),
        )
        for number, (begin, end) in enumerate(draw(spans()))
        if begin < end
    ]


methods = st.builds(
    AccountingMethod,
    unknown=st.sampled_from(Counted),
    upstream=st.sampled_from(Counted),
    power=st.sampled_from(Counted),
    force_majeure=st.sampled_from(Counted),
    degraded=st.sampled_from(Counted),
    excluded_causes=st.frozensets(st.sampled_from(Cause)),
    inferred=st.booleans(),
)


def disjoint(account: Account) -> bool:
    sets = [account.up, account.down, account.unknown, account.excluded]
    whole = account.up | account.down | account.unknown | account.excluded
    return sum((one.total() for one in sets), timedelta()) == whole.total()


@given(tiles(), corrections(), spans(), spans(), methods, st.integers(0, 200), st.integers(1, 100))
def test_each_second_in_service_counts_once_and_no_figure_leaves_its_bounds(
    found, amendments, planned, opened, method, begin, length
):
    start = BEGIN + timedelta(minutes=begin)
    ask = Ask(start, start + timedelta(minutes=length), method, Spans(opened))
    works = [PlannedWork(RecordId(500), "M", "", (S,), b, e) for b, e in planned]
    findings = [Finding(RecordId(2000), BEGIN, "li", 1, BEGIN, cause=Cause.CARRIER)]
    past = history(found, amendments, works, findings, BEGIN + timedelta(minutes=250))
    of = accounts(past, S, ask)
    raw = of.raw.up | of.raw.down | of.raw.unknown
    for account in (of.raw, of.planned_excluded, of.contractual):
        assert disjoint(account)
        whole = account.up | account.down | account.unknown | account.excluded
        assert whole.total() <= raw.total()
    assert of.planned_excluded.down - of.raw.down == Spans()
    anyway = Spans((a.begin, a.end) for a in amendments if a.excluded is False)  # a person says so
    counted = of.contractual.up | of.contractual.down
    assert (Spans(planned) & raw & counted) - anyway == Spans()
    no_less = of.planned_excluded.excluded - of.contractual.excluded
    assert no_less - anyway == Spans(), "it excludes no less"
    assert (of.contractual.up | of.contractual.down) - ask.open == Spans()
    for one in (t := three(of, method)).raw, t.planned_excluded, t.contractual:
        assert one.ratio is None or 0 <= one.ratio <= 1
        assert (one.ratio is None) == (one.considered_s == 0)


@given(tiles(), tiles(), methods)
def test_a_service_is_never_worse_than_the_best_of_its_lines(first, second, method):
    end = BEGIN + timedelta(minutes=220)
    ask = Ask(BEGIN, end, method, Spans([(BEGIN, end)]))
    now = BEGIN + timedelta(minutes=250)
    members = [accounts(history(one, [], [], [], now), S, ask) for one in (first, second)]
    together = service(members)
    assert disjoint(together.raw)
    for member in members:
        assert member.raw.up - together.raw.up == Spans()
        assert figures(together.raw).up_s >= figures(member.raw).up_s
        assert together.raw.down & member.raw.up == Spans()


@given(tiles(), corrections())
def test_amendments_cut_and_never_lose_or_double_a_second(found, amendments):
    now = BEGIN + timedelta(minutes=250)
    for interval in found:
        whole = history([interval], [], [], [], now).pieces[S][0]
        parts = amended(whole, amendments)
        assert parts[0].begin == whole.begin
        assert parts[-1].end == whole.end
        for one, following in pairwise(parts):
            assert one.end == following.begin
        untouched = [p for p in parts if not p.amended]
        assert all(p.state is whole.state for p in untouched)


@pytest.mark.parametrize("state", [s for s in ServiceState if s is not ServiceState.UNKNOWN])
def test_an_amendment_that_says_unknown_makes_it_unknown(state):
    interval = Interval(RecordId(1), S, state, BEGIN, BEGIN + timedelta(minutes=10))
    amendment = Amendment(
        RecordId(2), BEGIN, "li", "why", S, BEGIN, BEGIN + timedelta(minutes=4),
        state=ServiceState.UNKNOWN,
    )  # fmt: skip
    pieces = history([interval], [amendment], [], [], BEGIN).pieces[S]
    assert [(p.state, p.seconds) for p in pieces] == [
        (ServiceState.UNKNOWN, 240.0),
        (state, 360.0),
    ]
