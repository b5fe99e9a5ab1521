"""The slope of a room's air: never raised by what comes and goes, always by what goes on."""

from __future__ import annotations

from math import pi, sin
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from netmon.core.checks.climate import RATES
from netmon.core.trend import HISTORY_S, felt, slope, trend
from netmon.model.trend import Trend

SWING = RATES["temperature_celsius"].swing
RAISE_AT, HOLD_S, GAP_S = 5.0, 120.0, 300.0
STEPS = st.sampled_from([0.0, 0.1, 0.5, 5 / 9, 1.0])
PERIODS = st.sampled_from([20.0, 30.0, 60.0, 90.0])


def watched(curve, seconds, *, period=60.0, step=0.0, noise=0.0, seed=0):
    """Yield each instant with its trend, as polls of a sensor would make them."""
    chance, seen, at_s = Random(seed), Trend(), 0.0
    while at_s < seconds:
        value = curve(at_s) + chance.uniform(-noise, noise)
        value = round(value / step) * step if step else value
        seen = trend(felt(seen, at_s, value, GAP_S), SWING, 27.0, was_rising=False)
        yield at_s, seen
        at_s += period


def raised_at(polls) -> float | None:
    """Return when it would be raised: beyond the limit for as long as the default rule asks."""
    since = None
    for at_s, seen in polls:
        if not (seen.rising and seen.per_hour > RAISE_AT):
            since = None
            continue
        since = at_s if since is None else since
        if at_s - since >= HOLD_S:
            return at_s
    return None


@settings(max_examples=60, deadline=None)
@given(
    minutes=st.floats(8, 15),
    phase=st.floats(0, 2 * pi),
    mean=st.floats(18, 26),
    swing=st.floats(0, 1),
    step=STEPS,
    noise=st.floats(0, 0.15),
    period=PERIODS,
    seed=st.integers(0, 1000),
)
def test_a_compressor_never_raises_it(minutes, phase, mean, swing, step, noise, period, seed):
    def curve(at_s: float) -> float:
        return mean + swing * sin(phase + 2 * pi * at_s / (60 * minutes))

    polls = watched(curve, 7200, period=period, step=step, noise=noise, seed=seed)
    assert raised_at(polls) is None


@settings(max_examples=40, deadline=None)
@given(
    begin=st.floats(300, 3600),
    height=st.floats(0.1, 8),
    length_s=st.floats(0, 3600),
    step=STEPS,
    period=PERIODS,
    seed=st.integers(0, 1000),
)
def test_a_step_never_raises_it_however_long_it_lasts(begin, height, length_s, step, period, seed):
    def curve(at_s: float) -> float:
        return 21.3 + (height if begin <= at_s < begin + length_s else 0.0)

    polls = watched(curve, 9000, period=period, step=step, noise=0.05, seed=seed)
    assert raised_at(polls) is None


@settings(max_examples=40, deadline=None)
@given(
    per_hour=st.floats(7.5, 120),
    calm_s=st.floats(0, 3600),
    step=STEPS,
    noise=st.floats(0, 0.15),
    period=PERIODS,
    seed=st.integers(0, 1000),
)
def test_a_rise_is_raised_before_long(per_hour, calm_s, step, noise, period, seed):
    """Live: by the time it is 3.6 °C warmer, or a step and a few polls more."""

    def curve(at_s: float) -> float:
        return 20.2 + per_hour * max(0.0, at_s - calm_s) / 3600

    within_s = (3.6 + 1.5 * step) / per_hour * 3600 + HOLD_S + 8 * max(60.0, period)
    end_s = calm_s + within_s
    polls = list(watched(curve, end_s, period=period, step=step, noise=noise, seed=seed))
    at_s = raised_at(polls)
    assert at_s is not None
    assert at_s >= calm_s
    seen = dict(polls)[at_s]
    told = 2 * (noise + step / 2) / (seen.samples[-1][0] - calm_s) * 3600
    assert abs(seen.per_hour - per_hour) <= max(2.0, 0.3 * per_hour, told)


@given(st.lists(st.tuples(st.floats(0, 600), st.floats(-40, 90)), max_size=200))
def test_memory_is_bounded_and_in_order(polls):
    at_s, seen = 0.0, Trend()
    for after_s, value in polls:
        at_s += after_s
        seen = trend(felt(seen, at_s, value, GAP_S), SWING, 27.0, was_rising=False)
        times = [when for when, _ in seen.samples]
        assert len(times) <= HISTORY_S / 45 + 1
        assert times == sorted(set(times))
        assert at_s - times[0] <= HISTORY_S
        assert seen.limit_in_s is None or seen.limit_in_s >= 0


@given(
    per_s=st.floats(-0.1, 0.1),
    base=st.floats(-20, 60),
    wrong=st.lists(st.floats(-100, 100), min_size=2, max_size=2),
    places=st.sets(st.integers(0, 9), min_size=2, max_size=2),
)
def test_two_wrong_samples_of_ten_bend_the_slope_within_the_others(per_s, base, wrong, places):
    samples = [(60.0 * i, base + per_s * 60 * i) for i in range(10)]
    for place, value in zip(sorted(places), wrong, strict=True):
        samples[place] = (samples[place][0], value)
    assert abs(slope(samples) - per_s) < 1e-6
