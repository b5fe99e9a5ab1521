"""Whatever is asked: no 500, wrong input is refused with a sentence that names it.

Schemathesis makes requests, right and wrong, of the description of the real application; a real
daemon answers them, over a socket of loopback. What routes there are, it finds by itself.
"""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance, unsupported_method

from netmon.api.access import Access
from netmon.api.server import HttpServer, create_app
from netmon.core.decide import self_judgement
from netmon.core.step import Noticed
from netmon.daemon.daemon import Daemon
from netmon.model.account import Role
from netmon.model.condition import ConditionId
from tests.fakes import district
from tests.fakes.clients import TOKEN
from tests.fakes.desk import FakeDesk
from tests.fakes.people import logged_in
from tests.fakes.quiet import quiet_parts

#: A stream does not end; test_http_server reads it.
_ENDLESS = "/api/v1/events"
_EXAMPLES = 10

described = schemathesis.openapi.from_dict(
    create_app(FakeDesk(), Access(TOKEN, local=False)).openapi()
)


@contextmanager
def serving(path) -> Iterator[str]:
    """Run a daemon and its server on a loop of their own; give the URL."""
    loop = asyncio.new_event_loop()
    ready, told, urls = threading.Event(), asyncio.Event(), []

    async def serve() -> None:
        inventory = district.world().inventory
        desk = Daemon(quiet_parts(inventory, path), inventory)
        server = HttpServer(create_app(desk, Access(TOKEN, local=False)))
        urls.append(server.bind("127.0.0.1", 0))
        tasks = [asyncio.create_task(desk.run()), asyncio.create_task(server.serve())]
        while desk.readiness():  # noqa: ASYNC110 - it says nothing by itself
            await asyncio.sleep(0.01)
        desk.put(Noticed(self_judgement(ConditionId.NETMON_STORE, "a fault to work on")))
        await desk.events_after(desk.world.last_event, 5)
        await logged_in(desk, Role.OPERATOR, "1")  # schemathesis likes to ask for it
        ready.set()
        await told.wait()
        server.stop()
        tasks[0].cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    assert ready.wait(20)
    yield urls[0]
    loop.call_soon_threadsafe(told.set)
    thread.join(20)
    loop.close()


@pytest.fixture(scope="module")
def url(tmp_path_factory) -> Iterator[str]:
    with serving(tmp_path_factory.mktemp("inventory")) as found:
        yield found


def names_what_is_wrong(ctx, response, case) -> None:
    """A 422 says in one sentence which parameter or field it is, or that it is the body."""
    if response.status_code != 422:
        return
    detail = response.json()["detail"]
    assert isinstance(detail, str)
    assert "\n" not in detail
    assert re.search(r'"[^"]*"|the body|cursor|Last-Event-ID', detail), detail


@pytest.mark.slow
@described.exclude(path=_ENDLESS).parametrize()
@settings(
    max_examples=_EXAMPLES,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_every_operation_answers_as_it_says(url, case):
    case.call_and_validate(
        base_url=url,
        headers={"Authorization": f"Bearer {TOKEN}"},
        additional_checks=[names_what_is_wrong],
        # What is right by its form may still be of a list that is not known any more.
        excluded_checks=[unsupported_method, positive_data_acceptance],
        timeout=20,
    )
