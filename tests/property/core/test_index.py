"""An index read is the index written, and nothing an agent makes up as an index raises."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from netmon.core.index import join_index, split_index
from netmon.model.profile import IndexKind, IndexPart

KINDS = {
    IndexKind.INTEGER: st.integers(0, 2**32 - 1),
    IndexKind.STRING: st.binary(max_size=20),
    IndexKind.MAC: st.binary(min_size=6, max_size=6),
    IndexKind.IP: st.binary(min_size=4, max_size=4),
    IndexKind.OID: st.lists(st.integers(0, 2**32 - 1), max_size=10).map(tuple),
}


@st.composite
def parts_and_values(draw):
    kinds = draw(st.lists(st.sampled_from(list(KINDS)), min_size=1, max_size=4))
    parts = [IndexPart(f"p{i}", kind) for i, kind in enumerate(kinds)]
    values = [draw(KINDS[kind]) for kind in kinds]
    if kinds[-1] in (IndexKind.STRING, IndexKind.OID) and draw(st.booleans()):
        parts[-1] = IndexPart(parts[-1].name, kinds[-1], implied=True)
    return parts, values


@given(parts_and_values())
def test_what_is_joined_is_split_into_the_same_arcs(case):
    parts, values = case
    index = join_index(parts, values)
    found = split_index(parts, index)
    assert found is not None
    assert list(found) == [part.name for part in parts]
    assert tuple(arc for part in found.values() for arc in part.arcs) == index


@given(
    st.lists(st.builds(IndexPart, st.just("x"), st.sampled_from(IndexKind)), max_size=4),
    st.lists(st.integers(0, 2**32 - 1), max_size=24).map(tuple),
)
def test_no_index_raises(parts, index):
    found = split_index(parts, index)
    assert found is None or all(isinstance(part.text, str) for part in found.values())


def test_parts_are_written_as_people_write_them():
    parts = [
        IndexPart("slot"),
        IndexPart("mac", IndexKind.MAC),
        IndexPart("address", IndexKind.IP_ADDRESS),
        IndexPart("name", IndexKind.STRING, implied=True),
    ]
    index = (3, 0, 0x1B, 0x21, 0, 0, 0xFF, 1, 4, 192, 0, 2, 7, 71, 69)
    found = split_index(parts, index)
    assert {name: part.text for name, part in found.items()} == {
        "slot": "3",
        "mac": "00:1b:21:00:00:ff",
        "address": "192.0.2.7",
        "name": "GE",
    }
