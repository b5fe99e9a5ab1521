"""What of a contact may leave the duty room."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netmon.core.contact import masked, masked_phone
from netmon.model.inventory import Contact


@pytest.mark.parametrize(
    ("phone", "shown"),
    [
        ("13812341234", "138****1234"),
        ("0000-5551001", "000*-***1001"),
        ("+86 138 1234 1234", "+86 1** **** 1234"),
        ("5551001", "***1001"),
        ("1234", "**34"),
        ("12", "**"),
        ("ext. 7", "***. *"),
        ("", ""),
    ],
)
def test_the_middle_of_a_number_is_hidden(phone: str, shown: str):
    assert masked_phone(phone) == shown


@given(st.text(max_size=30))
def test_a_number_keeps_its_shape_and_never_more_than_seven_digits(phone: str):
    shown = masked_phone(phone)
    assert len(shown) == len(phone)
    told = sum(char.isdigit() for char in shown)
    assert told <= min(7, sum(char.isdigit() for char in phone) * 2 // 3)


@pytest.mark.parametrize(("name", "shown"), [("张三", "张**"), ("值班室", "值**"), ("", "**")])
def test_of_a_name_its_first_sign_is_told(name: str, shown: str):
    assert masked(Contact(name, "12")) == Contact(shown, "**")
