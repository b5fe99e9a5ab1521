"""How people are told, as the inventory says it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from netmon.config.inventory import load_inventory
from netmon.model.errors import ConfigError
from netmon.model.hours import DAY, Hours, Window
from netmon.model.inventory import Inventory
from netmon.model.secret import Secret
from netmon.model.telling import Quiet, Telling
from netmon.model.ticket import Priority

BASE = """
sites: [{id: dc, name: Room, kind: machine-room}]
credentials: [{id: ro, version: 2c, community: demo}]
nodes: [{id: core-1, name: Core, site: dc, role: core, address: 192.0.2.1, credential: ro}]
"""
WEEK = frozenset(range(7))
TOKEN = "T0KEN-OF-WANG"


def load(folder: Path, text: str, **environ: str) -> Inventory:
    (folder / "all.yaml").write_text(BASE + text, "utf-8")
    return load_inventory(folder, None, environ)


def mistakes(folder: Path, text: str, **environ: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load(folder, text, **environ)
    return [mistake.message for mistake in caught.value.mistakes]


def test_a_person_has_channels_a_language_and_quiet_hours(tmp_path: Path) -> None:
    (tmp_path / "wecom").write_text(f"wecombot://{TOKEN}\n", "utf-8")
    found = load(
        tmp_path,
        """
policies: {hours: {night: {windows: ["Mon-Sun 21:00-24:00"]}}}
oncall:
  people:
    - id: wang
      name: Wang
      lang: en
      channels: [{url: {file: wecom}}, {id: sms, url: {env: SMS}}, {url: "log://"}]
      quiet: {hours: "22:00-07:00", except: P2}
    - {id: li, name: Li, quiet: {hours: night}}
    - {id: zhao, name: Zhao}
""",
        SMS="json://192.0.2.9/",
    )
    wang, li, zhao = found.people.values()
    assert [(c.id, c.url) for c in wang.channels] == [
        ("wecombot", Secret(f"wecombot://{TOKEN}")),
        ("sms", Secret("json://192.0.2.9/")),
        ("log", Secret("log://")),
    ]
    night = Hours((Window(WEEK, 22 * 60, DAY), Window(WEEK, 0, 7 * 60)))
    assert (wang.lang, wang.quiet) == ("en", Quiet(night, Priority.P2))
    assert li.quiet == Quiet(Hours((Window(WEEK, 21 * 60, DAY),)))
    assert (zhao.channels, zhao.lang, zhao.quiet) == ((), "zh", None)
    assert TOKEN not in repr(found)


@pytest.mark.parametrize(
    ("hours", "windows"),
    [
        ("12:00-14:00", (Window(WEEK, 720, 840),)),
        ("22:00-24:00", (Window(WEEK, 1320, DAY),)),
        ("22:00-00:00", (Window(WEEK, 1320, DAY),)),
        ("00:00-24:00", (Window(WEEK, 0, DAY),)),
    ],
)
def test_hours_of_the_day(tmp_path: Path, hours: str, windows: tuple[Window, ...]) -> None:
    text = f'oncall: {{people: [{{id: li, name: Li, quiet: {{hours: "{hours}"}}}}]}}'
    quiet = load(tmp_path, text).people["li"].quiet
    assert quiet is not None
    assert quiet.hours == Hours(windows)


@pytest.mark.parametrize(
    "url",
    [
        f"wecombott://{TOKEN}",
        f"dingtalk://{TOKEN} {TOKEN}",
        TOKEN,
        f"ftp://{TOKEN}",
        "mailto://",
        "://",
        "\\x00",
    ],
)
def test_no_mistake_shows_a_secret(tmp_path: Path, url: str) -> None:
    people = "oncall: {people: [{id: wang, name: Wang, channels: [{url: {env: URL}}]}]}"
    (said,) = mistakes(tmp_path, people, URL=url)
    assert TOKEN not in said
    group = "policies: {webhooks: [{id: group, kind: apprise, url: {env: URL}}]}"
    assert mistakes(tmp_path, group, URL=url) == [said]


def test_a_variable_that_is_not_set_is_the_only_mistake(tmp_path: Path) -> None:
    people = "oncall: {people: [{id: wang, name: Wang, channels: [{url: {env: URL}}]}]}"
    assert mistakes(tmp_path, people) == ["the environment variable URL is not set"]


def test_webhooks_are_signed_or_tell_people(tmp_path: Path) -> None:
    found = load(
        tmp_path,
        """
policies:
  webhooks:
    - {id: desk, url: {env: URL}, secret: {env: KEY}}
    - {id: group, url: "log://", kind: apprise, lang: en, quiet: {hours: "22:00-07:00"}}
""",
        URL=f"https://desk.example/{TOKEN}",
        KEY=TOKEN,
    )
    desk, group = found.policy.webhooks
    assert (desk.url, desk.secret) == (f"https://desk.example/{TOKEN}", Secret(TOKEN))
    assert (group.kind, group.lang, group.quiet is not None) == ("apprise", "en", True)
    assert TOKEN not in repr(found)
    hidden = "policies: {webhooks: [{id: desk, url: {env: URL}}]}"
    for wrong in (f"ftp://{TOKEN}", f"https://desk.example:99999/{TOKEN}"):
        (said,) = mistakes(tmp_path, hidden, URL=wrong)
        assert TOKEN not in said
        plain = f'policies: {{webhooks: [{{id: desk, url: "{wrong}"}}]}}'
        assert mistakes(tmp_path, plain) == [said]


def test_what_telling_leaves_out_keeps_its_default(tmp_path: Path) -> None:
    found = load(tmp_path, "policies: {telling: {interval: 10m, urgent: {wait: 0s}}}")
    assert found.policy.telling == Telling(interval=timedelta(minutes=10), urgent_wait=timedelta(0))
    assert load(tmp_path, "").policy.telling == Telling()
