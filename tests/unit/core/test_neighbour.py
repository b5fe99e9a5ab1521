"""Neighbours are written as people write them, and found at the port they are seen at."""

from __future__ import annotations

from netmon.core.found import Found
from netmon.core.neighbour import neighbours
from netmon.model.oid import Oid
from netmon.model.profile import NeighbourTable
from netmon.model.reading import Interfaces

REMOTE = {
    name: Oid.parse(f"1.0.8802.1.1.2.1.4.1.1.{column}")
    for name, column in (
        ("chassis_subtype", 4), ("chassis", 5), ("port_subtype", 6), ("port", 7), ("name", 9),
    )
}  # fmt: skip
LOCAL = {name: Oid.parse(f"1.0.8802.1.1.2.1.3.7.1.{c}") for name, c in (("id", 3), ("descr", 4))}
TABLE = NeighbourTable(LOCAL, REMOTE)
PORTS = Interfaces(names=("GE0/0/1", "GE0/0/2"), index=(7, 8), descr=("", "uplink"))


def seen(local, row, **cells):
    columns = {REMOTE[name]: {row: value} for name, value in cells.items()}
    columns |= {LOCAL[name]: {(row[1],): value} for name, value in local.items()}
    return neighbours(TABLE, Found(columns=columns), PORTS)


def test_a_neighbour_is_at_the_port_whose_id_or_description_is_told():
    row = (0, 3, 1)
    assert seen({"id": b"GigabitEthernet0/0/1"}, row, chassis=b"x")[0].interface == "GE0/0/1"
    assert seen({"id": b"3", "descr": b"uplink"}, row, chassis=b"x")[0].interface == "GE0/0/2"


def test_a_local_port_number_may_be_an_ifindex():
    assert seen({}, (0, 8, 1), chassis=b"x")[0].interface == "GE0/0/2"
    assert seen({}, (0, 99, 1), chassis=b"x")[0].interface is None


def test_ids_are_written_as_their_subtype_says():
    row = (0, 7, 1)
    mac = b"\x02\x00\x5e\x00\x00\x01"
    [told] = seen({}, row, chassis_subtype=4, chassis=mac, port_subtype=3, port=mac, name=b"sw")
    assert (told.chassis, told.port, told.name) == ("02:00:5e:00:00:01",) * 2 + ("sw",)
    address = b"\x01\xc0\x00\x02\x07"
    [told] = seen({}, row, chassis_subtype=5, chassis=address, port_subtype=4, port=b"\x06odd")
    assert (told.chassis, told.port) == ("192.0.2.7", "06:6f:64:64")
    [told] = seen({}, row, chassis_subtype=7, chassis=b"switch-1", port=12)
    assert (told.chassis, told.port) == ("switch-1", "12")


def test_rows_that_are_no_rows_are_left_out():
    assert seen({}, (0, 7), chassis=b"x") == ()
