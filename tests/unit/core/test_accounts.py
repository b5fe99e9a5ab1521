"""Accounts and tokens: who may come in, for how long, and what ends it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from netmon.core.accounts import (
    FAILURES,
    LOCKED,
    SESSION,
    USE_NOTED,
    account_of,
    is_valid,
    may_log_in,
    password_mistake,
    permissions,
)
from netmon.core.present import absorb
from netmon.core.step import advance
from netmon.model.account import (
    Account,
    AddAccount,
    ApiToken,
    ChangeAccount,
    FailLogIn,
    IssueToken,
    LogIn,
    NoteUse,
    Permission,
    RemoveAccount,
    RevokeToken,
    Role,
    SetPassword,
)
from netmon.model.audit import AuditEntry
from netmon.model.errors import UsageError
from netmon.model.record import RecordId
from tests.fakes import district


class Office:
    """A world and a clock to which acts are done one by one."""

    def __init__(self):
        self.world = district.world()
        self.now = district.NOW
        self.trail: list[AuditEntry] = []

    def do(self, act):
        change = advance(self.world, [act], self.now)
        [answer] = change.answers
        if isinstance(answer, Exception):
            assert change.step.is_empty
            raise answer
        absorb(self.world, change)
        self.trail += [r for r in change.step.records if isinstance(r, AuditEntry)]
        return answer

    def add(self, name="li", role=Role.OPERATOR):
        return self.do(AddAccount("chief", name, role, "$argon2id$secret"))

    def account(self, name="li"):
        return account_of(self.world.live.get(Account, {}).values(), name)

    def token(self, ident):
        return self.world.live[ApiToken].get(ident)


@pytest.fixture
def office():
    return Office()


@pytest.mark.parametrize(
    "password",
    ["correct horse", "Abcdef1!", "x9 Kauft", "政务外网机房值班员密码要长", "a-b-c-d-e-f-g"],
)
def test_a_password_that_will_do(password):
    assert password_mistake("li.wang", password) is None


@pytest.mark.parametrize(
    ("password", "part"),
    [
        ("", "too short"),
        ("abcdefg", "too short"),
        ("abcdefghij1", "too short"),
        ("aaaaaaaaaaaa", "different"),
        ("xx-li.wang-2026", "name"),
        ("XX-LI.WANG-2026", "name"),
        ("ab1!" * 65, "256"),
    ],
)
def test_a_password_that_will_not(password, part):
    assert part in password_mistake("li.wang", password)


def test_a_name_is_unique_among_the_living(office):
    first = office.add()
    with pytest.raises(UsageError, match="already"):
        office.add()
    office.do(RemoveAccount("chief", "li"))
    assert office.account() is None
    assert office.add().id != first.id


@pytest.mark.parametrize("name", ["admin", "netmon"])
def test_nobody_is_called_as_the_machine_or_the_administrators_token(office, name):
    with pytest.raises(UsageError, match="cannot be"):
        office.add(name)


def test_enough_wrong_passwords_lock_and_time_or_an_administrator_opens(office):
    office.add()
    for _ in range(FAILURES - 1):
        office.do(FailLogIn("li"))
        assert may_log_in(office.account(), office.now)
    office.do(FailLogIn("li"))
    assert not may_log_in(office.account(), office.now)
    with pytest.raises(UsageError):
        office.do(LogIn("li", "00"))
    assert not may_log_in(office.account(), office.now + LOCKED - timedelta(seconds=1))
    assert may_log_in(office.account(), office.now + LOCKED)
    office.do(ChangeAccount("chief", "li", disabled=False))
    assert may_log_in(office.account(), office.now)
    assert [e.data.get("locked") for e in office.trail if not e.ok] == [*[False] * 4, True]


def test_failures_count_in_a_row_only_and_a_lock_is_not_prolonged_from_outside(office):
    office.add()
    for _ in range(FAILURES - 1):
        office.do(FailLogIn("li"))
    office.do(LogIn("li", "00"))
    assert office.account().failed_logins == 0
    for _ in range(FAILURES):
        office.do(FailLogIn("li"))
    until = office.account().locked_until
    office.now += LOCKED / 2
    office.do(FailLogIn("li"))
    assert office.account().locked_until == until


def test_a_failed_login_of_nobody_is_recorded_and_changes_nothing(office):
    office.do(FailLogIn("nobody"))
    [entry] = office.trail
    assert (entry.actor, entry.action, entry.ok) == ("nobody", "login", False)
    assert not office.world.live.get(Account)


def test_a_session_lasts_a_shift(office):
    account = office.add()
    token = office.do(LogIn("li", "00"))
    assert is_valid(token, account, office.now + SESSION - timedelta(seconds=1))
    assert not is_valid(token, account, office.now + SESSION)


def test_what_ends_with_a_password_a_state_and_an_account(office):
    office.add()
    session = office.do(LogIn("li", "00"))
    other = office.do(LogIn("li", "01"))
    program = office.do(IssueToken("li", "li", "script", "02", ("read",), None))
    office.do(SetPassword("li", "li", "$argon2id$new", via=f"session:{other.id}"))
    assert office.token(session.id) is None
    assert office.token(other.id) is not None, "whoever changes the password goes on"
    assert office.token(program.id) is not None
    office.do(ChangeAccount("chief", "li", disabled=True))
    assert office.token(other.id) is None
    assert not is_valid(program, office.account(), office.now), "it works again when enabled"
    office.do(RemoveAccount("chief", "li"))
    assert not office.world.live[ApiToken]


def test_scopes_are_within_the_role_when_made_and_ever_after(office):
    office.add()
    with pytest.raises(UsageError, match="reload"):
        office.do(IssueToken("li", "li", "x", "00", ("read", "reload"), None))
    token = office.do(IssueToken("li", "li", "x", "00", ("read", "tickets"), None))
    assert permissions(token, office.account()) == {Permission.READ, Permission.TICKETS}
    office.do(ChangeAccount("chief", "li", role=Role.VIEWER))
    assert permissions(token, office.account()) == {Permission.READ}


def test_nobody_changes_the_own_role_or_shuts_oneself_out(office):
    office.add("chief", Role.ADMIN)
    for act in (
        ChangeAccount("chief", "chief", role=Role.VIEWER, via="session:9"),
        ChangeAccount("chief", "chief", disabled=True, via="session:9"),
        RemoveAccount("chief", "chief", via="session:9"),
    ):
        with pytest.raises(UsageError, match="own account"):
            office.do(act)
    office.do(ChangeAccount("chief", "chief", display="The chief", via="session:9"))
    office.do(ChangeAccount("chief", "chief", role=Role.AUDITOR, via="administrator"))


def test_use_is_noted_rarely_and_makes_no_entry(office):
    office.add()
    token = office.do(IssueToken("li", "li", "x", "00", ("read",), None))
    entries = len(office.trail)
    office.do(NoteUse("li", token.id))
    first = office.token(token.id).last_used_at
    office.now += USE_NOTED / 2
    office.do(NoteUse("li", token.id))
    assert office.token(token.id).last_used_at == first
    office.now += USE_NOTED
    office.do(NoteUse("li", token.id))
    assert office.token(token.id).last_used_at == office.now
    assert len(office.trail) == entries


def test_sessions_do_not_heap_up(office):
    office.add()
    for n in range(50):
        office.do(LogIn("li", f"{n:02}"))
    assert len(office.world.live[ApiToken]) <= 20
    office.now += SESSION
    office.do(LogIn("li", "new"))
    assert len(office.world.live[ApiToken]) == 1


def test_what_is_revoked_is_revoked_once(office):
    office.add()
    token = office.do(IssueToken("li", "li", "x", "00", ("read",), None))
    office.do(RevokeToken("li", token.id))
    with pytest.raises(UsageError, match="no token"):
        office.do(RevokeToken("li", token.id))
    with pytest.raises(UsageError, match="no token"):
        office.do(RevokeToken("li", RecordId(999)))


def test_no_secret_stands_in_the_trail_or_in_what_is_printed(office):
    made = office.add()
    office.do(SetPassword("li", "li", "$argon2id$secret"))
    token = office.do(IssueToken("li", "li", "x", "d1gest", ("read",), None))
    told = repr(office.trail) + repr(made) + repr(token)
    told += repr(SetPassword("li", "li", "$argon2id$secret")) + repr(LogIn("li", "d1gest"))
    assert "secret" not in told
    assert "d1gest" not in told
    assert [e.action for e in office.trail] == ["user.add", "user.password", "token.new"]
