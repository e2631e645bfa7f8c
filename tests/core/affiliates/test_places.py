from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.metamodel.configurations import write

from sidra.affiliates.places import FilePlace, PlaceRefused, ServerPlace, StorePlace, place_findings, place_of
from sidra.settings import Settings, load_settings
from sidra_metamodel.layering.discovering import discover
from sidra_metamodel.layering.layers import Layers


def settings(home: Path, database: str = "") -> Settings:
    return load_settings({"SIDRA_HOME": str(home), **({"SIDRA_DATABASE": database} if database else {})}, home)


def file_of(found: Layers, affiliate: str, home: Path) -> Path:
    place = place_of(found, affiliate, settings(home))
    assert isinstance(place, FilePlace)
    return place.path


def layers(folder: Path, **stores: str) -> Layers:
    """Affiliates by name, each with what its layer says of its store."""
    files = {"baseline/layer.yaml": "layer: group\nlevel: group\n", "baseline/core/pack.yaml": "pack: core\n"}
    for name, store in stores.items():
        files[f"affiliates/{name}/layer.yaml"] = f"layer: {name}\nlevel: affiliate\nprefix: {name}\n{store}\n"
    write(folder, files)
    return discover(folder / "baseline", [folder / "affiliates"])


def test_an_affiliate_that_names_none_has_a_database_of_its_own_name(tmp_path: Path) -> None:
    assert file_of(layers(tmp_path, sn=""), "sn", tmp_path / "var") == (tmp_path / "var/sn.db").resolve()


def test_a_name_of_the_data_folder_or_of_a_folder_in_it_is_taken(tmp_path: Path) -> None:
    found = layers(tmp_path, sn="store: {sqlite: west/senegal.db}")
    assert file_of(found, "sn", tmp_path / "var") == (tmp_path / "var/west/senegal.db").resolve()


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
        file_of(layers(tmp_path, sn=f"store: {{sqlite: {text}}}"), "sn", tmp_path / "var")
    assert caught.value.at is not None
    assert (caught.value.at.path, caught.value.at.line) == ("affiliates/sn/layer.yaml", 4)
    assert "sn.db" in caught.value.hint


@given(text=st.text(st.sampled_from("a./\\:~ -"), min_size=1, max_size=12))
def test_no_name_leads_out_of_the_data_folder(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    folder = tmp_path_factory.mktemp("place")
    found = layers(folder, sn=f'store: {{sqlite: "{text.replace(chr(92), chr(92) * 2)}.db"}}')
    try:
        file = file_of(found, "sn", folder / "var")
    except PlaceRefused:
        return
    assert file.is_relative_to((folder / "var").resolve())


def test_of_two_that_name_one_file_neither_gets_it(tmp_path: Path) -> None:
    found = layers(tmp_path, sn="store: {sqlite: a.db}", pl="store: {sqlite: ./a.db}")
    for name, other in (("sn", "pl"), ("pl", "sn")):
        with pytest.raises(PlaceRefused, match=f"`{name}` and `{other}` name the same database"):
            file_of(found, name, tmp_path / "var")


def test_the_file_of_an_affiliates_own_name_stays_its_own(tmp_path: Path) -> None:
    found = layers(tmp_path, sn="", pl="store: {sqlite: sn.db}")
    assert file_of(found, "sn", tmp_path).name == "sn.db"
    with pytest.raises(PlaceRefused):
        file_of(found, "pl", tmp_path)


def test_a_link_counts_as_the_file_it_leads_to(tmp_path: Path) -> None:
    home = tmp_path / "var"
    home.mkdir()
    (home / "a.db").touch()
    (home / "b.db").symlink_to(home / "a.db")
    with pytest.raises(PlaceRefused):
        file_of(layers(tmp_path, sn="store: {sqlite: a.db}", pl="store: {sqlite: b.db}"), "pl", home)


def test_a_place_that_is_refused_is_one_finding_of_a_check(tmp_path: Path) -> None:
    found = layers(tmp_path, sn="store: {sqlite: ../x.db}", pl="")
    (finding,) = place_findings(found, "sn", settings(tmp_path / "var"))
    assert (finding.code, str(finding.at)) == ("R005", "affiliates/sn/layer.yaml:4:17")
    assert finding.help
    assert place_findings(found, "pl", settings(tmp_path / "var")) == []


SHARED = "postgresql://admin@db.example:6432/sidra"


def server_of(found: Layers, affiliate: str, database: str = SHARED) -> ServerPlace:
    place: StorePlace = place_of(found, affiliate, settings(Path("/nowhere"), database))
    assert isinstance(place, ServerPlace)
    return place


def refusal(folder: Path, store: str, database: str = SHARED, **others: str) -> PlaceRefused:
    with pytest.raises(PlaceRefused) as caught:
        server_of(layers(folder, sn=f"store: {store}", **others), "sn", database)
    assert caught.value.at is not None
    assert caught.value.hint
    return caught.value


def test_a_schema_stands_in_the_shared_database_and_has_a_role_of_its_own(tmp_path: Path) -> None:
    place = server_of(layers(tmp_path, sn="store: {schema: senegal}"), "sn")
    assert (place.kind, place.schema, place.role) == ("schema", "senegal", "sidra_senegal")
    assert str(place) == "postgresql://sidra_senegal@db.example:6432/sidra schema senegal"


def test_a_database_of_its_own_is_named_by_its_address(tmp_path: Path) -> None:
    place = server_of(layers(tmp_path, pl='store: {database: "postgresql://pl.example/poland?sslmode=require"}'), "pl")
    assert (place.kind, place.schema, place.role) == ("database", "sidra", "poland_sidra")
    assert place.address.url(place.role) == "postgresql://poland_sidra@pl.example/poland?sslmode=require"


def test_a_database_may_name_who_logs_in(tmp_path: Path) -> None:
    found = layers(tmp_path, pl='store: {database: "postgresql://crm@pl.example/poland"}')
    assert server_of(found, "pl").role == "crm"


@pytest.mark.parametrize("name", ["public", "pg_x", "information_schema", "Sn", "s-n", "1sn", "'a b'", "é", "x" * 64])
def test_a_schema_that_postgresql_or_nobody_could_name_so_is_refused(tmp_path: Path, name: str) -> None:
    assert "no name of a schema" in refusal(tmp_path, f"{{schema: {name}}}").reason


def test_a_schema_whose_role_would_be_too_long_is_refused(tmp_path: Path) -> None:
    assert "too long" in refusal(tmp_path, f"{{schema: {'x' * 60}}}").reason


def test_a_schema_needs_the_setting_that_says_where(tmp_path: Path) -> None:
    assert "SIDRA_DATABASE=" in refusal(tmp_path, "{schema: sn}", "").hint


def test_a_password_in_a_layer_is_refused_and_repeated_nowhere(tmp_path: Path) -> None:
    error = refusal(tmp_path, '{database: "postgresql://me:hunter2@host/name"}')
    assert "hunter2" not in f"{error.reason} {error.hint}"
    assert "passfile" in error.hint


def test_two_places_in_one_layer_are_refused(tmp_path: Path) -> None:
    assert "not one place" in refusal(tmp_path, "{schema: sn, sqlite: sn.db}").reason


@pytest.mark.parametrize("other", ["{schema: sn}", "{schema: 'sn'}"])
def test_of_two_that_name_one_schema_neither_gets_it(tmp_path: Path, other: str) -> None:
    error = refusal(tmp_path, "{schema: sn}", pl=f"store: {other}")
    assert error.reason.startswith("`sn` and `pl` name the same database")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("postgresql://localhost/x", "postgresql://127.0.0.1:5432/x"),
        ("postgresql://[::1]/x", "postgres://LOCALHOST/x?sslmode=disable"),
        ("postgresql://db.example/x", "postgresql://DB.example./x"),
        ("postgresql:///x?host=/run/pg", "postgresql:///x?host=/run/pg/"),
    ],
)
def test_one_database_in_two_spellings_is_one(tmp_path: Path, one: str, other: str) -> None:
    error = refusal(tmp_path, f'{{database: "{one}"}}', pl=f'store: {{database: "{other}"}}')
    assert "name the same database" in error.reason


def test_two_databases_of_one_server_have_two_roles(tmp_path: Path) -> None:
    error = refusal(
        tmp_path, '{database: "postgresql://crm@db/a"}', pl='store: {database: "postgresql://crm@db:5432/b"}'
    )
    assert "the same role" in error.reason


def test_the_shared_database_is_no_database_of_ones_own(tmp_path: Path) -> None:
    assert "the shared database" in refusal(tmp_path, '{database: "postgresql://x@db.example:6432/sidra"}').reason


def test_the_place_of_an_environment_replaces_that_of_the_affiliate(tmp_path: Path) -> None:
    layers(tmp_path, sn="version: 1.0.0\nstore: {sqlite: sn.db}")
    own = {"layer.yaml": "layer: test\nlevel: environment\nrequires: {sn: ~1.0}\n"}
    own["sn.yaml"] = "layer: sn\nstore: {schema: sn_test}\n"
    write(tmp_path, {f"test/{name}": text for name, text in own.items()})
    found = discover(tmp_path / "baseline", [tmp_path / "affiliates", tmp_path / "test"])
    assert server_of(found, "sn").schema == "sn_test"
