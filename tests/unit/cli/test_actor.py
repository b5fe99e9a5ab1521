"""Who acts, where nobody says so."""

from __future__ import annotations

import getpass

import pytest

from netmon.cli.actor import login_name


def test_it_is_the_login_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "wang")
    assert login_name() == "wang"


@pytest.mark.parametrize("failure", [KeyError, OSError], ids=["until 3.12", "from 3.13"])
def test_a_container_s_user_may_have_a_number_and_no_name(
    monkeypatch: pytest.MonkeyPatch, failure: type[Exception]
) -> None:
    def nobody() -> str:
        raise failure("uid not found: 1000")

    monkeypatch.setattr(getpass, "getuser", nobody)
    monkeypatch.setattr("os.getuid", lambda: 1000)
    assert login_name() == "uid 1000"
