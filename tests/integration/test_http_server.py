"""The HTTP face as a client on the wire meets it."""

from __future__ import annotations

import asyncio
import json
import ssl
import subprocess

import httpx
import pytest

from netmon.api.access import Access
from netmon.api.server import Certificate, HttpServer, create_app
from netmon.model.errors import NetmonError
from netmon.model.event import EventKind
from tests.fakes.clients import TOKEN
from tests.fakes.desk import FakeDesk
from tests.fakes.serving import serving


def server(desk: FakeDesk) -> HttpServer:
    return HttpServer(create_app(desk, Access(TOKEN, local=True)))  # type: ignore[arg-type]


async def test_it_answers_and_ends_with_its_socket_free_again():
    desk = FakeDesk()
    async with serving(desk) as url, httpx.AsyncClient(base_url=url) as client:
        assert (await client.get("/healthz")).text == "ok\n"
    async with httpx.AsyncClient(base_url=url) as client:
        with pytest.raises(httpx.ConnectError):
            await client.get("/healthz")


async def test_a_port_already_taken_is_one_clear_line():
    first, second = server(FakeDesk()), server(FakeDesk())
    port = int(first.bind("127.0.0.1", 0).rpartition(":")[2])
    serve = asyncio.create_task(first.serve())
    with pytest.raises(NetmonError, match=rf"cannot listen on 127.0.0.1:{port}: Address already"):
        second.bind("127.0.0.1", port)
    first.stop()
    await serve


@pytest.mark.needs("ipv6")
async def test_ipv6_is_listened_on():
    ours = server(FakeDesk())
    url = ours.bind("::1", 0)
    task = asyncio.create_task(ours.serve())
    async with httpx.AsyncClient(base_url=url) as client:
        assert (await client.get("/healthz")).status_code == 200
    ours.stop()
    await task


async def test_an_event_reaches_a_waiting_stream_and_the_end_of_netmon_ends_it():
    desk = FakeDesk()
    async with (
        httpx.AsyncClient() as client,
        serving(desk) as url,
        client.stream("GET", f"{url}/api/v1/events") as answer,
    ):
        lines = answer.aiter_lines()
        assert await anext(lines) == ": netmon"
        desk.happen(EventKind.LINE_ADDED, "line:LN-9")
        async for line in lines:
            if line.startswith("data:"):
                break
        assert json.loads(line[5:])["subject"] == "line:LN-9"


async def test_cancelling_ends_it_too():
    ours = server(FakeDesk())
    url = ours.bind("127.0.0.1", 0)
    task = asyncio.create_task(ours.serve())
    async with httpx.AsyncClient(base_url=url) as client:
        assert (await client.get("/healthz")).status_code == 200
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    again = server(FakeDesk())
    again.bind("127.0.0.1", int(url.rpartition(":")[2]))
    again.close()
    assert not ours.is_serving


@pytest.mark.needs("openssl")
async def test_https_is_served_with_a_certificate(tmp_path):
    chain, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    make = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    make += ["-nodes", "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"]
    make += ["-keyout", str(key), "-out", str(chain)]
    await asyncio.to_thread(subprocess.run, make, check=True, capture_output=True)
    context = ssl.create_default_context(cafile=chain)
    async with (
        serving(FakeDesk(), Certificate(chain, key)) as url,
        httpx.AsyncClient(base_url=url, verify=context) as client,
    ):
        assert url.startswith("https://")
        assert (await client.get("/healthz")).status_code == 200


def test_a_certificate_that_is_none_is_one_clear_line(tmp_path):
    (tmp_path / "cert.pem").write_text("nothing of the kind")
    certificate = Certificate(tmp_path / "cert.pem", tmp_path / "key.pem")
    app = create_app(FakeDesk(), Access(TOKEN, local=True))  # type: ignore[arg-type]
    with pytest.raises(NetmonError, match="cannot use the certificate"):
        HttpServer(app, certificate)
