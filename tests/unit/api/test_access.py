"""Who may ask what."""

from __future__ import annotations

import pytest

from netmon.api.access import DISCOVERY, METRICS, Access, administrator_token, is_loopback
from netmon.model.errors import NetmonError
from tests.fakes.clients import TOKEN, client_of

READS = ("/metrics", "/sd/prometheus", "/api/v1/status", "/docs", "/openapi.json")


async def test_on_loopback_reading_is_open_and_writing_needs_the_token(desk):
    async with client_of(desk, Access(TOKEN, local=True)) as client:
        for path in READS:
            assert (await client.get(path)).status_code == 200, path
        refused = await client.post("/api/v1/tickets/1/ack")
        assert refused.status_code == 401
        assert refused.headers["www-authenticate"].startswith("Bearer")
        assert "needs a token" in refused.json()["detail"]
        assert not desk.commands
        wrong = {"Authorization": "Bearer something-else"}
        answer = await client.post("/api/v1/tickets/1/ack", headers=wrong)
        assert answer.status_code == 401
        assert answer.json()["detail"] == "the token is not valid"
        right = {"Authorization": f"bearer {TOKEN}"}
        assert (await client.post("/api/v1/tickets/1/ack", headers=right)).status_code == 200


async def test_on_another_address_only_health_is_open(desk):
    async with client_of(desk, Access(TOKEN, local=False)) as client:
        for path in READS:
            assert (await client.get(path)).status_code == 401, path
            right = {"Authorization": f"Bearer {TOKEN}"}
            assert (await client.get(path, headers=right)).status_code == 200, path
        assert (await client.get("/healthz")).status_code == 200
        assert (await client.get("/readyz")).status_code == 200


async def test_metrics_and_discovery_may_be_opened_by_configuration(desk):
    access = Access(TOKEN, local=False, open=(METRICS, DISCOVERY))
    async with client_of(desk, access) as client:
        assert (await client.get("/metrics")).status_code == 200
        assert (await client.get("/metrics/targets/ups-1")).status_code == 200
        assert (await client.get("/sd/prometheus")).status_code == 200
        assert (await client.get("/api/v1/status")).status_code == 401


async def test_a_refusal_is_in_the_client_s_language(desk):
    async with client_of(desk, Access(TOKEN, local=False)) as client:
        wrong = {"Authorization": b"Bearer \xfc", "Accept-Language": b"zh"}
        answer = await client.get("/api/v1/status", headers=wrong)
        assert answer.json()["detail"] == "令牌无效"


def test_the_first_start_makes_a_token_only_its_owner_reads(tmp_path):
    token = administrator_token(tmp_path)
    assert len(token) >= 32
    assert (tmp_path / "token").stat().st_mode & 0o777 == 0o600
    assert administrator_token(tmp_path) == token


def test_an_empty_token_file_is_refused(tmp_path):
    (tmp_path / "token").write_text("\n")
    with pytest.raises(NetmonError, match="is empty"):
        administrator_token(tmp_path)


def test_a_directory_that_is_not_there_is_one_clear_line(tmp_path):
    with pytest.raises(NetmonError, match=r"cannot write .*token: No such file"):
        administrator_token(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("host", "local"),
    [
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("192.0.2.1", False),
        ("netmon.example", False),
    ],
)
def test_loopback_is_told_from_the_rest(host, local):
    assert is_loopback(host) is local
