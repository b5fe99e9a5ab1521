"""Ask an agent without a socket, and read what it says."""

from __future__ import annotations

from netmon.model.oid import Oid
from netmon.model.secret import Secret
from netmon.model.wire import Credential, Value, Version
from netmon.simulator.agent import Agent
from netmon.snmp.ber import encode_oid
from netmon.snmp.pdu import (
    GET,
    GET_BULK,
    GET_NEXT,
    Response,
    find_pdu,
    read_response,
    request,
    varbind,
)

PUBLIC = {
    version: Credential(version.value, version, Secret("public"))
    for version in (Version.V1, Version.V2C)
}


def question(
    kind: int, oids: list[Oid], version: Version = Version.V2C, repetitions: int = 0
) -> bytes:
    """Return a request with the community ``public``."""
    names = [varbind(encode_oid(oid)) for oid in oids]
    return bytes(request(PUBLIC[version], kind, names, repetitions).stamped(4711))


def put(agent: Agent, datagram: bytes) -> Response:
    """Return the answer to a datagram."""
    answer = agent.answer(datagram)
    assert answer is not None, "the agent is silent"
    return read_response(answer, *find_pdu(answer))


def get(agent: Agent, *oids: Oid, version: Version = Version.V2C) -> Response:
    """Return the answer to a Get."""
    return put(agent, question(GET, list(oids), version))


def get_next(agent: Agent, *oids: Oid, version: Version = Version.V2C) -> Response:
    """Return the answer to a GetNext."""
    return put(agent, question(GET_NEXT, list(oids), version))


def get_bulk(agent: Agent, repetitions: int, *oids: Oid) -> Response:
    """Return the answer to a GetBulk without non-repeaters."""
    return put(agent, question(GET_BULK, list(oids), repetitions=repetitions))


def value(agent: Agent, oid: Oid) -> Value:
    """Return one value."""
    return get(agent, oid).values[0]


def walk(agent: Agent, root: Oid) -> dict[Oid, Value]:
    """Return everything below ``root``, a GetNext at a time."""
    found: dict[Oid, Value] = {}
    at = root
    while True:
        response = get_next(agent, at)
        at = response.oids[0]
        if not root.covers(at) or response.values[0] is None:
            return found
        found[at] = response.values[0]
