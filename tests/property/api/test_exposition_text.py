"""Whatever the names and numbers, the text means what Prometheus' own client would print."""

from __future__ import annotations

import math
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    InfoMetricFamily,
    UnknownMetricFamily,
)
from prometheus_client.exposition import generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.openmetrics.exposition import generate_latest as generate_openmetrics
from prometheus_client.openmetrics.parser import text_string_to_metric_families as read_openmetrics
from prometheus_client.parser import text_string_to_metric_families as read_text

from netmon.api.families import Family
from netmon.api.sample import Rows, block, labels, template

#: Any text an agent may send: quotes, backslashes, line ends, per cents, all scripts.
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r"), min_size=1)
numbers = st.floats(allow_nan=False) | st.integers(0, 2**64)
KINDS = {
    "gauge": GaugeMetricFamily,
    "counter": CounterMetricFamily,
    "info": InfoMetricFamily,
    "unknown": UnknownMetricFamily,
}
ENDINGS = {"counter": "_total", "info": "_info"}


class One:
    """A collector of one family."""

    def __init__(self, family: Metric) -> None:
        self.family = family

    def collect(self) -> Iterable[Metric]:
        return [self.family]


def printed_by_the_client(family: Metric, *, openmetrics: bool) -> str:
    registry = CollectorRegistry()
    registry.register(One(family))  # type: ignore[arg-type]
    return (generate_openmetrics if openmetrics else generate_latest)(registry).decode()


def read(text: str, *, openmetrics: bool) -> list[tuple[object, ...]]:
    families = (read_openmetrics if openmetrics else read_text)(text)
    return [
        (f.name, f.type, f.documentation, [(s.name, s.labels, float(s.value)) for s in f.samples])
        for f in families
    ]


@pytest.mark.parametrize("openmetrics", [False, True])
@pytest.mark.parametrize("kind", KINDS)
@given(
    samples=st.dictionaries(st.tuples(texts, texts), numbers, min_size=1, max_size=5), said=texts
)
def test_a_family_reads_as_the_client_s_own(kind, openmetrics, samples, said):
    theirs = KINDS[kind]("netmon_x", said, labels=None if kind == "info" else ["a", "b"])
    name = "netmon_x" + ENDINGS.get(kind, "")
    rows = []
    for (a, b), value in samples.items():
        value = abs(value) if kind == "counter" else value
        shown = 1 if kind == "info" else value
        rows.append((labels(a=a, b=b), shown))
        if kind == "info":
            theirs.add_metric([], {"a": a, "b": b})
        else:
            theirs.add_metric([a, b], value)
    family = Family(name, kind, said.replace("{", "{{").replace("}", "}}"), {"unused": ""})
    ours = (family.head(openmetrics=openmetrics) + block(family, rows)[1]).decode()
    ours += "# EOF\n" if openmetrics else ""
    expected = printed_by_the_client(theirs, openmetrics=openmetrics)
    assert read(ours, openmetrics=openmetrics) == read(expected, openmetrics=openmetrics)


@given(
    rows=st.lists(st.tuples(texts, st.none() | st.integers(0, 2**64)), unique_by=lambda r: r[0]),
    later=st.lists(st.none() | st.integers(0, 2**64)),
)
def test_rows_print_the_known_values_and_only_those_each_time(rows, later):
    family = Family("netmon_x_total", "counter", "x")
    sets = [labels(interface=name) for name, _ in rows]
    made = Rows(family, sets)
    second = (later + [None] * len(rows))[: len(rows)]
    for column in ([value for _, value in rows], second, [value for _, value in rows]):
        known = [(s, v) for s, v in zip(sets, column, strict=True) if v is not None]
        assert made.lines(column) == block(family, known)[1]


@given(st.lists(st.tuples(texts, st.floats(allow_nan=False, allow_infinity=False))))
def test_a_template_prints_floats_as_lines_do(rows):
    sets = [labels(sensor=name) for name, _ in rows]
    text = template("netmon_x", sets, b"%r") % tuple([value for _, value in rows])
    family = Family("netmon_x", "gauge", "x")
    assert text == block(family, [(s, v) for s, (_, v) in zip(sets, rows, strict=True)])[1]


@pytest.mark.parametrize("value", [math.inf, -math.inf, math.nan])
def test_what_is_no_number_is_written_as_prometheus_reads_it(value):
    family = Family("netmon_x", "gauge", "x")
    (found,) = read_text(block(family, [(b"", value)])[1].decode())
    assert repr(found.samples[0].value) == repr(value)
