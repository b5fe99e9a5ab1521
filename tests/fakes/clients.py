"""An application over a fake desk, asked in-process."""

from __future__ import annotations

import httpx

from netmon.api.access import Access
from netmon.api.server import create_app
from tests.fakes.desk import FakeDesk

TOKEN = "a-token-of-the-tests"


def client_of(desk: FakeDesk, access: Access, **headers: str) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(create_app(desk, access))  # type: ignore[arg-type]
    return httpx.AsyncClient(transport=transport, base_url="http://netmon", headers=headers)


def local_client(desk: FakeDesk) -> httpx.AsyncClient:
    """Someone with the token, on this machine."""
    headers = {"Authorization": f"Bearer {TOKEN}"}
    return client_of(desk, Access(TOKEN, local=True), **headers)
