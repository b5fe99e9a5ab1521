"""Every route of the application has its permission, and each role passes exactly by the table."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest
from fastapi.routing import APIRoute
from starlette.responses import PlainTextResponse

from netmon.api.access import Access
from netmon.api.gate import Gate
from netmon.api.permits import LOG_IN, READS, permit_of
from netmon.api.server import create_app
from netmon.core.roles import MAY
from netmon.model.account import Permission, Role
from tests.fakes.clients import TOKEN, client_of
from tests.fakes.desk import FakeDesk
from tests.fakes.people import logged_in, token_of


def _routes(routes) -> Iterator[tuple[str, str]]:
    """Give all ways in: those of included routers too, however FastAPI keeps them."""
    for route in routes:
        if isinstance(route, APIRoute):
            yield from ((method, route.path) for method in sorted(route.methods))


def every_route() -> list[tuple[str, str]]:
    app = create_app(FakeDesk(), Access(TOKEN, local=True))
    found = dict.fromkeys(_routes(app.routes))
    for path, ways in app.openapi()["paths"].items():
        found |= dict.fromkeys((method.upper(), path) for method in ways)
    return list(found)


ROUTES = every_route()
WRITES = [(method, path) for method, path in ROUTES if method not in READS and path != LOG_IN] + [
    ("DELETE", LOG_IN)
]


def filled(path: str) -> str:
    return re.sub(r"\{[^}]+\}", "1", path)


def test_the_walk_sees_the_routes():
    assert ("POST", "/api/v1/tickets/{ticket_id}/{action}") in ROUTES
    assert ("GET", "/api/v1/status") in ROUTES
    assert len(WRITES) >= 9


@pytest.mark.parametrize(("method", "path"), WRITES, ids=" ".join)
async def test_no_route_is_written_without_a_token(method, path):
    desk = FakeDesk()
    before = desk.world.last_step
    async with client_of(desk, Access(TOKEN, local=True)) as client:
        for headers in ({}, {"Authorization": "Bearer nm_unknown"}, {"Authorization": "Basic x"}):
            answer = await client.request(method, filled(path), headers=headers, json={})
            assert answer.status_code == 401, answer.text
    assert not desk.commands
    assert not desk.wishes
    assert {r.action for r in desk.records.values() if hasattr(r, "action")} <= {"request"}
    assert before <= desk.world.last_step


@pytest.mark.parametrize(("method", "path"), WRITES, ids=" ".join)
def test_every_write_has_a_declared_permission(method, path):
    assert permit_of(method, path) is not None, "a row for it belongs into netmon/api/permits.py"


@pytest.mark.parametrize("role", Role)
async def test_each_role_passes_the_gate_exactly_where_the_table_says(role):
    desk = FakeDesk()
    headers = await logged_in(desk, role)
    gate = Gate(PlainTextResponse("in"), Access(TOKEN, local=False), desk)
    transport = httpx.ASGITransport(gate)
    async with httpx.AsyncClient(transport=transport, base_url="http://netmon") as client:
        for method, path in ROUTES:
            if (method, path) == ("POST", LOG_IN) or path in ("/healthz", "/readyz"):
                continue
            answer = await client.request(method, filled(path), headers=headers)
            passes = permit_of(method, path) in MAY[role]
            assert answer.status_code == (200 if passes else 403), (method, path)


async def test_a_token_passes_by_its_scopes_alone():
    desk = FakeDesk()
    await logged_in(desk, Role.ADMIN, "chief-of-all")
    headers = await token_of(desk, "chief-of-all", Permission.ALERTS)
    gate = Gate(PlainTextResponse("in"), Access(TOKEN, local=False), desk)
    transport = httpx.ASGITransport(gate)
    async with httpx.AsyncClient(transport=transport, base_url="http://netmon") as client:
        passed = {
            (method, path)
            for method, path in ROUTES
            if (await client.request(method, filled(path), headers=headers)).status_code == 200
            and path not in ("/healthz", "/readyz", LOG_IN)
        }
    assert passed == {(m, p) for m, p in ROUTES if permit_of(m, p) is Permission.ALERTS}


def test_a_way_to_write_that_nobody_declared_is_the_administrators_alone():
    assert permit_of("POST", "/api/v1/nothing") is None
    assert permit_of("POST", "/api/v1/orders/7/approve") is Permission.APPROVE
    assert permit_of("POST", "/api/v1/orders/7/build") is Permission.ORDERS
    assert permit_of("GET", "/api/v1/ticketsandmore") is Permission.READ
    assert permit_of("DELETE", "/api/v1/usersandmore") is None
