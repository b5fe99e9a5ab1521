"""Any module of an exporter becomes a profile that loads, and accounts for every metric."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from netmon.config.exporter.convert import Wanted, convert
from netmon.config.exporter.covered import Covered
from netmon.config.exporter.module import IndexPart, Lookup, Metric, Module
from netmon.config.profiles import load_profiles
from netmon.model.oid import Oid

ROOT = (1, 3, 6, 1, 4, 1, 99999)
words = st.one_of(
    st.text(max_size=8), st.sampled_from(["ifName", "exTemp", "a:b", "_x", "on", "9"])
)
oids = st.lists(st.integers(0, 3), min_size=2, max_size=5).map(lambda tail: Oid((*ROOT, *tail)))
types = st.sampled_from(
    ["gauge", "counter", "Float", "DisplayString", "OctetString", "PhysAddress48", "InetAddress",
     "InetAddressIPv4", "EnumAsInfo", "EnumAsStateSet", "Bits", "DateAndTime", "LldpPortId", "?"]
)  # fmt: skip
numbers = st.floats(-1e9, 1e9, allow_nan=False, allow_infinity=False)
parts = st.builds(IndexPart, words, types, st.integers(0, 6), st.booleans())
lookups = st.builds(Lookup, words, st.lists(words, max_size=2).map(tuple), st.none() | oids, types)
extracts = st.dictionaries(
    words,
    st.lists(st.tuples(st.sampled_from(["(x)", "(", "a", "'(.*)"]), words | st.just("$1")),
             max_size=2).map(tuple),
    max_size=2,
)  # fmt: skip
metrics = st.builds(
    Metric,
    words.filter(bool),
    oids,
    types,
    st.text(max_size=30) | st.sampled_from(["in tenths of Volts", "percent # x"]),
    st.lists(parts, max_size=2).map(tuple),
    st.lists(lookups, max_size=2).map(tuple),
    st.dictionaries(st.integers(-5, 70), words, max_size=4),
    extracts,
    numbers.filter(bool),
    numbers,
)


@settings(max_examples=60)
@example([], [], "null")
@example([], [Oid((*ROOT, 1, 1))], "null")
@given(st.lists(metrics, max_size=6), st.lists(oids, max_size=2), words)
def test_any_module_becomes_a_profile_that_loads(found, gets, name):
    made = convert(Module(name, tuple(gets), tuple(found)), Covered({}, {}), Wanted())
    told = [*made.taken, *made.names, *(n for names in made.left_out.values() for n in names)]
    assert set(told) >= {metric.name for metric in found}
    if not made.text:
        return
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / f"{made.id}.yaml").write_text(made.text, "utf-8")
        assert load_profiles(Path(folder)).by_id
