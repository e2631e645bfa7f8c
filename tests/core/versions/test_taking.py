"""Affiliates on the way to another baseline: codemods, what is killed midway, and laws over many changes."""

from __future__ import annotations

import shutil
from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.metamodel.versions.versioned import install, pack

from sidra.configuration import read_configuration
from sidra.releases.sources import sources_of
from sidra.settings import Settings
from sidra.versions.taking import Taking
from sidra_metamodel.editing.edits import Edits
from sidra_metamodel.editing.pieces import Data
from sidra_metamodel.upgrading.applying import Choice, Decision
from sidra_metamodel.upgrading.findings import Class

OVERLAY = """\
entity: customer
$why: Because
attributes:
  name: {max_length: 40, label: {en: Full name}}   # as on the card
  fax: {hidden: true}
  # Ours.
  x_sn_ninea: {$after: fax, type: string}
"""
NAMES = ("name", "fax", "mail")


def baseline(attributes: dict[str, Data], *extra: str) -> str:
    edits = Edits("entity: customer\ntitle: x_title\n".replace("x_title", "title"))
    edits.set(("attributes",), {"title": {"type": "string"}, **attributes})
    return edits.text + "".join(extra)


FIRST: dict[str, Data] = {
    "name": {"type": "string", "max_length": 60, "label": {"en": "Name"}},
    "fax": {"type": "string"},
    "mail": {"type": "string"},
}


def settings_of(folder: Path) -> Settings:
    return Settings(home=folder, affiliates=(folder / "affiliates/sn",), baseline=folder / "baseline", plugins=())


def taking(folder: Path, version: str = "1.1.0") -> Taking:
    return Taking(settings_of(folder), "sn", version)


def installed(folder: Path, overlay: str = OVERLAY) -> Path:
    install(folder, "1.0.0", {"customer.yaml": baseline(FIRST)}, {"affiliates/sn/customer.yaml": overlay})
    return folder


def said(folder: Path) -> str:
    return (folder / "affiliates/sn/customer.yaml").read_text(encoding="utf-8")


def test_codemods_rewrite_the_overlay_on_the_way(tmp_path: Path) -> None:
    upgrade = """
        upgrade: to_1_1
        version: 1.1.0
        moves:
          fax: {from: entity.customer.attributes.fax, to: entity.customer.attributes.mail}
        splits:
          label: {from: entity.customer.attributes.name.label, to: [entity.account.attributes.owner.label, entity.customer.attributes.title.label]}
        values:
          shorter: {of: entity.customer.attributes.name.max_length, from: "40", to: "30"}
    """  # fmt: skip # noqa: E501 - one element a line
    changed = {name: words for name, words in FIRST.items() if name != "fax"}
    account = "entity: account\ntitle: owner\nattributes: {owner: {type: string}}\n"
    overlay = OVERLAY.replace("$after: fax", "$after: name")
    pack(installed(tmp_path, overlay), "1.1.0", {
        "customer.yaml": baseline(changed), "account.yaml": account, "upgrades/1.1.yaml": upgrade,
    })  # fmt: skip
    found = taking(tmp_path)
    assert [(one.path, one.to) for one in found.rewritten[0]] == [
        ("entity.customer.attributes.fax", "entity.customer.attributes.mail"),
        ("entity.customer.attributes.name.label", "entity.account.attributes.owner.label"),
        ("entity.customer.attributes.name.label", "entity.customer.attributes.title.label"),
        ("entity.customer.attributes.name.max_length: 40", "entity.customer.attributes.name.max_length: 30"),
    ]
    assert "+  mail: {hidden: true}\n" in found.diff
    assert (found.findings, found.remaining) == ((), ())
    found.apply({})
    assert said(tmp_path) == dedent("""\
        entity: customer
        $why: Because
        attributes:
          name: {max_length: 30}   # as on the card
          mail: {hidden: true}
          # Ours.
          x_sn_ninea: {$after: name, type: string}
          title:
            label: {en: Full name}
    """)
    account_file = tmp_path / "affiliates/sn/entities/account.yaml"
    assert (
        account_file.read_text(encoding="utf-8")
        == "entity: account\nattributes:\n  owner:\n    label: {en: Full name}\n"
    )


def test_what_moves_to_another_file_keeps_its_text_and_its_comments(tmp_path: Path) -> None:
    overlay = """\
entity: customer
attributes:
  name: {max_length: 40}
  # Nobody has one.
  fax:   # a machine
    hidden:   true
    # As on paper.
    label: {en: Fax}
"""
    upgrade = """
        upgrade: to_1_1
        version: 1.1.0
        moves: {fax: {from: entity.customer.attributes.fax, to: entity.account.attributes.telefax}}
    """
    changed = {name: words for name, words in FIRST.items() if name != "fax"}
    account = "entity: account\ntitle: owner\nattributes: {owner: {type: string}, telefax: {type: string}}\n"
    files = {"customer.yaml": baseline(changed), "account.yaml": account, "upgrades/1.1.yaml": upgrade}
    pack(installed(tmp_path, overlay), "1.1.0", files)
    taking(tmp_path).apply({})
    assert (
        (tmp_path / "affiliates/sn/entities/account.yaml").read_text(encoding="utf-8")
        == """\
entity: account
attributes:
  # Nobody has one.
  telefax:   # a machine
    hidden:   true
    # As on paper.
    label: {en: Fax}
"""
    )
    assert said(tmp_path) == "entity: customer\nattributes:\n  name: {max_length: 40}\n"


def test_what_moves_there_and_back_is_where_it_was(tmp_path: Path) -> None:
    old, new = "entity.customer.attributes.fax", "entity.account.attributes.fax"
    there = f"upgrade: to_1_1\nversion: 1.1.0\nmoves: {{fax: {{from: {old}, to: {new}}}}}\n"
    back = f"upgrade: to_1_2\nversion: 1.2.0\nmoves: {{fax: {{from: {new}, to: {old}}}}}\n"
    files = {"customer.yaml": baseline(FIRST), "upgrades/1.1.yaml": there, "upgrades/1.2.yaml": back}
    account = "entity: account\ntitle: owner\nattributes: {owner: {type: string}}\n"
    pack(installed(tmp_path), "1.2.0", {**files, "account.yaml": account})
    found = taking(tmp_path, "1.2.0")
    assert (found.findings, found.remaining) == ((), ())
    found.apply({})
    assert "fax: {hidden: true}" in said(tmp_path)
    assert not (tmp_path / "affiliates/sn/entities/account.yaml").exists()


@pytest.mark.parametrize("after", [0, 1, 2])
def test_an_upgrade_that_was_killed_is_read_whole_and_finished_by_the_next_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    upgrade = """
        upgrade: to_1_1
        version: 1.1.0
        moves: {fax: {from: entity.customer.attributes.fax, to: entity.account.attributes.fax}}
    """
    changed = baseline({name: words for name, words in FIRST.items() if name != "fax"})
    account = "entity: account\ntitle: owner\nattributes: {owner: {type: string}, fax: {type: string}}\n"
    overlay = "entity: customer\nattributes: {fax: {hidden: true}}\n"
    pack(installed(tmp_path, overlay), "1.1.0", {
        "customer.yaml": changed, "account.yaml": account, "upgrades/1.1.yaml": upgrade,
    })  # fmt: skip
    found = taking(tmp_path)
    before = read_configuration(settings_of(tmp_path))
    replace, done = Path.replace, iter(range(9))

    def killed(self: Path, target: Path) -> Path:
        if target.is_relative_to(tmp_path / "affiliates") and next(done) == after:
            raise KeyboardInterrupt
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", killed)
    with pytest.raises(KeyboardInterrupt):
        found.apply({})
    monkeypatch.undo()
    # A customer whose fax is in neither entity, or in both, is what nobody may ever read.
    for configuration in (read_configuration(settings_of(tmp_path)), before.reread()):
        loaded = configuration.load("sn")
        assert (configuration.layers.affiliate("sn").pin, loaded.diagnostics.has_errors) == ("1.1.0", False)
        assert loaded.draft.entities["account"].attributes["fax"].hidden
    released = sources_of(read_configuration(settings_of(tmp_path)).layers.stack("sn")).own.files
    again = taking(tmp_path)
    assert (again.was_finished, again.before, again.findings) == (True, "1.1.0", ())
    assert not (tmp_path / "affiliates/sn/customer.yaml").exists()
    assert sources_of(read_configuration(settings_of(tmp_path)).layers.stack("sn")).own.files == released


LABELS = st.fixed_dictionaries({"en": st.sampled_from(["Name", "Full name"])})
WORDS = st.fixed_dictionaries(
    {"type": st.just("string")},
    optional={
        "max_length": st.integers(30, 70),
        "label": LABELS,
        "hidden": st.just(True),
        "$lock": st.sampled_from(["final", "tighten"]),
    },
)


@given(st.dictionaries(st.sampled_from(NAMES), WORDS), st.booleans())
@settings(max_examples=25, deadline=None)
def test_after_the_advice_everything_checks_and_nothing_is_lost_silently(
    tmp_path_factory: pytest.TempPathFactory, attributes: dict[str, Data], renames: bool
) -> None:
    folder = installed(tmp_path_factory.mktemp("laws"))
    try:
        if renames and "fax" not in attributes:
            attributes = {**attributes, "telefax": {"$was": "fax", "type": "string"}}
        pack(folder, "1.1.0", {"customer.yaml": baseline(attributes)})
        found = taking(folder)
        assert found.remaining == ()
        wrong = {one.path: Decision(Choice.ADOPT) for one in found.findings if one.blocks}
        found.apply(wrong)
        reported = {one.path for one in found.findings if one.cls not in {Class.UNLOCKED, Class.NEW}}
        for path, text in OVERRIDES.items():
            assert text in said(folder) or any(one.startswith(path) for one in reported), path
        again = taking(folder)
        assert (again.findings, again.remaining) == ((), ())
    finally:
        shutil.rmtree(folder)


OVERRIDES = {
    "entity.customer.attributes.name.max_length": "max_length: 40",
    "entity.customer.attributes.name.label.en": "Full name",
    "entity.customer.attributes.fax": "  fax: {hidden: true}",
    "entity.customer.attributes.x_sn_ninea": "x_sn_ninea: {$after: fax, type: string}",
}
"""What the overlay says, by path and as it is written."""


def test_an_upgrade_to_the_same_version_is_clean(tmp_path: Path) -> None:
    found = taking(installed(tmp_path), "1.0.0")
    assert (found.findings, found.remaining, found.diff) == ((), (), "")
