"""Regions on the way to another baseline, under affiliates that need not all have the same version of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.core.cli.workshops import run
from tests.core.versions.test_taking import FIRST, baseline
from tests.metamodel.versions.versioned import install, pack

from sidra.configuration import read_configuration
from sidra.settings import Settings
from sidra.versions.taking import Refused, Taking, new_lock
from sidra.versions.together import Together
from sidra_metamodel.upgrading.applying import Choice, Decision, Undecided
from sidra_metamodel.upgrading.findings import Class
from sidra_metamodel.upgrading.lock import lock_text
from sidra_metamodel.versions.standing import standing

REGION = """
    entity: customer
    attributes:
      name: {max_length: 40, $why: The card is small}
      fax: {hidden: true}   # nobody has one
"""
FAX = "entity.customer.attributes.fax.hidden"
LENGTH = "entity.customer.attributes.name.max_length"
SECOND: dict[str, object] = {
    "name": {"type": "string", "max_length": 30, "label": {"en": "Name"}},
    "telefax": {"$was": "fax", "$since": "1.1.0", "type": "string"},
    "mail": {"type": "string"},
}


def affiliate(name: str, pin: str = "") -> str:
    pinned = f"baseline: {pin}\n" if pin else ""
    head = f"layer: {name}\nlevel: affiliate\nprefix: {name}\ntiers: [core]\n"
    return f"{head}requires: {{group: ~1.0, waf: ~1.0}}\n{pinned}"


HEAD = "layer: waf\nlevel: region\nprefix: waf\nversion: 1.0.0\nrequires: {group: ~1.0}\n"
ACCOUNT = "entity: account\ntitle: owner\nattributes: {owner: {type: string}, fax: {type: string}}\n"
MOVED = """
    upgrade: to_1_2
    version: 1.2.0
    moves: {fax: {from: entity.customer.attributes.fax, to: entity.account.attributes.fax}}
"""


def pack_moved(folder: Path) -> None:
    """Let there be a version in which the fax stands elsewhere."""
    customer = baseline({name: words for name, words in FIRST.items() if name != "fax"})
    pack(folder, "1.2.0", {"customer.yaml": customer, "account.yaml": ACCOUNT, "upgrades/1.2.yaml": MOVED})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two affiliates of one region on the baseline 1.0.0, and 1.1.0 beside it."""
    install(
        tmp_path,
        "1.0.0",
        {"customer.yaml": baseline(FIRST)},
        {
            "affiliates/waf/layer.yaml": HEAD,
            "affiliates/waf/customer.yaml": REGION,
            "affiliates/sn/layer.yaml": affiliate("sn"),
            "affiliates/ci/layer.yaml": affiliate("ci"),
        },
    )
    pack(tmp_path, "1.1.0", {"customer.yaml": baseline(SECOND)})  # type: ignore[arg-type]
    return tmp_path


def at(folder: Path) -> Settings:
    return Settings(home=folder, affiliates=(folder / "affiliates",), baseline=folder / "baseline", plugins=())


def said(folder: Path) -> str:
    return (folder / "affiliates/waf/customer.yaml").read_text(encoding="utf-8")


def lock(folder: Path, name: str = "waf") -> None:
    own, found = new_lock(at(folder), name)
    (own.path / "overlay.lock").write_text(lock_text(name, found), encoding="utf-8")


def classes(taking: Taking) -> dict[str, set[Class]]:
    found: dict[str, set[Class]] = {}
    for one in taking.findings:
        found.setdefault(one.path, set()).add(one.cls)
    return found


def test_a_region_locks_what_it_saw_and_is_reported_by_class(folder: Path) -> None:
    lock(folder)
    taking = Taking(at(folder), "waf", "1.1.0")
    assert (taking.before, taking.count) == ("1.0.0", 2)
    assert classes(taking) == {FAX: {Class.RENAMED}, LENGTH: {Class.OVERTAKEN}}


def test_a_region_is_rewritten_so_that_it_holds_on_every_version_that_its_affiliates_have(folder: Path) -> None:
    lock(folder)
    taking = Taking(at(folder), "waf", "1.1.0")
    renamed = next(one for one in taking.findings if one.cls is Class.RENAMED)
    assert renamed.advice.endswith("yours is written by the former name until ci (1.0.0) and sn (1.0.0) have that")
    taking.apply({LENGTH: Decision(Choice.EDIT, 25)})
    assert "max_length: 25" in said(folder)
    assert "fax: {hidden: true}   # nobody has one" in said(folder)
    for name in ("sn", "ci"):
        own = Taking(at(folder), name, "1.1.0")
        assert not own.remaining
        own.apply({})
    again = Taking(at(folder), "waf", "1.1.0")
    assert (again.before, classes(again)) == ("1.1.0", {FAX: {Class.RENAMED}})
    again.apply({})
    assert "telefax: {hidden: true}   # nobody has one" in said(folder)
    configuration = read_configuration(at(folder))
    assert not [one for name in ("sn", "ci") for one in configuration.load(name).diagnostics]


def test_what_holds_an_affiliate_back_in_its_region_is_said_with_the_way_out(folder: Path) -> None:
    own = Taking(at(folder), "sn", "1.1.0")
    assert own.regions_first == ("waf",)
    with pytest.raises(Refused) as refused:
        own.apply({})
    assert refused.value.hint.startswith("bring the region along first: `sidra upgrade waf --to 1.1.0`")


def test_what_would_not_check_in_an_affiliate_of_another_version_is_not_written(folder: Path) -> None:
    lock(folder)
    before = said(folder)
    pack_moved(folder)
    taking = Taking(at(folder), "waf", "1.2.0")
    assert not taking.findings
    with pytest.raises(Refused) as refused:
        taking.apply({})
    assert str(refused.value).startswith("ci would not check on the baseline 1.0.0")
    assert "--together" in refused.value.hint
    assert said(folder) == before


def test_a_region_and_its_affiliates_are_taken_along_together(folder: Path) -> None:
    lock(folder)
    pack_moved(folder)
    together = Together(at(folder), "waf", "1.2.0")
    # On the version that they have, the region's new text is wrong, which is no matter of theirs.
    assert [(one.affiliate, one.wrong_before) for one in together.members({})] == [("ci", ()), ("sn", ())]
    with pytest.raises(Undecided) as refused:
        together.apply({"customer.attributes.nmae": Decision(Choice.ADOPT)})
    assert str(refused.value) == "no finding at `customer.attributes.nmae`"
    together.apply({})
    assert "fax" not in said(folder)
    assert (folder / "affiliates/waf/entities/account.yaml").exists()
    configuration = read_configuration(at(folder))
    assert [configuration.layers.affiliate(name).pin for name in ("ci", "sn")] == ["1.2.0", "1.2.0"]
    assert not [one for name in ("sn", "ci") for one in configuration.load(name).diagnostics]


def test_check_tells_where_a_region_was_not_looked_at_for_a_version(folder: Path) -> None:
    head = folder / "affiliates/waf/layer.yaml"
    head.write_text(head.read_text(encoding="utf-8").replace("~1.0", "^1.0"), encoding="utf-8")
    lock(folder)
    Taking(at(folder), "waf", "1.1.0").apply({LENGTH: Decision(Choice.ADOPT)})
    configuration = read_configuration(at(folder))
    registry = configuration.language.registry
    # The region was compared with a later version than this affiliate has: nothing to do.
    assert not list(standing(configuration.layers, configuration.load("sn"), registry))
    pack(folder, "1.2.0", {"customer.yaml": baseline(SECOND)})  # type: ignore[arg-type]
    Taking(at(folder), "sn", "1.2.0").apply({})
    configuration = read_configuration(at(folder))
    found = list(standing(configuration.layers, configuration.load("sn"), registry))
    assert [(one.code, one.at.path, one.help) for one in found] == [
        (
            "E248",
            "affiliates/waf/overlay.lock",
            "look at what has changed with `sidra upgrade waf --to 1.2.0`, then add `--apply`",
        )
    ]


def test_the_command_takes_regions_as_it_takes_affiliates(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    (folder / "sidra.yaml").write_text("home: .\nplugins: []\nbaseline: baseline\n", encoding="utf-8")
    assert run("baseline", "lock").output.splitlines()[0] == "waf: 2 overrides on the baseline 1.0.0"
    told = run("upgrade", "sn", "--to", "1.1.0")
    assert told.exit_code == 1
    assert "The region waf comes first: `sidra upgrade waf --to 1.1.0`." in told.output, told.output
    assert run("upgrade", "waf", "--to", "1.1.0", "--together").output.startswith(
        "waf: from the baseline 1.0.0 to 1.1.0"
    )
    taken = run("upgrade", "waf", "--to", "1.1.0", "--together", "--apply", "--adopt", LENGTH)
    assert taken.output == "the region waf was compared with the baseline 1.1.0: 7 files were written.\n"
    assert "telefax: {hidden: true}   # nobody has one" in said(folder)
