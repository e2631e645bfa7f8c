from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.metamodel.configurations import write

from sidra.affiliates.places import PlaceRefused, database_of, place_findings
from sidra_metamodel.layering.layers import Layers, discover


def layers(folder: Path, **stores: str) -> Layers:
    """Affiliates by name, each with what its layer says of its store."""
    files = {"baseline/layer.yaml": "layer: group\nlevel: group\n", "baseline/core/pack.yaml": "pack: core\n"}
    for name, store in stores.items():
        files[f"affiliates/{name}/layer.yaml"] = f"layer: {name}\nlevel: affiliate\nprefix: {name}\n{store}\n"
    write(folder, files)
    return discover(folder / "baseline", [folder / "affiliates"])


def test_an_affiliate_that_names_none_has_a_database_of_its_own_name(tmp_path: Path) -> None:
    assert database_of(layers(tmp_path, sn=""), "sn", tmp_path / "var") == (tmp_path / "var/sn.db").resolve()


def test_a_name_of_the_data_folder_or_of_a_folder_in_it_is_taken(tmp_path: Path) -> None:
    found = layers(tmp_path, sn="store: {sqlite: west/senegal.db}")
    assert database_of(found, "sn", tmp_path / "var") == (tmp_path / "var/west/senegal.db").resolve()


@pytest.mark.parametrize(
    "text",
    [
        "/etc/x.db",
        "../x.db",
        "a/../../x.db",
        "'C:\\x.db'",
        "'..\\x.db'",
        "x.db-wal",
        "x",
        "'\\\\host\\x.db'",
        '"a\\0.db"',
    ],
)
def test_a_place_outside_the_data_folder_is_refused_where_it_stands(tmp_path: Path, text: str) -> None:
    with pytest.raises(PlaceRefused) as caught:
        database_of(layers(tmp_path, sn=f"store: {{sqlite: {text}}}"), "sn", tmp_path / "var")
    assert caught.value.at is not None
    assert (caught.value.at.path, caught.value.at.line) == ("affiliates/sn/layer.yaml", 4)
    assert "sn.db" in caught.value.hint


@given(text=st.text(st.sampled_from("a./\\:~ -"), min_size=1, max_size=12))
def test_no_name_leads_out_of_the_data_folder(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    folder = tmp_path_factory.mktemp("place")
    found = layers(folder, sn=f'store: {{sqlite: "{text.replace(chr(92), chr(92) * 2)}.db"}}')
    try:
        file = database_of(found, "sn", folder / "var")
    except PlaceRefused:
        return
    assert file.is_relative_to((folder / "var").resolve())


def test_of_two_that_name_one_file_neither_gets_it(tmp_path: Path) -> None:
    found = layers(tmp_path, sn="store: {sqlite: a.db}", pl="store: {sqlite: ./a.db}")
    for name, other in (("sn", "pl"), ("pl", "sn")):
        with pytest.raises(PlaceRefused, match=f"`{name}` and `{other}` name the same database"):
            database_of(found, name, tmp_path / "var")


def test_the_file_of_an_affiliates_own_name_stays_its_own(tmp_path: Path) -> None:
    found = layers(tmp_path, sn="", pl="store: {sqlite: sn.db}")
    assert database_of(found, "sn", tmp_path).name == "sn.db"
    with pytest.raises(PlaceRefused):
        database_of(found, "pl", tmp_path)


def test_a_link_counts_as_the_file_it_leads_to(tmp_path: Path) -> None:
    home = tmp_path / "var"
    home.mkdir()
    (home / "a.db").touch()
    (home / "b.db").symlink_to(home / "a.db")
    with pytest.raises(PlaceRefused):
        database_of(layers(tmp_path, sn="store: {sqlite: a.db}", pl="store: {sqlite: b.db}"), "pl", home)


def test_a_place_that_is_refused_is_one_finding_of_a_check(tmp_path: Path) -> None:
    found = layers(tmp_path, sn="store: {sqlite: ../x.db}", pl="")
    (finding,) = place_findings(found, "sn", tmp_path / "var")
    assert (finding.code, str(finding.at)) == ("R005", "affiliates/sn/layer.yaml:4:17")
    assert finding.help
    assert place_findings(found, "pl", tmp_path / "var") == []
