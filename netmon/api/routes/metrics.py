"""Prometheus: the page of everything, of one target, and where the pages are."""

from __future__ import annotations

import asyncio
import zlib
from typing import Any, Final

from fastapi import APIRouter, Request, Response

from netmon.api.access import is_loopback
from netmon.api.deps import DeskDep, ExpositionDep, not_found
from netmon.api.exposition import Page
from netmon.api.language import quality
from netmon.locale import tr
from netmon.model.inventory import TargetId

router = APIRouter(tags=["prometheus"])

#: Above this, a page for a client on this machine goes out as it is: squeezing it would cost more
#: than all the rest of the scrape.
_LARGE: Final = 1 << 20
_SMALL: Final = 1 << 10
_PAGES: Final[dict[int | str, dict[str, Any]]] = {200: {"content": {"text/plain": {}}}}


@router.get("/metrics", response_class=Response, responses=_PAGES)
async def metrics(request: Request, desk: DeskDep, exposition: ExpositionDep) -> Response:
    """Return everything netmon knows, as Prometheus text or OpenMetrics."""
    page = exposition.page(
        desk.world, desk.clock.now(), desk.counters(), openmetrics=_wants_openmetrics(request)
    )
    return await _answer(request, page)


@router.get("/metrics/targets/{target_id}", response_class=Response, responses=_PAGES)
async def target_metrics(
    target_id: str, request: Request, desk: DeskDep, exposition: ExpositionDep
) -> Response:
    """Return what is known of one target."""
    page = exposition.target_page(
        desk.world,
        TargetId(target_id),
        desk.clock.now(),
        openmetrics=_wants_openmetrics(request),
    )
    if page is None:
        raise not_found(tr('there is no target "{id}"', id=target_id))
    return await _answer(request, page)


@router.get("/sd/prometheus")
async def discovery(request: Request, desk: DeskDep) -> list[dict[str, Any]]:
    """Return the target groups of Prometheus' HTTP service discovery."""
    host = request.headers.get("host") or request.url.netloc
    return [
        {
            "targets": [host],
            "labels": {
                "__metrics_path__": f"/metrics/targets/{target.id}",
                "__scheme__": request.url.scheme,
                "__meta_netmon_target": target.id,
                "__meta_netmon_kind": target.kind,
                "__meta_netmon_role": str(target.role),
                "__meta_netmon_site": target.site,
                "__meta_netmon_name": target.name.en,
                "__meta_netmon_name_zh": target.name.zh,
                **{f"__meta_netmon_label_{_word(k)}": v for k, v in target.labels.items()},
            },
        }
        for target in desk.world.inventory.targets.values()
    ]


def _word(key: str) -> str:
    """Return a label's name in the letters Prometheus allows."""
    return "".join(c if c.isascii() and c.isalnum() else "_" for c in key)


def _wants_openmetrics(request: Request) -> bool:
    """Say whether OpenMetrics is liked at least as well as plain text."""
    liked = {"application/openmetrics-text": 0.0, "text/plain": 0.0}
    for choice in request.headers.get("accept", "").split(","):
        kind, _, parameters = choice.partition(";")
        if kind.strip() in liked:
            liked[kind.strip()] = max(liked[kind.strip()], quality(parameters))
    openmetrics, text = liked.values()
    return openmetrics > 0 and openmetrics >= text


async def _answer(request: Request, page: Page) -> Response:
    headers = {"Vary": "Accept, Accept-Encoding"}
    body = page.body
    if len(body) >= _SMALL and _may_squeeze(request, len(body)):
        headers["Content-Encoding"] = "gzip"
        # A thread, for zlib lets others run: a large page must not hold up the polls.
        body = await asyncio.to_thread(_squeezed, body) if len(body) > _LARGE else _squeezed(body)
    return Response(body, headers=headers, media_type=page.content_type)


def _may_squeeze(request: Request, size: int) -> bool:
    asked = any(
        choice.partition(";")[0].strip() == "gzip" and quality(choice.partition(";")[2]) > 0
        for choice in request.headers.get("accept-encoding", "").lower().split(",")
    )
    here = request.client is not None and is_loopback(request.client.host)
    return asked and not (here and size > _LARGE)


def _squeezed(body: bytes) -> bytes:
    """Return gzip at its fastest: the page shrinks to a tenth all the same."""
    squeeze = zlib.compressobj(1, wbits=31)
    return squeeze.compress(body) + squeeze.flush()
