"""What must never be in the repository: secrets, one machine's paths, a registry's address."""

from __future__ import annotations

import re

import pytest

from tests.architecture.house import ROOT, lines_that_match, tracked

#: Written in pieces so that this file does not hold what it looks for.
NEVER = {
    "a private key": r"-----BEGIN [A-Z ]*PRIVATE" + " KEY-----",
    "an access token": r"\b(gh[pousr]_|glpat-|xox[abp]-|AKIA)[A-Za-z0-9_-]{12,}",
    "one machine's path": r"(?<![\w.])/(ho" + r"me/\w|ro" + r"ot/\w|wo" + r"rk/|Us" + r"ers/\w)",
}
REGISTRY = (
    r"(py"
    + r"pi\.org|pythonho"
    + r"sted\.org|npm"
    + r"js\.(org|com)|deb\.deb"
    + r"ian\.org|docker\.i"
    + r"o\b)"
)


@pytest.mark.parametrize("what", NEVER)
def test_the_repository_holds_no(what: str) -> None:
    assert list(lines_that_match(NEVER[what])) == []


def test_no_registry_is_named() -> None:
    assert list(lines_that_match(REGISTRY, but=".md")) == []


def test_every_locked_package_has_a_hash() -> None:
    for lock in sorted((ROOT / "requirements").glob("*.lock")):
        entries = re.split(r"\n(?=\S)", lock.read_text(encoding="utf-8").strip())
        assert [e.split()[0] for e in entries if "--hash=sha256:" not in e] == [], lock.name


def test_what_is_tested_is_what_is_shipped() -> None:
    def pins(name: str) -> dict[str, str]:
        text = (ROOT / "requirements" / f"{name}.lock").read_text(encoding="utf-8")
        return dict(re.findall(r"^([\w.-]+)==(\S+)", text, re.MULTILINE))

    run = pins("run").items()
    for other in ("dev", "bench", "fuzz"):
        assert run <= pins(other).items(), other
    assert pins("build").items() - pins("dev").items() <= {
        pin for pin in pins("build").items() if pin[0] not in pins("dev")
    }


def test_no_file_is_a_large_blob() -> None:
    assert [str(p) for p in tracked() if (ROOT / p).stat().st_size > 1_000_000] == []


def test_make_bench_makes_every_measurement() -> None:
    made = (ROOT / "bench" / "__main__.py").read_text(encoding="utf-8")
    kept = {
        path.stem
        for path in (ROOT / "bench").glob("*.py")
        if re.search(r"^ +write_section\(", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert {"engine", "storm", "detection"} <= kept
    assert [name for name in sorted(kept) if f"    {name}.main(" not in made] == []
