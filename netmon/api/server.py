"""The HTTP face: the application, and its server inside the daemon's own loop."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import uvicorn
from fastapi import Depends, FastAPI
from fastapi.responses import HTMLResponse

from netmon import __version__
from netmon.api import refusals
from netmon.api.access import Access
from netmon.api.deps import each_once
from netmon.api.description import described
from netmon.api.exposition import Exposition
from netmon.api.gate import Gate
from netmon.api.language import Interpreter
from netmon.api.paper import paper
from netmon.api.passwords import Passwords
from netmon.api.routes import (
    alertmanager,
    audit,
    availability,
    duty,
    events,
    faults,
    handovers,
    health,
    impact,
    lines,
    maintenance,
    metrics,
    outages,
    outbox,
    reload,
    sessions,
    status,
    targets,
    tickets,
    tokens,
    topology,
    users,
)
from netmon.locale import tr
from netmon.model.errors import NetmonError
from netmon.ports import Desk

_ROUTERS: Final = (
    health,
    metrics,
    status,
    targets,
    lines,
    topology,
    impact,
    faults,
    tickets,
    events,
    maintenance,
    outages,
    availability,
    reload,
    duty,
    alertmanager,
    handovers,
    sessions,
    users,
    tokens,
    audit,
    outbox,
)
_BACKLOG: Final = 128
#: How long open requests may take when netmon ends.
_GRACE_S: Final = 3


@dataclass(frozen=True, slots=True)
class Certificate:
    """What HTTPS is served with."""

    chain: Path  #: PEM, the server's certificate first
    key: Path  #: PEM, without a passphrase


def create_app(desk: Desk, access: Access) -> FastAPI:
    """Return the application; texts of its metrics are in the language spoken now."""
    app = FastAPI(
        title="netmon",
        version=__version__,
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=lambda route: route.name,
    )
    app.state.desk = desk
    app.state.access = access
    app.state.exposition = Exposition()
    app.state.passwords = Passwords()
    app.state.closing = False
    app.state.streams = 0  # that are open
    for module in _ROUTERS:
        app.include_router(module.router, dependencies=[Depends(each_once)])
    app.add_api_route("/docs", _docs_of(app), include_in_schema=False)
    app.openapi = described(app, access)  # type: ignore[method-assign] # FastAPI's own way to say it
    refusals.install(app)
    app.add_middleware(Gate, access=access, desk=desk)
    app.add_middleware(Interpreter)  # the outermost: a refusal is said in the client's language
    return app


def _docs_of(app: FastAPI) -> Callable[[], Awaitable[HTMLResponse]]:
    async def docs() -> HTMLResponse:
        return HTMLResponse(paper(app.openapi()))

    return docs


class HttpServer:
    """uvicorn as a task of the daemon: it handles no signals and says no banner."""

    def __init__(self, app: FastAPI, certificate: Certificate | None = None) -> None:
        self._app = app
        self._scheme = "https" if certificate else "http"
        if certificate:
            _check(certificate)
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            server_header=False,
            lifespan="off",
            http="h11",
            ws="none",
            backlog=_BACKLOG,
            timeout_graceful_shutdown=_GRACE_S,
            ssl_certfile=certificate.chain if certificate else None,
            ssl_keyfile=certificate.key if certificate else None,
        )
        self._server = _Server(config)
        self._socket: socket.socket | None = None

    def bind(self, host: str, port: int) -> str:
        """Take the address; nothing is answered before :meth:`serve`. Port 0 is any free one.

        Returns:
            The URL, such as ``http://127.0.0.1:9464``.

        Raises:
            NetmonError: the port is taken or the address is not this machine's, in one line.
        """
        where = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        try:
            family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
            listener = socket.create_server(address[:2], family=family, backlog=_BACKLOG)
        except (OSError, OverflowError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise NetmonError(
                tr(
                    "cannot listen on {where}: {reason}; choose another address with --listen",
                    where=where,
                    reason=reason,
                )
            ) from error
        listener.setblocking(False)  # noqa: FBT003 - its only argument
        self._socket = listener
        taken = listener.getsockname()[1]
        return f"{self._scheme}://" + (f"[{host}]:{taken}" if ":" in host else f"{host}:{taken}")

    async def serve(self) -> None:
        """Answer until :meth:`stop`, or until cancelled; the address is free again then."""
        if self._socket is None:
            raise NetmonError(tr("the HTTP server has no address yet"))
        answering = asyncio.ensure_future(self._server.serve(sockets=[self._socket]))
        try:
            await asyncio.shield(answering)
        except asyncio.CancelledError:
            self.stop()
            await answering
            raise
        finally:
            self.close()

    def stop(self) -> None:
        """End soon: streams close, open requests may finish within a few seconds."""
        self._app.state.closing = True
        self._server.should_exit = True

    def close(self) -> None:
        """Give the address back, also where it was never served."""
        if self._socket is not None:
            self._socket.close()

    @property
    def is_serving(self) -> bool:
        """Whether it answers."""
        return self._server.started and not self._server.should_exit


class _Server(uvicorn.Server):
    """Signals belong to the daemon."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


def _check(certificate: Certificate) -> None:
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate.chain, certificate.key)
    except (OSError, ssl.SSLError) as error:
        reason = error.strerror or str(error)
        raise NetmonError(
            tr(
                "cannot use the certificate {path}: {reason}",
                path=certificate.chain,
                reason=reason,
            )
        ) from error
