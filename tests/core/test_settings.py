from __future__ import annotations

from pathlib import Path

import pytest

from sidra.settings import SETTINGS, SettingsError, installation, load_settings


def test_defaults_stand_beside_the_directory(tmp_path: Path) -> None:
    (tmp_path / "affiliates/sn").mkdir(parents=True)
    (tmp_path / "affiliates/sn/layer.yaml").write_text("layer: sn\n", encoding="utf-8")
    (tmp_path / "affiliates/readme").mkdir()
    settings = load_settings({}, tmp_path)
    assert settings.home == tmp_path / "var"
    assert settings.affiliates == (tmp_path / "affiliates/sn",)
    assert settings.baseline.name == "sidra_baseline"
    assert (settings.port, settings.workers, settings.durability, settings.plugins) == (6543, 2, "full", None)


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    (tmp_path / "sidra.yaml").write_text("port: 80\nworkers: 4\naffiliates: [one, two]\n", encoding="utf-8")
    settings = load_settings({"SIDRA_PORT": "8080", "HOME": "/", "SIDRA_PLUGINS": "a,b"}, tmp_path)
    assert (settings.port, settings.workers, settings.plugins) == (8080, 4, ("a", "b"))
    assert settings.affiliates == (tmp_path / "one", tmp_path / "two")


def test_folders_of_affiliates_stand_between_colons(tmp_path: Path) -> None:
    settings = load_settings({"SIDRA_AFFILIATES": f"here:{tmp_path}/there:here", "SIDRA_HOME": "data"}, tmp_path)
    assert settings.affiliates == (tmp_path / "here", tmp_path / "there")
    assert settings.home == tmp_path / "data"


def test_an_absolute_pattern_finds_folders_with_a_layer(tmp_path: Path) -> None:
    (tmp_path / "a/b").mkdir(parents=True)
    (tmp_path / "a/b/layer.yaml").write_text("", encoding="utf-8")
    assert load_settings({"SIDRA_AFFILIATES": f"{tmp_path}/a/*"}, Path("/")).affiliates == (tmp_path / "a/b",)


@pytest.mark.parametrize(
    ("environ", "reason"),
    [
        ({"SIDRA_PROT": "1"}, "no setting `prot`"),
        ({"SIDRA_ZZZ": "1"}, "no setting `zzz`"),
        ({"SIDRA_PORT": "x"}, "`port` cannot be `x`"),
        ({"SIDRA_PORT": "70000"}, "`port` cannot be `70000`"),
        ({"SIDRA_PROXIES": "-1"}, "`proxies` cannot be `-1`"),
        ({"SIDRA_LOG_LEVEL": "loud"}, "`log_level` cannot be `loud`"),
        ({"SIDRA_HOME": ""}, "`home` cannot be"),
        ({"SIDRA_HOST": ""}, "`host` cannot be"),
    ],
)
def test_a_wrong_setting_is_an_error(tmp_path: Path, environ: dict[str, str], reason: str) -> None:
    with pytest.raises(SettingsError) as error:
        load_settings(environ, tmp_path)
    assert reason in error.value.reason
    assert error.value.hint
    assert "int()" not in error.value.hint


def test_an_installation_has_affiliates_each_with_a_layer(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="there is no affiliate in") as refused:
        installation({}, tmp_path)
    assert "sidra.yaml" in refused.value.hint
    (tmp_path / "affiliates/sn").mkdir(parents=True)
    (tmp_path / "affiliates/sn/layer.yaml").write_text("layer: sn\n", encoding="utf-8")
    assert installation({}, tmp_path) == load_settings({}, tmp_path)
    with pytest.raises(SettingsError, match=r"names .*/gh, which has no layer\.yaml"):
        installation({"SIDRA_AFFILIATES": "affiliates/sn:affiliates/gh"}, tmp_path)


@pytest.mark.parametrize("text", ["- a\n", "a: [\n", "\x00", "port: {a: 1}\n", "home: [1]\n"])
def test_a_file_that_holds_no_settings_is_an_error(tmp_path: Path, text: str) -> None:
    (tmp_path / "sidra.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError):
        load_settings({}, tmp_path)


def test_an_empty_file_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "sidra.yaml").write_text("# nothing yet\n", encoding="utf-8")
    assert load_settings({}, tmp_path).port == 6543


def test_every_setting_can_be_written(tmp_path: Path) -> None:
    values = {
        "home": "h",
        "affiliates": "a",
        "baseline": "b",
        "host": "localhost",
        "port": "1",
        "proxies": "1",
        "workers": "1",
        "plugins": "",
        "log_level": "info",
        "durability": "normal",
        "upload_megabytes": "5",
        "export_rows": "5",
        "bulk_rows": "5",
        "bulk_undo_hours": "5",
        "keys": "k/keys.json",
        "sign_in": "sign_in.yaml",
        "database": "postgresql://host/name",
        "passfile": "p",
        "jobs_database": "postgresql://host/name",
        "worker": "apart",
        "releases": "required",
        "callbacks": "loopback",
    }
    assert set(values) == set(SETTINGS)
    settings = load_settings({f"SIDRA_{name.upper()}": value for name, value in values.items()}, tmp_path)
    assert settings.plugins == ()


@pytest.mark.parametrize("text", ["postgresql://me:hunter2@host/name", "postgresql://host:hunter2/x", "hunter2"])
def test_a_database_that_is_refused_is_not_repeated(tmp_path: Path, text: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings({"SIDRA_DATABASE": text}, tmp_path)
    assert "hunter2" not in f"{caught.value.reason} {caught.value.hint}"


def test_an_address_of_durable_work_that_is_refused_is_not_repeated(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings({"SIDRA_JOBS_DATABASE": "mysql://me:hunter2@host/name"}, tmp_path)
    assert "hunter2" not in f"{caught.value.reason} {caught.value.hint}"
