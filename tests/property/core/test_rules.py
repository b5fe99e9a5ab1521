"""Whatever is said and whenever netmon starts anew, a rule's fault is open just while it stands."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from netmon.model.rule import Clearing, Raising
from tests.unit.core.test_rules import GONE, LOOP, REPORTED, TEN, World, rule, seen

TIMES, WITHIN = 3, timedelta(seconds=60)

stories = st.lists(
    st.one_of(
        st.sampled_from(["bad", "good", "restart", "reload"]),
        st.sampled_from([1, 9, 30, 59, 60, 61, 290, 590, 599, 600, 601]),
    ),
    max_size=14,
)


class Told:
    """What ought to be: a rule that stands, and since when it is quiet."""

    def __init__(self) -> None:
        self.quiet_since = None
        self.matches = []

    def bad(self, now, times: int) -> None:
        self.matches = [*[at for at in self.matches if now - at < WITHIN], now]
        if self.quiet_since is not None or times == 1 or len(self.matches) >= times:
            self.quiet_since = now

    def good(self) -> None:
        self.quiet_since, self.matches = None, []

    def later(self, now) -> None:
        if self.quiet_since is not None and now - self.quiet_since >= TEN:
            self.good()

    def restart(self, now) -> None:
        self.matches = []
        if self.quiet_since is not None:
            self.quiet_since = now


def follow(made, times: int, story) -> None:
    world, told = World(made), Told()
    for part in story:
        if part == "bad":
            world.hear(LOOP)
            told.bad(world.now, times)
        elif part == "good":
            world.hear(GONE)
            told.good()
        elif part == "restart":
            world.restart(made)
            told.restart(world.now)
        elif part == "reload":
            world.reload(made)
        else:
            world.later(seconds=part)
            told.later(world.now)
        assert world.open == (set() if told.quiet_since is None else REPORTED)
        assert len(world.world.faults) <= 1
    world.later(minutes=11)
    assert world.open == set(), "quiet ends it in the end"
    assert world.world.reports == {}, "and nothing of it is kept"
    assert world.world.tallies == {}


@given(stories)
@settings(max_examples=30)
def test_one_match_is_enough(story):
    follow(rule(clears=Clearing(seen("recovered"), TEN)), 1, story)


@given(stories)
@settings(max_examples=30)
def test_so_many_within_so_long(story):
    raises = Raising(for_times=TIMES, within=WITHIN)
    follow(rule(raises=raises), TIMES, story)
