"""What a test needs and this machine lacks: skipped with the reason, and a failure in CI."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest


def lack(reason: str) -> NoReturn:
    """End the test: nothing may be skipped where ``CI=true``."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"CI must not skip: {reason}", pytrace=False)
    pytest.skip(reason)
