from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.metamodel.configurations import write

from sidra.affiliates.places import PlaceRefused
from sidra.cli import main
from sidra.cli.opening import open_gate, open_runtime
from sidra.errors import Misconfigured, NotFound

GOOD = {"baseline/individual.yaml": "entity: individual\nattributes:\n  given_name: {type: string}\n"}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, value in {"BASELINE": "baseline", "AFFILIATES": "affiliates/*", "HOME": "var", "PLUGINS": ""}.items():
        monkeypatch.setenv(f"SIDRA_{name}", value)
    write(tmp_path, GOOD)
    return tmp_path


@pytest.mark.usefixtures("home")
def test_an_affiliate_is_opened_by_its_name() -> None:
    runtime = open_runtime("sn")
    assert runtime.affiliate == "sn"
    runtime.store.close()


@pytest.mark.usefixtures("home")
def test_a_name_that_is_no_affiliate_names_those_there_are() -> None:
    with pytest.raises(NotFound) as caught:
        open_runtime("zz")
    assert (caught.value.reason, caught.value.hint) == ("no affiliate `zz` is served", "there are: sn")


def test_an_affiliate_whose_yaml_is_broken_says_what_is_wrong(home: Path) -> None:
    write(home, {"affiliates/sn/individual.yaml": "entity: individual\nattributes:\n  given_nam: {hidden: true}\n"})
    with pytest.raises(Misconfigured) as caught:
        open_runtime("sn")
    assert (caught.value.code, caught.value.reason) == (
        "E101",
        "`sn` is not served: no `given_nam` in `attributes`",
    )
    assert caught.value.hint


@pytest.mark.parametrize("content", [b"no database" * 100, None])
def test_a_database_that_is_none_says_so_and_is_left_alone(home: Path, content: bytes | None) -> None:
    file = home / "var/sn.db"
    file.parent.mkdir()
    if content is None:
        file.mkdir()
    else:
        file.write_bytes(content)
    with pytest.raises(Misconfigured, match=r"`sn` is not served: the database .* cannot be opened") as caught:
        open_runtime("sn")
    assert (caught.value.code, bool(caught.value.hint)) == ("R002", True)
    assert content is None or file.read_bytes() == content


def test_a_check_finds_a_store_outside_the_data_folder_which_nobody_opens(home: Path) -> None:
    text = "layer: sn\nlevel: affiliate\nprefix: sn\ntiers: [core]\nstore: {sqlite: ../sn.db}\n"
    write(home, {**GOOD, "affiliates/sn/layer.yaml": text})
    result = CliRunner().invoke(main, ["check", "sn"])
    assert result.exit_code == 1
    assert "error[R005]" in result.output
    with pytest.raises(PlaceRefused):
        open_gate("sn")
    assert not (home / "sn.db").exists()
