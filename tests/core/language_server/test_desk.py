"""Which affiliates see a file that is edited."""

from pathlib import Path

from tests.metamodel.versions.versioned import install, pack

from sidra.language_server.desk import Desk

CUSTOMER = "entity: customer\ntitle: name\nattributes:\n  name: {type: string, max_length: 60}\n"
LAYER = "layer: sn\nlevel: affiliate\nprefix: sn\ntiers: [core]\n"
CEILING = "ceiling: all\nlevel: L3\n"


def test_what_the_group_bounds_is_seen_by_all_whatever_version_they_have(tmp_path: Path) -> None:
    rest = {
        "affiliates/sn/layer.yaml": LAYER,
        "affiliates/eg/layer.yaml": LAYER.replace("sn", "eg") + "baseline: 1.0.0\n",
    }
    install(tmp_path, "1.1.0", {"customer.yaml": CUSTOMER, "bounds/all.yaml": CEILING}, rest)
    pack(tmp_path / "var", "1.0.0", {"customer.yaml": CUSTOMER})
    desk = Desk({"SIDRA_BASELINE": str(tmp_path / "baseline"), "SIDRA_PLUGINS": ""})
    desk.begin(tmp_path)
    baseline = tmp_path / "baseline"
    assert desk.problem == ""
    assert desk.seen_by(baseline / "customer.yaml") == ["sn"]
    assert desk.seen_by(baseline / "bounds/all.yaml") == ["eg", "sn"]
    assert desk.seen_by(tmp_path / "affiliates/eg/layer.yaml") == ["eg"]
    # What is typed makes it another document; those whom it bounded are told that it does no more.
    desk.edit(baseline / "bounds/all.yaml", CUSTOMER.replace("customer", "person"))
    desk.refresh()
    assert desk.seen_by(baseline / "bounds/all.yaml") == ["eg", "sn"]
    desk.edit(baseline / "customer.yaml", CEILING.replace("all", "eg"))
    desk.refresh()
    assert desk.seen_by(baseline / "customer.yaml") == ["eg", "sn"]
