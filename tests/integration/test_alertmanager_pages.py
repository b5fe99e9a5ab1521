"""What the pages about Alertmanager show is right: amtool and netmon read it."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from netmon.config.inventory import load_inventory
from tests.agents.monitoring import CURRENT, ROOT

PAGES = ("docs/howto/alertmanager.md", "docs/howto/alertmanager.zh-CN.md")
EXAMPLE = ROOT / "dashboards" / "alertmanager" / "alertmanager.yml"

AMTOOLS = [
    pytest.param("amtool", id="installed", marks=pytest.mark.needs("amtool")),
    pytest.param(
        str(CURRENT / "amtool"), id="current", marks=pytest.mark.needs("current-prometheus")
    ),
]


def blocks(page: str) -> list[str]:
    return re.findall(r"^```yaml\n(.*?)^```", (ROOT / page).read_text("utf-8"), re.M | re.S)


def check(amtool: str, config: Path) -> None:
    done = subprocess.run(
        [amtool, "check-config", str(config)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("amtool", AMTOOLS)
@pytest.mark.parametrize("page", PAGES)
def test_amtool_accepts_the_configuration_of_the_page(
    page: str, amtool: str, tmp_path: Path
) -> None:
    [shown] = [block for block in blocks(page) if "receivers:" in block]
    (tmp_path / "alertmanager.yml").write_text(shown, "utf-8")
    check(amtool, tmp_path / "alertmanager.yml")


@pytest.mark.parametrize("amtool", AMTOOLS)
def test_amtool_accepts_the_example(amtool: str) -> None:
    check(amtool, EXAMPLE)


@pytest.mark.parametrize("page", PAGES)
def test_netmon_accepts_the_policies_of_the_page(page: str, tmp_path: Path) -> None:
    shown = [block for block in blocks(page) if block.startswith("policies:")]
    for number, block in enumerate(shown):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "all.yaml").write_text(block, "utf-8")
        policy = load_inventory(folder, None, {"AM_TOKEN": "abc"}).policy
        assert bool(policy.webhooks) is ("webhooks" in block)
    assert len(shown) == 2


@pytest.mark.needs("openssl")
def test_a_certificate_and_a_login_are_read(tmp_path: Path) -> None:
    make = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=am"
    subprocess.run(
        [*make.split(), "-keyout", str(tmp_path / "key"), "-out", str(tmp_path / "am.pem")],
        check=True, capture_output=True,
    )  # fmt: skip
    (tmp_path / "all.yaml").write_text(
        "policies: {webhooks: [{id: am, kind: alertmanager, url: 'https://am', ca: am.pem,"
        " login: {user: n, password: {env: P}}}]}"
    )
    [hook] = load_inventory(tmp_path, None, {"P": "päss"}).policy.webhooks
    assert hook.ca.startswith("-----BEGIN CERTIFICATE-----")
    assert hook.login is not None
    assert (hook.login[0], hook.login[1].reveal()) == ("n", "päss")
