"""The table of roles is total and says what is written of it; a token never opens more."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netmon.core.roles import MAY, allowed
from netmon.model.account import Permission, Role

P = Permission


def test_every_role_has_a_row_and_every_permission_a_role_beside_the_administrators():
    assert set(MAY) == set(Role)
    assert MAY[Role.ADMIN] == set(Permission)
    given_to_others = frozenset().union(*(MAY[r] for r in Role if r is not Role.ADMIN))
    assert set(Permission) - given_to_others == {P.ACCOUNTS}


@pytest.mark.parametrize("role", Role)
def test_everybody_reads_and_keeps_the_own_password(role):
    assert {P.READ, P.SELF} <= MAY[role]


def test_each_role_has_what_it_is_for_and_not_what_must_be_apart():
    assert P.CONTACTS not in MAY[Role.VIEWER]
    assert MAY[Role.VIEWER] < MAY[Role.OPERATOR] < MAY[Role.ENGINEER]
    assert P.APPROVE in MAY[Role.APPROVER]
    assert P.APPROVE not in MAY[Role.ENGINEER], "who builds a line does not approve it"
    assert P.ORDERS not in MAY[Role.APPROVER]
    reading = {P.READ, P.SELF, P.CONTACTS, P.ACCOUNTS_READ, P.AUDIT}
    assert MAY[Role.AUDITOR] == reading, "the auditor sees all and writes nothing"
    assert {role for role in Role if P.AUDIT in MAY[role]} == {Role.ADMIN, Role.AUDITOR}


@given(st.sampled_from(Role), st.lists(st.sampled_from([*(p.value for p in P), "root", ""])))
def test_a_token_opens_no_more_than_its_scopes_nor_than_the_role(role, scopes):
    opened = allowed(role, scopes)
    assert opened <= MAY[role]
    assert {permission.value for permission in opened} <= set(scopes)
    assert allowed(role, [p.value for p in P]) == MAY[role]
