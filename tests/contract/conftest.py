"""What the contract of the Engine port stands on: a real snmpd, a dead peer, either engine."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Callable, Iterator

import pytest

from netmon.model.wire import Peer
from netmon.ports import Engine
from tests.agents.snmpd import V2C, Snmpd
from tests.contract.engines import ENGINES, started


@pytest.fixture(scope="module")
def agent(
    tmp_path_factory: pytest.TempPathFactory, free_port: Callable[..., int]
) -> Iterator[Snmpd]:
    daemon = Snmpd(tmp_path_factory.mktemp("snmpd"), free_port("udp"))
    daemon.start()
    yield daemon
    daemon.stop()


@pytest.fixture
def own_agent(
    tmp_path_factory: pytest.TempPathFactory, free_port: Callable[..., int]
) -> Iterator[Snmpd]:
    """An agent that the test may end and start again."""
    daemon = Snmpd(tmp_path_factory.mktemp("snmpd"), free_port("udp"))
    yield daemon
    daemon.stop()


@pytest.fixture(params=ENGINES)
async def engine(request: pytest.FixtureRequest) -> AsyncIterator[Engine]:
    async with started(request.param) as made:
        yield made


@pytest.fixture
def engine_name(request: pytest.FixtureRequest) -> str:
    """The name of the engine under test."""
    return str(request.node.callspec.params["engine"])


@pytest.fixture
def dead() -> Iterator[Peer]:
    """A peer whose port is open and that never answers."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as deaf:
        deaf.bind(("127.0.0.1", 0))
        port = deaf.getsockname()[1]
        yield Peer("dead", "127.0.0.1", port, V2C, timeout_s=0.2, retries=2, deadline_s=10)
