from __future__ import annotations

import os
from pathlib import Path

import pytest

from netmon.config.settings import Listen, Settings, Tls, load_settings
from netmon.locale import Lang
from netmon.model.errors import ConfigError


def written(folder: Path, text: str) -> Path:
    file = folder / "netmon.yaml"
    file.write_text(text, "utf-8")
    return file


def mistakes(file: Path | None, **flags: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load_settings(file, flags, {})
    return [str(m).rpartition(os.sep)[2] if file else str(m) for m in caught.value.mistakes]


def test_without_a_file_everything_has_its_default():
    assert load_settings(None) == Settings()
    assert str(Settings().listen) == "127.0.0.1:9464"
    assert Settings().listen.is_loopback


def test_a_file_says_everything(tmp_path):
    (tmp_path / "cert.pem").touch()
    (tmp_path / "key.pem").touch()
    file = written(
        tmp_path,
        """
inventory: district
data: /srv/netmon
db: {env: NETMON_DB}
listen: "[::]:9464"
lang: zh
metrics_open: yes
sd_open: true
tls: {certificate: cert.pem, key: key.pem}
traps: {listen: "0.0.0.0:162"}
""",
    )
    url = "postgresql+psycopg://netmon:secret@db.example/netmon"
    found = load_settings(file, {}, {"NETMON_DB": url})
    assert found.inventory == tmp_path / "district"
    assert found.data == Path("/srv/netmon")
    assert found.db.reveal() == url
    assert "secret" not in repr(found)
    assert found.listen == Listen("::", 9464)
    assert not found.listen.is_loopback
    assert found.lang is Lang.ZH
    assert found.metrics_open
    assert found.sd_open
    assert found.tls == Tls(tmp_path / "cert.pem", tmp_path / "key.pem")
    assert found.traps == Listen("0.0.0.0", 162)


def test_the_command_line_wins_and_its_paths_are_relative_to_where_one_stands(tmp_path):
    file = written(tmp_path, "listen: 127.0.0.1:1\ndata: a\nlang: zh\n")
    found = load_settings(file, {"listen": "localhost:2", "data": "b", "lang": None})
    assert found.listen == Listen("localhost", 2)
    assert found.data == Path("b")
    assert found.lang is Lang.ZH


@pytest.mark.parametrize(
    "word", ["9464", ":9464", "a:", "a:b", "::1:80", "[::1]", "a:99999", "[a]:1"]
)
def test_what_is_no_listen_address(word):
    assert mistakes(None, listen=word) == [
        f'--listen: "{word}" is not HOST:PORT, such as 127.0.0.1:9464'
    ]


def test_traps_are_received_unless_they_are_off(tmp_path):
    assert str(Settings().traps) == "[::]:1162"
    file = written(tmp_path, "traps: {listen: off}\n")
    assert load_settings(file).traps == "off"
    assert load_settings(file, {"traps": "[::1]:1163"}).traps == Listen("::1", 1163)
    assert load_settings(None, {"traps": "off"}).traps == "off"


def test_every_mistake_is_said(tmp_path):
    file = written(tmp_path, "listn: 1\nlang: fr\ntls: {certificate: none.pem}\n")
    assert mistakes(file, listen="nonsense") == [
        '--listen: "nonsense" is not HOST:PORT, such as 127.0.0.1:9464',
        'netmon.yaml:1:1: unknown key "listn"; did you mean "listen"? '
        "Allowed: inventory, data, db, listen, lang, metrics_open, sd_open, tls, insecure_http, "
        "syslog, traps",
        'netmon.yaml:2:7: unknown value "fr"; allowed: en, zh',
        'netmon.yaml:3:6: the key "key" is missing',
        "none.pem cannot be read",
    ]


def test_a_database_url_is_not_shown_when_it_is_wrong():
    (said,) = mistakes(None, db="mysql://netmon:secret@db/netmon")
    assert "secret" not in said


def test_an_empty_file_asks_for_nothing_and_a_missing_one_is_a_mistake(tmp_path):
    assert load_settings(written(tmp_path, "# nothing\n")) == Settings()
    assert mistakes(tmp_path / "none.yaml") == [
        "none.yaml: cannot be read: No such file or directory"
    ]


def test_syslog_is_heard_somewhere_or_nowhere(tmp_path):
    assert load_settings(None).syslog == Listen("::", 1514)
    assert load_settings(None, {"syslog": "off"}).syslog == "off"
    file = written(tmp_path, 'syslog: {listen: "[::]:514"}\n')
    assert load_settings(file).syslog == Listen("::", 514)
    assert load_settings(file, {"syslog": "127.0.0.1:0"}).syslog == Listen("127.0.0.1", 0)
    assert load_settings(written(tmp_path, "syslog: {listen: off}\n")).syslog == "off"
    assert mistakes(written(tmp_path, "syslog: {listen: 1514}\n")) == [
        'netmon.yaml:1:18: "1514" is neither HOST:PORT, such as 0.0.0.0:1514, nor off'
    ]


@pytest.mark.parametrize("at", ["0.0.0.0:9464", "[::]:9464", "192.0.2.1:1"])
def test_other_machines_are_served_over_tls_or_where_one_says_so(tmp_path, at):
    [typed] = mistakes(None, listen=at)
    assert typed.startswith(f"--listen: {at} is reached from other machines")
    assert "--insecure-http" in typed
    assert '"tls"' in typed
    file = written(tmp_path, f'listen: "{at}"\n')
    [in_the_file] = mistakes(file)
    assert in_the_file.startswith("netmon.yaml: ")
    assert load_settings(file, {"insecure_http": "true"}).insecure_http
    said = written(tmp_path, f'listen: "{at}"\ninsecure_http: true\n')
    assert load_settings(said).insecure_http
    for name in ("c.pem", "k.pem"):
        written(tmp_path, "").with_name(name).write_text("")
    tls = written(tmp_path, f'listen: "{at}"\ntls: {{certificate: c.pem, key: k.pem}}\n')
    assert load_settings(tls).tls is not None
