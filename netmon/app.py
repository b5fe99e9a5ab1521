"""The composition root: the only file that names every concrete class."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import signal
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final

from netmon.api.access import Access, administrator_token
from netmon.api.server import Certificate, HttpServer, create_app
from netmon.config.explain import near
from netmon.config.inventory import load_inventory
from netmon.config.loader import Loader
from netmon.config.profiles import known_profiles
from netmon.config.settings import Listen, Off, Settings
from netmon.core.estimate import Estimate, estimate
from netmon.core.poll_once import Json, PolledTarget, PollOnce, poll_once, polled_json
from netmon.core.topology import topology_of
from netmon.daemon.clock import SystemClock
from netmon.daemon.daemon import Daemon, Parts
from netmon.daemon.poller import peer_of
from netmon.locale import tr
from netmon.locale.words import word
from netmon.model.errors import NetmonError, UsageError
from netmon.model.inventory import Inventory, Target, TargetId
from netmon.model.profile import Profiles
from netmon.model.wire import Silence
from netmon.notify.receivers import receiver_of
from netmon.ports import Engine, Pinger
from netmon.probes.icmp import IcmpPinger
from netmon.simulator.build import at_port, is_simulated
from netmon.simulator.child import simulated
from netmon.simulator.pinger import SimulatedPinger
from netmon.simulator.recording import addresses, agent_from_recording, find_recordings
from netmon.simulator.server import Simulator, free_port
from netmon.simulator.simulation import Simulation, find_scenario
from netmon.snmp.engine import SnmpEngine
from netmon.snmp.exchange import exchange
from netmon.snmp.notifications import NotificationReceiver
from netmon.store.sql_store import open_store
from netmon.syslog.receiver import SyslogReceiver

log = logging.getLogger(__name__)

#: The collector's thresholds: what polling makes dies young and in no rings (ARCHITECTURE).
_GC_THRESHOLDS: Final = (50_000, 20, 50)


def on_loop(work: Coroutine[Any, Any, None]) -> None:
    """Run something to its end, on uvloop where it can be had."""
    try:
        import uvloop

        factory: Callable[[], asyncio.AbstractEventLoop] | None = uvloop.new_event_loop
    except ImportError:
        factory = None
    with asyncio.Runner(loop_factory=factory) as runner:
        runner.run(work)


# -- check ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Checked:
    """A right inventory, and what polling it will cost."""

    inventory: Inventory
    profiles: Profiles
    estimates: list[Estimate]


def profiles(inventory_dir: Path) -> Profiles:
    """Load all device knowledge: what is shipped, and the user's own beside the inventory."""
    return known_profiles(inventory_dir)


def check(inventory_dir: Path) -> Checked:
    """Load everything.

    Raises:
        ConfigError: with every mistake.
    """
    loader = Loader(inventory_dir)
    inventory = loader.load()
    return Checked(inventory, loader.profiles, estimate(inventory))


# -- poll -----------------------------------------------------------------------------------------


async def poll(
    inventory_dir: Path, ids: Sequence[str], on_polled: Callable[[Json], None]
) -> tuple[int, int]:
    """Poll targets once; return how many answered and how many did not.

    Args:
        inventory_dir: where they stand.
        ids: which of them; empty = all.
        on_polled: called with each as CONTRACT §3 writes it, as they are done.

    Raises:
        ConfigError: the inventory is wrong.
        UsageError: there is no such target.
    """
    checked = check(inventory_dir)
    targets = wanted(checked.inventory, ids)
    bound = topology_of(checked.inventory).bound
    engine = SnmpEngine()
    await engine.start()
    counts = [0, 0]
    clock, loop = SystemClock(), asyncio.get_running_loop()

    async def one(target: Target) -> None:
        started = loop.time()
        peer = peer_of(target, checked.inventory)
        ports = bound.get(target.id, frozenset())
        polled = await converse(engine, poll_once(peer, target, checked.profiles, ports))
        counts[not polled.ok] += 1
        on_polled(polled_json(polled, clock.now(), loop.time() - started, say_silence))

    try:
        async with asyncio.TaskGroup() as group:
            for target in targets:
                group.create_task(one(target))
    finally:
        await engine.close()
    return counts[0], counts[1]


def wanted(inventory: Inventory, ids: Sequence[str]) -> list[Target]:
    """Return targets by their ids; all of them where none is named.

    Raises:
        UsageError: one of them is not in the inventory.
    """
    if not ids:
        return list(inventory.targets.values())
    found = []
    for name in ids:
        plain = name.removeprefix("node:").removeprefix("device:")
        target = inventory.targets.get(TargetId(plain))
        if target is None:
            raise UsageError(_unknown_target(plain, inventory))
        found.append(target)
    return found


def _unknown_target(name: str, inventory: Inventory) -> str:
    meant = near(name, inventory.targets)
    if meant is None:
        return tr('there is no target "{name}" in the inventory', name=name)
    return tr(
        'there is no target "{name}" in the inventory; did you mean "{meant}"?',
        name=name,
        meant=meant,
    )


async def converse(engine: Engine, begun: PollOnce) -> PolledTarget:
    """Poll one target once, by this engine."""
    stage: PollOnce | PolledTarget = begun
    while isinstance(stage, PollOnce):
        stage = stage.feed([reply async for reply in exchange(engine, stage.requests)])
    return stage


def say_silence(silence: Silence, requests: int) -> str:
    """Say why there is no answer, in the reader's words."""
    if silence is Silence.TIMEOUT and requests:
        return tr("timeout after {n} requests", n=requests)
    return word(silence)


# -- run ------------------------------------------------------------------------------------------


async def run(settings: Settings, ready: Callable[[str], None] | None = None) -> None:
    """Watch what the inventory names, until a signal says enough.

    Args:
        settings: where netmon lives.
        ready: called with the URL once HTTP is served.

    Raises:
        ConfigError: the inventory is wrong.
        NetmonError: the data directory, the database or the port cannot be had.
    """
    loader = Loader(settings.inventory)
    await _serve(settings, loader, loader.load, IcmpPinger(), ready)


async def _serve(
    settings: Settings,
    loader: Loader,
    load: Callable[[], Inventory],
    pinger: Pinger,
    ready: Callable[[str], None] | None,
) -> None:
    inventory = load()
    url = settings.db.reveal() if settings.db else None
    store = open_store(url, settings.data, reopen_within=inventory.policy.reopen_within)
    try:
        clock, engine = SystemClock(), SnmpEngine()
        parts = Parts(
            clock=clock,
            engine=engine,
            pinger=pinger,
            store=store,
            profiles=lambda: loader.profiles,
            inventory_dir=settings.inventory,
            load=load,
            notifier_of=lambda told, of: receiver_of(told, of, clock),
            syslog=_syslog(settings.syslog),
            traps=_traps(settings, engine),
        )
        daemon = Daemon(parts, inventory)
        server = _server(settings, daemon)
        address = server.bind(settings.listen.host, settings.listen.port)
    except BaseException:
        store.close()
        raise
    if not settings.listen.is_loopback and settings.tls is None:
        log.warning("serving %s without TLS: tokens travel in the clear", settings.listen)
    gc.set_threshold(*_GC_THRESHOLDS)
    with _noted_url(settings.data, address):
        await _until_told(daemon, server, partial(ready, address) if ready else None)


def _syslog(at: Listen | Off) -> SyslogReceiver | None:
    return None if at == "off" else SyslogReceiver(at.host, at.port)


def _traps(settings: Settings, engine: SnmpEngine) -> NotificationReceiver | None:
    at, identity = settings.traps, settings.data / "engine"
    if at == "off":
        return None
    return NotificationReceiver(at.host, at.port, identity, engine.engine_ids)


def _server(settings: Settings, daemon: Daemon) -> HttpServer:
    opened = (("/metrics",) if settings.metrics_open else ()) + (
        ("/sd/",) if settings.sd_open else ()
    )
    access = Access(administrator_token(settings.data), settings.listen.is_loopback, opened)
    tls = settings.tls
    certificate = Certificate(tls.certificate, tls.key) if tls else None
    return HttpServer(create_app(daemon, access), certificate)


@contextlib.contextmanager
def _noted_url(data: Path, url: str) -> Iterator[None]:
    """Leave the URL in ``DATA/url`` while it is served, for the commands that look for it."""
    path = data / "url"
    try:
        path.write_text(url + "\n", "utf-8")
    except OSError as error:
        raise NetmonError(
            tr("cannot write {path}: {reason}", path=path, reason=error.strerror or error)
        ) from error
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


async def _until_told(daemon: Daemon, server: HttpServer, ready: Callable[[], None] | None) -> None:
    """Run the daemon and its server until SIGINT or SIGTERM; SIGHUP loads the inventory anew."""
    loop = asyncio.get_running_loop()
    told = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, told.set)
    loop.add_signal_handler(signal.SIGHUP, daemon.ask_reload)
    tasks = {
        asyncio.create_task(daemon.run(), name="daemon"),
        asyncio.create_task(server.serve(), name="http"),
        asyncio.create_task(told.wait(), name="signal"),
    }
    try:
        await asyncio.sleep(0)
        if ready is not None:
            ready()
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        server.stop()
        for task in tasks:
            if task.get_name() != "http":
                task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.remove_signal_handler(number)
    for task in done:
        if not task.cancelled():
            task.result()


# -- demo and simulate ----------------------------------------------------------------------------


async def demo(
    settings: Settings, scenario: str, ready: Callable[[str], None] | None = None
) -> None:
    """Watch the inventory's own simulated district, which a child process plays.

    Raises:
        ConfigError: the inventory or the scenario is wrong.
        UsageError: there is no such scenario.
        NetmonError: the child ended, or as ``run``.
    """
    loader = Loader(settings.inventory)
    port = next(iter(loader.load().targets.values())).port
    traps = Listen("127.0.0.1", free_port(0))
    async with simulated(settings.inventory, port, scenario, traps.port) as served:

        def load() -> Inventory:
            return at_port(loader.load(), served.port)

        await _serve(
            replace(settings, traps=traps), loader, load, SimulatedPinger(served.port), ready
        )


async def simulate(
    paths: Sequence[Path],
    port: int,
    ready: Callable[[Simulator, Mapping[str, str]], None],
    loaded: Callable[[int, int], None],
) -> None:
    """Serve recordings as agents on loopback addresses until cancelled.

    Args:
        paths: files, and directories of them.
        port: UDP, for all of them.
        ready: called with what stands at each address, once it is served.
        loaded: called with how many recordings are read, and of how many.

    Raises:
        ConfigError: a recording is wrong.
        UsageError: there is none.
        OSError: the port is taken.
    """
    found = [file for path in paths for file in find_recordings(path)]
    agents = {}
    for file, address in zip(found, addresses(len(found)), strict=True):
        agents[address] = agent_from_recording(file)
        loaded(len(agents), len(found))
        await asyncio.sleep(0)  # that it may be shown
    simulator = Simulator(agents, port)
    await simulator.start()
    gc.freeze()
    try:
        ready(simulator, dict(zip(agents, map(str, found), strict=True)))
        await asyncio.Event().wait()
    finally:
        await simulator.close()


async def play(
    inventory_dir: Path,
    scenario: str,
    port: int,
    ready: Callable[[Simulator, Mapping[str, str]], None],
) -> None:
    """Serve the inventory's simulated district, in which a scenario happens, until cancelled.

    Raises:
        ConfigError: the inventory or the scenario is wrong.
        UsageError: there is no such scenario.
        OSError: the port is taken.
    """
    inventory = load_inventory(inventory_dir, None)
    simulation = Simulation(inventory, port, find_scenario(scenario, inventory))
    simulator = await simulation.start()
    gc.freeze()
    try:
        here = [target for target in inventory.targets.values() if is_simulated(target)]
        ready(simulator, {target.address: str(target.id) for target in here})
        await simulation.wait()
    finally:
        await simulation.close()


async def for_a_while(work: Coroutine[Any, Any, None], span: timedelta | None) -> None:
    """Run something, to its end or for a span of time."""
    try:
        async with asyncio.timeout(span.total_seconds() if span else None):
            await work
    except TimeoutError:
        return
