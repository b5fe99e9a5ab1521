"""The container image is built, started without a privilege and answers its own health check.

Without a registry: the base is a minimal Debian that debootstrap makes. It and the layers stay in
``.cache``, so that only the first run is slow.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import ssl
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CACHE = ROOT / ".cache" / "containers"
STORE = ["--root", str(CACHE / "store"), "--runroot", str(CACHE / "run")]
BUILDAH = ["buildah", *STORE]
# runc and cgroupfs also work inside another container, where there is no systemd to ask.
PODMAN = ["podman", *STORE, "--runtime", "runc", "--cgroup-manager", "cgroupfs"]
BASE = "localhost/netmon-base"
IMAGE = "localhost/netmon"
DEBIAN = "bookworm"
UID = 9464

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(900),
    pytest.mark.needs("buildah", "podman", "runc", "debootstrap", "root"),
]


def _run(*command: str | Path) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    return done.stdout


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> str:
    # podman's own record names the folder it was made in: a checkout may have been moved since.
    shutil.rmtree(CACHE / "store" / "libpod", ignore_errors=True)
    if _run(*BUILDAH, "images", "--noheading", "--filter", f"reference={BASE}"):
        return BASE
    root = tmp_path_factory.mktemp("base") / "root"
    packages = "ca-certificates,python3,python3-distutils,python3-venv"
    _run("debootstrap", "--variant=minbase", f"--include={packages}", DEBIAN, root)
    shutil.rmtree(root / "var/cache/apt")
    container = _run(*BUILDAH, "from", "scratch").strip()
    _run(*BUILDAH, "add", container, root, "/")
    _run(*BUILDAH, "commit", "--rm", container, BASE)
    shutil.rmtree(root)
    return BASE


@pytest.fixture(scope="module")
def image(base: str) -> str:
    """Build from the Dockerfile; trust whom this machine trusts, take packages whence it does."""
    bundle = ssl.get_default_verify_paths().cafile or "/etc/ssl/certs/ca-certificates.crt"
    inside = "/etc/ssl/certs/ca-certificates.crt"
    arguments = {"BASE": base, "PIP_CERT": inside}
    if "PIP_INDEX_URL" in os.environ:
        arguments["PIP_INDEX_URL"] = os.environ["PIP_INDEX_URL"]
    build = [
        *BUILDAH, "build", "--isolation", "chroot", "--format", "docker", "--layers",
        *(f"--build-arg={name}={value}" for name, value in arguments.items()),
        "--volume", f"{bundle}:{inside}:ro",
    ]  # fmt: skip
    # Both stages have a name, so that what is pruned is what earlier sources left behind.
    _run(*build, "--target", "build", "--tag", f"{IMAGE}-build", ROOT)
    _run(*build, "--tag", IMAGE, ROOT)
    _run(*BUILDAH, "rmi", "--prune")
    return IMAGE


@pytest.fixture
def volumes(tmp_path: Path) -> list[str]:
    """An inventory of one silent node, and an empty place for data that the image's user owns."""
    inventory, data = tmp_path / "inventory", tmp_path / "data"
    inventory.mkdir()
    data.mkdir()
    (inventory / "all.yaml").write_text(
        "sites: [{id: room, name: Room, kind: machine-room}]\n"
        "credentials: [{id: read, version: 2c, community: {env: COMMUNITY}}]\n"
        "nodes:\n"
        "  - {id: core-1, name: Core, site: room, role: core, address: 127.0.0.1, port: 1161,\n"
        "     credential: read, profile: auto}\n"
        "monitor: {node: core-1}\n"
    )
    os.chown(data, UID, UID)
    tmp_path.chmod(0o755)
    for parent in tmp_path.parents[:2]:
        parent.chmod(0o755)
    return ["--volume", f"{inventory}:/inventory:ro", "--volume", f"{data}:/data"]


def _inspect(image: str) -> dict[str, object]:
    return json.loads(_run(*PODMAN, "image", "inspect", image))[0]


# Hardened as far as it goes: only /data can be written, no privilege can be had, the network is a
# loopback of its own. Where there is no systemd podman cannot time health checks: the test asks.
HARDENED = [
    "--read-only", "--cap-drop", "all", "--security-opt", "no-new-privileges", "--network", "none",
    "--no-healthcheck", "--ulimit", "nofile=1024:1024", "--ulimit", "nproc=1024:1024",
    "--env", "COMMUNITY=public",
]  # fmt: skip


@pytest.fixture
def container(image: str, volumes: list[str], tmp_path: Path) -> Iterator[str]:
    name = f"netmon-test-{os.getpid()}"
    log = (tmp_path / "log").open("w")
    running = subprocess.Popen(
        [*PODMAN, "run", "--rm", "--name", name, *HARDENED, *volumes, image], stdout=log, stderr=log
    )
    yield name
    running.send_signal(signal.SIGTERM)
    try:
        ended = running.wait(timeout=40)
    finally:
        subprocess.run([*PODMAN, "rm", "--force", name], capture_output=True, check=False)
        log.close()
    assert ended == 0, (tmp_path / "log").read_text()


def test_the_container_becomes_healthy_and_ends_well(
    image: str, container: str, tmp_path: Path
) -> None:
    kind, *check = _inspect(image)["Healthcheck"]["Test"]
    assert kind == "CMD"
    until = time.monotonic() + 60
    while time.monotonic() < until:
        asked = subprocess.run(
            [*PODMAN, "exec", container, *check], capture_output=True, check=False
        )
        if asked.returncode == 0:
            break
        time.sleep(0.2)  # each question starts a program in the container
    assert asked.returncode == 0, (tmp_path / "log").read_text()
    assert (tmp_path / "data" / "token").stat().st_mode & 0o777 == 0o600


def test_the_image_runs_as_nobody_in_particular_and_names_its_volumes(image: str) -> None:
    told = _inspect(image)
    assert told["User"] == f"{UID}:{UID}"
    assert set(told["Config"]["Volumes"]) == {"/data", "/inventory"}


def test_a_command_of_netmon_can_be_given_instead(image: str, volumes: list[str]) -> None:
    told = _run(*PODMAN, "run", "--rm", *HARDENED, *volumes, image, "check")
    assert "1" in told


def test_nothing_that_builds_is_left_in_the_image(image: str) -> None:
    look = "import importlib.util as u; print([m for m in ('pip', 'hatchling') if u.find_spec(m)])"
    told = _run(
        *PODMAN,
        "run",
        "--rm",
        *HARDENED,
        "--entrypoint",
        "/opt/netmon/bin/python3",
        image,
        "-c",
        look,
    )
    assert told == "[]\n"
